#include "mail/identity.h"

#include <string.h>

#include "mail/domain.h"

/* The d= of a signature that is aligned with From (RFC 7489 section 3.1.1, relaxed): the
 * first that passed here, else the first. */
static char *
aligned_domain(const Message *message)
{
	const char *claimed = NULL;

	for (guint i = 0; i < message->signatures->len && message->from_domain; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		if (!domain_same_org(signature->domain, message->from_domain))
			continue;
		if (signature->result == DKIM_PASS)
			return g_strdup(signature->domain);
		if (!claimed)
			claimed = signature->domain;
	}
	return g_strdup(claimed);
}

/* A trusted DMARC pass vouches for From's domain as well; receivers often list
 * only one of two DKIM passes (observed: Exchange Online, 128 of 220). */
static bool
is_authenticated(const Message *message)
{
	if (dkim_passed(message, message->account_domain) ||
		auth_dkim_passed(message, message->account_domain))
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
