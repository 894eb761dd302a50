/* rewrite_html.c - the links of HTML as its bytes stand, tag by tag as browsers read it (the
 * HTML standard of WHATWG, section 13.2.5).  Where readers differ more is replaced, not
 * less: in comments, in scripts and styles, in each of two attributes of one name. */
#include <string.h>

#include "mail/html.h"
#include "mail/link.h"
#include "mail/rewrite_private.h"
#include "mail/text.h"

enum {
	MAX_NAME = 40, /* of elements and attributes; longer ones are none we know */
};

typedef enum {
	RAW_SCRIPT,
	RAW_STYLE,
	RAW_TITLE,
	RAW_TEXTAREA,
	RAW_KINDS
} RawKind;

static const char *const raw_names[] = {
	[RAW_SCRIPT] = "script",
	[RAW_STYLE] = "style",
	[RAW_TITLE] = "title",
	[RAW_TEXTAREA] = "textarea",
};

typedef struct Scan {
	RewriteText *text;
	const char *bytes; /* as text->bytes, and harmless where a charset shifts */
	char *base;        /* of <base>, or NULL */
	bool in_anchor;
	bool aside;                   /* in a comment, script or style */
	bool never_closed[RAW_KINDS]; /* no end tag is to be looked for */
} Scan;

typedef struct Span {
	const char *start, *end;
} Span;

static bool
is_blank(char c)
{
	return c && strchr(" \t\r\n\f", c);
}

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

static bool
starts_with(const char *at, const char *end, const char *prefix)
{
	size_t length = strlen(prefix);

	return (size_t)(end - at) >= length && g_ascii_strncasecmp(at, prefix, length) == 0;
}

static const char *
find(const char *at, const char *end, const char *wanted)
{
	return at < end ? memmem(at, (size_t)(end - at), wanted, strlen(wanted)) : NULL;
}

static bool
is_among(const char *name, const char *const *names)
{
	return g_strv_contains(names, name);
}

/* ---- what an attribute says ---- */

/* What all that reads HTML here makes of the value: character references, old and new. */
static char *
resolve(const Scan *scan, const Span *value)
{
	bool known;
	g_autofree char *raw = text_from_charset(
		value->start, (size_t)(value->end - value->start), scan->text->charset, &known);
	g_auto(GStrv) pieces = g_strsplit(raw, "\"", -1);
	g_autofree char *safe = g_strjoinv("&#34;", pieces);
	g_autofree char *page = g_strdup_printf("<a href=\"%s\">x</a>", safe);
	g_autoptr(Html) html = html_draw(page, strlen(page), 0);
	const HtmlLink *link = html->links->len ? g_ptr_array_index(html->links, 0) : NULL;

	return g_strdup(link ? link->url : "");
}

static size_t
place(const Scan *scan, const char *at)
{
	return (size_t)(at - scan->bytes);
}

static Span
original(const Scan *scan, const Span *span)
{
	return (Span){ scan->text->bytes + place(scan, span->start),
		scan->text->bytes + place(scan, span->end) };
}

static void
replace(Scan *scan, const char *base, const Span *span, const char *quote)
{
	Span bytes = original(scan, span);
	g_autofree char *written = resolve(scan, &bytes);

	rewrite_add(scan->text, base, written,
		(RewriteSpan){ place(scan, span->start), place(scan, span->end) }, quote);
}

static void
note_base(Scan *scan, const Span *value)
{
	Span bytes = original(scan, value);
	g_autofree char *base = resolve(scan, &bytes);

	g_ptr_array_add(scan->text->bases, g_strdup(base));
	if (!scan->base && !scan->aside)
		scan->base = g_steal_pointer(&base);
}

static void
handle_attribute(Scan *scan, const char *element, const char *name, const Span *value, bool quoted)
{
	size_t start;
	size_t stop;

	if (strcmp(element, "base") == 0 && strcmp(name, "href") == 0)
		note_base(scan, value);
	else if (strcmp(element, "meta") == 0 && strcmp(name, "content") == 0) {
		if (html_refresh(value->start, (size_t)(value->end - value->start), &start, &stop))
			replace(scan, scan->base,
				&(Span){ value->start + start, value->start + stop }, "");
	} else if (html_leads(element, name))
		replace(scan, scan->base, value, quoted ? "" : "\"");
}

/* ---- tags ---- */

static void
read_name(char name[MAX_NAME], const char *start, const char *end)
{
	size_t length = (size_t)(end - start) < MAX_NAME ? (size_t)(end - start) : 0;

	for (size_t i = 0; i < length; i++)
		name[i] = g_ascii_tolower(start[i]);
	name[length] = '\0';
}

/* The value behind a '=' at @at, without its quotes; where it ends. */
static const char *
read_value(const char *at, const char *end, Span *value, bool *quoted)
{
	*quoted = at < end && (*at == '"' || *at == '\'');
	if (*quoted) {
		const char *quote = memchr(at + 1, *at, (size_t)(end - at - 1));

		*value = (Span){ at + 1, quote ? quote : end };
		return quote ? quote + 1 : end;
	}
	value->start = at;
	while (at < end && !is_blank(*at) && *at != '>')
		at++;
	value->end = at;
	return at;
}

static const char *
scan_attribute(Scan *scan, const char *element, const char *at, const char *end)
{
	char name[MAX_NAME];
	const char *start = at;
	const char *next;
	Span value;
	bool quoted;

	at++; /* even a '=' is a name's first character */
	while (at < end && !is_blank(*at) && *at != '/' && *at != '>' && *at != '=')
		at++;
	read_name(name, start, at);
	next = skip_blanks(at, end);
	if (next == end || *next != '=')
		return at;
	at = read_value(skip_blanks(next + 1, end), end, &value, &quoted);
	handle_attribute(scan, element, name, &value, quoted);
	return at;
}

/* Text behind a cell is in no anchor that began inside; that it is in one still which began
 * before, only few readers think. */
static void
follow_anchor(Scan *scan, const char *element, bool closing, bool leads)
{
	static const char *const borders[] = { "table", "tbody", "thead", "tfoot", "tr", "td", "th",
		"caption", NULL };

	if (strcmp(element, "a") == 0)
		scan->in_anchor = !closing && leads;
	else if (is_among(element, borders))
		scan->in_anchor = false;
}

static void scan_range(Scan *scan, const char *at, const char *end, bool shown);

/* What stands in a comment, a script or a style.  Tags in it count, for readers differ; but
 * none of them changes what stands behind. */
static void
scan_aside(Scan *scan, const char *at, const char *end, bool shown)
{
	Scan before = *scan;

	scan->aside = true;
	for (RawKind kind = 0; kind < RAW_KINDS; kind++)
		scan->never_closed[kind] = !shown;
	scan_range(scan, at, end, shown);
	memcpy(scan->never_closed, before.never_closed, sizeof(before.never_closed));
	scan->aside = before.aside;
	scan->in_anchor = before.in_anchor;
}

/* Behind what a browser takes for text or program, up to the end tag of @kind. */
static const char *
scan_raw(Scan *scan, RawKind kind, const char *at, const char *end)
{
	const char *stop = at;

	if (scan->never_closed[kind])
		return at;
	while ((stop = find(stop, end, "</"))) {
		if (starts_with(stop + 2, end, raw_names[kind])) {
			scan_aside(scan, at, stop, false);
			return stop;
		}
		stop += 2;
	}
	scan->never_closed[kind] = true;
	return at;
}

/* The tag at @at; behind it. */
static const char *
scan_tag(Scan *scan, const char *at, const char *end)
{
	char element[MAX_NAME];
	bool closing = at[1] == '/';
	const char *name = at + 1 + closing;
	bool leads = false;

	at = name;
	while (at < end && !is_blank(*at) && *at != '/' && *at != '>')
		at++;
	read_name(element, name, at);
	while (at < end && *at != '>') {
		if (is_blank(*at) || *at == '/') {
			at++;
			continue;
		}
		leads |= starts_with(at, end, "href");
		at = scan_attribute(scan, closing ? "" : element, at, end);
	}
	at = at < end ? at + 1 : end;
	follow_anchor(scan, element, closing, leads);
	for (RawKind kind = 0; !closing && kind < RAW_KINDS; kind++)
		if (strcmp(element, raw_names[kind]) == 0)
			return scan_raw(scan, kind, at, end);
	return at;
}

/* The comment at @at; behind it.  Outlook reads some. */
static const char *
scan_comment(Scan *scan, const char *at, const char *end)
{
	const char *inside = at + strlen("<!--");
	const char *stop = find(inside, end, "-->");
	const char *other = find(inside, stop ? stop : end, "--!>");
	bool shown = !stop || starts_with(skip_blanks(inside, end), end, "[if");

	if (starts_with(inside, end, ">"))
		return inside + 1;
	if (starts_with(inside, end, "->"))
		return inside + 2;
	if (other)
		stop = other;
	scan_aside(scan, inside, stop ? stop : end, shown);
	if (!stop)
		return end;
	return stop + (other ? strlen("--!>") : strlen("-->"));
}

/* What the '<' at @at begins; behind it. */
static const char *
scan_markup(Scan *scan, const char *at, const char *end)
{
	const char *next = at + 1;
	bool closing = next < end && *next == '/';

	if (starts_with(at, end, "<!--"))
		return scan->aside ? at + strlen("<!--") : scan_comment(scan, at, end);
	if (next + closing < end && g_ascii_isalpha(next[closing]))
		return scan_tag(scan, at, end);
	if (next < end && strchr("!?/", *next)) {
		const char *stop = memchr(next, '>', (size_t)(end - next));

		return stop ? stop + 1 : end;
	}
	return next;
}

/* ---- text ---- */

static void
scan_text(Scan *scan, const char *at, const char *end)
{
	const char *text = at;
	Span found;

	while (link_scan_next(text, &at, end, &found.start, &found.end))
		replace(scan, NULL, &found, "");
}

static void
scan_range(Scan *scan, const char *at, const char *end, bool shown)
{
	while (at < end) {
		const char *open = memchr(at, '<', (size_t)(end - at));

		open = open ? open : end;
		if (shown && !scan->in_anchor)
			scan_text(scan, at, open);
		if (open == end)
			return;
		at = scan_markup(scan, open, end);
	}
}

void
rewrite_html(RewriteText *text)
{
	Scan scan = { .text = text, .bytes = text->scanned };

	scan_range(&scan, scan.bytes, scan.bytes + text->length, true);
	g_free(scan.base);
}
