#include "mail/identity.h"

#include <string.h>

#include "mail/domain.h"
#include "mail/header.h"

/* The d= of the first customer signature that is aligned with From (RFC 7489
 * section 3.1.1, relaxed). */
static char *
aligned_domain(const Message *message)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);
		g_autofree char *domain = NULL;

		if (g_ascii_strcasecmp(field->name, "DKIM-Signature") != 0)
			continue;
		domain = header_tag(field->value, "d");
		if (domain && message->from_domain && domain_same_org(domain, message->from_domain))
			return g_ascii_strdown(domain, -1);
	}
	return NULL;
}

/* A trusted DMARC pass vouches for From's domain as well; receivers often list
 * only one of two DKIM passes (observed: Exchange Online, 128 of 220). */
static bool
is_authenticated(const Message *message)
{
	if (auth_dkim_passed(message, message->account_domain))
		return true;
	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);

		if (result->trusted && strcmp(result->method, "dmarc") == 0 &&
			strcmp(result->result, "pass") == 0 && result->domain &&
			domain_same_org(result->domain, message->account_domain))
			return true;
	}
	return false;
}

/* LABEL.r.REGION.awstrack.me: the label goes with the account one to one
 * (observed: 17 labels, 17 accounts). */
static char *
tracking_label(const Message *message)
{
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		g_autofree char *host = link->flags & LINK_TRACKED ? link_host(link->url) : NULL;
		const char *rest = host ? strstr(host, ".r.") : NULL;

		if (rest && g_str_has_suffix(host, ".awstrack.me"))
			return g_strndup(host, (gsize)(rest - host));
	}
	return NULL;
}

void
identity_read(Message *message)
{
	message->account_domain = aligned_domain(message);
	message->authenticated = message->account_domain && is_authenticated(message);
	message->ses->tracking_label = tracking_label(message);
}
