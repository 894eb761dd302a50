#include "store/decision_stats.h"

#include <string.h>

#include "store/ledger.h"
#include "store/query_sql.h"
#include "store/waits.h"

// clang-format off
const DecisionKeyName decision_keys[DECISION_KEYS] = {
	[DECISIONS_BY_KIND]    = { "kind", "release, block, hold" },
	[DECISIONS_BY_WHO]     = { "who", "people or rules" },
	[DECISIONS_BY_ACTOR]   = { "actor", "who decided in person" },
	[DECISIONS_BY_RULE]    = { "rule", "which rule decided, by its number" },
	[DECISIONS_BY_ACCOUNT] = { "account", "the SES account of the message" },
	[DECISIONS_BY_FINDING] = { "finding", "what was found in the message: each of its findings" },
	[DECISIONS_BY_DAY]     = { "day", "the day, UTC" },
	[DECISIONS_BY_HOUR]    = { "hour", "the hour, UTC" },
};

/* What a decision is counted by; with which tables more, and which decisions alone. */
static const struct {
	const char *value, *join, *condition;
	bool in_order;
} keys[DECISION_KEYS] = {
	[DECISIONS_BY_KIND]    = { .value = "d.kind" },
	[DECISIONS_BY_WHO]     = { .value = "CASE WHEN d.rule IS NULL THEN 'person' ELSE 'rule' END" },
	[DECISIONS_BY_ACTOR]   = { .value = "o.actor", .condition = " AND d.rule IS NULL" },
	[DECISIONS_BY_RULE]    = { .value = "d.rule", .condition = " AND d.rule IS NOT NULL" },
	[DECISIONS_BY_ACCOUNT] = { .value = "m.account" },
	/* Several of one id count once. */
	[DECISIONS_BY_FINDING] = { .value = "f.id", .join = " CROSS JOIN finding AS f ON f.message = m.id",
		.condition = " AND NOT EXISTS (SELECT 1 FROM finding AS g WHERE g.message = f.message"
			     " AND g.position < f.position AND g.id = f.id)" },
	[DECISIONS_BY_DAY]     = { .value = "strftime('%Y-%m-%d', o.at, 'unixepoch')", .in_order = true },
	[DECISIONS_BY_HOUR]    = { .value = "strftime('%Y-%m-%d %H:00', o.at, 'unixepoch')", .in_order = true },
};
// clang-format on

enum {
	COLUMN_VALUE,
	COLUMN_KIND,
	COLUMN_RULE,
	COLUMN_UNDONE,
	COLUMN_OVERTURNED,
	COLUMN_MISSED,
	COLUMN_SETTLED,
	COLUMN_SCORE,
	COLUMN_WAITED,
	COLUMN_WAITED_HERE,
};

/* An operation is undone where the chain of undo and redo that leads from it is of odd length.
 * A message whose received time is yet to come has waited for nothing. */
static const char columns[] =
	", d.kind, d.rule IS NOT NULL,"
	" CASE WHEN EXISTS (SELECT 1 FROM operation u WHERE u.undoes = o.id) THEN"
	"  (WITH RECURSIVE chain (id, length) AS (SELECT u.id, 1 FROM operation u"
	"   WHERE u.undoes = o.id UNION ALL SELECT u.id, length + 1 FROM chain"
	"   JOIN operation u ON u.undoes = chain.id) SELECT max(length) % 2 FROM chain) ELSE 0 END,"
	" d.kind = :block AND EXISTS (SELECT 1 FROM decision n CROSS JOIN operation p"
	"  ON p.id = n.operation WHERE n.message = d.message AND n.id > d.id AND n.kind = :release"
	"  AND p.verb NOT IN (:undo, :redo)),"
	" d.kind = :release AND EXISTS (SELECT 1 FROM decision n CROSS JOIN operation p"
	"  ON p.id = n.operation WHERE n.message = d.message AND n.id > d.id AND n.kind = :block"
	"  AND p.verb NOT IN (:undo, :redo)),"
	" d.rule IS NULL AND d.before = :held AND d.after <> :held, m.score,"
	" max(o.at - m.received, 0), max(o.at - m.imported, 0)"
	" FROM operation AS o CROSS JOIN decision AS d ON d.operation = o.id"
	" CROSS JOIN message AS m ON m.id = d.message";

static const char window_condition[] = " WHERE o.at >= :since AND o.at < :until"
				       " AND o.verb NOT IN (:undo, :redo)";

bool
decision_key_from_name(const char *name, DecisionKey *key)
{
	for (int i = 0; i < DECISION_KEYS; i++) {
		if (strcmp(decision_keys[i].name, name) != 0)
			continue;
		*key = (DecisionKey)i;
		return true;
	}
	return false;
}

void
decision_row_free(DecisionRow *row)
{
	if (!row)
		return;
	g_free(row->value);
	g_free(row);
}

/* ---- one value ---- */

typedef struct Group {
	DecisionRow *row;
	Waits *waited, *waited_here;
} Group;

static void
group_free(void *data)
{
	Group *group = data;

	decision_row_free(group->row);
	waits_free(group->waited);
	waits_free(group->waited_here);
	g_free(group);
}

static Group *
group_new(char *value)
{
	Group *group = g_new0(Group, 1);

	group->row = g_new0(DecisionRow, 1);
	group->row->value = value;
	group->waited = waits_new();
	group->waited_here = waits_new();
	return group;
}

static void
count(Group *group, sqlite3_stmt *stmt)
{
	DecisionRow *row = group->row;
	int64_t kind = db_int(stmt, COLUMN_KIND);
	bool by_rule = db_int(stmt, COLUMN_RULE) != 0;

	row->decisions++;
	if (kind >= 0 && kind < DECISIONS)
		row->by_kind[kind]++;
	row->by_rule += by_rule;
	row->undone += db_int(stmt, COLUMN_UNDONE);
	row->overturned += db_int(stmt, COLUMN_OVERTURNED);
	row->missed += db_int(stmt, COLUMN_MISSED);
	row->high +=
		kind == DECISION_RELEASE && !by_rule && db_int(stmt, COLUMN_SCORE) >= DECISION_HIGH;
	if (db_int(stmt, COLUMN_SETTLED) == 0)
		return;
	waits_add(group->waited, db_int(stmt, COLUMN_WAITED));
	waits_add(group->waited_here, db_int(stmt, COLUMN_WAITED_HERE));
}

static void
end_group(Group *group)
{
	DecisionRow *row = group->row;

	row->settled = waits_count(group->waited);
	row->median = waits_percentile(group->waited, 50);
	row->p90 = waits_percentile(group->waited, 90);
	row->added_median = waits_percentile(group->waited_here, 50);
	row->added_p90 = waits_percentile(group->waited_here, 90);
}

/* ---- all of them ---- */

typedef struct Groups {
	GPtrArray *list;      /* of Group */
	GHashTable *by_value; /* const char * -> Group */
	Group *without;       /* of no value */
} Groups;

static void
groups_clear(Groups *groups)
{
	g_hash_table_unref(groups->by_value);
	g_ptr_array_unref(groups->list);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Groups, groups_clear)

static char *
read_value(sqlite3_stmt *stmt, DecisionKey key)
{
	int64_t kind = db_int(stmt, COLUMN_VALUE);

	if (key != DECISIONS_BY_KIND)
		return db_text(stmt, COLUMN_VALUE);
	return kind >= 0 && kind < DECISIONS ? g_strdup(decision_name((DecisionKind)kind)) : NULL;
}

static Group *
group_of(Groups *groups, sqlite3_stmt *stmt, DecisionKey key)
{
	g_autofree char *value = read_value(stmt, key);
	Group *group = value ? g_hash_table_lookup(groups->by_value, value) : groups->without;

	if (group)
		return group;
	group = group_new(g_steal_pointer(&value));
	g_ptr_array_add(groups->list, group);
	if (group->row->value)
		g_hash_table_insert(groups->by_value, group->row->value, group);
	else
		groups->without = group;
	return group;
}

static char *
stats_sql(const DecisionWindow *window)
{
	GString *sql = g_string_new("SELECT ");
	const char *join = keys[window->key].join;
	const char *condition = keys[window->key].condition;

	g_string_append_printf(sql, "%s%s%s%s%s", keys[window->key].value, columns,
		join ? join : "", window_condition, condition ? condition : "");
	if (window->query && window->query->where->len)
		g_string_append_printf(sql, " AND (%s)", window->query->where->str);
	return g_string_free(sql, false);
}

static sqlite3_stmt *
prepare(Store *store, const DecisionWindow *window, GError **error)
{
	g_autofree char *sql = stats_sql(window);
	g_autoptr(sqlite3_stmt) stmt = db_prepare(store, sql, error);

	if (!stmt)
		return NULL;
	db_bind_int(stmt, ":since", window->since);
	db_bind_int(stmt, ":until", window->until ? window->until : INT64_MAX);
	db_bind_text(stmt, ":undo", VERB_UNDO);
	db_bind_text(stmt, ":redo", VERB_REDO);
	db_bind_int(stmt, ":release", DECISION_RELEASE);
	db_bind_int(stmt, ":block", DECISION_BLOCK);
	db_bind_int(stmt, ":held", STATE_HELD);
	if (window->query)
		query_bind(window->query, stmt);
	return g_steal_pointer(&stmt);
}

static gint
compare_by_count(gconstpointer a, gconstpointer b)
{
	const DecisionRow *first = *(DecisionRow *const *)a;
	const DecisionRow *second = *(DecisionRow *const *)b;

	if (first->decisions != second->decisions)
		return first->decisions > second->decisions ? -1 : 1;
	return g_strcmp0(first->value, second->value);
}

static gint
compare_by_value(gconstpointer a, gconstpointer b)
{
	const DecisionRow *first = *(DecisionRow *const *)a;
	const DecisionRow *second = *(DecisionRow *const *)b;

	return g_strcmp0(first->value, second->value);
}

static GPtrArray *
take_rows(Groups *groups, const DecisionWindow *window)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)decision_row_free);
	guint limit = window->limit > 0 ? (guint)window->limit : G_MAXUINT;
	bool in_order = keys[window->key].in_order;

	for (guint i = 0; i < groups->list->len; i++) {
		Group *group = g_ptr_array_index(groups->list, i);

		end_group(group);
		g_ptr_array_add(rows, g_steal_pointer(&group->row));
	}
	g_ptr_array_sort(rows, in_order ? compare_by_value : compare_by_count);
	if (rows->len > limit)
		g_ptr_array_remove_range(rows, in_order ? 0 : limit, rows->len - limit);
	return rows;
}

GPtrArray *
store_decision_stats(Store *store, const DecisionWindow *window, GError **error)
{
	g_autoptr(sqlite3_stmt) stmt = prepare(store, window, error);
	g_auto(Groups) groups = {
		.list = g_ptr_array_new_with_free_func(group_free),
		.by_value = g_hash_table_new(g_str_hash, g_str_equal),
	};
	Step step;

	if (!stmt)
		return NULL;
	while ((step = db_step(store, stmt, error)) == STEP_ROW)
		count(group_of(&groups, stmt, window->key), stmt);
	return step == STEP_DONE ? take_rows(&groups, window) : NULL;
}
