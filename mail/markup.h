/* markup.h - tags and attributes of XML and its like, as they stand; private to mail/
 *
 * For files whose tags matter and whose text does not.  Never fails: what is no
 * markup has no tags.
 */
#ifndef MAIL_MARKUP_H
#define MAIL_MARKUP_H

#include <glib.h>
#include <stdbool.h>

typedef struct MarkupTag {
	const char *name; /* in the text, as written: "w:instrText" */
	size_t name_length;
	bool closing; /* a '/' stands before the name */
	const char *attributes;
	const char *end; /* at the '>', or the end of the text */
} MarkupTag;

/* The next tag from *@at on, which moves behind it; false when there is none. */
bool markup_next(const char **at, MarkupTag *tag);

/* Its name is @name, whatever stands before a ':' and in any case. */
bool markup_is(const MarkupTag *tag, const char *name);

/* The value of attribute @name (found as markup_is() finds names), references
 * resolved; NULL if there is none.  Yours. */
char *markup_attribute(const MarkupTag *tag, const char *name);

/* Calls @found for each attribute of @tag: name as written, value resolved. */
void markup_attributes(const MarkupTag *tag,
	void (*found)(const char *name, const char *value, void *data), void *data);

/* @text with its character references resolved.  Yours. */
char *markup_resolve(const char *text, size_t length);

#endif
