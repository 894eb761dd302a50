/* from_line.h - the mbox's line before a message: no part of it, and often kept with it
 *
 * Mailboxes, procmail, and pipe(8) with flags=F put it there (RFC 4155).  Where it was
 * quarantined with the message it is kept, so that what is stored is what was there; who
 * reads or releases the message leaves it out.
 */
#ifndef MAIL_FROM_LINE_H
#define MAIL_FROM_LINE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	FROM_LINE_LOOK = 2048 /* bytes that from_line_is() wants to see */
};

/* Is the line at @line a From_ line that begins a message?  Prose begins so
 * too: it must have a date or be an address alone, and header fields follow. */
bool from_line_is(const char *line, size_t length);

/* Length of the From_ line, with its line end, that @raw begins with: 0 if there is none,
 * or nothing behind it. */
size_t from_line_length(const char *raw, size_t size);

/* The envelope sender in a From_ line: "" for MAILER-DAEMON, NULL when what
 * stands there is no address.  Yours. */
char *from_line_sender(const char *line, size_t length);

/* Length of the header field's name that begins at @line with a colon behind it (RFC 5322
 * section 3.6.8), 0 when none does. */
size_t field_name_length(const char *line, size_t length);

#endif
