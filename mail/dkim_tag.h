/* dkim_tag.h - a list "a=b; c=d" (RFC 6376 section 3.2); private to mail/dkim*.c */
#ifndef MAIL_DKIM_TAG_H
#define MAIL_DKIM_TAG_H

#include <stdbool.h>
#include <stddef.h>

/* One wanted tag.  Where it does not stand, .value is NULL. */
typedef struct DkimTag {
	char *value;       /* without blanks and line ends, which mean nothing in any tag we read */
	const char *start; /* what stands behind its '=', up to its ';', blanks and all */
	const char *end;
} DkimTag;

/* Fills tags[i] for each of @names, @count of them.  False when it is no such list, or
 * when a wanted tag stands twice: readers would differ on which one counts. */
bool dkim_tags_read(
	const char *text, size_t length, const char *const *names, DkimTag *tags, size_t count);
void dkim_tags_clear(DkimTag *tags, size_t count);

#endif
