/* rewrite.h - the links of a message replaced, and nothing else
 *
 * Links are what a reader can follow in a text part that is no attachment: in HTML where
 * html_leads() says so, in a refresh, and as text outside of an anchor, which mail readers
 * link; in other text as link_scan() finds them.  What is only loaded, pictures for one,
 * stays; so does text/calendar.
 *
 * All other bytes stay as they are.  A quoted-printable part gets soft breaks around a new
 * link, a base64 part is encoded anew, and a part as it is whose lines would become longer
 * than mail may have (RFC 5322 section 2.1.1) becomes quoted-printable.
 *
 * It is all or nothing: where readers could find links that were not replaced, the message
 * is refused.  Mail is hostile: for the box.
 */
#ifndef MAIL_REWRITE_H
#define MAIL_REWRITE_H

#include <glib.h>
#include <stddef.h>

/* What takes the place of a link to @target, an absolute URL in UTF-8 with nothing of the
 * markup it stood in: a URL of ASCII without quotes, blanks and angle brackets.  NULL
 * leaves it.  Yours to make, ours to free. */
typedef char *(*RewriteLink)(const char *target, void *data);

typedef struct Rewrite {
	GBytes *bytes;    /* without a From_ line; NULL when it can't be done */
	char *fault;      /* then: why, in words behind a colon; else NULL */
	int links;        /* that were replaced */
	GPtrArray *bases; /* of char *: what <base> names, which nobody can click and which stays */
} Rewrite;
void rewrite_clear(Rewrite *rewrite);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rewrite, rewrite_clear)

void rewrite_message(
	const char *raw, size_t size, RewriteLink replace, void *data, Rewrite *rewrite);

/* The first link of @rewrite->bytes that a reader can follow in such a part and that does not begin
 * with @prefix; NULL if there is none.  Found by what reads messages for everybody else
 * here, and not by what rewrites them.  Yours. */
char *rewrite_missed(const Rewrite *rewrite, const char *prefix);

#endif
