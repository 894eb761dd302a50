/* edge.h - what a message can share with others: why messages belong together
 *
 * An edge is a labelled key.  Messages that have one in common are of one campaign, so an
 * edge holds only what is hardly shared by chance: two shops that link to one social
 * network, or write "your order has shipped", must not meet in it.
 *
 * Text that a lure copied leads elsewhere than the text it was copied from.  So subject and
 * text bind only messages that agree on whether any link stays at the sender's domain.
 */
#ifndef MAIL_EDGE_H
#define MAIL_EDGE_H

#include <glib.h>

#include "mail/message.h"

typedef enum {
	EDGE_ACCOUNT,         /* SES account that Amazon's signature proves */
	EDGE_CLAIMED_ACCOUNT, /* the same where nothing vouches for that signature */
	EDGE_SENDER,          /* that account together with the domain that is vouched for: still
	                       * one sender where an account sends for many */
	EDGE_LINK,            /* where links lead: a registrable domain; of hosts that anybody
	                       * can have a page at, the page */
	EDGE_ATTACHMENT,      /* SHA-256 of the decoded bytes, hex */
	EDGE_SUBJECT,         /* display name, or the brand it borrows, and subject, as words
	                       * with their numbers folded */
	EDGE_TEXT,            /* a digest that texts alike have in common */
	EDGE_KIT,             /* header field that a phishing kit adds */
	EDGE_PERSON,          /* drawn by a person, who joined two campaigns */
	EDGE_KINDS
} EdgeKind;

typedef struct EdgeKindName {
	const char *name;  /* in the database's words, on the command line, in jsonl */
	const char *words; /* "lead to": what the members have in common, for a sentence */
} EdgeKindName;
extern const EdgeKindName edge_kind_names[EDGE_KINDS];

typedef struct Edge {
	EdgeKind kind;
	char *value; /* valid UTF-8 without NUL, at most EDGE_MAX_VALUE bytes */
} Edge;
void edge_free(Edge *edge);

/* What the value of a subject or text begins with when no link of the message stays at its
 * sender's domain. */
#define EDGE_LEADS_AWAY "leads away: "

enum {
	EDGE_MAX_VALUE = 200,
	EDGE_MAX_OF_KIND = 8, /* of one kind in one message; further ones bind nothing */
	EDGE_TEXT_BANDS = 4,  /* digests of one text: see edge_text.c */
};

/* Adds @kind and @value to @message->edges, once, unless there are enough of the kind. */
void message_add_edge(Message *message, EdgeKind kind, const char *value);

/* Fills @message->edges from all else that was read and judged.  @site may be NULL. */
void message_find_edges(Message *message, const Site *site);

/* A file of @detected type (or NULL) and @size bytes is hardly sent by two who have nothing to do
 * with each other: it is no empty page and no logo. */
bool edge_file_binds(const char *detected, int64_t size);

/* Mails of all kinds link to @domain (registrable): it binds nothing. */
bool edge_host_is_common(const char *domain);

/* ---- one file each ---- */

void edges_of_links(Message *message, const Site *site);
void edges_of_texts(Message *message, const Site *site);

#endif
