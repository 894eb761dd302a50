#include "mail/url.h"

#include <string.h>

#include "mail/domain.h"
#include "mail/text.h"

enum {
	IPV4_PARTS = 4,
	IPV4_PART_LENGTH = 16, /* longer than any number that fits */
};

/* Tabs and line ends are dropped wherever they stand, so that
 * "java\nscript:" is a scheme and "ht\ttps://bank" a link. */
static char *
clean(const char *text)
{
	g_autofree char *valid = text_utf8(text, strnlen(text, URL_MAX));
	const char *start = valid;
	GString *cleaned;

	while (*start > 0 && *start <= ' ')
		start++;
	cleaned = g_string_sized_new(strlen(start));
	while (*start) {
		size_t kept = strcspn(start, "\t\r\n");

		g_string_append_len(cleaned, start, (gssize)kept);
		start += kept;
		start += strspn(start, "\t\r\n");
	}
	while (cleaned->len > 0 && cleaned->str[cleaned->len - 1] > 0 &&
		cleaned->str[cleaned->len - 1] <= ' ')
		g_string_truncate(cleaned, cleaned->len - 1);
	return g_string_free(cleaned, FALSE);
}

static int
escaped_byte(const char *text, const char *end)
{
	if (end - text < 3 || text[0] != '%' || !g_ascii_isxdigit(text[1]) ||
		!g_ascii_isxdigit(text[2]))
		return -1;
	return g_ascii_xdigit_value(text[1]) << 4 | g_ascii_xdigit_value(text[2]);
}

/* A run of escapes beyond ASCII: its characters if it is UTF-8, else itself. */
static const char *
decode_run(const char *text, const char *end, GString *decoded)
{
	g_autoptr(GString) run = g_string_new(NULL);
	const char *start = text;

	for (int byte; (byte = escaped_byte(text, end)) > 0x7f; text += 3)
		g_string_append_c(run, (char)byte);
	if (g_utf8_validate_len(run->str, run->len, NULL))
		g_string_append_len(decoded, run->str, (gssize)run->len);
	else
		g_string_append_len(decoded, start, text - start);
	return text;
}

char *
url_decode(const char *text, size_t length)
{
	const char *end = text + length;
	GString *decoded = g_string_sized_new(length);

	while (text < end) {
		const char *escape = memchr(text, '%', (size_t)(end - text));
		int byte;

		g_string_append_len(decoded, text, (escape ? escape : end) - text);
		if (!escape)
			break;
		text = escape;
		byte = escaped_byte(text, end);
		if (byte > 0x7f) {
			text = decode_run(text, end, decoded);
		} else if (byte >= ' ' && byte < 0x7f) {
			g_string_append_c(decoded, (char)byte);
			text += 3;
		} else
			g_string_append_c(decoded, *text++);
	}
	return g_string_free(decoded, FALSE);
}

static bool
is_slash(char character)
{
	return character == '/' || character == '\\';
}

/* Bytes of the scheme at the start of @text, its colon left out; 0 if none. */
static size_t
scheme_length(const char *text)
{
	size_t length = 0;

	if (!g_ascii_isalpha(*text))
		return 0;
	while (g_ascii_isalnum(text[length]) || (text[length] && strchr("+-.", text[length])))
		length++;
	return text[length] == ':' ? length : 0;
}

/* One number of an IPv4 address: decimal, 0octal or 0xhex.  "0x" is 0. */
static bool
read_number(const char *text, guint64 *number)
{
	int base = 10;
	char *end;

	if (!*text || strlen(text) > IPV4_PART_LENGTH)
		return false;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	} else if (text[0] == '0' && text[1]) {
		base = 8;
		text++;
	}
	if (*text == '+' || *text == '-' || g_ascii_isspace(*text))
		return false;
	*number = g_ascii_strtoull(text, &end, base);
	return *end == '\0';
}

/* The last number fills all bytes that are left: 127.1, 3221226219, 0xC0000201. */
static char *
read_ipv4(const char *host)
{
	g_auto(GStrv) parts = g_strsplit(host, ".", IPV4_PARTS + 1);
	guint count = g_strv_length(parts);
	guint64 address = 0;

	if (count == 0 || count > IPV4_PARTS)
		return NULL;
	for (guint i = 0; i < count; i++) {
		guint bits = i + 1 < count ? 8 : 8 * (IPV4_PARTS + 1 - count);
		guint64 number;

		if (!read_number(parts[i], &number) || number >> bits != 0)
			return NULL;
		address = address << bits | number;
	}
	return g_strdup_printf("%u.%u.%u.%u", (guint)(address >> 24) & 255,
		(guint)(address >> 16) & 255, (guint)(address >> 8) & 255, (guint)address & 255);
}

/* Browsers decode a host that is no literal address, and refuse one that then holds a
 * delimiter: that one stays as it is written. */
static char *
decode_host(const char *written, size_t length)
{
	g_autofree char *decoded = url_decode(written, length);

	if (*written == '[' || strpbrk(decoded, DOMAIN_HAS_NONE))
		return g_strndup(written, length);
	return g_steal_pointer(&decoded);
}

static void
read_host(Url *url, const char *written, size_t length)
{
	g_autofree char *decoded = decode_host(written, length);
	g_autofree char *ascii = domain_to_ascii(decoded);

	if (!*ascii)
		return;
	url->international = !g_str_is_ascii(decoded) || strstr(ascii, "xn--");
	url->host = read_ipv4(ascii);
	url->address = url->host || *ascii == '[';
	if (!url->host)
		url->host = g_steal_pointer(&ascii);
}

static const char *
skip_host(const char *start, const char *end)
{
	const char *stop = start;

	if (*start == '[') {
		while (stop < end && *stop != ']')
			stop++;
		return stop < end ? stop + 1 : end;
	}
	while (stop < end && *stop != ':')
		stop++;
	return stop;
}

static int
read_port(const char *colon, const char *end)
{
	int port = 0;

	if (colon == end || *colon != ':' || colon + 1 == end)
		return URL_NO_PORT;
	for (colon++; colon < end && g_ascii_isdigit(*colon) && port < G_MAXUINT16; colon++)
		port = port * 10 + g_ascii_digit_value(*colon);
	return port;
}

/* @text stands behind the slashes.  No blank, quote or bracket is allowed in a
 * host; a reader takes what follows one for something else. */
static const char *
read_authority(Url *url, const char *text)
{
	const char *end = text + strcspn(text, "/\\?#");
	const char *start = text;
	const char *host_end;

	for (const char *at = text; at < end; at++)
		if (*at == '@')
			start = at + 1;
	url->userinfo = start > text;
	host_end = skip_host(start, end);
	url->port = read_port(host_end, end);
	read_host(url, start, MIN((size_t)(host_end - start), strcspn(start, " <>\"^`{|}")));
	return end;
}

static bool
is_browser_scheme(const char *scheme)
{
	static const char *const known[] = { "http", "https", "ftp", "ws", "wss", NULL };

	return g_strv_contains(known, scheme);
}

/* Browsers take any number of slashes of either kind for the two of http. */
static const char *
read_after_scheme(Url *url, const char *rest)
{
	size_t slashes = 0;

	while (is_slash(rest[slashes]))
		slashes++;
	if (is_browser_scheme(url->scheme))
		return read_authority(url, rest + slashes);
	if (url_is_script(url) || slashes < 2 || (slashes > 2 && *url->scheme))
		return rest;
	return read_authority(url, rest + slashes);
}

static bool
is_bare_www(const char *text)
{
	return g_ascii_strncasecmp(text, "www.", 4) == 0 && strcspn(text, ".:/") == 3;
}

Url *
url_parse(const char *text)
{
	Url *url = g_new0(Url, 1);
	size_t length;

	url->port = URL_NO_PORT;
	url->text = clean(text);
	if (is_bare_www(url->text)) {
		g_autofree char *bare = url->text;

		url->text = g_strconcat("http://", bare, NULL);
	}
	length = scheme_length(url->text);
	url->scheme = g_ascii_strdown(url->text, (gssize)length);
	url->path = read_after_scheme(url, url->text + length + (length > 0));
	return url;
}

void
url_free(Url *url)
{
	if (!url)
		return;
	g_free(url->text);
	g_free(url->scheme);
	g_free(url->host);
	g_free(url);
}

bool
url_is_script(const Url *url)
{
	static const char *const scripts[] = { "javascript", "data", "vbscript", "livescript",
		"blob", NULL };

	return g_strv_contains(scripts, url->scheme);
}

bool
url_is_web(const Url *url)
{
	return url->host && (strcmp(url->scheme, "http") == 0 || strcmp(url->scheme, "https") == 0);
}

static bool
is_default_port(const Url *url)
{
	return url->port == URL_NO_PORT ||
		url->port == (strcmp(url->scheme, "https") == 0 ? 443 : 80);
}

/* Blanks and control characters become %XX, as browsers send them: else those at the end, in
 * front of a fragment that is gone, would be no part of the address any more. */
static void
append_path(GString *normal, const char *path, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (path[i] == ' ' || g_ascii_iscntrl(path[i]))
			g_string_append_printf(normal, "%%%02X", (guint)path[i]);
		else
			g_string_append_c(normal, path[i]);
	}
}

/* A normal form is a URL, of which no more than that is read. */
static void
cut(GString *normal)
{
	const char *end = normal->str;

	if (normal->len <= URL_MAX)
		return;
	g_utf8_validate_len(normal->str, URL_MAX, &end);
	g_string_truncate(normal, (gsize)(end - normal->str));
}

char *
url_normal(const char *text)
{
	g_autoptr(Url) url = url_parse(text);
	GString *normal;
	size_t path, end;

	if (!url_is_web(url))
		return NULL;
	normal = g_string_new(NULL);
	g_string_append_printf(normal, "%s://%s", url->scheme, url->host);
	if (!is_default_port(url))
		g_string_append_printf(normal, ":%d", url->port);
	path = normal->len;
	if (!is_slash(*url->path))
		g_string_append_c(normal, '/');
	append_path(normal, url->path, strcspn(url->path, "#"));
	end = path + strcspn(normal->str + path, "?");
	for (size_t i = path; i < end; i++)
		if (is_slash(normal->str[i]))
			normal->str[i] = '/';
	cut(normal);
	return g_string_free(normal, FALSE);
}
