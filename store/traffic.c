#include "store/traffic.h"

#include <stdlib.h>

#include "store/ids.h"
#include "store/tier.h"

static const Tier tier = TIER("traffic", "traffic_new", "traffic_merged", "key", "value", "slot",
	", messages", "key, value, slot, messages",
	" ON CONFLICT DO UPDATE SET messages = messages + excluded.messages", "-1, '', 0");

bool
traffic_merge_parts(Store *store, int64_t most, int64_t part, GError **error)
{
	store->traffic_newest = -1;
	return tier_merge(store, &tier, most, part, error);
}

bool
traffic_merge(Store *store, GError **error)
{
	int64_t messages;
	TierLimits limits;

	if (!db_value(store, "SELECT ifnull(max(id), 0) FROM message", &messages, error))
		return false;
	return !tier_is_due(messages, &store->traffic_due, &limits) ||
		traffic_merge_parts(store, limits.most, limits.part, error);
}

bool
traffic_count(Store *store, int64_t id, int sign, GError **error)
{
	static const char sql[] =
		"INSERT INTO traffic_new (key, value, slot, messages)"
		" SELECT k.key, k.value, k.received / :slot, :sign FROM (SELECT received,"
		"  CASE account_signed WHEN 0 THEN :claimed ELSE :account END AS key,"
		"  account AS value FROM message WHERE id = :id"
		"  UNION ALL SELECT received, :config, config_set FROM message WHERE id = :id"
		"  UNION ALL SELECT received, :ip, " MESSAGE_IP
		" FROM message AS m WHERE id = :id) AS k"
		" WHERE k.value IS NOT NULL"
		" ON CONFLICT DO UPDATE SET messages = messages + excluded.messages";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":slot", BURST_SLOT);
	db_bind_int(insert, ":sign", sign);
	db_bind_int(insert, ":account", BURST_ACCOUNT);
	db_bind_int(insert, ":claimed", BURST_CLAIMED_ACCOUNT);
	db_bind_int(insert, ":config", BURST_CONFIG);
	db_bind_int(insert, ":ip", BURST_IP);
	db_bind_int(insert, ":id", id);
	return db_run(store, insert, error);
}

/* Where the large table ends.  Nobody else adds to it during a transaction, and what was merged
 * before is mostly older than what a message that comes now is judged by. */
static bool
find_newest(Store *store, int64_t *newest, GError **error)
{
	static const char sql[] =
		"SELECT max(ifnull((SELECT max(slot) FROM traffic WHERE key = 0), 0),"
		" ifnull((SELECT max(slot) FROM traffic WHERE key = 1), 0),"
		" ifnull((SELECT max(slot) FROM traffic WHERE key = 2), 0),"
		" ifnull((SELECT max(slot) FROM traffic WHERE key = 3), 0))";
	bool writes = sqlite3_txn_state(store->db, "main") == SQLITE_TXN_WRITE;

	G_STATIC_ASSERT(BURST_KEPT == 4);
	*newest = INT64_MAX;
	if (!writes)
		return true;
	if (store->traffic_newest < 0 && !db_value(store, sql, &store->traffic_newest, error))
		return false;
	*newest = store->traffic_newest;
	return true;
}

#define COUNT_SQL(counted)                              \
	"SELECT ifnull(sum(messages), 0) FROM " counted \
	" WHERE key = :key AND value = :value AND slot > :slot - :slots AND slot <= :slot"

static bool
count_window(Store *store, const Window *window, int64_t *messages, GError **error)
{
	static const char in_both[] = COUNT_SQL(TRAFFIC_KEPT);
	static const char in_small[] = COUNT_SQL("traffic_new");
	g_autoptr(Kept) select = NULL;
	int64_t newest;

	if (!find_newest(store, &newest, error))
		return false;
	select = db_kept(store, newest > window->slot - window->slots ? in_both : in_small, error);
	if (!select)
		return false;
	db_bind_int(select, ":key", window->key);
	db_bind_text(select, ":value", window->value);
	db_bind_int(select, ":slot", window->slot);
	db_bind_int(select, ":slots", window->slots);
	if (!db_row(store, select, error))
		return false;
	*messages = db_int(select, 0);
	return true;
}

/* Of a slot, how many windows it lies back. */
#define PAST_SQL(counted)                                          \
	"SELECT (:before - slot) / :slots, messages FROM " counted \
	" WHERE key = :key AND value = :value AND slot >= :from AND slot <= :before"

static const char *
past_sql(BurstKey key)
{
	static const char kept[] = PAST_SQL(TRAFFIC_KEPT);
	static const char region[] = PAST_SQL(TRAFFIC_REGION);
	static const char domain[] = PAST_SQL(TRAFFIC_DOMAIN);

	if (key < BURST_KEPT)
		return kept;
	return key == BURST_REGION ? region : domain;
}

/* The last of nine tenths of the windows in which anything was sent, counted up. */
static int64_t
usual_of(int64_t *counts, int windows)
{
	int sent = 0;

	for (int i = 0; i < windows; i++) {
		if (counts[i] > 0)
			counts[sent++] = counts[i];
	}
	if (sent == 0)
		return 0;
	qsort(counts, (size_t)sent, sizeof(*counts), ids_compare);
	return counts[(sent * 9 + 9) / 10 - 1];
}

/* It is asked with every message of a burst: SQLite would take several times as long to group
 * what a busy account sent. */
bool
traffic_usual(Store *store, const Window *window, int64_t *usual, GError **error)
{
	const int64_t slots = BURST_HISTORY / BURST_SLOT;
	int windows = (int)((slots + window->slots - 1) / window->slots);
	g_autofree int64_t *counts = g_new0(int64_t, windows);
	g_autoptr(Kept) select = db_kept(store, past_sql(window->key), error);
	int64_t before = window->slot - MAX(window->slots, BURST_GAP / BURST_SLOT);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":key", window->key);
	db_bind_text(select, ":value", window->value);
	db_bind_int(select, ":before", before);
	db_bind_int(select, ":from", before - slots + 1);
	db_bind_int(select, ":slots", window->slots);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		int64_t back = db_int(select, 0);

		/* Of a store from elsewhere it may be no whole number. */
		if (back >= 0 && back < windows)
			counts[back] += db_int(select, 1);
	}
	*usual = usual_of(counts, windows);
	return step == STEP_DONE;
}

bool
traffic_is_burst(int64_t messages, int64_t usual)
{
	return messages >= BURST_LEAST && messages > BURST_TIMES * usual;
}

static bool
judge_key(Store *store, BurstKey key, const char *value, bool counted, History *history,
	GError **error)
{
	const Window window = { key, value, history->received / BURST_SLOT,
		BURST_WINDOW / BURST_SLOT };
	int64_t messages;
	int64_t usual;
	Burst *burst;

	if (!value)
		return true;
	if (!count_window(store, &window, &messages, error))
		return false;
	messages += !counted;
	if (messages < BURST_LEAST)
		return true;
	if (!traffic_usual(store, &window, &usual, error))
		return false;
	if (!traffic_is_burst(messages, usual))
		return true;
	burst = g_new0(Burst, 1);
	burst->key = burst_key_name(key);
	burst->value = g_strdup(value);
	burst->messages = messages;
	burst->usual = usual;
	burst->window = BURST_WINDOW;
	g_ptr_array_add(history->bursts, burst);
	return true;
}

bool
traffic_judge(Store *store, const Message *message, bool counted, History *history, GError **error)
{
	const SesOrigin *ses = message->ses;
	BurstKey account = ses->account_signed ? BURST_ACCOUNT : BURST_CLAIMED_ACCOUNT;

	return judge_key(store, account, ses->account, counted, history, error) &&
		judge_key(store, BURST_CONFIG, ses->config_set, counted, history, error) &&
		judge_key(store, BURST_IP, ses->ip, counted, history, error);
}
