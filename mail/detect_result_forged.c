#include "mail/detect.h"

#include <string.h>

#include "mail/domain.h"

/* The message came through a server of @host's before, which may have written it. */
static bool
passed_before(const Message *message, const char *host)
{
	for (guint i = 0; i < message->hops->len; i++) {
		const Hop *hop = g_ptr_array_index(message->hops, i);
		bool claimed = !(hop->flags & (HOP_INSIDE | HOP_BOUNDARY | HOP_BROKEN));

		if (claimed && domain_same_org(hop->by, host))
			return true;
	}
	return false;
}

static bool
has_written_above(const Message *message, const char *authserv_id)
{
	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);

		if (result->trusted && strcmp(result->authserv_id, authserv_id) == 0)
			return true;
	}
	return false;
}

/* Google and milters write right below their own hop.  Below Amazon's hop it is known
 * where they end. */
static bool
may_be_ours(const Message *message, const AuthResult *result)
{
	for (guint i = 0; i < message->hops->len; i++) {
		const Hop *hop = g_ptr_array_index(message->hops, i);
		const Hop *next =
			i + 1 < message->hops->len ? g_ptr_array_index(message->hops, i + 1) : NULL;

		if (!(hop->flags & HOP_BOUNDARY))
			continue;
		return !(hop->flags & HOP_SES) && (!next || result->field < next->field) &&
			!has_written_above(message, result->authserv_id);
	}
	return false;
}

/* Results that name no server are of nobody in particular. */
static bool
names_trusted_server(const Message *message, const AuthResult *result)
{
	const Site *site = message->site;

	return *result->authserv_id && site && site->authserv_ids &&
		g_strv_contains(site->authserv_ids, result->authserv_id);
}

static bool
is_plain_result(const HeaderField *field)
{
	return g_ascii_strcasecmp(field->name, "Authentication-Results") == 0;
}

static void
run(const Detector *self, Message *message)
{
	int outside = path_first_outside(message);
	int before = -1;

	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);
		const HeaderField *field =
			g_ptr_array_index(message->headers, (guint)result->field);

		if (result->field < outside || result->field == before || !is_plain_result(field) ||
			!names_trusted_server(message, result) ||
			passed_before(message, result->authserv_id) || may_be_ours(message, result))
			continue;
		before = result->field;
		detector_found(self, message, field->value, "header Authentication-Results",
			"pretends to be a result of %s, which did not write it",
			result->authserv_id);
	}
}

/* Nobody writes the receiver's name into his mail by mistake; what the receiver itself
 * relayed earlier is left out. */
const Detector detect_result_forged = {
	.id = "result-forged",
	.summary = "authentication results in a trusted server's name stand where senders write",
	.weight = 40,
	.run = run,
};
