/* rewrite.h - the links of a message replaced, in a box
 *
 * The box is told what to put where, and learns no key: what a mail makes of a parser can
 * sign nothing.
 */
#ifndef IMPORTER_REWRITE_H
#define IMPORTER_REWRITE_H

#include <glib.h>

/* The link that takes @target's place.  Yours to make, ours to free. */
typedef char *(*MakeLink)(const char *target, void *data);

/* @raw with every link that a reader can follow replaced (mail/rewrite.h); each new one
 * begins with @prefix.  *links is how many there were: with none it is as @raw.
 * IMPORT_ERROR_DATA: not all can be replaced, in words; IMPORT_ERROR_BOX. */
GBytes *rewrite_in_box(
	GBytes *raw, const char *prefix, MakeLink make, void *data, int *links, GError **error);

#endif
