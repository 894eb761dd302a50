#include "importer/maillog.h"

#include <string.h>

#include "importer/log_file.h"
#include "importer/log_line.h"
#include "importer/log_rotated.h"
#include "mail/domain.h"
#include "store/intake.h"

enum {
	CHUNK_LINES = 50000, /* read between two commits, */
	CHUNK_FACTS = 4000,  /* or what they tell */
};

/* In source_mark: the newest time in any log. */
static const char until_mark[] = "maillog until";

typedef struct Reader {
	Store *store;
	const MaillogOptions *options;
	MaillogSummary *summary;
	LogFile *file;
	LogClock clock;
	const char *known; /* log_file_name(); NULL: it has none */
	char *name;        /* what its mark is kept under; NULL: it has none */
	const char *place; /* likewise for what the path stood for; or NULL */
	GArray *lines;     /* of LogLine: told, and not in the store yet */
	int64_t until;
} Reader;

static void
reader_clear(Reader *reader)
{
	log_file_close(reader->file);
	g_free(reader->name);
	g_array_unref(reader->lines);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

/* ---- into the store ---- */

/* SES gives every mail that it sends an id of its own. */
static bool
is_of_ses(const char *message_id)
{
	const char *at = strrchr(message_id, '@');

	return at &&
		(domain_is_under(at + 1, "amazonses.com") ||
			domain_is_under(at + 1, "messagingfabric.com"));
}

static LogFact
fact_of(const Reader *reader, const LogLine *line, FactKind kind)
{
	return (LogFact){
		.kind = kind,
		.server = line->server,
		.queue_id = line->queue_id,
		.at = line->at,
		.name = line->name,
		.ip = line->ip,
		.login = line->login,
		.text = kind == FACT_MESSAGE_ID ? line->text : line->address,
		.original = line->original,
		.total = line->total,
		.local = line->local,
		.wanted =
			kind == FACT_MESSAGE_ID && (reader->options->all || is_of_ses(line->text)),
	};
}

/* Whose it is stands in a line before. */
static bool
write_held(Reader *reader, StoreBatch *batch, const LogLine *line, GError **error)
{
	LogFact fact = fact_of(reader, line, FACT_HELD);
	g_autofree char *name = NULL;
	g_autofree char *ip = NULL;
	g_auto(LogHeld) held = { 0 };

	if (!store_log_client(reader->store, &fact, &name, &ip, error))
		return false;
	if (!name || !ip || !log_held_read(line->text, name, ip, &held))
		return true;
	fact.text = held.recipient;
	fact.sender = held.sender;
	fact.helo = held.helo;
	return store_batch_log(batch, &fact, error);
}

static bool
write_line(Reader *reader, StoreBatch *batch, const LogLine *line, GError **error)
{
	static const FactKind kinds[] = {
		[LOG_BEGUN] = FACT_BEGUN,
		[LOG_MESSAGE_ID] = FACT_MESSAGE_ID,
		[LOG_ACTIVE] = FACT_ACTIVE,
		[LOG_RECIPIENT] = FACT_RECIPIENT,
		[LOG_REDIRECTED] = FACT_REDIRECTED,
		[LOG_REMOVED] = FACT_REMOVED,
	};
	LogFact fact;

	if (line->kind == LOG_HELD)
		return write_held(reader, batch, line, error);
	fact = fact_of(reader, line, kinds[line->kind]);
	return store_batch_log(batch, &fact, error);
}

static bool
write_marks(Reader *reader, StoreBatch *batch, GError **error)
{
	g_autofree char *mark = log_file_mark(reader->file);
	g_autofree char *until = g_strdup_printf("%" G_GINT64_FORMAT, reader->until);

	return (!reader->name || store_batch_mark(batch, reader->name, mark, error)) &&
		(!reader->place || !reader->known ||
			store_batch_mark(batch, reader->place, reader->known, error)) &&
		store_batch_mark(batch, until_mark, until, error);
}

/* One transaction, in which nothing is waited for. */
static bool
write_chunk(Reader *reader, GError **error)
{
	g_autoptr(StoreBatch) batch = store_batch_begin(reader->store, error);

	if (!batch)
		return false;
	for (guint i = 0; i < reader->lines->len; i++) {
		if (!write_line(reader, batch, &g_array_index(reader->lines, LogLine, i), error))
			return false;
	}
	if (!write_marks(reader, batch, error) || !store_batch_commit(batch, error))
		return false;
	g_array_set_size(reader->lines, 0);
	return true;
}

/* ---- from a log ---- */

static void
note_line(Reader *reader, const char *text)
{
	LogLine line = { 0 };

	switch (log_line_read(text, &reader->clock, &line)) {
	case LOG_OTHER:
		break;
	case LOG_BROKEN:
		reader->summary->broken++;
		break;
	case LOG_BEGUN:
	case LOG_MESSAGE_ID:
	case LOG_ACTIVE:
	case LOG_RECIPIENT:
	case LOG_HELD:
	case LOG_REDIRECTED:
	case LOG_REMOVED:
		reader->summary->facts++;
		reader->until = MAX(reader->until, line.at);
		g_array_append_val(reader->lines, line);
		return;
	}
	reader->until = MAX(reader->until, line.at);
	log_line_clear(&line);
}

static bool
is_stopped(Reader *reader)
{
	const MaillogOptions *options = reader->options;

	if (options->stop && options->stop(options->data))
		reader->summary->stopped = true;
	return reader->summary->stopped;
}

/* Up to a chunk; *more is false at the log's end. */
static bool
read_chunk(Reader *reader, bool *more, GError **error)
{
	int64_t before = log_file_offset(reader->file);

	for (int i = 0; *more && i < CHUNK_LINES && reader->lines->len < CHUNK_FACTS; i++) {
		const char *text = NULL;

		switch (log_file_next(reader->file, &text, error)) {
		case LOG_FILE_LINE:
			note_line(reader, text);
			break;
		case LOG_FILE_LONG:
			reader->summary->broken++;
			break;
		case LOG_FILE_END:
			*more = false;
			continue;
		case LOG_FILE_ERROR:
			return false;
		}
		reader->summary->lines++;
	}
	reader->summary->bytes += log_file_offset(reader->file) - before;
	return true;
}

/* What was read before an error is kept. */
static bool
read_log(Reader *reader, GError **error)
{
	const MaillogOptions *options = reader->options;
	g_autoptr(GError) failure = NULL;
	bool more = true;

	while (more && !failure && !is_stopped(reader)) {
		int64_t before = log_file_offset(reader->file);

		(void)read_chunk(reader, &more, &failure);
		if (log_file_offset(reader->file) != before && !write_chunk(reader, error))
			return false;
		if (options->progress)
			options->progress(
				reader->summary->lines, reader->summary->bytes, options->data);
	}
	if (!failure)
		return true;
	reader->summary->stopped |= g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_STOPPED);
	g_propagate_error(error, g_steal_pointer(&failure));
	return false;
}

static void
line_clear(void *line)
{
	log_line_clear(line);
}

static bool
start(Reader *reader, const char *path, GError **error)
{
	const MaillogOptions *options = reader->options;
	g_autofree char *mark = NULL;

	reader->lines = g_array_new(false, false, sizeof(LogLine));
	g_array_set_clear_func(reader->lines, line_clear);
	reader->file = log_file_open(path, options->interrupt, error);
	if (!reader->file)
		return false;
	reader->clock.latest = log_file_changed(reader->file);
	if (reader->clock.latest == 0)
		reader->clock.latest = options->join.now;
	if (!reader->known)
		return true;
	reader->name = g_strconcat("maillog ", reader->known, NULL);
	return options->again ||
		(store_source_mark(reader->store, reader->name, &mark, error) &&
			log_file_resume(reader->file, mark, error));
}

/* ---- one log after the other ---- */

typedef struct Reading {
	Store *store;
	const MaillogOptions *options;
	MaillogSummary *summary;
	int64_t until;
} Reading;

/* @place is what is kept of the path, NULL: nothing. */
static bool
read_file(Reading *reading, const char *path, const char *name, const char *place, GError **error)
{
	g_auto(Reader) reader = {
		.store = reading->store,
		.options = reading->options,
		.summary = reading->summary,
		.known = name,
		.place = place,
		.until = reading->until,
	};

	if (!start(&reader, path, error) || !read_log(&reader, error))
		return false;
	reading->until = reader.until;
	return true;
}

static void
skip(Reading *reading, const GError *problem)
{
	reading->summary->failed++;
	if (reading->options->skipped)
		reading->options->skipped(problem, reading->options->data);
}

static bool
is_of_the_store(const GError *problem)
{
	return problem->domain == STORE_ERROR;
}

/* What can't be read is said, and no reason to leave out the rest; a store in trouble is. */
static bool
pass(Reading *reading, GError *problem, GError **error)
{
	g_autoptr(GError) owned = problem;

	if (!problem || reading->summary->stopped)
		return true;
	if (is_of_the_store(problem)) {
		g_propagate_error(error, g_steal_pointer(&owned));
		return false;
	}
	skip(reading, problem);
	return true;
}

/* Nothing is to be read of one that has no line.  *again: it could not be read to its end. */
static bool
read_one_rotated(Reading *reading, const char *path, bool *again, GError **error)
{
	GError *problem = NULL;
	g_autofree char *name = log_file_name(path, &problem);

	if (name)
		(void)read_file(reading, path, name, NULL, &problem);
	*again = *again || problem;
	return pass(reading, problem, error);
}

/* The rest of the log that this path was when it was read last, and those since.  *again: next
 * time as well, for one could not be read, and may be then. */
static bool
read_rotated(Reading *reading, const char *path, const char *name, bool *again, GError **error)
{
	g_autoptr(GPtrArray) logs = log_rotated_since(path, name);

	if (logs->len == 0)
		return pass(reading,
			g_error_new(IMPORT_ERROR, IMPORT_ERROR_DATA,
				"%s: was rotated, and the log that was read last is not beside it: "
				"what that got since is not known",
				path),
			error);
	for (guint i = 0; i < logs->len && !reading->summary->stopped; i++) {
		if (!read_one_rotated(reading, g_ptr_array_index(logs, i), again, error))
			return false;
	}
	return true;
}

static bool
read_path(Reading *reading, const char *path, GError **error)
{
	g_autofree char *whole = g_canonicalize_filename(path, NULL);
	g_autofree char *place = g_strconcat("maillog at ", whole, NULL);
	g_autofree char *before = NULL;
	g_autofree char *name = NULL;
	GError *problem = NULL;
	bool again = false;

	if (!store_source_mark(reading->store, place, &before, error))
		return false;
	name = log_file_name(path, &problem);
	if (!name && problem)
		return pass(reading, problem, error);
	if (before && g_strcmp0(before, name) != 0 &&
		!read_rotated(reading, whole, before, &again, error))
		return false;
	/* Without a first line there is nothing yet. */
	if (!name || reading->summary->stopped)
		return true;
	(void)read_file(reading, path, name, again ? NULL : place, &problem);
	return pass(reading, problem, error);
}

static bool
read_paths(Reading *reading, GError **error)
{
	g_autoptr(GPtrArray) paths = log_by_age(reading->options->paths);

	for (guint i = 0; i < paths->len && !reading->summary->stopped; i++) {
		const char *path = g_ptr_array_index(paths, i);
		GError *problem = NULL;

		if (strcmp(path, "-") != 0) {
			if (!read_path(reading, path, error))
				return false;
			continue;
		}
		(void)read_file(reading, path, NULL, NULL, &problem);
		if (!pass(reading, problem, error))
			return false;
	}
	return true;
}

static LogJoin
join_of(const Reading *reading)
{
	LogJoin asked = reading->options->join;

	asked.until = reading->until;
	asked.stop = reading->options->stop;
	asked.data = reading->options->data;
	return asked;
}

static bool
name_messages(Reading *reading, GError **error)
{
	const LogJoin asked = join_of(reading);

	return store_name_messages(reading->store, &asked, &reading->summary->join, error);
}

static bool
join(Reading *reading, GError **error)
{
	const MaillogOptions *options = reading->options;
	const LogJoin asked = join_of(reading);
	LogJoinSummary *summary = &reading->summary->join;

	if (!store_join_log(reading->store, &asked, summary, error))
		return false;
	reading->summary->stopped |= summary->stopped;
	return summary->stopped || asked.dry_run ||
		store_forget_log(reading->store, asked.now - options->keep, error);
}

bool
maillog_read(Store *store, const MaillogOptions *options, MaillogSummary *summary, GError **error)
{
	Reading reading = { .store = store, .options = options, .summary = summary };
	g_autofree char *until = NULL;

	if (!store_source_mark(store, until_mark, &until, error))
		return false;
	reading.until = until ? g_ascii_strtoll(until, NULL, 10) : 0;
	return name_messages(&reading, error) && read_paths(&reading, error) &&
		(summary->stopped || join(&reading, error));
}
