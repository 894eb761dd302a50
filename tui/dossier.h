/* dossier.h - all that is known of one message, as the preview and the tabs show it */
#ifndef TUI_DOSSIER_H
#define TUI_DOSSIER_H

#include "store/history.h"
#include "store/outbox.h"

typedef struct Dossier {
	Store *store;
	int64_t now;
	MessageRow *row;
	Message *message;      /* NULL when it can't be read: `trouble` says why */
	char *trouble;         /* or NULL */
	Message *remains;      /* of a purged one, what its record has of it; or NULL */
	KeyRecord record;      /* of its account; all 0 without one */
	GPtrArray *decisions;  /* of Decision, oldest first */
	GPtrArray *why;        /* sentences on its state: store_explain() */
	GPtrArray *deliveries; /* of Delivery */
	GBytes *raw;           /* once dossier_raw() was asked */
	GPtrArray *history;    /* of KeyHistory, what is known of its keys; NULL: not read yet */
	char *history_trouble; /* why that can't be; or NULL */
} Dossier;

/* NULL when there is no such message, or the store can't be read. */
Dossier *dossier_load(Store *store, int64_t id, int64_t now, GError **error);
void dossier_free(Dossier *dossier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Dossier, dossier_free)

/* What was found in it, of Finding; of a purged one without words.  NULL: not known.  Borrowed. */
const GPtrArray *dossier_findings(const Dossier *dossier);

/* The raw message, borrowed; it is read when first asked for. */
GBytes *dossier_raw(Dossier *dossier, GError **error);

#endif
