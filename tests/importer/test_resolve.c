/* Keys from the DNS: a name server of our own on loopback, with every kind of answer; and
 * an import whose message is read again with what was found. */
#include "importer/resolve.h"

#include <arpa/inet.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "importer/importer.h"
#include "store/message.h"
#include "tests/importer/place.h"
#include "tests/mail/dkim/sign.h"
#include "tests/mail/mails.h"

enum {
	TYPE_CNAME = 5,
	TYPE_TXT = 16,
	HEADER = 12,
	LONGEST = 1400,
};

typedef struct Server {
	pid_t pid;
	char *address; /* as the setting dns takes it */
	int *asked;    /* shared with it */
	int socket;
} Server;

/* ---- the server's side ---- */

static void
put16(GByteArray *bytes, unsigned number)
{
	const guint8 both[] = { (guint8)(number >> 8), (guint8)number };

	g_byte_array_append(bytes, both, 2);
}

/* The name that is asked for, with dots; what is behind it begins at *end. */
static char *
question_name(const guint8 *packet, size_t length, size_t *end)
{
	GString *name = g_string_new(NULL);
	size_t at = HEADER;

	while (at < length && packet[at] > 0) {
		g_string_append_printf(name, "%s%.*s", name->len ? "." : "", packet[at],
			(const char *)packet + at + 1);
		at += 1 + (size_t)packet[at];
	}
	*end = at + 5;
	return g_string_free(name, FALSE);
}

static GByteArray *
answer_head(const guint8 *query, size_t question_end, unsigned code, unsigned answers)
{
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_append(bytes, query, 2);
	put16(bytes, 0x8180 | code);
	put16(bytes, 1);
	put16(bytes, answers);
	put16(bytes, 0);
	put16(bytes, 0);
	g_byte_array_append(bytes, query + HEADER, (guint)(question_end - HEADER));
	return bytes;
}

/* A record of the name at @pointer, an offset in the packet. */
static void
put_record(GByteArray *bytes, unsigned pointer, unsigned type, const guint8 *data, size_t length)
{
	put16(bytes, 0xc000 | pointer);
	put16(bytes, type);
	put16(bytes, 1);
	put16(bytes, 0);
	put16(bytes, 60);
	put16(bytes, (unsigned)length);
	g_byte_array_append(bytes, data, (guint)length);
}

static void
put_text(GByteArray *bytes, unsigned pointer, const char *text)
{
	g_autoptr(GByteArray) strings = g_byte_array_new();

	for (size_t left = strlen(text); left > 0;) {
		guint8 part = (guint8)MIN(left, 200);

		g_byte_array_append(strings, &part, 1);
		g_byte_array_append(strings, (const guint8 *)text, part);
		text += part;
		left -= part;
	}
	put_record(bytes, pointer, TYPE_TXT, strings->data, strings->len);
}

static GByteArray *
answer_for(const char *name, const guint8 *query, size_t end)
{
	/* "k" below the name that was asked for: as customers of Amazon's point theirs. */
	static const guint8 alias[] = { 1, 'k', 0xc0, HEADER };
	const char *record = g_hash_table_lookup(mails_keys(), name);
	GByteArray *bytes;

	if (g_str_has_prefix(name, "none."))
		return answer_head(query, end, 3, 0);
	if (g_str_has_prefix(name, "fails."))
		return answer_head(query, end, 2, 0);
	if (g_str_has_prefix(name, "mixed.")) {
		bytes = answer_head(query, end, 0, 2);
		put_text(bytes, HEADER, "v=spf1 -all");
		put_text(bytes, HEADER, "v=DKIM1; p=AAAA");
	} else if (g_str_has_prefix(name, "binary.")) {
		bytes = answer_head(query, end, 0, 1);
		put_text(bytes, HEADER, "p=\n\"evil TXT \"p=AAAA");
	} else if (record) {
		bytes = answer_head(query, end, 0, 2);
		put_record(bytes, HEADER, TYPE_CNAME, alias, sizeof(alias));
		put_text(bytes, (unsigned)end + 12, record);
	} else {
		bytes = answer_head(query, end, 0, 9);
	}
	return bytes;
}

static void
serve_one(const Server *server)
{
	guint8 query[LONGEST];
	struct sockaddr_in client;
	socklen_t size = sizeof(client);
	ssize_t length = recvfrom(
		server->socket, query, sizeof(query), 0, (struct sockaddr *)&client, &size);
	g_autofree char *name = NULL;
	g_autoptr(GByteArray) bytes = NULL;
	size_t end;

	if (length < HEADER + 5)
		return;
	name = question_name(query, (size_t)length, &end);
	(*server->asked)++;
	if (g_str_has_prefix(name, "silent."))
		return;
	bytes = answer_for(name, query, end);
	if (g_str_has_prefix(name, "other.")) {
		/* Somebody is faster, and does not know the number of the question. */
		g_autoptr(GByteArray) forged = answer_head(query, end, 0, 1);

		put_text(forged, HEADER, "p=FORGED");
		forged->data[0] ^= 0x55;
		sendto(server->socket, forged->data, forged->len, 0, (struct sockaddr *)&client,
			size);
	}
	sendto(server->socket, bytes->data, bytes->len, 0, (struct sockaddr *)&client, size);
}

static Server *
server_start(void)
{
	Server *server = g_new0(Server, 1);
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->asked =
		mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	g_assert_true(server->asked != MAP_FAILED);
	server->socket = socket(AF_INET, SOCK_DGRAM, 0);
	g_assert_cmpint(bind(server->socket, (struct sockaddr *)&address, size), ==, 0);
	g_assert_cmpint(getsockname(server->socket, (struct sockaddr *)&address, &size), ==, 0);
	server->address = g_strdup_printf("127.0.0.1:%d", ntohs(address.sin_port));
	server->pid = fork();
	while (server->pid == 0)
		serve_one(server);
	return server;
}

static void
server_free(Server *server)
{
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	close(server->socket);
	munmap(server->asked, sizeof(int));
	g_free(server->address);
	g_free(server);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Server, server_free)

static Resolver *
resolver_for(const Server *server)
{
	g_autoptr(GError) error = NULL;
	Resolver *resolver = resolver_new(server->address, &error);

	g_assert_no_error(error);
	return resolver;
}

/* ---- one name ---- */

static void
test_what_is_published_is_found_once(void)
{
	g_autoptr(Server) server = server_start();
	g_autoptr(Resolver) resolver = resolver_for(server);
	static const char name[] = "good._domainkey.shop.example";
	const char *record = resolver_find(resolver, name);

	g_assert_cmpstr(record, ==, g_hash_table_lookup(mails_keys(), name));
	g_assert_true(resolver_find(resolver, name) == record);
	g_assert_null(resolver_find(resolver, "none._domainkey.shop.example"));
	g_assert_null(resolver_find(resolver, "none._domainkey.shop.example"));
	g_assert_cmpint(*server->asked, ==, 2);
	g_assert_cmpint(resolver_unanswered(resolver), ==, 0);
}

static void
test_odd_answers(void)
{
	g_autoptr(Server) server = server_start();
	g_autoptr(Resolver) resolver = resolver_for(server);

	g_assert_cmpstr(
		resolver_find(resolver, "mixed._domainkey.shop.example"), ==, "v=DKIM1; p=AAAA");
	g_assert_null(resolver_find(resolver, "binary._domainkey.shop.example"));
	g_assert_null(resolver_find(resolver, "broken._domainkey.shop.example"));
	g_assert_cmpstr(resolver_find(resolver, "other._domainkey.shop.example"), ==,
		g_hash_table_lookup(mails_keys(), "other._domainkey.shop.example"));
}

static void
test_silence_is_waited_for_once_a_domain(void)
{
	g_autoptr(Server) server = server_start();
	g_autoptr(Resolver) resolver = resolver_for(server);
	int64_t begun = g_get_monotonic_time();
	int64_t took;

	g_assert_null(resolver_find(resolver, "silent._domainkey.slow.example"));
	g_assert_null(resolver_find(resolver, "silent.too._domainkey.slow.example"));
	took = g_get_monotonic_time() - begun;
	g_assert_cmpint(took, <, 20 * G_USEC_PER_SEC);
	g_assert_cmpint(resolver_unanswered(resolver), ==, 1);
	/* The others are still asked. */
	g_assert_nonnull(resolver_find(resolver, "good._domainkey.shop.example"));
	g_assert_null(resolver_find(resolver, "fails._domainkey.other.example"));
	g_assert_cmpint(resolver_unanswered(resolver), ==, 2);
}

static void
test_servers_that_are_none(void)
{
	static const char *const bad[] = { "", "yes", "127.0.0.1:", "127.0.0.1:0",
		"127.0.0.1:99999", "localhost", "127.0.0.1:53:1" };

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(resolver_new(bad[i], &error));
		g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE);
	}
	g_assert_true(resolver_check("on", NULL));
	g_assert_true(resolver_check("192.0.2.1", NULL));
}

/* ---- an import ---- */

static int64_t
a_time(void)
{
	return SIGNED_AT + 100;
}

static char *
signed_mail(const char *subject)
{
	static const SignPlan plan = { .relaxed_header = true };
	g_autofree char *plain = g_strdup_printf("From: Shop <a@shop.example>\n"
						 "To: u@example.net\n"
						 "Subject: %s\n"
						 "\n"
						 "Hello.\n",
		subject);

	return sign(&plan, plain);
}

static void
import(Store *store, const char *spec, Resolver *resolver, bool all)
{
	g_autoptr(GError) error = NULL;
	g_auto(ImportSummary) summary = { 0 };
	const ImportOptions options = {
		.all = all, .clock = a_time, .resolver = resolver, .boxes = 1
	};

	import_source(store, spec, &options, &summary, &error);
	g_assert_no_error(error);
}

static void
test_messages_are_read_again_with_what_is_found(void)
{
	g_autoptr(Server) server = server_start();
	g_autoptr(Resolver) resolver = resolver_for(server);
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_path(place, "quarantine.db");
	g_autofree char *first = signed_mail("one");
	g_autofree char *second = signed_mail("two");
	g_autofree char *mails = place_path(place, "mails");
	g_autoptr(Store) store = store_open(path, STORE_CREATE, NULL);

	place_add_only(place, "mails/1.eml", first);
	place_add_only(place, "mails/2.eml", second);
	import(store, mails, resolver, false);
	g_assert_cmpint(*server->asked, ==, 0); /* they are not kept: nobody is asked */
	import(store, mails, resolver, true);
	g_assert_cmpint(*server->asked, ==, 1);
	for (int64_t id = 1; id <= 2; id++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Message) message = store_load(store, id, &error);
		const Signature *signature;

		g_assert_no_error(error);
		g_assert_cmpuint(message->signatures->len, ==, 1);
		signature = g_ptr_array_index(message->signatures, 0);
		g_assert_cmpstr(dkim_result_name(signature->result), ==, "pass");
		g_assert_cmpstr(signature->key, ==,
			g_hash_table_lookup(mails_keys(), "good._domainkey.shop.example"));
		g_assert_true(message->authenticated);
	}
}

/* What a stored message's keys prove is proven again in a box, by nobody's help. */
static void
test_a_box_takes_the_keys_of_a_message(void)
{
	g_autofree char *text = signed_mail("three");
	g_autoptr(GBytes) raw = g_bytes_new(text, strlen(text));
	g_autoptr(Message) message =
		mails_read_file("tests/mail/detect/dkim-added-text/miss-nothing.eml");
	g_autofree char *keys = dkim_keys_used(message);
	g_auto(BoxReply) with = { 0 };
	g_auto(BoxReply) without = { 0 };

	g_assert_true(box_run(NULL, BOX_INSPECT, raw, keys, &with, NULL));
	g_assert_true(box_run(NULL, BOX_INSPECT, raw, NULL, &without, NULL));
	g_assert_nonnull(dkim_passed(with.message, "shop.example"));
	g_assert_null(dkim_passed(without.message, "shop.example"));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/resolve/published-is-found-once", test_what_is_published_is_found_once);
	g_test_add_func("/resolve/odd-answers", test_odd_answers);
	g_test_add_func(
		"/resolve/silence-is-waited-for-once", test_silence_is_waited_for_once_a_domain);
	g_test_add_func("/resolve/servers-that-are-none", test_servers_that_are_none);
	g_test_add_func("/resolve/messages-are-read-again",
		test_messages_are_read_again_with_what_is_found);
	g_test_add_func("/resolve/box-takes-keys", test_a_box_takes_the_keys_of_a_message);
	return g_test_run();
}
