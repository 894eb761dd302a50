/* undo_kind.h - what an operation may carry, and how each kind of it is taken back;
 * private to store/
 *
 * An operation is a row of its own and what it did: rows of one or several kinds,
 * each of which names its operation.  To add a kind: write store/undo_NAME.c and add
 * its row in store/undo.c.
 */
#ifndef STORE_UNDO_KIND_H
#define STORE_UNDO_KIND_H

#include "store/db.h"

/* The operation to take back. */
typedef struct Undoing {
	Store *store;
	int64_t id;
	int64_t origin; /* what it is about in the end: itself, unless it is an undo or a redo */
	char *verb;
	int64_t undone_by;
	char *undone_actor; /* who took it back already, or NULL */
	int64_t now;
} Undoing;

typedef struct UndoKind {
	/* A constant query: 1 where :operation carries rows of this kind, 0 where it does not. */
	const char *carried;
	/* May what undoing->id carries be taken back?  CONFLICT, saying why, where somebody
	 * has built upon it since; nothing is changed. */
	bool (*check)(const Undoing *undoing, GError **error);
	/* Takes it back, inside the transaction in which check() passed, and writes rows of
	 * this kind that say so under @operation, the new "undo" or "redo": these are what
	 * is taken back, in the same way, when the undo itself is undone. */
	bool (*restore)(const Undoing *undoing, int64_t operation, GError **error);
} UndoKind;

#endif
