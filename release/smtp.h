/* smtp.h - a conversation with a server that speaks SMTP or LMTP: one command, one reply
 *
 * To open one is to connect, read the greeting, say EHLO or LHLO, and do STARTTLS and AUTH
 * where that is due.  All of it is spoken here, so each reply is kept, MAIL FROM carries
 * what it must, and it is known whether the end of the data was handed over.
 *
 * A password goes out only where nobody can listen: inside TLS with a certificate that was
 * verified, or to this very machine.
 */
#ifndef RELEASE_SMTP_H
#define RELEASE_SMTP_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "release/credentials.h"
#include "release/transport.h"

typedef enum {
	SMTP_TLS_MAY,    /* where it is offered, whatever the certificate (RFC 7435); in the
	                  * open where that fails */
	SMTP_TLS_VERIFY, /* or nothing leaves */
	SMTP_TLS_OFF,    /* no STARTTLS */
	SMTP_TLS_POLICIES
} SmtpTls;
/* "may", "verify", "off" */
const char *smtp_tls_name(SmtpTls policy);
bool smtp_tls_from_name(const char *name, SmtpTls *policy);

/* What holds for every server; all borrowed. */
struct SmtpOptions {
	SmtpTls tls;
	const char *ca_file; /* who may vouch for a server; NULL: whom the system trusts */
	const Credentials *credentials; /* or NULL */
};

typedef struct SmtpServer {
	const char *scheme; /* "smtp://", for words */
	Endpoint endpoint;
	bool lmtp;        /* RFC 2033: LHLO */
	bool tls_at_once; /* RFC 8314: no STARTTLS; the certificate is always verified */
	const char *helo; /* this machine's name */
	SmtpOptions options;
} SmtpServer;

typedef struct Smtp Smtp;

typedef struct SmtpReply {
	int code;      /* 200-599 */
	GString *text; /* "250 2.0.0 Ok: queued as 4F2A"; the lines of a long one in one */
} SmtpReply;
void smtp_reply_clear(SmtpReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SmtpReply, smtp_reply_clear)

/* Within @seconds, all of it.  @interrupt is as Shipment.interrupt.  Errors of this and all
 * that follow are TIMEOUT, LOST, STOPPED and TLS. */
Smtp *smtp_open(const SmtpServer *server, int seconds, int interrupt, GError **error);
void smtp_free(Smtp *smtp); /* hangs up without QUIT */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Smtp, smtp_free)

/* From here on it is not looked at. */
void smtp_ignore_interrupt(Smtp *smtp);

/* Did the server's EHLO reply name @extension ("8BITMIME")? */
bool smtp_offers(const Smtp *smtp, const char *extension);

/* "TLSv1.3, certificate verified", "in the open: ..." where TLS was tried; NULL where
 * nothing is to be said.  Borrowed. */
const char *smtp_security(const Smtp *smtp);

/* Sends @line (without line end, and none inside) and reads the reply within @seconds. */
bool smtp_command(Smtp *smtp, const char *line, int seconds, SmtpReply *reply, GError **error);
bool smtp_send(Smtp *smtp, const void *bytes, size_t length, int seconds, GError **error);
bool smtp_read(Smtp *smtp, int seconds, SmtpReply *reply, GError **error);

#endif
