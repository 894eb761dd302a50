/* health.h - what the store says of itself at a glance: its size, its age, what is stuck */
#ifndef STORE_HEALTH_H
#define STORE_HEALTH_H

#include "store/outbox.h"

enum {
	HEALTH_LATE = 15 * 60, /* seconds behind its time, after which a delivery is overdue */
};

typedef struct StoreHealth {
	int version; /* of its schema, which is the program's own: others are not opened */
	int64_t messages;
	int64_t bytes, free_bytes;           /* of the file; what a next import fills first */
	int64_t imported;                    /* when the newest message came; 0: there is none */
	int64_t decided;                     /* when the last operation was done; likewise */
	int64_t deliveries[DELIVERY_STATES]; /* not those sent and cancelled */
	int64_t overdue;                     /* queued, and due HEALTH_LATE ago */
	int64_t expired;                     /* being sent, and the lease ran out */
} StoreHealth;

/* Costs the same on a store of any size, but for deliveries that wait or failed. */
bool store_health(Store *store, int64_t now, StoreHealth *health, GError **error);

/* Of SQLite: what runs, and what this program was built with; as SQLITE_VERSION_NUMBER. */
int store_library_version(int *built);

#endif
