/* edge_link.c - where links lead, as far as that says who sent them */
#include <string.h>

#include "mail/brands.h"
#include "mail/domain.h"
#include "mail/edge.h"
#include "mail/known_host.h"
#include "mail/own.h"
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

bool
edge_host_is_common(const char *domain)
{
	for (size_t i = 0; i < G_N_ELEMENTS(common_hosts); i++) {
		if (strcmp(domain, common_hosts[i]) == 0)
			return true;
	}
	return false;
}

static bool
is_ours(const Site *site, const char *host)
{
	return site && own_is(site, host);
}

/* Parameters that say which page of those that one path has: "uc?id=", "ResponsePage.aspx?id=". */
static const char *const page_parameters[] = { "id", "resid" };

/* Host and path of @url, for a page among many at its host. */
static char *
page_of(const Url *url)
{
	size_t length = strcspn(url->path, "?#");
	GString *page = g_string_new(url->host);

	while (length > 0 && url->path[length - 1] == '/')
		length--;
	g_string_append_len(page, url->path, (gssize)length);
	for (size_t i = 0; i < G_N_ELEMENTS(page_parameters); i++) {
		g_autofree char *value = url_parameter(url, page_parameters[i]);

		if (value)
			g_string_append_printf(page, "?%s=%s", page_parameters[i], value);
	}
	if (strlen(page->str) > strlen(url->host))
		return g_string_free(page, false);
	return g_string_free(page, true);
}

/* Below these the label says nothing of whose the page is. */
static const char *const shared_below[] = {
	"dropboxusercontent.com",
	"githubusercontent.com",
	"googleusercontent.com",
	"ipfs.io",
	"jotform.com",
	"mediafire.com",
	"mega.nz",
	"surveymonkey.com",
	"typeform.com",
	"wetransfer.com",
};

/* Labels of a service itself: www, and what object storage answers to where the bucket
 * stands in the path ("s3.us-east-1.amazonaws.com/bucket", "ams3.digitaloceanspaces.com"). */
static bool
is_service_label(const char *host, bool storage)
{
	static const char *const endpoints[] = { "cos.", "ipfs.", "obs.", "oss-", "s3-", "s3.",
		"storage." };
	static const char *const continents[] = { "af-", "ap-", "ca-", "cn-", "eu-", "il-", "me-",
		"sa-", "us-" };
	size_t length = strcspn(host, ".");

	if (g_str_has_prefix(host, "www."))
		return true;
	for (size_t i = 0; storage && i < G_N_ELEMENTS(endpoints); i++) {
		if (g_str_has_prefix(host, endpoints[i]))
			return true;
	}
	for (size_t i = 0; storage && i < G_N_ELEMENTS(continents); i++) {
		if (g_str_has_prefix(host, continents[i]))
			return true;
	}
	return storage && length <= 4 && g_ascii_isdigit(host[length - 1]);
}

/* A host that belongs to one customer of a service ("shop.pages.dev") is that customer's;
 * at others ("docs.google.com") only the page is. */
static char *
hosted(const Url *url)
{
	const char *label = strchr(url->host, '.');
	uint32_t flags = label ? known_host_flags(label + 1) : 0;
	bool shared = flags == 0 || is_service_label(url->host, flags & LINK_STORAGE);

	for (size_t i = 0; i < G_N_ELEMENTS(shared_below) && !shared; i++)
		shared = domain_is_under(url->host, shared_below[i]);
	return shared ? page_of(url) : g_strdup(url->host);
}

static char *
edge_of_domain(const char *domain, const Site *site)
{
	bool says_nothing = edge_host_is_common(domain) || is_ours(site, domain) ||
		(site && brands_own(site->brands, domain));

	return says_nothing ? NULL : g_strdup(domain);
}

/* What of @link's target belongs to whoever made the mail; NULL if nothing does. */
static char *
edge_of_link(const Link *link, const Site *site)
{
	g_autoptr(Url) url = url_parse(link->final);

	if (link->flags & LINK_DOMAIN_ONLY)
		return edge_of_domain(link->domain, site);
	if (!url->host || is_ours(site, url->host))
		return NULL;
	/* The link's own flags tell of every host on the way, too. */
	if (known_host_flags(url->host))
		return hosted(url);
	if (link->flags & LINK_SHORTENER)
		return page_of(url);
	return edge_of_domain(link->domain, site);
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
