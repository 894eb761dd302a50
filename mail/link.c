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
	{ LINK_TRACKED, "tracked", "counts who follows it" },
	{ LINK_OPAQUE, "opaque", "its target can't be known offline" },
	{ LINK_DOMAIN_ONLY, "domain-only", "only its domain is known" },
	{ LINK_DEEP, "deep", "wrapped too often to be undone" },
	{ LINK_MALFORMED_WRAP, "malformed-wrap", "wrapped in a way no service does" },
	{ LINK_TEXT_MISMATCH, "text-mismatch", "its text names another host" },
	{ LINK_USERINFO, "userinfo", "a name stands before the @ of its host" },
	{ LINK_IP_HOST, "ip-host", "a bare address" },
	{ LINK_PORT, "port", "an unusual port" },
	{ LINK_PUNYCODE, "punycode", "letters beyond ASCII in its host" },
	{ LINK_MIXED_SCRIPTS, "mixed-scripts", "mixes scripts in its host" },
	{ LINK_SHORTENER, "shortener", "a shortener" },
	{ LINK_REDIRECTOR, "redirector", "uses an open redirector" },
	{ LINK_FREE_HOSTING, "free-hosting", "free hosting" },
	{ LINK_STORAGE, "object-storage", "object storage" },
	{ LINK_SCRIPT, "script", "runs a script" },
	{ LINK_FILE, "file", "opens a file, a share or a program" },
	{ LINK_RELATIVE, "relative", "has no host" },
	{ LINK_RECYCLED, "recycled", "tracked for another message" },
	{ LINK_LEAVES, "leaves", "leaves the sender's domain" },
	{ LINK_BRAND, "brand", "borrows a brand's name" },
	{ LINK_FORM, "form", "a form is sent there" },
	{ LINK_IMAGE, "image", "an image" },
	{ LINK_SCAN, "scan", "no reader shows it" },
	{ LINK_HIDDEN, "hidden", "in hidden text" },
	{ LINK_QR, "qr", "from a QR code" },
	{ 0, NULL, NULL },
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
	g_clear_pointer(&link->services, g_ptr_array_unref);
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

/* What Windows and Android hand to a program of the machine: a folder on a server, a search in
 * one, Office, a troubleshooter. */
static bool
starts_program(const char *scheme)
{
	static const char *const schemes[] = { "smb", "search", "search-ms", "shell", "intent",
		NULL };

	return g_strv_contains(schemes, scheme) || g_str_has_prefix(scheme, "ms-");
}

/* "C:\\share" looks like a scheme of one letter; "\\\\server\\share" is Windows' own. */
static bool
is_file(const Url *url)
{
	return strcmp(url->scheme, "file") == 0 || strlen(url->scheme) == 1 ||
		url->text[0] == '\\' || starts_program(url->scheme);
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
	if (url->international && domain_mixes_scripts(url->host))
		flags |= LINK_MIXED_SCRIPTS;
	return flags | known_host_flags(url->host);
}

static bool
is_same_message(const char *id, const char *message_id)
{
	size_t length = strcspn(message_id, "@");

	return strlen(id) == length && g_ascii_strncasecmp(id, message_id, length) == 0;
}

static void
take_opaque(Link *link, const Unwrapped *unwrapped)
{
	link->flags |= LINK_OPAQUE;
	link->domain = domain_registrable(unwrapped->host);
	if (link->domain)
		link->flags |= LINK_DOMAIN_ONLY;
}

/* Takes the flags of one step; where it leads, or NULL if it is no wrapper that
 * can be undone. */
static char *
follow_step(Link *link, const Url *url, const char *message_id)
{
	g_auto(Unwrapped) unwrapped = { 0 };
	UnwrapResult result = unwrap(url, &unwrapped);

	link->flags |= scheme_flags(url) | host_flags(url) | unwrapped.flags;
	if (unwrapped.by)
		g_ptr_array_add(link->services, g_strdup(unwrapped.by->id));
	if (unwrapped.id && message_id && !is_same_message(unwrapped.id, message_id))
		link->flags |= LINK_RECYCLED;
	if (result == UNWRAP_OPAQUE)
		take_opaque(link, &unwrapped);
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
		link->flags |= LINK_OPAQUE | LINK_DEEP;
	link->final = g_strdup(url->text);
	if (!link->domain)
		link->domain = domain_registrable(url->host);
}

const char *
link_service(const Link *link, guint step)
{
	const Unwrapper *unwrapper = NULL;

	if (link->services && step < link->services->len)
		unwrapper = unwrapper_find(g_ptr_array_index(link->services, step));
	return unwrapper ? unwrapper->summary : NULL;
}

/* The domain is that of where it leads, not of a service on the way. */
static bool
domain_is_known(const Link *link)
{
	return link->domain && (!(link->flags & LINK_OPAQUE) || (link->flags & LINK_DOMAIN_ONLY));
}

bool
link_is_followed(const Link *link)
{
	/* A shortener hides its target too, but no sender has to use one. */
	bool known = domain_is_known(link) || (link->domain && (link->flags & LINK_SHORTENER));

	return known && !(link->flags & (LINK_IMAGE | LINK_SCAN));
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
	g_autofree char *shown = NULL;

	/* What counts the clicks of honest newsletters names another host too. */
	if (!domain_is_known(link) && !(link->flags & LINK_SHORTENER))
		return false;
	shown = link->domain ? shown_host(link->text) : NULL;
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
	link->services = g_ptr_array_new_with_free_func(g_free);
	link->flags = flags;
	link->where = g_strdup(where ? where : "");
	follow(link, message_id);
	if (text_names_another(link))
		link->flags |= LINK_TEXT_MISMATCH;
	return link;
}
