/* burst.h - who sends more than they used to
 *
 * Messages are counted by the time received, in slots of BURST_SLOT seconds, for each
 * account, configuration set and sending address, region and From domain.  A window is the slots that end with a
 * given one.  It is a burst when it holds at least BURST_LEAST messages, and more than
 * BURST_TIMES what is usual: what nine in ten of the key's windows of that length had at
 * most, of those in which it sent anything, in the BURST_HISTORY seconds that ended
 * BURST_GAP before.  A key that sent nothing then is measured by BURST_LEAST alone.
 *
 * So a burst is no measure for its own next hours, what comes every day at noon is none,
 * and one burst long ago makes no habit.
 */
#ifndef STORE_BURST_H
#define STORE_BURST_H

#include "store/store.h"

typedef enum {
	BURST_ACCOUNT, /* that Amazon's signature proves */
	BURST_CLAIMED_ACCOUNT,
	BURST_CONFIG,
	BURST_IP,
	BURST_KEPT,                /* those before are counted as messages come */
	BURST_REGION = BURST_KEPT, /* and from here on when somebody asks */
	BURST_DOMAIN,              /* registrable domain of From */
	BURST_KEYS
} BurstKey;
const char *burst_key_name(BurstKey key); /* "account", "claimed-account", "config", "ip" ... */

enum {
	BURST_SLOT = 10 * 60,
	BURST_WINDOW = 60 * 60, /* what messages are judged by as they come */
	BURST_LONGEST = 7 * 24 * 60 * 60,
	BURST_LEAST = 20,
	BURST_TIMES = 3,
	BURST_HISTORY = 14 * 24 * 60 * 60,
	BURST_GAP = 24 * 60 * 60,
	BURST_WINDOWS = 24, /* that a row shows, side by side */
};

/* One key, and what it sent lately. */
typedef struct BurstRow {
	BurstKey key;
	char *value;
	int64_t counts[BURST_WINDOWS]; /* the oldest first */
	int64_t messages;              /* the sum */
	int64_t peak, peak_at;         /* the largest, the last of equals, and when it ended */
	int64_t usual;                 /* before all of these; 0: nothing then */
	bool burst;                    /* the largest is one */
	/* With BurstList.breadth: how many messages there are in these windows, whatever their
	 * key; and of the row's own when the first and the last were received, and how many
	 * different subjects, recipients and campaigns they have. */
	int64_t of;
	int64_t first, last;
	int64_t subjects, recipients, campaigns;
} BurstRow;
void burst_row_free(BurstRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BurstRow, burst_row_free)

typedef struct BurstList {
	BurstKey key;   /* BURST_ACCOUNT lists the claimed ones as well */
	int64_t window; /* seconds: a multiple of BURST_SLOT, BURST_LONGEST at most */
	int64_t now;
	int limit;    /* 0 is all */
	bool breadth; /* look at the messages themselves as well */
} BurstList;

/* Of BurstRow, bursts first, then by what is the largest.  The windows end with the newest
 * message that came by @list->now; *end is when, 0 where there is none. */
GPtrArray *store_bursts(Store *store, const BurstList *list, int64_t *end, GError **error);

#endif
