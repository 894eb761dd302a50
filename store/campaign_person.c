/* campaign_person.c - edges that a person cuts and draws */
#include "store/campaign_rows.h"
#include "store/edge_change.h"
#include "store/ledger.h"

enum {
	JOIN_NAMED = 10, /* campaigns of one operation that the log names */
};

static int64_t
begin_operation(Store *store, const char *verb, const char *actor, const char *reason, int64_t now,
	GError **error)
{
	Entry entry = { .verb = verb, .actor = actor, .reason = reason, .at = now };

	return ledger_operation(store, &entry, error);
}

static CampaignEdge *
read_edge(Store *store, int64_t id, GError **error)
{
	static const char sql[] = "SELECT " CAMPAIGN_EDGE_COLUMNS " FROM edge e WHERE e.id = :id";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":id", id);
	step = db_step(store, select, error);
	if (step == STEP_DONE)
		g_set_error(
			error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "no edge %" G_GINT64_FORMAT, id);
	return step == STEP_ROW ? campaign_edge_read(select) : NULL;
}

/* "link wallet-check.example: two campaigns use one shop" */
static char *
reason_words(const CampaignEdge *edge, const char *reason)
{
	return g_strdup_printf("%s %s%s%s", edge_kind_names[edge->kind].name, edge->value,
		reason ? ": " : "", reason ? reason : "");
}

static bool
check_cut(const CampaignEdge *edge, GError **error)
{
	if (edge->state == EDGE_BINDS && edge->messages > 1)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
		"edge %" G_GINT64_FORMAT " (%s %s) binds nothing%s", edge->id,
		edge_kind_names[edge->kind].name, edge->value,
		edge->state == EDGE_CUT ? ": it was cut already" : "");
	return false;
}

bool
store_plan_cut(Store *store, int64_t edge, int *parts, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_autoptr(CampaignEdge) cut = snapshot ? read_edge(store, edge, error) : NULL;

	return cut && check_cut(cut, error) &&
		campaign_count_parts(store, cut->campaign, edge, parts, error);
}

int64_t
store_cut_edge(Store *store, int64_t edge, const char *actor, const char *reason, int64_t now,
	GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(CampaignEdge) cut = transaction ? read_edge(store, edge, error) : NULL;
	g_autofree char *words = NULL;
	int64_t operation;

	if (!cut || !check_cut(cut, error))
		return 0;
	words = reason_words(cut, reason);
	operation = begin_operation(store, "split", actor, words, now, error);
	if (!operation || !edge_change(store, operation, edge, EDGE_BINDS, EDGE_CUT, error) ||
		!transaction_commit(transaction, error))
		return 0;
	return operation;
}

/* ---- join ---- */

static bool
draw_edge(Store *store, int64_t operation, int64_t *edge, GError **error)
{
	g_autofree char *value = g_strdup_printf("operation %" G_GINT64_FORMAT, operation);
	const Edge drawn = { .kind = EDGE_PERSON, .value = value };

	/* Until it is let bind, it holds nothing. */
	return campaign_add_edge(store, &drawn, EDGE_CUT, edge, error);
}

/* The oldest message of @campaign stands for it. */
static bool
tie(Store *store, int64_t edge, int64_t campaign, GError **error)
{
	static const char *const steps[] = {
		"INSERT INTO message_edge (message, edge)"
		" SELECT min(id), :edge FROM message WHERE campaign = :campaign",
		"UPDATE edge SET messages = messages + 1"
		" WHERE id = :edge AND :campaign IS NOT NULL",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autoptr(Kept) stmt = db_kept(store, steps[i], error);

		if (!stmt)
			return false;
		db_bind_int(stmt, ":edge", edge);
		db_bind_int(stmt, ":campaign", campaign);
		if (!db_run(store, stmt, error))
			return false;
	}
	return true;
}

static bool
draw(Store *store, int64_t operation, const GArray *campaigns, GError **error)
{
	int64_t edge = 0;

	if (!draw_edge(store, operation, &edge, error))
		return false;
	for (guint i = 0; i < campaigns->len; i++) {
		if (!tie(store, edge, g_array_index(campaigns, int64_t, i), error))
			return false;
	}
	return edge_change(store, operation, edge, EDGE_CUT, EDGE_BINDS, error);
}

static bool
has_id(const GArray *ids, int64_t id)
{
	for (guint i = 0; i < ids->len; i++) {
		if (g_array_index(ids, int64_t, i) == id)
			return true;
	}
	return false;
}

/* What @named are by now, each once. */
static GArray *
check_join(Store *store, const GArray *named, GError **error)
{
	g_autoptr(GArray) campaigns = g_array_new(false, false, sizeof(int64_t));

	for (guint i = 0; i < named->len; i++) {
		int64_t id = g_array_index(named, int64_t, i);

		if (!store_campaign_id(store, &id, error))
			return NULL;
		if (!has_id(campaigns, id))
			g_array_append_val(campaigns, id);
	}
	if (campaigns->len > 1)
		return g_steal_pointer(&campaigns);
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
		"they are one already: campaign %" G_GINT64_FORMAT,
		campaigns->len > 0 ? g_array_index(campaigns, int64_t, 0) : 0);
	return NULL;
}

/* "campaigns 3, 7, 12: one kit" */
static char *
join_words(const GArray *campaigns, const char *reason)
{
	GString *words = g_string_new("campaigns");
	guint named = MIN(campaigns->len, JOIN_NAMED);

	for (guint i = 0; i < named; i++)
		g_string_append_printf(words, "%s %" G_GINT64_FORMAT, i > 0 ? "," : "",
			g_array_index(campaigns, int64_t, i));
	if (campaigns->len > named)
		g_string_append_printf(words, " and %u more", campaigns->len - named);
	if (reason)
		g_string_append_printf(words, ": %s", reason);
	return g_string_free(words, false);
}

int64_t
store_join_all(Store *store, const GArray *campaigns, const char *actor, const char *reason,
	int64_t now, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(GArray) apart = transaction ? check_join(store, campaigns, error) : NULL;
	g_autofree char *words = NULL;
	int64_t operation;

	if (!apart)
		return 0;
	words = join_words(apart, reason);
	operation = begin_operation(store, "join", actor, words, now, error);
	if (!operation || !draw(store, operation, apart, error) ||
		!transaction_commit(transaction, error))
		return 0;
	return operation;
}

int64_t
store_join_campaigns(Store *store, const int64_t two[2], const char *actor, const char *reason,
	int64_t now, GError **error)
{
	g_autoptr(GArray) both = g_array_new(false, false, sizeof(int64_t));

	g_array_append_vals(both, two, 2);
	return store_join_all(store, both, actor, reason, now, error);
}
