/* uuencode.h - files between "begin MODE NAME" and "end" in text; private to mail/ */
#ifndef MAIL_UUENCODE_H
#define MAIL_UUENCODE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct UuencodeBlock {
	char *name;
	const char *start; /* in the text: its "begin" line */
	size_t length;
} UuencodeBlock;

/* The next block in the bytes from *at to @end, and *at behind it; false when there
 * is none.  The name is yours. */
bool uuencode_next(const char **at, const char *end, UuencodeBlock *block);

#endif
