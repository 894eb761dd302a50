/* purge_rows.h - the steps of a purge; private to store/ */
#ifndef STORE_PURGE_ROWS_H
#define STORE_PURGE_ROWS_H

#include "store/db.h"
#include "store/purge.h"

/* What is known of a message that may be purged. */
typedef struct PurgeSubject {
	PurgeTarget target;
	MessageState state;
	int64_t size;
	int64_t received;
	KeptReason reason; /* KEPT_REASONS: it may go */
} PurgeSubject;

/* What is known of message @id, and whether @request may have it.  NOT_FOUND. */
bool purge_look_at(Store *store, const PurgeRequest *request, int64_t id, PurgeSubject *subject,
	GError **error);

/* What a transaction has removed so far, and has to tidy up before it ends. */
typedef struct Removal Removal;
Removal *removal_new(Store *store);
void removal_free(Removal *removal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Removal, removal_free)

/* All of message @id, which stands in purging, but its record. */
bool removal_add(Removal *removal, int64_t id, GError **error);
/* Words, bales, edges: last in the transaction. */
bool removal_end(Removal *removal, GError **error);

#endif
