#include "importer/rescore.h"

#include <stdlib.h>

#include "importer/crew.h"

enum {
	/* Between the store and the store. */
	QUEUE_MESSAGES = 512,
	QUEUE_BYTES = 32 * 1024 * 1024,
	BATCH_MESSAGES = 200,
	PATIENCE = 250, /* milliseconds */
	PROGRESS_INTERVAL = G_USEC_PER_SEC / 10,
};

typedef struct Rescorer {
	Store *store;
	const RescoreOptions *options;
	RescoreSummary *summary;
	const GArray *ids;
	guint next; /* of ids, to be read */
	Crew *crew;
	GQueue *parcels; /* of Parcel, in the order of ids */
	int64_t bytes;   /* of those */
	ImportProgress progress;
	int64_t told;
} Rescorer;

static void
rescorer_clear(Rescorer *rescorer)
{
	crew_free(rescorer->crew);
	g_queue_free_full(rescorer->parcels, (GDestroyNotify)parcel_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rescorer, rescorer_clear)

void
rescore_summary_clear(RescoreSummary *summary)
{
	g_clear_pointer(&summary->movers, g_array_unref);
}

/* ---- from the store ---- */

/* The keys that its signatures were verified with: its domain may have changed them
 * since. */
static char *
kept_keys(Store *store, int64_t id, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(Message) message = store_load(store, id, &problem);

	if (message)
		return dkim_keys_used(message);
	if (g_error_matches(problem, STORE_ERROR, STORE_ERROR_OUTDATED))
		return g_strdup("");
	g_propagate_error(error, g_steal_pointer(&problem));
	return NULL;
}

static bool
read_parcel(Rescorer *rescorer, int64_t id, GError **error)
{
	g_autofree char *keys = kept_keys(rescorer->store, id, error);
	SourceItem item = { .raw = keys ? store_raw(rescorer->store, id, error) : NULL };
	Parcel *parcel;

	if (!item.raw)
		return false;
	parcel = parcel_new(&item);
	parcel->id = id;
	parcel->keys = g_steal_pointer(&keys);
	rescorer->bytes += parcel->size;
	rescorer->progress.bytes += parcel->size;
	g_queue_push_tail(rescorer->parcels, parcel);
	crew_add(rescorer->crew, parcel);
	return true;
}

static void
skip(Rescorer *rescorer, const GError *error)
{
	rescorer->summary->unreadable++;
	if (rescorer->options->skipped)
		rescorer->options->skipped(error, rescorer->options->data);
}

/* One that is damaged must not keep the others from their verdicts. */
static bool
read_one(Rescorer *rescorer, GError **error)
{
	g_autoptr(GError) problem = NULL;
	int64_t id = g_array_index(rescorer->ids, int64_t, rescorer->next++);

	if (read_parcel(rescorer, id, &problem))
		return true;
	if (g_error_matches(problem, STORE_ERROR, STORE_ERROR_PURGED)) {
		rescorer->summary->purged++;
		return true;
	}
	if (g_error_matches(problem, STORE_ERROR, STORE_ERROR_NOT_A_STORE) ||
		g_error_matches(problem, STORE_ERROR, STORE_ERROR_NOT_FOUND)) {
		skip(rescorer, problem);
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&problem));
	return false;
}

static bool
has_room(const Rescorer *rescorer)
{
	return !rescorer->summary->stopped && rescorer->next < rescorer->ids->len &&
		rescorer->parcels->length < QUEUE_MESSAGES && rescorer->bytes < QUEUE_BYTES;
}

static void
heed_stop(Rescorer *rescorer)
{
	const RescoreOptions *options = rescorer->options;

	if (!rescorer->summary->stopped && options->stop && options->stop(options->data))
		rescorer->summary->stopped = true;
}

static void
tell_progress(Rescorer *rescorer, bool now)
{
	const RescoreOptions *options = rescorer->options;
	int64_t time = g_get_monotonic_time();

	if (!options->progress || (!now && time - rescorer->told < PROGRESS_INTERVAL))
		return;
	rescorer->told = time;
	rescorer->progress.messages = rescorer->summary->messages;
	rescorer->progress.total = rescorer->ids->len;
	options->progress(&rescorer->progress, options->data);
}

/* ---- into the store ---- */

static int
compare_moves(const void *a, const void *b)
{
	const Rescored *first = a;
	const Rescored *second = b;
	int less = abs(first->after - first->before);
	int more = abs(second->after - second->before);

	return less != more ? more - less : (first->id > second->id) - (first->id < second->id);
}

static void
count_outcomes(RescoreSummary *summary, const GArray *outcomes)
{
	for (guint i = 0; i < outcomes->len; i++) {
		const Rescored *outcome = &g_array_index(outcomes, Rescored, i);

		summary->messages++;
		summary->changed += outcome->changed;
		summary->higher += outcome->after > outcome->before;
		summary->lower += outcome->after < outcome->before;
		if (outcome->after != outcome->before)
			g_array_append_vals(summary->movers, outcome, 1);
	}
	g_array_sort(summary->movers, compare_moves);
	g_array_set_size(summary->movers, MIN(summary->movers->len, RESCORE_MOVERS));
}

/* Parcels at the queue's head that are done, at most BATCH_MESSAGES. */
static guint
count_ready(const Rescorer *rescorer)
{
	guint ready = 0;

	for (const GList *link = rescorer->parcels->head; link && ready < BATCH_MESSAGES;
		link = link->next) {
		const Parcel *parcel = link->data;

		if (!parcel_is_done(parcel))
			break;
		ready++;
	}
	return ready;
}

static bool
write_batch(Rescorer *rescorer, guint count, GError **error)
{
	g_autofree Rereading *readings = g_new0(Rereading, count);
	guint taken = 0;
	size_t read = 0;
	g_autoptr(GArray) outcomes = g_array_new(false, false, sizeof(Rescored));

	for (const GList *link = rescorer->parcels->head; link && taken < count;
		link = link->next) {
		const Parcel *parcel = link->data;

		taken++;
		/* What was known of it is better than nothing. */
		if (parcel->unread)
			continue;
		readings[read++] = (Rereading){
			.id = parcel->id,
			.message = parcel->reply.message,
			.raw = parcel->item.raw,
			.body = parcel->reply.body,
			.links = parcel->links,
			.basis = rescorer->options->basis,
		};
	}
	if (!store_rescore(rescorer->store, readings, read, outcomes, error))
		return false;
	count_outcomes(rescorer->summary, outcomes);
	rescorer->summary->unreadable += count - outcomes->len;
	for (guint i = 0; i < count; i++) {
		Parcel *parcel = g_queue_pop_head(rescorer->parcels);

		rescorer->bytes -= parcel->size;
		parcel_free(parcel);
	}
	return true;
}

/* ---- all of it ---- */

static bool
is_finished(const Rescorer *rescorer)
{
	return rescorer->parcels->length == 0 &&
		(rescorer->summary->stopped || rescorer->next >= rescorer->ids->len);
}

static bool
turn(Rescorer *rescorer, GError **error)
{
	guint ready;

	heed_stop(rescorer);
	tell_progress(rescorer, false);
	while (has_room(rescorer)) {
		if (!read_one(rescorer, error))
			return false;
	}
	if (!crew_work(rescorer->crew, PATIENCE, -1, error))
		return false;
	ready = count_ready(rescorer);
	if (ready < BATCH_MESSAGES && ready < rescorer->parcels->length)
		return true;
	return ready == 0 || write_batch(rescorer, ready, error);
}

bool
rescore_messages(Store *store, const GArray *ids, const RescoreOptions *options,
	RescoreSummary *summary, GError **error)
{
	g_auto(Rescorer) rescorer = {
		.store = store,
		.options = options,
		.summary = summary,
		.ids = ids,
		.parcels = g_queue_new(),
	};

	summary->movers = g_array_new(false, false, sizeof(Rescored));
	rescorer.crew = crew_new(box_inspect, options->site, options->limits, options->boxes);
	crew_settle(rescorer.crew, options->nursery);
	crew_scan(rescorer.crew, options->scanner);
	while (!is_finished(&rescorer)) {
		if (!turn(&rescorer, error))
			return false;
	}
	tell_progress(&rescorer, true);
	return true;
}
