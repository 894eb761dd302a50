/* explain.h - why a message is held, released or blocked */
#ifndef STORE_EXPLAIN_H
#define STORE_EXPLAIN_H

#include "store/store.h"

/* Sentences, the first of which says what decided: a person, a rule, or nobody.  Then each
 * rule that is about the message and did not decide, with the reason: expired, out of
 * scope, a finding it does not lift, made later, deny before allow; or that none is.
 * They quote mail.  Of char *; NULL on error, NOT_FOUND when there is no such message. */
GPtrArray *store_explain(Store *store, int64_t message, int64_t now, GError **error);

#endif
