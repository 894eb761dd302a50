/* script.h - a server that says what a test wants, and keeps what it was told */
#ifndef TESTS_RELEASE_SCRIPT_H
#define TESTS_RELEASE_SCRIPT_H

#include <stdio.h>

#include "tests/release/sink.h"

enum {
	SCRIPT_CONNECTIONS = 2, /* then it is over */
	SCRIPT_PATIENCE = 5,    /* seconds it waits for a line, and for a connection */
};

typedef struct ScriptLine {
	const char *heard; /* how the client's line begins; "" is any, "." the end of the data */
	const char *said;  /* with its line ends; NULL hangs up */
} ScriptLine;

typedef struct Script {
	const ScriptLine *lines; /* the first that fits counts; .heard NULL is the end */
	int listener;
	int port;
	GString *heard; /* all lines, of every connection */
	GThread *thread;
} Script;

static inline bool
script_answer(const Script *script, int handle, const char *line)
{
	for (const ScriptLine *at = script->lines; at->heard; at++) {
		if (strncmp(line, at->heard, strlen(at->heard)) != 0)
			continue;
		return at->said && send(handle, at->said, strlen(at->said), MSG_NOSIGNAL) >= 0 &&
			strncmp(line, "QUIT", 4) != 0;
	}
	return send(handle, "250 ok\r\n", 8, MSG_NOSIGNAL) >= 0;
}

static inline void
script_serve(Script *script, int handle)
{
	FILE *stream = fdopen(handle, "r");
	char line[2000];
	bool data = false;

	if (send(handle, "220 script\r\n", 12, MSG_NOSIGNAL) < 0) {
		fclose(stream);
		return;
	}
	while (fgets(line, sizeof(line), stream)) {
		g_string_append(script->heard, line);
		if (data && strcmp(line, ".\r\n") != 0)
			continue;
		data = strncmp(line, "DATA", 4) == 0;
		if (!script_answer(script, handle, line))
			break;
	}
	fclose(stream);
}

static inline void
script_set_patience(int handle)
{
	const struct timeval patience = { .tv_sec = SCRIPT_PATIENCE };

	setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

static inline gpointer
script_run(gpointer data)
{
	Script *script = data;

	for (int i = 0; i < SCRIPT_CONNECTIONS; i++) {
		int handle = accept(script->listener, NULL, NULL);

		if (handle < 0)
			break;
		script_set_patience(handle);
		script_serve(script, handle);
	}
	return NULL;
}

/* @ip is one of this machine's. */
static inline Script *
script_start(const ScriptLine *lines, const char *ip)
{
	Script *script = g_new0(Script, 1);
	struct sockaddr_in name;
	socklen_t length = sizeof(name);

	script->lines = lines;
	script->heard = g_string_new(NULL);
	script->listener = sink_socket(0, &name);
	script_set_patience(script->listener);
	g_assert_cmpint(inet_pton(AF_INET, ip, &name.sin_addr), ==, 1);
	g_assert_cmpint(bind(script->listener, (struct sockaddr *)&name, length), ==, 0);
	g_assert_cmpint(listen(script->listener, 8), ==, 0);
	g_assert_cmpint(getsockname(script->listener, (struct sockaddr *)&name, &length), ==, 0);
	script->port = ntohs(name.sin_port);
	script->thread = g_thread_new("script", script_run, script);
	return script;
}

/* Waits until it is over; what it was told is .heard then. */
static inline void
script_end(Script *script)
{
	if (script->thread) {
		shutdown(script->listener, SHUT_RDWR);
		g_thread_join(script->thread);
		close(script->listener);
		script->thread = NULL;
	}
}

static inline void
script_free(Script *script)
{
	script_end(script);
	g_string_free(script->heard, TRUE);
	g_free(script);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Script, script_free)

#endif
