/* campaign_enter.c - the way of a message into its campaign */
#include "store/campaign_rows.h"

void
campaign_entry_clear(CampaignEntry *entry)
{
	g_clear_pointer(&entry->edges, g_array_unref);
}

int64_t
campaign_new(Store *store, GError **error)
{
	g_autoptr(Kept) insert = db_kept(store, "INSERT INTO campaign DEFAULT VALUES", error);

	return insert && db_run(store, insert, error) ? db_last_id(store) : 0;
}

static bool
add_edge(Store *store, const Edge *edge, int64_t *id, GError **error)
{
	static const char sql[] = "INSERT INTO edge (kind, value) VALUES (:kind, :value)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":kind", edge->kind);
	db_bind_text(insert, ":value", edge->value);
	if (!db_run(store, insert, error))
		return false;
	*id = db_last_id(store);
	return true;
}

/* *campaign is 0 where the edge is new, or binds nothing. */
static bool
find_edge(Store *store, const Edge *edge, int64_t *id, int64_t *campaign, GError **error)
{
	static const char sql[] = "SELECT id, ifnull(campaign, 0) FROM edge"
				  " WHERE kind = :kind AND value = :value";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":kind", edge->kind);
	db_bind_text(select, ":value", edge->value);
	step = db_step(store, select, error);
	*id = step == STEP_ROW ? db_int(select, 0) : 0;
	*campaign = step == STEP_ROW ? db_int(select, 1) : 0;
	return step != STEP_ERROR;
}

static bool
take_edge(Store *store, const Edge *edge, CampaignEntry *entry, GError **error)
{
	int64_t campaign;
	int64_t id;

	if (!find_edge(store, edge, &id, &campaign, error) ||
		(id == 0 && !add_edge(store, edge, &id, error)))
		return false;
	g_array_append_val(entry->edges, id);
	if (campaign == 0 || campaign == entry->campaign)
		return true;
	if (entry->campaign != 0)
		return campaign_merge(store, entry->campaign, campaign, &entry->campaign, error);
	entry->campaign = campaign;
	return true;
}

static bool
take_edges(Store *store, const Message *message, CampaignEntry *entry, GError **error)
{
	entry->edges = g_array_new(false, false, sizeof(int64_t));
	for (guint i = 0; i < message->edges->len; i++) {
		if (!take_edge(store, g_ptr_array_index(message->edges, i), entry, error))
			return false;
	}
	return true;
}

bool
campaign_enter(Store *store, const Message *message, CampaignEntry *entry, GError **error)
{
	if (!take_edges(store, message, entry, error))
		return false;
	if (entry->campaign == 0)
		entry->campaign = campaign_new(store, error);
	return entry->campaign != 0;
}

static bool
bind_one(Store *store, int64_t message, int64_t edge, GError **error)
{
	static const char sql[] =
		"INSERT INTO message_edge (message, edge) VALUES (:message, :edge)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":message", message);
	db_bind_int(insert, ":edge", edge);
	return db_run(store, insert, error);
}

static bool
count_one(Store *store, int64_t edge, int64_t campaign, GError **error)
{
	static const char sql[] =
		"UPDATE edge SET messages = messages + 1,"
		" campaign = CASE state WHEN :binds THEN :campaign END WHERE id = :edge";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":binds", EDGE_BINDS);
	db_bind_int(update, ":campaign", campaign);
	db_bind_int(update, ":edge", edge);
	return db_run(store, update, error);
}

static bool
give_up_common(Store *store, int64_t edge, GError **error)
{
	bool common = false;

	return edge_is_common(store, edge, &common, error) &&
		(!common || edge_set_state(store, edge, EDGE_COMMON, error));
}

bool
campaign_bind(Store *store, int64_t id, const CampaignEntry *entry, GError **error)
{
	for (guint i = 0; i < entry->edges->len; i++) {
		int64_t edge = g_array_index(entry->edges, int64_t, i);

		if (!bind_one(store, id, edge, error) ||
			!count_one(store, edge, entry->campaign, error))
			return false;
	}
	/* Only now: what parts a campaign needs all of it to be there. */
	for (guint i = 0; i < entry->edges->len; i++) {
		if (!give_up_common(store, g_array_index(entry->edges, int64_t, i), error))
			return false;
	}
	return true;
}

/* ---- read anew ---- */

/* Edges that a person drew are no part of what a mail says, and stay. */
static GPtrArray *
read_edges(Store *store, int64_t message, GError **error)
{
	static const char sql[] = "SELECT e.kind, e.value FROM message_edge me"
				  " JOIN edge e ON e.id = me.edge"
				  " WHERE me.message = :message AND e.kind <> :person";
	g_autoptr(GPtrArray) edges = g_ptr_array_new_with_free_func((GDestroyNotify)edge_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":message", message);
	db_bind_int(select, ":person", EDGE_PERSON);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		Edge *edge = g_new0(Edge, 1);

		edge->kind = (EdgeKind)db_int(select, 0);
		edge->value = db_text(select, 1);
		g_ptr_array_add(edges, edge);
	}
	return step == STEP_DONE ? g_steal_pointer(&edges) : NULL;
}

static bool
has_edge(const GPtrArray *edges, const Edge *wanted)
{
	for (guint i = 0; i < edges->len; i++) {
		const Edge *edge = g_ptr_array_index(edges, i);

		if (edge->kind == wanted->kind && g_str_equal(edge->value, wanted->value))
			return true;
	}
	return false;
}

static bool
have_same(const GPtrArray *a, const GPtrArray *b)
{
	for (guint i = 0; a->len == b->len && i < a->len; i++) {
		if (!has_edge(b, g_ptr_array_index(a, i)))
			return false;
	}
	return a->len == b->len;
}

static bool
unbind_all(Store *store, int64_t message, GError **error)
{
	static const char *const steps[] = {
		"UPDATE edge SET messages = messages - 1 WHERE kind <> :person"
		" AND id IN (SELECT edge FROM message_edge WHERE message = :message)",
		"DELETE FROM message_edge WHERE message = :message"
		" AND edge IN (SELECT id FROM edge WHERE kind <> :person)",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autoptr(Kept) stmt = db_kept(store, steps[i], error);

		if (!stmt)
			return false;
		db_bind_int(stmt, ":message", message);
		db_bind_int(stmt, ":person", EDGE_PERSON);
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
	if (db_step(store, select, error) != STEP_ROW)
		return false;
	*campaign = db_int(select, 0);
	return true;
}

bool
campaign_reread(Store *store, int64_t id, const Message *message, GHashTable *loose, GError **error)
{
	g_autoptr(GPtrArray) before = read_edges(store, id, error);
	g_auto(CampaignEntry) entry = { 0 };

	if (!before)
		return false;
	if (have_same(before, message->edges))
		return true;
	if (!unbind_all(store, id, error) || !campaign_of(store, id, &entry.campaign, error) ||
		!take_edges(store, message, &entry, error) ||
		!campaign_bind(store, id, &entry, error))
		return false;
	g_hash_table_add(loose, g_memdup2(&entry.campaign, sizeof(entry.campaign)));
	return true;
}
