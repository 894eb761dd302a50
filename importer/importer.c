#include "importer/importer.h"

#include "importer/import_envelope.h"
#include "importer/import_summary.h"
#include "importer/importer_private.h"
#include "importer/settling.h"
#include "importer/shift.h"
#include "store/bulk.h"
#include "store/campaign.h"
#include "store/intake.h"
#include "store/message.h"
#include "store/purge.h"

enum {
	/* Between source and store.  One message is let in whatever its size. */
	QUEUE_MESSAGES = 320,
	QUEUE_BYTES = 32 * 1024 * 1024,
	/* A transaction begins when so much is ready, and takes what is ready by then. */
	BATCH_MESSAGES = 250,
	BATCH_BYTES = 8 * 1024 * 1024,
	BATCH_AGE = G_USEC_PER_SEC,
	/* And goes on for so many messages, as change no more pages of a large store than its
	 * cache has, and microseconds at most. */
	BATCH_LIMIT = 500,
	BATCH_TIME = 3 * G_USEC_PER_SEC,
	PROGRESS_INTERVAL = G_USEC_PER_SEC / 10,
	WORTH_WAKING = 16, /* messages that are read, of a full queue, before looking at them */
	PATIENCE = 250,    /* milliseconds to wait for boxes before looking at all else */
};

typedef void (*Say)(const GError *error, void *data);

/* What is to be said once the store is let go of: who reads it may take his time. */
typedef struct Saying {
	Say say;
	GError *error;
} Saying;

typedef struct Importer {
	const ImportRun *run;
	const ImportOptions *options;
	Source *source;
	SourceSeen seen;
	Shift *shift;
	GQueue *parcels; /* of Parcel, in the order they came */
	int64_t bytes;   /* of those */
	bool ended;      /* nothing more comes from the source */
	GError *failure; /* what ended it */
	Bulk *bulk;      /* NULL: each commit waits for the disk */
	int64_t written; /* when the last batch ended */
	bool waiting;    /* the source has nothing at the moment */
	GArray *settled; /* of Settled: in the batch, and the source not told yet */
	char *mark;      /* of the last in the batch that had one */
	bool writing;    /* a batch is under way */
	GArray *unsaid;  /* of Saying, since it is */
	ImportProgress progress;
	int64_t told; /* when progress was last told */
	ImportSummary *summary;
} Importer;

static void
importer_clear(Importer *importer)
{
	shift_free(importer->shift);
	source_close(importer->source);
	g_queue_free_full(importer->parcels, (GDestroyNotify)parcel_free);
	g_clear_error(&importer->failure);
	g_array_unref(importer->settled);
	g_array_unref(importer->unsaid);
	g_free(importer->mark);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Importer, importer_clear)

/* ---- from the source ---- */

static bool
has_room(const Importer *importer)
{
	return importer->parcels->length == 0 ||
		(importer->parcels->length < QUEUE_MESSAGES && importer->bytes < QUEUE_BYTES);
}

static void
saying_clear(void *data)
{
	Saying *saying = data;

	g_error_free(saying->error);
}

/* @say may be NULL: nobody listens. */
static void
tell(Importer *importer, Say say, const GError *error)
{
	Saying *saying;

	if (!say)
		return;
	if (!importer->writing) {
		say(error, importer->options->data);
		return;
	}
	g_array_set_size(importer->unsaid, importer->unsaid->len + 1);
	saying = &g_array_index(importer->unsaid, Saying, importer->unsaid->len - 1);
	saying->say = say;
	saying->error = g_error_copy(error);
}

static void
tell_unsaid(Importer *importer)
{
	for (guint i = 0; i < importer->unsaid->len; i++) {
		const Saying *saying = &g_array_index(importer->unsaid, Saying, i);

		saying->say(saying->error, importer->options->data);
	}
	g_array_set_size(importer->unsaid, 0);
}

/* What is known needs no parsing: where no envelope is given, the same bytes say the
 * same one; where one is given, it must be given whole. */
static bool
is_known(const Importer *importer, const Parcel *parcel, bool *known, GError **error)
{
	g_autoptr(Envelope) envelope = import_envelope_known(importer->options, &parcel->item);
	bool some = envelope->sender || envelope->recipients->len > 0;
	bool whole = envelope->sender && envelope->recipients->len > 0;

	*known = false;
	if (some && !whole)
		return true;
	return store_knows(
		importer->run->store, parcel->sha256, whole ? envelope : NULL, known, error);
}

/* Where the source stays, a store in trouble is no end: it is asked again when the message
 * is written. */
static bool
look_up(Importer *importer, Parcel *parcel, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (is_known(importer, parcel, &parcel->known, &problem) || source_stays(importer->source))
		return true;
	g_propagate_error(error, g_steal_pointer(&problem));
	return false;
}

/* What is known goes through the queue all the same: the source is told in its turn. */
static bool
let_in(Importer *importer, SourceItem *item, GError **error)
{
	g_autoptr(Parcel) parcel = parcel_new(item);

	importer->progress.messages++;
	importer->progress.bytes += parcel->size;
	if (!look_up(importer, parcel, error))
		return false;
	importer->bytes += parcel->size;
	if (parcel->known)
		parcel_done(parcel);
	else
		shift_add(importer->shift, parcel);
	g_queue_push_tail(importer->parcels, g_steal_pointer(&parcel));
	return true;
}

/* At most one message; none when the queue is full or the source at its end. */
static bool
read_one(Importer *importer, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_auto(SourceItem) item = { 0 };

	importer->waiting = false;
	if (importer->ended || !has_room(importer))
		return true;
	switch (source_next(importer->source, &item, &failure)) {
	case SOURCE_ITEM:
		return let_in(importer, &item, error);
	case SOURCE_SEEN:
		importer->progress.messages++;
		break;
	case SOURCE_LATER:
		break;
	case SOURCE_SKIP:
		importer->summary->unreadable++;
		tell(importer, importer->options->skipped, failure);
		break;
	case SOURCE_OTHER:
		importer->summary->not_mail++;
		break;
	case SOURCE_ADVICE:
		tell(importer, importer->options->advised, failure);
		break;
	case SOURCE_WAIT:
		importer->waiting = true;
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

/* ---- into the store ---- */

static bool
is_wanted_message(const Message *message, const void *data)
{
	const ImportOptions *options = data;

	return options->all || message->ses->class != SES_NONE;
}

/* Whose header could not even be read is kept: nobody knows what it is. */
static bool
is_wanted(const Importer *importer, const Parcel *parcel)
{
	return parcel->unread || is_wanted_message(parcel->reply.message, importer->options);
}

static bool
count_known(const Importer *importer, const Parcel *parcel, ImportSummary *counts, GError **error)
{
	bool purged;

	if (!store_knows_purged(importer->run->store, parcel->sha256, &purged, error))
		return false;
	counts->known++;
	counts->purged += purged;
	return true;
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
		.raw = parcel->item.raw,
		.body = parcel->reply.body,
		.links = parcel->links,
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
		import_summary_fresh(counts, parcel);
		break;
	case ADDED_KNOWN:
		return count_known(importer, parcel, counts, error);
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
	return known ? count_known(importer, parcel, counts, error)
		     : add(importer, batch, parcel, counts, error);
}

static const Parcel *
ready(const Importer *importer)
{
	const Parcel *parcel = g_queue_peek_head(importer->parcels);

	return parcel && parcel_is_done(parcel) ? parcel : NULL;
}

/* Messages at the queue's head that are done, and their bytes. */
static void
measure_ready(const Importer *importer, int *messages, int64_t *bytes)
{
	*messages = 0;
	*bytes = 0;
	for (const GList *link = importer->parcels->head; link; link = link->next) {
		const Parcel *parcel = link->data;

		if (!parcel_is_done(parcel))
			return;
		(*messages)++;
		*bytes += parcel->size;
	}
}

static bool
in_gap(const Importer *importer)
{
	return g_get_monotonic_time() - importer->written < STORE_GAP;
}

static bool
batch_is_due(const Importer *importer)
{
	int messages;
	int64_t bytes;

	if (!ready(importer) || in_gap(importer))
		return false;
	if (importer->ended || importer->waiting ||
		g_get_monotonic_time() - importer->written > BATCH_AGE)
		return true;
	measure_ready(importer, &messages, &bytes);
	return messages >= BATCH_MESSAGES || bytes >= BATCH_BYTES;
}

static bool
begin(Importer *importer, StoreBatch **batch, GError **error)
{
	if (!*batch)
		*batch = store_batch_begin(importer->run->store, error);
	return *batch != NULL;
}

/* What was left out is read again by an import that keeps all. */
static int64_t
key_left_out(int64_t key)
{
	return ~key;
}

static bool
note_seen(const Parcel *parcel, Fate fate, StoreBatch *batch, GError **error)
{
	int64_t key = parcel->item.key;

	return store_batch_seen(batch, fate == FATE_LEFT_OUT ? key_left_out(key) : key, error);
}

static void
note_fate(Importer *importer, Parcel *parcel, Fate fate)
{
	const Settled settled = { .token = parcel->item.token, .fate = fate };

	g_array_append_val(importer->settled, settled);
	if (!parcel->item.mark)
		return;
	g_free(importer->mark);
	importer->mark = g_steal_pointer(&parcel->item.mark);
}

/* If it is wanted, into the store. */
static bool
write_parcel(Importer *importer, Parcel *parcel, StoreBatch **batch, ImportSummary *counts,
	GError **error)
{
	Fate fate = FATE_KEPT;

	if (!parcel->known && !is_wanted(importer, parcel))
		fate = FATE_LEFT_OUT;
	note_fate(importer, parcel, fate);
	if (parcel->known) {
		if (!count_known(importer, parcel, counts, error))
			return false;
	} else if (fate == FATE_LEFT_OUT) {
		counts->not_ses++;
	} else {
		import_envelope_settle(importer->options, parcel);
		if (!begin(importer, batch, error) ||
			!add_unless_known(importer, *batch, parcel, counts, error))
			return false;
	}
	return parcel->item.key == 0 ||
		(begin(importer, batch, error) && note_seen(parcel, fate, *batch, error));
}

/* Takes the first parcel off the queue. */
static bool
write_one(Importer *importer, StoreBatch **batch, ImportSummary *counts, GError **error)
{
	Parcel *parcel = g_queue_pop_head(importer->parcels);
	bool written;

	importer->bytes -= parcel->size;
	written = write_parcel(importer, parcel, batch, counts, error);
	shift_drop(importer->shift, parcel);
	return written;
}

/* What was left out is read again by an import that keeps all: it has a mark of its own. */
static char *
mark_name(const Importer *importer)
{
	const char *name = source_name(importer->source);

	return name ? g_strconcat(importer->options->all ? "all of " : "", name, NULL) : NULL;
}

/* In the same transaction as what it stands behind. */
static bool
write_mark(Importer *importer, StoreBatch **batch, GError **error)
{
	g_autofree char *mark = g_steal_pointer(&importer->mark);
	g_autofree char *name = mark ? mark_name(importer) : NULL;

	return !name ||
		(begin(importer, batch, error) && store_batch_mark(*batch, name, mark, error));
}

/* What it skipped at its end, and what it was told last, have no message behind them. */
static bool
write_last_mark(Importer *importer, GError **error)
{
	g_autoptr(StoreBatch) batch = NULL;

	importer->mark = source_stand(importer->source);
	return write_mark(importer, &batch, error) && (!batch || store_batch_commit(batch, error));
}

/* What the source can't do with what is kept is said, and no reason to end. */
static void
tell_settled(Importer *importer)
{
	g_autoptr(GError) failure = NULL;
	GArray *settled = importer->settled;

	if (!source_settle(importer->source, (const Settled *)(void *)settled->data, settled->len,
		    &failure)) {
		importer->summary->unsettled++;
		tell(importer, importer->options->skipped, failure);
	}
	g_array_set_size(settled, 0);
}

/* The boxes are kept busy while a batch lasts, from a source that is at once done with each
 * entry; others wait for the store meanwhile.  Nothing is forked: a child would inherit the
 * transaction. */
static bool
go_on_reading(Importer *importer, GError **error)
{
	shift_tend(importer->shift);
	return !source_is_swift(importer->source) || read_one(importer, error);
}

static bool
batch_goes_on(const Importer *importer, int messages, int64_t begun)
{
	int64_t time = g_get_monotonic_time() - begun;

	if (!ready(importer))
		return false;
	if (messages == 0)
		return true;
	return messages < BATCH_LIMIT && time < BATCH_TIME && !shift_must_fork(importer->shift) &&
		(time < STORE_TURN || !store_is_awaited(importer->run->store));
}

static bool
write_messages(Importer *importer, ImportSummary *counts, GError **error)
{
	g_autoptr(StoreBatch) batch = NULL;
	int64_t begun = g_get_monotonic_time();

	for (int i = 0; batch_goes_on(importer, i, begun); i++) {
		if (!write_one(importer, &batch, counts, error) || !go_on_reading(importer, error))
			return false;
	}
	return write_mark(importer, &batch, error) && (!batch || store_batch_commit(batch, error));
}

/* What a source does with what is kept can't be taken back. */
static bool
acts_on_settled(const Importer *importer)
{
	const SourceOptions *options = importer->options->source;

	return !source_is_swift(importer->source) ||
		(options && (options->move_to || options->flag || options->remove));
}

/* What was committed here, where the source is told nothing: that need not wait for the disk. */
static bool
secure(Importer *importer, bool wait, GError **error)
{
	if (!importer->bulk || acts_on_settled(importer))
		return true;
	return bulk_secure(importer->bulk, wait, error);
}

/* What was known may be there since a moment, from another import. */
static bool
secure_known(const Importer *importer, GError **error)
{
	return !acts_on_settled(importer) || store_secure_read(importer->run->store, error);
}

/* One transaction. */
static bool
write_batch(Importer *importer, GError **error)
{
	g_auto(ImportSummary) counts = { 0 };
	bool written;

	importer->writing = true;
	written = write_messages(importer, &counts, error) && secure(importer, false, error) &&
		secure_known(importer, error);
	importer->writing = false;
	tell_unsaid(importer);
	if (!written)
		return false;
	importer->written = g_get_monotonic_time();
	import_summary_add(importer->summary, &counts);
	tell_settled(importer);
	return true;
}

/* What could not be committed: where its clients can be told, they are, and bring it again. */
static bool
put_off(Importer *importer, GError *problem, GError **error)
{
	GArray *settled = importer->settled;

	if (!source_stays(importer->source)) {
		g_propagate_error(error, problem);
		return false;
	}
	g_prefix_error(&problem, "%u put off: ", settled->len);
	tell(importer, importer->options->advised, problem);
	g_error_free(problem);
	importer->summary->put_off += settled->len;
	for (guint i = 0; i < settled->len; i++)
		g_array_index(settled, Settled, i).fate = FATE_PUT_OFF;
	tell_settled(importer);
	return true;
}

static bool
write_or_put_off(Importer *importer, GError **error)
{
	GError *problem = NULL;

	return write_batch(importer, &problem) || put_off(importer, problem, error);
}

/* ---- all of it ---- */

static bool
is_finished(const Importer *importer)
{
	if (importer->summary->stopped)
		return !ready(importer);
	return importer->ended && importer->parcels->length == 0;
}

/* Milliseconds until there may be something to do. */
static int
idle_time(const Importer *importer)
{
	bool reads = !importer->ended && !importer->waiting && has_room(importer);

	if (reads || batch_is_due(importer) || is_finished(importer))
		return 0;
	return in_gap(importer) ? STORE_GAP / 1000 : PATIENCE;
}

/* Messages that are to be read before it is worth a look: where there are many. */
static int
worth_waking(const Importer *importer)
{
	return importer->parcels->length < QUEUE_MESSAGES ? 1 : WORTH_WAKING;
}

/* A little of all that goes on beside the writing; waits where there is nothing else to do. */
static bool
turn(Importer *importer, GError **error)
{
	int descriptor = -1;

	heed_stop(importer);
	tell_progress(importer, false);
	if (!read_one(importer, error))
		return false;
	if (importer->bulk && (importer->ended || importer->waiting))
		bulk_move_on(importer->bulk);
	if (importer->waiting)
		descriptor = source_descriptor(importer->source);
	return shift_work(
		importer->shift, worth_waking(importer), idle_time(importer), descriptor, error);
}

static bool
pull(Importer *importer, GError **error)
{
	while (!is_finished(importer)) {
		if (!turn(importer, error))
			return false;
		if (batch_is_due(importer) && !write_or_put_off(importer, error))
			return false;
	}
	tell_progress(importer, true);
	if (!write_last_mark(importer, error) || !secure(importer, true, error) ||
		!store_secure_read(importer->run->store, error))
		return false;
	if (!importer->summary->stopped && !importer->options->pass &&
		!store_part_campaigns(importer->run->store, error))
		return false;
	if (!importer->failure)
		return true;
	g_propagate_error(error, g_steal_pointer(&importer->failure));
	return false;
}

static bool
has_seen(const Importer *importer, int64_t key)
{
	g_autoptr(GError) failure = NULL;
	bool seen = false;

	/* A store in trouble says so when it is written to. */
	return store_has_seen(importer->run->store, key, &seen, &failure) && seen &&
		secure_known(importer, &failure);
}

static bool
ask_seen(int64_t key, Fate *fate, void *data)
{
	Importer *importer = data;
	bool kept = has_seen(importer, key);
	bool left_out = !kept && !importer->options->all && has_seen(importer, key_left_out(key));

	*fate = kept ? FATE_KEPT : FATE_LEFT_OUT;
	importer->summary->known += kept;
	importer->summary->not_ses += left_out;
	return kept || left_out;
}

static bool
ask_changing(const char *path, const struct stat *status, bool several, void *data)
{
	const Importer *importer = data;
	const ImportPass *pass = importer->options->pass;

	return pass->changing(path, status, several, pass->data);
}

/* A box that is a copy of this process must find no threads in it: the crew's where there is no
 * nursery, and the scanner's. */
static bool
may_have_threads(const ImportOptions *options)
{
	return options->nursery && !options->scanner;
}

/* Where the source stood is asked of the store, which knows what was committed.  With an
 * envelope of the command line, the same file may be another message. */
static bool
start_source(Importer *importer, const char *spec, GError **error)
{
	const ImportOptions *options = importer->options;
	const ImportPass *pass = options->pass;
	bool anew = options->sender || options->recipients;
	g_autofree char *mark = NULL;
	g_autofree char *name = NULL;

	importer->seen = (SourceSeen){
		.ask = anew ? NULL : ask_seen,
		.changing = pass ? ask_changing : NULL,
		.data = importer,
		.only = pass ? pass->only : NULL,
		.before = options->clock() - SETTLING_TIME,
		.ahead = may_have_threads(options),
	};
	importer->source = source_find(spec, error);
	if (!importer->source)
		return false;
	name = mark_name(importer);
	if (name && !anew && !store_source_mark(importer->run->store, name, &mark, error))
		return false;
	if (!source_start(importer->source, mark, options->source, &importer->seen, error))
		return false;
	source_heed(importer->source, options->interrupt);
	return true;
}

/* A source that is not swift may start boxes as well. */
static Shift *
shift_of(const Importer *importer)
{
	const ImportOptions *options = importer->options;
	Crew *crew =
		crew_new(importer->run->worker, options->site, options->limits, options->boxes);

	crew_settle(crew, options->nursery);
	crew_keep(crew, is_wanted_message, options);
	crew_resolve(crew, options->resolver);
	crew_scan(crew, options->scanner);
	return shift_new(crew, may_have_threads(options) && source_is_swift(importer->source));
}

bool
import_run(const ImportRun *run, const char *spec, ImportSummary *summary, GError **error)
{
	g_auto(Importer) importer = {
		.run = run,
		.options = run->options,
		.parcels = g_queue_new(),
		.settled = g_array_new(false, false, sizeof(Settled)),
		.unsaid = g_array_new(false, false, sizeof(Saying)),
		.summary = summary,
		.written = g_get_monotonic_time(),
	};
	g_autoptr(Bulk) bulk = may_have_threads(run->options) ? bulk_begin(run->store, NULL) : NULL;
	bool pulled;

	importer.bulk = bulk;
	g_array_set_clear_func(importer.unsaid, saying_clear);
	if (!start_source(&importer, spec, error))
		return false;
	importer.shift = shift_of(&importer);
	pulled = pull(&importer, error);
	import_summary_choose(summary);
	return pulled;
}

bool
import_source(Store *store, const char *spec, const ImportOptions *options, ImportSummary *summary,
	GError **error)
{
	const ImportRun run = { .store = store, .options = options, .worker = box_inspect };

	return import_run(&run, spec, summary, error);
}
