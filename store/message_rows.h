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

/* All rows but its words, and what the rules make of it; inside the caller's
 * transaction. */
bool message_rows_add(Addition *add, GError **error);

/* What bare words find it by.  FTS5 writes all it has gathered at every savepoint,
 * so words are kept until no savepoint follows. */
typedef struct Words {
	int64_t message;
	char *subject;
	char *addresses;
	char *texts;
	char *urls;
} Words;

Words *words_new(const Addition *add);
void words_free(Words *words);
size_t words_size(const Words *words);
bool words_add(Store *store, const Words *words, GError **error);

#endif
