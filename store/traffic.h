/* traffic.h - messages counted by key and time: what bursts are found in; private to store/ */
#ifndef STORE_TRAFFIC_H
#define STORE_TRAFFIC_H

#include "mail/history.h"
#include "store/burst.h"
#include "store/message_sql.h"

/* Before a transaction in which many were counted ends: as lookup_merge_parts(), and
 * lookup_merge(). */
bool traffic_merge_parts(Store *store, int64_t most, int64_t part, GError **error);
bool traffic_merge(Store *store, GError **error);

/* Counts message @id, which is there, @sign times: 1 or -1. */
bool traffic_count(Store *store, int64_t id, int sign, GError **error);

/* Adds a Burst to @history for each key of @message that it, received at
 * @history->received, makes or continues one of; whether it is counted yet or not. */
bool traffic_judge(
	Store *store, const Message *message, bool counted, History *history, GError **error);

/* What is counted by key, value and slot, from slot :from on: as it was counted when messages
 * came; or counted now, each by the index that has it in order. */
#define TRAFFIC_KEPT                                                \
	"(SELECT key, value, slot, messages FROM traffic UNION ALL" \
	" SELECT key, value, slot, messages FROM traffic_new)"
#define TRAFFIC_REGION                                                                 \
	"(SELECT 4 AS key, m.region AS value, m.received / 600 AS slot, 1 AS messages" \
	" FROM message m WHERE m.region IS NOT NULL AND m.state IN (0, 1, 2)"          \
	" AND m.arrived >= (:from * 600) << 22)"
#define TRAFFIC_DOMAIN                                                                 \
	"(SELECT 5 AS key, m.domain AS value, m.received / 600 AS slot, 1 AS messages" \
	" FROM message m WHERE m.domain <> '' AND m.received >= :from * 600)"
G_STATIC_ASSERT(BURST_REGION == 4 && BURST_DOMAIN == 5 && BURST_SLOT == 600 && STATES == 3 &&
	ORDER_ARRIVED_SHIFT == 22);

/* The @slots slots of a key that end with @slot. */
typedef struct Window {
	BurstKey key;
	const char *value; /* borrowed */
	int64_t slot, slots;
} Window;

/* What was usual for the key before @window, in windows as long; 0 where it sent nothing. */
bool traffic_usual(Store *store, const Window *window, int64_t *usual, GError **error);

bool traffic_is_burst(int64_t messages, int64_t usual);

#endif
