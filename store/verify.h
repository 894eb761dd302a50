/* verify.h - is the store still what was written into it?
 *
 * What the chain of hashes proves, and what a chain without a key can't, is said in
 * lazaret(1) under verify.
 */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include "mail/digest.h"
#include "store/store.h"

typedef struct VerifyOptions {
	const uint8_t *expect; /* DIGEST_SIZE bytes: a head kept earlier; or NULL */
	/* One fault, in words that name the row, as soon as it is found. */
	void (*fault)(const char *words, void *data);
	/* @rows of @total of "rows" or "messages" are done, @bytes of these; or NULL. */
	void (*progress)(const char *noun, int64_t rows, int64_t bytes, int64_t total, void *data);
	void *data; /* for both */
} VerifyOptions;

typedef struct VerifySummary {
	int64_t operations;
	int64_t decisions;
	int64_t reported;   /* messages that reports are about */
	int64_t purged;     /* messages of which the record is left, */
	int64_t unfinished; /* and those of them whose purge was interrupted: no fault */
	int64_t messages;   /* raw messages: the same bytes to two envelopes count once */
	int64_t faults;
	bool has_head; /* false while nothing was ever done */
	uint8_t head[DIGEST_SIZE];
	bool expected;              /* options->expect stands in the chain, */
	int64_t expected_operation; /* in this operation */
} VerifySummary;

/* Looks at all of it: pages, references and schema, the history's chain, what messages
 * and counters say against their rows, and each stored message against its SHA-256.
 * Writes nothing.  Faults are no error; NOT_A_STORE is a file too damaged to be read. */
bool store_verify(
	Store *store, const VerifyOptions *options, VerifySummary *summary, GError **error);

typedef enum {
	VERIFY_PAGES,   /* without what indexes say of tables: a part of the time */
	VERIFY_GUARDS,  /* the triggers, which keep history from being rewritten */
	VERIFY_HISTORY, /* the chain's last operations, whatever there is before them */
	VERIFY_PARTS
} VerifyPart;
/* A quick part of it alone; store_set_stop() ends it.  The summary's .faults, .operations,
 * .decisions and .head are filled. */
bool store_verify_part(Store *store, VerifyPart part, const VerifyOptions *options,
	VerifySummary *summary, GError **error);

#endif
