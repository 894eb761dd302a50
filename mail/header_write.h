/* header_write.h - what stands in header fields that are written here */
#ifndef MAIL_HEADER_WRITE_H
#define MAIL_HEADER_WRITE_H

#include <glib.h>
#include <stdint.h>

/* "Thu, 28 May 2026 20:26:40 +0000" (RFC 5322 section 3.3), in UTC and English whatever the
 * locale; a time that no calendar has is 1970's first. */
void header_write_date(GString *out, int64_t at);

/* @text, UTF-8, as encoded words (RFC 2047), each of whole characters, folded: lines of at most
 * 73 bytes, where nothing longer than "Subject: " stands before the first. */
void header_write_encoded(GString *out, const char *text);

#endif
