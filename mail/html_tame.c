#include "mail/html_tame.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "mail/text.h"

enum {
	NAME_MAX_LENGTH = 40, /* of elements and attributes; longer ones are none we know */
	ISLAND_START = 64,    /* bytes behind "[if mso]>" where an <xml> island may begin */
	ISLAND_MAX = 4096,    /* and its length: searched again at each comment */
};

/* No attribute that is kept begins so. */
#define BY_NUMBER "_"

typedef enum {
	RAW_SCRIPT,
	RAW_STYLE,
	RAW_TITLE,
	RAW_KINDS
} RawKind;

typedef struct Tamer {
	const char *at, *end;
	const char *comment_end;      /* the next "-->", once looked for; end if there is none */
	const char *outlook_end;      /* of the last comment that Outlook alone reads, or NULL */
	bool never_closed[RAW_KINDS]; /* no end tag stands between here and the end */
	GString *output;
	GString *attributes; /* of the tag at hand */
	GString *css;
	HtmlTexts *texts;
	bool begun; /* libxml2 has an element open, be it one that it made up for a text */
} Tamer;

typedef struct Name {
	char text[NAME_MAX_LENGTH];
} Name;

typedef struct Reference {
	const char *name;
	char character;
} Reference;

// clang-format off
static const char *const raw_names[] = {
	[RAW_SCRIPT] = "script",
	[RAW_STYLE] = "style",
	[RAW_TITLE] = "title",
};

/* What html.c draws from. */
static const char *const kept_attributes[] = {
	"href", "xlink:href", "src", "data", "background", "poster", "action", "formaction",
	"alt", "width", "height", "type", "value", "placeholder", "http-equiv", "content",
	"style", "class", "id", "hidden", "bgcolor", "color", "fillcolor",
};

/* Named references of the HTML standard that HTML 4 has not and a URL can be
 * written with. */
static const Reference references[] = {
	{ "&Tab;", '\t' },   { "&NewLine;", '\n' }, { "&excl;", '!' },   { "&num;", '#' },
	{ "&dollar;", '$' }, { "&percnt;", '%' },   { "&apos;", '\'' },  { "&lpar;", '(' },
	{ "&rpar;", ')' },   { "&ast;", '*' },      { "&plus;", '+' },   { "&comma;", ',' },
	{ "&period;", '.' }, { "&sol;", '/' },      { "&colon;", ':' },  { "&semi;", ';' },
	{ "&equals;", '=' }, { "&quest;", '?' },    { "&commat;", '@' }, { "&lsqb;", '[' },
	{ "&lbrack;", '[' }, { "&bsol;", '\\' },    { "&rsqb;", ']' },   { "&rbrack;", ']' },
	{ "&Hat;", '^' },    { "&lowbar;", '_' },   { "&grave;", '`' },  { "&lcub;", '{' },
	{ "&lbrace;", '{' }, { "&verbar;", '|' },   { "&vert;", '|' },   { "&rcub;", '}' },
	{ "&rbrace;", '}' },
};
// clang-format on

static bool
is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\n' || character == '\r' ||
		character == '\f';
}

static const char *
find(const char *at, const char *end, const char *wanted)
{
	return memmem(at, (size_t)(end - at), wanted, strlen(wanted));
}

static bool
starts_with(const char *at, const char *end, const char *prefix)
{
	size_t length = strlen(prefix);

	return (size_t)(end - at) >= length && g_ascii_strncasecmp(at, prefix, length) == 0;
}

/* ---- text and values ---- */

static const Reference *
find_reference(const char *at, const char *end)
{
	if (end - at < 2 || !g_ascii_isalpha(at[1]))
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(references); i++) {
		size_t length = strlen(references[i].name);

		if ((size_t)(end - at) >= length && memcmp(at, references[i].name, length) == 0)
			return &references[i];
	}
	return NULL;
}

/* The '&' at @at begins a reference; libxml2 would drop half of one. */
static bool
begins_reference(const char *at, const char *end)
{
	size_t left = (size_t)(end - at);

	if (left > 1 && at[1] != '#')
		return g_ascii_isalpha(at[1]);
	if (left > 3 && (at[2] == 'x' || at[2] == 'X'))
		return g_ascii_isxdigit(at[3]);
	return left > 2 && g_ascii_isdigit(at[2]);
}

/* Numeric references to 128-159 mean Windows-1252 in browsers, as old mail
 * programs wrote them; the bytes behind such a one, or NULL.  @at ends in a NUL
 * at the latest. */
static const char *
append_windows_reference(GString *output, const char *at)
{
	bool hex = at[1] == '#' && (at[2] == 'x' || at[2] == 'X');
	char *stop = NULL;
	guint64 number;
	g_autofree char *character = NULL;

	if (at[1] != '#' || !g_ascii_isxdigit(at[hex ? 3 : 2]))
		return NULL;
	number = g_ascii_strtoull(at + (hex ? 3 : 2), &stop, hex ? 16 : 10);
	if (number < 128 || number > 159)
		return NULL;
	character = text_utf8((const char[]){ (char)number }, 1);
	g_string_append(output, character);
	return *stop == ';' ? stop + 1 : stop;
}

/* The number of a reference whose '&' is written.  It ends here, whatever stands behind a tag
 * that is left out: no number may become that of a run. */
static const char *
append_number(GString *output, const char *at, const char *end)
{
	const char *start = at++;

	at += at < end && (*at == 'x' || *at == 'X');
	while (at < end && g_ascii_isxdigit(*at) && (g_ascii_isdigit(*at) || start[1] > '9'))
		at++;
	g_string_append_len(output, start, at - start);
	g_string_append_c(output, ';');
	return at + (at < end && *at == ';');
}

/* The rest of a reference whose '&' is written: all that libxml2 may take for its name. */
static const char *
append_name(GString *output, const char *at, const char *end)
{
	const char *start = at;

	if (at < end && *at == '#')
		return append_number(output, at, end);
	while (at < end && !html_texts_at(at) &&
		(g_ascii_isalnum(*at) || (unsigned char)*at >= 0x80 || strchr("._:-", *at)))
		at++;
	at += at < end && *at == ';';
	g_string_append_len(output, start, at - start);
	return at;
}

/* At a special character; what comes behind it. */
static const char *
append_special(GString *output, const char *at, const char *end)
{
	const Reference *reference = *at == '&' ? find_reference(at, end) : NULL;
	const char *behind;

	if (reference) {
		g_string_append_printf(output, "&#%d;", reference->character);
		return at + strlen(reference->name);
	}
	if (*at != '&' || !begins_reference(at, end)) {
		g_string_append_printf(output, "&#%d;", *at);
		return at + 1;
	}
	behind = append_windows_reference(output, at);
	if (behind)
		return behind;
	g_string_append_c(output, '&');
	return append_name(output, at + 1, end);
}

/* Behind the numeric reference at @at when that is one of the characters of @tamer's texts;
 * else NULL. */
static const char *
append_private_reference(Tamer *tamer, const char *at, const char *end)
{
	bool hex = end - at > 2 && at[1] == '#' && (at[2] == 'x' || at[2] == 'X');
	const char *digits = at + (hex ? 3 : 2);
	char *stop = NULL;
	guint64 number;

	if (end - at < 4 || at[1] != '#' || !begins_reference(at, end))
		return NULL;
	number = g_ascii_strtoull(digits, &stop, hex ? 16 : 10);
	if (number > G_MAXUINT32 || !html_texts_own((gunichar)number))
		return NULL;
	html_texts_append_character(tamer->texts, tamer->output, (gunichar)number);
	return stop + (*stop == ';');
}

/* Text up to @end; references stay what they are, of the numeric kind where HTML 4 has no
 * name. */
static void
tame_text(Tamer *tamer, const char *end)
{
	const char *at = tamer->at;

	while (at < end) {
		const char *special = memchr(at, '&', (size_t)(end - at));
		const char *plain_end = special ? special : end;
		const char *behind;

		tamer->begun = tamer->begun || html_texts_has_words(at, plain_end);
		html_texts_append(tamer->texts, tamer->output, at, plain_end);
		if (!special)
			break;
		behind = append_private_reference(tamer, special, end);
		at = behind ? behind : append_special(tamer->output, special, end);
	}
	tamer->at = end;
}

/* Copies an attribute's value likewise, which stands in quotes then. */
static void
append_value(GString *output, const char *at, const char *end)
{
	while (at < end) {
		const char *start = at;

		while (at < end && *at != '&' && *at != '"' && *at != '<')
			at++;
		g_string_append_len(output, start, at - start);
		if (at < end)
			at = append_special(output, at, end);
	}
}

/* ---- tags ---- */

/* Lower-case; what no name of ours has becomes '-', too long a name "". */
static void
read_name(Name *name, const char *start, const char *end)
{
	size_t length = (size_t)(end - start);

	if (length >= sizeof name->text)
		length = 0;
	for (size_t i = 0; i < length; i++) {
		char lower = g_ascii_tolower(start[i]);

		name->text[i] = g_ascii_isalnum(lower) || strchr(":_.", lower) ? lower : '-';
	}
	name->text[length] = '\0';
}

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

/* The value behind '=' at @at, without its quotes; where it ends. */
static const char *
read_value(const char *at, const char *end, const char **start, const char **stop)
{
	*start = at;
	if (at < end && (*at == '"' || *at == '\'')) {
		const char *quote = memchr(at + 1, *at, (size_t)(end - at - 1));

		*start = at + 1;
		*stop = quote ? quote : end;
		return quote ? quote + 1 : end;
	}
	while (at < end && !is_blank(*at) && *at != '>')
		at++;
	*stop = at;
	return at;
}

static void
append_size(GString *output, size_t number)
{
	char digits[24];
	char *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	g_string_append_len(output, at, digits + sizeof(digits) - at);
}

/* By number, name and value, if the value may be kept; html_tamed_attributes() reads it. */
static void
write_attribute(Tamer *tamer, size_t which, const char *start, const char *stop)
{
	GString *output = tamer->attributes;
	size_t number;

	if (html_texts_keep(tamer->texts, start, stop, &number)) {
		g_string_append(output, " " BY_NUMBER);
		append_size(output, which);
		g_string_append(output, "=\"");
		append_size(output, number);
	} else {
		g_string_append_c(output, ' ');
		g_string_append(output, kept_attributes[which]);
		g_string_append(output, "=\"");
		append_value(output, start, stop);
	}
	g_string_append_c(output, '"');
}

/* The first of a name counts, as in browsers. */
static void
append_attribute(
	Tamer *tamer, uint32_t *seen, const Name *name, const char *start, const char *stop)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kept_attributes); i++) {
		if (kept_attributes[i][0] != name->text[0] ||
			strcmp(kept_attributes[i], name->text) != 0)
			continue;
		if (!(*seen & 1U << i))
			write_attribute(tamer, i, start, stop);
		*seen |= 1U << i;
		return;
	}
}

/* One attribute, name and value; where the next begins. */
static const char *
tame_attribute(Tamer *tamer, const char *at, const char *end, uint32_t *seen)
{
	const char *name_start = at;
	const char *start = at;
	const char *stop = at;
	const char *next;
	Name name;

	at++; /* even a '=' is a name's first character */
	while (at < end && !is_blank(*at) && *at != '/' && *at != '>' && *at != '=')
		at++;
	read_name(&name, name_start, at);
	next = skip_blanks(at, end);
	if (next < end && *next == '=')
		at = read_value(skip_blanks(next + 1, end), end, &start, &stop);
	append_attribute(tamer, seen, &name, start, stop);
	return at;
}

/* All attributes up to behind the tag's '>'. */
static const char *
tame_attributes(Tamer *tamer, const char *at, const char *end)
{
	uint32_t seen = 0;

	while (at < end && *at != '>') {
		if (is_blank(*at) || *at == '/')
			at++;
		else
			at = tame_attribute(tamer, at, end, &seen);
	}
	return at < end ? at + 1 : end;
}

static int
raw_kind(const Name *name)
{
	for (int kind = 0; kind < RAW_KINDS; kind++)
		if (strcmp(raw_names[kind], name->text) == 0)
			return kind;
	return RAW_KINDS;
}

/* What stands between here and @end holds for the whole page. */
static void
keep_style(Tamer *tamer, const char *end)
{
	if (tamer->at < tamer->outlook_end)
		return;
	g_string_append_len(tamer->css, tamer->at, end - tamer->at);
	g_string_append_c(tamer->css, '\n');
}

/* Behind the end tag of @kind.  Without one the content is shown: a browser
 * would show nothing at all, but mail readers differ. */
static void
skip_raw(Tamer *tamer, RawKind kind)
{
	const char *name = raw_names[kind];
	const char *at = tamer->at;

	if (tamer->never_closed[kind])
		return;
	while ((at = find(at, tamer->end, "</"))) {
		const char *content_end = at;

		at += 2;
		if (!starts_with(at, tamer->end, name))
			continue;
		if (kind == RAW_STYLE)
			keep_style(tamer, content_end);
		at = memchr(at, '>', (size_t)(tamer->end - at));
		tamer->at = at ? at + 1 : tamer->end;
		return;
	}
	tamer->never_closed[kind] = true;
}

/* Elements that draw nothing but may lead somewhere; and names too long to keep. */
static bool
is_page_frame(const Name *name)
{
	if (*name->text != 'h' && *name->text != 'b')
		return !*name->text;
	return strcmp(name->text, "html") == 0 || strcmp(name->text, "head") == 0 ||
		strcmp(name->text, "body") == 0;
}

static const char *
tag_name(Tamer *tamer, const char *at, Name *name)
{
	const char *start = at;

	while (at < tamer->end && !is_blank(*at) && *at != '/' && *at != '>')
		at++;
	read_name(name, start, at);
	return at;
}

static void
append_tag(GString *output, const char *open, const char *name, const GString *attributes)
{
	g_string_append(output, open);
	g_string_append(output, name);
	g_string_append_len(output, attributes->str, (gssize)attributes->len);
	g_string_append_c(output, '>');
}

static void
tame_start_tag(Tamer *tamer)
{
	GString *attributes = tamer->attributes;
	const char *written;
	Name name;
	int raw;

	g_string_truncate(attributes, 0);
	tamer->at = tag_name(tamer, tamer->at + 1, &name);
	if (tamer->at < tamer->outlook_end)
		g_string_append(attributes, " " HTML_OUTLOOK "=\"\"");
	tamer->at = tame_attributes(tamer, tamer->at, tamer->end);
	raw = raw_kind(&name);
	written = strcmp(name.text, "a") == 0 ? HTML_ANCHOR : name.text;
	if (is_page_frame(&name))
		written = attributes->len > 0 ? "div" : "";
	tamer->begun = tamer->begun || (*written && raw == RAW_KINDS);
	if (raw == RAW_SCRIPT)
		g_string_append_printf(tamer->output, "<script%s></script>", attributes->str);
	else if (*written && raw == RAW_KINDS)
		append_tag(tamer->output, "<", written, attributes);
	if (raw != RAW_KINDS)
		skip_raw(tamer, (RawKind)raw);
}

static void
tame_end_tag(Tamer *tamer)
{
	Name name;

	tamer->at = tag_name(tamer, tamer->at + 2, &name);
	tamer->at = tame_attributes(tamer, tamer->at, tamer->end);
	g_string_truncate(tamer->attributes, 0);
	/* One that ends nothing at all ends the page for libxml2. */
	if (is_page_frame(&name) || raw_kind(&name) != RAW_KINDS || !tamer->begun)
		return;
	append_tag(tamer->output, "</", strcmp(name.text, "a") == 0 ? HTML_ANCHOR : name.text,
		tamer->attributes);
}

/* ---- comments ---- */

/* Looked for once per comment: a mail of nothing but "<!--" stays linear. */
static const char *
comment_end(Tamer *tamer, const char *from)
{
	if (!tamer->comment_end ||
		(tamer->comment_end < from && tamer->comment_end != tamer->end)) {
		const char *found = find(from, tamer->end, "-->");

		tamer->comment_end = found ? found : tamer->end;
	}
	return tamer->comment_end;
}

static void
skip_past(Tamer *tamer, const char *from, const char *wanted)
{
	const char *found = find(from, tamer->end, wanted);

	tamer->at = found ? found + strlen(wanted) : tamer->end;
}

/* What @limit leaves of the bytes up to @end. */
static const char *
within(const char *from, const char *end, size_t limit)
{
	return from + MIN(limit, (size_t)(end - from));
}

/* <!--[if mso]> ... <![endif]-->: Outlook shows what is inside, so it is read
 * like the rest.  Settings of Office in an <xml> island are shown by nobody. */
static void
open_conditional(Tamer *tamer, const char *end)
{
	const char *opened = find(tamer->at, end, "]>");
	const char *island = NULL;
	const char *island_end = NULL;

	if (opened)
		island = find(opened, within(opened, end, ISLAND_START), "<xml");
	if (island)
		island_end = find(island, within(island, end, ISLAND_MAX), "</xml>");
	tamer->at = opened ? opened + strlen("]>") : end;
	tamer->outlook_end = end;
	if (island_end)
		tamer->at = island_end + strlen("</xml>");
}

/* One that never ends is shown, as raw content is. */
static void
tame_comment(Tamer *tamer)
{
	const char *body = tamer->at + strlen("<!--");
	const char *end = comment_end(tamer, tamer->at + strlen("<!"));

	if (starts_with(body, tamer->end, ">"))
		tamer->at = body + 1;
	else if (starts_with(body, tamer->end, "->"))
		tamer->at = body + 2;
	else if (starts_with(skip_blanks(body, tamer->end), tamer->end, "[if"))
		open_conditional(tamer, end);
	else
		tamer->at = end < tamer->end ? end + strlen("-->") : body;
}

static bool
is_letter(const Tamer *tamer, const char *at)
{
	return at < tamer->end && g_ascii_isalpha(*at);
}

/* At a '<'. */
static void
tame_markup(Tamer *tamer)
{
	const char *next = tamer->at + 1;

	if (is_letter(tamer, next))
		tame_start_tag(tamer);
	else if (starts_with(next, tamer->end, "/") && is_letter(tamer, next + 1))
		tame_end_tag(tamer);
	else if (starts_with(next, tamer->end, "!--"))
		tame_comment(tamer);
	else if (next < tamer->end && strchr("!?/", *next))
		skip_past(tamer, next, ">");
	else {
		g_string_append(tamer->output, "&lt;");
		tamer->at++;
	}
}

GString *
html_tame(const char *bytes, size_t length, GString *css, HtmlTexts *texts)
{
	g_autoptr(GString) attributes = g_string_new(NULL);
	Tamer tamer = {
		.at = bytes,
		.end = bytes + length,
		.output = g_string_sized_new(length + length / 8),
		.attributes = attributes,
		.css = css,
		.texts = texts,
	};

	while (tamer.at < tamer.end) {
		const char *markup = memchr(tamer.at, '<', (size_t)(tamer.end - tamer.at));
		const char *stop = markup ? markup : tamer.end;

		tame_text(&tamer, stop);
		if (markup)
			tame_markup(&tamer);
	}
	return tamer.output;
}

G_STATIC_ASSERT(G_N_ELEMENTS(kept_attributes) < HTML_MAX_ATTRIBUTES);

void
html_tamed_attributes(const HtmlTexts *texts, const char *const *written,
	const char *attributes[2 * HTML_MAX_ATTRIBUTES + 1])
{
	size_t count = 0;

	for (; written && written[0] && count < HTML_MAX_ATTRIBUTES; written += 2, count++) {
		bool by_number = written[0][0] == BY_NUMBER[0] && written[1];
		guint64 which = by_number ? g_ascii_strtoull(written[0] + 1, NULL, 10) : 0;

		attributes[2 * count] = written[0];
		attributes[2 * count + 1] = written[1];
		if (!by_number || which >= G_N_ELEMENTS(kept_attributes))
			continue;
		attributes[2 * count] = kept_attributes[which];
		attributes[2 * count + 1] =
			html_texts_kept(texts, (size_t)g_ascii_strtoull(written[1], NULL, 10));
	}
	attributes[2 * count] = NULL;
}
