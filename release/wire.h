/* wire.h - a message as it goes over SMTP: line ends and dots
 *
 * What ends a message is CRLF.CRLF and nothing else, but servers exist that also take
 * LF.LF, LF.CRLF, CR.CR and their kin (SMTP smuggling, 2023).  So each CR, LF and CRLF
 * becomes CRLF, and each line that begins with a dot gets another: no form of the end
 * is left inside, whatever the server takes for a line.
 */
#ifndef RELEASE_WIRE_H
#define RELEASE_WIRE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Wire {
	GByteArray *data; /* what follows the 354 reply, with the final CRLF.CRLF */
	size_t size;      /* of the message as RFC 1870 counts: no stuffing, no final dot */
	bool eight_bit;   /* bytes above 127 */
	int64_t bare_cr;  /* CRs that stood alone and are line ends now */
	int64_t nul;      /* NUL bytes, sent as they are */
} Wire;

/* @trace is the field that goes first, with its line end. */
Wire *wire_new(const char *trace, GBytes *raw);
void wire_free(Wire *wire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wire, wire_free)

#endif
