#include "mail/unwrap.h"

#include <string.h>

#include "mail/known_host.h"
#include "mail/link.h"

extern const Unwrapper unwrap_activecampaign;
extern const Unwrapper unwrap_baidu;
extern const Unwrapper unwrap_barracuda;
extern const Unwrapper unwrap_bing;
extern const Unwrapper unwrap_checkpoint;
extern const Unwrapper unwrap_cisco;
extern const Unwrapper unwrap_constantcontact;
extern const Unwrapper unwrap_disqus;
extern const Unwrapper unwrap_doubleclick;
extern const Unwrapper unwrap_duckduckgo;
extern const Unwrapper unwrap_edgepilot;
extern const Unwrapper unwrap_facebook;
extern const Unwrapper unwrap_fireeye;
extern const Unwrapper unwrap_fortimail;
extern const Unwrapper unwrap_google;
extern const Unwrapper unwrap_google_amp;
extern const Unwrapper unwrap_href_li;
extern const Unwrapper unwrap_hubspot;
extern const Unwrapper unwrap_inky;
extern const Unwrapper unwrap_instagram;
extern const Unwrapper unwrap_klaviyo;
extern const Unwrapper unwrap_libraesva;
extern const Unwrapper unwrap_linkedin;
extern const Unwrapper unwrap_mailchimp;
extern const Unwrapper unwrap_mailgun;
extern const Unwrapper unwrap_mandrill;
extern const Unwrapper unwrap_medium;
extern const Unwrapper unwrap_mimecast;
extern const Unwrapper unwrap_pinterest;
extern const Unwrapper unwrap_postmark;
extern const Unwrapper unwrap_reddit;
extern const Unwrapper unwrap_safelinks;
extern const Unwrapper unwrap_salesforce;
extern const Unwrapper unwrap_sendgrid;
extern const Unwrapper unwrap_ses;
extern const Unwrapper unwrap_shortener;
extern const Unwrapper unwrap_slack;
extern const Unwrapper unwrap_sogou;
extern const Unwrapper unwrap_sophos;
extern const Unwrapper unwrap_sparkpost;
extern const Unwrapper unwrap_steam;
extern const Unwrapper unwrap_symantec;
extern const Unwrapper unwrap_tiktok;
extern const Unwrapper unwrap_trendmicro;
extern const Unwrapper unwrap_trustwave;
extern const Unwrapper unwrap_tumblr;
extern const Unwrapper unwrap_urldefense;
extern const Unwrapper unwrap_vk;
extern const Unwrapper unwrap_yahoo;
extern const Unwrapper unwrap_yandex;
extern const Unwrapper unwrap_youtube;
extern const Unwrapper unwrap_zoho;

static const Unwrapper *const table[] = {
	/* mail's own protection, the outermost wrapper of most */
	&unwrap_safelinks,
	&unwrap_urldefense,
	&unwrap_mimecast,
	&unwrap_barracuda,
	&unwrap_cisco,
	&unwrap_sophos,
	&unwrap_trendmicro,
	&unwrap_fireeye,
	&unwrap_symantec,
	&unwrap_checkpoint,
	&unwrap_fortimail,
	&unwrap_edgepilot,
	&unwrap_trustwave,
	&unwrap_libraesva,
	&unwrap_inky,
	/* what senders count clicks by */
	&unwrap_ses,
	&unwrap_sendgrid,
	&unwrap_hubspot,
	&unwrap_mailchimp,
	&unwrap_mailgun,
	&unwrap_mandrill,
	&unwrap_sparkpost,
	&unwrap_postmark,
	&unwrap_activecampaign,
	&unwrap_salesforce,
	&unwrap_klaviyo,
	&unwrap_constantcontact,
	&unwrap_zoho,
	/* redirectors of big sites */
	&unwrap_google,
	&unwrap_google_amp,
	&unwrap_doubleclick,
	&unwrap_bing,
	&unwrap_yahoo,
	&unwrap_duckduckgo,
	&unwrap_baidu,
	&unwrap_sogou,
	&unwrap_yandex,
	&unwrap_youtube,
	&unwrap_facebook,
	&unwrap_instagram,
	&unwrap_linkedin,
	&unwrap_slack,
	&unwrap_reddit,
	&unwrap_pinterest,
	&unwrap_steam,
	&unwrap_vk,
	&unwrap_tumblr,
	&unwrap_medium,
	&unwrap_tiktok,
	&unwrap_disqus,
	&unwrap_href_li,
	&unwrap_shortener,
	NULL,
};

const Unwrapper *const *
unwrappers(void)
{
	return table;
}

const Unwrapper *
unwrapper_find(const char *id)
{
	for (const Unwrapper *const *row = table; *row; row++) {
		if (strcmp((*row)->id, id) == 0)
			return *row;
	}
	return NULL;
}

/* @path begins with @start, and that ends where a part of a path does. */
static bool
path_starts(const char *path, const char *start)
{
	size_t length = 0;

	for (; start[length]; length++)
		if (path[length] != start[length])
			return false;
	return start[length - 1] == '/' || path[length] == '\0' || path[length] == '/';
}

static bool
has_parameter(const Url *url, const char *name)
{
	g_autofree char *value = url_parameter(url, name);

	return value != NULL;
}

static bool
has_form(const WrapForm *form, const Url *url, const char *path)
{
	return (!form->path || path_starts(path, form->path)) &&
		(!form->host || known_host_is(url->host, form->host)) &&
		(!form->needs || has_parameter(url, form->needs));
}

static bool
is_end(const WrapForm *form)
{
	return !form->host && !form->path && !form->needs;
}

static UnwrapResult
read_form(const Unwrapper *unwrapper, const WrapForm *form, const Url *url, Unwrapped *unwrapped)
{
	if (unwrapper->unwrap)
		return unwrapper->unwrap(url, unwrapped);
	return form->target ? unwrap_parameter(url, form->target, unwrapped) : UNWRAP_OPAQUE;
}

/* A target counts from any form that fits; without one the link is opaque.  One at
 * a customer's own host says who sends the reader on, at least. */
static UnwrapResult
read_forms(const Unwrapper *unwrapper, const Url *url, const char *path, Unwrapped *unwrapped)
{
	UnwrapResult result = UNWRAP_NOT_MINE;
	bool at_service = false;

	for (const WrapForm *form = unwrapper->forms; !is_end(form); form++) {
		if (!has_form(form, url, path))
			continue;
		at_service = at_service || form->host;
		result = read_form(unwrapper, form, url, unwrapped);
		if (result == UNWRAP_TARGET || unwrapper->unwrap)
			break;
	}
	if (result == UNWRAP_OPAQUE && !at_service)
		unwrapped->host = g_strdup(url->host);
	return result;
}

static bool
is_safe_target(const char *target)
{
	g_autoptr(Url) url = url_parse(target);

	return url_is_web(url) && !url->userinfo;
}

UnwrapResult
unwrap(const Url *url, Unwrapped *unwrapped)
{
	g_autofree char *path = url_decode(url->path, strcspn(url->path, "?#"));
	bool web = url_is_web(url);

	for (const Unwrapper *const *row = table; *row; row++) {
		UnwrapResult result = UNWRAP_NOT_MINE;

		if (!(*row)->forms)
			result = (*row)->unwrap(url, unwrapped);
		else if (web)
			result = read_forms(*row, url, path, unwrapped);
		if (result == UNWRAP_NOT_MINE)
			continue;
		unwrapped->by = *row;
		unwrapped->flags |= (*row)->flags;
		if (result == UNWRAP_TARGET && !is_safe_target(unwrapped->target))
			unwrapped->flags |= LINK_MALFORMED_WRAP;
		return result;
	}
	return UNWRAP_NOT_MINE;
}

UnwrapResult
unwrap_text(Unwrapped *unwrapped, char *text)
{
	g_autofree char *owned = text;
	g_autoptr(Url) url = url_parse(text ? text : "");

	if (!*url->scheme && !url->host)
		return UNWRAP_OPAQUE;
	unwrapped->target = g_steal_pointer(&owned);
	return UNWRAP_TARGET;
}

UnwrapResult
unwrap_parameter(const Url *url, const char *name, Unwrapped *unwrapped)
{
	g_autofree char *value = url_parameter(url, name);

	return unwrap_text(unwrapped, value ? url_decode(value, strlen(value)) : NULL);
}

char *
unwrap_base64(const char *text)
{
	g_autofree char *padded = g_strconcat(text, "===", NULL);
	g_autofree guchar *bytes = NULL;
	gsize length = 0;

	g_strdelimit(padded, "-", '+');
	g_strdelimit(padded, "_", '/');
	bytes = g_base64_decode(padded, &length);
	if (length == 0 || !g_utf8_validate_len((const char *)bytes, length, NULL))
		return NULL;
	return g_strndup((const char *)bytes, length);
}

void
unwrapped_clear(Unwrapped *unwrapped)
{
	g_clear_pointer(&unwrapped->target, g_free);
	g_clear_pointer(&unwrapped->host, g_free);
	g_clear_pointer(&unwrapped->id, g_free);
}
