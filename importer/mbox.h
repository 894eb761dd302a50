/* mbox.h - the rules of the mbox family; reads nothing
 *
 * Written by RFC 4155 and by what writers do.  mboxo and mboxrd put '>' before
 * a line of the message that begins "From "; mboxcl and mboxcl2 state the
 * length.  Unless a length holds (then the bytes are taken as they stand), one
 * '>' is taken from every line of the form >+"From ", as mboxrd means it; what
 * mboxo did to a line that began ">From " before can't be known.
 */
#ifndef IMPORTER_MBOX_H
#define IMPORTER_MBOX_H

#include <glib.h>
#include <stdbool.h>

/* The line before @bytes + @offset is empty. */
bool mbox_after_blank_line(const char *bytes, size_t offset);

/* Offset of the body; 0 when the header does not end in @length. */
size_t mbox_header_end(const char *message, size_t length);

/* The one Content-Length of a header, at most SOURCE_MAX_MESSAGE. */
bool mbox_content_length(const char *header, size_t length, size_t *content);

/* Length of a line end at @bytes: 0, 1 or 2. */
size_t mbox_line_end(const char *bytes, size_t length);

/* @length less the empty line that writers put behind each message. */
size_t mbox_without_blank_line(const char *message, size_t length);

/* The message without one '>' of each quoted From_ line. */
GBytes *mbox_unquote(const char *message, size_t length);

#endif
