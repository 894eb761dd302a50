#include "store/campaign.h"

#include "store/campaign_find.h"
#include "store/campaign_rows.h"
#include "store/message_sql.h"
#include "store/query_sql.h"

void
campaign_row_free(CampaignRow *row)
{
	if (!row)
		return;
	message_row_free(row->top);
	g_free(row);
}

int64_t
campaign_total(const CampaignRow *row)
{
	int64_t all = 0;

	for (int state = 0; state < STATES; state++)
		all += row->counts[state];
	return all;
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
	return query->where->len ? query->where->str : "1";
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

/* A campaign stands where the most dangerous of its messages that match puts it; of those
 * that were decided this is not kept, and the most dangerous of all does. */
static const char *
order_of(const Query *query)
{
	if (!is_states(query))
		return "n.top";
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

/* What is about more than states is asked of the messages once, not of each campaign. */
static void
append_source(GString *sql, const Query *query)
{
	if (is_states(query))
		g_string_append_printf(
			sql, " FROM campaign AS c WHERE %s IS NOT NULL", order_of(query));
	else
		g_string_append_printf(sql,
			" FROM (SELECT m.campaign AS campaign, count(*) AS matching,"
			" max(m.ord) AS top FROM message AS m WHERE %s GROUP BY m.campaign) AS n"
			" JOIN campaign AS c ON c.id = n.campaign WHERE 1",
			condition_of(query));
	if (is_states(query) && !is_held(query))
		append_states(sql, query);
}

#define ROW_COLUMNS "c.held, c.released, c.blocked, c.first, c.last"

/* Every SQL text here is made of constants. */
char *
campaign_list_sql(const CampaignList *list)
{
	const char *order = order_of(list->query);
	GString *sql = g_string_new("SELECT c.id");

	g_string_append_printf(sql, ", %s AS position, " ROW_COLUMNS ", %s", order,
		is_states(list->query) ? "0" : "n.matching");
	append_source(sql, list->query);
	if (list->from_position)
		g_string_append_printf(
			sql, " AND %s %s :after", order, list->backwards ? ">" : "<");
	g_string_append_printf(
		sql, " ORDER BY position %s LIMIT :limit", list->backwards ? "ASC" : "DESC");
	return g_string_free(sql, false);
}

static sqlite3_stmt *
prepare_list(Store *store, const CampaignList *list, GError **error)
{
	g_autofree char *sql = campaign_list_sql(list);
	sqlite3_stmt *stmt = db_prepare(store, sql, error);

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
	row->matching = db_int(stmt, 4 + STATES);
	return row;
}

/* Kept for each state alone. */
static int64_t
count_of_state(Store *store, MessageState state, GError **error)
{
	static const char sql[] = "SELECT campaigns FROM counter WHERE state = :state";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return -1;
	db_bind_int(select, ":state", state);
	return db_row(store, select, error) ? db_int(select, 0) : -1;
}

int64_t
store_count_campaigns(Store *store, const Query *query, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT count(*)");
	g_autoptr(sqlite3_stmt) stmt = NULL;

	for (int state = 0; state < STATES; state++) {
		if (is_states(query) && reach_of(query).may == 1U << state)
			return count_of_state(store, (MessageState)state, error);
	}
	append_source(sql, query);
	stmt = db_prepare(store, sql->str, error);
	if (!stmt)
		return -1;
	if (!is_states(query))
		query_bind(query, stmt);
	return db_step(store, stmt, error) == STEP_ROW ? db_int(stmt, 0) : -1;
}

GArray *
store_campaign_ids(Store *store, const Query *query, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT c.id");
	g_autoptr(sqlite3_stmt) stmt = NULL;

	append_source(sql, query);
	stmt = db_prepare(store, sql->str, error);
	if (!stmt)
		return NULL;
	if (!is_states(query))
		query_bind(query, stmt);
	return db_ids(store, stmt, error);
}

/* ---- what a list shows of each ---- */

static bool
read_spread(Store *store, CampaignRow *row, GError **error)
{
	static const char sql[] =
		"SELECT count(DISTINCT account), count(DISTINCT domain) FROM"
		" (SELECT account, domain FROM message"
		"  WHERE campaign = :campaign ORDER BY state, ord DESC LIMIT :look)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":campaign", row->id);
	db_bind_int(select, ":look", CAMPAIGN_LOOK);
	if (!db_row(store, select, error))
		return false;
	row->accounts = (int)db_int(select, 0);
	row->domains = (int)db_int(select, 1);
	row->more = campaign_total(row) > CAMPAIGN_LOOK;
	return true;
}

bool
store_campaign_recipients(Store *store, int64_t id, int *count, GError **error)
{
	static const char sql[] =
		"SELECT count(DISTINCT r.address) FROM (SELECT id FROM message"
		"  WHERE campaign = :campaign ORDER BY state, ord DESC LIMIT :look) AS s"
		" CROSS JOIN recipient AS r ON r.message = s.id";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":campaign", id);
	db_bind_int(select, ":look", CAMPAIGN_LOOK);
	if (!db_row(store, select, error))
		return false;
	*count = (int)db_int(select, 0);
	return true;
}

static bool
read_kinds(Store *store, CampaignRow *row, GError **error)
{
	static const char sql[] =
		"SELECT ifnull(sum(1 << k.column1), 0) FROM (VALUES (0), (1), (2), (3), (4), (5),"
		" (6), (7), (8)) AS k WHERE EXISTS (SELECT 1 FROM edge"
		" WHERE campaign = :campaign AND kind = k.column1 AND messages > 1)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	G_STATIC_ASSERT(EDGE_KINDS == 9);
	if (!select)
		return false;
	db_bind_int(select, ":campaign", row->id);
	if (!db_row(store, select, error))
		return false;
	row->kinds = (unsigned)db_int(select, 0);
	return true;
}

/* The greatest of what @sql has for the states that @query lets through. */
static bool
find_top(Store *store, const char *sql, const CampaignRow *row, const Query *query, int64_t *top,
	GError **error)
{
	g_autoptr(Kept) select = db_kept(store, sql, error);

	*top = 0;
	if (!select)
		return false;
	db_bind_int(select, ":campaign", row->id);
	for (int state = 0; state < STATES; state++) {
		if (!(reach_of(query).may & 1U << state))
			continue;
		db_bind_int(select, ":state", state);
		if (!db_row(store, select, error))
			return false;
		*top = MAX(*top, db_int(select, 0));
		sqlite3_reset(select);
	}
	return true;
}

/* The most dangerous message of each state is the first of the campaign's in the index. */
static bool
match_states(Store *store, CampaignRow *row, const Query *query, int64_t *top, GError **error)
{
	static const char sql[] = "SELECT ifnull(max(ord), 0) FROM message"
				  " WHERE campaign = :campaign AND state = :state";

	for (int state = 0; state < STATES; state++) {
		if (reach_of(query).may & 1U << state)
			row->matching += row->counts[state];
	}
	return find_top(store, sql, row, query, top, error);
}

/* Who reads the list wants a message that says something, which a purged one does not. */
static bool
prefer_living(
	Store *store, const CampaignRow *row, const Query *query, int64_t *top, GError **error)
{
	static const char sql[] =
		"SELECT ifnull(max(ord), 0) FROM (SELECT id, ord FROM message WHERE"
		" campaign = :campaign AND state = :state ORDER BY ord DESC LIMIT 16)"
		" WHERE id NOT IN (SELECT message FROM purged)";
	int64_t living = 0;

	if (!is_states(query))
		return true;
	if (!find_top(store, sql, row, query, &living, error))
		return false;
	if (living != 0)
		*top = living;
	return true;
}

static bool
match_one(Store *store, CampaignRow *row, const Query *query, int64_t *top, GError **error)
{
	g_autoptr(GPtrArray) marks = query_marks(store, query, error);
	CampaignMatch match = { .campaign = row->id };

	if (!marks || !campaign_match(store, query, marks, &match, error))
		return false;
	row->matching = match.messages;
	*top = match.top;
	return true;
}

/* The message whose place in the order is @top: none where that is 0. */
static bool
read_top(Store *store, CampaignRow *row, int64_t top, GError **error)
{
	static const char sql[] = "SELECT m.ord, " MESSAGE_ROW_COLUMNS " FROM message AS m"
				  " WHERE m.campaign = :campaign AND m.state IN (0, 1, 2)"
				  " AND m.ord = :top";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":campaign", row->id);
	db_bind_int(select, ":top", top);
	step = db_step(store, select, error);
	if (step == STEP_ROW)
		row->top = message_row_read(select);
	return step != STEP_ERROR;
}

static bool
read_more(Store *store, CampaignRow *row, const Query *query, int64_t top, GError **error)
{
	row->score = (int)(top >> 56);
	return read_spread(store, row, error) && read_kinds(store, row, error) &&
		prefer_living(store, row, query, &top, error) && read_top(store, row, top, error);
}

static bool
read_listed(Store *store, CampaignRow *row, const CampaignList *list, GError **error)
{
	int64_t top = row->position;

	return (!is_states(list->query) || match_states(store, row, list->query, &top, error)) &&
		read_more(store, row, list->query, top, error) &&
		(!list->recipients ||
			store_campaign_recipients(store, row->id, &row->recipients, error));
}

static CampaignRow *
read_counts(Store *store, int64_t id, GError **error)
{
	static const char sql[] = "SELECT c.id, ifnull(c.ord, 0), " ROW_COLUMNS ", 0"
				  " FROM campaign AS c WHERE c.id = :id";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":id", id);
	return db_row(store, select, error) ? row_read(select) : NULL;
}

static GPtrArray *
read_rows(Store *store, const CampaignList *list, GError **error)
{
	g_autoptr(sqlite3_stmt) stmt = prepare_list(store, list, error);
	g_autoptr(GPtrArray) rows =
		g_ptr_array_new_with_free_func((GDestroyNotify)campaign_row_free);
	Step step;

	if (!stmt)
		return NULL;
	while ((step = db_step(store, stmt, error)) == STEP_ROW)
		g_ptr_array_add(rows, row_read(stmt));
	return step == STEP_DONE ? g_steal_pointer(&rows) : NULL;
}

/* Where the query is to be asked of each message. */
static GPtrArray *
find_rows(Store *store, const CampaignList *list, GError **error)
{
	g_autoptr(GArray) matches = campaign_find(store, list, error);
	g_autoptr(GPtrArray) rows =
		g_ptr_array_new_with_free_func((GDestroyNotify)campaign_row_free);

	for (guint i = 0; matches && i < matches->len; i++) {
		const CampaignMatch *match = &g_array_index(matches, CampaignMatch, i);
		CampaignRow *row = read_counts(store, match->campaign, error);

		if (!row)
			return NULL;
		row->position = match->top;
		row->matching = match->messages;
		g_ptr_array_add(rows, row);
	}
	return matches ? g_steal_pointer(&rows) : NULL;
}

GPtrArray *
store_campaigns(Store *store, const CampaignList *list, GError **error)
{
	bool ask = list->limit > 0 && !is_states(list->query) && !reach_of(list->query).keyed;
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_autoptr(GPtrArray) rows = NULL;

	if (!snapshot)
		return NULL;
	rows = ask ? find_rows(store, list, error) : read_rows(store, list, error);
	for (guint i = 0; rows && i < rows->len; i++) {
		if (!read_listed(store, g_ptr_array_index(rows, i), list, error))
			return NULL;
	}
	if (rows && list->backwards)
		rows_turn_round(rows);
	return g_steal_pointer(&rows);
}

/* ---- one ---- */

CampaignRow *
store_campaign(Store *store, int64_t id, const Query *query, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_autoptr(CampaignRow) row = NULL;
	int64_t top = 0;
	bool matched;

	if (!snapshot || !store_campaign_id(store, &id, error))
		return NULL;
	row = read_counts(store, id, error);
	if (!row)
		return NULL;
	matched = is_states(query) ? match_states(store, row, query, &top, error)
				   : match_one(store, row, query, &top, error);
	if (!matched || !read_more(store, row, query, top, error) ||
		!store_campaign_recipients(store, row->id, &row->recipients, error))
		return NULL;
	if (!is_states(query) || is_held(query))
		row->position = top;
	return g_steal_pointer(&row);
}
