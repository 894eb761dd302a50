/* inside_page.c - pages and drawings, which open in a browser: HTML, SVG
 *
 * What a mail reader refuses to run a browser runs: a page that is attached can make
 * the file that a gateway would have stopped out of what it carries (HTML
 * smuggling).
 */
#include <string.h>

#include "mail/decode.h"
#include "mail/extension.h"
#include "mail/inside.h"
#include "mail/markup.h"

enum {
	MAX_CODES = 1 << 16,  /* numbers of one fromCharCode() */
	LITERAL = 200,        /* characters of base64 that are more than a word */
	MAX_LITERALS = 50,    /* that are decoded, of one page */
	LONG_LITERAL = 20000, /* characters that are a file */
};

static bool
knows(const char *name, const char *head, size_t length G_GNUC_UNUSED)
{
	static const char *const marks[] = { "<html", "<!doctype html", "<svg", "<script",
		"<body" };
	g_autofree char *lower = NULL;

	if (extension_is_page(extension_of(name)))
		return true;
	if (!strchr(head, '<'))
		return false;
	lower = g_ascii_strdown(head, -1);
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (strstr(lower, marks[i]))
			return true;
	return false;
}

/* ---- scripts ---- */

typedef struct Page {
	Inside *inside;
	const InsideFile *file;
	bool drawing; /* SVG: xlink:href leads somewhere as well */
	bool script;
} Page;

static void
found_attribute(const char *name, const char *value, void *data)
{
	Page *page = data;
	const char *colon = strchr(name, ':');
	const char *local = colon ? colon + 1 : name;

	if (g_ascii_strncasecmp(name, "on", 2) == 0 && g_ascii_isalpha(name[2])) {
		page->script = true;
		inside_flag(page->inside, ATTACHMENT_SCRIPT, "%s=\"%s\"", name, value);
	} else if (g_ascii_strncasecmp(value, "javascript:", 11) == 0) {
		page->script = true;
		inside_flag(page->inside, ATTACHMENT_SCRIPT, "%s", value);
	} else if (page->drawing && g_ascii_strcasecmp(local, "href") == 0 && *value &&
		*value != '#' && g_ascii_strncasecmp(value, "data:", 5) != 0) {
		inside_link(page->inside, "", value, 0, page->file->where);
	}
}

static void
read_tags(Page *page, const char *source)
{
	const char *at = source;
	MarkupTag tag;

	while (markup_next(&at, &tag)) {
		if (markup_is(&tag, "script") && !tag.closing) {
			g_autofree char *from = markup_attribute(&tag, "src");

			page->script = true;
			inside_flag(page->inside, ATTACHMENT_SCRIPT, "<script>%s%s",
				from ? " from " : "", from ? from : "");
		}
		markup_attributes(&tag, found_attribute, page);
	}
}

/* ---- what a script hides ---- */

static int
hex_value(const char *digits, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (!g_ascii_isxdigit(digits[i]))
			return -1;
		value = value * 16 + g_ascii_xdigit_value(digits[i]);
	}
	return value;
}

/* "fromCharCode(104, 116, 116, 112" at @at: appends the characters, and moves
 * behind. */
static const char *
append_codes(const char *at, GString *text)
{
	for (int i = 0; i < MAX_CODES; i++) {
		char *end;
		guint64 code;

		at += strspn(at, " \t\r\n,(");
		if (!g_ascii_isdigit(*at))
			break;
		code = g_ascii_strtoull(at, &end, 0);
		g_string_append_unichar(text, code > 0 && code < 0xd800 ? (gunichar)code : '?');
		at = end;
	}
	return at;
}

/* The length of the escape at @at, and what it stands for; 0 if it is none. */
static int
escape(const char *at, int *value)
{
	if (*at == '%' && (*value = hex_value(at + 1, 2)) > 0)
		return 3;
	if (*at == '\\' && at[1] == 'x' && (*value = hex_value(at + 2, 2)) > 0)
		return 4;
	if (*at == '\\' && at[1] == 'u' && (*value = hex_value(at + 2, 4)) > 0)
		return 6;
	if (*at == '\\' && at[1] == '/') {
		*value = '/';
		return 2;
	}
	return 0;
}

/* @source with the escapes that scripts undo undone: %3C, \x3c, \u003c, character
 * codes. */
static char *
undo_escapes(const char *source)
{
	static const char codes[] = "fromCharCode";
	g_autoptr(GString) text = g_string_new(NULL);

	while (*source) {
		int value = 0;
		int length = escape(source, &value);

		if (*source == 'f' && g_str_has_prefix(source, codes)) {
			source = append_codes(source + strlen(codes), text);
		} else if (length > 0 && value < 0x80) {
			g_string_append_c(text, (char)value);
			source += length;
		} else {
			g_string_append_c(text, *source++);
		}
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* What a page needs to hand over a file of its own making: something to make it
 * from, and something to make it with. */
typedef enum {
	SIGN_DECODES = 1 << 0,
	SIGN_MAKES = 1 << 1,
	SIGN_BOTH = SIGN_DECODES | SIGN_MAKES,
} Sign;

// clang-format off
static const struct {
	const char *text; /* lower-case */
	Sign sign;
} signs[] = {
	{ "atob(", SIGN_DECODES },
	{ "unescape(", SIGN_DECODES },
	{ "decodeuricomponent(", SIGN_DECODES },
	{ "fromcharcode", SIGN_DECODES },
	{ "charcodeat", SIGN_DECODES },
	{ "uint8array", SIGN_DECODES },
	{ "new blob", SIGN_MAKES },
	{ "createobjecturl", SIGN_MAKES },
	{ "document.write(", SIGN_MAKES },
	{ "document.writeln(", SIGN_MAKES },
	{ "eval(", SIGN_MAKES },
	{ ".download", SIGN_MAKES },
	{ "mssaveoropenblob", SIGN_BOTH },
	{ "mssaveblob", SIGN_BOTH },
	{ "data:application/", SIGN_BOTH },
	{ "document.write(atob", SIGN_BOTH },
	{ "document.write(unescape", SIGN_BOTH },
	{ "eval(atob", SIGN_BOTH },
};
// clang-format on

static void
judge_signs(Page *page, const char *source, bool literal)
{
	g_autofree char *lower = g_ascii_strdown(source, -1);
	g_autoptr(GString) found = g_string_new(NULL);
	unsigned seen = literal ? SIGN_DECODES : 0;

	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
		if (!strstr(lower, signs[i].text))
			continue;
		seen |= signs[i].sign;
		g_string_append_printf(found, "%s%s", found->len ? " " : "", signs[i].text);
	}
	if (seen == SIGN_BOTH)
		inside_flag(page->inside, ATTACHMENT_SMUGGLES, "%s%s", found->str,
			literal ? " and a file in base64" : "");
}

/* ---- literals ---- */

/* Has what @length characters of base64 stand for looked at, if it is anything. */
static void
push_literal(Page *page, const char *literal, size_t length, int number)
{
	g_autoptr(Decoded) decoded = decode_body(literal, length, "base64");
	g_autofree char *name = g_strdup_printf("base64 %d", number);
	g_autofree char *head = g_strndup("", INSIDE_HEAD);
	size_t head_length = MIN(decoded->bytes->len, INSIDE_HEAD);
	g_autoptr(GBytes) bytes = NULL;

	memcpy(head, decoded->bytes->data, head_length);
	if (!inside_wants(page->inside, "", head, head_length) ||
		!inside_take(page->inside, length, 0, decoded->bytes->len))
		return;
	inside_entry(page->inside, page->file, name, head, head_length);
	bytes = g_byte_array_free_to_bytes(g_byte_array_ref(decoded->bytes));
	inside_push(page->inside, page->file, name, bytes);
}

/* True when one of them is long enough to be a file. */
static bool
read_literals(Page *page, const char *source)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
	bool any = false;
	int number = 0;

	while (*source && number < MAX_LITERALS) {
		size_t length = strspn(source, alphabet);

		if (length >= LITERAL)
			push_literal(page, source, length, ++number);
		any = any || length >= LONG_LITERAL;
		source += length;
		source += strcspn(source, alphabet);
	}
	return any;
}

static void
read_page(Inside *inside, const InsideFile *file)
{
	g_autofree char *source = inside_text(inside, file);
	g_autofree char *plain = undo_escapes(source);
	Page page = {
		.inside = inside,
		.file = file,
		.drawing = strcasestr(source, "<svg") && !strcasestr(source, "<html"),
	};

	if (!file->shown)
		inside_draw(inside, source, file->where);
	read_tags(&page, source);
	judge_signs(&page, source, read_literals(&page, source) && page.script);
	inside_scan(inside, source, LINK_SCAN, file->where);
	inside_scan(inside, plain, LINK_SCAN, file->where);
}

extern const InsideReader inside_page;
const InsideReader inside_page = {
	.name = "page",
	.knows = knows,
	.read = read_page,
};
