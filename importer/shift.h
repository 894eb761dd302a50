/* shift.h - a crew at work in a thread of its own; private to importer/
 *
 * Whoever writes to the store is what an import waits for once that is large: replies of boxes are
 * unpacked, and messages that were written freed, beside it.
 */
#ifndef IMPORTER_SHIFT_H
#define IMPORTER_SHIFT_H

#include "importer/crew.h"

typedef struct Shift Shift;

/* Takes @crew.  @apart: in a thread, if one can be had.  Nobody may fork() this process then and go
 * on in the child: the crew has a nursery, and no scanner.  What it asks (crew_keep(),
 * its resolver) is asked there. */
Shift *shift_new(Crew *crew, bool apart);
void shift_free(Shift *shift);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Shift, shift_free)

/* Borrowed until parcel_is_done(). */
void shift_add(Shift *shift, Parcel *parcel);
/* Takes @parcel, which is done, and frees it. */
void shift_drop(Shift *shift, Parcel *parcel);

/* Waits until @wanted parcels more are done than were when it was called last, or all that were
 * added; or until @descriptor can be read (-1: none); at most @milliseconds, and now and then for
 * less.  Without a thread it is crew_work().  Fails when no box can be started, twice in a row. */
bool shift_work(Shift *shift, int wanted, int milliseconds, int descriptor, GError **error);
/* As crew_tend() and crew_must_fork(). */
void shift_tend(Shift *shift);
bool shift_must_fork(const Shift *shift);

#endif
