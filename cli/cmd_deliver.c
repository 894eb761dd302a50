#include <errno.h>
#include <sysexits.h>

#include "cli/command.h"
#include "cli/leased.h"
#include "cli/outgoing.h"
#include "cli/stop.h"
#include "mail/address.h"
#include "release/deliver.h"

enum {
	LONGEST_WAIT = 5 /* seconds between looks at the outbox */
};

typedef struct DeliverChoices {
	gboolean now;
	gboolean keep_on;
	int interrupt; /* stop_on_signals() */
	Outgoing *outgoing;
} DeliverChoices;

static void
print_try(const Delivery *delivery, void *data)
{
	Session *session = data;
	bool log = output_is_log(session->output);
	const char *reply = delivery->reply ? delivery->reply : "";
	const char *form = delivery->report ? "" : delivery_form(delivery);
	g_autofree char *hidden = log ? address_hide(reply, delivery->recipient) : NULL;

	/* The delivery's number is enough for whoever may ask `lazaret outbox` for the rest. */
	output_line(session->output,
		"delivery %" G_GINT64_FORMAT " of %s %" G_GINT64_FORMAT "%s%s%s%s%s: %s%s%s",
		delivery->id, delivery->report ? "report" : "message",
		delivery->report ? delivery->report : delivery->message, log ? "" : " to ",
		log ? "" : delivery->recipient, *form ? " (" : "", form, *form ? ")" : "",
		delivery_state_name(delivery->state), *reply ? ", " : "", hidden ? hidden : reply);
	output_flush(session->output);
}

static bool
deliver(Session *session, const DeliverChoices *choices, DeliverSummary *summary, GError **error)
{
	const DeliverOptions options = {
		.hurry = choices->now,
		.max_attempts = (int)settings_number(session->settings, SETTING_MAX_ATTEMPTS),
		.host = g_get_host_name(),
		.interrupt = choices->interrupt,
		.smtp = &choices->outgoing->smtp,
		.rewrite = choices->outgoing->landing ? outgoing_rewrite : NULL,
		.rewrite_data = choices->outgoing,
		.api = &choices->outgoing->api,
		.clock = clock_now,
		.stop = stop_asked,
		.tried = print_try,
		.data = session,
	};

	return deliver_due(session->store, &options, summary, error);
}

/* Until a signal says so.  The outbox is looked at when the next delivery is due,
 * and every few seconds, since other processes put rows into it. */
static bool
watch(Session *session, const DeliverChoices *choices, DeliverSummary *summary, GError **error)
{
	while (!stop_asked()) {
		int64_t pending, due;
		int64_t wait = LONGEST_WAIT;

		if (!deliver(session, choices, summary, error) ||
			!store_outbox_due(session->store, &pending, &due, error))
			return false;
		if (due)
			wait = CLAMP(due - clock_now(), 1, LONGEST_WAIT);
		stop_wait((int)wait);
	}
	return true;
}

/* What needs a person comes before what needs only time. */
static int
status_for(const DeliverSummary *summary)
{
	if (summary->failed > 0 || summary->unknown > 0)
		return EX_UNAVAILABLE;
	return summary->retried > 0 || summary->put_back > 0 ? EX_TEMPFAIL : EX_OK;
}

static void
print_summary(Session *session, const DeliverSummary *summary)
{
	output_line(session->output,
		"%" G_GINT64_FORMAT " sent, %" G_GINT64_FORMAT " put off, %" G_GINT64_FORMAT
		" failed, %" G_GINT64_FORMAT " unknown",
		summary->sent, summary->retried + summary->put_back, summary->failed,
		summary->unknown);
	if (summary->failed > 0 || summary->unknown > 0)
		output_line(session->output,
			"  'lazaret outbox' shows them; 'lazaret outbox retry ID' sends again");
}

static bool
print_waiting(Session *session, bool hurry, GError **error)
{
	int64_t leased = 0;
	int64_t pending, due;

	if (!print_leased(session, &leased, error) ||
		!store_outbox_due(session->store, &pending, &due, error))
		return false;
	if (pending > leased && due > clock_now())
		output_line(session->output,
			"  %" G_GINT64_FORMAT " wait, the first for %" G_GINT64_FORMAT " s%s",
			pending - leased, due - clock_now(),
			hurry ? "" : "; --now does not wait for the hold window");
	return true;
}

/* The usual transport's Maildir is made when it is missing, but not what is above
 * it; and with a store that is elsewhere nothing else made that. */
static bool
make_data_folder(GError **error)
{
	g_autofree char *folder = data_folder();

	if (g_mkdir_with_parents(folder, 0700) == 0)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_CREATE, "%s: %s", folder, g_strerror(errno));
	return false;
}

static bool
run(Session *session, GError **error)
{
	DeliverChoices choices = { 0 };
	DeliverSummary summary = { 0 };
	g_auto(Outgoing) outgoing = { 0 };
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "now", 0, 0, G_OPTION_ARG_NONE, &choices.now, "do not wait for the hold window", NULL },
		{ "watch", 'w', 0, G_OPTION_ARG_NONE, &choices.keep_on, "go on until interrupted", NULL },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) ||
		!session_at_most(session, 0, error) || !session_open(session, error))
		return false;
	if (!outgoing_init(&outgoing, session->settings, error) || !make_data_folder(error))
		return false;
	choices.outgoing = &outgoing;
	choices.interrupt = outgoing.api.interrupt = stop_on_signals();
	if (!(choices.keep_on ? watch(session, &choices, &summary, error)
			      : deliver(session, &choices, &summary, error)))
		return false;
	print_summary(session, &summary);
	/* Watching was told to end: that is no failure, whatever it saw. */
	if (!choices.keep_on)
		session->status = status_for(&summary);
	return print_waiting(session, choices.now, error);
}

const Command cmd_deliver = {
	.name = "deliver",
	.opens = OPENS_WRITE,
	.usage = "",
	.summary = "send what was released and is due",
	.run = run,
};
