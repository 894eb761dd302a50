/* verify_private.h - what the checks of store_verify() share; private to store/ */
#ifndef STORE_VERIFY_PRIVATE_H
#define STORE_VERIFY_PRIVATE_H

#include "store/db.h"
#include "store/verify.h"

typedef struct Verifier {
	Store *store;
	const VerifyOptions *options;
	VerifySummary *summary;
} Verifier;

void verify_fault(Verifier *verifier, const char *format, ...) G_GNUC_PRINTF(2, 3);
void verify_progress(
	Verifier *verifier, const char *noun, int64_t rows, int64_t bytes, int64_t total);

/* What @pragma, SQLite's own check, says of its pages. */
bool verify_pages(Verifier *verifier, const char *pragma, GError **error);

/* The history. */
bool verify_chain(Verifier *verifier, GError **error);
/* The last @operations of it. */
bool verify_chain_end(Verifier *verifier, int operations, GError **error);

/* Rules, which are rows that can be written, against the operations that made them. */
bool verify_rules(Verifier *verifier, GError **error);

/* Envelopes that are from a log, against the operations that gave them. */
bool verify_envelopes(Verifier *verifier, GError **error);

/* Of what is purged nothing is left but its record. */
bool verify_purged(Verifier *verifier, GError **error);

#endif
