#include "store/listed.h"

#include <string.h>

#include "store/decision.h"
#include "store/history_rows.h"
#include "store/listed_rows.h"
#include "store/rule_rows.h"

enum {
	LISTED_JUDGED = 5000, /* held messages that one import judges again */
};

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

/* ---- held messages that a list is about ---- */

/* By the index of each kind; whether it is so is asked when it is judged. */
static const char held_sql[] =
	"SELECT m.id FROM message m WHERE m.state = :held"
	" AND NOT EXISTS (SELECT 1 FROM purged WHERE message = m.id) AND m.id IN ("
	"SELECT a.message FROM listed l JOIN attachment a ON a.sha256 = l.value"
	"  WHERE l.list = :list AND l.kind = 'sha256'"
	" UNION SELECT d.message FROM listed l,"
	"  json_each(parents(CASE l.kind WHEN 'url' THEN host(l.value) ELSE l.value END)) p"
	"  JOIN link_domain d ON d.domain = p.value"
	"  WHERE l.list = :list AND l.kind IN ('link', 'url')"
	" UNION SELECT x.id FROM listed l JOIN message x ON x.account = l.value"
	"  WHERE l.list = :list AND l.kind = 'account'"
	" UNION SELECT x.id FROM listed l, json_each(parents(l.value)) p"
	"  JOIN message x ON x.domain = p.value"
	"  WHERE l.list = :list AND l.kind IN ('domain', 'sender'))"
	" LIMIT :limit";

/* Adds them to @ids. */
static bool
add_held(Store *store, int64_t list, GHashTable *ids, GError **error)
{
	g_autoptr(Kept) select = db_kept(store, held_sql, error);
	g_autoptr(GArray) found = NULL;

	if (!select)
		return false;
	db_bind_int(select, ":held", STATE_HELD);
	db_bind_int(select, ":list", list);
	db_bind_int(select, ":limit", LISTED_JUDGED);
	found = db_ids(store, select, error);
	for (guint i = 0; found && i < found->len; i++)
		g_hash_table_add(
			ids, g_memdup2(&g_array_index(found, int64_t, i), sizeof(int64_t)));
	return found != NULL;
}

static bool
judge_all(Store *store, GHashTable *ids, int64_t *judged, GError **error)
{
	GHashTableIter iter;
	gpointer id;

	g_hash_table_iter_init(&iter, ids);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		if (!history_judge_again(store, *(const int64_t *)id, error))
			return false;
	}
	*judged = g_hash_table_size(ids);
	return true;
}

/* ---- lists ---- */

/* *list is 0 where there is none. */
static bool
find_list(Store *store, const char *name, int64_t *list, int64_t *run, GError **error)
{
	static const char sql[] = "SELECT id, run FROM indicator_list WHERE name = :name";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	*list = *run = 0;
	if (!select)
		return false;
	db_bind_text(select, ":name", name);
	step = db_step(store, select, error);
	if (step == STEP_ROW) {
		*list = db_int(select, 0);
		*run = db_int(select, 1);
	}
	return step != STEP_ERROR;
}

/* One import. */
typedef struct Import {
	Store *store;
	const ListImport *given;
	int64_t list; /* 0: it is new */
	int64_t run;
} Import;

static bool
put_list(Import *import, GError **error)
{
	static const char sql[] =
		"INSERT INTO indicator_list (name, run, imported, actor)"
		" VALUES (:name, :run, :now, :actor) ON CONFLICT (name) DO UPDATE"
		" SET run = excluded.run, imported = excluded.imported, actor = excluded.actor";
	g_autoptr(Kept) insert = db_kept(import->store, sql, error);

	if (!insert)
		return false;
	db_bind_text(insert, ":name", import->given->name);
	db_bind_int(insert, ":run", import->run + 1);
	db_bind_int(insert, ":now", import->given->now);
	db_bind_text(insert, ":actor", import->given->actor);
	return db_run(import->store, insert, error) &&
		find_list(import->store, import->given->name, &import->list, &import->run, error);
}

/* What it had before keeps since when it is known. */
static bool
put_value(const Import *import, const ListedValue *value, GError **error)
{
	static const char sql[] =
		"INSERT INTO listed (kind, value, list, first, expires, run)"
		" VALUES (:kind, :value, :list, :first, :expires, :run)"
		" ON CONFLICT (kind, value, list) DO UPDATE SET run = excluded.run,"
		" first = min(first, excluded.first), expires = excluded.expires";
	g_autoptr(Kept) insert = db_kept(import->store, sql, error);

	if (!insert)
		return false;
	db_bind_text(insert, ":kind", indicator_kind_name(value->kind));
	db_bind_text(insert, ":value", value->value);
	db_bind_int(insert, ":list", import->list);
	db_bind_int(insert, ":first", value->first ? value->first : import->given->now);
	db_bind_int(insert, ":expires", value->expires);
	db_bind_int(insert, ":run", import->run);
	return db_run(import->store, insert, error);
}

/* All but those of @run. */
static bool
remove_values(Store *store, int64_t list, int64_t run, GError **error)
{
	static const char sql[] = "DELETE FROM listed WHERE list = :list AND run <> :run";
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	if (!stmt)
		return false;
	db_bind_int(stmt, ":list", list);
	db_bind_int(stmt, ":run", run);
	return db_run(store, stmt, error);
}

static bool
put_values(Import *import, GError **error)
{
	const GPtrArray *values = import->given->values;

	if (!put_list(import, error))
		return false;
	for (guint i = 0; i < values->len; i++) {
		if (!put_value(import, g_ptr_array_index(values, i), error))
			return false;
	}
	return remove_values(import->store, import->list, import->run, error);
}

bool
store_import_list(Store *store, const ListImport *list, int64_t *judged, GError **error)
{
	Import import = { .store = store, .given = list };
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(GHashTable) ids =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	g_assert(indicator_list_name_is_good(list->name));
	/* What it was about before is judged again as well. */
	return transaction && find_list(store, list->name, &import.list, &import.run, error) &&
		add_held(store, import.list, ids, error) && put_values(&import, error) &&
		add_held(store, import.list, ids, error) && judge_all(store, ids, judged, error) &&
		transaction_commit(transaction, error);
}

bool
store_remove_list(Store *store, const char *name, int64_t *judged, GError **error)
{
	static const char sql[] = "DELETE FROM indicator_list WHERE id = :id";
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(GHashTable) ids =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	int64_t list, run;

	if (!transaction || !find_list(store, name, &list, &run, error))
		return false;
	if (!list) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"there is no list of indicators '%s'", name);
		return false;
	}
	return add_held(store, list, ids, error) && remove_values(store, list, -1, error) &&
		db_run_id(store, sql, list, error) && judge_all(store, ids, judged, error) &&
		transaction_commit(transaction, error);
}

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
