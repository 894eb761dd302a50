#include "store/burst.h"

#include <string.h>

#include "store/burst_breadth.h"
#include "store/traffic.h"

static const char *const names[] = {
	[BURST_ACCOUNT] = "account",
	[BURST_CLAIMED_ACCOUNT] = "claimed-account",
	[BURST_CONFIG] = "config",
	[BURST_IP] = "ip",
	[BURST_REGION] = "region",
	[BURST_DOMAIN] = "domain",
};
G_STATIC_ASSERT(G_N_ELEMENTS(names) == BURST_KEYS);

const char *
burst_key_name(BurstKey key)
{
	g_assert(key < BURST_KEYS);
	return names[key];
}

void
burst_row_free(BurstRow *row)
{
	if (!row)
		return;
	g_free(row->value);
	g_free(row);
}

/* The newest slot with a message of that kind, not behind @now; or of which the last one was taken
 * back, and that was not merged yet. */
static bool
find_kept_end(Store *store, BurstKey key, int64_t now, int64_t *slot, GError **error)
{
	static const char sql[] =
		"SELECT ifnull(max(slot), -1) FROM (SELECT max(slot) AS slot FROM traffic"
		"  WHERE key = :key AND slot <= :now AND messages > 0"
		" UNION ALL SELECT max(slot) FROM traffic_new"
		"  WHERE key = :key AND slot <= :now AND messages > 0)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":key", key);
	db_bind_int(select, ":now", now / BURST_SLOT);
	if (!db_row(store, select, error))
		return false;
	*slot = MAX(*slot, db_int(select, 0));
	return true;
}

/* That of the newest message of any kind. */
static bool
find_any_end(Store *store, int64_t now, int64_t *slot, GError **error)
{
	static const char sql[] =
		"SELECT max(arrived) >> 22 FROM (SELECT max(arrived) AS arrived FROM message"
		"  WHERE state = 0 AND arrived < (:end << 22)"
		" UNION ALL SELECT max(arrived) FROM message WHERE state = 1 AND arrived < (:end << 22)"
		" UNION ALL SELECT max(arrived) FROM message WHERE state = 2 AND arrived < (:end << 22))";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":end", (now / BURST_SLOT + 1) * BURST_SLOT);
	if (!db_row(store, select, error))
		return false;
	if (sqlite3_column_type(select, 0) != SQLITE_NULL)
		*slot = db_int(select, 0) / BURST_SLOT;
	return true;
}

static bool
find_end(Store *store, const BurstList *list, int64_t *slot, GError **error)
{
	*slot = -1;
	if (list->key >= BURST_KEPT)
		return find_any_end(store, list->now, slot, error);
	return find_kept_end(store, list->key, list->now, slot, error) &&
		(list->key != BURST_ACCOUNT ||
			find_kept_end(store, BURST_CLAIMED_ACCOUNT, list->now, slot, error));
}

/* The row of the key at hand, which is the last one or comes behind it. */
static BurstRow *
row_of(GPtrArray *rows, BurstKey key, const char *value)
{
	BurstRow *row = rows->len > 0 ? g_ptr_array_index(rows, rows->len - 1) : NULL;

	if (row && row->key == key && strcmp(row->value, value) == 0)
		return row;
	row = g_new0(BurstRow, 1);
	row->key = key;
	row->value = g_strdup(value);
	g_ptr_array_add(rows, row);
	return row;
}

static void
add_count(BurstRow *row, const BurstList *list, int64_t end, int64_t back, int64_t messages)
{
	/* Of a store from elsewhere a slot may be no whole number. */
	if (back < 0 || back >= BURST_WINDOWS)
		return;
	row->counts[BURST_WINDOWS - 1 - back] = messages;
	row->messages += messages;
	if (messages < row->peak || (messages == row->peak && row->peak_at > 0))
		return;
	row->peak = messages;
	row->peak_at = (end + 1) * BURST_SLOT - back * list->window;
}

#define COUNTS_SQL(counted)                                                              \
	"SELECT key, value, (:end - slot) / :slots AS back, sum(messages) FROM " counted \
	" WHERE key IN (:key, :beside) AND slot >= :from AND slot <= :end"               \
	" GROUP BY key, value, back HAVING sum(messages) > 0 ORDER BY key, value, back"

static const char *
counts_sql(BurstKey key)
{
	static const char kept[] = COUNTS_SQL(TRAFFIC_KEPT);
	static const char region[] = COUNTS_SQL(TRAFFIC_REGION);
	static const char domain[] = COUNTS_SQL(TRAFFIC_DOMAIN);

	if (key < BURST_KEPT)
		return kept;
	return key == BURST_REGION ? region : domain;
}

/* The newest window first, key by key. */
static bool
read_counts(Store *store, const BurstList *list, int64_t end, GPtrArray *rows, GError **error)
{
	int64_t slots = list->window / BURST_SLOT;
	g_autoptr(Kept) select = db_kept(store, counts_sql(list->key), error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":key", list->key);
	db_bind_int(
		select, ":beside", list->key == BURST_ACCOUNT ? BURST_CLAIMED_ACCOUNT : list->key);
	db_bind_int(select, ":end", end);
	db_bind_int(select, ":slots", slots);
	db_bind_int(select, ":from", end - slots * BURST_WINDOWS + 1);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		add_count(row_of(rows, (BurstKey)db_int(select, 0),
				  (const char *)sqlite3_column_text(select, 1)),
			list, end, db_int(select, 2), db_int(select, 3));
	return step == STEP_DONE;
}

/* A peak below the least is none, whatever is usual. */
static bool
measure(Store *store, const BurstList *list, BurstRow *row, GError **error)
{
	const Window window = { row->key, row->value, row->peak_at / BURST_SLOT - 1,
		list->window / BURST_SLOT };

	if (!traffic_usual(store, &window, &row->usual, error))
		return false;
	row->burst = traffic_is_burst(row->peak, row->usual);
	return true;
}

static int
compare_rows(const void *a, const void *b)
{
	const BurstRow *first = *(const BurstRow *const *)a;
	const BurstRow *second = *(const BurstRow *const *)b;

	if (first->burst != second->burst)
		return first->burst ? -1 : 1;
	if (first->peak != second->peak)
		return first->peak > second->peak ? -1 : 1;
	return strcmp(first->value, second->value);
}

GPtrArray *
store_bursts(Store *store, const BurstList *list, int64_t *end, GError **error)
{
	g_autoptr(Snapshot) look = store_snapshot(store, error);
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)burst_row_free);
	int64_t slot;

	g_assert(list->window > 0 && list->window % BURST_SLOT == 0);
	if (!look || !find_end(store, list, &slot, error) ||
		!read_counts(store, list, slot, rows, error))
		return NULL;
	*end = slot >= 0 ? (slot + 1) * BURST_SLOT : 0;
	for (guint i = 0; i < rows->len; i++) {
		BurstRow *row = g_ptr_array_index(rows, i);

		if (row->peak >= BURST_LEAST && !measure(store, list, row, error))
			return NULL;
	}
	if (list->breadth && !burst_add_breadth(store, list, slot, rows, error))
		return NULL;
	g_ptr_array_sort(rows, compare_rows);
	if (list->limit > 0 && rows->len > (guint)list->limit)
		g_ptr_array_set_size(rows, list->limit);
	return g_steal_pointer(&rows);
}
