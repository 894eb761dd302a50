/* edge_link.c - where links lead, as far as that says who sent them */
#include <string.h>

#include "mail/brands.h"
#include "mail/domain.h"
#include "mail/edge.h"
#include "mail/known_host.h"
#include "mail/url.h"

/* Hosts that mails of all kinds link to, beside those of the brands: what stands in
 * footers, and what editors of pages name. */
static const char *const common_hosts[] = {
	"aka.ms",
	"bit.ly",
	"cloudflare.com",
	"gravatar.com",
	"iana.org",
	"list-manage.com",
	"mailchimp.com",
	"mozilla.org",
	"schema.org",
	"t.me",
	"threads.net",
	"tiktok.com",
	"trustpilot.com",
	"twitter.com",
	"vimeo.com",
	"w.org",
	"w3.org",
	"wa.me",
	"whatsapp.com",
	"wikipedia.org",
	"wordpress.org",
	"x.com",
	"zoom.us",
};

static bool
is_common(const char *domain)
{
	for (size_t i = 0; i < G_N_ELEMENTS(common_hosts); i++) {
		if (strcmp(domain, common_hosts[i]) == 0)
			return true;
	}
	return false;
}

static bool
is_ours(const Site *site, const char *domain)
{
	for (const char *const *own = site ? site->own_domains : NULL; own && *own; own++) {
		if (domain_is_under(domain, *own))
			return true;
	}
	return false;
}

/* Host and path of @url, for a page among many at its host. */
static char *
page_of(const Url *url)
{
	size_t length = strcspn(url->path, "?#");

	while (length > 0 && url->path[length - 1] == '/')
		length--;
	return length > 0 ? g_strdup_printf("%s%.*s", url->host, (int)length, url->path) : NULL;
}

/* A host that belongs to one customer of a service ("shop.pages.dev") is that customer's;
 * at others ("docs.google.com") only the page is. */
static char *
hosted(const Url *url)
{
	const char *label = strchr(url->host, '.');
	bool shared = !label || known_host_flags(label + 1) == 0;

	return shared ? page_of(url) : g_strdup(url->host);
}

/* What of @link's target belongs to whoever made the mail; NULL if nothing does. */
static char *
edge_of_link(const Link *link, const Site *site)
{
	const uint32_t by_page = LINK_SHORTENER | LINK_OPAQUE | LINK_REDIRECTOR;
	g_autoptr(Url) url = url_parse(link->final);

	if (!url->host)
		return NULL;
	if (link->flags & (LINK_STORAGE | LINK_FREE_HOSTING))
		return hosted(url);
	if (is_ours(site, link->domain))
		return NULL;
	if (link->flags & by_page && !(link->flags & LINK_DOMAIN_ONLY))
		return page_of(url);
	if (is_common(link->domain) || (site && brands_own(site->brands, link->domain)))
		return NULL;
	return g_strdup(link->domain);
}

void
edges_of_links(Message *message, const Site *site)
{
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		g_autofree char *value = NULL;

		if (!link_is_followed(link))
			continue;
		value = edge_of_link(link, site);
		if (value)
			message_add_edge(message, EDGE_LINK, value);
	}
}
