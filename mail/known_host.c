#include "mail/known_host.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "mail/domain.h"
#include "mail/link.h"

typedef struct KnownHost {
	const char *domain; /* the host or what it is under; "name.*" in any country */
	const char *path;   /* how the path begins; NULL for any */
	LinkFlag flag;
} KnownHost;

/* The services met in the honeypot mail that the heuristics were measured on,
 * filled up with their best-known kin; what is on it is no verdict. */
// clang-format off
static const KnownHost known_hosts[] = {
	{ "a.co", NULL, LINK_SHORTENER },
	{ "acortar.link", NULL, LINK_SHORTENER },
	{ "adf.ly", NULL, LINK_SHORTENER },
	{ "aka.ms", NULL, LINK_SHORTENER },
	{ "amzn.to", NULL, LINK_SHORTENER },
	{ "app.link", NULL, LINK_SHORTENER },
	{ "b.link", NULL, LINK_SHORTENER },
	{ "bit.ly", NULL, LINK_SHORTENER },
	{ "bitly.com", NULL, LINK_SHORTENER },
	{ "bitly.ws", NULL, LINK_SHORTENER },
	{ "bl.ink", NULL, LINK_SHORTENER },
	{ "buff.ly", NULL, LINK_SHORTENER },
	{ "clck.ru", NULL, LINK_SHORTENER },
	{ "cutt.ly", NULL, LINK_SHORTENER },
	{ "db.tt", NULL, LINK_SHORTENER },
	{ "dlvr.it", NULL, LINK_SHORTENER },
	{ "fb.me", NULL, LINK_SHORTENER },
	{ "g.co", NULL, LINK_SHORTENER },
	{ "goo.gl", NULL, LINK_SHORTENER },
	{ "han.gl", NULL, LINK_SHORTENER },
	{ "is.gd", NULL, LINK_SHORTENER },
	{ "kutt.it", NULL, LINK_SHORTENER },
	{ "l.ead.me", NULL, LINK_SHORTENER },
	{ "lihi.cc", NULL, LINK_SHORTENER },
	{ "lnkd.in", NULL, LINK_SHORTENER },
	{ "me-qr.com", NULL, LINK_SHORTENER },
	{ "me2.kr", NULL, LINK_SHORTENER },
	{ "n9.cl", NULL, LINK_SHORTENER },
	{ "onelink.me", NULL, LINK_SHORTENER },
	{ "ouo.io", NULL, LINK_SHORTENER },
	{ "ow.ly", NULL, LINK_SHORTENER },
	{ "page.link", NULL, LINK_SHORTENER },
	{ "q-r.to", NULL, LINK_SHORTENER },
	{ "qr.ae", NULL, LINK_SHORTENER },
	{ "qrco.de", NULL, LINK_SHORTENER },
	{ "rb.gy", NULL, LINK_SHORTENER },
	{ "rebrand.ly", NULL, LINK_SHORTENER },
	{ "reurl.cc", NULL, LINK_SHORTENER },
	{ "s.id", NULL, LINK_SHORTENER },
	{ "short.gy", NULL, LINK_SHORTENER },
	{ "shorte.st", NULL, LINK_SHORTENER },
	{ "shorter.me", NULL, LINK_SHORTENER },
	{ "shorturl.at", NULL, LINK_SHORTENER },
	{ "smarturl.it", NULL, LINK_SHORTENER },
	{ "snip.ly", NULL, LINK_SHORTENER },
	{ "soo.gd", NULL, LINK_SHORTENER },
	{ "surl.li", NULL, LINK_SHORTENER },
	{ "t.co", NULL, LINK_SHORTENER },
	{ "t.ly", NULL, LINK_SHORTENER },
	{ "t2m.io", NULL, LINK_SHORTENER },
	{ "tiny.cc", NULL, LINK_SHORTENER },
	{ "tiny.one", NULL, LINK_SHORTENER },
	{ "tinyurl.com", NULL, LINK_SHORTENER },
	{ "tny.im", NULL, LINK_SHORTENER },
	{ "tr.im", NULL, LINK_SHORTENER },
	{ "trib.al", NULL, LINK_SHORTENER },
	{ "u.to", NULL, LINK_SHORTENER },
	{ "urlr.me", NULL, LINK_SHORTENER },
	{ "urlz.fr", NULL, LINK_SHORTENER },
	{ "v.gd", NULL, LINK_SHORTENER },
	{ "vk.cc", NULL, LINK_SHORTENER },
	{ "wp.me", NULL, LINK_SHORTENER },
	{ "x.co", NULL, LINK_SHORTENER },

	{ "google.*", "/url", LINK_REDIRECTOR },
	{ "google.*", "/amp/", LINK_REDIRECTOR },
	{ "google.*", "/travel/clk", LINK_REDIRECTOR },
	{ "google.*", "/local_url", LINK_REDIRECTOR },
	{ "googleadservices.com", "/", LINK_REDIRECTOR },
	{ "doubleclick.net", "/", LINK_REDIRECTOR },
	{ "bing.com", "/ck/a", LINK_REDIRECTOR },
	{ "youtube.com", "/redirect", LINK_REDIRECTOR },
	{ "facebook.com", "/l.php", LINK_REDIRECTOR },
	{ "instagram.com", "/linkshim", LINK_REDIRECTOR },
	{ "l.instagram.com", "/", LINK_REDIRECTOR },
	{ "messenger.com", "/l.php", LINK_REDIRECTOR },
	{ "linkedin.com", "/redir", LINK_REDIRECTOR },
	{ "linkedin.com", "/slink", LINK_REDIRECTOR },
	{ "out.reddit.com", "/", LINK_REDIRECTOR },
	{ "steamcommunity.com", "/linkfilter", LINK_REDIRECTOR },
	{ "vk.com", "/away.php", LINK_REDIRECTOR },
	{ "t.umblr.com", "/redirect", LINK_REDIRECTOR },
	{ "baidu.com", "/link", LINK_REDIRECTOR },
	{ "sogou.com", "/link", LINK_REDIRECTOR },
	{ "duckduckgo.com", "/l/", LINK_REDIRECTOR },
	{ "r.search.yahoo.com", "/", LINK_REDIRECTOR },
	{ "yandex.*", "/redir", LINK_REDIRECTOR },
	{ "slack-redir.net", "/link", LINK_REDIRECTOR },
	{ "href.li", "/", LINK_REDIRECTOR },
	{ "ampproject.org", "/", LINK_REDIRECTOR },
	{ "medium.com", "/r/", LINK_REDIRECTOR },
	{ "pinterest.com", "/offsite", LINK_REDIRECTOR },
	{ "tiktok.com", "/link/", LINK_REDIRECTOR },

	{ "000webhostapp.com", NULL, LINK_FREE_HOSTING },
	{ "1drv.ms", NULL, LINK_FREE_HOSTING },
	{ "42web.io", NULL, LINK_FREE_HOSTING },
	{ "4everland.io", NULL, LINK_FREE_HOSTING },
	{ "aliyuncs.com", NULL, LINK_FREE_HOSTING },
	{ "altervista.org", NULL, LINK_FREE_HOSTING },
	{ "amazonaws.com", NULL, LINK_FREE_HOSTING },
	{ "amplifyapp.com", NULL, LINK_FREE_HOSTING },
	{ "angelfire.com", NULL, LINK_FREE_HOSTING },
	{ "appspot.com", NULL, LINK_FREE_HOSTING },
	{ "awsapps.com", NULL, LINK_FREE_HOSTING },
	{ "azureedge.net", NULL, LINK_FREE_HOSTING },
	{ "azurefd.net", NULL, LINK_FREE_HOSTING },
	{ "azurestaticapps.net", NULL, LINK_FREE_HOSTING },
	{ "azurewebsites.net", NULL, LINK_FREE_HOSTING },
	{ "backblazeb2.com", NULL, LINK_FREE_HOSTING },
	{ "bcebos.com", NULL, LINK_FREE_HOSTING },
	{ "bitbucket.io", NULL, LINK_FREE_HOSTING },
	{ "blob.core.windows.net", NULL, LINK_FREE_HOSTING },
	{ "blogspot.com", NULL, LINK_FREE_HOSTING },
	{ "bubbleapps.io", NULL, LINK_FREE_HOSTING },
	{ "byet.host", NULL, LINK_FREE_HOSTING },
	{ "carrd.co", NULL, LINK_FREE_HOSTING },
	{ "cloud.ovh.net", NULL, LINK_FREE_HOSTING },
	{ "cloudapp.azure.com", NULL, LINK_FREE_HOSTING },
	{ "cloudapp.net", NULL, LINK_FREE_HOSTING },
	{ "cloudflare-ipfs.com", NULL, LINK_FREE_HOSTING },
	{ "cloudfront.net", NULL, LINK_FREE_HOSTING },
	{ "cloudfunctions.net", NULL, LINK_FREE_HOSTING },
	{ "codesandbox.io", NULL, LINK_FREE_HOSTING },
	{ "csb.app", NULL, LINK_FREE_HOSTING },
	{ "ddns.net", NULL, LINK_FREE_HOSTING },
	{ "deno.dev", NULL, LINK_FREE_HOSTING },
	{ "digitaloceanspaces.com", NULL, LINK_FREE_HOSTING },
	{ "docs.google.com", NULL, LINK_FREE_HOSTING },
	{ "drive.google.com", NULL, LINK_FREE_HOSTING },
	{ "dropboxusercontent.com", NULL, LINK_FREE_HOSTING },
	{ "duckdns.org", NULL, LINK_FREE_HOSTING },
	{ "dweb.link", NULL, LINK_FREE_HOSTING },
	{ "editorx.io", NULL, LINK_FREE_HOSTING },
	{ "elasticbeanstalk.com", NULL, LINK_FREE_HOSTING },
	{ "epizy.com", NULL, LINK_FREE_HOSTING },
	{ "firebaseapp.com", NULL, LINK_FREE_HOSTING },
	{ "firebasestorage.googleapis.com", NULL, LINK_FREE_HOSTING },
	{ "fly.dev", NULL, LINK_FREE_HOSTING },
	{ "forms.gle", NULL, LINK_FREE_HOSTING },
	{ "forms.office.com", NULL, LINK_FREE_HOSTING },
	{ "formstack.com", NULL, LINK_FREE_HOSTING },
	{ "framer.app", NULL, LINK_FREE_HOSTING },
	{ "framer.website", NULL, LINK_FREE_HOSTING },
	{ "gitbook.io", NULL, LINK_FREE_HOSTING },
	{ "github.io", NULL, LINK_FREE_HOSTING },
	{ "githubusercontent.com", NULL, LINK_FREE_HOSTING },
	{ "gitlab.io", NULL, LINK_FREE_HOSTING },
	{ "glitch.me", NULL, LINK_FREE_HOSTING },
	{ "godaddysites.com", NULL, LINK_FREE_HOSTING },
	{ "googleusercontent.com", NULL, LINK_FREE_HOSTING },
	{ "herokuapp.com", NULL, LINK_FREE_HOSTING },
	{ "hopto.org", NULL, LINK_FREE_HOSTING },
	{ "infinityfreeapp.com", NULL, LINK_FREE_HOSTING },
	{ "ipfs.io", NULL, LINK_FREE_HOSTING },
	{ "jimdofree.com", NULL, LINK_FREE_HOSTING },
	{ "jimdosite.com", NULL, LINK_FREE_HOSTING },
	{ "jotform.com", NULL, LINK_FREE_HOSTING },
	{ "linktr.ee", NULL, LINK_FREE_HOSTING },
	{ "linodeobjects.com", NULL, LINK_FREE_HOSTING },
	{ "loca.lt", NULL, LINK_FREE_HOSTING },
	{ "mediafire.com", NULL, LINK_FREE_HOSTING },
	{ "mega.nz", NULL, LINK_FREE_HOSTING },
	{ "my.canva.site", NULL, LINK_FREE_HOSTING },
	{ "myftp.org", NULL, LINK_FREE_HOSTING },
	{ "myhuaweicloud.com", NULL, LINK_FREE_HOSTING },
	{ "mypinata.cloud", NULL, LINK_FREE_HOSTING },
	{ "myqcloud.com", NULL, LINK_FREE_HOSTING },
	{ "mystrikingly.com", NULL, LINK_FREE_HOSTING },
	{ "narod.ru", NULL, LINK_FREE_HOSTING },
	{ "netlify.app", NULL, LINK_FREE_HOSTING },
	{ "nftstorage.link", NULL, LINK_FREE_HOSTING },
	{ "ngrok-free.app", NULL, LINK_FREE_HOSTING },
	{ "ngrok.app", NULL, LINK_FREE_HOSTING },
	{ "ngrok.io", NULL, LINK_FREE_HOSTING },
	{ "no-ip.org", NULL, LINK_FREE_HOSTING },
	{ "notion.site", NULL, LINK_FREE_HOSTING },
	{ "now.sh", NULL, LINK_FREE_HOSTING },
	{ "ondigitalocean.app", NULL, LINK_FREE_HOSTING },
	{ "onedrive.live.com", NULL, LINK_FREE_HOSTING },
	{ "onrender.com", NULL, LINK_FREE_HOSTING },
	{ "pages.dev", NULL, LINK_FREE_HOSTING },
	{ "plesk.page", NULL, LINK_FREE_HOSTING },
	{ "r2.dev", NULL, LINK_FREE_HOSTING },
	{ "repl.co", NULL, LINK_FREE_HOSTING },
	{ "replit.app", NULL, LINK_FREE_HOSTING },
	{ "replit.dev", NULL, LINK_FREE_HOSTING },
	{ "rf.gd", NULL, LINK_FREE_HOSTING },
	{ "run.app", NULL, LINK_FREE_HOSTING },
	{ "script.google.com", NULL, LINK_FREE_HOSTING },
	{ "scw.cloud", NULL, LINK_FREE_HOSTING },
	{ "serveo.net", NULL, LINK_FREE_HOSTING },
	{ "sharepoint.com", NULL, LINK_FREE_HOSTING },
	{ "site123.me", NULL, LINK_FREE_HOSTING },
	{ "sites.google.com", NULL, LINK_FREE_HOSTING },
	{ "softr.app", NULL, LINK_FREE_HOSTING },
	{ "square.site", NULL, LINK_FREE_HOSTING },
	{ "stackblitz.io", NULL, LINK_FREE_HOSTING },
	{ "storage.googleapis.com", NULL, LINK_FREE_HOSTING },
	{ "storage.yandexcloud.net", NULL, LINK_FREE_HOSTING },
	{ "strikingly.com", NULL, LINK_FREE_HOSTING },
	{ "surge.sh", NULL, LINK_FREE_HOSTING },
	{ "surveymonkey.com", NULL, LINK_FREE_HOSTING },
	{ "sway.office.com", NULL, LINK_FREE_HOSTING },
	{ "sytes.net", NULL, LINK_FREE_HOSTING },
	{ "telegra.ph", NULL, LINK_FREE_HOSTING },
	{ "trafficmanager.net", NULL, LINK_FREE_HOSTING },
	{ "transfer.sh", NULL, LINK_FREE_HOSTING },
	{ "translate.goog", NULL, LINK_FREE_HOSTING },
	{ "tripod.com", NULL, LINK_FREE_HOSTING },
	{ "trycloudflare.com", NULL, LINK_FREE_HOSTING },
	{ "typeform.com", NULL, LINK_FREE_HOSTING },
	{ "ucoz.net", NULL, LINK_FREE_HOSTING },
	{ "up.railway.app", NULL, LINK_FREE_HOSTING },
	{ "vercel.app", NULL, LINK_FREE_HOSTING },
	{ "vultrobjects.com", NULL, LINK_FREE_HOSTING },
	{ "w3s.link", NULL, LINK_FREE_HOSTING },
	{ "wasabisys.com", NULL, LINK_FREE_HOSTING },
	{ "we.tl", NULL, LINK_FREE_HOSTING },
	{ "web.app", NULL, LINK_FREE_HOSTING },
	{ "web.core.windows.net", NULL, LINK_FREE_HOSTING },
	{ "webflow.io", NULL, LINK_FREE_HOSTING },
	{ "webnode.page", NULL, LINK_FREE_HOSTING },
	{ "weebly.com", NULL, LINK_FREE_HOSTING },
	{ "weeblysite.com", NULL, LINK_FREE_HOSTING },
	{ "wetransfer.com", NULL, LINK_FREE_HOSTING },
	{ "wixsite.com", NULL, LINK_FREE_HOSTING },
	{ "wordpress.com", NULL, LINK_FREE_HOSTING },
	{ "workers.dev", NULL, LINK_FREE_HOSTING },
	{ "yolasite.com", NULL, LINK_FREE_HOSTING },
	{ "zapto.org", NULL, LINK_FREE_HOSTING },
};
// clang-format on

/* @name is "google.": google.com, google.co.uk, www.google.de, but not google.evil.example. */
static bool
is_in_any_country(const char *host, const char *name, size_t length)
{
	g_autofree char *domain = NULL;

	if (!strstr(host, name))
		return false;
	domain = domain_registrable(host);
	return domain && strncmp(domain, name, length) == 0;
}

static bool
is_host(const KnownHost *known, const char *host)
{
	size_t length = strlen(known->domain);

	if (known->domain[length - 1] == '*') {
		g_autofree char *name = g_strndup(known->domain, length - 1);

		return is_in_any_country(host, name, length - 1);
	}
	return domain_is_under(host, known->domain);
}

uint32_t
known_host_flags(const char *host, const char *path)
{
	uint32_t flags = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(known_hosts); i++) {
		const KnownHost *known = &known_hosts[i];

		if ((!known->path || g_str_has_prefix(path, known->path)) && is_host(known, host))
			flags |= known->flag;
	}
	return flags;
}
