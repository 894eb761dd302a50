/* report_record.c - reports that were made: the operation, its rows, and what becomes of them */
#include <string.h>

#include "mail/digest.h"
#include "store/chain.h"
#include "store/ledger.h"
#include "store/report_rows.h"

typedef struct Recording {
	Store *store;
	const ReportRequest *request;
	const ReportPlan *plan;
	int64_t operation;
} Recording;

/* ---- may it be made? ---- */

static bool
refuse(GError **error, StoreError code, const ReportPlan *plan, const char *words)
{
	g_set_error(error, STORE_ERROR, (int)code, "campaign %" G_GINT64_FORMAT " %s",
		plan->campaign, words);
	return false;
}

static bool
check_earlier(const Recording *recording, GError **error)
{
	static const char sql[] =
		"SELECT count(DISTINCT t.operation) FROM message m"
		" JOIN reported t ON t.message = m.id WHERE m.campaign = :campaign";
	const ReportPlan *plan = recording->plan;
	g_autoptr(Kept) select = db_kept(recording->store, sql, error);
	g_autofree char *words = NULL;

	if (!select)
		return false;
	db_bind_int(select, ":campaign", plan->campaign);
	if (!db_row(recording->store, select, error))
		return false;
	if (db_int(select, 0) != plan->earlier)
		return refuse(error, STORE_ERROR_CONFLICT, plan, "was reported meanwhile");
	if (plan->earlier == 0 || recording->request->again)
		return true;
	words = g_strdup_printf("was %s", plan->before);
	return refuse(error, STORE_ERROR_REFUSED, plan, words);
}

static bool
check_message(const Recording *recording, int64_t id, GError **error)
{
	static const char sql[] = "SELECT 1 FROM message m WHERE id = :id AND state <> :released"
				  " AND campaign = :campaign"
				  " AND NOT EXISTS (SELECT 1 FROM purged WHERE message = m.id)";
	g_autoptr(Kept) select = db_kept(recording->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":id", id);
	db_bind_int(select, ":released", STATE_RELEASED);
	db_bind_int(select, ":campaign", recording->plan->campaign);
	step = db_step(recording->store, select, error);
	if (step == STEP_DONE)
		refuse(error, STORE_ERROR_CONFLICT, recording->plan,
			"changed since it was looked at");
	return step == STEP_ROW;
}

static bool
check_not_waiting(const Recording *recording, const ReportDraft *draft, GError **error)
{
	static const char sql[] = "SELECT id FROM delivery WHERE message = :message"
				  " AND recipient = :recipient AND state IN (0, 1)";
	g_autoptr(Kept) select = db_kept(recording->store, sql, error);
	g_autofree char *words = NULL;
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":message", g_array_index(draft->messages, int64_t, 0));
	db_bind_text(select, ":recipient", recording->request->destination);
	step = db_step(recording->store, select, error);
	if (step != STEP_ROW)
		return step == STEP_DONE;
	words = g_strdup_printf("has a report that has not left yet, delivery %" G_GINT64_FORMAT,
		db_int(select, 0));
	return refuse(error, STORE_ERROR_REFUSED, recording->plan, words);
}

static bool
check_draft(const Recording *recording, const ReportDraft *draft, GError **error)
{
	for (guint i = 0; i < draft->messages->len; i++) {
		if (!check_message(recording, g_array_index(draft->messages, int64_t, i), error))
			return false;
	}
	return check_not_waiting(recording, draft, error);
}

/* ---- rows ---- */

/* The report's id; 0 on error. */
static int64_t
insert_report(const Recording *recording, const ReportDraft *draft, GError **error)
{
	static const char sql[] =
		"INSERT INTO report (operation, campaign, account, way, destination, sender, token,"
		" redacted, test, size, sha256, body) VALUES (:operation, :campaign, :account, :way,"
		" :destination, :sender, :token, :redacted, :test, :size, :sha256, :body)";
	const ReportRequest *request = recording->request;
	g_autoptr(Kept) insert = db_kept(recording->store, sql, error);
	gsize size;
	const void *bytes = g_bytes_get_data(draft->body, &size);
	uint8_t digest[DIGEST_SIZE];

	if (!insert)
		return 0;
	digest_sha256(bytes, size, digest);
	db_bind_int(insert, ":operation", recording->operation);
	db_bind_int(insert, ":campaign", recording->plan->campaign);
	db_bind_text(insert, ":account", draft->account);
	db_bind_int(insert, ":way", request->way);
	db_bind_text(insert, ":destination", request->destination);
	db_bind_text(
		insert, ":sender", request->way == REPORT_MAIL ? request->reporter.contact : "");
	db_bind_text(insert, ":token", draft->token);
	db_bind_int(insert, ":redacted", !request->unredacted);
	db_bind_int(insert, ":test", request->test);
	db_bind_int(insert, ":size", (int64_t)size);
	db_bind_blob(insert, ":sha256", digest, sizeof(digest));
	db_bind_blob(insert, ":body", bytes, size);
	return db_run(recording->store, insert, error) ? db_last_id(recording->store) : 0;
}

/* The only place that appends to reported; its operation is the last one. */
static bool
append(const Recording *recording, int64_t report, int64_t message, GError **error)
{
	static const char sql[] =
		"WITH next AS (SELECT"
		"  ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'reported'), 0) + 1 AS id,"
		"  " CHAIN_LAST_OF_OPERATION " AS previous"
		"  FROM operation o WHERE o.id = :operation)"
		" INSERT INTO reported (id, operation, report, message, hash)"
		" SELECT next.id, :operation, r.id, :message, " CHAIN_REPORTED("previous",
			"next.id", ":operation", "r.id",
			":message") " FROM next, report r WHERE r.id = :report";
	g_autoptr(Kept) insert = db_kept(recording->store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":operation", recording->operation);
	db_bind_int(insert, ":report", report);
	db_bind_int(insert, ":message", message);
	return db_run(recording->store, insert, error);
}

static bool
queue(const Recording *recording, int64_t report, int64_t message, GError **error)
{
	static const char sql[] =
		"INSERT INTO delivery"
		" (operation, message, recipient, transport, due, queued, hold, changed, report)"
		" VALUES (:operation, :message, :recipient, :transport, :at, :at, :hold, :at, :report)";
	g_autoptr(Kept) insert = db_kept(recording->store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":operation", recording->operation);
	db_bind_int(insert, ":message", message);
	db_bind_text(insert, ":recipient", recording->request->destination);
	db_bind_text(insert, ":transport", recording->request->transport);
	db_bind_int(insert, ":at", recording->request->now);
	db_bind_int(insert, ":hold", recording->request->hold);
	db_bind_int(insert, ":report", report);
	return db_run(recording->store, insert, error);
}

static bool
record(const Recording *recording, const ReportDraft *draft, GError **error)
{
	int64_t report = insert_report(recording, draft, error);

	for (guint i = 0; report && i < draft->messages->len; i++) {
		if (!append(recording, report, g_array_index(draft->messages, int64_t, i), error))
			return false;
	}
	return report &&
		queue(recording, report, g_array_index(draft->messages, int64_t, 0), error);
}

int64_t
store_report(Store *store, const ReportRequest *request, const ReportPlan *plan, GError **error)
{
	const Entry entry = { .verb = VERB_REPORT,
		.actor = request->actor,
		.reason = request->reason,
		.at = request->now };
	Recording recording = { .store = store, .request = request, .plan = plan };
	g_autoptr(Transaction) transaction = db_begin(store, error);

	if (!transaction || !check_earlier(&recording, error))
		return 0;
	for (guint i = 0; i < plan->drafts->len; i++) {
		if (!check_draft(&recording, g_ptr_array_index(plan->drafts, i), error))
			return 0;
	}
	recording.operation = ledger_operation(store, &entry, error);
	for (guint i = 0; recording.operation && i < plan->drafts->len; i++) {
		if (!record(&recording, g_ptr_array_index(plan->drafts, i), error))
			return 0;
	}
	return recording.operation && transaction_commit(transaction, error) ? recording.operation
									     : 0;
}

/* ---- what there is ---- */

void
report_row_free(ReportRow *row)
{
	if (!row)
		return;
	g_free(row->actor);
	g_free(row->account);
	g_free(row->destination);
	g_free(row->token);
	g_free(row->remote);
	g_free(row->status);
	g_free(row->outcome);
	g_free(row);
}

#define REPORT_SELECT                                                                            \
	"SELECT r.id, r.operation, o.at, o.actor, r.campaign, r.account, r.way, r.destination,"  \
	" r.token, r.redacted, r.test, (SELECT count(*) FROM reported t WHERE t.report = r.id)," \
	" r.size, d.id, d.state, r.remote, r.status, r.outcome, ifnull(r.asked, 0)"              \
	" FROM report r JOIN operation o ON o.id = r.operation"                                  \
	" JOIN delivery d ON d.report = r.id"

static ReportRow *
row_of(sqlite3_stmt *stmt)
{
	ReportRow *row = g_new0(ReportRow, 1);

	row->id = db_int(stmt, 0);
	row->operation = db_int(stmt, 1);
	row->at = db_int(stmt, 2);
	row->actor = db_text(stmt, 3);
	row->campaign = db_int(stmt, 4);
	row->account = db_text(stmt, 5);
	row->way = (ReportWay)ledger_enum(stmt, 6, REPORT_WAYS);
	row->destination = db_text(stmt, 7);
	row->token = db_text(stmt, 8);
	row->redacted = db_int(stmt, 9) != 0;
	row->test = db_int(stmt, 10) != 0;
	row->messages = db_int(stmt, 11);
	row->size = db_int(stmt, 12);
	row->delivery = db_int(stmt, 13);
	row->state = (DeliveryState)ledger_enum(stmt, 14, DELIVERY_STATES);
	row->remote = db_text(stmt, 15);
	row->status = db_text(stmt, 16);
	row->outcome = db_text(stmt, 17);
	row->asked = db_int(stmt, 18);
	return row;
}

GPtrArray *
store_reports(Store *store, int64_t campaign, int limit, GError **error)
{
	static const char sql[] = REPORT_SELECT " WHERE :campaign = 0 OR r.campaign = :campaign"
						" ORDER BY r.id DESC LIMIT :limit";
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)report_row_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":campaign", campaign);
	db_bind_int(select, ":limit", limit > 0 ? limit : -1);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(rows, row_of(select));
	return step == STEP_DONE ? g_steal_pointer(&rows) : NULL;
}

/* A row of @sql, about report :id; NOT_FOUND. */
static Kept *
find_report(Store *store, const char *sql, int64_t id, GError **error)
{
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":id", id);
	step = db_step(store, select, error);
	if (step == STEP_DONE)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"no report %" G_GINT64_FORMAT, id);
	return step == STEP_ROW ? g_steal_pointer(&select) : NULL;
}

ReportRow *
store_report_row(Store *store, int64_t id, GError **error)
{
	static const char sql[] = REPORT_SELECT " WHERE r.id = :id";
	g_autoptr(Kept) select = find_report(store, sql, id, error);

	return select ? row_of(select) : NULL;
}

static bool
fail_purged(int64_t id, GError **error)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_PURGED,
		"what report %" G_GINT64_FORMAT " said is gone: a message of it was purged", id);
	return false;
}

bool
report_is_whole(Store *store, int64_t id, GError **error)
{
	static const char sql[] = "SELECT body IS NOT NULL FROM report WHERE id = :id";
	g_autoptr(Kept) select = find_report(store, sql, id, error);

	return select && (db_int(select, 0) || fail_purged(id, error));
}

GBytes *
store_report_body(Store *store, int64_t id, GError **error)
{
	static const char sql[] = "SELECT body, sha256 FROM report WHERE id = :id";
	g_autoptr(Kept) select = find_report(store, sql, id, error);
	uint8_t digest[DIGEST_SIZE];
	const void *bytes;
	size_t size;

	if (!select)
		return NULL;
	if (sqlite3_column_type(select, 0) == SQLITE_NULL) {
		fail_purged(id, error);
		return NULL;
	}
	bytes = sqlite3_column_blob(select, 0);
	size = (size_t)sqlite3_column_bytes(select, 0);
	digest_sha256(bytes, size, digest);
	if (sqlite3_column_bytes(select, 1) == DIGEST_SIZE &&
		memcmp(sqlite3_column_blob(select, 1), digest, DIGEST_SIZE) == 0)
		return g_bytes_new(bytes, size);
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE,
		"%s: the store is damaged (report %" G_GINT64_FORMAT
		" is not what was confirmed); lazaret verify tells more",
		store_path(store), id);
	return NULL;
}

bool
store_note_report(Store *store, int64_t id, const ReportNews *news, int64_t now, GError **error)
{
	static const char sql[] =
		"UPDATE report SET remote = ifnull(:remote, remote), status = ifnull(:status, status),"
		" outcome = ifnull(:outcome, outcome), asked = :now WHERE id = :id";
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(Kept) update = transaction ? db_kept(store, sql, error) : NULL;

	if (!update)
		return false;
	db_bind_text(update, ":remote", news->remote);
	db_bind_text(update, ":status", news->status);
	db_bind_text(update, ":outcome", news->outcome);
	db_bind_int(update, ":now", now);
	db_bind_int(update, ":id", id);
	return db_run(store, update, error) && transaction_commit(transaction, error);
}
