/* rewrite_private.h - the pieces of rewriting: find, and encode; private to mail/rewrite*.c */
#ifndef MAIL_REWRITE_PRIVATE_H
#define MAIL_REWRITE_PRIVATE_H

#include <stdbool.h>

#include "mail/rewrite.h"

/* Bytes of a decoded text. */
typedef struct RewriteSpan {
	size_t start, end;
} RewriteSpan;

/* What takes their place. */
typedef struct Edit {
	RewriteSpan span;
	char *text;
} Edit;

/* A decoded text whose links are looked for. */
typedef struct RewriteText {
	const char *bytes;
	const char *scanned; /* the same, but that nothing in it looks like ASCII and is none */
	size_t length;
	const char *charset; /* or NULL */
	RewriteLink replace;
	void *data;
	GArray *edits;    /* of Edit, in order */
	GPtrArray *bases; /* as Rewrite.bases */
} RewriteText;

void rewrite_plain(RewriteText *text);
void rewrite_html(RewriteText *text);

/* @base is that of the page, or NULL; @written has no references any more.  @quote is put
 * around the new link, which is written as a markup's value then; NULL: as it is. */
void rewrite_add(RewriteText *text, const char *base, const char *written, RewriteSpan span,
	const char *quote);

/* A part's body, encoded and decoded. */
typedef enum {
	CODING_PLAIN,
	CODING_QUOTED,
	CODING_BASE64,
	CODING_UNKNOWN,
} Coding;
Coding coding_of(const char *encoding);

typedef struct RewriteBody {
	Coding coding;
	const char *encoded;
	size_t length;
	const char *line_end;
	GByteArray *decoded;
	GArray *places; /* CODING_QUOTED: of QuotedByte, one for each decoded byte */
} RewriteBody;
/* False when it is decoded here in another way than by decode_body(). */
bool body_open(RewriteBody *body, const char *encoded, size_t length, Coding coding);
void body_clear(RewriteBody *body);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RewriteBody, body_clear)

/* Adds it with @edits to @output.  *requoted when it is quoted-printable now and was not. */
void body_write(const RewriteBody *body, const GArray *edits, GString *output, bool *requoted);

#endif
