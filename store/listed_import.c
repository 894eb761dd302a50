/* listed_import.c - lists come in and go in turns, so that a decision waits for one of them alone
 *
 * What was there counts until all that is new has come.  Killed between two turns, a list has of
 * both; the next import of it makes it whole, and judges all held messages that it is about.
 */
#include "store/decision.h"
#include "store/history_rows.h"
#include "store/ids.h"
#include "store/listed.h"
#include "store/rule_rows.h"
#include "store/turns.h"

/* One import, or the end of a list. */
typedef struct Import {
	Store *store;
	const char *name;
	int64_t list; /* 0: there is none, yet */
	int64_t run;  /* which this one is */
	GArray *held; /* int64_t: messages that it is about, or was */
	Turns turns;
} Import;

static void
import_clear(Import *import)
{
	turns_clear(&import->turns);
	g_array_unref(import->held);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Import, import_clear)

/* import->list is 0 where there is none. */
static bool
find_list(Import *import, int64_t *run, GError **error)
{
	static const char sql[] = "SELECT id, run FROM indicator_list WHERE name = :name";
	g_autoptr(Kept) select = db_kept(import->store, sql, error);
	Step step;

	import->list = *run = 0;
	if (!select)
		return false;
	db_bind_text(select, ":name", import->name);
	step = db_step(import->store, select, error);
	if (step == STEP_ROW) {
		import->list = db_int(select, 0);
		*run = db_int(select, 1);
	}
	return step != STEP_ERROR;
}

/* ---- held messages that it is about ---- */

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
	"  WHERE l.list = :list AND l.kind IN ('domain', 'sender'))";

static bool
add_held(Import *import, GError **error)
{
	g_autoptr(Kept) select = db_kept(import->store, held_sql, error);
	g_autoptr(GArray) found = NULL;

	if (!select)
		return false;
	db_bind_int(select, ":held", STATE_HELD);
	db_bind_int(select, ":list", import->list);
	found = db_ids(import->store, select, error);
	if (found)
		g_array_append_vals(import->held, found->data, found->len);
	return found != NULL;
}

/* Somebody may have decided meanwhile. */
static bool
judge_one(Import *import, int64_t id, int64_t *judged, GError **error)
{
	static const char sql[] = "SELECT 1 FROM message WHERE id = :id AND state = :held"
				  " AND NOT EXISTS (SELECT 1 FROM purged WHERE message = :id)";
	g_autoptr(Kept) select = db_kept(import->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":id", id);
	db_bind_int(select, ":held", STATE_HELD);
	step = db_step(import->store, select, error);
	if (step != STEP_ROW)
		return step == STEP_DONE;
	(*judged)++;
	return history_judge_again(import->store, id, error);
}

static bool
judge_held(Import *import, int64_t *judged, GError **error)
{
	int64_t last = 0;

	*judged = 0;
	g_array_sort(import->held, ids_compare);
	for (guint i = 0; i < import->held->len; i++) {
		int64_t id = g_array_index(import->held, int64_t, i);

		if (id == last)
			continue;
		last = id;
		if (!turns_next(&import->turns, error) || !judge_one(import, id, judged, error))
			return false;
	}
	return turns_end(&import->turns, error);
}

/* ---- its values ---- */

/* The next of its runs begins: what has an earlier one is what it was. */
static bool
put_list(Import *import, const ListImport *given, GError **error)
{
	static const char sql[] =
		"INSERT INTO indicator_list (name, run, imported, actor)"
		" VALUES (:name, 1, :now, :actor) ON CONFLICT (name) DO UPDATE"
		" SET run = run + 1, imported = excluded.imported, actor = excluded.actor";
	g_autoptr(Kept) insert = db_kept(import->store, sql, error);

	if (!insert)
		return false;
	db_bind_text(insert, ":name", given->name);
	db_bind_int(insert, ":now", given->now);
	db_bind_text(insert, ":actor", given->actor);
	return db_run(import->store, insert, error) && find_list(import, &import->run, error);
}

/* A turn, in which the list is still this run's. */
static bool
next_turn(Import *import, GError **error)
{
	int64_t list = import->list;
	int64_t run;

	if (!turns_next(&import->turns, error))
		return false;
	if (!import->turns.first)
		return true;
	if (!find_list(import, &run, error))
		return false;
	if (import->list == list && run == import->run)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
		"list %s: it was imported or removed by somebody else meanwhile", import->name);
	return false;
}

/* What it had before keeps since when it is known. */
static bool
put_value(const Import *import, const ListedValue *value, int64_t now, GError **error)
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
	db_bind_int(insert, ":first", value->first ? value->first : now);
	db_bind_int(insert, ":expires", value->expires);
	db_bind_int(insert, ":run", import->run);
	return db_run(import->store, insert, error);
}

enum {
	REMOVED = 200, /* values by one statement */
};

/* Those of earlier runs, to the last one. */
static bool
remove_values(Import *import, GError **error)
{
	static const char sql[] =
		"DELETE FROM listed WHERE (kind, value, list) IN (SELECT kind, value, list"
		" FROM listed WHERE list = :list AND run < :run LIMIT :limit)";
	int changes;

	do {
		g_autoptr(Kept) stmt = db_kept(import->store, sql, error);

		if (!stmt || !next_turn(import, error))
			return false;
		db_bind_int(stmt, ":list", import->list);
		db_bind_int(stmt, ":run", import->run);
		db_bind_int(stmt, ":limit", REMOVED);
		if (!db_run(import->store, stmt, error))
			return false;
		changes = db_changes(import->store);
	} while (changes > 0);
	return true;
}

static bool
put_values(Import *import, const ListImport *given, GError **error)
{
	for (guint i = 0; i < given->values->len; i++) {
		if (!next_turn(import, error) ||
			!put_value(import, g_ptr_array_index(given->values, i), given->now, error))
			return false;
	}
	return remove_values(import, error) && turns_end(&import->turns, error);
}

static Import
begin(Store *store, const char *name)
{
	return (Import){
		.store = store,
		.name = name,
		.held = g_array_new(false, false, sizeof(int64_t)),
		.turns = { .store = store },
	};
}

bool
store_import_list(Store *store, const ListImport *list, int64_t *judged, GError **error)
{
	g_auto(Import) import = begin(store, list->name);
	int64_t run;

	g_assert(indicator_list_name_is_good(list->name));
	/* What it was about before is judged again as well. */
	return find_list(&import, &run, error) && add_held(&import, error) &&
		turns_next(&import.turns, error) && put_list(&import, list, error) &&
		put_values(&import, list, error) && add_held(&import, error) &&
		judge_held(&import, judged, error);
}

/* ---- its end ---- */

/* An import that goes on meanwhile finds it changed. */
static bool
begin_run(Import *import, GError **error)
{
	static const char sql[] = "UPDATE indicator_list SET run = run + 1 WHERE id = :id";

	return turns_next(&import->turns, error) &&
		db_run_id(import->store, sql, import->list, error) &&
		find_list(import, &import->run, error);
}

bool
store_remove_list(Store *store, const char *name, int64_t *judged, GError **error)
{
	static const char sql[] = "DELETE FROM indicator_list WHERE id = :id";
	g_auto(Import) import = begin(store, name);
	int64_t run;

	if (!find_list(&import, &run, error))
		return false;
	if (!import.list) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"there is no list of indicators '%s'", name);
		return false;
	}
	return add_held(&import, error) && begin_run(&import, error) &&
		remove_values(&import, error) && db_run_id(store, sql, import.list, error) &&
		turns_end(&import.turns, error) && judge_held(&import, judged, error);
}
