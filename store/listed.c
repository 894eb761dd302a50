#include "store/listed.h"

#include <string.h>

#include "store/decision.h"
#include "store/history_rows.h"
#include "store/listed_rows.h"
#include "store/rule_rows.h"

void
indicator_list_free(IndicatorList *list)
{
	g_free(list->name);
	g_free(list->actor);
	g_free(list);
}

bool
indicator_list_name_is_good(const char *name)
{
	return g_ascii_isalnum(name[0]) && strlen(name) <= LISTED_MAX_NAME &&
		name[strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-")] == '\0';
}

/* ---- a message ---- */

static bool
has_lists(Store *store, bool *any, GError **error)
{
	static const char sql[] = "SELECT EXISTS (SELECT 1 FROM listed)";
	int64_t found = 0;

	if (!db_value(store, sql, &found, error))
		return false;
	*any = found != 0;
	return true;
}

#define LINKS_OF_IT LINK_ENDS(":message", "link_ends(p.zstd, p.size)")

static const char listed_sql[] =
	"WITH mark (kind, value) AS ("
	"SELECT 'account', m.account FROM message m WHERE m.id = :message"
	" UNION SELECT 'domain', p.value FROM message m, json_each(parents(m.from_address)) p"
	"  WHERE m.id = :message"
	" UNION SELECT 'domain', p.value FROM message m, json_each(parents(m.identity_domain)) p"
	"  WHERE m.id = :message"
	" UNION SELECT 'sender', lower(m.sender) FROM message m WHERE m.id = :message"
	" UNION SELECT 'sender', lower(m.from_address) FROM message m WHERE m.id = :message"
	" UNION SELECT 'sha256', a.sha256 FROM attachment a WHERE a.message = :message"
	" UNION SELECT 'link', p.value FROM"
	"  (SELECT DISTINCT host(l.final) AS host FROM " LINKS_OF_IT " l) h,"
	"  json_each(parents(h.host)) p"
	" UNION SELECT 'url', normal_url(l.final) FROM " LINKS_OF_IT " l)"
	" SELECT k.kind, k.value, s.name, l.first FROM mark k"
	" CROSS JOIN listed l ON l.kind = k.kind AND l.value = k.value"
	" CROSS JOIN indicator_list s ON s.id = l.list"
	" WHERE l.expires = 0 OR l.expires > :received"
	" ORDER BY l.first, s.name, k.kind, k.value LIMIT :limit";

bool
listed_read(Store *store, int64_t id, int64_t received, GPtrArray *listed, GError **error)
{
	g_autoptr(Kept) select = NULL;
	bool any = false;
	Step step;

	if (!has_lists(store, &any, error))
		return false;
	if (!any)
		return true;
	select = db_kept(store, listed_sql, error);
	if (!select)
		return false;
	db_bind_int(select, ":message", id);
	db_bind_int(select, ":received", received);
	db_bind_int(select, ":limit", LISTED_SHOWN);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		Listed *one = g_new0(Listed, 1);

		one->kind = db_text(select, 0);
		one->value = db_text(select, 1);
		one->list = db_text(select, 2);
		one->first = db_int(select, 3);
		g_ptr_array_add(listed, one);
	}
	return step == STEP_DONE;
}

/* ---- lists ---- */

GPtrArray *
store_lists(Store *store, int64_t now, GError **error)
{
	static const char sql[] =
		"SELECT s.name, s.imported, s.actor, count(l.value),"
		" sum(l.expires <> 0 AND l.expires <= :now), ifnull(min(l.first), 0)"
		" FROM indicator_list s LEFT JOIN listed l ON l.list = s.id GROUP BY s.id"
		" ORDER BY s.name";
	g_autoptr(GPtrArray) lists =
		g_ptr_array_new_with_free_func((GDestroyNotify)indicator_list_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":now", now);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		IndicatorList *list = g_new0(IndicatorList, 1);

		list->name = db_text(select, 0);
		list->imported = db_int(select, 1);
		list->actor = db_text(select, 2);
		list->values = db_int(select, 3);
		list->expired = db_int(select, 4);
		list->first = db_int(select, 5);
		g_ptr_array_add(lists, list);
	}
	return step == STEP_DONE ? g_steal_pointer(&lists) : NULL;
}
