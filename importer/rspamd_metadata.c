#include "importer/rspamd_metadata.h"

#include <arpa/inet.h>
#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "mail/address.h"
#include "mail/received.h"

enum {
	MAX_QUEUE_ID = 64,
	MAX_FIELD = 4096,
};

static const char unknown[] = "unknown";

/* Later versions send what is not ASCII as words of RFC 2047: then the mail's own word counts. */
static bool
says_sender(const char *from)
{
	return strcmp(from, unknown) != 0 && !g_str_has_prefix(from, "=?");
}

static bool
read_sender(Envelope *envelope, const char *from, const char **fault)
{
	if (!says_sender(from))
		return true;
	envelope->sender = *from ? address_for_envelope(from) : g_strdup("");
	if (!envelope->sender)
		*fault = "X-Rspamd-From is no address";
	return envelope->sender;
}

static bool
add_recipient(Envelope *envelope, const json_t *value, const char **fault)
{
	const char *plain = json_string_value(value);
	char *address = plain ? address_for_envelope(plain) : NULL;

	if (address)
		g_ptr_array_add(envelope->recipients, address);
	else
		*fault = "X-Rspamd-Rcpt has one that is no address";
	return address != NULL;
}

static bool
read_array(Envelope *envelope, const json_t *list, const char **fault)
{
	bool read = true;

	if (!json_is_array(list))
		*fault = "X-Rspamd-Rcpt is no JSON array of addresses";
	else if (json_array_size(list) > RSPAMD_MAX_RECIPIENTS)
		*fault = "X-Rspamd-Rcpt has too many";
	if (*fault)
		return false;
	for (size_t i = 0; read && i < json_array_size(list); i++)
		read = add_recipient(envelope, json_array_get(list, i), fault);
	envelope_drop_doubles(envelope);
	return read;
}

static bool
read_recipients(Envelope *envelope, const char *rcpt, const char **fault)
{
	json_t *list;
	bool read;

	if (strcmp(rcpt, unknown) == 0)
		return true;
	list = json_loads(rcpt, 0, NULL);
	read = read_array(envelope, list, fault);
	json_decref(list);
	return read;
}

Envelope *
rspamd_envelope(const char *from, const char *rcpt, const char **fault)
{
	g_autoptr(Envelope) envelope = envelope_new();

	*fault = NULL;
	if (!from || !rcpt) {
		*fault = "no envelope beside it: the rule wants meta_headers = true";
		return NULL;
	}
	if (!read_sender(envelope, from, fault) || !read_recipients(envelope, rcpt, fault))
		return NULL;
	return g_steal_pointer(&envelope);
}

/* The first field of @bytes, unfolded, behind @name and its colon; NULL: it is another, or longer
 * than any that a server writes.  Yours. */
static char *
first_field(const char *name, const char *bytes, size_t length)
{
	size_t start = strlen(name);
	g_autoptr(GString) value = g_string_new(NULL);

	if (length <= start || g_ascii_strncasecmp(bytes, name, start) != 0 || bytes[start] != ':')
		return NULL;
	for (size_t i = start + 1; i < length && value->len < MAX_FIELD; i++) {
		bool folded = i + 1 < length && (bytes[i + 1] == ' ' || bytes[i + 1] == '\t');

		if (bytes[i] == '\n' && !folded)
			return g_strstrip(g_string_free(g_steal_pointer(&value), FALSE));
		if (bytes[i] != '\n' && bytes[i] != '\r')
			g_string_append_c(value, bytes[i]);
	}
	return NULL;
}

/* However either is written. */
static bool
is_same_address(const char *one, const char *other)
{
	struct in6_addr first = { 0 }, second = { 0 };
	int family = strchr(one, ':') ? AF_INET6 : AF_INET;

	return inet_pton(family, one, &first) == 1 && inet_pton(family, other, &second) == 1 &&
		memcmp(&first, &second, sizeof(first)) == 0;
}

bool
rspamd_is_received(const char *ip, const char *bytes, size_t length)
{
	g_autofree char *value = first_field("Received", bytes, length);
	g_autoptr(Received) received = value ? received_parse(value) : NULL;

	if (!ip || strcmp(ip, unknown) == 0)
		return true;
	return received && received->ip && is_same_address(ip, received->ip);
}

bool
rspamd_is_queue_id(const char *qid)
{
	size_t length = strlen(qid);

	return length > 0 && length <= MAX_QUEUE_ID && strcmp(qid, unknown) != 0 &&
		strspn(qid, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-._") == length;
}
