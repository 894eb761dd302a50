#include "importer/resolve.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <string.h>

#include "importer/source.h"
#include "mail/keys.h"

enum {
	PATIENCE = 3,      /* seconds for one answer, all servers together */
	MOST_WAITING = 40, /* answers that do not come in one import */
	MOST_ASKED = 5000, /* names in one import */
	MOST_OF_ONE = 4,   /* names of one message */
	MAX_ANSWER = 64 * 1024,
};

struct Resolver {
	struct __res_state state;
	GHashTable *answers; /* of records (char *), "" for none, by name */
	GHashTable *silent;  /* domains that did not answer */
	int asked;
	int unanswered;
	unsigned char buffer[MAX_ANSWER];
};

/* "192.0.2.1" or "192.0.2.1:5353". */
static bool
read_server(const char *text, struct sockaddr_in *server)
{
	g_auto(GStrv) parts = g_strsplit(text, ":", 2);
	guint64 port = NS_DEFAULTPORT;

	*server = (struct sockaddr_in){ .sin_family = AF_INET };
	if (!parts[0] || inet_pton(AF_INET, parts[0], &server->sin_addr) != 1)
		return false;
	if (parts[1] && !g_ascii_string_to_unsigned(parts[1], 10, 1, G_MAXUINT16, &port, NULL))
		return false;
	server->sin_port = htons((uint16_t)port);
	return true;
}

bool
resolver_check(const char *server, GError **error)
{
	struct sockaddr_in address;

	if (strcmp(server, "on") == 0 || read_server(server, &address))
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE,
		"'%s' is neither on, off nor the address of a name server, as in 192.0.2.1:53",
		server);
	return false;
}

static void
use_server(Resolver *resolver, const char *server)
{
	struct sockaddr_in address;

	if (!read_server(server, &address))
		return;
	resolver->state.nscount = 1;
	resolver->state.nsaddr_list[0] = address;
}

Resolver *
resolver_new(const char *server, GError **error)
{
	g_autoptr(Resolver) resolver = NULL;

	if (!resolver_check(server, error))
		return NULL;
	resolver = g_new0(Resolver, 1);
	resolver->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	resolver->silent = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (res_ninit(&resolver->state) != 0) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT,
			"this machine has no resolver; see resolv.conf(5)");
		return NULL;
	}
	use_server(resolver, server);
	resolver->state.retrans = 1;
	resolver->state.retry = MAX(1, PATIENCE / MAX(1, resolver->state.nscount));
	return g_steal_pointer(&resolver);
}

void
resolver_free(Resolver *resolver)
{
	if (!resolver)
		return;
	/* Of a state that was never filled it would close descriptor 0. */
	if (resolver->state.options & RES_INIT)
		res_nclose(&resolver->state);
	g_hash_table_unref(resolver->answers);
	g_hash_table_unref(resolver->silent);
	g_free(resolver);
}

/* ---- one answer ---- */

/* A record's strings, each behind its length, as one. */
static char *
join_strings(const unsigned char *data, size_t length)
{
	GString *text = g_string_new(NULL);

	for (size_t at = 0; at < length;) {
		size_t part = MIN(data[at], length - at - 1);

		g_string_append_len(text, (const char *)data + at + 1, (gssize)part);
		at += 1 + part;
	}
	return g_string_free(text, FALSE);
}

/* Text with "p=" in it: other records may stand at the name as well. */
static bool
is_key(const char *record)
{
	for (const char *at = record; *at; at++) {
		if (!g_ascii_isprint(*at) && *at != '\t')
			return false;
	}
	return strstr(record, "p=") != NULL;
}

static char *
read_answer(const unsigned char *bytes, int length)
{
	ns_msg message;
	ns_rr record;

	if (ns_initparse(bytes, length, &message) != 0)
		return NULL;
	for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
		g_autofree char *text = NULL;

		if (ns_parserr(&message, ns_s_an, i, &record) != 0)
			return NULL;
		if (ns_rr_type(record) != ns_t_txt)
			continue;
		text = join_strings(ns_rr_rdata(record), ns_rr_rdlen(record));
		if (is_key(text))
			return g_steal_pointer(&text);
	}
	return NULL;
}

/* ---- asking ---- */

static const char *
domain_of(const char *name)
{
	static const char label[] = "._domainkey.";
	const char *at = strstr(name, label);

	return at ? at + strlen(label) : name;
}

static bool
may_ask(const Resolver *resolver, const char *name)
{
	return resolver->asked < MOST_ASKED && resolver->unanswered < MOST_WAITING &&
		!g_hash_table_contains(resolver->silent, domain_of(name));
}

static char *
ask(Resolver *resolver, const char *name)
{
	int length = res_nquery(&resolver->state, name, ns_c_in, ns_t_txt, resolver->buffer,
		sizeof(resolver->buffer));

	resolver->asked++;
	if (length > 0)
		return read_answer(resolver->buffer, MIN(length, (int)sizeof(resolver->buffer)));
	if (resolver->state.res_h_errno == TRY_AGAIN) {
		resolver->unanswered++;
		g_hash_table_add(resolver->silent, g_strdup(domain_of(name)));
	}
	return NULL;
}

const char *
resolver_find(Resolver *resolver, const char *name)
{
	const char *known = g_hash_table_lookup(resolver->answers, name);
	char *record;

	if (known)
		return *known ? known : NULL;
	if (!may_ask(resolver, name))
		return NULL;
	record = ask(resolver, name);
	g_hash_table_insert(resolver->answers, g_strdup(name), record ? record : g_strdup(""));
	return record;
}

char *
resolver_find_keys(Resolver *resolver, const Message *message)
{
	g_autofree char *used = dkim_keys_used(message);
	g_autoptr(GString) text = g_string_new(used);
	int asked = 0;

	for (guint i = 0; i < message->signatures->len && asked < MOST_OF_ONE; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);
		g_autofree char *name = NULL;
		const char *record = NULL;

		if (signature->result != DKIM_NO_KEY)
			continue;
		asked++;
		name = signature_key_name(signature);
		record = name ? resolver_find(resolver, name) : NULL;
		if (record)
			keys_append(text, name, record);
	}
	if (text->len == strlen(used))
		return NULL;
	return g_string_free(g_steal_pointer(&text), FALSE);
}

int
resolver_unanswered(const Resolver *resolver)
{
	return resolver->unanswered;
}
