#include "store/harm.h"

#include <gio/gio.h>
#include <string.h>

#include "mail/brands.h"
#include "mail/domain.h"
#include "mail/edge.h"
#include "mail/free_mail.h"
#include "mail/known_host.h"
#include "mail/own.h"
#include "mail/url.h"

/* Below a public suffix every name is an organisation of its own. */
static bool
is_public_suffix(const char *domain)
{
	g_autofree char *below = g_strconcat("a.", domain, NULL);
	g_autofree char *organisation = domain_registrable(below);

	return g_strcmp0(below, organisation) == 0;
}

const char *
harm_of_domain(const char *domain)
{
	if (domain_is_under(domain, "amazonses.com"))
		return "is every SES account's";
	if (is_public_suffix(domain))
		return "is a public suffix: anyone can register below it";
	return NULL;
}

const char *
harm_of_free_mail(const char *domain)
{
	g_autofree char *organisation = domain_registrable(domain);

	return organisation && free_mail_is(organisation)
		? "is free mail: anyone can have an address there"
		: NULL;
}

static bool
is_own(const Site *site, const char *domain)
{
	return own_is(site, domain) || own_is_below(site, domain);
}

static const char *
harm_to_site(const char *domain, const Site *site)
{
	return site && is_own(site, domain) ? "is the organisation's own" : NULL;
}

static const char *
harm_to_brand(const char *registrable, const Site *site)
{
	return site && brands_own(site->brands, registrable)
		? "is a brand's own, which good mail links to as well"
		: NULL;
}

const char *
harm_of_sender(const char *domain, const Site *site)
{
	g_autofree char *registrable = domain_registrable(domain);
	const char *harm = harm_of_domain(domain);

	if (!harm)
		harm = harm_to_site(domain, site);
	/* Of those who have an address at Google, hardly any is Google. */
	if (!harm && !harm_of_free_mail(domain) && harm_to_brand(registrable, site))
		harm = "is a brand's own, which good mail comes from as well";
	return harm;
}

const char *
harm_of_senders(const char *domain, const Site *site)
{
	const char *harm = harm_of_free_mail(domain);

	return harm ? harm : harm_of_sender(domain, site);
}

/* t.ly, bit.ly: whose a link is stands in its path. */
static bool
is_shortener(const char *host)
{
	g_autofree char *url = g_strdup_printf("https://%s/a", host);
	g_autoptr(Link) link = link_new("", url, 0, "", NULL);

	return link->flags & LINK_SHORTENER;
}

const char *
harm_of_private(const char *host)
{
	bool bracketed = host[0] == '[';
	g_autofree char *text = g_strndup(host + bracketed, strcspn(host + bracketed, "]%"));
	g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);
	const guint8 *bytes = address ? g_inet_address_to_bytes(address) : NULL;
	/* fc00::/7, RFC 4193, which GLib does not know. */
	bool local = bytes && g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6 &&
		(bytes[0] & 0xfe) == 0xfc;

	return local ||
			(address &&
				(g_inet_address_get_is_loopback(address) ||
					g_inet_address_get_is_any(address) ||
					g_inet_address_get_is_link_local(address) ||
					g_inet_address_get_is_site_local(address)))
		? "is a private address, which others have as well"
		: NULL;
}

const char *
harm_of_link(const char *link, const Site *site)
{
	g_autofree char *registrable = domain_registrable(link);
	const char *harm = NULL;

	if (is_public_suffix(link))
		harm = "is a public suffix: anyone can register below it";
	else if (harm_of_private(link))
		harm = harm_of_private(link);
	else if (harm_to_site(link, site))
		harm = harm_to_site(link, site);
	else if (known_host_is_shared(link))
		harm = "is where anybody can put a page";
	else if (is_shortener(link))
		harm = "shortens links to anywhere";
	else if (edge_host_is_common(registrable))
		harm = "is what mails of all kinds link to";
	else if (domain_is_under(link, "awstrack.me") || domain_is_under(link, "amazonses.com"))
		harm = "is every SES account's";
	else
		harm = harm_to_brand(registrable, site);
	return harm;
}

bool
harm_page_stands_alone(const Link *link)
{
	return link->flags & (LINK_SHORTENER | LINK_STORAGE | LINK_FREE_HOSTING | LINK_IP_HOST);
}

/* A service's front door is nobody's page. */
static bool
is_front(const Url *url)
{
	const char *host = url->host ? url->host : "";
	const char *dot = strchr(host, '.');

	return !url->address && strcmp(url->path, "/") == 0 &&
		!(dot && known_host_flags(dot + 1) != 0);
}

const char *
harm_of_page(const char *url, const Site *site)
{
	g_autoptr(Url) parts = url_parse(url);

	if (site && parts->host && own_is(site, parts->host))
		return "is the organisation's own";
	if (parts->host && harm_of_private(parts->host))
		return harm_of_private(parts->host);
	return is_front(parts) ? "is a service's front page" : NULL;
}
