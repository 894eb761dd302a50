/* indicator_url.c - pages on hosts of many: may they be told to others? */
#include <string.h>

#include "mail/domain.h"
#include "mail/url.h"
#include "store/harm.h"
#include "store/indicator_rows.h"
#include "store/ledger.h"

static const char local_part[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%*+-_~";
static const char host_part[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

enum {
	/* Of a message's, who are looked for: SES takes no more of one mail. */
	RECIPIENTS = 50,
};

/* ---- whom a message was for ---- */

/* Others read it, who must not learn of anybody; here a page that is kept back does harm. */
static bool
is_for_others(const IndicatorRequest *request)
{
	return request->abroad || request->redaction;
}

/* Mail is often for an address that another one stands for: ann@ is ann.miller@.  But free mail
 * has everybody's. */
static void
add_recipient(Redaction *names, const char *address, const IndicatorRequest *request)
{
	const char *host = domain_of_address(address);
	const char *const hosts[] = { host, NULL };

	if (is_for_others(request))
		redaction_add_address(names, address);
	else
		redaction_add_bare(names, address);
	if (host && !harm_of_free_mail(host))
		redaction_add_domains(names, hosts);
}

Redaction *
indicator_names(Search *search, int64_t id, const char *to, GError **error)
{
	const IndicatorRequest *request = search->request;
	g_autoptr(GPtrArray) recipients = ledger_recipients(search->store, id, error);
	g_autoptr(Redaction) names = redaction_new();

	if (!recipients)
		return NULL;
	redaction_add_domains(names, request->site ? request->site->own_domains : NULL);
	for (guint i = 0; i < MIN(recipients->len, RECIPIENTS); i++)
		add_recipient(names, g_ptr_array_index(recipients, i), request);
	if (recipients->len == 0 && to)
		redaction_add_list_bare(names, to, RECIPIENTS);
	return g_steal_pointer(&names);
}

/* ---- a URL ---- */

/* The address around the @ at @at in @text; NULL where there is none: "/@somebody". */
static char *
address_around(const char *text, const char *at)
{
	const char *start = at;
	size_t host = strspn(at + 1, host_part);

	while (start > text && strchr(local_part, start[-1]))
		start--;
	if (start == at || !memchr(at + 1, '.', host))
		return NULL;
	return g_strndup(start, (gsize)(at + 1 + host - start));
}

/* Whoever's address it is: mail is often for more than its envelope tells. */
static void
name_addresses(const char *url, Redaction *names)
{
	g_autofree char *decoded = url_decode(url, strlen(url));

	for (const char *at = strchr(decoded, '@'); at; at = strchr(at + 1, '@')) {
		g_autofree char *address = address_around(decoded, at);

		if (address)
			redaction_add_address(names, address);
	}
}

char *
indicator_url_masked(const char *url)
{
	g_autoptr(Redaction) names = redaction_new();

	redaction_begin(names);
	name_addresses(url, names);
	return redact_text(names, url);
}

char *
indicator_url(const char *url, Redaction *names, const IndicatorRequest *request, const char **harm)
{
	g_autofree char *told = NULL;

	redaction_renew(names);
	if (is_for_others(request))
		name_addresses(url, names);
	told = redact_text(names, url);
	if (strcmp(told, url) != 0) {
		*harm = HARM_NAMES;
		return g_steal_pointer(&told);
	}
	if (request->redaction) {
		g_free(told);
		told = redact_links(names, url);
	}
	if (strcmp(told, url) != 0)
		*harm = "tells its sender whom mail was for";
	else if (harm_of_page(url, request->site))
		*harm = harm_of_page(url, request->site);
	return g_steal_pointer(&told);
}

/* As browsers send it, so that no grammar meets a blank, a quote or a letter that turns a line
 * round. */
char *
indicator_url_ascii(const char *url)
{
	g_autoptr(GString) ascii = g_string_new(NULL);

	for (const char *at = url; *at; at++) {
		if (g_ascii_isgraph(*at) && !strchr("\"<>`\\", *at))
			g_string_append_c(ascii, *at);
		else
			g_string_append_printf(ascii, "%%%02X", (unsigned char)*at);
	}
	return g_string_free(g_steal_pointer(&ascii), false);
}
