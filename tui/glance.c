#include "tui/glance.h"

#include "tui/console.h"

/* What a glance is of: equal ones need not be read again. */
typedef struct Subject {
	int64_t campaign; /* 0: of a message alone */
	int64_t message;  /* the most dangerous, where it is of a campaign; 0: there is none */
	int64_t generation;
} Subject;

struct Glance {
	Console *console;
	Subject wanted;
	Subject shown;
	int64_t task; /* that reads what is wanted; 0: it was read */
	Dossier *message;
	CampaignDossier *campaign;
};

typedef struct Reading {
	Glance *glance;
	Subject subject;
	int64_t now;
	Dossier *message;
	CampaignDossier *campaign;
} Reading;

Glance *
glance_new(Console *console)
{
	Glance *glance = g_new0(Glance, 1);

	glance->console = console;
	return glance;
}

static void
forget(Glance *glance)
{
	g_clear_pointer(&glance->message, dossier_free);
	g_clear_pointer(&glance->campaign, campaign_dossier_free);
	glance->shown = (Subject){ 0 };
}

void
glance_free(Glance *glance)
{
	if (!glance)
		return;
	worker_drop(glance->console->worker, glance->task);
	forget(glance);
	g_free(glance);
}

static void
clear_reading(Reading *reading)
{
	g_clear_pointer(&reading->message, dossier_free);
	g_clear_pointer(&reading->campaign, campaign_dossier_free);
}

static bool
run_reading(Store *store, void *data, GError **error)
{
	Reading *reading = data;
	const Subject *subject = &reading->subject;

	clear_reading(reading);
	if (subject->campaign == 0)
		reading->message = dossier_load(store, subject->message, reading->now, error);
	else
		reading->campaign =
			campaign_dossier_load(store, subject->campaign, subject->message, error);
	return reading->message || reading->campaign;
}

static void
end_reading(void *data, const GError *error)
{
	Reading *reading = data;
	Glance *glance = reading->glance;

	glance->task = 0;
	forget(glance);
	if (error) {
		console_read_failed(glance->console, error);
		return;
	}
	glance->shown = reading->subject;
	glance->message = g_steal_pointer(&reading->message);
	glance->campaign = g_steal_pointer(&reading->campaign);
	if (glance->message)
		glance->message->store = glance->console->store;
}

static void
free_reading(void *data)
{
	clear_reading(data);
	g_free(data);
}

static const TaskOps readings = { .run = run_reading, .done = end_reading, .free = free_reading };

static bool
is_of_same(const Subject *one, const Subject *other)
{
	return one->campaign == other->campaign &&
		(one->campaign > 0 || one->message == other->message);
}

static bool
is_equal(const Subject *one, const Subject *other)
{
	return one->campaign == other->campaign && one->message == other->message &&
		one->generation == other->generation;
}

/* What is shown of the same row goes on being shown until the new one is there. */
static void
ask_for(Glance *glance, Subject subject)
{
	Reading *reading;
	int64_t task;

	subject.generation = glance->console->generation;
	if (is_equal(&glance->wanted, &subject))
		return;
	worker_drop(glance->console->worker, glance->task);
	glance->task = 0;
	glance->wanted = subject;
	if (!is_of_same(&glance->shown, &subject))
		forget(glance);
	reading = g_new0(Reading, 1);
	reading->glance = glance;
	reading->subject = subject;
	reading->now = glance->console->now;
	task = worker_do(glance->console->worker, TASK_FILLS, &readings, reading);
	glance->task = task;
}

const Dossier *
glance_message(Glance *glance, int64_t id)
{
	ask_for(glance, (Subject){ .message = id });
	return glance->message;
}

const CampaignDossier *
glance_campaign(Glance *glance, const CampaignRow *row)
{
	ask_for(glance, (Subject){ .campaign = row->id, .message = row->top ? row->top->id : 0 });
	return glance->campaign;
}

bool
glance_is_reading(const Glance *glance)
{
	return glance->task != 0;
}
