/* The server's side of HTTP: whole requests come out, torn and hostile ones do not, and who takes
 * too long is sent away. */
#include "importer/http.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/importer/place.h"

#define HEAD "POST / HTTP/1.1\r\nHost: x\r\n"

typedef struct Fixture {
	Place *place;
	struct sockaddr_un address;
	int listener;
	Budget budget;
	HttpServer *server;
	GPtrArray *posts; /* of HttpPost: without an answer */
} Fixture;

static void
start(Fixture *fixture, const HttpRules *rules)
{
	g_clear_pointer(&fixture->server, http_server_free);
	fixture->server = http_server_new(fixture->listener, rules);
	g_assert_nonnull(fixture->server);
}

static HttpRules
usual(Fixture *fixture)
{
	return (HttpRules){
		.clients = 10,
		.patience = 60,
		.longest = 60,
		.largest = 64 * 1024,
		.budget = &fixture->budget,
	};
}

static void
set_up(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	HttpRules rules = usual(fixture);
	g_autofree char *path = NULL;

	fixture->place = place_new();
	path = place_path(fixture->place, "http");
	fixture->address.sun_family = AF_UNIX;
	g_strlcpy(fixture->address.sun_path, path, sizeof(fixture->address.sun_path));
	fixture->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	g_assert_cmpint(bind(fixture->listener, (struct sockaddr *)&fixture->address,
				sizeof(fixture->address)),
		==, 0);
	g_assert_cmpint(listen(fixture->listener, 10), ==, 0);
	fixture->budget = (Budget){ .most = 1024 * 1024 };
	fixture->posts = g_ptr_array_new();
	start(fixture, &rules);
}

static void
tear_down(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	http_server_free(fixture->server);
	g_assert_cmpuint(fixture->budget.held, ==, 0);
	close(fixture->listener);
	g_ptr_array_unref(fixture->posts);
	place_free(fixture->place);
}

static int
dial(const Fixture *fixture)
{
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	g_assert_cmpint(connect(client, (const struct sockaddr *)&fixture->address,
				sizeof(fixture->address)),
		==, 0);
	return client;
}

static void
run(Fixture *fixture)
{
	HttpPost *post;

	http_server_run(fixture->server);
	while ((post = http_server_next(fixture->server)))
		g_ptr_array_add(fixture->posts, post);
}

/* False: it has hung up. */
static bool
say(Fixture *fixture, int client, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(client, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno != EAGAIN)
			return false;
		bytes += MAX(sent, 0);
		length -= (size_t)MAX(sent, 0);
		run(fixture);
	}
	return true;
}

static void
say_text(Fixture *fixture, int client, const char *text)
{
	g_assert_true(say(fixture, client, text, strlen(text)));
}

/* What came by now, without waiting; yours. */
static char *
heard(Fixture *fixture, int client)
{
	GString *text = g_string_new(NULL);
	char piece[4096];
	ssize_t length;

	run(fixture);
	while ((length = recv(client, piece, sizeof(piece), MSG_DONTWAIT)) > 0)
		g_string_append_len(text, piece, length);
	return g_string_free(text, FALSE);
}

static void
assert_status(Fixture *fixture, int client, const char *status)
{
	g_autofree char *answer = heard(fixture, client);
	g_autofree char *wanted = g_strconcat("HTTP/1.1 ", status, " ", NULL);

	if (!g_str_has_prefix(answer, wanted))
		g_error("not '%s': %s", wanted, answer);
}

static void
assert_left(Fixture *fixture, int client)
{
	char byte;

	run(fixture);
	g_assert_cmpint(recv(client, &byte, 1, MSG_DONTWAIT), ==, 0);
}

static HttpPost *
only_post(const Fixture *fixture)
{
	g_assert_cmpuint(fixture->posts->len, ==, 1);
	return g_ptr_array_remove_index(fixture->posts, 0);
}

static void
assert_body(HttpPost *post, const char *wanted, size_t length)
{
	g_autoptr(GBytes) body = http_post_take(post);

	g_assert_cmpmem(g_bytes_get_data(body, NULL), g_bytes_get_size(body), wanted, length);
}

/* ---- good will ---- */

static void
test_waits_for_its_answer(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	static const char sent[] = HEAD "Content-Length: 9\r\nX-A:  b c\r\n\r\na\r\n\0\n\r\377\r\n";
	int client = dial(fixture);
	g_autofree char *early = NULL;
	HttpPost *post;
	unsigned count;

	g_assert_true(say(fixture, client, sent, sizeof(sent) - 1));
	early = heard(fixture, client);
	g_assert_cmpstr(early, ==, "");
	post = only_post(fixture);
	g_assert_cmpstr(http_post_field(post, "x-a", &count), ==, "b c");
	g_assert_cmpuint(count, ==, 1);
	g_assert_null(http_post_field(post, "x-b", &count));
	g_assert_cmpuint(count, ==, 0);
	assert_body(post, "a\r\n\0\n\r\377\r\n", 9);
	http_post_answer(post, HTTP_OK, "kept");
	assert_status(fixture, client, "200");
	g_assert_null(http_server_refusal(fixture->server));
	close(client);
}

static void
test_a_byte_at_a_time_is_the_same(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	static const char sent[] =
		HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\n\r\r\n0\r\n\r\n";
	int client = dial(fixture);
	HttpPost *post;

	for (size_t i = 0; i < sizeof(sent) - 1; i++)
		g_assert_true(say(fixture, client, sent + i, 1));
	run(fixture);
	post = only_post(fixture);
	assert_body(post, "ab\r", 3);
	http_post_answer(post, HTTP_OK, "kept");
	assert_status(fixture, client, "200");
	close(client);
}

/* One behind the other in one piece: the second is not looked at before the first has its answer,
 * and is not lost. */
static void
test_pipelining_waits_for_the_answer(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	int client = dial(fixture);
	HttpPost *post;

	say_text(fixture, client,
		HEAD "Content-Length: 3\r\n\r\none" HEAD "Content-Length: 3\r\n\r\ntwo");
	run(fixture);
	post = only_post(fixture);
	assert_body(post, "one", 3);
	http_post_answer(post, HTTP_OK, "kept");
	assert_status(fixture, client, "200");
	run(fixture);
	post = only_post(fixture);
	assert_body(post, "two", 3);
	http_post_answer(post, HTTP_LATER, "later");
	assert_status(fixture, client, "503");
	close(client);
}

/* Who hung up before the answer disturbs nobody, and what it brought is whole. */
static void
test_who_hung_up_brought_it_all_the_same(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	int client = dial(fixture);
	HttpPost *post;

	say_text(fixture, client, HEAD "Content-Length: 3\r\n\r\none");
	run(fixture);
	close(client);
	run(fixture);
	post = only_post(fixture);
	assert_body(post, "one", 3);
	http_post_answer(post, HTTP_OK, "kept");
	run(fixture);
	g_assert_cmpuint(fixture->posts->len, ==, 0);
}

static void
test_the_end_is_said(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	int client = dial(fixture);
	int other = dial(fixture);
	char answer[13] = "";

	say_text(fixture, client, HEAD "Content-Length: 3\r\n\r\none");
	say_text(fixture, other, HEAD "Content-Length: 3\r\n\r\non");
	run(fixture);
	g_clear_pointer(&fixture->server, http_server_free);
	g_assert_cmpint(recv(client, answer, 12, 0), ==, 12);
	g_assert_cmpstr(answer, ==, "HTTP/1.1 503");
	g_assert_cmpint(recv(other, answer, 12, 0), ==, 0);
	close(client);
	close(other);
}

/* ---- limits ---- */

static void
test_exactly_the_largest_is_taken(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *body = g_strnfill(64 * 1024, 'x');
	int client = dial(fixture);
	HttpPost *post;

	say_text(fixture, client, HEAD "Content-Length: 65536\r\n\r\n");
	say_text(fixture, client, body);
	run(fixture);
	g_assert_cmpuint(fixture->budget.held, ==, 64 * 1024);
	post = only_post(fixture);
	assert_body(post, body, 64 * 1024);
	g_assert_cmpuint(fixture->budget.held, ==, 0);
	http_post_answer(post, HTTP_OK, "kept");
	assert_status(fixture, client, "200");
	close(client);
}

static void
test_more_is_refused(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *body = g_strnfill(64 * 1024 + 1, 'x');
	int said = dial(fixture);
	int unsaid = dial(fixture);

	say_text(fixture, said, HEAD "Content-Length: 65537\r\n\r\n");
	assert_status(fixture, said, "413");
	say_text(fixture, unsaid, HEAD "Transfer-Encoding: chunked\r\n\r\n10001\r\n");
	say_text(fixture, unsaid, body);
	g_assert_cmpuint(fixture->budget.held, ==, 0);
	say_text(fixture, unsaid, "\r\n0\r\n\r\n");
	assert_status(fixture, unsaid, "413");
	g_assert_cmpuint(fixture->posts->len, ==, 0);
	g_assert_cmpstr(http_server_refusal(fixture->server), ==, "larger than is kept here");
	close(said);
	close(unsaid);
}

/* Nobody waits for its end. */
static void
test_endless_is_sent_away(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *piece = g_strnfill(0x1000, 'x');
	int client = dial(fixture);
	int pieces = 0;

	say_text(fixture, client, HEAD "Transfer-Encoding: chunked\r\n\r\n");
	while (pieces < 1000 && say(fixture, client, "1000\r\n", 6) &&
		say(fixture, client, piece, 0x1000) && say(fixture, client, "\r\n", 2))
		pieces++;
	g_assert_cmpint(pieces, <, 1000);
	close(client);
}

static void
test_what_others_hold_puts_off(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	int client = dial(fixture);

	fixture->budget.held = fixture->budget.most - 2;
	say_text(fixture, client, HEAD "Content-Length: 3\r\n\r\none");
	assert_status(fixture, client, "503");
	fixture->budget.held -= fixture->budget.most - 2;
	close(client);
}

static void
test_endless_header(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *piece = g_strnfill(64 * 1024, 'x');
	int client = dial(fixture);
	int pieces = 0;

	say_text(fixture, client, HEAD "X-A: ");
	while (pieces < 100 && say(fixture, client, piece, 64 * 1024))
		pieces++;
	g_assert_cmpint(pieces, <=, HTTP_MAX_HEADER / (64 * 1024));
	close(client);
}

static void
test_dripping_is_sent_away(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	HttpRules rules = usual(fixture);
	int client, waiting;

	rules.longest = 0;
	start(fixture, &rules);
	client = dial(fixture);
	waiting = dial(fixture);
	say_text(fixture, client, "POST / HT");
	say_text(fixture, waiting, HEAD "Content-Length: 3\r\n\r\none");
	run(fixture);
	g_usleep(1000);
	http_server_sweep(fixture->server);
	assert_left(fixture, client);
	/* That is for us to answer. */
	http_post_answer(only_post(fixture), HTTP_OK, "kept");
	assert_status(fixture, waiting, "200");
	close(client);
	close(waiting);
}

/* ---- nobody's friends ---- */

static void
assert_refused(Fixture *fixture, const char *request, const char *status)
{
	int client = dial(fixture);

	say_text(fixture, client, request);
	assert_status(fixture, client, status);
	g_assert_nonnull(http_server_refusal(fixture->server));
	g_assert_cmpuint(fixture->posts->len, ==, 0);
	close(client);
}

static void
test_refused_by_its_head(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	assert_refused(fixture, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "405");
	assert_refused(fixture, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", "405");
	assert_refused(fixture, "OPTIONS * HTTP/1.1\r\nHost: x\r\nOrigin: http://y\r\n\r\n", "405");
	assert_refused(fixture, HEAD "Origin: null\r\nContent-Length: 1\r\n\r\nx", "403");
	assert_refused(fixture, HEAD "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", "415");
}

static void
test_password(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	HttpRules rules = usual(fixture);
	int client;

	rules.login = "rspamd:a:b c";
	start(fixture, &rules);
	assert_refused(fixture, HEAD "Content-Length: 1\r\n\r\nx", "401");
	assert_refused(fixture,
		HEAD "Authorization: Basic cnNwYW1kOmE=\r\nContent-Length: 1\r\n\r\nx", "401");
	assert_refused(
		fixture, HEAD "Authorization: Basic !!!\r\nContent-Length: 1\r\n\r\nx", "401");
	assert_refused(
		fixture, HEAD "Authorization: Bearer x\r\nContent-Length: 1\r\n\r\nx", "401");
	client = dial(fixture);
	say_text(fixture, client,
		HEAD "Authorization: Basic cnNwYW1kOmE6YiBj\r\nContent-Length: 1\r\n\r\nx");
	run(fixture);
	http_post_answer(only_post(fixture), HTTP_OK, "kept");
	assert_status(fixture, client, "200");
	close(client);
}

static void
test_no_length_that_is_none(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	static const char *const requests[] = {
		HEAD "Content-Length: 1x\r\n\r\nx",
		HEAD "Content-Length: -1\r\n\r\nx",
		HEAD "Content-Length: 99999999999999999999999\r\n\r\nx",
		HEAD "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
		int client = dial(fixture);
		g_autofree char *answer = NULL;

		say_text(fixture, client, requests[i]);
		answer = heard(fixture, client);
		g_assert_false(g_str_has_prefix(answer, "HTTP/1.1 2"));
		g_assert_cmpuint(fixture->posts->len, ==, 0);
		assert_left(fixture, client);
		close(client);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, function) g_test_add("/http/" name, Fixture, NULL, set_up, function, tear_down)
	ADD("waits-for-its-answer", test_waits_for_its_answer);
	ADD("a-byte-at-a-time-is-the-same", test_a_byte_at_a_time_is_the_same);
	ADD("pipelining-waits-for-the-answer", test_pipelining_waits_for_the_answer);
	ADD("who-hung-up-brought-it-all-the-same", test_who_hung_up_brought_it_all_the_same);
	ADD("the-end-is-said", test_the_end_is_said);
	ADD("exactly-the-largest-is-taken", test_exactly_the_largest_is_taken);
	ADD("more-is-refused", test_more_is_refused);
	ADD("endless-is-sent-away", test_endless_is_sent_away);
	ADD("what-others-hold-puts-off", test_what_others_hold_puts_off);
	ADD("endless-header", test_endless_header);
	ADD("dripping-is-sent-away", test_dripping_is_sent_away);
	ADD("refused-by-its-head", test_refused_by_its_head);
	ADD("password", test_password);
	ADD("no-length-that-is-none", test_no_length_that_is_none);
	return g_test_run();
}
