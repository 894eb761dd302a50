#include "mail/known_host.h"

#include <glib.h>
#include <string.h>

#include "mail/domain.h"
#include "mail/link.h"

typedef struct KnownHost {
	const char *domain; /* the host or what it is under */
	size_t length;
	LinkFlag flag;
} KnownHost;

/* The services met in the honeypot mail that the heuristics were measured on,
 * filled up with their best-known kin; what is on it is no verdict.  The first
 * row that fits counts. */
// clang-format off
#define HOST(domain, flag) { domain, sizeof(domain) - 1, flag }
static const KnownHost known_hosts[] = {
	HOST("compute.amazonaws.com", LINK_FREE_HOSTING),
	HOST("elb.amazonaws.com", LINK_FREE_HOSTING),
	HOST("amazonaws.com", LINK_STORAGE),
	HOST("000webhostapp.com", LINK_FREE_HOSTING),
	HOST("1drv.ms", LINK_FREE_HOSTING),
	HOST("42web.io", LINK_FREE_HOSTING),
	HOST("4everland.io", LINK_STORAGE),
	HOST("aliyuncs.com", LINK_STORAGE),
	HOST("altervista.org", LINK_FREE_HOSTING),
	HOST("amplifyapp.com", LINK_FREE_HOSTING),
	HOST("angelfire.com", LINK_FREE_HOSTING),
	HOST("appspot.com", LINK_FREE_HOSTING),
	HOST("awsapps.com", LINK_FREE_HOSTING),
	HOST("azureedge.net", LINK_FREE_HOSTING),
	HOST("azurefd.net", LINK_FREE_HOSTING),
	HOST("azurestaticapps.net", LINK_FREE_HOSTING),
	HOST("azurewebsites.net", LINK_FREE_HOSTING),
	HOST("backblazeb2.com", LINK_STORAGE),
	HOST("bcebos.com", LINK_STORAGE),
	HOST("bitbucket.io", LINK_FREE_HOSTING),
	HOST("blob.core.windows.net", LINK_STORAGE),
	HOST("blogspot.com", LINK_FREE_HOSTING),
	HOST("bubbleapps.io", LINK_FREE_HOSTING),
	HOST("byet.host", LINK_FREE_HOSTING),
	HOST("carrd.co", LINK_FREE_HOSTING),
	HOST("cloud.ovh.net", LINK_STORAGE),
	HOST("cloudapp.azure.com", LINK_FREE_HOSTING),
	HOST("cloudapp.net", LINK_FREE_HOSTING),
	HOST("cloudflare-ipfs.com", LINK_STORAGE),
	HOST("cloudfront.net", LINK_FREE_HOSTING),
	HOST("cloudfunctions.net", LINK_FREE_HOSTING),
	HOST("codesandbox.io", LINK_FREE_HOSTING),
	HOST("csb.app", LINK_FREE_HOSTING),
	HOST("ddns.net", LINK_FREE_HOSTING),
	HOST("deno.dev", LINK_FREE_HOSTING),
	HOST("digitaloceanspaces.com", LINK_STORAGE),
	HOST("docs.google.com", LINK_FREE_HOSTING),
	HOST("drive.google.com", LINK_FREE_HOSTING),
	HOST("dropboxusercontent.com", LINK_FREE_HOSTING),
	HOST("duckdns.org", LINK_FREE_HOSTING),
	HOST("dweb.link", LINK_STORAGE),
	HOST("editorx.io", LINK_FREE_HOSTING),
	HOST("elasticbeanstalk.com", LINK_FREE_HOSTING),
	HOST("epizy.com", LINK_FREE_HOSTING),
	HOST("firebaseapp.com", LINK_FREE_HOSTING),
	HOST("firebasestorage.googleapis.com", LINK_STORAGE),
	HOST("fly.dev", LINK_FREE_HOSTING),
	HOST("forms.gle", LINK_FREE_HOSTING),
	HOST("forms.office.com", LINK_FREE_HOSTING),
	HOST("formstack.com", LINK_FREE_HOSTING),
	HOST("framer.app", LINK_FREE_HOSTING),
	HOST("framer.website", LINK_FREE_HOSTING),
	HOST("gitbook.io", LINK_FREE_HOSTING),
	HOST("github.io", LINK_FREE_HOSTING),
	HOST("githubusercontent.com", LINK_FREE_HOSTING),
	HOST("gitlab.io", LINK_FREE_HOSTING),
	HOST("glitch.me", LINK_FREE_HOSTING),
	HOST("godaddysites.com", LINK_FREE_HOSTING),
	HOST("googleusercontent.com", LINK_FREE_HOSTING),
	HOST("herokuapp.com", LINK_FREE_HOSTING),
	HOST("hopto.org", LINK_FREE_HOSTING),
	HOST("hs-sites.com", LINK_FREE_HOSTING),
	HOST("infinityfreeapp.com", LINK_FREE_HOSTING),
	HOST("ipfs.io", LINK_STORAGE),
	HOST("jimdofree.com", LINK_FREE_HOSTING),
	HOST("jimdosite.com", LINK_FREE_HOSTING),
	HOST("jotform.com", LINK_FREE_HOSTING),
	HOST("linktr.ee", LINK_FREE_HOSTING),
	HOST("linodeobjects.com", LINK_STORAGE),
	HOST("loca.lt", LINK_FREE_HOSTING),
	HOST("mediafire.com", LINK_FREE_HOSTING),
	HOST("mega.nz", LINK_FREE_HOSTING),
	HOST("my.canva.site", LINK_FREE_HOSTING),
	HOST("myftp.org", LINK_FREE_HOSTING),
	HOST("myhuaweicloud.com", LINK_STORAGE),
	HOST("mypinata.cloud", LINK_STORAGE),
	HOST("myqcloud.com", LINK_STORAGE),
	HOST("mystrikingly.com", LINK_FREE_HOSTING),
	HOST("narod.ru", LINK_FREE_HOSTING),
	HOST("netlify.app", LINK_FREE_HOSTING),
	HOST("nftstorage.link", LINK_STORAGE),
	HOST("ngrok-free.app", LINK_FREE_HOSTING),
	HOST("ngrok.app", LINK_FREE_HOSTING),
	HOST("ngrok.io", LINK_FREE_HOSTING),
	HOST("no-ip.org", LINK_FREE_HOSTING),
	HOST("notion.site", LINK_FREE_HOSTING),
	HOST("now.sh", LINK_FREE_HOSTING),
	HOST("ondigitalocean.app", LINK_FREE_HOSTING),
	HOST("onedrive.live.com", LINK_FREE_HOSTING),
	HOST("onrender.com", LINK_FREE_HOSTING),
	HOST("pages.dev", LINK_FREE_HOSTING),
	HOST("plesk.page", LINK_FREE_HOSTING),
	HOST("r2.dev", LINK_STORAGE),
	HOST("repl.co", LINK_FREE_HOSTING),
	HOST("replit.app", LINK_FREE_HOSTING),
	HOST("replit.dev", LINK_FREE_HOSTING),
	HOST("rf.gd", LINK_FREE_HOSTING),
	HOST("run.app", LINK_FREE_HOSTING),
	HOST("script.google.com", LINK_FREE_HOSTING),
	HOST("scw.cloud", LINK_STORAGE),
	HOST("serveo.net", LINK_FREE_HOSTING),
	HOST("sharepoint.com", LINK_FREE_HOSTING),
	HOST("site123.me", LINK_FREE_HOSTING),
	HOST("sites.google.com", LINK_FREE_HOSTING),
	HOST("softr.app", LINK_FREE_HOSTING),
	HOST("square.site", LINK_FREE_HOSTING),
	HOST("stackblitz.io", LINK_FREE_HOSTING),
	HOST("storage.googleapis.com", LINK_STORAGE),
	HOST("storage.yandexcloud.net", LINK_STORAGE),
	HOST("strikingly.com", LINK_FREE_HOSTING),
	HOST("surge.sh", LINK_FREE_HOSTING),
	HOST("surveymonkey.com", LINK_FREE_HOSTING),
	HOST("sway.office.com", LINK_FREE_HOSTING),
	HOST("sytes.net", LINK_FREE_HOSTING),
	HOST("telegra.ph", LINK_FREE_HOSTING),
	HOST("trafficmanager.net", LINK_FREE_HOSTING),
	HOST("transfer.sh", LINK_FREE_HOSTING),
	HOST("translate.goog", LINK_FREE_HOSTING),
	HOST("tripod.com", LINK_FREE_HOSTING),
	HOST("trycloudflare.com", LINK_FREE_HOSTING),
	HOST("typeform.com", LINK_FREE_HOSTING),
	HOST("ucoz.net", LINK_FREE_HOSTING),
	HOST("up.railway.app", LINK_FREE_HOSTING),
	HOST("vercel.app", LINK_FREE_HOSTING),
	HOST("vultrobjects.com", LINK_STORAGE),
	HOST("w3s.link", LINK_STORAGE),
	HOST("wasabisys.com", LINK_STORAGE),
	HOST("we.tl", LINK_FREE_HOSTING),
	HOST("web.app", LINK_FREE_HOSTING),
	HOST("web.core.windows.net", LINK_STORAGE),
	HOST("webflow.io", LINK_FREE_HOSTING),
	HOST("webnode.page", LINK_FREE_HOSTING),
	HOST("weebly.com", LINK_FREE_HOSTING),
	HOST("weeblysite.com", LINK_FREE_HOSTING),
	HOST("wetransfer.com", LINK_FREE_HOSTING),
	HOST("wixsite.com", LINK_FREE_HOSTING),
	HOST("wordpress.com", LINK_FREE_HOSTING),
	HOST("workers.dev", LINK_FREE_HOSTING),
	HOST("yolasite.com", LINK_FREE_HOSTING),
	HOST("zapto.org", LINK_FREE_HOSTING),
};
// clang-format on

/* @name is the @length bytes of "google.". */
static bool
is_in_any_country(const char *host, const char *name, size_t length)
{
	bool may_be = memmem(host, strlen(host), name, length) != NULL;
	g_autofree char *domain = may_be ? domain_registrable(host) : NULL;
	const char *suffix;

	if (!domain || strncmp(domain, name, length) != 0)
		return false;
	suffix = domain + length;
	return strcmp(suffix, "com") == 0 || strlen(strrchr(domain, '.')) == strlen(".de");
}

bool
known_host_is(const char *host, const char *name)
{
	size_t length = strlen(name);

	if (length >= 2 && strcmp(name + length - 2, ".*") == 0)
		return is_in_any_country(host, name, length - 1);
	return domain_is_under(host, name);
}

/* As domain_is_under(), of which nearly all rows are none. */
static bool
is_under(const char *host, size_t host_length, const KnownHost *known)
{
	const char *tail;

	if (host_length < known->length)
		return false;
	tail = host + (host_length - known->length);
	return (tail == host || tail[-1] == '.') &&
		g_ascii_strncasecmp(tail, known->domain, known->length) == 0;
}

uint32_t
known_host_flags(const char *host)
{
	size_t length = strlen(host);

	while (length > 0 && host[length - 1] == '.')
		length--;
	for (size_t i = 0; i < G_N_ELEMENTS(known_hosts); i++) {
		if (is_under(host, length, &known_hosts[i]))
			return known_hosts[i].flag;
	}
	return 0;
}

/* The public suffix list has it, but what stands below are services, for all their customers:
 * s3.us-east-1.amazonaws.com, execute-api.us-east-1.amazonaws.com. */
static const char services[] = "us-east-1.amazonaws.com";

bool
known_host_is_shared(const char *host)
{
	g_autofree char *registrable = domain_registrable(host);
	const char *dot = registrable ? strchr(registrable, '.') : NULL;

	if (dot && g_ascii_strcasecmp(dot + 1, services) == 0)
		return g_ascii_strcasecmp(host, registrable) == 0;
	for (size_t i = 0; i < G_N_ELEMENTS(known_hosts); i++) {
		if (domain_is_under(known_hosts[i].domain, host))
			return true;
	}
	return known_host_flags(host) != 0 && !(dot && known_host_flags(dot + 1) != 0);
}
