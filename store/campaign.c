#include "store/campaign.h"

#include "store/campaign_rows.h"
#include "store/ledger.h"

const char *
edge_state_name(EdgeState state)
{
	static const char *const names[EDGE_STATES] = {
		[EDGE_BINDS] = "binds",
		[EDGE_CUT] = "cut",
		[EDGE_COMMON] = "common",
	};

	g_assert(state < EDGE_STATES);
	return names[state];
}

void
campaign_edge_free(CampaignEdge *edge)
{
	if (!edge)
		return;
	g_free(edge->value);
	g_free(edge);
}

CampaignEdge *
campaign_edge_read(sqlite3_stmt *stmt)
{
	CampaignEdge *edge = g_new0(CampaignEdge, 1);

	edge->id = db_int(stmt, 0);
	edge->kind = (EdgeKind)ledger_enum(stmt, 1, EDGE_KINDS);
	edge->state = (EdgeState)ledger_enum(stmt, 2, EDGE_STATES);
	edge->value = db_text(stmt, 3);
	edge->messages = db_int(stmt, 4);
	edge->campaign = db_int(stmt, 5);
	return edge;
}

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

GPtrArray *
store_campaign_edges(Store *store, int64_t id, int limit, GError **error)
{
	static const char sql[] =
		"SELECT * FROM (SELECT " CAMPAIGN_EDGE_COLUMNS " FROM edge e"
		"  WHERE e.campaign = :campaign AND e.messages > 1"
		" UNION SELECT " CAMPAIGN_EDGE_COLUMNS " FROM"
		"  (SELECT id FROM message WHERE campaign = :campaign"
		"   ORDER BY state, ord DESC LIMIT :look) s"
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
		g_ptr_array_add(edges, campaign_edge_read(select));
	return step == STEP_DONE ? g_steal_pointer(&edges) : NULL;
}

GArray *
store_campaign_messages(Store *store, int64_t id, int limit, GError **error)
{
	/* A state each, as the index message_by_campaign has them in order: none is sorted. */
	static const char sql[] =
		"SELECT id, ord FROM message WHERE campaign = :campaign AND state = :is_held"
		" UNION ALL"
		" SELECT id, ord FROM message WHERE campaign = :campaign AND state = :is_released"
		" UNION ALL"
		" SELECT id, ord FROM message WHERE campaign = :campaign AND state = :is_blocked"
		" ORDER BY ord DESC LIMIT :limit";
	g_autoptr(Kept) select = NULL;

	G_STATIC_ASSERT(STATES == 3);
	if (!store_campaign_id(store, &id, error))
		return NULL;
	select = db_kept(store, sql, error);
	if (!select)
		return NULL;
	db_bind_int(select, ":campaign", id);
	db_bind_int(select, ":is_held", STATE_HELD);
	db_bind_int(select, ":is_released", STATE_RELEASED);
	db_bind_int(select, ":is_blocked", STATE_BLOCKED);
	db_bind_int(select, ":limit", limit > 0 ? limit : -1);
	return db_ids(store, select, error);
}
