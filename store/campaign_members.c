/* campaign_members.c - the messages of campaigns that a query lets through */
#include "store/campaign_rows.h"
#include "store/query_sql.h"

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
	return db_ids(store, select, error);
}
