#include "mail/known_host.h"

#include <glib.h>
#include <string.h>

#include "mail/domain.h"
#include "mail/link.h"

typedef struct KnownHost {
	const char *domain; /* the host or what it is under */
	LinkFlag flag;
} KnownHost;

/* The services met in the honeypot mail that the heuristics were measured on,
 * filled up with their best-known kin; what is on it is no verdict.  The first
 * row that fits counts. */
// clang-format off
static const KnownHost known_hosts[] = {
	{ "compute.amazonaws.com", LINK_FREE_HOSTING },
	{ "elb.amazonaws.com", LINK_FREE_HOSTING },
	{ "amazonaws.com", LINK_STORAGE },
	{ "000webhostapp.com", LINK_FREE_HOSTING },
	{ "1drv.ms", LINK_FREE_HOSTING },
	{ "42web.io", LINK_FREE_HOSTING },
	{ "4everland.io", LINK_STORAGE },
	{ "aliyuncs.com", LINK_STORAGE },
	{ "altervista.org", LINK_FREE_HOSTING },
	{ "amplifyapp.com", LINK_FREE_HOSTING },
	{ "angelfire.com", LINK_FREE_HOSTING },
	{ "appspot.com", LINK_FREE_HOSTING },
	{ "awsapps.com", LINK_FREE_HOSTING },
	{ "azureedge.net", LINK_FREE_HOSTING },
	{ "azurefd.net", LINK_FREE_HOSTING },
	{ "azurestaticapps.net", LINK_FREE_HOSTING },
	{ "azurewebsites.net", LINK_FREE_HOSTING },
	{ "backblazeb2.com", LINK_STORAGE },
	{ "bcebos.com", LINK_STORAGE },
	{ "bitbucket.io", LINK_FREE_HOSTING },
	{ "blob.core.windows.net", LINK_STORAGE },
	{ "blogspot.com", LINK_FREE_HOSTING },
	{ "bubbleapps.io", LINK_FREE_HOSTING },
	{ "byet.host", LINK_FREE_HOSTING },
	{ "carrd.co", LINK_FREE_HOSTING },
	{ "cloud.ovh.net", LINK_STORAGE },
	{ "cloudapp.azure.com", LINK_FREE_HOSTING },
	{ "cloudapp.net", LINK_FREE_HOSTING },
	{ "cloudflare-ipfs.com", LINK_STORAGE },
	{ "cloudfront.net", LINK_FREE_HOSTING },
	{ "cloudfunctions.net", LINK_FREE_HOSTING },
	{ "codesandbox.io", LINK_FREE_HOSTING },
	{ "csb.app", LINK_FREE_HOSTING },
	{ "ddns.net", LINK_FREE_HOSTING },
	{ "deno.dev", LINK_FREE_HOSTING },
	{ "digitaloceanspaces.com", LINK_STORAGE },
	{ "docs.google.com", LINK_FREE_HOSTING },
	{ "drive.google.com", LINK_FREE_HOSTING },
	{ "dropboxusercontent.com", LINK_FREE_HOSTING },
	{ "duckdns.org", LINK_FREE_HOSTING },
	{ "dweb.link", LINK_STORAGE },
	{ "editorx.io", LINK_FREE_HOSTING },
	{ "elasticbeanstalk.com", LINK_FREE_HOSTING },
	{ "epizy.com", LINK_FREE_HOSTING },
	{ "firebaseapp.com", LINK_FREE_HOSTING },
	{ "firebasestorage.googleapis.com", LINK_STORAGE },
	{ "fly.dev", LINK_FREE_HOSTING },
	{ "forms.gle", LINK_FREE_HOSTING },
	{ "forms.office.com", LINK_FREE_HOSTING },
	{ "formstack.com", LINK_FREE_HOSTING },
	{ "framer.app", LINK_FREE_HOSTING },
	{ "framer.website", LINK_FREE_HOSTING },
	{ "gitbook.io", LINK_FREE_HOSTING },
	{ "github.io", LINK_FREE_HOSTING },
	{ "githubusercontent.com", LINK_FREE_HOSTING },
	{ "gitlab.io", LINK_FREE_HOSTING },
	{ "glitch.me", LINK_FREE_HOSTING },
	{ "godaddysites.com", LINK_FREE_HOSTING },
	{ "googleusercontent.com", LINK_FREE_HOSTING },
	{ "herokuapp.com", LINK_FREE_HOSTING },
	{ "hopto.org", LINK_FREE_HOSTING },
	{ "hs-sites.com", LINK_FREE_HOSTING },
	{ "infinityfreeapp.com", LINK_FREE_HOSTING },
	{ "ipfs.io", LINK_STORAGE },
	{ "jimdofree.com", LINK_FREE_HOSTING },
	{ "jimdosite.com", LINK_FREE_HOSTING },
	{ "jotform.com", LINK_FREE_HOSTING },
	{ "linktr.ee", LINK_FREE_HOSTING },
	{ "linodeobjects.com", LINK_STORAGE },
	{ "loca.lt", LINK_FREE_HOSTING },
	{ "mediafire.com", LINK_FREE_HOSTING },
	{ "mega.nz", LINK_FREE_HOSTING },
	{ "my.canva.site", LINK_FREE_HOSTING },
	{ "myftp.org", LINK_FREE_HOSTING },
	{ "myhuaweicloud.com", LINK_STORAGE },
	{ "mypinata.cloud", LINK_STORAGE },
	{ "myqcloud.com", LINK_STORAGE },
	{ "mystrikingly.com", LINK_FREE_HOSTING },
	{ "narod.ru", LINK_FREE_HOSTING },
	{ "netlify.app", LINK_FREE_HOSTING },
	{ "nftstorage.link", LINK_STORAGE },
	{ "ngrok-free.app", LINK_FREE_HOSTING },
	{ "ngrok.app", LINK_FREE_HOSTING },
	{ "ngrok.io", LINK_FREE_HOSTING },
	{ "no-ip.org", LINK_FREE_HOSTING },
	{ "notion.site", LINK_FREE_HOSTING },
	{ "now.sh", LINK_FREE_HOSTING },
	{ "ondigitalocean.app", LINK_FREE_HOSTING },
	{ "onedrive.live.com", LINK_FREE_HOSTING },
	{ "onrender.com", LINK_FREE_HOSTING },
	{ "pages.dev", LINK_FREE_HOSTING },
	{ "plesk.page", LINK_FREE_HOSTING },
	{ "r2.dev", LINK_STORAGE },
	{ "repl.co", LINK_FREE_HOSTING },
	{ "replit.app", LINK_FREE_HOSTING },
	{ "replit.dev", LINK_FREE_HOSTING },
	{ "rf.gd", LINK_FREE_HOSTING },
	{ "run.app", LINK_FREE_HOSTING },
	{ "script.google.com", LINK_FREE_HOSTING },
	{ "scw.cloud", LINK_STORAGE },
	{ "serveo.net", LINK_FREE_HOSTING },
	{ "sharepoint.com", LINK_FREE_HOSTING },
	{ "site123.me", LINK_FREE_HOSTING },
	{ "sites.google.com", LINK_FREE_HOSTING },
	{ "softr.app", LINK_FREE_HOSTING },
	{ "square.site", LINK_FREE_HOSTING },
	{ "stackblitz.io", LINK_FREE_HOSTING },
	{ "storage.googleapis.com", LINK_STORAGE },
	{ "storage.yandexcloud.net", LINK_STORAGE },
	{ "strikingly.com", LINK_FREE_HOSTING },
	{ "surge.sh", LINK_FREE_HOSTING },
	{ "surveymonkey.com", LINK_FREE_HOSTING },
	{ "sway.office.com", LINK_FREE_HOSTING },
	{ "sytes.net", LINK_FREE_HOSTING },
	{ "telegra.ph", LINK_FREE_HOSTING },
	{ "trafficmanager.net", LINK_FREE_HOSTING },
	{ "transfer.sh", LINK_FREE_HOSTING },
	{ "translate.goog", LINK_FREE_HOSTING },
	{ "tripod.com", LINK_FREE_HOSTING },
	{ "trycloudflare.com", LINK_FREE_HOSTING },
	{ "typeform.com", LINK_FREE_HOSTING },
	{ "ucoz.net", LINK_FREE_HOSTING },
	{ "up.railway.app", LINK_FREE_HOSTING },
	{ "vercel.app", LINK_FREE_HOSTING },
	{ "vultrobjects.com", LINK_STORAGE },
	{ "w3s.link", LINK_STORAGE },
	{ "wasabisys.com", LINK_STORAGE },
	{ "we.tl", LINK_FREE_HOSTING },
	{ "web.app", LINK_FREE_HOSTING },
	{ "web.core.windows.net", LINK_STORAGE },
	{ "webflow.io", LINK_FREE_HOSTING },
	{ "webnode.page", LINK_FREE_HOSTING },
	{ "weebly.com", LINK_FREE_HOSTING },
	{ "weeblysite.com", LINK_FREE_HOSTING },
	{ "wetransfer.com", LINK_FREE_HOSTING },
	{ "wixsite.com", LINK_FREE_HOSTING },
	{ "wordpress.com", LINK_FREE_HOSTING },
	{ "workers.dev", LINK_FREE_HOSTING },
	{ "yolasite.com", LINK_FREE_HOSTING },
	{ "zapto.org", LINK_FREE_HOSTING },
};
// clang-format on

/* @name is "google.". */
static bool
is_in_any_country(const char *host, const char *name)
{
	g_autofree char *domain = strstr(host, name) ? domain_registrable(host) : NULL;
	const char *suffix;

	if (!domain || !g_str_has_prefix(domain, name))
		return false;
	suffix = domain + strlen(name);
	return strcmp(suffix, "com") == 0 || strlen(strrchr(domain, '.')) == strlen(".de");
}

bool
known_host_is(const char *host, const char *name)
{
	if (g_str_has_suffix(name, ".*")) {
		g_autofree char *start = g_strndup(name, strlen(name) - 1);

		return is_in_any_country(host, start);
	}
	return domain_is_under(host, name);
}

uint32_t
known_host_flags(const char *host)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known_hosts); i++) {
		if (domain_is_under(host, known_hosts[i].domain))
			return known_hosts[i].flag;
	}
	return 0;
}

bool
known_host_is_shared(const char *host)
{
	g_autofree char *registrable = domain_registrable(host);
	const char *dot = registrable ? strchr(registrable, '.') : NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(known_hosts); i++) {
		if (domain_is_under(known_hosts[i].domain, host))
			return true;
	}
	return known_host_flags(host) != 0 && !(dot && known_host_flags(dot + 1) != 0);
}
