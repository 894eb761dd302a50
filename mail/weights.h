/* weights.h - what each finding adds to the score, as data: share/weights
 *
 * Text, a line each: a finding's id, blanks, its points.  Points are whole numbers
 * from -WEIGHT_MOST to WEIGHT_MOST.  # begins a comment.  `make weights` writes it.
 */
#ifndef MAIL_WEIGHTS_H
#define MAIL_WEIGHTS_H

#include <glib.h>

#include "mail/site.h"

enum {
	WEIGHT_MOST = 100
};

/* The points in @text: MAIL_ERROR_DATA names the line that is none. */
Weights *weights_parse(const char *text, GError **error);
/* Those that the program ships with. */
Weights *weights_shipped(void);
void weights_free(Weights *weights);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Weights, weights_free)

/* The points of finding @id; @otherwise for one that is not listed, and where
 * @weights is NULL. */
int weights_of(const Weights *weights, const char *id, int otherwise);

/* Names these very weights: equal when all points are, whatever the comments say.
 * "own" where @weights is NULL. */
const char *weights_version(const Weights *weights);

#endif
