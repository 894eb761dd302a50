#include "mail/link.h"

#include <string.h>

#include "mail/domain.h"
#include "mail/known_host.h"
#include "mail/text.h"
#include "mail/unwrap.h"
#include "mail/url.h"

enum {
	SHOWN_TEXT_MAX = 4096, /* bytes of a link's text that are kept */
};

// clang-format off
const LinkFlagName link_flag_names[] = {
	{ LINK_TRACKED, "tracked" },
	{ LINK_OPAQUE, "opaque" },
	{ LINK_MALFORMED_WRAP, "malformed-wrap" },
	{ LINK_TEXT_MISMATCH, "text-mismatch" },
	{ LINK_USERINFO, "userinfo" },
	{ LINK_IP_HOST, "ip-host" },
	{ LINK_PORT, "port" },
	{ LINK_PUNYCODE, "punycode" },
	{ LINK_SHORTENER, "shortener" },
	{ LINK_REDIRECTOR, "redirector" },
	{ LINK_FREE_HOSTING, "free-hosting" },
	{ LINK_SCRIPT, "script" },
	{ LINK_FILE, "file" },
	{ LINK_RELATIVE, "relative" },
	{ LINK_RECYCLED, "recycled" },
	{ LINK_IMAGE, "image" },
	{ LINK_FORM, "form" },
	{ LINK_SCAN, "scan" },
	{ LINK_LEAVES, "leaves" },
	{ LINK_BRAND, "brand" },
	{ LINK_QR, "qr" },
	{ LINK_HIDDEN, "hidden" },
	{ 0, NULL },
};
// clang-format on

void
link_free(Link *link)
{
	if (!link)
		return;
	g_free(link->text);
	g_free(link->url);
	g_ptr_array_unref(link->chain);
	g_free(link->final);
	g_free(link->domain);
	g_free(link->where);
	g_free(link);
}

char *
link_host(const char *url)
{
	g_autoptr(Url) parsed = url_parse(url);

	return g_steal_pointer(&parsed->host);
}

/* "C:\\share" looks like a scheme of one letter; "\\\\server\\share" is Windows' own. */
static bool
is_file(const Url *url)
{
	return strcmp(url->scheme, "file") == 0 || strlen(url->scheme) == 1 || url->text[0] == '\\';
}

static bool
has_page_scheme(const Url *url)
{
	return !*url->scheme || strcmp(url->scheme, "http") == 0 ||
		strcmp(url->scheme, "https") == 0;
}

static uint32_t
scheme_flags(const Url *url)
{
	if (url_is_script(url))
		return LINK_SCRIPT;
	if (is_file(url))
		return LINK_FILE;
	return !url->host && has_page_scheme(url) ? LINK_RELATIVE : 0;
}

static uint32_t
host_flags(const Url *url)
{
	uint32_t flags = 0;

	if (url->userinfo)
		flags |= LINK_USERINFO;
	if (!url->host)
		return flags;
	if (url->address)
		flags |= LINK_IP_HOST;
	if (url->port != URL_NO_PORT && url->port != 80 && url->port != 443)
		flags |= LINK_PORT;
	if (url->international)
		flags |= LINK_PUNYCODE;
	return flags | known_host_flags(url->host, url->path);
}

static bool
is_same_message(const char *id, const char *message_id)
{
	size_t length = strcspn(message_id, "@");

	return strlen(id) == length && g_ascii_strncasecmp(id, message_id, length) == 0;
}

/* Takes the flags of one step; where it leads, or NULL if it is no wrapper that
 * can be undone. */
static char *
follow_step(Link *link, const Url *url, const char *message_id)
{
	g_auto(Unwrapped) unwrapped = { 0 };
	UnwrapResult result = unwrap(url, &unwrapped);

	link->flags |= scheme_flags(url) | host_flags(url) | unwrapped.flags;
	if (unwrapped.id && message_id && !is_same_message(unwrapped.id, message_id))
		link->flags |= LINK_RECYCLED;
	return result == UNWRAP_TARGET ? g_steal_pointer(&unwrapped.target) : NULL;
}

static void
follow(Link *link, const char *message_id)
{
	g_autoptr(Url) url = url_parse(link->url);
	g_autofree char *target = follow_step(link, url, message_id);

	for (int step = 0; target && step < UNWRAP_MAX_STEPS; step++) {
		g_autoptr(Url) wrapper = g_steal_pointer(&url);
		g_autofree char *next = g_steal_pointer(&target);

		if (step > 0)
			g_ptr_array_add(link->chain, g_strdup(wrapper->text));
		url = url_parse(next);
		target = follow_step(link, url, message_id);
	}
	if (target)
		link->flags |= LINK_OPAQUE;
	link->final = g_strdup(url->text);
	link->domain = domain_registrable(url->host);
}

/* Endings of file names that are top-level domains too. */
static bool
is_file_name(const char *text)
{
	static const char *const endings[] = { "zip", "mov", "md", "py", "sh", "pl", "rs", "ps",
		"so", "app", "cab", "pub", "doc", "ai", "cc", NULL };
	const char *dot = strchr(text, '.');

	return dot && dot == strrchr(text, '.') && g_strv_contains(endings, dot + 1);
}

/* The host of @text where it is a bare one, "bank.example" or
 * "bank.example/login", with blanks round it at most; or NULL. */
static char *
bare_host(const char *text)
{
	g_autofree char *copy = g_ascii_strdown(text, -1);
	const char *word = g_strstrip(copy);
	const char *at = strrchr(word, '@');
	g_autofree char *host = NULL;

	if (!*word || strpbrk(word, " \t\n"))
		return NULL;
	word = at ? at + 1 : word;
	host = g_strndup(word, strcspn(word, "/?#:"));
	if (!strchr(host, '.') || is_file_name(host) || !domain_has_known_suffix(host))
		return NULL;
	return g_steal_pointer(&host);
}

static void
keep_first(const char *url, void *data)
{
	char **first = data;

	if (!*first)
		*first = g_strdup(url);
}

/* The host that a reader takes the link for, or NULL if its text names none. */
static char *
shown_host(const char *text)
{
	g_autofree char *url = NULL;

	link_scan(text, strlen(text), keep_first, &url);
	return url ? link_host(url) : bare_host(text);
}

static bool
text_names_another(const Link *link)
{
	g_autofree char *shown = link->domain ? shown_host(link->text) : NULL;

	return shown && !domain_same_org(shown, link->domain);
}

static char *
keep_text(const char *text)
{
	g_autofree char *valid = text_utf8(text, strnlen(text, SHOWN_TEXT_MAX));

	return g_strdup(g_strstrip(valid));
}

Link *
link_new(const char *text, const char *url, uint32_t flags, const char *where,
	const char *message_id)
{
	Link *link = g_new0(Link, 1);

	link->text = keep_text(text ? text : "");
	link->url = text_utf8(url, strnlen(url, URL_MAX));
	link->chain = g_ptr_array_new_with_free_func(g_free);
	link->flags = flags;
	link->where = g_strdup(where ? where : "");
	follow(link, message_id);
	if (text_names_another(link))
		link->flags |= LINK_TEXT_MISMATCH;
	return link;
}
