/* decode.h - content transfer decoding that hides nothing (RFC 2045 section 6)
 *
 * GMime stops at the first '=' of a base64 body; what follows would be shown by
 * other readers and be invisible here.  These decoders go on, and say so.
 */
#ifndef MAIL_DECODE_H
#define MAIL_DECODE_H

#include <glib.h>
#include <stdbool.h>

typedef struct Decoded {
	GByteArray *bytes;       /* all of it, chunk after chunk */
	bool data_after_padding; /* base64 went on behind '=' padding */
	bool odd_characters;     /* bytes outside the alphabet that were skipped (blanks apart) */
	bool truncated;          /* base64 without its padding; the tail is kept */
} Decoded;

/* @encoding is the Content-Transfer-Encoding as declared, any case, NULL for
 * none; an unknown one leaves the bytes as they are. */
Decoded *decode_body(const char *bytes, size_t length, const char *encoding);
bool decode_knows(const char *encoding);
void decoded_free(Decoded *decoded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Decoded, decoded_free)

#endif
