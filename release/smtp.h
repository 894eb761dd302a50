/* smtp.h - a conversation with an SMTP server: one command, one reply
 *
 * libcurl connects, reads the greeting and says EHLO (and will do STARTTLS and AUTH);
 * the mail transaction is spoken here, because only so MAIL FROM carries BODY=8BITMIME,
 * each reply is kept, and it is known whether the end of the data was handed over.
 */
#ifndef RELEASE_SMTP_H
#define RELEASE_SMTP_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Smtp Smtp;

typedef struct SmtpReply {
	int code;      /* 200-599 */
	GString *text; /* "250 2.0.0 Ok: queued as 4F2A"; the lines of a long one in one */
} SmtpReply;
void smtp_reply_clear(SmtpReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SmtpReply, smtp_reply_clear)

/* Splits "host", "host:port", "[::1]:port"; the port is 25 unless given. */
bool smtp_parse(const char *address, char **host, int *port, GError **error);

/* @helo is this machine's name; @interrupt is as Shipment.interrupt.  Errors of this and all
 * that follow are TIMEOUT, LOST and STOPPED. */
Smtp *smtp_open(const char *address, const char *helo, int seconds, int interrupt, GError **error);
void smtp_free(Smtp *smtp); /* hangs up without QUIT */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Smtp, smtp_free)

/* From here on it is not looked at. */
void smtp_ignore_interrupt(Smtp *smtp);

/* Did the server's EHLO reply name @extension ("8BITMIME")? */
bool smtp_offers(const Smtp *smtp, const char *extension);

/* Sends @line (without line end, and none inside) and reads the reply within @seconds. */
bool smtp_command(Smtp *smtp, const char *line, int seconds, SmtpReply *reply, GError **error);
bool smtp_send(Smtp *smtp, const void *bytes, size_t length, int seconds, GError **error);
bool smtp_read(Smtp *smtp, int seconds, SmtpReply *reply, GError **error);

#endif
