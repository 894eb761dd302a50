/* received.h - one Received field (RFC 5321 section 4.4), in the forms receivers write */
#ifndef MAIL_RECEIVED_H
#define MAIL_RECEIVED_H

#include <glib.h>
#include <stdint.h>

struct Received {
	char *helo;     /* what the client called itself, or NULL */
	char *rdns;     /* what the server found its name to be, or NULL */
	char *ip;       /* the client's address, or NULL */
	char *by;       /* the server, or NULL */
	char *id;       /* what the server calls the message: Postfix' queue id; or NULL */
	char *for_whom; /* the recipient it names, without <>, or NULL.  Postfix names one where
	                 * there is just one. */
	int64_t date;   /* Unix time, 0 if unreadable */
};
typedef struct Received Received;

/* @value is the unfolded field.  Never NULL: what is not there is NULL inside. */
Received *received_parse(const char *value);
void received_free(Received *received);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Received, received_free)

#endif
