/* message_rows.h - the rows of one message that arrives; private to store/ */
#ifndef STORE_MESSAGE_ROWS_H
#define STORE_MESSAGE_ROWS_H

#include "store/db.h"
#include "store/message.h"

typedef struct Addition {
	Store *store;
	const Arrival *arrival;
	const Message *message;
	int64_t id;           /* it is going to have */
	int64_t raw;          /* 0: these bytes are not here yet */
	int64_t campaign;     /* 0 if none */
	const char *envelope; /* the envelope's half of its identity */
} Addition;

/* All rows, and what the rules make of it; inside the caller's transaction. */
bool message_rows_add(Addition *add, GError **error);

#endif
