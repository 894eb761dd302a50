/* nursery.h - where boxes come from
 *
 * A box is a copy of the process that starts it.  A nursery is a child that was started before any
 * mail, password or key of a bucket was read: the boxes that it starts hold none of them, and are
 * started as fast when the importer has grown as when it was small.
 */
#ifndef IMPORTER_NURSERY_H
#define IMPORTER_NURSERY_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "importer/box.h"

typedef struct Nursery Nursery;

/* Boxes that judge by @site as it is now, within @limits (NULL: the defaults).  IMPORT_ERROR_BOX. */
Nursery *nursery_start(const Site *site, const BoxLimits *limits, GError **error);
/* Its boxes end with it. */
void nursery_free(Nursery *nursery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Nursery, nursery_free)

/* As box_start(). */
Box *box_start_in(Nursery *nursery, GError **error);

#endif
