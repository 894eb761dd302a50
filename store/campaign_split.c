/* campaign_split.c - a campaign that nothing holds together any more falls apart */
#include "store/campaign_rows.h"
#include "store/ids.h"

/* Which message belongs with which, as a forest: a root stands for its tree. */
typedef struct Parts {
	GArray *messages; /* of int64_t, ascending */
	GArray *parents;  /* of guint, a message each */
} Parts;

static void
parts_clear(Parts *parts)
{
	g_clear_pointer(&parts->messages, g_array_unref);
	g_clear_pointer(&parts->parents, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

static guint *
parent_of(const Parts *parts, guint index)
{
	return &g_array_index(parts->parents, guint, index);
}

static guint
root_of(const Parts *parts, guint index)
{
	while (*parent_of(parts, index) != index) {
		*parent_of(parts, index) = *parent_of(parts, *parent_of(parts, index));
		index = *parent_of(parts, index);
	}
	return index;
}

static bool
read_messages(Store *store, int64_t campaign, Parts *parts, GError **error)
{
	static const char sql[] = "SELECT id FROM message WHERE campaign = :campaign";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	parts->messages = g_array_new(false, false, sizeof(int64_t));
	parts->parents = g_array_new(false, false, sizeof(guint));
	if (!select)
		return false;
	db_bind_int(select, ":campaign", campaign);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		int64_t id = db_int(select, 0);
		guint own = parts->parents->len;

		g_array_append_val(parts->messages, id);
		g_array_append_val(parts->parents, own);
	}
	g_array_sort(parts->messages, ids_compare);
	return step == STEP_DONE;
}

/* What always holds (campaign_rows.h) a damaged store need not: verify says so. */
static bool
find_index(const Store *store, const Parts *parts, int64_t message, guint *index, GError **error)
{
	if (g_array_binary_search(parts->messages, &message, ids_compare, index))
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE,
		"%s: the store is damaged (message %" G_GINT64_FORMAT
		" shares an edge of another campaign); lazaret verify tells more",
		store->path, message);
	return false;
}

/* The lower index becomes the root, so that the order of reading does not matter. */
static void
unite(const Parts *parts, guint a, guint b)
{
	guint first = root_of(parts, a);
	guint second = root_of(parts, b);

	*parent_of(parts, MAX(first, second)) = MIN(first, second);
}

/* @without is an edge that is left out, or 0. */
static bool
read_bonds(Store *store, int64_t campaign, int64_t without, const Parts *parts, GError **error)
{
	static const char sql[] =
		"SELECT e.id, me.message FROM edge e"
		" JOIN message_edge me ON me.edge = e.id"
		" WHERE e.campaign = :campaign AND e.messages > 1 AND e.id <> :without"
		" ORDER BY e.id";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	int64_t edge = 0;
	guint first = 0;
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":campaign", campaign);
	db_bind_int(select, ":without", without);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		guint index = 0;

		if (!find_index(store, parts, db_int(select, 1), &index, error))
			return false;
		if (db_int(select, 0) == edge)
			unite(parts, first, index);
		first = index;
		edge = db_int(select, 0);
	}
	return step == STEP_DONE;
}

/* The root of the largest part; the one with the oldest message among equals. */
static guint
largest(const Parts *parts)
{
	g_autofree guint *sizes = g_new0(guint, parts->parents->len);
	guint best = 0;

	for (guint i = 0; i < parts->parents->len; i++)
		sizes[root_of(parts, i)]++;
	for (guint i = 0; i < parts->parents->len; i++) {
		if (sizes[i] > sizes[best])
			best = i;
	}
	return best;
}

static bool
move_message(Store *store, int64_t message, int64_t campaign, GError **error)
{
	static const char *const steps[] = {
		"UPDATE message SET campaign = :campaign WHERE id = :message",
		"UPDATE edge SET campaign = :campaign WHERE campaign IS NOT NULL"
		" AND id IN (SELECT edge FROM message_edge WHERE message = :message)",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autoptr(Kept) stmt = db_kept(store, steps[i], error);

		if (!stmt)
			return false;
		db_bind_int(stmt, ":message", message);
		db_bind_int(stmt, ":campaign", campaign);
		if (!db_run(store, stmt, error))
			return false;
	}
	return true;
}

/* All parts but the one at @stays get a campaign each. */
static bool
move_parts(Store *store, const Parts *parts, guint stays, GError **error)
{
	/* A root comes before its messages, as it is the lowest of them. */
	g_autofree int64_t *campaigns = g_new0(int64_t, parts->parents->len);

	for (guint i = 0; i < parts->parents->len; i++) {
		guint root = root_of(parts, i);

		if (root == stays)
			continue;
		if (root == i)
			campaigns[i] = campaign_new(store, error);
		if (campaigns[root] == 0 ||
			!move_message(store, g_array_index(parts->messages, int64_t, i),
				campaigns[root], error))
			return false;
	}
	for (guint i = 0; i < parts->parents->len; i++) {
		if (campaigns[i] != 0 && !campaign_recount(store, campaigns[i], error))
			return false;
	}
	return true;
}

bool
campaign_recount(Store *store, int64_t id, GError **error)
{
	static const char sql[] =
		"UPDATE campaign SET held = n.held, released = n.released, blocked = n.blocked,"
		" ord = n.ord, held_ord = n.held_ord, first = n.first, last = n.last"
		" FROM (SELECT ifnull(sum(state = :is_held), 0) AS held,"
		"  ifnull(sum(state = :is_released), 0) AS released,"
		"  ifnull(sum(state = :is_blocked), 0) AS blocked, max(ord) AS ord,"
		"  max(CASE state WHEN :is_held THEN ord END) AS held_ord,"
		"  min(received) AS first, max(received) AS last"
		"  FROM message WHERE campaign = :id) AS n WHERE id = :id";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":id", id);
	db_bind_int(update, ":is_held", STATE_HELD);
	db_bind_int(update, ":is_released", STATE_RELEASED);
	db_bind_int(update, ":is_blocked", STATE_BLOCKED);
	return db_run(store, update, error);
}

bool
campaign_rebuild(Store *store, int64_t id, GError **error)
{
	g_auto(Parts) parts = { 0 };

	if (!read_messages(store, id, &parts, error) || !read_bonds(store, id, 0, &parts, error))
		return false;
	return parts.messages->len < 2 ||
		(move_parts(store, &parts, largest(&parts), error) &&
			campaign_recount(store, id, error));
}

bool
campaign_count_parts(Store *store, int64_t id, int64_t without, int *count, GError **error)
{
	g_auto(Parts) parts = { 0 };

	if (!read_messages(store, id, &parts, error) ||
		!read_bonds(store, id, without, &parts, error))
		return false;
	*count = 0;
	for (guint i = 0; i < parts.parents->len; i++)
		*count += root_of(&parts, i) == i;
	return true;
}

/* Those that became part of another meanwhile come apart there. */
static GArray *
loose_campaigns(Store *store, GError **error)
{
	static const char sql[] = "SELECT DISTINCT ifnull(c.joined, c.id) FROM loose l"
				  " JOIN campaign c ON c.id = l.campaign ORDER BY 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	return select ? db_ids(store, select, error) : NULL;
}

bool
campaign_rebuild_loose(Store *store, GError **error)
{
	g_autoptr(GArray) campaigns = loose_campaigns(store, error);
	g_autoptr(Kept) clear = NULL;

	for (guint i = 0; campaigns && i < campaigns->len; i++) {
		if (!campaign_rebuild(store, g_array_index(campaigns, int64_t, i), error))
			return false;
	}
	clear = campaigns ? db_kept(store, "DELETE FROM loose", error) : NULL;
	return clear && db_run(store, clear, error);
}

bool
store_part_campaigns(Store *store, GError **error)
{
	g_autoptr(GArray) campaigns = loose_campaigns(store, error);
	g_autoptr(Transaction) transaction = NULL;

	if (!campaigns || campaigns->len == 0)
		return campaigns != NULL;
	transaction = db_begin(store, error);
	return transaction && campaign_rebuild_loose(store, error) &&
		transaction_commit(transaction, error);
}

bool
campaign_loosen(Store *store, int64_t id, GError **error)
{
	static const char sql[] = "INSERT OR IGNORE INTO loose (campaign) VALUES (:campaign)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":campaign", id);
	return db_run(store, insert, error);
}

/* ---- an edge binds, or binds no more ---- */

static bool
write_state(Store *store, int64_t edge, EdgeState state, int64_t campaign, GError **error)
{
	static const char sql[] = "UPDATE edge SET state = :state,"
				  " campaign = CASE WHEN messages > 1 THEN nullif(:campaign, 0) END"
				  " WHERE id = :edge";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":state", state);
	db_bind_int(update, ":campaign", campaign);
	db_bind_int(update, ":edge", edge);
	return db_run(store, update, error);
}

/* Of int64_t: the campaigns of the messages that have @edge. */
static GArray *
campaigns_of_edge(Store *store, int64_t edge, GError **error)
{
	static const char sql[] = "SELECT DISTINCT m.campaign FROM message_edge me"
				  " JOIN message m ON m.id = me.message WHERE me.edge = :edge"
				  " ORDER BY 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":edge", edge);
	return db_ids(store, select, error);
}

static bool
let_bind(Store *store, int64_t edge, GError **error)
{
	g_autoptr(GArray) campaigns = campaigns_of_edge(store, edge, error);
	int64_t into = 0;

	for (guint i = 0; campaigns && i < campaigns->len; i++) {
		int64_t campaign = g_array_index(campaigns, int64_t, i);

		if (!campaign_merge(store, into ? into : campaign, campaign, &into, error))
			return false;
	}
	return campaigns && write_state(store, edge, EDGE_BINDS, into, error);
}

bool
edge_set_state(Store *store, int64_t edge, EdgeState state, GError **error)
{
	g_autoptr(GArray) campaigns = NULL;

	if (state == EDGE_BINDS)
		return let_bind(store, edge, error);
	campaigns = campaigns_of_edge(store, edge, error);
	if (!campaigns || !write_state(store, edge, state, 0, error))
		return false;
	for (guint i = 0; i < campaigns->len; i++) {
		if (!campaign_rebuild(store, g_array_index(campaigns, int64_t, i), error))
			return false;
	}
	return true;
}

bool
edge_give_up(Store *store, int64_t edge, int64_t campaign, GError **error)
{
	return write_state(store, edge, EDGE_COMMON, 0, error) &&
		campaign_loosen(store, campaign, error);
}
