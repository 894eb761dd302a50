#include "mail/html.h"

#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>

#include "mail/css.h"
#include "mail/html_element.h"
#include "mail/html_look.h"
#include "mail/html_tame.h"
#include "mail/html_texts.h"
#include "mail/link.h"
#include "mail/message.h"
#include "mail/text.h"
#include "mail/url.h"

enum {
	LINK_TEXT_MAX = 2048,
	ALTERNATIVE_MAX = 200, /* bytes of an image's alternative text that are drawn */
	BASE_MAX = 2048,       /* of a <base>: put before every relative URL */
	PIXEL_MAX = 2,         /* pixels a side that nobody sees */
	ROOM_BEFORE = 64,      /* bytes before a word: a distance, what begins and ends hidden */
	STACK_MAX = 512,       /* open elements that libxml2 is left with */
	STACK_KEPT = 256,
	STACK_PAGE = 2, /* html and body: behind their end libxml2 reads no more */
};

/* Those of HTML_HIDDEN and HTML_HIDDEN_END. */
#define BRACKET_OPEN  0x27e6U
#define BRACKET_CLOSE 0x27e7U

/* Where the "[n]" of a link stands. */
typedef enum {
	MARK_NONE,    /* loaded without a click */
	MARK_CONTENT, /* behind the content of the element */
	MARK_HERE,    /* behind the element's own word */
} Mark;

typedef struct LinkAttribute {
	const char *element; /* NULL for any */
	const char *attribute;
	uint32_t flags;
	Mark mark;
	const char *word; /* of MARK_HERE */
} LinkAttribute;

typedef struct Drawing {
	htmlParserCtxt *parser;
	HtmlLooks *looks;
	HtmlTexts *texts;
	bool hides;  /* what is drawn now is not to be seen */
	bool hiding; /* and the text says so already */
	GString *text;
	GString *invisible; /* characters without a glyph that stand where a word may begin */
	int breaks;         /* line ends that are due before the next word */
	bool blank;         /* a blank is due */
	bool cell;          /* or a cell's distance */
	int preformatted;   /* <pre> that are open */
	GPtrArray *links;   /* of HtmlLink */
	int first_link;
	int open_link;      /* index + 1 of the link whose content is drawn; 0 if none */
	GString *shown;     /* its text */
	size_t link_start;  /* where in text it began */
	char *link_element; /* what ends it */
	bool link_hides;    /* it cannot be seen itself */
	char *base;         /* of <base>, or NULL */
	int forms, passwords;
	bool cut;
} Drawing;

// clang-format off
/* The first row that fits an attribute says what it is. */
static const LinkAttribute link_attributes[] = {
	{ "base", "href", 0, MARK_NONE, NULL },
	{ "link", "href", LINK_IMAGE, MARK_NONE, NULL },
	{ "image", "href", LINK_IMAGE, MARK_NONE, NULL },
	{ "image", "xlink:href", LINK_IMAGE, MARK_NONE, NULL },
	{ "use", "href", LINK_IMAGE, MARK_NONE, NULL },
	{ "use", "xlink:href", LINK_IMAGE, MARK_NONE, NULL },
	{ NULL, "href", 0, MARK_CONTENT, NULL },
	{ NULL, "xlink:href", 0, MARK_CONTENT, NULL },
	{ "iframe", "src", 0, MARK_HERE, "[frame]" },
	{ "frame", "src", 0, MARK_HERE, "[frame]" },
	{ "embed", "src", 0, MARK_HERE, "[object]" },
	{ "object", "data", 0, MARK_HERE, "[object]" },
	{ "form", "action", LINK_FORM, MARK_HERE, "[form]" },
	{ NULL, "formaction", LINK_FORM, MARK_HERE, "[form]" },
	{ NULL, "src", LINK_IMAGE, MARK_NONE, NULL },
	{ NULL, "background", LINK_IMAGE, MARK_NONE, NULL },
	{ NULL, "poster", LINK_IMAGE, MARK_NONE, NULL },
};
// clang-format on

bool
html_leads(const char *element, const char *attribute)
{
	for (size_t i = 0; i < G_N_ELEMENTS(link_attributes); i++) {
		const LinkAttribute *row = &link_attributes[i];

		if ((!row->element || strcmp(row->element, element) == 0) &&
			strcmp(row->attribute, attribute) == 0)
			return row->mark != MARK_NONE && !(row->flags & LINK_IMAGE);
	}
	return false;
}

void
html_link_free(HtmlLink *link)
{
	if (!link)
		return;
	g_free(link->text);
	g_free(link->url);
	g_free(link);
}

void
html_free(Html *html)
{
	if (!html)
		return;
	g_free(html->text);
	g_ptr_array_unref(html->links);
	g_free(html);
}

/* ---- text ---- */

static bool
append_text(Drawing *drawing, const char *bytes, size_t length)
{
	if (drawing->text->len + length > MESSAGE_MAX_TEXT) {
		drawing->cut = true;
		return false;
	}
	g_string_append_len(drawing->text, bytes, (gssize)length);
	return true;
}

/* What a link shows is what can be seen of it, if anything can. */
static void
append(Drawing *drawing, const char *bytes, size_t length)
{
	bool seen = !drawing->hides || drawing->link_hides;

	if (append_text(drawing, bytes, length) && drawing->open_link && seen &&
		drawing->shown->len + length <= LINK_TEXT_MAX)
		g_string_append_len(drawing->shown, bytes, (gssize)length);
}

static bool
at_line_start(const Drawing *drawing)
{
	return drawing->text->len == 0 || drawing->text->str[drawing->text->len - 1] == '\n';
}

/* The distance that is due before the next word. */
static void
append_distance(Drawing *drawing)
{
	if (drawing->text->len > 0 && drawing->breaks > 0)
		append(drawing, "\n\n", (size_t)drawing->breaks);
	else if (!at_line_start(drawing) && drawing->cell)
		append(drawing, "  ", 2);
	else if (!at_line_start(drawing) && drawing->blank)
		append(drawing, " ", 1);
	drawing->breaks = 0;
	drawing->cell = false;
	drawing->blank = false;
}

static void
append_invisible(Drawing *drawing)
{
	if (drawing->invisible->len == 0)
		return;
	append(drawing, drawing->invisible->str, drawing->invisible->len);
	g_string_truncate(drawing->invisible, 0);
}

/* The end of what is hidden stands before the distance, its beginning behind it. */
static void
leave_hidden(Drawing *drawing)
{
	if (drawing->hiding && !drawing->hides)
		drawing->hiding = !append_text(drawing, HTML_HIDDEN_END, strlen(HTML_HIDDEN_END));
}

static void
enter_hidden(Drawing *drawing)
{
	if (!drawing->hiding && drawing->hides)
		drawing->hiding = append_text(drawing, HTML_HIDDEN, strlen(HTML_HIDDEN));
}

static void
append_word(Drawing *drawing, const char *word, size_t length)
{
	leave_hidden(drawing);
	append_distance(drawing);
	enter_hidden(drawing);
	append_invisible(drawing);
	append(drawing, word, length);
}

static void
break_line(Drawing *drawing, int breaks)
{
	drawing->breaks = MAX(drawing->breaks, breaks);
	g_string_truncate(drawing->invisible, 0);
}

static void
break_for(Drawing *drawing, HtmlBreak kind)
{
	static const int breaks[] = { [HTML_BREAK_LINE] = 1, [HTML_BREAK_PARAGRAPH] = 2 };

	if (kind == HTML_BREAK_CELL)
		drawing->cell = true;
	else if (breaks[kind] > 0)
		break_line(drawing, breaks[kind]);
}

/* Newsletters push the next text out of a preview with rows of blanks and these. */
static bool
is_invisible(gunichar character)
{
	return character == 0x00ad || character == 0x034f || character == 0x180e ||
		(character >= 0x200b && character <= 0x200f) || character == 0x2060 ||
		character == 0xfeff;
}

static bool
is_space(gunichar character)
{
	if (character < 0x80)
		return g_ascii_isspace((char)character);
	return g_unichar_type(character) == G_UNICODE_SPACE_SEPARATOR;
}

/* Runs of blanks become one; so do words in which nothing can be seen, while
 * what is hidden inside a word stays in it. */
static void
draw_space(Drawing *drawing, char space)
{
	g_string_truncate(drawing->invisible, 0);
	if (!drawing->preformatted) {
		drawing->blank = true;
		return;
	}
	append_distance(drawing);
	if (space != '\r')
		append(drawing, space == '\n' ? "\n" : " ", 1);
}

static bool
in_word(const Drawing *drawing)
{
	return !drawing->blank && !drawing->cell && drawing->breaks == 0 && !at_line_start(drawing);
}

/* One character, as text has it; where the next begins. */
static const char *
draw_character(Drawing *drawing, const char *text)
{
	gunichar character = g_utf8_get_char(text);
	const char *next = g_utf8_next_char(text);

	if (is_space(character))
		draw_space(drawing, *text);
	else if (is_invisible(character) && !in_word(drawing))
		g_string_append_len(drawing->invisible, text, next - text);
	else if (character == BRACKET_OPEN || character == BRACKET_CLOSE)
		append_word(drawing, character == BRACKET_OPEN ? "[[" : "]]", 2);
	else
		append_word(drawing, text, (size_t)(next - text));
	return next;
}

/* Behind the letters, digits and signs of ASCII that stand at @text. */
static const char *
plain_end(const char *text, const char *end)
{
	while (text < end && (guchar)*text > ' ' && (guchar)*text < 0x80)
		text++;
	return text;
}

/* There is room for a word of @length and all that may come before it: nothing is cut, and so
 * it's all one whether it is drawn at once or character by character. */
static bool
fits(const Drawing *drawing, size_t length)
{
	size_t most = length + drawing->invisible->len + ROOM_BEFORE;

	return drawing->text->len + most <= MESSAGE_MAX_TEXT &&
		drawing->shown->len + most <= LINK_TEXT_MAX;
}

static void
draw_text(Drawing *drawing, const char *text, const char *end)
{
	while (text < end) {
		const char *word_end = plain_end(text, end);

		if (text < word_end && fits(drawing, (size_t)(word_end - text))) {
			append_word(drawing, text, (size_t)(word_end - text));
			text = word_end;
		} else {
			do
				text = draw_character(drawing, text);
			while (text < word_end);
		}
	}
}

/* ---- links ---- */

static const char *
attribute(const xmlChar **attributes, const char *name)
{
	for (; attributes && attributes[0]; attributes += 2)
		if ((char)attributes[0][0] == name[0] &&
			strcmp((const char *)attributes[0], name) == 0)
			return attributes[1] ? (const char *)attributes[1] : "";
	return NULL;
}

static char *
cut_to(const char *text, size_t limit)
{
	const char *end = text;

	g_utf8_validate_len(text, strnlen(text, limit), &end);
	return g_strndup(text, (gsize)(end - text));
}

/* Leads nowhere, or to something inside the mail. */
static bool
is_inside(const char *url, uint32_t flags)
{
	url += strspn(url, " \t\r\n");
	return !*url || *url == '#' || g_ascii_strncasecmp(url, "cid:", 4) == 0 ||
		((flags & LINK_IMAGE) && g_ascii_strncasecmp(url, "data:", 5) == 0);
}

static bool
add_link(Drawing *drawing, const char *url, uint32_t flags)
{
	HtmlLink *link;

	if (is_inside(url, flags))
		return false;
	if (drawing->links->len >= MESSAGE_MAX_LINKS) {
		drawing->cut = true;
		return false;
	}
	link = g_new0(HtmlLink, 1);
	link->text = g_strdup("");
	link->url = cut_to(url, URL_MAX);
	link->flags = flags | (drawing->hides ? LINK_HIDDEN : 0);
	g_ptr_array_add(drawing->links, link);
	return true;
}

static void
append_mark(Drawing *drawing, int number)
{
	g_autofree char *mark = g_strdup_printf("[%d]", drawing->first_link + number);

	leave_hidden(drawing);
	if (!at_line_start(drawing) && drawing->text->str[drawing->text->len - 1] != ' ')
		append(drawing, " ", 1);
	enter_hidden(drawing);
	append(drawing, mark, strlen(mark));
}

static void
draw_marked(Drawing *drawing, const char *word)
{
	drawing->blank = true;
	append_word(drawing, word, strlen(word));
	append_mark(drawing, (int)drawing->links->len);
	drawing->blank = true;
}

/* A new link ends the one before it, as in browsers. */
static void
close_link(Drawing *drawing)
{
	int number = drawing->open_link;
	HtmlLink *link;

	if (number == 0)
		return;
	link = g_ptr_array_index(drawing->links, number - 1);
	g_free(link->text);
	link->text = g_strdup(g_strstrip(drawing->shown->str));
	g_string_truncate(drawing->shown, 0);
	drawing->open_link = 0;
	g_clear_pointer(&drawing->link_element, g_free);
	if (drawing->text->len == drawing->link_start)
		append_distance(drawing);
	append_mark(drawing, number);
}

static void
open_link(Drawing *drawing, const char *element, const char *url, uint32_t flags)
{
	close_link(drawing);
	if (!add_link(drawing, url, flags))
		return;
	drawing->open_link = (int)drawing->links->len;
	drawing->link_start = drawing->text->len;
	drawing->link_element = g_strdup(element);
	drawing->link_hides = drawing->hides;
}

static const LinkAttribute *
find_link_attribute(const char *element, const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(link_attributes); i++) {
		const LinkAttribute *row = &link_attributes[i];

		if (row->attribute[0] == name[0] && strcmp(row->attribute, name) == 0 &&
			(!row->element || strcmp(row->element, element) == 0))
			return row;
	}
	return NULL;
}

static void
draw_link(Drawing *drawing, const char *element, const LinkAttribute *kind, const char *url)
{
	switch (kind->mark) {
	case MARK_NONE:
		add_link(drawing, url, kind->flags);
		break;
	case MARK_CONTENT:
		open_link(drawing, element, url, kind->flags);
		break;
	case MARK_HERE:
		close_link(drawing);
		if (add_link(drawing, url, kind->flags))
			draw_marked(drawing, kind->word);
		break;
	}
}

static void
draw_links(Drawing *drawing, const char *element, const xmlChar **attributes)
{
	for (; attributes && attributes[0]; attributes += 2) {
		const LinkAttribute *kind =
			find_link_attribute(element, (const char *)attributes[0]);

		if (kind && attributes[1])
			draw_link(drawing, element, kind, (const char *)attributes[1]);
	}
}

/* ---- elements that are more than a break ---- */

/* Pixels of a width or height attribute; what the style says if it says anything else. */
static int
pixels(const char *value, int styled)
{
	char *end = NULL;
	long number;

	if (!value || !g_ascii_isdigit(*value))
		return styled;
	number = strtol(value, &end, 10);
	return *end == '\0' || g_ascii_strcasecmp(end, "px") == 0 ? (int)MIN(number, G_MAXINT16)
								  : styled;
}

/* What an attribute says, as text to draw.  Yours. */
static char *
quoted(const char *value)
{
	g_autofree char *kept = cut_to(value ? value : "", ALTERNATIVE_MAX);
	GString *text = g_string_new(g_strstrip(g_strdelimit(kept, "\t\r\n", ' ')));

	g_string_replace(text, "⟦", "[[", 0);
	g_string_replace(text, "⟧", "]]", 0);
	return g_string_free(text, FALSE);
}

static bool
is_remote(const char *url)
{
	if (!url)
		return false;
	url += strspn(url, " \t\r\n");
	return g_ascii_strncasecmp(url, "http", 4) == 0 || g_str_has_prefix(url, "//");
}

/* Loaded to tell that the mail was opened, not to be seen. */
static void
draw_open_pixel(Drawing *drawing)
{
	bool hides = drawing->hides;
	HtmlLink *link;

	if (drawing->links->len > 0) {
		link = g_ptr_array_index(drawing->links, drawing->links->len - 1);
		link->pixel = (link->flags & LINK_IMAGE) != 0;
	}
	drawing->hides = false;
	append_word(drawing, "[open pixel]", strlen("[open pixel]"));
	drawing->hides = hides;
}

static void
draw_image(Drawing *drawing, const xmlChar **attributes)
{
	g_autofree char *alternative = quoted(attribute(attributes, "alt"));
	g_autoptr(GString) word = g_string_new("[image");
	int width = -1;
	int height = -1;

	html_looks_size(drawing->looks, &width, &height);
	width = pixels(attribute(attributes, "width"), width);
	height = pixels(attribute(attributes, "height"), height);
	if (is_remote(attribute(attributes, "src")) &&
		(drawing->hides ||
			(width >= 0 && width <= PIXEL_MAX && height >= 0 && height <= PIXEL_MAX))) {
		draw_open_pixel(drawing);
		return;
	}
	if (width > 0 && height > 0)
		g_string_append_printf(word, " %dx%d", width, height);
	if (*alternative)
		g_string_append_printf(word, ": %s", alternative);
	g_string_append_c(word, ']');
	append_word(drawing, word->str, word->len);
}

static bool
is_button(const char *type)
{
	static const char *const buttons[] = { "submit", "button", "reset", NULL };

	return g_strv_contains(buttons, type);
}

/* Buttons show their value, fields what they ask for. */
static void
draw_input(Drawing *drawing, const xmlChar **attributes)
{
	const char *type = attribute(attributes, "type");
	const char *value = attribute(attributes, "value");
	const char *asked = attribute(attributes, "placeholder");
	g_autofree char *lower = g_ascii_strdown(type ? type : "", -1);
	g_autofree char *kept = quoted(value ? value : asked);
	const char *field = strcmp(lower, "password") == 0 ? "password field" : "field";
	g_autofree char *word = NULL;

	drawing->passwords += strcmp(lower, "password") == 0;
	if (strcmp(lower, "hidden") == 0)
		return;
	if (strcmp(lower, "image") == 0) {
		draw_image(drawing, attributes);
		return;
	}
	word = is_button(lower) ? g_strdup_printf("[%s]", kept)
				: g_strdup_printf("[%s%s%s]", field, *kept ? ": " : "", kept);
	drawing->blank = true;
	append_word(drawing, word, strlen(word));
	drawing->blank = true;
}

/* <meta http-equiv=refresh content="0; url=https://..."> */
static void
draw_meta(Drawing *drawing, const xmlChar **attributes)
{
	const char *kind = attribute(attributes, "http-equiv");
	const char *content = attribute(attributes, "content");
	g_autofree char *url = NULL;
	size_t start;
	size_t stop;

	if (!kind || !content || g_ascii_strcasecmp(kind, "refresh") != 0 ||
		!html_refresh(content, strlen(content), &start, &stop))
		return;
	url = g_strndup(content + start, stop - start);
	add_link(drawing, url, 0);
}

static void
note_base(Drawing *drawing, const xmlChar **attributes)
{
	const char *href = attribute(attributes, "href");

	if (href && !drawing->base)
		drawing->base = cut_to(href, BASE_MAX);
}

static void
note_form(Drawing *drawing, G_GNUC_UNUSED const xmlChar **attributes)
{
	drawing->forms++;
}

typedef struct Special {
	const char *element;
	void (*draw)(Drawing *drawing, const xmlChar **attributes);
} Special;

static const Special specials[] = {
	{ "img", draw_image },
	{ "input", draw_input },
	{ "meta", draw_meta },
	{ "base", note_base },
	{ "form", note_form },
};

/* ---- the parser's events ---- */

/* At each end tag libxml2 looks through all elements that are open, so a mail of
 * opened elements and stray end tags would cost the square of its size.  What
 * is drawn depends on none of them: forget the outer ones. */
static void
forget_outer_elements(htmlParserCtxt *parser)
{
	if (parser->nameNr < STACK_MAX)
		return;
	for (int i = STACK_PAGE; i < STACK_KEPT; i++)
		parser->nameTab[i] = parser->nameTab[parser->nameNr - STACK_KEPT + i];
	parser->nameNr = STACK_KEPT;
}

static void
draw_element_start(Drawing *drawing, const HtmlElement *element)
{
	break_for(drawing, element->around);
	if (element->preformatted)
		drawing->preformatted++;
	if (!element->before)
		return;
	if (strcmp(element->before, "\n") == 0)
		drawing->breaks = MIN(drawing->breaks + 1, 2);
	else
		append_word(drawing, element->before, strlen(element->before));
}

static void
start_element(void *data, const xmlChar *name, const xmlChar **written)
{
	Drawing *drawing = data;
	const char *tamed[2 * HTML_MAX_ATTRIBUTES + 1];
	const xmlChar **attributes;
	const HtmlElement *element = html_element_find((const char *)name);

	forget_outer_elements(drawing->parser);
	html_tamed_attributes(drawing->texts, (const char *const *)written, tamed);
	attributes = (const xmlChar **)tamed;
	html_looks_open(drawing->looks, (const char *)name, tamed);
	drawing->hides = html_looks_hide(drawing->looks);
	if (element)
		draw_element_start(drawing, element);
	draw_links(drawing, (const char *)name, attributes);
	for (size_t i = 0; i < G_N_ELEMENTS(specials); i++)
		if (specials[i].element[0] == (char)name[0] &&
			strcmp(specials[i].element, (const char *)name) == 0)
			specials[i].draw(drawing, attributes);
}

static void
end_element(void *data, const xmlChar *name)
{
	Drawing *drawing = data;
	const HtmlElement *element = html_element_find((const char *)name);

	if (drawing->link_element && strcmp(drawing->link_element, (const char *)name) == 0)
		close_link(drawing);
	html_looks_close(drawing->looks, (const char *)name);
	drawing->hides = html_looks_hide(drawing->looks);
	if (!element)
		return;
	break_for(drawing, element->around);
	if (element->preformatted && drawing->preformatted > 0)
		drawing->preformatted--;
}

static void
draw_run(Drawing *drawing, const char *at)
{
	size_t length = 0;
	const char *run = html_texts_take(drawing->texts, at, &length);

	if (run)
		draw_text(drawing, run, run + length);
}

static void
characters(void *data, const xmlChar *text, int length)
{
	const char *at = (const char *)text;
	const char *end = at + length;

	while (at < end) {
		const char *plain = at;

		while (at < end && !html_texts_at(at))
			at = g_utf8_next_char(at);
		draw_text(data, plain, at);
		if (at < end) {
			draw_run(data, at);
			at = g_utf8_next_char(at);
		}
	}
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(htmlParserCtxt, htmlFreeParserCtxt)

static void
parse(Drawing *drawing, const GString *tamed)
{
	htmlSAXHandler handler = {
		.startElement = start_element,
		.endElement = end_element,
		.characters = characters,
		.ignorableWhitespace = characters,
	};
	g_autoptr(htmlParserCtxt) parser =
		htmlCreatePushParserCtxt(&handler, drawing, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);

	g_assert(parser);
	htmlCtxtUseOptions(parser,
		HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
			HTML_PARSE_IGNORE_ENC);
	drawing->parser = parser;
	htmlParseChunk(parser, tamed->str, (int)tamed->len, 0);
	htmlParseChunk(parser, NULL, 0, 1);
	close_link(drawing);
	drawing->hides = false;
	leave_hidden(drawing);
}

static void
resolve_links(const Drawing *drawing)
{
	for (guint i = 0; drawing->base && i < drawing->links->len; i++) {
		HtmlLink *link = g_ptr_array_index(drawing->links, i);
		g_autofree char *written = link->url;

		link->url = url_resolve(drawing->base, written);
	}
}

Html *
html_draw(const char *bytes, size_t length, int first_link)
{
	g_autofree char *text = text_utf8(bytes, MIN(length, MESSAGE_MAX_TEXT));
	g_autoptr(GString) css = g_string_new(NULL);
	g_autoptr(HtmlTexts) texts = html_texts_new();
	g_autoptr(GString) tamed = html_tame(text, strlen(text), css, texts);
	g_autoptr(CssSheet) sheet = css_sheet_new(css->str, css->len);
	g_autoptr(HtmlLooks) looks = html_looks_new(sheet);
	g_autoptr(GString) invisible = g_string_new(NULL);
	g_autoptr(GString) shown = g_string_new(NULL);
	Drawing drawing = {
		.looks = looks,
		.texts = texts,
		.text = g_string_sized_new(strlen(text) / 4),
		.invisible = invisible,
		.shown = shown,
		.links = g_ptr_array_new_with_free_func((GDestroyNotify)html_link_free),
		.first_link = first_link,
		.cut = length > MESSAGE_MAX_TEXT,
	};
	Html *html = g_new0(Html, 1);

	parse(&drawing, tamed);
	resolve_links(&drawing);
	g_free(drawing.base);
	html->text = g_string_free(drawing.text, FALSE);
	html->links = drawing.links;
	html->forms = drawing.forms;
	html->passwords = drawing.passwords;
	html->cut = drawing.cut;
	return html;
}
