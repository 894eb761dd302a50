#include "importer/importer.h"

#include <string.h>

#include "importer/crew.h"
#include "importer/importer_private.h"
#include "store/message.h"

enum {
	/* Between source and store.  One message is let in whatever its size. */
	QUEUE_MESSAGES = 512,
	QUEUE_BYTES = 32 * 1024 * 1024,
	/* A transaction begins when so much is ready, and takes what is ready by then. */
	BATCH_MESSAGES = 250,
	BATCH_BYTES = 8 * 1024 * 1024,
	BATCH_AGE = G_USEC_PER_SEC,
	BATCH_LIMIT = 1000,
	PROGRESS_INTERVAL = G_USEC_PER_SEC / 10,
	PATIENCE = 250, /* milliseconds to wait for boxes before looking at all else */
	MAX_BOXES = 64,
};

typedef struct Importer {
	const ImportRun *run;
	const ImportOptions *options;
	Source *source;
	Crew *crew;
	Envelope *given; /* what the options say of the envelope */
	GQueue *parcels; /* of Parcel, in the order they came */
	int64_t bytes;   /* of those */
	bool ended;      /* nothing more comes from the source */
	GError *failure; /* what ended it */
	int64_t written; /* when the last batch ended */
	ImportProgress progress;
	int64_t told; /* when progress was last told */
	ImportSummary *summary;
} Importer;

static void
importer_clear(Importer *importer)
{
	crew_free(importer->crew);
	source_close(importer->source);
	envelope_free(importer->given);
	g_queue_free_full(importer->parcels, (GDestroyNotify)parcel_free);
	g_clear_error(&importer->failure);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Importer, importer_clear)

/* ---- the summary ---- */

void
import_summary_clear(ImportSummary *summary)
{
	g_clear_pointer(&summary->untrusted_id, g_free);
	g_clear_pointer(&summary->untrusted_ids, g_hash_table_unref);
}

static void
count_untrusted_id(ImportSummary *summary, const char *id, int64_t times)
{
	int64_t *count;

	if (!summary->untrusted_ids)
		summary->untrusted_ids =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	count = g_hash_table_lookup(summary->untrusted_ids, id);
	if (!count) {
		count = g_new0(int64_t, 1);
		g_hash_table_insert(summary->untrusted_ids, g_strdup(id), count);
	}
	*count += times;
}

/* The most frequent; among equals the first by name, so that it is always the same. */
static void
choose_untrusted_id(ImportSummary *summary)
{
	const char *best = NULL;
	int64_t most = 0;
	GHashTableIter iterator;
	void *id;
	void *count;

	if (!summary->untrusted_ids)
		return;
	g_hash_table_iter_init(&iterator, summary->untrusted_ids);
	while (g_hash_table_iter_next(&iterator, &id, &count)) {
		int64_t times = *(const int64_t *)count;

		if (!best || times > most || (times == most && strcmp(id, best) < 0)) {
			best = id;
			most = times;
		}
	}
	g_free(summary->untrusted_id);
	summary->untrusted_id = g_strdup(best);
}

static void
add_summary(ImportSummary *to, const ImportSummary *from)
{
	GHashTableIter iterator;
	void *id;
	void *count;

	to->fresh += from->fresh;
	to->known += from->known;
	to->not_ses += from->not_ses;
	to->broken += from->broken;
	to->bytes += from->bytes;
	to->untrusted_results += from->untrusted_results;
	for (int i = 0; i < SES_CLASSES; i++)
		to->ses[i] += from->ses[i];
	if (!from->untrusted_ids)
		return;
	g_hash_table_iter_init(&iterator, from->untrusted_ids);
	while (g_hash_table_iter_next(&iterator, &id, &count))
		count_untrusted_id(to, id, *(const int64_t *)count);
}

static void
count_auth(ImportSummary *summary, const GPtrArray *results)
{
	const AuthResult *top;

	if (results->len == 0)
		return;
	for (guint i = 0; i < results->len; i++) {
		const AuthResult *result = g_ptr_array_index(results, i);

		if (result->trusted)
			return;
	}
	top = g_ptr_array_index(results, 0);
	summary->untrusted_results++;
	count_untrusted_id(summary, *top->authserv_id ? top->authserv_id : "-", 1);
}

static void
count_fresh(ImportSummary *summary, const Parcel *parcel)
{
	const Message *message = parcel->reply.message;

	summary->fresh++;
	summary->ses[message->ses->class]++;
	if (parcel->reason)
		summary->broken++;
	count_auth(summary, message->auth);
}

/* ---- from the source ---- */

static bool
has_room(const Importer *importer)
{
	return importer->parcels->length == 0 ||
		(importer->parcels->length < QUEUE_MESSAGES && importer->bytes < QUEUE_BYTES);
}

static void
tell_skipped(Importer *importer, const GError *error)
{
	importer->summary->unreadable++;
	if (importer->options->skipped)
		importer->options->skipped(error, importer->options->data);
}

/* What is known needs no parsing: where no envelope is given, the same bytes say the
 * same one; where one is given, it must be given whole. */
static bool
is_known(const Importer *importer, const Parcel *parcel, bool *known, GError **error)
{
	const ImportOptions *options = importer->options;
	bool whole = options->sender && options->recipients;

	*known = false;
	if (!whole && (options->sender || options->recipients))
		return true;
	return store_knows(
		importer->run->store, parcel->sha256, whole ? importer->given : NULL, known, error);
}

static bool
let_in(Importer *importer, SourceItem *item, GError **error)
{
	Parcel *parcel = parcel_new(item);
	bool known;

	importer->progress.messages++;
	importer->progress.bytes += parcel->size;
	if (!is_known(importer, parcel, &known, error) || known) {
		parcel_free(parcel);
		importer->summary->known += known;
		return known;
	}
	importer->bytes += parcel->size;
	g_queue_push_tail(importer->parcels, parcel);
	crew_add(importer->crew, parcel);
	return true;
}

/* At most one message; none when the queue is full or the source at its end. */
static bool
read_one(Importer *importer, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_auto(SourceItem) item = { 0 };

	if (importer->ended || !has_room(importer))
		return true;
	switch (source_next(importer->source, &item, &failure)) {
	case SOURCE_ITEM:
		return let_in(importer, &item, error);
	case SOURCE_SKIP:
		tell_skipped(importer, failure);
		break;
	case SOURCE_OTHER:
		importer->summary->not_mail++;
		break;
	case SOURCE_FAILED:
		importer->ended = true;
		importer->summary->stopped =
			g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_STOPPED);
		if (!importer->summary->stopped)
			importer->failure = g_steal_pointer(&failure);
		break;
	case SOURCE_END:
		importer->ended = true;
		break;
	}
	return true;
}

static void
tell_progress(Importer *importer, bool now)
{
	const ImportOptions *options = importer->options;
	int64_t time = g_get_monotonic_time();

	if (!options->progress || (!now && time - importer->told < PROGRESS_INTERVAL))
		return;
	importer->told = time;
	importer->progress.total = source_total(importer->source);
	options->progress(&importer->progress, options->data);
}

static void
heed_stop(Importer *importer)
{
	const ImportOptions *options = importer->options;

	if (!importer->ended && options->stop && options->stop(options->data))
		importer->summary->stopped = importer->ended = true;
}

/* A little of all that goes on beside the writing. */
static bool
turn(Importer *importer, int milliseconds, GError **error)
{
	bool more;

	heed_stop(importer);
	tell_progress(importer, false);
	more = !importer->ended && has_room(importer);
	return read_one(importer, error) &&
		crew_work(importer->crew, more ? 0 : milliseconds, error);
}

/* ---- into the store ---- */

/* What the command line says counts more than what the mail says, and that more
 * than what the source knows. */
static void
settle_envelope(const Importer *importer, const Parcel *parcel)
{
	const ImportOptions *options = importer->options;
	Envelope *envelope = parcel->reply.message->envelope;

	if (options->sender || (!envelope->sender && parcel->item.sender)) {
		g_free(envelope->sender);
		envelope->sender =
			g_strdup(options->sender ? options->sender : parcel->item.sender);
	}
	if (!options->recipients)
		return;
	g_ptr_array_set_size(envelope->recipients, 0);
	for (const char *const *address = options->recipients; *address; address++)
		g_ptr_array_add(envelope->recipients, g_strdup(*address));
}

static bool
is_wanted_message(const Importer *importer, const Message *message)
{
	return importer->options->all || message->ses->class != SES_NONE;
}

/* Whose header could not even be read is kept: nobody knows what it is. */
static bool
is_wanted(const Importer *importer, const Parcel *parcel)
{
	return parcel->unread || is_wanted_message(importer, parcel->reply.message);
}

/* Nobody is asked for a message that is not kept. */
static char *
find_keys(const Message *message, void *data)
{
	const Importer *importer = data;

	if (!is_wanted_message(importer, message))
		return NULL;
	return resolver_find_keys(importer->options->resolver, message);
}

static bool
add(const Importer *importer, StoreBatch *batch, const Parcel *parcel, ImportSummary *counts,
	GError **error)
{
	const ImportOptions *options = importer->options;
	Arrival arrival = {
		.message = parcel->reply.message,
		.envelope = parcel->reply.message->envelope,
		.sha256 = parcel->sha256,
		.zstd = parcel->reply.bytes,
		.body = parcel->reply.body,
		.size = parcel->size,
		.source = parcel->item.origin,
		.now = options->clock(),
		.transport = options->transport,
		.copy_to = options->copy_to,
		.hold = options->hold,
		.basis = options->basis,
	};
	AddOutcome outcome = ADDED_KNOWN;

	if (!store_batch_add(batch, &arrival, &outcome, error))
		return false;
	counts->bytes += parcel->size;
	switch (outcome) {
	case ADDED_NEW:
		count_fresh(counts, parcel);
		break;
	case ADDED_KNOWN:
		counts->known++;
		break;
	}
	return true;
}

/* Asked again: its like may have come in since it was let in, and the same bytes in one
 * import must end as in two. */
static bool
add_unless_known(const Importer *importer, StoreBatch *batch, const Parcel *parcel,
	ImportSummary *counts, GError **error)
{
	bool known;

	if (!is_known(importer, parcel, &known, error))
		return false;
	counts->known += known;
	return known || add(importer, batch, parcel, counts, error);
}

static const Parcel *
ready(const Importer *importer)
{
	const Parcel *parcel = g_queue_peek_head(importer->parcels);

	return parcel && parcel->done ? parcel : NULL;
}

/* Messages at the queue's head that are done, and their bytes. */
static void
measure_ready(const Importer *importer, int *messages, int64_t *bytes)
{
	*messages = 0;
	*bytes = 0;
	for (const GList *link = importer->parcels->head; link; link = link->next) {
		const Parcel *parcel = link->data;

		if (!parcel->done)
			return;
		(*messages)++;
		*bytes += parcel->size;
	}
}

static bool
batch_is_due(const Importer *importer)
{
	int messages;
	int64_t bytes;

	if (!ready(importer))
		return false;
	if (importer->ended || g_get_monotonic_time() - importer->written > BATCH_AGE)
		return true;
	measure_ready(importer, &messages, &bytes);
	return messages >= BATCH_MESSAGES || bytes >= BATCH_BYTES;
}

/* Takes the first parcel off the queue and, if it is wanted, into the store. */
static bool
write_one(Importer *importer, StoreBatch **batch, ImportSummary *counts, GError **error)
{
	Parcel *parcel = g_queue_pop_head(importer->parcels);
	bool written = true;

	importer->bytes -= parcel->size;
	settle_envelope(importer, parcel);
	if (!is_wanted(importer, parcel)) {
		counts->not_ses++;
	} else {
		if (!*batch)
			*batch = store_batch_begin(importer->run->store, error);
		written = *batch && add_unless_known(importer, *batch, parcel, counts, error);
	}
	parcel_free(parcel);
	return written;
}

/* One transaction.  The boxes that are there are kept busy while it lasts, but nothing is
 * read and nothing started: others wait for the store, and a child would inherit it. */
static bool
write_batch(Importer *importer, GError **error)
{
	g_autoptr(StoreBatch) batch = NULL;
	g_auto(ImportSummary) counts = { 0 };

	for (int i = 0; i < BATCH_LIMIT && ready(importer); i++) {
		if (!write_one(importer, &batch, &counts, error))
			return false;
		crew_tend(importer->crew);
	}
	if (batch && !store_batch_commit(batch, error))
		return false;
	importer->written = g_get_monotonic_time();
	add_summary(importer->summary, &counts);
	return true;
}

/* ---- all of it ---- */

static bool
is_finished(const Importer *importer)
{
	if (importer->summary->stopped)
		return !ready(importer);
	return importer->ended && importer->parcels->length == 0;
}

static bool
pull(Importer *importer, GError **error)
{
	while (!is_finished(importer)) {
		if (!turn(importer, PATIENCE, error))
			return false;
		if (batch_is_due(importer) && !write_batch(importer, error))
			return false;
	}
	tell_progress(importer, true);
	if (!importer->failure)
		return true;
	g_propagate_error(error, g_steal_pointer(&importer->failure));
	return false;
}

static Envelope *
given_envelope(const ImportOptions *options)
{
	Envelope *envelope = envelope_new();

	envelope->sender = g_strdup(options->sender);
	for (const char *const *address = options->recipients; address && *address; address++)
		g_ptr_array_add(envelope->recipients, g_strdup(*address));
	return envelope;
}

bool
import_run(const ImportRun *run, const char *spec, ImportSummary *summary, GError **error)
{
	g_auto(Importer) importer = {
		.run = run,
		.options = run->options,
		.parcels = g_queue_new(),
		.summary = summary,
		.written = g_get_monotonic_time(),
	};
	int boxes = run->options->boxes > 0 ? run->options->boxes : (int)g_get_num_processors();
	bool pulled;

	importer.source = source_open(spec, error);
	if (!importer.source)
		return false;
	source_heed(importer.source, run->options->interrupt);
	importer.given = given_envelope(run->options);
	importer.crew = crew_new(
		run->worker, run->options->site, run->options->limits, MIN(boxes, MAX_BOXES));
	if (run->options->resolver)
		crew_find_keys(importer.crew, find_keys, &importer);
	crew_scan(importer.crew, run->options->scanner);
	pulled = pull(&importer, error);
	choose_untrusted_id(summary);
	return pulled;
}

bool
import_source(Store *store, const char *spec, const ImportOptions *options, ImportSummary *summary,
	GError **error)
{
	const ImportRun run = { .store = store, .options = options, .worker = box_inspect };

	return import_run(&run, spec, summary, error);
}
