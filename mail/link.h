/* link.h - a link: what the reader saw, what was written, where it goes */
#ifndef MAIL_LINK_H
#define MAIL_LINK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The names of these are link_flag_names[]: in jsonl and, in words, on the screen. */
typedef enum {
	LINK_TRACKED = 1 << 0,        /* of a service that counts clicks or opens */
	LINK_OPAQUE = 1 << 1,         /* ends at a wrapper that can't be undone offline */
	LINK_MALFORMED_WRAP = 1 << 2, /* looks like SES tracking and isn't, or what is wrapped
	                               * is no web address */
	LINK_TEXT_MISMATCH = 1 << 3,  /* the shown text names another organisation's host */
	LINK_USERINFO = 1 << 4,       /* https://bank.example@evil.example/ */
	LINK_IP_HOST = 1 << 5,        /* host is an address: dotted, decimal, hex or IPv6 */
	LINK_PORT = 1 << 6,           /* an unusual port */
	LINK_PUNYCODE = 1 << 7,       /* an xn-- or non-ASCII label */
	LINK_SHORTENER = 1 << 8,
	LINK_REDIRECTOR = 1 << 9, /* an open redirector of a big site */
	LINK_FREE_HOSTING = 1 << 10,
	LINK_SCRIPT = 1 << 11,        /* javascript:, data:, vbscript: */
	LINK_FILE = 1 << 12,          /* file:, UNC, search-ms: and the like */
	LINK_RELATIVE = 1 << 13,      /* no host at all */
	LINK_RECYCLED = 1 << 14,      /* its SES id is another message's */
	LINK_IMAGE = 1 << 15,         /* loaded, not clicked: img src */
	LINK_FORM = 1 << 16,          /* a form's action */
	LINK_SCAN = 1 << 17,          /* found by the byte scan only: no reader would show it */
	LINK_LEAVES = 1 << 18,        /* its final domain is not the sender's */
	LINK_BRAND = 1 << 19,         /* a brand's name in a host that is not the brand's */
	LINK_QR = 1 << 20,            /* read from a QR code */
	LINK_HIDDEN = 1 << 21,        /* in text that is not to be seen */
	LINK_STORAGE = 1 << 22,       /* object storage */
	LINK_MIXED_SCRIPTS = 1 << 23, /* letters of several scripts in one label */
	LINK_DEEP = 1 << 24,          /* opaque as it is wrapped more than UNWRAP_MAX_STEPS times */
	LINK_DOMAIN_ONLY = 1 << 25,   /* opaque, but its wrapper says the domain */
} LinkFlag;

typedef struct LinkFlagName {
	LinkFlag flag;
	const char *name;
	const char *words; /* what an analyst reads */
} LinkFlagName;
extern const LinkFlagName link_flag_names[]; /* ends with name NULL */

typedef struct Link {
	char *text;          /* what the reader sees, "" for a bare URL or an image */
	char *url;           /* as written, character references resolved */
	GPtrArray *chain;    /* of char *: each step from url to final, both left out */
	char *final;         /* where it goes, as far as that can be known offline */
	GPtrArray *services; /* of char *: the Unwrapper's id of url, of each step of chain and,
	                      * where that is a wrapper too, of final; empty if there is none */
	char *domain;        /* registrable domain of final, or of where an opaque wrapper says
	                      * that it leads; NULL if there is no host */
	uint32_t flags;      /* of LinkFlag */
	char *where;         /* "part 1.2", "part 2, page 1", "part 3, QR code"; "" if unknown */
} Link;

void link_free(Link *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_free)

/* A Link from its text and URL: unwraps the chain, finds the final domain and
 * sets every flag that the URL and text alone decide.  @message_id is the SES id
 * of the message (or NULL), for LINK_RECYCLED. */
Link *link_new(const char *text, const char *url, uint32_t flags, const char *where,
	const char *message_id);

/* The summary of the service that wrapped step @step of @link: 0 is url, then chain,
 * then final; NULL if none did. */
const char *link_service(const Link *link, guint step);

/* A reader can follow @link, and whose host it leads to is known. */
bool link_is_followed(const Link *link);

/* Each http(s) URL (and bare www. host) in @text, in order of appearance, as
 * links with no text of their own are, is given to @found. */
void link_scan(
	const char *text, size_t length, void (*found)(const char *url, void *data), void *data);

/* The next of these in [*at, @end), of a text that begins at @text: from *start up to *stop.
 * *at moves behind it.  False when there is none. */
bool link_scan_next(
	const char *text, const char **at, const char *end, const char **start, const char **stop);

/* Host of @url, lower-case, without userinfo and port; NULL if there is none. Yours. */
char *link_host(const char *url);

#endif
