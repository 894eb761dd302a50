/* stats.h - the quarantine counted */
#ifndef STORE_STATS_H
#define STORE_STATS_H

#include "store/message.h"

typedef enum {
	STATS_ACCOUNT,
	STATS_CONFIG,
	STATS_IP,
	STATS_REGION,
	STATS_DOMAIN,
	STATS_SES,
	STATS_KEYS
} StatsKey;
const char *stats_key_name(StatsKey key); /* "account", "config", ... */
bool stats_key_from_name(const char *name, StatsKey *key);

typedef struct StatsRow {
	char *value; /* NULL: messages that have none */
	int64_t messages, by_state[STATES];
	int64_t first, last; /* received */
	int max_score;
	int64_t subjects, campaigns; /* different ones */
	int64_t recipients;          /* of the envelopes, without case */
} StatsRow;
void stats_row_free(StatsRow *row);

/* Most messages first. */
GPtrArray *store_stats(Store *store, StatsKey key, const Query *query, GError **error);

#endif
