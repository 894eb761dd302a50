/* campaign_enter.c - the way of a message into its campaign */
#include "store/campaign_rows.h"
#include "store/lookup.h"

void
campaign_entry_init(CampaignEntry *entry)
{
	entry->edges = g_array_new(false, false, sizeof(EntryEdge));
}

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

bool
campaign_add_edge(Store *store, const Edge *edge, EdgeState state, int64_t *id, GError **error)
{
	static const char sql[] =
		"INSERT INTO edge (kind, value, state) VALUES (:kind, :value, :state)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);
	int64_t key;

	if (!insert)
		return false;
	db_bind_int(insert, ":kind", edge->kind);
	db_bind_text(insert, ":value", edge->value);
	db_bind_int(insert, ":state", state);
	if (!db_run(store, insert, error))
		return false;
	*id = db_last_id(store);
	key = lookup_text_key(edge->value);
	lookup_remember(store, LOOKUP_EDGE + edge->kind, key, *id);
	return lookup_add(store, LOOKUP_EDGE + edge->kind, key, *id, error);
}

#define ENTRY_COLUMNS                                                \
	"e.id, e.state, e.messages, ifnull(e.campaign, 0), e.first," \
	" e.person_released, e.person_blocked"

static bool
read_entry(Store *store, Kept *select, EntryEdge *found, GError **error)
{
	Step step = db_step(store, select, error);

	if (step == STEP_ROW)
		*found = (EntryEdge){
			.id = db_int(select, 0),
			.state = (EdgeState)db_int(select, 1),
			.messages = db_int(select, 2),
			.campaign = db_int(select, 3),
			.first = db_int(select, 4),
			.person_released = db_int(select, 5),
			.person_blocked = db_int(select, 6),
		};
	return step != STEP_ERROR;
}

/* Not found where it is no more what it was. */
static bool
find_by_hint(Store *store, const Edge *edge, int64_t hint, EntryEdge *found, GError **error)
{
	static const char sql[] = "SELECT " ENTRY_COLUMNS " FROM edge AS e"
				  " WHERE e.id = :id AND e.kind = :kind AND e.value = :value";
	g_autoptr(Kept) select = NULL;

	if (hint == 0)
		return true;
	select = db_kept(store, sql, error);
	if (!select)
		return false;
	db_bind_int(select, ":id", hint);
	db_bind_int(select, ":kind", edge->kind);
	db_bind_text(select, ":value", edge->value);
	return read_entry(store, select, found, error);
}

static bool
look_up(Store *store, const Edge *edge, int64_t key, EntryEdge *found, GError **error)
{
	static const LookupSql sql = LOOKUP_EDGE_SQL(ENTRY_COLUMNS, "");
	LookupSpace space = LOOKUP_EDGE + edge->kind;
	g_autoptr(Kept) select = lookup_prepare(store, &sql, space, key, error);

	if (!select)
		return false;
	db_bind_text(select, ":value", edge->value);
	if (!read_entry(store, select, found, error))
		return false;
	if (found->id != 0)
		lookup_remember(store, space, key, found->id);
	return true;
}

bool
campaign_find_edge(Store *store, const Edge *edge, EntryEdge *found, GError **error)
{
	int64_t key = lookup_text_key(edge->value);
	int64_t hint = lookup_hint(store, LOOKUP_EDGE + edge->kind, key);

	*found = (EntryEdge){ 0 };
	if (!find_by_hint(store, edge, hint, found, error))
		return false;
	return found->id != 0 || look_up(store, edge, key, found, error);
}

GArray *
campaign_find_edges(Store *store, const Message *message, GError **error)
{
	g_autoptr(GArray) edges =
		g_array_sized_new(false, false, sizeof(EntryEdge), message->edges->len);

	for (guint i = 0; i < message->edges->len; i++) {
		EntryEdge found;

		if (!campaign_find_edge(store, g_ptr_array_index(message->edges, i), &found, error))
			return NULL;
		g_array_append_val(edges, found);
	}
	return g_steal_pointer(&edges);
}

/* Where @edge leads; 0 is nowhere. */
static bool
find_campaign(Store *store, const EntryEdge *edge, int64_t *campaign, GError **error)
{
	static const char sql[] = "SELECT m.campaign FROM message_edge me"
				  " JOIN message m ON m.id = me.message WHERE me.edge = :edge";
	g_autoptr(Kept) select = NULL;

	*campaign = edge->campaign;
	if (edge->state != EDGE_BINDS || edge->messages != 1)
		return true;
	select = db_kept(store, sql, error);
	if (!select)
		return false;
	db_bind_int(select, ":edge", edge->id);
	if (!db_row(store, select, error))
		return false;
	*campaign = db_int(select, 0);
	return true;
}

bool
campaign_take_edge(Store *store, const Edge *edge, const EntryEdge *found, CampaignEntry *entry,
	GError **error)
{
	EntryEdge taken = *found;
	int64_t campaign;

	if (!find_campaign(store, found, &campaign, error) ||
		(taken.id == 0 && !campaign_add_edge(store, edge, EDGE_BINDS, &taken.id, error)))
		return false;
	g_array_append_val(entry->edges, taken);
	if (campaign == 0 || campaign == entry->campaign)
		return true;
	/* @found may be older than a merge by the edge before: then @campaign is empty by now, and
	 * merging it moves nothing. */
	if (entry->campaign != 0)
		return campaign_merge(store, entry->campaign, campaign, &entry->campaign, error);
	entry->campaign = campaign;
	return true;
}

bool
campaign_enter(Store *store, const Message *message, const GArray *edges, CampaignEntry *entry,
	GError **error)
{
	campaign_entry_init(entry);
	for (guint i = 0; i < edges->len; i++) {
		if (!campaign_take_edge(store, g_ptr_array_index(message->edges, i),
			    &g_array_index(edges, EntryEdge, i), entry, error))
			return false;
	}
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
read_received(Store *store, int64_t message, int64_t *received, GError **error)
{
	static const char sql[] = "SELECT received FROM message WHERE id = :message";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":message", message);
	if (!db_row(store, select, error))
		return false;
	*received = db_int(select, 0);
	return true;
}

static bool
count_one(Store *store, int64_t edge, int64_t received, GError **error)
{
	static const char sql[] =
		"UPDATE edge SET messages = messages + 1,"
		" first = CASE first WHEN 0 THEN :received ELSE min(first, :received) END,"
		" last = max(last, :received) WHERE id = :edge";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":received", received);
	db_bind_int(update, ":edge", edge);
	return db_run(store, update, error);
}

/* Only where it changes: it stands in an index, which each change rewrites. */
static bool
name_campaign(Store *store, const EntryEdge *edge, int64_t campaign, GError **error)
{
	static const char sql[] = "UPDATE edge SET campaign = :campaign WHERE id = :edge";
	g_autoptr(Kept) update = NULL;

	if (edge->state != EDGE_BINDS || edge->messages == 0 || edge->campaign == campaign)
		return true;
	update = db_kept(store, sql, error);
	if (!update)
		return false;
	db_bind_int(update, ":campaign", campaign);
	db_bind_int(update, ":edge", edge->id);
	return db_run(store, update, error);
}

static bool
give_up_common(Store *store, int64_t edge, int64_t campaign, GError **error)
{
	bool common = false;

	return edge_turns_common(store, edge, &common, error) &&
		(!common || edge_give_up(store, edge, campaign, error));
}

bool
campaign_bind(Store *store, int64_t id, const CampaignEntry *entry, GError **error)
{
	int64_t received;

	if (!read_received(store, id, &received, error))
		return false;
	for (guint i = 0; i < entry->edges->len; i++) {
		const EntryEdge *edge = &g_array_index(entry->edges, EntryEdge, i);

		if (!bind_one(store, id, edge->id, error) ||
			!count_one(store, edge->id, received, error) ||
			!name_campaign(store, edge, entry->campaign, error))
			return false;
	}
	for (guint i = 0; i < entry->edges->len; i++) {
		const EntryEdge *edge = &g_array_index(entry->edges, EntryEdge, i);

		if (edge_is_asked_at(edge->messages + 1) &&
			!give_up_common(store, edge->id, entry->campaign, error))
			return false;
	}
	return true;
}
