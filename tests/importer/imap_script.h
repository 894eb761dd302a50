/* imap_script.h - a server that answers IMAP as a test wants, and keeps what it was told */
#ifndef TESTS_IMPORTER_IMAP_SCRIPT_H
#define TESTS_IMPORTER_IMAP_SCRIPT_H

#include <arpa/inet.h>
#include <glib.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	SCRIPT_PATIENCE = 10 * 1000, /* milliseconds it waits for a line, and for a connection */
	SCRIPT_CONNECTIONS = 40,
};

/* Said instead of an answer. */
static const char script_hangs_up[] = "hangs up", script_is_silent[] = "is silent";

typedef struct ScriptLine {
	const char *heard; /* in the client's line */
	const char *said;  /* with its line ends, ~ for the tag */
	int times;         /* that it counts; 0: always */
} ScriptLine;

typedef struct Script {
	const ScriptLine *lines; /* before the usual ones; the first that fits counts */
	int used[16];            /* times each was said */
	int listener;
	int port;
	int end[2]; /* a pipe: closed to end it */
	int connections;
	GString *heard; /* all lines, of every connection */
	GThread *thread;
} Script;

static const ScriptLine script_usual[] = {
	{ "GREETING", "* OK script\r\n", 0 },
	{ "CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR MOVE UIDPLUS\r\n~ OK\r\n", 0 },
	{ "AUTHENTICATE", "~ OK\r\n", 0 },
	{ "LOGIN", "~ OK\r\n", 0 },
	{ "EXAMINE",
		"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n~ OK [READ-ONLY]\r\n",
		0 },
	{ "SELECT",
		"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n"
		"* OK [PERMANENTFLAGS (\\Deleted \\*)] x\r\n~ OK [READ-WRITE]\r\n",
		0 },
	{ "UID SEARCH", "* SEARCH 1 2 3\r\n~ OK\r\n", 0 },
	{ "RFC822.SIZE",
		"* 1 FETCH (UID 1 RFC822.SIZE 4)\r\n* 2 FETCH (UID 2 RFC822.SIZE 4)\r\n"
		"* 3 FETCH (UID 3 RFC822.SIZE 4)\r\n~ OK\r\n",
		0 },
	{ "UID FETCH 1 (UID BODY", "* 1 FETCH (UID 1 BODY[] {4}\r\none\n)\r\n~ OK\r\n", 0 },
	{ "UID FETCH 2 (UID BODY", "* 2 FETCH (UID 2 BODY[] {4}\r\ntwo\n)\r\n~ OK\r\n", 0 },
	{ "UID FETCH 3 (UID BODY", "* 3 FETCH (UID 3 BODY[] {4}\r\nsee\n)\r\n~ OK\r\n", 0 },
	{ "UID FETCH 2:3 (UID BODY",
		"* 2 FETCH (UID 2 BODY[] {4}\r\ntwo\n)\r\n"
		"* 3 FETCH (UID 3 BODY[] {4}\r\nsee\n)\r\n~ OK\r\n",
		0 },
	{ "UID FETCH 1:3 (UID BODY",
		"* 1 FETCH (UID 1 BODY[] {4}\r\none\n)\r\n"
		"* 2 FETCH (UID 2 BODY[] {4}\r\ntwo\n)\r\n"
		"* 3 FETCH (UID 3 BODY[] {4}\r\nsee\n)\r\n~ OK\r\n",
		0 },
	{ "", "~ OK\r\n", 0 },
	{ NULL, NULL, 0 },
};

static inline const char *
script_find(Script *script, const char *line)
{
	for (int i = 0; script->lines && script->lines[i].heard; i++) {
		const ScriptLine *at = &script->lines[i];

		if (strstr(line, at->heard) && (at->times == 0 || script->used[i] < at->times)) {
			script->used[i]++;
			return at->said;
		}
	}
	for (const ScriptLine *at = script_usual;; at++)
		if (strstr(line, at->heard))
			return at->said;
}

/* False when it is over with this client. */
static inline bool
script_answer(Script *script, int handle, const char *line)
{
	const char *said = script_find(script, line);
	g_autofree char *tag = g_strndup(line, strcspn(line, " "));
	g_auto(GStrv) parts = NULL;
	g_autofree char *answer = NULL;

	if (said == script_hangs_up)
		return false;
	if (said == script_is_silent)
		return true;
	parts = g_strsplit(said, "~", -1);
	answer = g_strjoinv(tag, parts);
	return send(handle, answer, strlen(answer), MSG_NOSIGNAL) >= 0;
}

/* Until @handle can be read; false when the test is over, or nothing comes. */
static inline bool
script_wait(const Script *script, int handle)
{
	struct pollfd watched[] = { { handle, POLLIN, 0 }, { script->end[0], POLLIN, 0 } };

	return poll(watched, G_N_ELEMENTS(watched), SCRIPT_PATIENCE) > 0 && !watched[1].revents;
}

static inline void
script_serve(Script *script, int handle)
{
	g_autoptr(GString) line = g_string_new(NULL);
	char byte;

	if (!script_answer(script, handle, "GREETING"))
		return;
	while (script_wait(script, handle) && read(handle, &byte, 1) == 1) {
		g_string_append_c(line, byte);
		if (byte != '\n')
			continue;
		g_string_append(script->heard, line->str);
		if (!script_answer(script, handle, line->str))
			return;
		g_string_truncate(line, 0);
	}
}

static inline gpointer
script_run(gpointer data)
{
	Script *script = data;

	while (script->connections < SCRIPT_CONNECTIONS && script_wait(script, script->listener)) {
		int handle = accept(script->listener, NULL, NULL);

		g_assert_cmpint(handle, >=, 0);
		script->connections++;
		script_serve(script, handle);
		close(handle);
	}
	return NULL;
}

static inline Script *
script_start(const ScriptLine *lines)
{
	Script *script = g_new0(Script, 1);
	struct sockaddr_in name = { .sin_family = AF_INET };
	socklen_t length = sizeof(name);

	name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	script->lines = lines;
	script->heard = g_string_new(NULL);
	script->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(script->listener, (struct sockaddr *)&name, length), ==, 0);
	g_assert_cmpint(listen(script->listener, 8), ==, 0);
	g_assert_cmpint(getsockname(script->listener, (struct sockaddr *)&name, &length), ==, 0);
	script->port = ntohs(name.sin_port);
	g_assert_cmpint(pipe(script->end), ==, 0);
	script->thread = g_thread_new("script", script_run, script);
	return script;
}

/* What it was told is whole then. */
static inline void
script_end(Script *script)
{
	if (!script->thread)
		return;
	close(script->end[1]);
	g_thread_join(script->thread);
	script->thread = NULL;
}

static inline void
script_free(Script *script)
{
	script_end(script);
	close(script->end[0]);
	close(script->listener);
	g_string_free(script->heard, TRUE);
	g_free(script);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Script, script_free)

#endif
