/* html_refresh.c - where a page sends its reader by itself: the HTML standard of WHATWG,
 * section 4.2.5.3, 'shared declarative refresh steps' */
#include <string.h>

#include "mail/html.h"

static const char *
skip(const char *at, const char *end, const char *set)
{
	while (at < end && *at && strchr(set, *at))
		at++;
	return at;
}

#define BLANKS " \t\r\n\f"

bool
html_refresh(const char *content, size_t length, size_t *start, size_t *stop)
{
	const char *end = content + length;
	const char *number = skip(content, end, BLANKS);
	const char *at = skip(number, end, "0123456789.");
	const char *name_end;
	const char *close;

	/* The content of other <meta>s: "text/html; charset=utf-8", "2026-05-01". */
	if (at == number || at == end || !strchr(BLANKS ";,", *at))
		return false;
	at = skip(at, end, BLANKS ";,");
	if (end - at >= 3 && g_ascii_strncasecmp(at, "url", 3) == 0) {
		name_end = skip(at + 3, end, BLANKS);
		if (name_end < end && *name_end == '=')
			at = skip(name_end + 1, end, BLANKS);
	}
	if (at < end && (*at == '"' || *at == '\'')) {
		close = memchr(at + 1, *at, (size_t)(end - at - 1));
		end = close ? close : end;
		at++;
	}
	while (end > at && strchr(BLANKS, end[-1]))
		end--;
	*start = (size_t)(at - content);
	*stop = (size_t)(end - content);
	return at < end;
}
