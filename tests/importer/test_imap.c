/* IMAP servers that are slow, lie, or mean ill; tests/importer/imap.t has a real one. */
#include "importer/imap_place.h"

#include <glib/gstdio.h>
#include <signal.h>

#include "importer/source.h"
#include "tests/importer/imap_script.h"

/* ---- names ---- */

static void
test_url(void)
{
	static const struct {
		const char *text;
		const char *user, *host, *folder; /* .host NULL: refused */
		int port;
	} cases[] = {
		{ "//anna@mail.test/Quarantine", "anna", "mail.test", "Quarantine", 993 },
		{ "//mail.test/INBOX", NULL, "mail.test", "INBOX", 993 },
		{ "//anna@example.org@mail.test:9930/a/b", "anna@example.org", "mail.test", "a/b",
			9930 },
		{ "//a%40b%3Ac@[::1]:1/x%20y", "a@b:c", "[::1]", "x y", 1 },
		{ "//[::1]/D%C3%B6ne", NULL, "[::1]", "Döne", 993 },
		{ "mail.test/INBOX", NULL, NULL, NULL, 0 },
		{ "//mail.test", NULL, NULL, NULL, 0 },
		{ "//mail.test/", NULL, NULL, NULL, 0 },
		{ "//anna:secret@mail.test/INBOX", NULL, NULL, NULL, 0 },
		{ "//anna;AUTH=*@mail.test/INBOX", NULL, NULL, NULL, 0 },
		{ "//anna@mail.test:0/INBOX", NULL, NULL, NULL, 0 },
		{ "//anna@mail.test:99999/INBOX", NULL, NULL, NULL, 0 },
		{ "//anna@mail.test:143:1/INBOX", NULL, NULL, NULL, 0 },
		{ "//anna@mail test/INBOX", NULL, NULL, NULL, 0 },
		{ "//anna@-x/INBOX", NULL, NULL, NULL, 0 },
		{ "//anna@[::1/INBOX", NULL, NULL, NULL, 0 },
		{ "//@mail.test/INBOX", NULL, NULL, NULL, 0 },
		{ "//an%0Ana@mail.test/INBOX", NULL, NULL, NULL, 0 },
		{ "//anna@mail.test/a%0D%0Ab", NULL, NULL, NULL, 0 },
		{ "//anna@mail.test/a%00b", NULL, NULL, NULL, 0 },
		{ "//anna@mail.test/%FF", NULL, NULL, NULL, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(ImapPlace) place = { 0 };
		g_autoptr(GError) error = NULL;
		bool parsed = imap_place_parse(cases[i].text, true, &place, &error);

		g_test_message("%s: %s", cases[i].text, error ? error->message : "taken");
		g_assert_cmpint(parsed, ==, cases[i].host != NULL);
		g_assert_cmpstr(place.user, ==, cases[i].user);
		g_assert_cmpstr(place.host, ==, cases[i].host);
		g_assert_cmpstr(place.folder, ==, cases[i].folder);
		g_assert_cmpint(place.port, ==, cases[i].port);
		g_assert_true(parsed || !strstr(error->message, "secret"));
	}
}

/* The examples of RFC 3501 section 5.1.3, and others. */
static void
test_folder_names(void)
{
	static const struct {
		const char *name, *quoted;
	} cases[] = {
		{ "INBOX", "\"INBOX\"" },
		{ "~peter/mail/台北/日本語", "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"" },
		{ "a&b", "\"a&-b\"" },
		{ "say \"x\\y\"", "\"say \\\"x\\\\y\\\"\"" },
		{ "Döne", "\"D&APY-ne\"" },
		{ "😀", "\"&2D3eAA-\"" },
		{ "a\r\nb", NULL },
		{ "", NULL },
		{ "\xff", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *quoted = imap_quote_folder(cases[i].name);

		g_assert_cmpstr(quoted, ==, cases[i].quoted);
	}
}

/* ---- what a source gives ---- */

typedef struct Run {
	Script *script;
	char *secret; /* file */
	Source *source;
	SourceOptions options;
	GString *got;  /* "one\n|mark of it|", and errors as "!words|" */
	GError *error; /* that ended it, or NULL */
	bool started;
} Run;

static void
run_clear(Run *run)
{
	source_close(run->source);
	script_free(run->script);
	unlink(run->secret);
	g_free(run->secret);
	g_string_free(run->got, TRUE);
	g_clear_error(&run->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

static void
run_prepare(Run *run, const ScriptLine *lines)
{
	int file = g_file_open_tmp("lazaret-imap-XXXXXX", &run->secret, NULL);
	static const char secret[] = "127.0.0.1 anna correct horse\n0.0.0.0 anna correct horse\n";

	g_assert_cmpint(write(file, secret, strlen(secret)), ==, (ssize_t)strlen(secret));
	close(file);
	run->got = g_string_new(NULL);
	run->script = script_start(lines);
	run->options.imap = (ImapSettings){ .credentials = run->secret, .patience = 1 };
}

static void
run_open(Run *run, const char *host, const char *mark)
{
	g_autofree char *spec = g_strdup_printf("imap://anna@%s:%d/Held", host, run->script->port);

	run->source = source_find(spec, &run->error);
	g_assert_no_error(run->error);
	run->started = source_start(run->source, mark, &run->options, NULL, &run->error);
	g_assert_no_error(run->error);
}

/* All that comes, up to the end or the error. */
static void
run_read(Run *run)
{
	for (int i = 0; i < 100; i++) {
		g_auto(SourceItem) item = { 0 };
		g_autoptr(GError) skipped = NULL;

		switch (source_next(run->source, &item, &skipped)) {
		case SOURCE_ITEM:
			g_string_append_len(run->got, g_bytes_get_data(item.raw, NULL),
				(gssize)g_bytes_get_size(item.raw));
			g_string_append_printf(run->got, "|%s|", item.mark);
			break;
		case SOURCE_SKIP:
			g_test_message("%s", skipped->message);
			g_string_append_printf(
				run->got, "!%s|", strstr(skipped->message, "message "));
			break;
		case SOURCE_END:
			return;
		case SOURCE_FAILED:
			g_test_message("%s", skipped->message);
			run->error = g_steal_pointer(&skipped);
			return;
		case SOURCE_SEEN:
		case SOURCE_LATER:
		case SOURCE_OTHER:
		case SOURCE_WAIT:
		case SOURCE_ADVICE:
			g_assert_not_reached();
		}
	}
	g_assert_not_reached();
}

static void
run_whole(Run *run, const ScriptLine *lines)
{
	run_prepare(run, lines);
	run_open(run, "127.0.0.1", NULL);
	run_read(run);
}

static void
assert_failed(const Run *run, ImportError code, const char *words)
{
	g_assert_error(run->error, IMPORT_ERROR, (int)code);
	g_test_message("%s", run->error->message);
	g_assert_nonnull(strstr(run->error->message, words));
	g_assert_null(strstr(run->error->message, "horse"));
}

#define ALL "one\n|7 1|two\n|7 2|see\n|7 3|"

static void
test_all_that_is_there(void)
{
	g_auto(Run) run = { 0 };

	run_whole(&run, NULL);
	g_assert_no_error(run.error);
	g_assert_cmpstr(run.got->str, ==, ALL);
	g_assert_cmpint(source_total(run.source), ==, 3);
	script_end(run.script);
	g_assert_null(strstr(run.script->heard->str, "SELECT"));
	g_assert_null(strstr(run.script->heard->str, " BODY[]"));
	g_assert_null(strstr(run.script->heard->str, "STORE"));
}

static void
test_goes_on_where_it_stood(void)
{
	static const ScriptLine lines[] = { { "UID SEARCH UID 3:3", "* SEARCH 3\r\n~ OK\r\n", 0 },
		{ NULL, NULL, 0 } };
	static const struct {
		const char *mark, *got;
	} cases[] = {
		{ "7 2", "see\n|7 3|" },
		{ "7 2 flag move", "see\n|7 3|" },
		{ "7 3", "" },
		{ "7 4000000000", "" },
		{ "6 2", ALL },
		{ "7", ALL },
		{ "rubbish", ALL },
		{ "", ALL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(Run) run = { 0 };

		run_prepare(&run, lines);
		run_open(&run, "127.0.0.1", cases[i].mark);
		run_read(&run);
		g_assert_no_error(run.error);
		g_assert_cmpstr(run.got->str, ==, cases[i].got);
	}
}

/* Out of order, mixed with what nobody asked for, twice, in another case. */
static void
test_answers_of_all_kinds(void)
{
	static const ScriptLine lines[] = {
		{ "UID SEARCH",
			"* SEARCH 3 1\r\n* 4 EXISTS\r\n* SEARCH 2 2 99 0 -4\r\n"
			"* OK a word that ends so {5}\r\n~ ok\r\n",
			0 },
		{ "UID FETCH 1:3 (UID BODY",
			"* 9 FETCH (FLAGS (\\Seen $x \"a)b\"))\r\n"
			"* 3 FETCH (BODY[] {4}\r\nsee\n UID 3 FLAGS (\\Recent (\"\\\"(\")))\r\n"
			"* 9 FETCH (UID 9 BODY[] {4}\r\nnot!)\r\n"
			"* 2 EXPUNGE\r\n* LIST () \"/\" {3}\r\nabc\r\n"
			"* 1 fetch (uid 1 body[] {4}\r\none\n)\r\n"
			"* 1 FETCH (UID 1 BODY[] {4}\r\nuno\n)\r\n"
			"* 1 FETCH (UID 1 BODY[] \"uno\")\r\n"
			"* 2 FETCH (UID 2 BODY[] {4}\r\ntwo\n X-OTHER {2}\r\n)))\r\n~ OK\r\n",
			0 },
		{ NULL, NULL, 0 }
	};
	g_auto(Run) run = { 0 };

	run_whole(&run, lines);
	g_assert_no_error(run.error);
	g_assert_cmpstr(run.got->str, ==, ALL);
}

/* A server may say what is short in quotes. */
static void
test_quoted_message(void)
{
	static const ScriptLine lines[] = { { "UID SEARCH", "* SEARCH 1\r\n~ OK\r\n", 0 },
		{ "UID FETCH 1 (UID BODY", "* 1 FETCH (BODY[] \"o \\\"n\\\\e)\" UID 1)\r\n~ OK\r\n",
			0 },
		{ NULL, NULL, 0 } };
	g_auto(Run) run = { 0 };

	run_whole(&run, lines);
	g_assert_no_error(run.error);
	g_assert_cmpstr(run.got->str, ==, "o \"n\\e)|7 1|");
}

/* A message is no answer, whatever stands in it. */
static void
test_message_that_looks_like_answers(void)
{
	static const ScriptLine lines[] = { { "UID SEARCH", "* SEARCH 1\r\n~ OK\r\n", 0 },
		{ "RFC822.SIZE", "* 1 FETCH (UID 1 RFC822.SIZE 47)\r\n~ OK\r\n", 0 },
		{ "UID FETCH 1 (UID BODY",
			"* 1 FETCH (UID 1 BODY[] {47}\r\n"
			"a\r\n)\r\n~ OK done\r\n* BYE\r\n* 2 FETCH (UID 2 {9}\r\n)\r\n~ OK\r\n",
			0 },
		{ NULL, NULL, 0 } };
	g_auto(Run) run = { 0 };

	run_whole(&run, lines);
	g_assert_no_error(run.error);
	g_assert_true(g_str_has_prefix(run.got->str, "a\r\n)\r\nL"));
	g_assert_true(g_str_has_suffix(run.got->str, "(UID 2 {9}\r\n|7 1|"));
}

static void
test_message_that_is_gone_or_too_large(void)
{
	static const ScriptLine lines[] = { { "RFC822.SIZE",
						    "* 1 FETCH (UID 1 RFC822.SIZE 99999999)\r\n"
						    "* 3 FETCH (UID 3 RFC822.SIZE 4)\r\n~ OK\r\n",
						    0 },
		{ NULL, NULL, 0 } };
	g_auto(Run) run = { 0 };

	run_whole(&run, lines);
	g_assert_no_error(run.error);
	g_assert_cmpstr(run.got->str, ==,
		"!message 1: too large for a message|"
		"!message 2: removed while the folder was read|see\n|7 3|");
}

/* What may be had later is looked for again: the mark stays before it. */
static void
test_message_that_can_not_be_had(void)
{
	static const ScriptLine cases[][4] = {
		{ { "UID FETCH 1:3 (UID BODY", "* 1 FETCH (UID 1 BODY[] {4}\r\none\n)\r\n~ NO\r\n",
			  0 },
			{ "UID FETCH 2 (UID BODY", "~ NO [SERVERBUG] broken\r\n", 0 },
			{ NULL, NULL, 0 } },
		{ { "UID FETCH 1:3 (UID BODY", "* 1 FETCH (UID 1 BODY[] {4}\r\none\n)\r\n~ OK\r\n",
			  0 },
			{ "UID FETCH 2 (UID BODY", "* 2 FETCH (UID 2 BODY[] NIL)\r\n~ OK\r\n", 0 },
			{ NULL, NULL, 0 } },
		{ { "UID FETCH 1:3 (UID BODY", script_hangs_up, 0 },
			{ "UID FETCH 2 (UID BODY", script_hangs_up, 0 }, { NULL, NULL, 0 } },
		{ { "UID FETCH 1:3 (UID BODY", "* 1 FETCH (UID 1 BODY[] {4}\r\none\n)\r\n* BYE\r\n",
			  0 },
			{ "UID FETCH 2 (UID BODY", "* BYE crashed\r\n", 0 }, { NULL, NULL, 0 } },
	};
	static const char *const words[] = { "the server says NO [SERVERBUG] broken",
		"the server gives nothing of it", "the server hung up",
		"the server hung up: crashed" };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		g_auto(Run) run = { 0 };

		run_whole(&run, cases[i]);
		g_assert_no_error(run.error);
		g_assert_true(g_str_has_prefix(run.got->str, "one\n|7 1|!message 2: "));
		g_assert_nonnull(strstr(run.got->str, words[i]));
		g_assert_true(g_str_has_suffix(run.got->str, "|see\n|7 1|"));
	}
}

static void
test_connection_that_is_lost(void)
{
	static const ScriptLine lines[] = { { "UID SEARCH", script_hangs_up, 2 },
		{ "RFC822.SIZE", "* BYE restart\r\n", 1 },
		{ "UID FETCH 1:3 (UID BODY", script_hangs_up, 1 },
		{ "UID FETCH 2 (UID BODY", script_hangs_up, 1 }, { NULL, NULL, 0 } };
	g_auto(Run) run = { 0 };

	run_whole(&run, lines);
	g_assert_no_error(run.error);
	g_assert_cmpstr(run.got->str, ==, ALL);
}

/* Twice is what a restart explains; a server that always hangs up is left. */
static void
test_server_that_hangs_up_over_everything(void)
{
	static const ScriptLine lines[] = { { "EXAMINE",
						    "* OK [UIDVALIDITY 7] x\r\n"
						    "* OK [UIDNEXT 6] x\r\n~ OK\r\n",
						    0 },
		{ "UID SEARCH", "* SEARCH 1 2 3 4 5\r\n~ OK\r\n", 0 },
		{ "RFC822.SIZE",
			"* 1 FETCH (UID 1 RFC822.SIZE 4)\r\n* 2 FETCH (UID 2 RFC822.SIZE 4)\r\n"
			"* 3 FETCH (UID 3 RFC822.SIZE 4)\r\n* 4 FETCH (UID 4 RFC822.SIZE 4)\r\n"
			"* 5 FETCH (UID 5 RFC822.SIZE 4)\r\n~ OK\r\n",
			0 },
		{ "(UID BODY", script_hangs_up, 0 }, { NULL, NULL, 0 } };
	g_auto(Run) run = { 0 };

	run_whole(&run, lines);
	assert_failed(&run, IMPORT_ERROR_LOST, "the server hung up");
	g_assert_nonnull(strstr(run.got->str, "!message 3"));
	g_assert_null(strstr(run.got->str, "!message 4"));
}

static void
test_folder_that_becomes_another(void)
{
	static const ScriptLine lines[] = {
		{ "EXAMINE",
			"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n~ OK\r\n",
			1 },
		{ "EXAMINE",
			"* 3 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n* OK [UIDNEXT 4] x\r\n~ OK\r\n",
			0 },
		{ "UID FETCH 1:3 (UID BODY", script_hangs_up, 0 }, { NULL, NULL, 0 }
	};
	g_auto(Run) run = { 0 };

	run_whole(&run, lines);
	assert_failed(&run, IMPORT_ERROR_IO, "became another one while it was read");
}

/* ---- servers that mean ill ---- */

static void
test_servers_that_make_no_sense(void)
{
	static const struct {
		ScriptLine lines[2];
		ImportError code;
		const char *words;
	} cases[] = {
		{ { { "GREETING", script_is_silent, 0 } }, IMPORT_ERROR_IO, "answer in time" },
		{ { { "AUTHENTICATE", script_is_silent, 0 } }, IMPORT_ERROR_IO, "answer in time" },
		{ { { "EXAMINE", "* 1 EXISTS\r\n* OK", 0 } }, IMPORT_ERROR_IO, "answer in time" },
		{ { { "GREETING", "220 mx ESMTP\r\n", 0 } }, IMPORT_ERROR_IO, "answer in time" },
		{ { { "GREETING", "* BYE no\r\n", 0 } }, IMPORT_ERROR_DATA, "greet as IMAP" },
		{ { { "EXAMINE", "~ OK\r\n", 0 } }, IMPORT_ERROR_DATA, "no UIDVALIDITY" },
		{ { { "EXAMINE", "~ NO gone\r\n", 0 } }, IMPORT_ERROR_NO_INPUT,
			"can't be opened: the server says NO gone" },
		{ { { "AUTHENTICATE", "~ NO correct horse\r\n", 0 } }, IMPORT_ERROR_NO_INPUT,
			"does not take our user and password" },
		{ { { "EXAMINE", "+ go on\r\n", 0 } }, IMPORT_ERROR_DATA, "waits for" },
		{ { { "(UID BODY", "* 1 FETCH (UID 1 BODY[] {4000000000}\r\nx", 0 } },
			IMPORT_ERROR_DATA, "announces 4000000000 bytes" },
		{ { { "(UID BODY", "* 1 FETCH (UID 1 BODY[] {60000000}\r\nx", 0 } },
			IMPORT_ERROR_IO, "answer in time" },
		{ { { "UID SEARCH", "~ BAD what\r\n", 0 } }, IMPORT_ERROR_REFUSED,
			"says BAD what" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(Run) run = { 0 };
		int64_t began = g_get_monotonic_time();

		run_whole(&run, cases[i].lines);
		assert_failed(&run, cases[i].code, cases[i].words);
		g_assert_cmpint(g_get_monotonic_time() - began, <, 20 * G_USEC_PER_SEC);
	}
}

static void
test_no_password_in_the_open(void)
{
	static const ScriptLine lines[] = { { NULL, NULL, 0 } };
	g_auto(Run) run = { 0 };

	run_prepare(&run, lines);
	/* It gets to this machine as well, and is none of its names. */
	run_open(&run, "0.0.0.0", NULL);
	run_read(&run);
	assert_failed(&run, IMPORT_ERROR_IO, "offers no STARTTLS");
	script_end(run.script);
	g_assert_null(strstr(run.script->heard->str, "AUTHENTICATE"));
	g_assert_null(strstr(run.script->heard->str, "LOGIN "));
}

/* What was said in the open before TLS began must not count as said inside; and where TLS is
 * offered and fails, nothing is said in the open. */
static void
test_tls_that_does_not_begin(void)
{
	static const char *const answers[] = {
		"~ OK\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nA003 OK\r\n",
		"~ OK\r\n",
		"~ NO\r\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		const ScriptLine lines[] = {
			{ "CAPABILITY", "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\n~ OK\r\n",
				0 },
			{ "STARTTLS", answers[i], 0 }, { NULL, NULL, 0 }
		};
		g_auto(Run) run = { 0 };

		run_prepare(&run, lines);
		run_open(&run, i == 2 ? "0.0.0.0" : "127.0.0.1", NULL);
		run_read(&run);
		g_assert_nonnull(run.error);
		script_end(run.script);
		g_assert_nonnull(strstr(run.script->heard->str, "STARTTLS"));
		g_assert_null(strstr(run.script->heard->str, "AUTHENTICATE"));
	}
}

static void
test_no_password_where_none_is_taken(void)
{
	static const ScriptLine lines[] = {
		{ "CAPABILITY", "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI\r\n~ OK\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	g_auto(Run) run = { 0 };

	run_whole(&run, lines);
	assert_failed(&run, IMPORT_ERROR_NO_INPUT, "takes no password");
	script_end(run.script);
	g_assert_null(strstr(run.script->heard->str, "AUTHENTICATE"));
	g_assert_null(strstr(run.script->heard->str, "LOGIN "));
}

static void
test_ways_to_log_in(void)
{
	static const ScriptLine cases[][4] = {
		{ { "CAPABILITY", "* CAPABILITY IMAP4rev1\r\n~ OK\r\n", 0 }, { NULL, NULL, 0 } },
		{ { "CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n~ OK\r\n", 0 },
			{ "AUTHENTICATE PLAIN", "+ \r\n", 0 }, { "AGFubmEA", "L2 OK\r\n", 0 },
			{ NULL, NULL, 0 } },
		{ { NULL, NULL, 0 } },
	};
	static const char *const said[] = { "LOGIN \"anna\" \"correct horse\"\r\n",
		"AUTHENTICATE PLAIN\r\nAGFubmEAY29ycmVjdCBob3JzZQ==\r\n",
		"AUTHENTICATE PLAIN AGFubmEAY29ycmVjdCBob3JzZQ==\r\n" };

	for (size_t i = 0; i < G_N_ELEMENTS(said); i++) {
		g_auto(Run) run = { 0 };

		run_whole(&run, cases[i]);
		g_assert_no_error(run.error);
		g_assert_cmpstr(run.got->str, ==, ALL);
		script_end(run.script);
		g_assert_nonnull(strstr(run.script->heard->str, said[i]));
	}
}

static void
test_wait_is_ended(void)
{
	static const ScriptLine lines[] = { { "UID SEARCH", script_is_silent, 0 },
		{ NULL, NULL, 0 } };
	g_auto(Run) run = { 0 };
	int ends[2];

	g_assert_cmpint(pipe(ends), ==, 0);
	run_prepare(&run, lines);
	run.options.imap.patience = 30;
	run_open(&run, "127.0.0.1", NULL);
	source_heed(run.source, ends[0]);
	g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
	run_read(&run);
	g_assert_error(run.error, IMPORT_ERROR, IMPORT_ERROR_STOPPED);
	close(ends[0]);
	close(ends[1]);
}

/* ---- what becomes of messages ---- */

static const Settled kept[] = { { 1, FATE_KEPT }, { 2, FATE_LEFT_OUT }, { 3, FATE_KEPT } };

static void
test_flag_and_move(void)
{
	static const ScriptLine lines[] = { { "UID MOVE", "~ NO [TRYCREATE] none\r\n", 1 },
		{ NULL, NULL, 0 } };
	g_auto(Run) run = { 0 };
	g_autofree char *mark = NULL;

	run_prepare(&run, lines);
	run.options.flag = true;
	run.options.move_to = "Döne";
	run_open(&run, "127.0.0.1", "7 3");
	run_read(&run);
	g_assert_cmpstr(
		run.got->str, ==, "one\n|7 0 flag move|two\n|7 0 flag move|see\n|7 0 flag move|");
	g_assert_true(source_settle(run.source, kept, G_N_ELEMENTS(kept), &run.error));
	mark = source_stand(run.source);
	g_assert_cmpstr(mark, ==, "7 3 flag move");
	script_end(run.script);
	g_assert_nonnull(
		strstr(run.script->heard->str, "UID STORE 1,3 +FLAGS.SILENT ($Quarantined)"));
	g_assert_nonnull(strstr(run.script->heard->str, "UID MOVE 1,3 \"D&APY-ne\""));
	g_assert_nonnull(strstr(run.script->heard->str, "CREATE \"D&APY-ne\""));
}

/* The next import has to do it, so the mark stays before it. */
static void
test_what_can_not_be_flagged_is_said(void)
{
	static const ScriptLine lines[] = { { "STORE", "~ NO quota\r\n", 0 }, { NULL, NULL, 0 } };
	g_auto(Run) run = { 0 };
	g_autofree char *mark = NULL;

	run_prepare(&run, lines);
	run.options.flag = true;
	run_open(&run, "127.0.0.1", NULL);
	run_read(&run);
	g_assert_false(source_settle(run.source, kept, G_N_ELEMENTS(kept), &run.error));
	g_assert_nonnull(strstr(run.error->message,
		"2 messages neither flagged nor moved: the server says NO quota"));
	mark = source_stand(run.source);
	g_assert_cmpstr(mark, ==, "7 0 flag");
}

static void
test_what_is_not_settled_is_read_again(void)
{
	g_auto(Run) run = { 0 };
	g_autofree char *before = NULL;
	g_autofree char *mark = NULL;

	run_whole(&run, NULL);
	before = source_stand(run.source);
	g_assert_cmpstr(before, ==, "7 0");
	g_assert_true(source_settle(run.source, kept, 2, &run.error));
	mark = source_stand(run.source);
	g_assert_cmpstr(mark, ==, "7 2");
}

static void
test_servers_that_can_not_do_it(void)
{
	static const ScriptLine lines[] = {
		{ "CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n~ OK\r\n", 0 },
		{ "SELECT",
			"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n"
			"* OK [PERMANENTFLAGS (\\Seen)] x\r\n~ OK\r\n",
			0 },
		{ NULL, NULL, 0 }
	};

	for (int flag = 0; flag < 2; flag++) {
		g_auto(Run) run = { 0 };

		run_prepare(&run, lines);
		run.options.flag = flag;
		run.options.move_to = flag ? NULL : "Done";
		run_open(&run, "127.0.0.1", NULL);
		run_read(&run);
		assert_failed(&run, IMPORT_ERROR_USAGE,
			flag ? "keeps no keyword $Quarantined" : "neither MOVE nor UIDPLUS");
		g_assert_cmpstr(run.got->str, ==, "");
	}
}

int
main(int argc, char **argv)
{
	(void)signal(SIGPIPE, SIG_IGN);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/imap/url", test_url);
	g_test_add_func("/imap/folder-names", test_folder_names);
	g_test_add_func("/imap/all-that-is-there", test_all_that_is_there);
	g_test_add_func("/imap/goes-on-where-it-stood", test_goes_on_where_it_stood);
	g_test_add_func("/imap/quoted-message", test_quoted_message);
	g_test_add_func("/imap/answers-of-all-kinds", test_answers_of_all_kinds);
	g_test_add_func(
		"/imap/message-that-looks-like-answers", test_message_that_looks_like_answers);
	g_test_add_func(
		"/imap/message-that-is-gone-or-too-large", test_message_that_is_gone_or_too_large);
	g_test_add_func("/imap/message-that-can-not-be-had", test_message_that_can_not_be_had);
	g_test_add_func("/imap/connection-that-is-lost", test_connection_that_is_lost);
	g_test_add_func("/imap/server-that-hangs-up-over-everything",
		test_server_that_hangs_up_over_everything);
	g_test_add_func("/imap/folder-that-becomes-another", test_folder_that_becomes_another);
	g_test_add_func("/imap/servers-that-make-no-sense", test_servers_that_make_no_sense);
	g_test_add_func("/imap/no-password-in-the-open", test_no_password_in_the_open);
	g_test_add_func(
		"/imap/no-password-where-none-is-taken", test_no_password_where_none_is_taken);
	g_test_add_func("/imap/tls-that-does-not-begin", test_tls_that_does_not_begin);
	g_test_add_func("/imap/ways-to-log-in", test_ways_to_log_in);
	g_test_add_func("/imap/wait-is-ended", test_wait_is_ended);
	g_test_add_func("/imap/flag-and-move", test_flag_and_move);
	g_test_add_func(
		"/imap/what-can-not-be-flagged-is-said", test_what_can_not_be_flagged_is_said);
	g_test_add_func(
		"/imap/what-is-not-settled-is-read-again", test_what_is_not_settled_is_read_again);
	g_test_add_func("/imap/servers-that-can-not-do-it", test_servers_that_can_not_do_it);
	return g_test_run();
}
