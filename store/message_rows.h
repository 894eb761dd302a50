/* message_rows.h - the rows of one message that arrives; private to store/ */
#ifndef STORE_MESSAGE_ROWS_H
#define STORE_MESSAGE_ROWS_H

#include "store/bale.h"
#include "store/message.h"

enum {
	ENVELOPE_DIGEST = 16, /* bytes */
};

typedef struct Addition {
	Store *store;
	const Arrival *arrival;
	const Message *message;
	Baler *baler;       /* what its bytes go into; NULL: they stand by themselves */
	int64_t id;         /* it is going to have */
	int64_t raw;        /* 0: these bytes are not here yet, */
	int64_t purged_raw; /* or no more, but their row is; 0 */
	int64_t campaign;   /* it belongs to */
	int64_t basis;      /* what its verdict rests on: basis.id; 0 if unknown */
	uint8_t envelope[ENVELOPE_DIGEST]; /* the envelope's half of its identity */
	GPtrArray *findings;               /* of Finding: the message's, and what history adds */
	int score;                         /* 0-100, from these */
} Addition;
void addition_clear(Addition *add);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Addition, addition_clear)

Store *store_batch_store(StoreBatch *batch);

/* All rows but its words, and what the rules make of it; inside the caller's
 * transaction. */
bool message_rows_add(Addition *add, GError **error);

/* The rows of a message that is there, made anew from @add->message: all but what
 * rescore.h says stays.  @add->arrival needs envelope, raw, body and basis.
 * campaign_take_in() is the caller's. */
bool message_rows_replace(Addition *add, GError **error);

/* Findings and score of a message that is there, made anew from @add. */
bool message_rows_rejudge(Addition *add, GError **error);

#endif
