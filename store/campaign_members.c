/* campaign_members.c - the messages of campaigns that a query lets through */
#include "store/campaign_rows.h"
#include "store/query_sql.h"

GArray *
campaign_read_ids(Store *store, sqlite3_stmt *stmt, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	Step step;

	while ((step = db_step(store, stmt, error)) == STEP_ROW) {
		int64_t id = db_int(stmt, 0);

		g_array_append_val(ids, id);
	}
	return step == STEP_DONE ? g_steal_pointer(&ids) : NULL;
}

static char *
json_of(const GArray *ids)
{
	GString *json = g_string_new("[");

	for (guint i = 0; i < ids->len; i++)
		g_string_append_printf(json, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "",
			g_array_index(ids, int64_t, i));
	g_string_append_c(json, ']');
	return g_string_free(json, false);
}

GArray *
store_campaign_members(Store *store, const GArray *campaigns, const Query *query, GError **error)
{
	bool all = !query || query->where->len == 0;
	g_autofree char *json = json_of(campaigns);
	g_autofree char *sql =
		g_strdup_printf("SELECT m.id FROM message AS m WHERE m.campaign IN"
				" (SELECT ifnull(joined, id) FROM campaign"
				"  WHERE id IN (SELECT value FROM json_each(:campaigns)))"
				" AND (%s)",
			all ? "1" : query->where->str);
	g_autoptr(sqlite3_stmt) select = db_prepare(store, sql, error);

	if (!select)
		return NULL;
	if (!all)
		query_bind(query, select);
	db_bind_text(select, ":campaigns", json);
	return campaign_read_ids(store, select, error);
}
