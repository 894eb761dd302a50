/* burst_breadth.h - what the messages are that make a burst; private to store/ */
#ifndef STORE_BURST_BREADTH_H
#define STORE_BURST_BREADTH_H

#include "store/burst.h"

/* Fills in what BurstList.breadth asks for, of @rows, whose windows end with slot @end. */
bool burst_add_breadth(
	Store *store, const BurstList *list, int64_t end, const GPtrArray *rows, GError **error);

#endif
