/* sink.h - Postfix's smtp-sink on a free loopback port, its dumps in a temporary folder */
#ifndef TESTS_RELEASE_SINK_H
#define TESTS_RELEASE_SINK_H

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SINK_STARTS = 5,  /* the free port may be somebody else's by then */
	SINK_WAITS = 200, /* of 10 ms */
	SINK_LIFE = 120,  /* seconds it outlives a test that crashed */
	SINK_MAX_ARGUMENTS = 16,
};

typedef struct Sink {
	GPid pid;
	int port;
	char *folder;
	char *address; /* "127.0.0.1:2525" */
} Sink;

static inline void
sink_free(Sink *sink)
{
	g_autofree char *remove = NULL;

	if (!sink)
		return;
	if (sink->pid > 0) {
		kill(sink->pid, SIGTERM);
		waitpid(sink->pid, NULL, 0);
	}
	if (sink->folder) {
		const char *argv[] = { "rm", "-r", sink->folder, NULL };

		g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
			NULL, NULL);
	}
	g_free(sink->folder);
	g_free(sink->address);
	g_free(sink);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sink, sink_free)

static inline int
sink_socket(int port, struct sockaddr_in *name)
{
	int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(handle, >=, 0);
	*name = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	name->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return handle;
}

static inline int
sink_free_port(void)
{
	struct sockaddr_in name;
	socklen_t length = sizeof(name);
	int handle = sink_socket(0, &name);

	g_assert_cmpint(bind(handle, (struct sockaddr *)&name, length), ==, 0);
	g_assert_cmpint(getsockname(handle, (struct sockaddr *)&name, &length), ==, 0);
	close(handle);
	return ntohs(name.sin_port);
}

static inline bool
sink_answers(int port)
{
	struct sockaddr_in name;
	int handle = sink_socket(port, &name);
	bool answers = connect(handle, (struct sockaddr *)&name, sizeof(name)) == 0;

	close(handle);
	return answers;
}

/* timeout(1) sees to it that a crashed test leaves nothing behind for good. */
static inline bool
sink_try(Sink *sink, const char *program, const char *const *options)
{
	g_autofree char *life = g_strdup_printf("%d", SINK_LIFE);
	g_autofree char *dump = g_strdup_printf("%s/mail.", sink->folder);
	const char *argv[SINK_MAX_ARGUMENTS + 12] = { "timeout", life, program, "-d", dump };
	int count = 5;

	if (geteuid() == 0) {
		argv[count++] = "-u";
		argv[count++] = "nobody";
	}
	for (int i = 0; options && options[i]; i++) {
		g_assert_cmpint(i, <, SINK_MAX_ARGUMENTS);
		argv[count++] = options[i];
	}
	argv[count++] = sink->address;
	argv[count++] = "1000";
	if (!g_spawn_async(NULL, (char **)argv, NULL,
		    G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
			    G_SPAWN_STDERR_TO_DEV_NULL,
		    NULL, NULL, &sink->pid, NULL))
		return false;
	for (int i = 0; i < SINK_WAITS && waitpid(sink->pid, NULL, WNOHANG) == 0; i++) {
		if (sink_answers(sink->port))
			return true;
		g_usleep(10 * 1000);
	}
	kill(sink->pid, SIGTERM);
	waitpid(sink->pid, NULL, 0);
	sink->pid = 0;
	return false;
}

/* @options end with NULL.  NULL when the program isn't there: the test is skipped then. */
static inline Sink *
sink_start(const char *const *options)
{
	g_autofree char *program = g_find_program_in_path("/usr/sbin/smtp-sink");
	g_autoptr(Sink) sink = g_new0(Sink, 1);

	if (!program) {
		g_test_skip("smtp-sink is not installed (package postfix)");
		return NULL;
	}
	sink->folder = g_dir_make_tmp("lazaret-sink-XXXXXX", NULL);
	g_assert_nonnull(sink->folder);
	g_assert_cmpint(chmod(sink->folder, 01777), ==, 0);
	for (int i = 0; i < SINK_STARTS; i++) {
		g_free(sink->address);
		sink->port = sink_free_port();
		sink->address = g_strdup_printf("127.0.0.1:%d", sink->port);
		if (sink_try(sink, program, options))
			return g_steal_pointer(&sink);
	}
	g_assert_not_reached();
}

/* What the sink took, one dump each (GBytes), in no particular order. */
static inline GPtrArray *
sink_mails(const Sink *sink)
{
	GPtrArray *mails = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_autoptr(GDir) folder = g_dir_open(sink->folder, 0, NULL);
	const char *name;

	g_assert_nonnull(folder);
	while ((name = g_dir_read_name(folder))) {
		g_autofree char *path = g_build_filename(sink->folder, name, NULL);
		char *text = NULL;
		size_t length = 0;

		g_assert_true(g_file_get_contents(path, &text, &length, NULL));
		g_ptr_array_add(mails, g_bytes_new_take(text, length));
	}
	return mails;
}

/* The argument of the sink's own line X-NAME-Args: "<a@b> SIZE=12"; yours. */
static inline char *
sink_argument(GBytes *dump, const char *name)
{
	g_autofree char *text = g_strndup(g_bytes_get_data(dump, NULL), g_bytes_get_size(dump));
	g_autofree char *start = g_strdup_printf("\nX-%s-Args: ", name);
	const char *line = strstr(text, start);

	g_assert_nonnull(line);
	line += strlen(start);
	return g_strndup(line, strcspn(line, "\n"));
}

/* What followed the sink's own lines, of which a three-line Received is the last, without
 * the empty line it adds: the message as it came, CRs dropped and dots unstuffed. */
static inline GBytes *
sink_message(GBytes *dump)
{
	size_t size;
	const char *text = g_bytes_get_data(dump, &size);
	const char *at = g_strstr_len(text, (gssize)size, "\nReceived: from ");

	g_assert_nonnull(at);
	for (int line = 0; line < 4; line++) {
		at = memchr(at, '\n', size - (size_t)(at - text));
		g_assert_nonnull(at);
		at++;
	}
	g_assert_cmpint(text[size - 1], ==, '\n');
	return g_bytes_new(at, size - (size_t)(at - text) - 1);
}

#endif
