/* link_set.h - the links of a message, each URL once; private to mail/ */
#ifndef MAIL_LINK_SET_H
#define MAIL_LINK_SET_H

#include "mail/message.h"

typedef struct LinkSet {
	Message *message;
	GHashTable *seen; /* of URLs as written, those of message->links */
	guint known;      /* links that are in seen */
} LinkSet;

void link_set_init(LinkSet *set, Message *message);
void link_set_clear(LinkSet *set);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LinkSet, link_set_clear)

/* Adds a link whether its URL is known or not; NULL when the message has as many as
 * are kept, which is a defect. */
const Link *link_set_append(
	LinkSet *set, const char *text, const char *url, uint32_t flags, const char *where);

/* Adds it if its URL is new and leads anywhere. */
void link_set_add(
	LinkSet *set, const char *text, const char *url, uint32_t flags, const char *where);

/* Adds each URL in @text (UTF-8), as link_set_add() does. */
void link_set_scan(LinkSet *set, const char *text, uint32_t flags, const char *where);

#endif
