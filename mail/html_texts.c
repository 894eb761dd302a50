#include "mail/html_texts.h"

#include <limits.h>
#include <string.h>

#include "mail/text.h"

enum {
	FIRST = 0xf0000,
	COUNT = 0xfffe, /* the last two of a plane are no characters */
	LEAST = 8,      /* bytes: a shorter run costs as much as its text */
	UTF8_MAX = 4,
};

typedef struct Run {
	const char *start; /* borrowed; NULL: .character */
	size_t length;
	char character[UTF8_MAX];
} Run;

struct HtmlTexts {
	GArray *runs;    /* of Run */
	GString *values; /* of attributes, each with a NUL behind it */
	guint taken;
};

HtmlTexts *
html_texts_new(void)
{
	HtmlTexts *texts = g_new0(HtmlTexts, 1);

	texts->runs = g_array_new(FALSE, FALSE, sizeof(Run));
	texts->values = g_string_new(NULL);
	return texts;
}

void
html_texts_free(HtmlTexts *texts)
{
	if (!texts)
		return;
	g_array_unref(texts->runs);
	g_string_free(texts->values, TRUE);
	g_free(texts);
}

static void
add_run(HtmlTexts *texts, GString *output, const Run *run)
{
	g_string_append_unichar(output, FIRST + texts->runs->len % COUNT);
	g_array_append_vals(texts->runs, run, 1);
}

/* What libxml2 does something to: it ends text, is dropped, or may be at the start of all. */
typedef enum {
	PLAIN,
	OTHER,  /* '&', controls */
	MARK,   /* the first byte of U+FEFF, U+FFFE and U+FFFF, and of others */
	PRIVATE /* of planes for private use, and of others */
} ByteKind;

// clang-format off
static const unsigned char kinds[UCHAR_MAX + 1] = {
	OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER,
	OTHER, PLAIN, PLAIN, OTHER, OTHER, PLAIN, OTHER, OTHER,
	OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER,
	OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER,
	['&'] = OTHER, ['<'] = OTHER, [0xef] = MARK, [0xf3] = PRIVATE, [0xf4] = PRIVATE,
};
// clang-format on

static bool
is_mark(const char *at)
{
	gunichar character = g_utf8_get_char(at);

	return character == 0xfeff || character >= 0xfffe;
}

/* The end of the plain text at @at; whether it has characters that must not pass. */
static const char *
run_end(const char *at, const char *end, bool *must)
{
	for (; at < end; at++) {
		ByteKind kind = kinds[(unsigned char)*at];

		if (kind == OTHER || (kind == MARK && is_mark(at)))
			break;
		*must = *must || kind == PRIVATE;
	}
	return at;
}

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at;
}

bool
html_texts_has_words(const char *at, const char *end)
{
	for (at = skip_blanks(at, end); at < end; at = skip_blanks(g_utf8_next_char(at), end)) {
		ByteKind kind = kinds[(unsigned char)*at];

		if (kind != OTHER && !(kind == MARK && is_mark(at)))
			return true;
	}
	return false;
}

/* What a run begins with, blanks or not, decides what stands around it: blanks go before it. */
void
html_texts_append(HtmlTexts *texts, GString *output, const char *at, const char *end)
{
	while (at < end) {
		const char *start = skip_blanks(at, end);
		bool must = false;
		const char *stop = run_end(start, end, &must);
		Run run = { .start = start, .length = (size_t)(stop - start) };

		if (must || run.length >= LEAST) {
			g_string_append_len(output, at, start - at);
			add_run(texts, output, &run);
			at = stop;
			continue;
		}
		stop = stop < end ? g_utf8_next_char(stop) : end;
		g_string_append_len(output, at, stop - at);
		at = stop;
	}
}

bool
html_texts_own(gunichar character)
{
	return character >= FIRST && character <= FIRST + 0xffff;
}

void
html_texts_append_character(HtmlTexts *texts, GString *output, gunichar character)
{
	Run run = { 0 };

	run.length = (size_t)g_unichar_to_utf8(character, run.character);
	add_run(texts, output, &run);
}

bool
html_texts_at(const char *at)
{
	return (unsigned char)at[0] == 0xf3 && (unsigned char)at[1] >= 0xb0;
}

const char *
html_texts_take(HtmlTexts *texts, const char *at, size_t *length)
{
	guint number = g_utf8_get_char(at) - FIRST;
	const Run *run;

	/* Some may have been lost, where text has no place; never more than there are numbers. */
	texts->taken += (number + COUNT - texts->taken % COUNT) % COUNT;
	if (texts->taken >= texts->runs->len)
		return NULL;
	run = &g_array_index(texts->runs, Run, texts->taken++);
	*length = run->length;
	return run->start ? run->start : run->character;
}

/* ---- values ---- */

/* Quotes and '<' are nothing special where no parser comes. */
static bool
is_plain_value(const char *at, const char *end)
{
	for (; at < end; at++) {
		ByteKind kind = kinds[(unsigned char)*at];

		if ((kind == OTHER && *at != '<') || (kind == MARK && is_mark(at)))
			return false;
	}
	return true;
}

bool
html_texts_keep(HtmlTexts *texts, const char *start, const char *end, size_t *number)
{
	if (end - start < LEAST || !is_plain_value(start, end))
		return false;
	*number = texts->values->len;
	g_string_append_len(texts->values, start, end - start);
	g_string_append_c(texts->values, '\0');
	return true;
}

const char *
html_texts_kept(const HtmlTexts *texts, size_t number)
{
	return number < texts->values->len ? texts->values->str + number : "";
}
