/* apply.h - what the rules say about a message that arrives; private to store/ */
#ifndef STORE_APPLY_H
#define STORE_APPLY_H

#include "store/message.h"

/* Inside the transaction that has just put @message and its recipients in: a rule
 * that matches decides about it, and for a release its deliveries are queued.
 * Where none does, or where an allow rule could deliver to nobody, the message
 * stays held and nothing is recorded. */
bool rules_apply(Store *store, int64_t message, const Arrival *arrival, GError **error);

#endif
