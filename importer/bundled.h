/* bundled.h - messages out of a bundle (mail/bundle.h) that was opened in a box */
#ifndef IMPORTER_BUNDLED_H
#define IMPORTER_BUNDLED_H

#include "importer/box.h"
#include "importer/source.h"
#include "mail/bundle.h"

/* What @job, BOX_JSON or BOX_ZIP, finds in @bytes: of Bundled.  *next is where it began, and where
 * to go on, 0 at the end.  NULL when the box broke, or says what can't be: IMPORT_ERROR_BOX,
 * IMPORT_ERROR_DATA. */
GPtrArray *bundled_open(BoxJob job, GBytes *bytes, const char *detail, int *next, int64_t *expanded,
	GError **error);

/* @bundled as an item, which takes its message and envelope.  @origin is where it stands,
 * behind the kind; SKIP and an error that names it where it has a fault. */
SourceNext bundled_take(
	Bundled *bundled, const char *kind, const char *origin, SourceItem *item, GError **error);

#endif
