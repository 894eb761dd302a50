/* delivery.h - one row of the outbox; private to store/ */
#ifndef STORE_DELIVERY_H
#define STORE_DELIVERY_H

#include "store/outbox.h"

/* NULL with NOT_FOUND when there is none. */
Delivery *delivery_read(Store *store, int64_t id, GError **error);

#endif
