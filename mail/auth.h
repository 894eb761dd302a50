/* auth.h - Authentication-Results (RFC 8601): who says that what passed
 *
 * A result counts only when a trusted authserv-id wrote it and it stands where no
 * sender could put it: above the hop that took the message from outside or, where
 * that hop took it from Amazon's own server, above the first signature below it.
 * All others are claims.
 */
#ifndef MAIL_AUTH_H
#define MAIL_AUTH_H

#include <glib.h>
#include <stdbool.h>

typedef struct Message Message;
typedef struct Site Site; /* mail/site.h */

typedef struct AuthResult {
	char *authserv_id; /* "" when the field names none */
	char *method;      /* "spf", "dkim", "dmarc", ... lower-case */
	char *result;      /* "pass", "fail", ... lower-case */
	char *domain;      /* header.d (or header.i's), smtp.mailfrom's, header.from; or NULL */
	bool trusted;
	int field; /* index in Message.headers */
} AuthResult;

void auth_result_free(AuthResult *result);

/* Fills @message->auth from its headers; its path must be read already. */
void auth_read(Message *message, const Site *site);

/* The trusted result of @method, "pass" first; NULL if there is none. */
const char *auth_trusted(const Message *message, const char *method);

/* A trusted "dkim=pass" for @domain or a domain below it; NULL if there is none. */
const AuthResult *auth_dkim_passed(const Message *message, const char *domain);

/* Who says @result: "mx.example.net", "a server that gives no name"; what of it is only
 * said is told: "mx.example.net in ARC set 1, sealed by example.net".  Yours. */
char *auth_claimant(const Message *message, const AuthResult *result);

/* "dkim=pass shop.example".  Yours. */
char *auth_result_text(const AuthResult *result);

#endif
