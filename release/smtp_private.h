/* smtp_private.h - the conversation and how it is opened; private to release/smtp*.c */
#ifndef RELEASE_SMTP_PRIVATE_H
#define RELEASE_SMTP_PRIVATE_H

#include "release/smtp.h"
#include "release/stream.h"

struct Smtp {
	Stream *stream;
	GString *pending;  /* read, and not yet part of a reply */
	GPtrArray *offers; /* of char *: lines of the EHLO reply without their code */
	char *security;    /* smtp_security() */
};

/* As the public ones, until @deadline (monotonic microseconds). */
bool smtp_send_until(
	Smtp *smtp, const void *bytes, size_t length, int64_t deadline, GError **error);
bool smtp_read_until(Smtp *smtp, int64_t deadline, SmtpReply *reply, GError **error);
bool smtp_say(Smtp *smtp, const char *line, int64_t deadline, SmtpReply *reply, GError **error);
/* The same for EHLO: what the reply's lines say is what smtp_offers() knows. */
bool smtp_say_hello(
	Smtp *smtp, const char *line, int64_t deadline, SmtpReply *reply, GError **error);

/* The arguments of the EHLO line @extension: "PLAIN LOGIN"; "" if it has none, NULL if it is
 * not there.  Borrowed. */
const char *smtp_offer(const Smtp *smtp, const char *extension);

/* AUTH (RFC 4954) as PLAIN or LOGIN, whichever is offered.  LOST with the reply's code alone:
 * its words may repeat what was sent. */
bool smtp_authenticate(Smtp *smtp, const Credential *credential, int64_t deadline, GError **error);

#endif
