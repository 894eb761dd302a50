/* plan_identity.h - whom the messages of a plan are from
 *
 * A mail that shares an edge on purpose is drawn into somebody else's campaign, and is odd
 * to nobody once there is one in ten of them.  So a plan names the identities of what would
 * change: those are alike that have the account (proven or not), the domain that is vouched
 * for and From's domain in common.
 */
#ifndef STORE_PLAN_IDENTITY_H
#define STORE_PLAN_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

typedef struct PlanIdentity {
	char *account; /* SES account, NULL if none */
	bool proven;   /* by Amazon's signature; else anybody could claim it */
	char *aligned; /* domain that is vouched for, NULL if none */
	char *domain;  /* From's, "" if none */
	int messages;
	int score;       /* the highest of these, */
	int64_t example; /* and the first message that has it */
	/* Messages of the account, in all of the store, whose release or block by a person stands:
	 * those of others may claim the same account where it is not proven. */
	int64_t person_released, person_blocked;
} PlanIdentity;
void plan_identity_clear(PlanIdentity *identity);
void plan_identity_free(PlanIdentity *identity);

/* "score 87 from account QrStUvWx (claimed), From evil.example; of that account people
 * released 3, blocked 0", and "account AbCdEfGh for shop.example" where that is From's domain
 * as well; holds what mail says, so it is shown like mail.  Yours. */
char *plan_identity_words(const PlanIdentity *identity);

#endif
