#include "mail/css.h"

#include <stdlib.h>
#include <string.h>

enum {
	TINY_PIXELS = 2,
	FAR_PIXELS = 500, /* from which a shift leaves the page */
	CLEAR_PERCENT = 5
};

/* ---- values ---- */

typedef struct Colour {
	const char *name;
	uint32_t value;
} Colour;

// clang-format off
static const Colour colours[] = {
	{ "aliceblue", 0xf0f8ff }, { "azure", 0xf0ffff }, { "beige", 0xf5f5dc },
	{ "black", 0x000000 }, { "blue", 0x0000ff }, { "cornsilk", 0xfff8dc },
	{ "darkgray", 0xa9a9a9 }, { "darkgrey", 0xa9a9a9 }, { "floralwhite", 0xfffaf0 },
	{ "gainsboro", 0xdcdcdc }, { "ghostwhite", 0xf8f8ff }, { "gray", 0x808080 },
	{ "green", 0x008000 }, { "grey", 0x808080 }, { "honeydew", 0xf0fff0 },
	{ "ivory", 0xfffff0 }, { "lavender", 0xe6e6fa }, { "lightgray", 0xd3d3d3 },
	{ "lightgrey", 0xd3d3d3 }, { "linen", 0xfaf0e6 }, { "mintcream", 0xf5fffa },
	{ "navy", 0x000080 }, { "orange", 0xffa500 }, { "red", 0xff0000 },
	{ "seashell", 0xfff5ee }, { "silver", 0xc0c0c0 }, { "snow", 0xfffafa },
	{ "white", 0xffffff }, { "whitesmoke", 0xf5f5f5 }, { "yellow", 0xffff00 },
};
// clang-format on

static uint32_t
hex_colour(const char *digits)
{
	size_t length = strspn(digits, "0123456789abcdef");
	guint64 value = g_ascii_strtoull(digits, NULL, 16);

	if (digits[length])
		return CSS_COLOUR_UNKNOWN;
	switch (length) {
	case 4:
		value >>= 4;
		G_GNUC_FALLTHROUGH;
	case 3:
		return (uint32_t)((value >> 8 & 0xf) * 0x110000 + (value >> 4 & 0xf) * 0x1100 +
			(value & 0xf) * 0x11);
	case 8:
		value >>= 8;
		G_GNUC_FALLTHROUGH;
	case 6:
		return (uint32_t)value;
	default:
		return CSS_COLOUR_UNKNOWN;
	}
}

/* How many numbers stand in "255, 255, 255)" or "0 0% 100% / 0)"; a percentage of the first
 * three is one of 255. */
static int
read_parts(const char *text, double parts[4])
{
	int count = 0;

	while (count < 4 && *text && *text != ')') {
		char *end = NULL;

		text += strspn(text, " \t\n,/");
		parts[count] = g_ascii_strtod(text, &end);
		if (end == text)
			break;
		if (*end == '%')
			parts[count] *= count < 3 ? 2.55 : 0.01;
		text = end + (*end == '%');
		count++;
	}
	return count;
}

/* "rgb(255, 255, 255)", "rgba(0 0 0 / 0)" from behind the bracket. */
static uint32_t
rgb_colour(const char *text)
{
	double parts[4] = { 0, 0, 0, 1 };

	if (read_parts(text, parts) < 3)
		return CSS_COLOUR_UNKNOWN;
	if (parts[3] * 100 <= CLEAR_PERCENT)
		return CSS_COLOUR_NONE;
	return (uint32_t)CLAMP(parts[0], 0, 255) << 16 | (uint32_t)CLAMP(parts[1], 0, 255) << 8 |
		(uint32_t)CLAMP(parts[2], 0, 255);
}

/* One of the three parts of "hsl(120 100% 50%)", as CSS Color 4 section 7.1 computes it. */
static double
hsl_part(double hue, double saturation, double lightness, int shift)
{
	double place = shift + hue / 30;
	double slope;

	place -= 12 * (int)(place / 12);
	place += place < 0 ? 12 : 0;
	slope = MIN(MIN(place - 3, 9 - place), 1);
	return 255 * (lightness - saturation * MIN(lightness, 1 - lightness) * MAX(slope, -1));
}

/* The same for a colour as it is named by its hue. */
static uint32_t
hsl_colour(const char *text)
{
	double parts[4] = { 0, 0, 0, 1 };
	double red, green, blue;

	if (read_parts(text, parts) < 3)
		return CSS_COLOUR_UNKNOWN;
	if (parts[3] * 100 <= CLEAR_PERCENT)
		return CSS_COLOUR_NONE;
	for (int i = 1; i < 3; i++)
		parts[i] = CLAMP(parts[i] / 255, 0, 1);
	parts[0] = CLAMP(parts[0], -3600, 3600);
	red = hsl_part(parts[0], parts[1], parts[2], 0);
	green = hsl_part(parts[0], parts[1], parts[2], 8);
	blue = hsl_part(parts[0], parts[1], parts[2], 4);
	return (uint32_t)red << 16 | (uint32_t)green << 8 | (uint32_t)blue;
}

uint32_t
css_colour(const char *text)
{
	g_autofree char *copy = g_ascii_strdown(text, (gssize)strnlen(text, CSS_MAX_STYLE));
	const char *word = g_strstrip(copy);

	if (g_str_has_prefix(word, "rgb"))
		return rgb_colour(word + strcspn(word, "(") + (strchr(word, '(') != NULL));
	if (g_str_has_prefix(word, "hsl"))
		return hsl_colour(word + strcspn(word, "(") + (strchr(word, '(') != NULL));
	if (*word == '#')
		return hex_colour(word + 1);
	if (strcmp(word, "transparent") == 0)
		return CSS_COLOUR_NONE;
	for (size_t i = 0; i < G_N_ELEMENTS(colours); i++)
		if (strcmp(colours[i].name, word) == 0)
			return colours[i].value;
	return strlen(word) == 6 ? hex_colour(word) : CSS_COLOUR_UNKNOWN;
}

/* The number that @value begins with in CSS pixels, or in the unit it has where that
 * does not matter; false if it begins with none. */
static bool
read_pixels(const char *value, double *pixels, const char **unit)
{
	char *end = NULL;

	*pixels = g_ascii_strtod(value, &end);
	*unit = end;
	if (end == value)
		return false;
	if (g_str_has_prefix(end, "pt"))
		*pixels *= 4.0 / 3;
	else if (g_str_has_prefix(end, "em") || g_str_has_prefix(end, "rem"))
		*pixels *= 16;
	return true;
}

/* ---- one declaration ---- */

static void
say(Css *css, uint32_t property, bool is)
{
	css->said |= property;
	css->is = is ? css->is | property : css->is & ~property;
}

static void
say_gone(Css *css, const char *value, uint32_t property)
{
	say(css, property, g_str_has_prefix(value, "none"));
}

static void
say_invisible(Css *css, const char *value, uint32_t property)
{
	say(css, property,
		g_str_has_prefix(value, "hidden") || g_str_has_prefix(value, "collapse"));
}

static void
say_clear(Css *css, const char *value, uint32_t property)
{
	const char *unit;
	double number;

	if (read_pixels(value, &number, &unit))
		say(css, property, number * (*unit == '%' ? 1 : 100) <= CLEAR_PERCENT);
}

/* A share of the parent's font is as tiny as that, or tiny by itself. */
static void
say_tiny_share(Css *css, double number, uint32_t property)
{
	if (number <= TINY_PIXELS)
		say(css, property, true);
}

static void
say_font(Css *css, const char *value, uint32_t property)
{
	const char *unit;
	double number;

	if (!read_pixels(value, &number, &unit))
		say(css, property, false);
	else if (*unit == '%' || g_str_has_prefix(unit, "em"))
		say_tiny_share(css, number, property);
	else
		say(css, property, number <= TINY_PIXELS);
}

/* "font: 0/0 a", "font: bold 14px/1.2 Arial": the size is the first number. */
static void
say_font_short(Css *css, const char *value, uint32_t property)
{
	const char *number = strpbrk(value, "0123456789.");

	if (number)
		say_font(css, number, property);
}

static void
say_size(Css *css, const char *value, uint32_t property)
{
	const char *unit;
	double number;

	if (!read_pixels(value, &number, &unit))
		return;
	say(css, property, number < 1);
	if (*unit == '%' || number > G_MAXINT16 || number < 0)
		return;
	if (property == CSS_NO_WIDTH)
		css->width = (int)number;
	else
		css->height = (int)number;
}

static void
say_shut(Css *css, const char *value, uint32_t property)
{
	const char *unit;
	double number;

	if (read_pixels(value, &number, &unit))
		say(css, property, number < 1);
	else
		say(css, property, false);
}

static void
say_cut(Css *css, const char *value, uint32_t property)
{
	say(css, property, g_str_has_prefix(value, "hidden") || g_str_has_prefix(value, "clip"));
}

/* "clip: rect(0 0 0 0)", "clip-path: inset(100%)", "transform: scale(0)" */
static void
say_clipped(Css *css, const char *value, uint32_t property)
{
	static const char *const none[] = { "rect(0", "rect(1px", "inset(50%", "inset(100%",
		"circle(0", "scale(0)", "scale(0,", "scaley(0)" };

	for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
		if (g_str_has_prefix(value, none[i]))
			say(css, property, true);
}

static void
say_away(Css *css, const char *value, uint32_t property)
{
	const char *unit;
	double number;

	if (read_pixels(value, &number, &unit) && number <= -FAR_PIXELS)
		say(css, property, true);
}

static void
say_far(Css *css, const char *value, uint32_t property)
{
	const char *unit;
	double number;

	if (read_pixels(value, &number, &unit) && ABS(number) >= FAR_PIXELS)
		say(css, property, true);
}

static void
say_outlook(Css *css, const char *value, uint32_t property)
{
	say(css, property, g_str_has_prefix(value, "all"));
}

static void
say_ink(Css *css, const char *value, uint32_t property)
{
	if (g_str_has_prefix(value, "inherit"))
		return;
	say(css, property, true);
	css->ink = css_colour(value);
}

/* A picture may be of any colour; of the rest the first word that is one counts. */
static void
say_paper(Css *css, const char *value, uint32_t property)
{
	g_auto(GStrv) words = NULL;

	say(css, property, true);
	css->paper = CSS_COLOUR_UNKNOWN;
	if (strstr(value, "url(") || strstr(value, "gradient"))
		return;
	if (g_str_has_prefix(value, "rgb")) {
		css->paper = css_colour(value);
		return;
	}
	words = g_strsplit(value, " ", -1);
	for (char **word = words; *word && css->paper == CSS_COLOUR_UNKNOWN; word++)
		css->paper = strcmp(*word, "none") == 0 ? CSS_COLOUR_NONE : css_colour(*word);
}

static void
say_picture(Css *css, const char *value, uint32_t property)
{
	if (!g_str_has_prefix(value, "none"))
		say_paper(css, "url(", property);
}

typedef struct Property {
	const char *name;
	uint32_t property;
	void (*say)(Css *css, const char *value, uint32_t property);
} Property;

/* Sorted. */
// clang-format off
static const Property properties[] = {
	{ "background", CSS_PAPER, say_paper },
	{ "background-color", CSS_PAPER, say_paper },
	{ "background-image", CSS_PAPER, say_picture },
	{ "clip", CSS_SHUT, say_clipped },
	{ "clip-path", CSS_SHUT, say_clipped },
	{ "color", CSS_INK, say_ink },
	{ "display", CSS_GONE, say_gone },
	{ "font", CSS_TINY, say_font_short },
	{ "font-size", CSS_TINY, say_font },
	{ "height", CSS_NO_HEIGHT, say_size },
	{ "left", CSS_AWAY, say_far },
	{ "margin", CSS_AWAY, say_away },
	{ "margin-left", CSS_AWAY, say_away },
	{ "margin-top", CSS_AWAY, say_away },
	{ "max-height", CSS_SHUT, say_shut },
	{ "max-width", CSS_NO_WIDTH, say_size },
	{ "mso-hide", CSS_OUTLOOK, say_outlook },
	{ "opacity", CSS_CLEAR, say_clear },
	{ "overflow", CSS_CUT, say_cut },
	{ "right", CSS_AWAY, say_away },
	{ "text-indent", CSS_AWAY, say_far },
	{ "top", CSS_AWAY, say_far },
	{ "transform", CSS_SHUT, say_clipped },
	{ "visibility", CSS_INVISIBLE, say_invisible },
	{ "width", CSS_NO_WIDTH, say_size },
};
// clang-format on

static int
compare_property(const void *name, const void *row)
{
	return strcmp(name, ((const Property *)row)->name);
}

/* @declaration is "name: value" in lower case, without a comment. */
static void
take_declaration(Css *css, char *declaration)
{
	char *value = strchr(declaration, ':');
	const Property *property;
	const char *name;

	if (!value)
		return;
	*value++ = '\0';
	name = g_strstrip(declaration);
	property = bsearch(name, properties, G_N_ELEMENTS(properties), sizeof(properties[0]),
		compare_property);
	if (property)
		property->say(css, g_strstrip(value), property->property);
}

void
css_init(Css *css)
{
	*css = (Css){ .width = -1, .height = -1 };
}

/* Ends at a ';' that stands in no string and no url(data:...;base64). */
static size_t
declaration_length(const char *text)
{
	int open = 0;
	char quote = '\0';
	size_t at = 0;

	for (; text[at] && (quote || open > 0 || text[at] != ';'); at++) {
		if (quote)
			quote = (char)(text[at] == quote ? '\0' : quote);
		else if (text[at] == '"' || text[at] == '\'')
			quote = text[at];
		else
			open += (text[at] == '(') - (text[at] == ')');
	}
	return at;
}

/* Blanks out comments in place. */
static void
drop_comments(char *text)
{
	for (char *open = strstr(text, "/*"); open; open = strstr(open, "/*")) {
		char *close = strstr(open + 2, "*/");
		char *end = close ? close + 2 : open + strlen(open);

		memset(open, ' ', (size_t)(end - open));
	}
}

/* What the escape at @at, a backslash, stands for; *length is how long it is.  It is never
 * punctuation of the style. */
static char
read_escape(const char *at, size_t *length)
{
	size_t digits = MIN(strspn(at + 1, "0123456789abcdef"), 6);
	g_autofree char *number = g_strndup(at + 1, digits);
	guint64 code = digits ? g_ascii_strtoull(number, NULL, 16) : (guchar)at[1];

	*length = 1 + MAX(digits, 1);
	*length += digits > 0 && at[*length] && strchr(" \t\n", at[*length]);
	if (code >= 0x80 || (!g_ascii_isalnum((char)code) && code != '-'))
		return '?';
	return g_ascii_tolower((char)code);
}

/* Undoes "d\69 splay" in place; @text is in lower case, and is so afterwards. */
static void
drop_escapes(char *text)
{
	char *to = text + strcspn(text, "\\");

	for (const char *from = to; *from;) {
		size_t length = 1;

		*to = *from;
		if (*from == '\\' && from[1])
			*to = read_escape(from, &length);
		to++;
		from += length;
	}
	*to = '\0';
}

void
css_declare(Css *css, const char *declarations, size_t length)
{
	g_autofree char *text =
		g_ascii_strdown(declarations, (gssize)MIN(length, (size_t)CSS_MAX_STYLE));
	char *at = text;

	drop_comments(text);
	drop_escapes(text);
	while (*at) {
		size_t end = declaration_length(at);
		bool last = at[end] == '\0';

		at[end] = '\0';
		take_declaration(css, at);
		at += end + !last;
	}
}

void
css_merge(Css *css, const Css *over)
{
	css->is = (css->is & ~over->said) | over->is;
	css->said |= over->said;
	if (over->said & CSS_INK)
		css->ink = over->ink;
	if (over->said & CSS_PAPER)
		css->paper = over->paper;
	if (over->width >= 0)
		css->width = over->width;
	if (over->height >= 0)
		css->height = over->height;
}

/* ---- sheets ---- */

struct CssSheet {
	GHashTable *rules; /* of Css by selector */
};

/* One element, class or id, or one element with a class or id: nothing that asks
 * where in the page it stands. */
static bool
is_simple(const char *selector)
{
	size_t element = strspn(selector, "abcdefghijklmnopqrstuvwxyz0123456789");
	const char *rest = selector + element;

	if (!*rest)
		return element > 0;
	return strchr(".#", *rest) && rest[1] && !strpbrk(rest + 1, ".#:[>+~*() \t\r\n");
}

static void
add_rule(CssSheet *sheet, char *selectors, const Css *css)
{
	g_auto(GStrv) parts = g_strsplit(selectors, ",", -1);

	for (char **part = parts; *part; part++) {
		const char *selector = g_strstrip(*part);
		Css *known = g_hash_table_lookup(sheet->rules, selector);

		if (!is_simple(selector))
			continue;
		if (known)
			css_merge(known, css);
		else if (g_hash_table_size(sheet->rules) < CSS_MAX_RULES)
			g_hash_table_insert(
				sheet->rules, g_strdup(selector), g_memdup2(css, sizeof(*css)));
	}
}

/* Holds on a common screen: "@media screen", but not "@media (max-width: 600px)". */
static bool
holds_everywhere(const char *at_rule)
{
	return g_str_has_prefix(at_rule, "@media") && !strchr(at_rule, '(') &&
		!strstr(at_rule, "print") && !strstr(at_rule, "speech");
}

/* Behind the '}' that closes the block which @at stands in. */
static char *
skip_block(char *at)
{
	int open = 1;

	for (; *at && open > 0; at++)
		open += (*at == '{') - (*at == '}');
	return at;
}

/* One rule whose selectors end at the '{' @brace; what follows. */
static char *
take_rule(CssSheet *sheet, char *selectors, char *brace)
{
	char *body = brace + 1;
	char *end = body + strcspn(body, "}");
	bool last = *end == '\0';
	Css css;

	*brace = '\0';
	selectors = g_strstrip(selectors);
	if (*selectors == '@')
		return holds_everywhere(selectors) ? body : skip_block(body);
	css_init(&css);
	css_declare(&css, body, (size_t)(end - body));
	if (css.said)
		add_rule(sheet, selectors, &css);
	return end + !last;
}

/* "@import url(x);", the '}' of an opened @media and "<!--" stand before the next
 * selector. */
static char *
rule_start(char *at)
{
	static const char between[] = " \t\r\n};<!->";
	size_t skip = strspn(at, between);

	while (at[skip] == '@' && at[skip + strcspn(at + skip, ";{")] == ';') {
		at += skip + strcspn(at + skip, ";");
		skip = strspn(at, between);
	}
	return at + skip;
}

CssSheet *
css_sheet_new(const char *text, size_t length)
{
	CssSheet *sheet = g_new0(CssSheet, 1);
	g_autofree char *lower = g_ascii_strdown(text, (gssize)MIN(length, (size_t)CSS_MAX_SHEET));
	char *at;

	sheet->rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	drop_comments(lower);
	drop_escapes(lower);
	at = rule_start(lower);
	while (*at) {
		char *brace = strchr(at, '{');

		if (!brace)
			break;
		at = rule_start(take_rule(sheet, at, brace));
	}
	return sheet;
}

void
css_sheet_free(CssSheet *sheet)
{
	if (!sheet)
		return;
	g_hash_table_unref(sheet->rules);
	g_free(sheet);
}

const Css *
css_sheet_find(const CssSheet *sheet, const char *selector)
{
	return g_hash_table_lookup(sheet->rules, selector);
}
