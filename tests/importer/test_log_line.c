#include "importer/log_line.h"

#include <stdlib.h>
#include <string.h>

enum {
	LATEST = 1796000000, /* 2026-11-30 */
};

/* 2026-11-30 04:21:15 UTC */
static const int64_t moment = 1796012475;

static LogKind
read_line(const char *text, LogLine *line)
{
	LogClock clock = { .latest = LATEST };

	return log_line_read(text, &clock, line);
}

/* ---- stamps ---- */

static void
test_stamps_of_every_kind(void)
{
	static const char *const stamps[] = {
		"2026-11-30T04:21:15.123456+00:00 ",
		"2026-11-30T04:21:15Z ",
		"2026-11-30T05:21:15+0100 ",
		"2026-11-29T23:21:15.000001-05:00 ",
		"2026-11-30T04:21:15+0000 ",
		"2026-11-30 04:21:15 ",
		"Nov 30 04:21:15 ",
		"Nov 30 04:21:15.123456 ",
		"Nov 30 2026 04:21:15 ",
		"Mon 2026-11-30 04:21:15 UTC ",
		"1796012475.123456 ",
		"1796012475 ",
		"<22>Nov 30 04:21:15 ",
		"<22>2026-11-30T04:21:15.123456+00:00 ",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(stamps); i++) {
		g_autofree char *text = g_strconcat(
			stamps[i], "mx postfix/qmgr[1]: 4jdBHB2QvMz1bcM3: removed", NULL);
		g_auto(LogLine) line = { 0 };

		g_test_message("%s", text);
		g_assert_cmpint(read_line(text, &line), ==, LOG_REMOVED);
		g_assert_cmpint(line.at, ==, moment);
		g_assert_cmpstr(line.server, ==, "mx");
		g_assert_cmpstr(line.queue_id, ==, "4jdBHB2QvMz1bcM3");
	}
}

static void
test_year_is_the_last_that_is_not_to_come(void)
{
	static const struct {
		const char *stamp;
		int64_t at;
	} years[] = {
		{ "Nov 30 23:59:59 x", 1796083199 }, /* later today */
		{ "Dec 25 00:00:00 x", 1766620800 }, /* 2025 */
		{ "Jan  1 00:00:00 x", 1767225600 }, /* 2026 */
		{ "Feb 29 12:00:00 x", 1709208000 }, /* 2024 */
	};
	LogClock clock = { .latest = LATEST };

	for (gsize i = 0; i < G_N_ELEMENTS(years); i++) {
		const char *stamp = years[i].stamp;
		int64_t at = 0;

		g_assert_true(log_time_take(&clock, &stamp, &at));
		g_assert_cmpint(at, ==, years[i].at);
		g_assert_cmpstr(stamp, ==, "x");
	}
}

static void
test_what_is_no_stamp(void)
{
	static const char *const none[] = { "", " ", "Nov", "Nov 30", "Nov 31 04:21:15 x",
		"Nov 00 04:21:15 x", "Nov 30 24:00:00 x", "2026-13-01T00:00:00Z x",
		"2026-11-30T04:21 x", "99 x", "Foo 30 04:21:15 x", "2026-11-30T04:21:15+1 x",
		"<22 Nov 30 04:21:15 x" };

	for (gsize i = 0; i < G_N_ELEMENTS(none); i++) {
		LogClock clock = { .latest = LATEST };
		const char *stamp = none[i];
		int64_t at = 0;

		g_test_message("%s", none[i]);
		g_assert_false(log_time_take(&clock, &stamp, &at));
		g_assert_true(stamp == none[i]);
	}
}

/* ---- forms ---- */

typedef struct Form {
	const char *text; /* behind the stamp and "mx " */
	LogKind kind;
	const char *server, *name, *ip, *login, *words, *address, *original;
	int64_t total;
} Form;

#define ID    "4jdBHB2QvMz1bcM3: "
#define RELAY ", relay=x[1.2.3.4]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)"

static const Form forms[] = {
	{ .text = "postfix/smtpd[1]: " ID "client=a.example[192.0.2.1]",
		.kind = LOG_BEGUN,
		.name = "a.example",
		.ip = "192.0.2.1" },
	{ .text = "postfix/submission/smtpd[1]: " ID
		  "client=unknown[2001:db8::1]:4711, sasl_method=PLAIN, sasl_username=jane, x",
		.kind = LOG_BEGUN,
		.name = "unknown",
		.ip = "2001:db8::1",
		.login = "jane, x" },
	{ .text = "postfix-out/smtpd[1]: " ID "client=localhost[127.0.0.1], orig_queue_id=4ABCDEF,"
		  " orig_client=a.example[192.0.2.1]",
		.kind = LOG_BEGUN,
		.server = "mx/postfix-out",
		.name = "a.example",
		.ip = "192.0.2.1" },
	{ .text = "postfix/smtpd[1]: " ID "client=a.example[192.0.2.1], news=1",
		.kind = LOG_BEGUN,
		.name = "a.example",
		.ip = "192.0.2.1" },
	{ .text = "postfix/smtpd[1]: " ID "client=a.example[192.0.2.1] news", .kind = LOG_BROKEN },
	{ .text = "postfix/pickup[1]: " ID "uid=0 from=<root>", .kind = LOG_BEGUN },
	{ .text = "postfix/cleanup[1]: " ID "message-id=<1@a.example>",
		.kind = LOG_MESSAGE_ID,
		.words = "1@a.example" },
	{ .text = "postfix/cleanup[1]: " ID
		  "message-id=<x> from=<v@inside.test>, size=1, nrcpt=1 (queue active)",
		.kind = LOG_MESSAGE_ID,
		.words = "<x> from=<v@inside.test>, size=1, nrcpt=1 (queue active)" },
	{ .text = "postfix/cleanup[1]: " ID "message-id=<a\tb\xc3\xa9@c>",
		.kind = LOG_MESSAGE_ID,
		.words = "a?b??@c" },
	{ .text = "postfix/cleanup[1]: " ID "resent-message-id=<1@a.example>", .kind = LOG_OTHER },
	{ .text = "postfix/cleanup[1]: " ID "hold: header Subject: x from a[1.2.3.4]; from=<b@c>",
		.kind = LOG_HELD,
		.words = "header Subject: x from a[1.2.3.4]; from=<b@c>" },
	{ .text = "postfix/cleanup[1]: " ID "redirect: header Subject: x", .kind = LOG_REDIRECTED },
	{ .text = "postfix/qmgr[1]: " ID "from=<a@b.example>, size=12, nrcpt=3 (queue active)",
		.kind = LOG_ACTIVE,
		.address = "a@b.example",
		.total = 3 },
	{ .text = "postfix/qmgr[1]: " ID "from=<>, size=12, nrcpt=1 (queue active)",
		.kind = LOG_ACTIVE,
		.address = "",
		.total = 1 },
	{ .text = "postfix/qmgr[1]: " ID
		  "from=<\"a> b\\\" \"@c.example>, size=12, nrcpt=1 (queue active)",
		.kind = LOG_BROKEN },
	{ .text = "postfix/qmgr[1]: " ID
		  "from=<\"a b\\\" \"@c.example>, size=12, nrcpt=1 (queue active)",
		.kind = LOG_ACTIVE,
		.address = "\"a b\\\" \"@c.example",
		.total = 1 },
	{ .text = "postfix/qmgr[1]: " ID "from=<a@b.example>, status=expired, returned to sender",
		.kind = LOG_OTHER },
	{ .text = "postfix/qmgr[1]: " ID
		  "from=<a@b.example>, size=12, nrcpt=1 (queue active)@c>, size=9, "
		  "nrcpt=1 (queue active)",
		.kind = LOG_BROKEN },
	{ .text = "postfix/qmgr[1]: " ID "from=<a@b.example>, size=12", .kind = LOG_BROKEN },
	{ .text = "postfix/qmgr[1]: " ID "removed ", .kind = LOG_OTHER },
	{ .text = "postfix/smtp[1]: " ID "to=<a@inside.test>" RELAY,
		.kind = LOG_RECIPIENT,
		.address = "a@inside.test" },
	{ .text = "postfix/relay/smtp[1]: " ID
		  "to=<a@inside.test>, orig_to=<list@inside.test>" RELAY,
		.kind = LOG_RECIPIENT,
		.address = "a@inside.test",
		.original = "list@inside.test" },
	{ .text = "postfix/lmtp[1]: " ID
		  "to=<a@inside.test>, relay=x, conn_use=2, delay=1, dsn=2, status=sent (ok)",
		.kind = LOG_RECIPIENT,
		.address = "a@inside.test" },
	{ .text = "postfix/smtp[1]: " ID "to=<a b@inside.test>" RELAY, .kind = LOG_BROKEN },
	{ .text = "postfix/smtp[1]: " ID "to=<a@inside.test", .kind = LOG_BROKEN },
	{ .text = "postfix/smtp[1]: " ID "to=<a@inside.test>, relay=", .kind = LOG_BROKEN },
	{ .text = "postfix/smtp[1]: " ID "to=<j?rg@inside.test>" RELAY, .kind = LOG_BROKEN },
	{ .text = "postfix/smtp[1]: " ID "to=<j#303#266rg@inside.test>" RELAY, .kind = LOG_BROKEN },
	{ .text = "postfix/smtp[1]: " ID "to=<j#12@inside.test>" RELAY,
		.kind = LOG_RECIPIENT,
		.address = "j#12@inside.test" },
	/* "victim@inside.test>, relay=...(ok), "@inside.test, as Postfix before 3.5 logs it */
	{ .text = "postfix/smtp[1]: " ID "to=<victim@inside.test>" RELAY ", @inside.test>" RELAY,
		.kind = LOG_BROKEN },
	{ .text = "postfix/smtp[1]: " ID "to=<victim@inside.test>" RELAY
		  ", @inside.test>, orig_to=<a@inside.test>" RELAY,
		.kind = LOG_BROKEN },
	{ .text = "postfix/smtp[1]: " ID
		  "to=<victim@inside.test>, relay=x, delay=1, and what was cut of @inside.test",
		.kind = LOG_BROKEN },
	{ .text = "postfix/qmgr[1]: " ID
		  "from=<s@b.example>, size=0000000000001, nrcpt=1 (queue active)",
		.kind = LOG_BROKEN },
	{ .text = "postfix/smtp[1]: " ID "to=<>" RELAY, .kind = LOG_BROKEN },
	{ .text = "postfix/smtp[1]: " ID "host x[1.2.3.4] said: to=<a@inside.test>" RELAY,
		.kind = LOG_OTHER },
	{ .text = "postfix/smtpd[1]: NOQUEUE: reject: RCPT from x[1.2.3.4]: " ID
		  "client=y[1.2.3.4]",
		.kind = LOG_OTHER },
	{ .text = "postfix/smtpd[1]: warning: " ID "client=y[1.2.3.4]", .kind = LOG_OTHER },
	{ .text = "postfix/smtpd[1]: connect from a.example[192.0.2.1]", .kind = LOG_OTHER },
	{ .text = "postfix/bounce[1]: " ID "sender non-delivery notification: 4jdBHB2QvMz1bcM4",
		.kind = LOG_OTHER },
	{ .text = "postfix/postsuper[1]: " ID "removed", .kind = LOG_OTHER },
	{ .text = "postfix[1]: " ID "removed", .kind = LOG_OTHER },
	{ .text = "evil/qmgr: " ID "removed", .kind = LOG_OTHER },
	{ .text = "amavis[1]: (1) Passed CLEAN, " ID "removed", .kind = LOG_OTHER },
	{ .text = "qmgr[1]: " ID "removed", .kind = LOG_OTHER },
	{ .text = "postfix/qmgr[1]: 4jdBHB2QvMz1bcA3: removed", .kind = LOG_OTHER },
	{ .text = "postfix/qmgr[1]: DEADBEEF01: removed", .kind = LOG_REMOVED },
	{ .text = "postfix/qmgr[1]: DEAD: removed", .kind = LOG_OTHER },
};

static void
test_forms(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		const Form *form = &forms[i];
		g_autofree char *text = g_strconcat("2026-11-30T04:21:15Z mx ", form->text, NULL);
		g_auto(LogLine) line = { 0 };

		g_test_message("%s", form->text);
		g_assert_cmpint(read_line(text, &line), ==, form->kind);
		if (form->kind == LOG_OTHER || form->kind == LOG_BROKEN)
			continue;
		g_assert_cmpstr(line.server, ==, form->server ? form->server : "mx");
		g_assert_cmpstr(line.name, ==, form->name);
		g_assert_cmpstr(line.ip, ==, form->ip);
		g_assert_cmpstr(line.login, ==, form->login);
		g_assert_cmpstr(line.text, ==, form->words);
		g_assert_cmpstr(line.address, ==, form->address);
		g_assert_cmpstr(line.original, ==, form->original);
		g_assert_cmpint(line.total, ==, form->total);
	}
}

static void
test_what_is_no_line(void)
{
	static const struct {
		const char *text;
		LogKind kind;
	} lines[] = {
		{ "", LOG_OTHER },
		{ "-- Journal begins at Mon 2026-11-30 04:21:15 UTC. --", LOG_OTHER },
		{ "no stamp at all", LOG_BROKEN },
		{ "2026-11-30T04:21:15Z", LOG_BROKEN },
		{ "2026-11-30T04:21:15Z mx", LOG_BROKEN },
		{ "2026-11-30T04:21:15Z mx ", LOG_OTHER },
		{ "2026-11-30T04:21:15Z mx postfix/qmgr[", LOG_OTHER },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_auto(LogLine) line = { 0 };

		g_assert_cmpint(read_line(lines[i].text, &line), ==, lines[i].kind);
	}
}

/* Of every line each beginning and each with one byte turned over is read without harm. */
static void
test_cut_and_garbled(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autofree char *text = g_strconcat("Nov 30 04:21:15 mx ", forms[i].text, NULL);
		size_t length = strlen(text);

		for (size_t at = 0; at < length; at++) {
			g_autofree char *other = g_strndup(text, at);
			g_auto(LogLine) cut = { 0 };
			g_auto(LogLine) garbled = { 0 };

			read_line(other, &cut);
			text[at] ^= 0x11;
			read_line(text, &garbled);
			text[at] ^= 0x11;
		}
	}
}

/* ---- on hold ---- */

static void
assert_held(const char *text, const char *recipient)
{
	g_auto(LogHeld) held = { 0 };
	bool read_it = log_held_read(text, "a.example", "192.0.2.1", &held);

	g_test_message("%s", text);
	g_assert_cmpint(read_it, ==, recipient != NULL);
	if (!recipient)
		return;
	g_assert_cmpstr(held.sender, ==, "s@b.example");
	g_assert_cmpstr(held.recipient, ==, recipient);
	g_assert_cmpstr(held.helo, ==, "a");
}

static void
test_held_is_read_where_its_client_stands_once(void)
{
#define ORIGIN " from a.example[192.0.2.1]; from=<s@b.example> to="
	assert_held(
		"header Subject: x" ORIGIN "<r@inside.test> proto=ESMTP helo=<a>", "r@inside.test");
	assert_held("header Subject: x" ORIGIN "<r@inside.test> proto=ESMTP helo=<a>: why: a, b",
		"r@inside.test");
	assert_held("header Subject: x" ORIGIN "<\"r> proto=x\"@inside.test> proto=ESMTP helo=<a>",
		NULL);
	assert_held("header Subject: y" ORIGIN "<evil@inside.test> proto=ESMTP helo=<a>: z" ORIGIN
		    "<r@inside.test> proto=ESMTP helo=<a>",
		NULL);
	assert_held(
		"header Subject: x from b.example[192.0.2.1]; from=<s@b.example> to=<e@inside.test>"
		" proto=ESMTP helo=<a>",
		NULL);
	assert_held("header Subject: x" ORIGIN "<r@inside.test>", NULL);
	assert_held("header Subject: x" ORIGIN "<r@inside.test> proto=ESMTP helo=<a", NULL);
	assert_held(
		"header Subject: x" ORIGIN "<r@inside.test> proto=ESMTP helo=<a> to=<e@f>", NULL);
	/* "s@b.example> to=... helo=<a>: "@c.example, as Postfix before 3.5 logs it */
	assert_held("header Subject: x" ORIGIN
		    "<evil@inside.test> proto=ESMTP helo=<a>: @c.example>"
		    " to=<r@inside.test> proto=ESMTP helo=<a>",
		NULL);
	assert_held(
		"END-OF-MESSAGE from a.example[192.0.2.1]: milter triggers HOLD action; from=<s@b.example> "
		"to=<r@inside.test> proto=ESMTP helo=<a>",
		"r@inside.test");
	assert_held(
		"header X: END-OF-MESSAGE from a.example[192.0.2.1]: milter triggers HOLD action; "
		"from=<s@b.example> to=<e@inside.test> proto=ESMTP helo=<a>",
		NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_setenv("TZ", "UTC", TRUE);
	g_test_add_func("/log-line/stamps-of-every-kind", test_stamps_of_every_kind);
	g_test_add_func("/log-line/year-is-the-last-that-is-not-to-come",
		test_year_is_the_last_that_is_not_to_come);
	g_test_add_func("/log-line/what-is-no-stamp", test_what_is_no_stamp);
	g_test_add_func("/log-line/forms", test_forms);
	g_test_add_func("/log-line/what-is-no-line", test_what_is_no_line);
	g_test_add_func("/log-line/cut-and-garbled", test_cut_and_garbled);
	g_test_add_func("/log-line/held-is-read-where-its-client-stands-once",
		test_held_is_read_where_its_client_stands_once);
	return g_test_run();
}
