/* link_scan.c - link_scan(): the URLs in plain text, as mail readers link them */
#include "mail/link.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "mail/url.h"

/* Ends a URL wherever it stands: blanks, controls, what quotes or brackets it. */
static bool
is_stop(gunichar character)
{
	static const bool stops[] = {
		[G_UNICODE_CONTROL] = true,
		[G_UNICODE_SPACE_SEPARATOR] = true,
		[G_UNICODE_LINE_SEPARATOR] = true,
		[G_UNICODE_PARAGRAPH_SEPARATOR] = true,
		[G_UNICODE_INITIAL_PUNCTUATION] = true,
		[G_UNICODE_FINAL_PUNCTUATION] = true,
		[G_UNICODE_OPEN_PUNCTUATION] = true,
		[G_UNICODE_CLOSE_PUNCTUATION] = true,
	};
	GUnicodeType type;

	if (character < 0x80)
		return character <= ' ' || character == 0x7f || strchr("\"'`<>", (int)character);
	type = g_unichar_type(character);
	return type < G_N_ELEMENTS(stops) && stops[type];
}

static bool
starts_with(const char *at, const char *end, const char *prefix)
{
	size_t length = strlen(prefix);

	return (size_t)(end - at) >= length && g_ascii_strncasecmp(at, prefix, length) == 0;
}

/* HTML source that is scanned as text ends a URL by these too. */
static bool
is_reference_stop(const char *at, const char *end)
{
	static const char *const stops[] = { "&quot;", "&lt;", "&gt;", "&nbsp;", "&#34;", "&#39;" };

	for (size_t i = 0; i < G_N_ELEMENTS(stops); i++)
		if (starts_with(at, end, stops[i]))
			return true;
	return false;
}

static const char *
find_stop(const char *at, const char *end)
{
	while (at < end) {
		gunichar character = (unsigned char)*at;

		if (character >= 0x80)
			character = g_utf8_get_char_validated(at, end - at);
		if (character > 0x10ffff || is_stop(character))
			return at;
		if (character == '&' && is_reference_stop(at, end))
			return at;
		at = character < 0x80 ? at + 1 : g_utf8_next_char(at);
	}
	return end;
}

static size_t
count(const char *at, const char *end, char wanted)
{
	size_t found = 0;

	for (; at < end; at++)
		found += *at == wanted;
	return found;
}

/* Bytes of a sentence's punctuation at the end of the URL; 0 if none.  A closing
 * bracket belongs to the URL only if it was opened inside. */
static size_t
punctuation(const char *end, size_t length, bool open_paren, bool open_bracket)
{
	static const char *const wide[] = { "。", "，", "、", "…", "：", "；", "！", "？" };
	char last = end[-1];

	if (strchr(".,;:!?*", last) || (last == ')' && !open_paren) ||
		(last == ']' && !open_bracket))
		return 1;
	for (size_t i = 0; i < G_N_ELEMENTS(wide); i++)
		if (length > strlen(wide[i]) &&
			memcmp(end - strlen(wide[i]), wide[i], strlen(wide[i])) == 0)
			return strlen(wide[i]);
	return 0;
}

static const char *
trim(const char *start, const char *end)
{
	size_t parens = count(start, end, ')');
	size_t brackets = count(start, end, ']');
	size_t open_parens = count(start, end, '(');
	size_t open_brackets = count(start, end, '[');

	while (end > start) {
		size_t trailing = punctuation(end, (size_t)(end - start), parens <= open_parens,
			brackets <= open_brackets);

		if (trailing == 0)
			break;
		parens -= end[-1] == ')';
		brackets -= end[-1] == ']';
		end -= trailing;
	}
	return end;
}

/* Bytes of "http://", "https:\\" and the like at @at; 0 if there is none. */
static size_t
scheme_length(const char *at, const char *end)
{
	size_t length = starts_with(at, end, "https") ? 5 : 4;

	if (!starts_with(at, end, "http") || (size_t)(end - at) < length + 4 || at[length] != ':')
		return 0;
	if (!strchr("/\\", at[length + 1]) || !strchr("/\\", at[length + 2]))
		return 0;
	return length + 3;
}

/* "www." at the start of a word; @text is where the scan began. */
static size_t
www_length(const char *text, const char *at, const char *end)
{
	if (!starts_with(at, end, "www.") || end - at < 6 || !g_ascii_isalnum(at[4]))
		return 0;
	if (at > text && (g_ascii_isalnum(at[-1]) || strchr(".-_/@=", at[-1])))
		return 0;
	return 4;
}

static size_t
prefix_length(const char *text, const char *at, const char *end)
{
	if (*at == 'h' || *at == 'H')
		return scheme_length(at, end);
	return www_length(text, at, end);
}

enum {
	START = 4 /* bytes of "http" and of "www." */
};

/* How many bytes of START end with this one, in either of any case: so many are looked at
 * again, all others are passed (Horspool, 'Practical fast searching in strings', 1980). */
// clang-format off
static const uint8_t kept[UCHAR_MAX + 1] = {
	['h'] = 1, ['H'] = 1, ['w'] = 3, ['W'] = 3, ['t'] = 3, ['T'] = 3,
	['p'] = START, ['P'] = START, ['.'] = START,
};
// clang-format on

/* Where the next "http" or "www." may begin; @end if there is none. */
static const char *
next_start(const char *at, const char *end)
{
	while (end - at >= START) {
		unsigned char last = (unsigned char)at[START - 1];

		if (kept[last] == START && strchr("hHwW", *at) && *at)
			return at;
		at += START - kept[last] % START;
	}
	return end;
}

bool
link_scan_next(
	const char *text, const char **at, const char *end, const char **start, const char **stop)
{
	while ((*at = next_start(*at, end)) < end) {
		size_t prefix = prefix_length(text, *at, end);
		const char *behind;

		if (prefix == 0) {
			(*at)++;
			continue;
		}
		*start = *at;
		behind = find_stop(*at + prefix, end);
		*stop = trim(*at + prefix, behind);
		*at = MAX(behind, *at + prefix);
		if (*stop > *start + prefix)
			return true;
	}
	return false;
}

void
link_scan(const char *text, size_t length, void (*found)(const char *url, void *data), void *data)
{
	const char *at = text;
	const char *start;
	const char *stop;

	while (link_scan_next(text, &at, text + length, &start, &stop)) {
		g_autofree char *url = g_strndup(start, MIN((size_t)(stop - start), URL_MAX));

		found(url, data);
	}
}
