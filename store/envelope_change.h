/* envelope_change.h - what a log gives messages of their envelopes, and takes away again;
 * private to store/ */
#ifndef STORE_ENVELOPE_CHANGE_H
#define STORE_ENVELOPE_CHANGE_H

#include "store/logged.h"

typedef struct EnvelopeChange {
	int64_t message;
	bool removed;          /* it is taken away */
	char *sender;          /* NULL: stays as it is */
	GPtrArray *recipients; /* of char *; empty: stay as they are */
	char *server;          /* whose log it is from */
	char *queue_id;
	int64_t at;
	LogMatch match;
} EnvelopeChange;
void envelope_change_free(EnvelopeChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EnvelopeChange, envelope_change_free)

/* Does it, and writes it down under @operation; inside the caller's transaction.  The
 * message's version grows: whoever planned without knowing is told. */
bool envelope_change(Store *store, int64_t operation, const EnvelopeChange *change, GError **error);

/* Those of @operation, in the order of their messages. */
GPtrArray *envelope_changes(Store *store, int64_t operation, GError **error);

/* Stands behind the reason of an operation that gave @changes, which the chain covers: so
 * nobody can rewrite what it gave unseen. */
char *envelope_seal(const GPtrArray *changes);
#define ENVELOPE_SEAL "envelopes SHA-256 "

#endif
