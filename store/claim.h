/* claim.h - who is looking at a message just now, so that two do not do it twice
 *
 * A claim is no decision: it is in no history, changes no version, and ends by itself.
 * It stops other people's decisions (OperationRequest.claims_seen), not their undo,
 * which has to work at once, nor rules.  Deciding about a message ends one's own claim.
 */
#ifndef STORE_CLAIM_H
#define STORE_CLAIM_H

#include "store/message.h"

typedef struct ClaimRequest {
	const GArray *ids; /* int64_t */
	const char *actor; /* login name */
	int64_t now;
	int64_t until; /* claims only */
	bool over;     /* takes what others claim as well */
	bool dry_run;  /* looks, and changes nothing */
} ClaimRequest;

/* Claims all of them, or anew for longer what @actor claims already; how many.  -1 and
 * nothing claimed: CONFLICT, with who claims one until when; NOT_FOUND. */
int store_claim(Store *store, const ClaimRequest *request, GError **error);
/* Gives back what of these @actor claims; how many that were.  -1 on error. */
int store_give_back(Store *store, const ClaimRequest *request, GError **error);

/* Whose it is now; NULL: nobody's. */
const char *claim_holder(const MessageRow *row, int64_t now);
/* "claimed by bob until 14:05 UTC": what holds in the sentence; yours. */
char *claim_words(const char *holder, int64_t until, int64_t now);

#endif
