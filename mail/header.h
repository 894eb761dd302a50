/* header.h - the header block, field by field, as the bytes stand
 *
 * Linear and without judgement: GMime merges and hides duplicates, and a header
 * is evidence.  Private to mail/.
 */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include "mail/message.h"

/* One field as its bytes stand, of no charset yet. */
typedef struct HeaderSpan {
	const char *name;
	size_t name_length; /* without blanks before the colon */
	const char *value;  /* behind the colon */
	const char *end;    /* behind its last line end, if it has one */
} HeaderSpan;

/* The field at *line or the first below it; *line moves behind it.  False at the end of
 * the block, with *line where the body begins. */
bool header_next(const char **line, const char *end, HeaderSpan *span);

/* The fields of the block that @raw begins with (RFC 5322 section 2.2), their
 * value still encoded: HeaderField.value is the raw one unfolded.  *body is where
 * the text behind the empty line begins.  *more is set when there were more than
 * MESSAGE_MAX_HEADERS. */
GPtrArray *header_split(const char *raw, size_t size, size_t *body, bool *more);

/* @raw without line ends and outer blanks.  Yours. */
char *header_unfold(const char *raw);

/* The value of tag @tag in a list "a=b; c=d" (RFC 6376 section 3.2), blanks taken
 * out; NULL if there is none.  Yours. */
char *header_tag(const char *list, const char *tag);

/* Adds the defects that the header block alone shows: doubled singletons (RFC 5322
 * section 3.6), control and bidi characters behind the encoding. */
void header_check(Message *message);

/* Adds the defects of lines that are no field, or one for some readers only, in the
 * header block @raw. */
void header_check_lines(Message *message, const char *raw, size_t size);

/* Adds the defects of fields that readers can take in several ways: addresses in From,
 * lines too long, text pushed out of sight or not drawn. */
void header_check_doubts(Message *message);

/* True when some reader may show bytes that were not read as it does: readers can differ on
 * what the message is, or not all of its parts were read. */
bool message_may_hide(const Message *message);

#endif
