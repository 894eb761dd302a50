/* notice_signs.h - the sentence that a notice has for a finding; private to release/
 *
 * Text, a line each: a finding's id, blanks, whom it is for ("all", or "admins" alone), blanks,
 * the sentence.  # begins a comment.
 */
#ifndef RELEASE_NOTICE_SIGNS_H
#define RELEASE_NOTICE_SIGNS_H

#include <glib.h>
#include <stdbool.h>

typedef struct NoticeSign {
	bool all; /* not of admins alone */
	char *sentence;
} NoticeSign;

/* Of NoticeSign, by id.  RELEASE_ERROR_NOTICE names the line of @text, called @name, that is
 * none.  Yours: g_hash_table_unref(). */
GHashTable *notice_signs_read(const char *name, const char *text, GError **error);

#endif
