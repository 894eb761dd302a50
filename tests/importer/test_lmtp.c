/* The server's side of LMTP, byte for byte: what comes in whole, torn, and from nobody's friend. */
#include "importer/lmtp.h"

#include <string.h>

#define HEAD "LHLO mx\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"

typedef struct Fixture {
	Budget budget;
	Lmtp *lmtp;
} Fixture;

static void
set_up(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	fixture->budget = (Budget){ .most = 1024 * 1024 };
	fixture->lmtp = lmtp_new("here.example", 64 * 1024, &fixture->budget);
}

static void
tear_down(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	lmtp_free(fixture->lmtp);
	g_assert_cmpuint(fixture->budget.held, ==, 0);
}

/* All of it, whatever is looked at in one go; the client reads what it is sent. */
static size_t
feed_bytes(Fixture *fixture, const char *bytes, size_t length, GString *said)
{
	size_t used = 0;
	size_t more;

	do {
		more = lmtp_feed(fixture->lmtp, bytes + used, length - used);
		used += more;
		if (said)
			g_string_append(said, lmtp_output(fixture->lmtp)->str);
		g_string_truncate(lmtp_output(fixture->lmtp), 0);
	} while (more > 0);
	return used;
}

static void
feed(Fixture *fixture, const char *text)
{
	g_assert_cmpuint(feed_bytes(fixture, text, strlen(text), NULL), ==, strlen(text));
}

/* What is said to @text alone; yours. */
static char *
said(Fixture *fixture, const char *text)
{
	GString *replies = g_string_new(NULL);

	g_string_truncate(lmtp_output(fixture->lmtp), 0);
	g_assert_cmpuint(feed_bytes(fixture, text, strlen(text), replies), ==, strlen(text));
	return g_string_free(replies, FALSE);
}

static void
assert_said(Fixture *fixture, const char *text, const char *wanted)
{
	g_autofree char *reply = said(fixture, text);

	g_assert_cmpstr(reply, ==, wanted);
}

static void
assert_message(Fixture *fixture, const char *wanted, size_t length)
{
	g_autoptr(Envelope) envelope = NULL;
	g_autoptr(GBytes) raw = NULL;

	g_assert_cmpint(lmtp_state(fixture->lmtp), ==, LMTP_WAITS);
	raw = lmtp_take(fixture->lmtp, &envelope);
	g_assert_cmpmem(g_bytes_get_data(raw, NULL), g_bytes_get_size(raw), wanted, length);
}

/* ---- commands ---- */

static void
test_lhlo_says_what_is_taken(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	g_assert_cmpstr(lmtp_output(fixture->lmtp)->str, ==, "220 here.example LMTP lazaret\r\n");
	assert_said(fixture, "lhlo mx\r\n",
		"250-here.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
		"250-ENHANCEDSTATUSCODES\r\n250 SIZE 65536\r\n");
	assert_said(fixture, "EHLO mx\r\n", "500 5.5.1 this is LMTP: say LHLO\r\n");
	assert_said(fixture, "HELO mx\r\n", "500 5.5.1 this is LMTP: say LHLO\r\n");
	assert_said(fixture, "LHLO\r\n", "501 5.5.4 LHLO wants a name\r\n");
}

static void
test_order_of_commands(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	assert_said(fixture, "MAIL FROM:<a@b>\r\n", "503 5.5.1 LHLO first\r\n");
	feed(fixture, "LHLO mx\r\n");
	assert_said(fixture, "RCPT TO:<a@b>\r\n", "503 5.5.1 MAIL first\r\n");
	assert_said(fixture, "DATA\r\n", "503 5.5.1 no valid recipients\r\n");
	feed(fixture, "MAIL FROM:<a@b>\r\n");
	assert_said(fixture, "DATA\r\n", "503 5.5.1 no valid recipients\r\n");
	assert_said(fixture, "MAIL FROM:<a@b>\r\n", "503 5.5.1 there is a sender already\r\n");
	assert_said(fixture, "RSET\r\nMAIL FROM:<a@b>\r\n", "250 2.0.0 Ok\r\n250 2.1.0 Ok\r\n");
	assert_said(fixture, "NOOP x\r\nVRFY a\r\nBDAT 3\r\n",
		"250 2.0.0 Ok\r\n252 2.0.0 nobody is looked up here\r\n500 5.5.1 no such command\r\n");
	assert_said(fixture, "QUIT\r\n", "221 2.0.0 Bye\r\n");
	g_assert_cmpint(lmtp_state(fixture->lmtp), ==, LMTP_OVER);
}

static void
test_parameters(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	feed(fixture, "LHLO mx\r\n");
	assert_said(fixture, "MAIL FROM:<a@b> SIZE=65537\r\n",
		"552 5.3.4 larger than is kept here\r\n");
	assert_said(fixture, "MAIL FROM:<a@b> SIZE=1x\r\n", "501 5.5.4 SIZE is a number\r\n");
	assert_said(fixture, "MAIL FROM:<a@b> SIZE=99999999999999999999999\r\n",
		"552 5.3.4 larger than is kept here\r\n");
	assert_said(fixture, "MAIL FROM:<a@b> RET=HDRS\r\n", "555 5.5.4 no such parameter\r\n");
	assert_said(fixture, "MAIL FROM:<a@b> size=65536 body=8BITMIME SMTPUTF8\r\n",
		"250 2.1.0 Ok\r\n");
	assert_said(fixture, "RCPT TO:<a@b> NOTIFY=NEVER\r\n", "555 5.5.4 no such parameter\r\n");
	assert_said(fixture, "RCPT TO:<>\r\n", "501 5.5.4 RCPT TO:<address>\r\n");
	assert_said(fixture, "RCPT TO:a@b\r\n", "501 5.5.4 RCPT TO:<address>\r\n");
	assert_said(fixture, "RCPT TO:<a@b\r\n", "501 5.5.4 RCPT TO:<address>\r\n");
	assert_said(fixture, "RCPT TO:<a@b>x\r\n", "501 5.5.4 RCPT TO:<address>\r\n");
}

static void
test_envelope_is_as_written(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(Envelope) envelope = NULL;
	g_autoptr(GBytes) raw = NULL;

	feed(fixture, "LHLO mx\r\nMAIL FROM: <Bounce+X=y@EXAMPLE.org>\r\n");
	feed(fixture, "RCPT TO:<\"a> b\\\"\"@x.example>\r\nRCPT to:<jos\303\251@x.example>\r\n");
	feed(fixture,
		"RCPT TO:<@one,@two:C@d.example>\r\nRCPT TO:<postmaster>\r\nRCPT TO:<postmaster>\r\nDATA\r\nx\r\n.\r\n");
	raw = lmtp_take(fixture->lmtp, &envelope);
	g_assert_cmpstr(envelope->sender, ==, "Bounce+X=y@EXAMPLE.org");
	g_assert_cmpuint(envelope->recipients->len, ==, 4);
	g_assert_cmpstr(envelope->recipients->pdata[0], ==, "\"a> b\\\"\"@x.example");
	g_assert_cmpstr(envelope->recipients->pdata[1], ==, "jos\303\251@x.example");
	g_assert_cmpstr(envelope->recipients->pdata[2], ==, "C@d.example");
	g_assert_cmpstr(envelope->recipients->pdata[3], ==, "postmaster");
	lmtp_answer(fixture->lmtp, "250 2.0.0 kept");
	g_assert_nonnull(strstr(lmtp_output(fixture->lmtp)->str,
		"250 2.0.0 <\"a> b\\\"\"@x.example> kept\r\n250 2.0.0 <jos\303\251@x.example> kept\r\n"
		"250 2.0.0 <C@d.example> kept\r\n250 2.0.0 <postmaster> kept\r\n250 2.0.0 <postmaster> kept\r\n"));
}

static void
test_null_sender(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(Envelope) envelope = NULL;
	g_autoptr(GBytes) raw = NULL;

	feed(fixture, "LHLO mx\r\nMAIL FROM:<> BODY=7BIT\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\n");
	raw = lmtp_take(fixture->lmtp, &envelope);
	g_assert_cmpstr(envelope->sender, ==, "");
	lmtp_answer(fixture->lmtp, "451 4.3.0 later");
}

/* ---- messages ---- */

static void
test_dots_and_line_ends_are_exact(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	static const char sent[] =
		HEAD "A: b\r\n\r\n..\r\n...x\r\n.y\r\nbare\n.\nlf\n.\r\nmore\r.\r"
		     "z\r\r\n..\rq\r\n.\rw\r\n.\r\r\nNUL \0 8bit \377\r\n.\r\n";
	static const char wanted[] = "A: b\r\n\r\n.\r\n..x\r\ny\r\nbare\n.\nlf\n.\r\nmore\r.\r"
				     "z\r\r\n.\rq\r\n\rw\r\n\r\r\nNUL \0 8bit \377\r\n";

	g_assert_cmpuint(feed_bytes(fixture, sent, sizeof(sent) - 1, NULL), ==, sizeof(sent) - 1);
	assert_message(fixture, wanted, sizeof(wanted) - 1);
	lmtp_answer(fixture->lmtp, "250 2.0.0 kept");
	g_assert_cmpint(lmtp_state(fixture->lmtp), ==, LMTP_TALKS);
}

static void
test_a_byte_at_a_time_is_the_same(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	static const char sent[] = HEAD "..a\r\n.b\r\nc\r.\r\n\r\n.\r\n";
	static const char wanted[] = ".a\r\nb\r\nc\r.\r\n\r\n";

	for (size_t i = 0; i < sizeof(sent) - 1; i++)
		g_assert_cmpuint(feed_bytes(fixture, sent + i, 1, NULL), ==, 1);
	assert_message(fixture, wanted, sizeof(wanted) - 1);
	lmtp_answer(fixture->lmtp, "250 2.0.0 kept");
}

/* Whatever the bytes, and however they are torn, the message is the one that a plain reading
 * of RFC 5321 gives. */
static void
test_torn_anywhere(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	static const char alphabet[] = "\r\n..x";

	for (int round = 0; round < 2000; round++) {
		g_autoptr(GString) body = g_string_new(NULL);
		g_autoptr(GString) sent = g_string_new(HEAD);
		g_autoptr(GString) replies = g_string_new(NULL);
		int length = g_test_rand_int_range(0, 30);

		for (int i = 0; i < length; i++)
			g_string_append_c(body, alphabet[g_test_rand_int_range(0, 5)]);
		g_string_append(body, "x\r\n");
		for (size_t i = 0; i < body->len; i++) {
			bool at_line =
				i == 0 || (i >= 2 && memcmp(body->str + i - 2, "\r\n", 2) == 0);

			if (at_line && body->str[i] == '.')
				g_string_append_c(sent, '.');
			g_string_append_c(sent, body->str[i]);
		}
		g_string_append(sent, ".\r\n");
		for (size_t at = 0; at < sent->len;) {
			size_t piece = (size_t)g_test_rand_int_range(1, 9);

			piece = MIN(piece, sent->len - at);
			g_assert_cmpuint(
				feed_bytes(fixture, sent->str + at, piece, replies), ==, piece);
			at += piece;
		}
		assert_message(fixture, body->str, body->len);
		lmtp_answer(fixture->lmtp, "250 2.0.0 kept");
	}
}

static void
test_pipelining_waits_for_the_answer(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	static const char both[] =
		HEAD "one\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<e@f>\r\nDATA\r\ntwo\r\n.\r\nQUIT\r\n";
	size_t used = feed_bytes(fixture, both, strlen(both), NULL);

	g_assert_cmpstr(
		both + used, ==, "MAIL FROM:<>\r\nRCPT TO:<e@f>\r\nDATA\r\ntwo\r\n.\r\nQUIT\r\n");
	assert_message(fixture, "one\r\n", 5);
	g_assert_cmpuint(lmtp_feed(fixture->lmtp, both + used, strlen(both + used)), ==, 0);
	lmtp_answer(fixture->lmtp, "250 2.0.0 kept");
	used += feed_bytes(fixture, both + used, strlen(both + used), NULL);
	g_assert_cmpstr(both + used, ==, "QUIT\r\n");
	assert_message(fixture, "two\r\n", 5);
	lmtp_answer(fixture->lmtp, "250 2.0.0 kept");
	assert_said(fixture, "QUIT\r\n", "221 2.0.0 Bye\r\n");
}

static void
test_too_large_is_refused_for_each(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *line = g_strnfill(1000, 'x');

	feed(fixture, "LHLO mx\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
	for (int i = 0; i < 100; i++) {
		feed(fixture, line);
		g_assert_cmpuint(fixture->budget.held, <=, 64 * 1024);
	}
	assert_said(fixture, "\r\n.\r\n",
		"552 5.3.4 <a@b> larger than is kept here\r\n552 5.3.4 <c@d> larger than is kept here\r\n");
	assert_said(fixture, "MAIL FROM:<>\r\n", "250 2.1.0 Ok\r\n");
}

static void
test_exactly_the_largest_is_taken(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *text = g_strnfill(64 * 1024, 'x');

	text[64 * 1024 - 2] = '\r';
	text[64 * 1024 - 1] = '\n';
	feed(fixture, HEAD);
	feed(fixture, text);
	feed(fixture, ".\r\n");
	assert_message(fixture, text, 64 * 1024);
	lmtp_answer(fixture->lmtp, "250 2.0.0 kept");
}

static void
test_what_others_hold_puts_off(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	fixture->budget.held = fixture->budget.most - 5;
	feed(fixture, HEAD);
	assert_said(fixture, "more than five\r\n.\r\n",
		"452 4.3.1 <c@d.example> too much at once; try again\r\n");
	fixture->budget.held -= fixture->budget.most - 5;
}

static void
test_no_message(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	feed(fixture, HEAD);
	assert_said(fixture, ".\r\n", "554 5.6.0 <c@d.example> there is no message\r\n");
}

/* ---- nobody's friends ---- */

static void
test_line_without_end(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree char *line = g_strnfill(LMTP_MAX_LINE + 1, 'x');

	assert_said(fixture, line, "500 5.5.2 line too long\r\n");
	g_assert_cmpint(lmtp_state(fixture->lmtp), ==, LMTP_OVER);
	g_assert_cmpuint(lmtp_feed(fixture->lmtp, "NOOP\r\n", 6), ==, 0);
}

static void
test_commands_end_with_crlf_alone(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	assert_said(fixture, "LHLO mx\nMAIL FROM:<a@b>\n", "");
	assert_said(fixture, "\r\n", "500 5.5.2 a command is a line of text\r\n");
	assert_said(fixture, "LHLO \xff\r\n", "500 5.5.2 a command is a line of text\r\n");
	assert_said(fixture, "LHLO \033[2J\r\n", "500 5.5.2 a command is a line of text\r\n");
}

/* Where others see the end of a message and commands behind it (SMTP smuggling). */
static void
test_nothing_is_smuggled(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	static const char *const ends[] = { "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r",
		"\r.\r\n" };

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *body = g_strconcat("x", ends[i], "MAIL FROM:<evil@b>\r\n", NULL);
		g_autofree char *sent = g_strconcat(HEAD, body, ".\r\n", NULL);
		g_autoptr(Envelope) envelope = NULL;
		g_autoptr(GBytes) raw = NULL;

		feed(fixture, sent);
		raw = lmtp_take(fixture->lmtp, &envelope);
		g_assert_cmpstr(envelope->sender, ==, "a@b.example");
		g_assert_nonnull(g_strstr_len(g_bytes_get_data(raw, NULL),
			(gssize)g_bytes_get_size(raw), "MAIL FROM:<evil@b>\r\n"));
		lmtp_answer(fixture->lmtp, "250 2.0.0 kept");
	}
}

static void
test_errors_end_the_session(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	for (int i = 1; i < LMTP_MAX_FAULTS; i++)
		assert_said(fixture, "GET / HTTP/1.1\r\n", "500 5.5.1 no such command\r\n");
	assert_said(fixture, "GET / HTTP/1.1\r\n", "421 4.7.0 too many errors\r\n");
	g_assert_cmpint(lmtp_state(fixture->lmtp), ==, LMTP_OVER);
}

static void
test_recipients_have_an_end(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	feed(fixture, "LHLO mx\r\nMAIL FROM:<>\r\n");
	for (int i = 0; i < LMTP_MAX_RECIPIENTS; i++)
		assert_said(fixture, "RCPT TO:<a@b>\r\n", "250 2.1.5 Ok\r\n");
	for (int i = 0; i < 100; i++)
		assert_said(fixture, "RCPT TO:<a@b>\r\n", "452 4.5.3 too many recipients\r\n");
	g_assert_cmpint(lmtp_state(fixture->lmtp), ==, LMTP_TALKS);
}

static void
test_who_never_reads_is_not_listened_to(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(GString) noise = g_string_new(NULL);
	size_t used;

	for (int i = 0; i < 10000; i++)
		g_string_append(noise, "NOOP\r\n");
	used = lmtp_feed(fixture->lmtp, noise->str, noise->len);
	g_assert_cmpuint(used, <, noise->len);
	g_assert_cmpuint(lmtp_output(fixture->lmtp)->len, <, LMTP_MAX_OUTPUT + 100);
	g_assert_cmpuint(lmtp_feed(fixture->lmtp, noise->str, noise->len), ==, 0);
	g_string_truncate(lmtp_output(fixture->lmtp), 0);
	g_assert_cmpuint(lmtp_feed(fixture->lmtp, noise->str, noise->len), >, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, function) g_test_add("/lmtp/" name, Fixture, NULL, set_up, function, tear_down)
	ADD("lhlo-says-what-is-taken", test_lhlo_says_what_is_taken);
	ADD("order-of-commands", test_order_of_commands);
	ADD("parameters", test_parameters);
	ADD("envelope-is-as-written", test_envelope_is_as_written);
	ADD("null-sender", test_null_sender);
	ADD("dots-and-line-ends-are-exact", test_dots_and_line_ends_are_exact);
	ADD("a-byte-at-a-time-is-the-same", test_a_byte_at_a_time_is_the_same);
	ADD("torn-anywhere", test_torn_anywhere);
	ADD("pipelining-waits-for-the-answer", test_pipelining_waits_for_the_answer);
	ADD("too-large-is-refused-for-each", test_too_large_is_refused_for_each);
	ADD("exactly-the-largest-is-taken", test_exactly_the_largest_is_taken);
	ADD("what-others-hold-puts-off", test_what_others_hold_puts_off);
	ADD("no-message", test_no_message);
	ADD("line-without-end", test_line_without_end);
	ADD("commands-end-with-crlf-alone", test_commands_end_with_crlf_alone);
	ADD("nothing-is-smuggled", test_nothing_is_smuggled);
	ADD("errors-end-the-session", test_errors_end_the_session);
	ADD("recipients-have-an-end", test_recipients_have_an_end);
	ADD("who-never-reads-is-not-listened-to", test_who_never_reads_is_not_listened_to);
#undef ADD
	return g_test_run();
}
