/* history_rows.h - how history is kept; private to store/
 *
 * What is counted of a message's state stands in `settled`; edge.released, .blocked,
 * .person_released and .person_blocked, and the rows of `lesson`, are at any time the sums
 * over it.  So what is taken back is what was counted, whatever became of the message
 * since.  Every decision that is appended puts its message into `unsettled` (a trigger);
 * whoever appended it calls history_settle() before the transaction ends, and should one
 * forget, the next one catches up.
 *
 * Whether a person or a rule put a message into its state says the decision in force,
 * ledger.h's: undone ones count for nothing.
 */
#ifndef STORE_HISTORY_ROWS_H
#define STORE_HISTORY_ROWS_H

#include "mail/history.h"
#include "store/message_rows.h"

enum {
	HISTORY_JUDGED = 200, /* held messages at most that one operation judges again */
};

/* Fills @add->findings and @add->score from @add->message and what is known of its keys:
 * campaign_find_edges() found these.  @received is when it came.  Before its edges are bound
 * anew, and outside of what it is counted in. */
bool history_judge_addition(Addition *add, const GArray *edges, int64_t received, GError **error);

/* The same once more where something of it is on a list, when its rows stand and it is counted:
 * these say what leads where. */
bool history_judge_listed(Addition *add, int64_t received, GError **error);
/* Message @id, which is held, is judged again. */
bool history_judge_again(Store *store, int64_t id, GError **error);

/* Adds the brands that messages with @edge borrowed, HISTORY_MAX_BRANDS of them at most,
 * to @brands (of char *). */
bool history_read_brands(Store *store, int64_t edge, GPtrArray *brands, GError **error);

/* Message @id, whose rows all stand, is entered into the history of its keys; and taken
 * out of it before they are replaced. */
bool history_enter(Store *store, int64_t id, const GPtrArray *findings, GError **error);
bool history_leave(Store *store, int64_t id, GError **error);

/* The held messages of the campaigns of what is unsettled, HISTORY_JUDGED at most, are
 * judged again. */
bool history_judge_held(Store *store, GError **error);

/* Counts what was decided since the last time. */
bool history_settle(Store *store, GError **error);
/* The same, and where people's decisions are among it the held messages of the same
 * campaigns are judged again, so that their order follows. */
bool history_settle_and_judge(Store *store, GError **error);

#endif
