/* Copies of what was decided, for filters that learn: the bytes that came, named by their digest. */
#include "store/db.h"
#include "store/export_rows.h"
#include "store/ids.h"

enum {
	PAGE = 256, /* messages read at once */
};

typedef struct Training {
	const Export *export;
	GArray *ids; /* sorted int64_t: messages wanted; NULL is all */
	int64_t copies[STATES];
	int64_t purged;    /* their bytes are gone */
	int64_t ambiguous; /* released to one, and blocked for another */
} Training;

static void
training_clear(Training *training)
{
	g_clear_pointer(&training->ids, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Training, training_clear)

static const char *const folders[STATES] = {
	[STATE_RELEASED] = "ham",
	[STATE_BLOCKED] = "spam",
};

static bool
copy(Training *training, int64_t id, MessageState state, const char *sha256, GError **error)
{
	const Export *export = training->export;
	g_autoptr(GError) problem = NULL;
	g_autoptr(GBytes) raw = store_raw(export->store, id, &problem);
	g_autofree char *name = g_strdup_printf("%s/%s.eml", folders[state], sha256);
	GString text;

	if (g_error_matches(problem, STORE_ERROR, STORE_ERROR_PURGED)) {
		training->purged++;
		return true;
	}
	if (!raw) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return false;
	}
	text.str = (char *)g_bytes_get_data(raw, &text.len);
	training->copies[state]++;
	return export->begin(name, export->data, error) && export_write(export, &text, error);
}

/* The same bytes can have come in several envelopes. */
static const char page_sql[] =
	"SELECT m.id, m.state, lower(hex(m.sha256)),"
	" EXISTS (SELECT 1 FROM message o WHERE o.raw = m.raw AND o.state NOT IN (:held, m.state)),"
	" EXISTS (SELECT 1 FROM message o WHERE o.raw = m.raw AND o.state = m.state"
	"  AND o.id < m.id),"
	" (SELECT max(d.operation) FROM decision d WHERE d.message = m.id)"
	" FROM message m WHERE m.id > :after AND m.state <> :held ORDER BY m.id LIMIT :limit";

static bool
take(Training *training, sqlite3_stmt *row, GError **error)
{
	int64_t id = db_int(row, 0);
	MessageState state = db_int(row, 1) == STATE_RELEASED ? STATE_RELEASED : STATE_BLOCKED;
	bool ambiguous = db_int(row, 3), known = db_int(row, 4);

	if (!ids_have(training->ids, id) || db_int(row, 5) <= training->export->since)
		return true;
	training->ambiguous += ambiguous;
	return ambiguous || known ||
		copy(training, id, state, (const char *)sqlite3_column_text(row, 2), error);
}

static bool
take_page(Training *training, int64_t *after, int *read, GError **error)
{
	Store *store = training->export->store;
	g_autoptr(Kept) select = db_kept(store, page_sql, error);
	Step step;

	*read = 0;
	if (!select)
		return false;
	db_bind_int(select, ":held", STATE_HELD);
	db_bind_int(select, ":after", *after);
	db_bind_int(select, ":limit", PAGE);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		*after = db_int(select, 0);
		(*read)++;
		if (!take(training, select, error))
			return false;
	}
	return step == STEP_DONE;
}

static void
note(const Training *training)
{
	g_autoptr(GString) words = g_string_new(NULL);

	g_string_append_printf(words,
		"%" G_GINT64_FORMAT " spam, %" G_GINT64_FORMAT " ham; in that folder: "
		"sa-learn --no-sync --spam spam; sa-learn --no-sync --ham ham; sa-learn --sync; or "
		"rspamc learn_spam spam; rspamc learn_ham ham",
		training->copies[STATE_BLOCKED], training->copies[STATE_RELEASED]);
	if (training->purged > 0)
		g_string_append_printf(words, "; %" G_GINT64_FORMAT " purged", training->purged);
	if (training->ambiguous > 0)
		g_string_append_printf(words,
			"; %" G_GINT64_FORMAT
			" left out that were released to some and blocked for others",
			training->ambiguous);
	if (training->export->note)
		training->export->note(words->str, training->export->data);
}

static bool
run(const Export *export, GError **error)
{
	g_auto(Training) training = { .export = export };
	int64_t after = 0;
	int read = 0;

	if (export->redaction) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"training copies are the mails as they came: they can't be redacted");
		return false;
	}
	if (export->query && !(training.ids = ids_found(export->store, export->query, error)))
		return false;
	do {
		if (!take_page(&training, &after, &read, error))
			return false;
	} while (read == PAGE);
	note(&training);
	return true;
}

extern const ExportFormat export_training;

const ExportFormat export_training = {
	.name = "training",
	.summary = "copies of decided mails for sa-learn and rspamc: folders spam and ham",
	.folder = true,
	.fresh = true,
	.run = run,
};
