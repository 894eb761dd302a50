#include "store/export_rows.h"

#include <errno.h>

#include "store/ids.h"
#include "store/ledger.h"
#include "store/moment.h"

enum {
	PAGE = 500, /* decisions read at once */
};

extern const ExportFormat export_csv;
extern const ExportFormat export_jsonl;
extern const ExportFormat export_indicators_csv;
extern const ExportFormat export_plain;
extern const ExportFormat export_postfix;
extern const ExportFormat export_rspamd;
extern const ExportFormat export_spamassassin;
extern const ExportFormat export_sieve;
extern const ExportFormat export_pmg;
extern const ExportFormat export_training;
extern const ExportFormat export_defender_csv;
extern const ExportFormat export_sentinel_csv;
extern const ExportFormat export_tabl_lines;
extern const ExportFormat export_tabl_ps1;
extern const ExportFormat export_kql;
extern const ExportFormat export_emailevents_csv;
extern const ExportFormat export_stix;
extern const ExportFormat export_misp;

static const ExportFormat *const formats[] = {
	&export_csv,
	&export_jsonl,
	&export_indicators_csv,
	&export_plain,
	&export_postfix,
	&export_rspamd,
	&export_spamassassin,
	&export_sieve,
	&export_pmg,
	&export_training,
	&export_defender_csv,
	&export_sentinel_csv,
	&export_tabl_ps1,
	&export_tabl_lines,
	&export_emailevents_csv,
	&export_kql,
	&export_stix,
	&export_misp,
	NULL,
};

const ExportFormat *const *
export_formats(void)
{
	return formats;
}

const ExportFormat *
export_format(const char *name)
{
	for (int i = 0; formats[i]; i++) {
		if (g_str_equal(formats[i]->name, name))
			return formats[i];
	}
	return NULL;
}

/* ---- fields ---- */

static void
read_text(sqlite3_stmt *stmt, int column, ExportValue *value)
{
	value->type = EXPORT_TEXT;
	value->text = db_text(stmt, column);
}

static void
read_number(sqlite3_stmt *stmt, int column, ExportValue *value)
{
	value->type = EXPORT_NUMBER;
	value->known = sqlite3_column_type(stmt, column) != SQLITE_NULL;
	value->number = db_int(stmt, column);
}

static void
read_time(sqlite3_stmt *stmt, int column, ExportValue *value)
{
	value->type = EXPORT_TEXT;
	value->text = moment_text(db_int(stmt, column));
}

static void
read_decision(sqlite3_stmt *stmt, int column, ExportValue *value)
{
	value->type = EXPORT_TEXT;
	value->text = g_strdup(decision_name((DecisionKind)ledger_enum(stmt, column, DECISIONS)));
}

static void
read_state(sqlite3_stmt *stmt, int column, ExportValue *value)
{
	value->type = EXPORT_TEXT;
	value->text = g_strdup(state_name((MessageState)ledger_enum(stmt, column, STATES)));
}

static void
read_ses(sqlite3_stmt *stmt, int column, ExportValue *value)
{
	value->type = EXPORT_TEXT;
	value->text = g_strdup(ses_class_name((SesClass)ledger_enum(stmt, column, SES_CLASSES)));
}

/* What becomes of a field where whom a message was for is not to be told. */
typedef enum {
	TELLS_NOTHING,
	TELLS_IN_TEXT, /* it may stand in it */
	TELLS_BY_ID,   /* an envelope sender: likewise, and the sender may know by it */
	TELLS_ALL,     /* the field as a whole is its */
} Tells;

typedef struct ExportField {
	const char *name;
	/* NULL: the recipients, which are rows of their own */
	void (*read)(sqlite3_stmt *stmt, int column, ExportValue *value);
	Tells tells;
} ExportField;

/* In the order of the columns of page_sql. */
static const ExportField fields[] = {
	{ "time", read_time, TELLS_NOTHING },
	{ "operation", read_number, TELLS_NOTHING },
	{ "actor", read_text, TELLS_NOTHING },
	{ "decision", read_decision, TELLS_NOTHING },
	{ "before", read_state, TELLS_NOTHING },
	{ "after", read_state, TELLS_NOTHING },
	{ "reason", read_text, TELLS_IN_TEXT },
	{ "rule", read_number, TELLS_NOTHING },
	{ "undoes", read_number, TELLS_NOTHING },
	{ "id", read_number, TELLS_NOTHING },
	{ "sha256", read_text, TELLS_NOTHING },
	{ "message_id", read_text, TELLS_ALL },
	{ "subject", read_text, TELLS_IN_TEXT },
	{ "from", read_text, TELLS_IN_TEXT },
	{ "sender", read_text, TELLS_BY_ID },
	{ "recipients", NULL, TELLS_NOTHING },
	{ "received", read_time, TELLS_NOTHING },
	{ "score", read_number, TELLS_NOTHING },
	{ "ses", read_ses, TELLS_NOTHING },
	{ "region", read_text, TELLS_NOTHING },
	{ "ip", read_text, TELLS_NOTHING },
	{ "account", read_text, TELLS_NOTHING },
	{ "domain", read_text, TELLS_NOTHING },
	/* Not in all formats, from here on. */
	{ "from_name", read_text, TELLS_IN_TEXT },
	{ "links", read_number, TELLS_NOTHING },
	{ "attachments", read_number, TELLS_NOTHING },
};

enum {
	FIELDS = G_N_ELEMENTS(fields),
	SHARED = FIELDS - 3, /* what all formats have */
	/* Behind the fields: what the page itself is kept by. */
	COLUMN_MESSAGE = FIELDS,
	COLUMN_DECISION,
	COLUMN_TO,
	COLUMNS,
};

static const char page_sql[] =
	"SELECT o.at, d.operation, o.actor, d.kind, d.before, d.after, o.reason, d.rule, o.undoes,"
	" m.id, lower(hex(m.sha256)), m.message_id, m.subject, m.from_address, m.sender, NULL,"
	" m.received, m.score, m.ses, m.region, m.ip, m.account, m.identity_domain,"
	" m.from_name, m.links, m.attachments, m.id, d.id, m.header_to"
	" FROM decision d JOIN operation o ON o.id = d.operation"
	" JOIN message m ON m.id = d.message"
	" WHERE d.id > :after AND d.operation > :since ORDER BY d.id LIMIT :limit";

int
export_fields(void)
{
	return SHARED;
}

const char *
export_field_name(int field)
{
	return fields[field].name;
}

const ExportValue *
export_value(const ExportValue *values, const char *name)
{
	for (int i = 0; i < FIELDS; i++) {
		if (g_str_equal(fields[i].name, name))
			return &values[i];
	}
	g_assert_not_reached();
}

/* ---- pages ---- */

typedef struct Page {
	const Export *export;
	GArray *ids; /* sorted int64_t: messages wanted; NULL is all */
	ExportLine line;
	int64_t after; /* the last decision read */
	int read;      /* decisions on this page, wanted or not */
	GString *text;
} Page;

static void
page_clear(Page *page)
{
	if (page->ids)
		g_array_unref(page->ids);
	g_string_free(page->text, true);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Page, page_clear)

static void
redact_value(Redaction *redaction, Tells tells, ExportValue *value)
{
	g_autofree char *told = g_steal_pointer(&value->text);

	if (told && tells == TELLS_ALL)
		value->text = g_strdup("<redacted>");
	else if (told && tells == TELLS_BY_ID)
		value->text = redact_sender(redaction, told);
	else if (told)
		value->text = redact_text(redaction, told);
}

/* Where nobody wrote the envelope down, other fields than To may still say whom it was for. */
static bool
add_named_in_header(const Page *page, int64_t id, GError **error)
{
	g_autoptr(GError) inner = NULL;
	g_autoptr(Message) message = store_load(page->export->store, id, &inner);

	if (message)
		redaction_add_message(page->export->redaction, message);
	if (message || g_error_matches(inner, STORE_ERROR, STORE_ERROR_PURGED))
		return true;
	g_propagate_error(error, g_steal_pointer(&inner));
	return false;
}

/* @recipients as well. */
static void
redact_line(Redaction *redaction, const char *to, GPtrArray *recipients, ExportValue *values)
{
	for (guint i = 0; i < recipients->len; i++) {
		char *address = g_ptr_array_index(recipients, i);

		redaction_add_address(redaction, address);
		g_ptr_array_index(recipients, i) = redact_address(redaction, address);
		g_free(address);
	}
	redaction_add_list(redaction, to ? to : "");
	for (int i = 0; i < FIELDS; i++) {
		if (fields[i].tells != TELLS_NOTHING)
			redact_value(redaction, fields[i].tells, &values[i]);
	}
}

static bool
begin_redaction(const Page *page, int64_t id, const GPtrArray *recipients, GError **error)
{
	if (!page->export->redaction)
		return true;
	redaction_begin(page->export->redaction);
	return recipients->len > 0 || add_named_in_header(page, id, error);
}

static bool
read_line(Page *page, sqlite3_stmt *stmt, GError **error)
{
	int64_t id = db_int(stmt, COLUMN_MESSAGE);
	g_autoptr(GPtrArray) recipients = ledger_recipients(page->export->store, id, error);
	ExportValue values[FIELDS] = { 0 };

	if (!recipients || !begin_redaction(page, id, recipients, error))
		return false;
	for (int i = 0; i < FIELDS; i++) {
		if (fields[i].read)
			fields[i].read(stmt, i, &values[i]);
		else
			values[i] = (ExportValue){ .type = EXPORT_LIST, .list = recipients };
	}
	if (page->export->redaction)
		redact_line(page->export->redaction,
			(const char *)sqlite3_column_text(stmt, COLUMN_TO), recipients, values);
	page->line(page->text, values);
	for (int i = 0; i < FIELDS; i++)
		g_free(values[i].text);
	return true;
}

static bool
read_page(Page *page, GError **error)
{
	Store *store = page->export->store;
	g_autoptr(Kept) select = db_kept(store, page_sql, error);
	Step step;

	page->read = 0;
	if (!select)
		return false;
	g_assert(sqlite3_column_count(select) == COLUMNS);
	db_bind_int(select, ":after", page->after);
	db_bind_int(select, ":since", page->export->since);
	db_bind_int(select, ":limit", PAGE);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		page->after = db_int(select, COLUMN_DECISION);
		page->read++;
		if (ids_have(page->ids, db_int(select, COLUMN_MESSAGE)) &&
			!read_line(page, select, error))
			return false;
	}
	return step == STEP_DONE;
}

bool
export_write(const Export *export, const GString *text, GError **error)
{
	int number;

	if (text->len == 0 || export->write(text->str, text->len, export->data))
		return true;
	number = errno;
	g_set_error(error, STORE_ERROR, number == ENOSPC ? STORE_ERROR_FULL : STORE_ERROR_IO,
		"export: %s", g_strerror(number));
	return false;
}

bool
export_decisions(const Export *export, ExportLine line, GError **error)
{
	g_auto(Page) page = { .export = export, .line = line, .text = g_string_new(NULL) };

	if (export->query && !(page.ids = ids_found(export->store, export->query, error)))
		return false;
	do {
		g_string_truncate(page.text, 0);
		if (!read_page(&page, error) || !export_write(export, page.text, error))
			return false;
	} while (page.read == PAGE);
	return true;
}
