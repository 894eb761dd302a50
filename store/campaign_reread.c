/* campaign_reread.c - messages that are read anew share other edges than before */
#include "store/campaign_rows.h"

/* Of CampaignEdge.  Edges that a person drew are no part of what a mail says, and stay. */
static GPtrArray *
read_edges(Store *store, int64_t message, GError **error)
{
	static const char sql[] = "SELECT " CAMPAIGN_EDGE_COLUMNS " FROM message_edge me"
				  " JOIN edge e ON e.id = me.edge"
				  " WHERE me.message = :message AND e.kind <> :person";
	g_autoptr(GPtrArray) edges =
		g_ptr_array_new_with_free_func((GDestroyNotify)campaign_edge_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":message", message);
	db_bind_int(select, ":person", EDGE_PERSON);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(edges, campaign_edge_read(select));
	return step == STEP_DONE ? g_steal_pointer(&edges) : NULL;
}

static bool
is_same(const CampaignEdge *edge, const Edge *other)
{
	return edge->kind == other->kind && g_str_equal(edge->value, other->value);
}

static bool
message_has(const Message *message, const CampaignEdge *edge)
{
	for (guint i = 0; i < message->edges->len; i++) {
		if (is_same(edge, g_ptr_array_index(message->edges, i)))
			return true;
	}
	return false;
}

static bool
edges_have(const GPtrArray *edges, const Edge *wanted)
{
	for (guint i = 0; i < edges->len; i++) {
		if (is_same(g_ptr_array_index(edges, i), wanted))
			return true;
	}
	return false;
}

/* An edge that one message has, or none, names no campaign. */
static bool
unbind(Store *store, int64_t message, int64_t edge, GError **error)
{
	static const char *const steps[] = {
		"DELETE FROM message_edge WHERE message = :message AND edge = :edge",
		"UPDATE edge SET messages = messages - 1,"
		" campaign = CASE WHEN messages > 2 THEN campaign END"
		" WHERE id = :edge AND :message IS NOT NULL",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autoptr(Kept) stmt = db_kept(store, steps[i], error);

		if (!stmt)
			return false;
		db_bind_int(stmt, ":message", message);
		db_bind_int(stmt, ":edge", edge);
		if (!db_run(store, stmt, error))
			return false;
	}
	return true;
}

static bool
campaign_of(Store *store, int64_t message, int64_t *campaign, GError **error)
{
	static const char sql[] = "SELECT campaign FROM message WHERE id = :message";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":message", message);
	if (!db_row(store, select, error))
		return false;
	*campaign = db_int(select, 0);
	return true;
}

bool
campaign_let_go(Store *store, int64_t id, const Message *message, GError **error)
{
	g_autoptr(GPtrArray) edges = read_edges(store, id, error);
	int64_t campaign;

	if (!edges || !campaign_of(store, id, &campaign, error))
		return false;
	for (guint i = 0; i < edges->len; i++) {
		const CampaignEdge *edge = g_ptr_array_index(edges, i);

		if (message_has(message, edge))
			continue;
		if (!unbind(store, id, edge->id, error))
			return false;
		if (edge->state == EDGE_BINDS && edge->messages > 1 &&
			!campaign_loosen(store, campaign, error))
			return false;
	}
	return true;
}

bool
campaign_take_in(Store *store, int64_t id, const Message *message, GError **error)
{
	g_autoptr(GPtrArray) before = read_edges(store, id, error);
	g_auto(CampaignEntry) entry = { 0 };

	campaign_entry_init(&entry);
	if (!before || !campaign_of(store, id, &entry.campaign, error))
		return false;
	for (guint i = 0; i < message->edges->len; i++) {
		const Edge *edge = g_ptr_array_index(message->edges, i);
		EntryEdge found;

		if (!edges_have(before, edge) &&
			(!campaign_find_edge(store, edge, &found, error) ||
				!campaign_take_edge(store, edge, &found, &entry, error)))
			return false;
	}
	return campaign_bind(store, id, &entry, error);
}
