#include "store/campaign.h"

#include "store/campaign_rows.h"
#include "store/message_sql.h"
#include "store/query_sql.h"

void
campaign_edge_free(CampaignEdge *edge)
{
	if (!edge)
		return;
	g_free(edge->value);
	g_free(edge);
}

void
campaign_row_free(CampaignRow *row)
{
	if (!row)
		return;
	message_row_free(row->top);
	g_free(row);
}

/* ---- which, and in what order ---- */

static Reach
reach_of(const Query *query)
{
	static const Reach everywhere = { .may = REACH_ALL, .must = REACH_ALL };

	return query ? query->reach : everywhere;
}

static const char *
condition_of(const Query *query)
{
	return query && query->where->len ? query->where->str : "1";
}

/* The query is about nothing but states. */
static bool
is_states(const Query *query)
{
	return reach_of(query).may == reach_of(query).must;
}

static bool
is_held(const Query *query)
{
	return is_states(query) && reach_of(query).may == 1U << STATE_HELD;
}

/* A campaign of messages that are held stands where the most dangerous of these puts it. */
static const char *
order_of(const Query *query)
{
	return is_held(query) ? "c.held_ord" : "c.ord";
}

static void
append_states(GString *sql, const Query *query)
{
	static const char *const columns[STATES] = {
		[STATE_HELD] = "c.held",
		[STATE_RELEASED] = "c.released",
		[STATE_BLOCKED] = "c.blocked",
	};
	const char *joint = " AND (";

	for (int state = 0; state < STATES; state++) {
		if (!(reach_of(query).may & 1U << state))
			continue;
		g_string_append_printf(sql, "%s%s > 0", joint, columns[state]);
		joint = " OR ";
	}
	g_string_append(sql, reach_of(query).may ? ")" : " AND 0");
}

/* Every SQL text here is made of constants. */
static void
append_condition(GString *sql, const Query *query)
{
	g_string_append_printf(sql, "%s IS NOT NULL", order_of(query));
	if (!is_states(query))
		g_string_append_printf(sql,
			" AND c.id IN (SELECT m.campaign FROM message AS m WHERE %s)",
			condition_of(query));
	else if (!is_held(query))
		append_states(sql, query);
}

static sqlite3_stmt *
prepare_list(Store *store, const CampaignList *list, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT ");
	const char *order = order_of(list->query);
	sqlite3_stmt *stmt;

	g_string_append_printf(sql,
		"c.id, %s AS position, c.held, c.released, c.blocked, c.first, c.last"
		" FROM campaign AS c WHERE ",
		order);
	append_condition(sql, list->query);
	if (list->from_position)
		g_string_append_printf(
			sql, " AND %s %s :after", order, list->backwards ? ">" : "<");
	g_string_append_printf(
		sql, " ORDER BY position %s LIMIT :limit", list->backwards ? "ASC" : "DESC");
	stmt = db_prepare(store, sql->str, error);
	if (!stmt)
		return NULL;
	if (!is_states(list->query))
		query_bind(list->query, stmt);
	if (list->from_position)
		db_bind_int(stmt, ":after", list->after);
	db_bind_int(stmt, ":limit", list->limit > 0 ? list->limit : -1);
	return stmt;
}

static CampaignRow *
row_read(sqlite3_stmt *stmt)
{
	CampaignRow *row = g_new0(CampaignRow, 1);

	row->id = db_int(stmt, 0);
	row->position = db_int(stmt, 1);
	for (int state = 0; state < STATES; state++)
		row->counts[state] = db_int(stmt, 2 + state);
	row->first = db_int(stmt, 2 + STATES);
	row->last = db_int(stmt, 3 + STATES);
	return row;
}

/* ---- what a list shows of each ---- */

static bool
read_spread(Store *store, CampaignRow *row, GError **error)
{
	static const char sql[] =
		"WITH s AS MATERIALIZED (SELECT id, account, domain FROM message"
		"  WHERE campaign = :campaign LIMIT :look)"
		" SELECT (SELECT count(DISTINCT account) FROM s), (SELECT count(DISTINCT domain) FROM s),"
		" (SELECT count(DISTINCT r.address) FROM s JOIN recipient r ON r.message = s.id)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":campaign", row->id);
	db_bind_int(select, ":look", CAMPAIGN_LOOK);
	if (db_step(store, select, error) != STEP_ROW)
		return false;
	row->accounts = (int)db_int(select, 0);
	row->domains = (int)db_int(select, 1);
	row->recipients = (int)db_int(select, 2);
	row->more =
		row->counts[STATE_HELD] + row->counts[STATE_RELEASED] + row->counts[STATE_BLOCKED] >
		CAMPAIGN_LOOK;
	return true;
}

static bool
read_kinds(Store *store, CampaignRow *row, GError **error)
{
	static const char sql[] = "SELECT EXISTS (SELECT 1 FROM edge"
				  " WHERE campaign = :campaign AND kind = :kind AND messages > 1)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":campaign", row->id);
	for (int kind = 0; kind < EDGE_KINDS; kind++) {
		db_bind_int(select, ":kind", kind);
		if (db_step(store, select, error) != STEP_ROW)
			return false;
		row->kinds |= db_int(select, 0) ? 1U << kind : 0;
		sqlite3_reset(select);
	}
	return true;
}

/* The rows of one campaign in list order are merged from its states, so that no sorting
 * reads them all. */
static bool
read_top(Store *store, CampaignRow *row, const Query *query, GError **error)
{
	g_autofree char *sql = g_strdup_printf(
		"SELECT m.ord, " MESSAGE_ROW_COLUMNS " FROM message AS m"
		" WHERE m.campaign = :the_campaign AND (%s) ORDER BY m.ord DESC LIMIT 1",
		condition_of(query));
	g_autoptr(sqlite3_stmt) select = db_prepare(store, sql, error);
	Step step;

	if (!select)
		return false;
	if (query)
		query_bind(query, select);
	db_bind_int(select, ":the_campaign", row->id);
	step = db_step(store, select, error);
	if (step == STEP_ROW)
		row->top = message_row_read(select);
	return step != STEP_ERROR;
}

static bool
count_matching(Store *store, CampaignRow *row, const Query *query, GError **error)
{
	g_autofree char *sql = NULL;
	g_autoptr(sqlite3_stmt) select = NULL;

	for (int state = 0; state < STATES; state++)
		row->matching += reach_of(query).may & 1U << state ? row->counts[state] : 0;
	if (is_states(query))
		return true;
	sql = g_strdup_printf("SELECT count(*) FROM message AS m"
			      " WHERE m.campaign = :the_campaign AND (%s)",
		condition_of(query));
	select = db_prepare(store, sql, error);
	if (!select)
		return false;
	query_bind(query, select);
	db_bind_int(select, ":the_campaign", row->id);
	if (db_step(store, select, error) != STEP_ROW)
		return false;
	row->matching = db_int(select, 0);
	return true;
}

static bool
read_more(Store *store, CampaignRow *row, const Query *query, GError **error)
{
	return read_spread(store, row, error) && read_kinds(store, row, error) &&
		count_matching(store, row, query, error) && read_top(store, row, query, error);
}

static void
turn_round(GPtrArray *rows)
{
	for (guint i = 0; i < rows->len / 2; i++) {
		gpointer row = rows->pdata[i];

		rows->pdata[i] = rows->pdata[rows->len - 1 - i];
		rows->pdata[rows->len - 1 - i] = row;
	}
}

GPtrArray *
store_campaigns(Store *store, const CampaignList *list, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_autoptr(sqlite3_stmt) stmt = snapshot ? prepare_list(store, list, error) : NULL;
	g_autoptr(GPtrArray) rows =
		g_ptr_array_new_with_free_func((GDestroyNotify)campaign_row_free);
	Step step;

	if (!stmt)
		return NULL;
	while ((step = db_step(store, stmt, error)) == STEP_ROW)
		g_ptr_array_add(rows, row_read(stmt));
	if (step == STEP_ERROR)
		return NULL;
	for (guint i = 0; i < rows->len; i++) {
		if (!read_more(store, g_ptr_array_index(rows, i), list->query, error))
			return NULL;
	}
	if (list->backwards)
		turn_round(rows);
	return g_steal_pointer(&rows);
}

int64_t
store_count_campaigns(Store *store, const Query *query, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT count(*) FROM campaign AS c WHERE ");
	g_autoptr(sqlite3_stmt) stmt = NULL;

	append_condition(sql, query);
	stmt = db_prepare(store, sql->str, error);
	if (!stmt)
		return -1;
	if (!is_states(query))
		query_bind(query, stmt);
	return db_step(store, stmt, error) == STEP_ROW ? db_int(stmt, 0) : -1;
}

/* ---- one ---- */

bool
store_campaign_id(Store *store, int64_t *id, GError **error)
{
	static const char sql[] = "SELECT ifnull(joined, id) FROM campaign WHERE id = :id";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":id", *id);
	step = db_step(store, select, error);
	if (step == STEP_DONE)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"no campaign %" G_GINT64_FORMAT, *id);
	if (step == STEP_ROW)
		*id = db_int(select, 0);
	return step == STEP_ROW;
}

CampaignRow *
store_campaign(Store *store, int64_t id, const Query *query, GError **error)
{
	static const char sql[] = "SELECT id, ifnull(ord, 0), held, released, blocked, first, last"
				  " FROM campaign WHERE id = :id";
	g_autoptr(CampaignRow) row = NULL;

	if (!store_campaign_id(store, &id, error))
		return NULL;
	{
		g_autoptr(Kept) select = db_kept(store, sql, error);

		if (!select)
			return NULL;
		db_bind_int(select, ":id", id);
		if (db_step(store, select, error) == STEP_ROW)
			row = row_read(select);
	}
	return row && read_more(store, row, query, error) ? g_steal_pointer(&row) : NULL;
}

static CampaignEdge *
edge_read(sqlite3_stmt *stmt)
{
	CampaignEdge *edge = g_new0(CampaignEdge, 1);

	edge->id = db_int(stmt, 0);
	edge->kind = (EdgeKind)CLAMP(db_int(stmt, 1), 0, EDGE_KINDS - 1);
	edge->state = (EdgeState)CLAMP(db_int(stmt, 2), 0, EDGE_STATES - 1);
	edge->value = db_text(stmt, 3);
	edge->messages = db_int(stmt, 4);
	edge->campaign = db_int(stmt, 5);
	return edge;
}

GPtrArray *
store_campaign_edges(Store *store, int64_t id, int limit, GError **error)
{
	static const char sql[] =
		"SELECT * FROM (SELECT e.id, e.kind, e.state, e.value, e.messages, e.campaign FROM edge e"
		"  WHERE e.campaign = :campaign AND e.messages > 1"
		" UNION SELECT e.id, e.kind, e.state, e.value, e.messages, e.campaign FROM"
		"  (SELECT id FROM message WHERE campaign = :campaign LIMIT :look) s"
		"  JOIN message_edge me ON me.message = s.id JOIN edge e ON e.id = me.edge"
		"  WHERE e.state <> :binds)"
		" ORDER BY state <> :binds, messages DESC, kind, id LIMIT :limit";
	g_autoptr(GPtrArray) edges =
		g_ptr_array_new_with_free_func((GDestroyNotify)campaign_edge_free);
	g_autoptr(Kept) select = NULL;
	Step step;

	if (!store_campaign_id(store, &id, error))
		return NULL;
	select = db_kept(store, sql, error);
	if (!select)
		return NULL;
	db_bind_int(select, ":campaign", id);
	db_bind_int(select, ":look", CAMPAIGN_LOOK);
	db_bind_int(select, ":binds", EDGE_BINDS);
	db_bind_int(select, ":limit", limit > 0 ? limit : -1);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(edges, edge_read(select));
	return step == STEP_DONE ? g_steal_pointer(&edges) : NULL;
}

GArray *
store_campaign_messages(Store *store, int64_t id, int limit, GError **error)
{
	static const char sql[] = "SELECT id FROM message WHERE campaign = :campaign"
				  " ORDER BY ord DESC LIMIT :limit";
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	g_autoptr(Kept) select = NULL;
	Step step;

	if (!store_campaign_id(store, &id, error))
		return NULL;
	select = db_kept(store, sql, error);
	if (!select)
		return NULL;
	db_bind_int(select, ":campaign", id);
	db_bind_int(select, ":limit", limit > 0 ? limit : -1);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		int64_t message = db_int(select, 0);

		g_array_append_val(ids, message);
	}
	return step == STEP_DONE ? g_steal_pointer(&ids) : NULL;
}
