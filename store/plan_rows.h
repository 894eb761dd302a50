/* plan_rows.h - identities as a plan gathers them; private to store/ */
#ifndef STORE_PLAN_ROWS_H
#define STORE_PLAN_ROWS_H

#include "store/plan_identity.h"
#include "store/store.h"

/* Set of PlanIdentity. */
GHashTable *plan_identities_new(void);
/* Counts @one, which is one message's, and may take what it holds. */
void plan_identities_count(GHashTable *identities, PlanIdentity *one);
/* Of PlanIdentity: the @limit with the highest scores, that one first; of equals first the one
 * with fewer messages.  They are taken from @identities, which keeps the rest. */
GPtrArray *plan_identities_pick(Store *store, GHashTable *identities, int limit, GError **error);

#endif
