#include "importer/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "importer/source.h"
#include "system/spawn.h"

enum {
	PATIENCE = 120 * 1000, /* milliseconds in which it prints something, or ends */
	READ_SIZE = 64 * 1024,
	MAX_WORDS = 400,
};

typedef struct Child {
	const char *name;
	pid_t pid;  /* -1: none */
	int input;  /* a file in memory */
	int output; /* what it prints */
	int words;  /* a file in memory: what it complains of */
} Child;

static void
close_one(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
	*descriptor = -1;
}

/* One that was given up is ended. */
static void
child_clear(Child *child)
{
	if (child->pid > 0) {
		kill(child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
	}
	close_one(&child->input);
	close_one(&child->output);
	close_one(&child->words);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Child, child_clear)

static char *
find_program(const char *name)
{
	static const char *const folders[] = { "/usr/sbin", "/usr/local/sbin", "/usr/bin" };

	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *file = g_build_filename(folders[i], name, NULL);

		if (access(file, X_OK) == 0)
			return g_steal_pointer(&file);
	}
	return NULL;
}

static bool
fail(const Child *child, ImportError code, const char *words, GError **error)
{
	g_set_error(error, IMPORT_ERROR, (int)code, "%s: %s", child->name, words);
	return false;
}

static int
file_of(const char *text)
{
	int file = memfd_create("input", MFD_CLOEXEC);
	size_t length = text ? strlen(text) : 0;

	if (file >= 0 && length > 0 && write(file, text, length) != (ssize_t)length) {
		close(file);
		return -1;
	}
	if (file >= 0)
		(void)lseek(file, 0, SEEK_SET);
	return file;
}

static bool
start(Child *child, const ProgramRun *run, GError **error)
{
	g_autofree char *file = find_program(child->name);
	int ends[2];
	int fault;

	if (!file)
		return fail(
			child, IMPORT_ERROR_NO_INPUT, "no such program; is Postfix here?", error);
	child->input = file_of(run->input);
	child->words = file_of(NULL);
	if (child->input < 0 || child->words < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return fail(child, IMPORT_ERROR_IO, g_strerror(errno), error);
	child->output = ends[0];
	fault = spawn_program(&(Spawning){ .file = file,
				      .argv = run->argv,
				      .input = child->input,
				      .output = ends[1],
				      .words = child->words,
				      .apart = true },
		&child->pid);
	close(ends[1]);
	return fault == 0 || fail(child, IMPORT_ERROR_IO, g_strerror(fault), error);
}

/* False: *error says why nothing more comes. */
static bool
wait_for_output(const Child *child, int interrupt, GError **error)
{
	struct pollfd polls[] = {
		{ .fd = child->output, .events = POLLIN },
		{ .fd = interrupt > 0 ? interrupt : -1, .events = POLLIN },
	};
	int ready;

	do
		ready = poll(polls, G_N_ELEMENTS(polls), PATIENCE);
	while (ready < 0 && errno == EINTR);
	if (polls[1].revents)
		return fail(child, IMPORT_ERROR_STOPPED, "interrupted", error);
	return ready > 0 || fail(child, IMPORT_ERROR_IO, "it does not go on", error);
}

static bool
read_output(const Child *child, const ProgramRun *run, GByteArray *output, GError **error)
{
	ssize_t length;

	do {
		guint end = output->len;

		if (!wait_for_output(child, run->interrupt, error))
			return false;
		g_byte_array_set_size(output, end + READ_SIZE);
		do
			length = read(child->output, output->data + end, READ_SIZE);
		while (length < 0 && errno == EINTR);
		g_byte_array_set_size(output, end + (guint)MAX(length, 0));
		if (length < 0)
			return fail(child, IMPORT_ERROR_IO, g_strerror(errno), error);
		if (output->len > run->most)
			return fail(child, IMPORT_ERROR_DATA, "it prints too much", error);
	} while (length > 0);
	return true;
}

/* The last line it said, which is why it ended. */
static char *
last_words(const Child *child)
{
	char text[MAX_WORDS + 1];
	off_t end = lseek(child->words, 0, SEEK_END);
	ssize_t length = pread(child->words, text, MAX_WORDS, MAX(end - MAX_WORDS, 0));
	char *line;

	text[MAX(length, 0)] = '\0';
	g_strstrip(text);
	line = strrchr(text, '\n');
	line = line ? line + 1 : text;
	return g_utf8_make_valid(*line ? line : "it failed", -1);
}

static bool
end(Child *child, GError **error)
{
	g_autofree char *words = NULL;
	int status = 0;
	pid_t ended;

	do
		ended = waitpid(child->pid, &status, 0);
	while (ended < 0 && errno == EINTR);
	child->pid = -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	words = last_words(child);
	return fail(child, IMPORT_ERROR_IO, words, error);
}

GBytes *
program_run(const ProgramRun *run, GError **error)
{
	g_auto(Child)
		child = { .name = run->argv[0], .pid = -1, .input = -1, .output = -1, .words = -1 };
	g_autoptr(GByteArray) output = g_byte_array_new();

	g_assert(run->most < G_MAXUINT - READ_SIZE);
	if (!start(&child, run, error) || !read_output(&child, run, output, error) ||
		!end(&child, error))
		return NULL;
	return g_byte_array_free_to_bytes(g_steal_pointer(&output));
}
