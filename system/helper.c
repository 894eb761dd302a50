#include "system/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/spawn.h"
#include "system/system_error.h"

enum {
	PATIENCE = 60,     /* seconds: it may ask somebody */
	END_LOOKS = 500,   /* for its end once it prints no more, */
	END_PAUSE = 10000, /* microseconds between them */
};

static bool
refuse(GError **error, const char *what, const char *why)
{
	g_set_error(error, SYSTEM_ERROR, SYSTEM_ERROR_NO_INPUT, "%s: %s", what, why);
	return false;
}

typedef struct Helper {
	pid_t pid;  /* -1: none */
	int output; /* likewise */
} Helper;

static void
helper_clear(Helper *helper)
{
	if (helper->output >= 0)
		close(helper->output);
	if (helper->pid < 0)
		return;
	kill(helper->pid, SIGKILL);
	waitpid(helper->pid, NULL, 0);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Helper, helper_clear)

/* What it prints, up to its end; false with errno. */
static bool
read_output(const Helper *helper, int interrupt, char *bytes, size_t room)
{
	int64_t deadline = g_get_monotonic_time() + (int64_t)PATIENCE * G_USEC_PER_SEC;
	struct pollfd watched[] = { { helper->output, POLLIN, 0 },
		{ interrupt ? interrupt : -1, POLLIN, 0 } };
	size_t length = 0;

	while (length < room) {
		int64_t left = (deadline - g_get_monotonic_time()) / 1000;
		int ready = left > 0 ? poll(watched, G_N_ELEMENTS(watched), (int)left) : 0;
		ssize_t got;

		if (ready < 0 && errno == EINTR)
			continue;
		errno = ready == 0 ? ETIMEDOUT : ECANCELED;
		if (ready <= 0 || watched[1].revents)
			return false;
		got = read(helper->output, bytes + length, room - length);
		if (got <= 0)
			return got == 0;
		length += (size_t)got;
	}
	errno = EFBIG;
	return false;
}

static bool
start(Helper *helper, const char *setting, const char *command, GError **error)
{
	g_auto(GStrv) argv = NULL;
	int ends[2];
	int fault;

	if (!g_shell_parse_argv(command, NULL, &argv, NULL))
		return refuse(error, setting, "no command can be made of it");
	if (pipe2(ends, O_CLOEXEC) < 0)
		return refuse(error, argv[0], g_strerror(errno));
	helper->output = ends[0];
	fault = spawn_program(&(Spawning){ .file = argv[0],
				      .argv = (const char *const *)argv,
				      .input = -1,
				      .output = ends[1],
				      .words = -1 },
		&helper->pid);
	close(ends[1]);
	return fault == 0 || refuse(error, argv[0], g_strerror(fault));
}

/* One that has closed its output and goes on is ended. */
static bool
has_succeeded(Helper *helper)
{
	int status = 0;
	pid_t ended = 0;

	for (int i = 0; i < END_LOOKS && ended == 0; i++) {
		if (i > 0)
			g_usleep(END_PAUSE);
		ended = waitpid(helper->pid, &status, WNOHANG);
	}
	if (ended != 0)
		helper->pid = -1;
	return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool
helper_run(const char *setting, const char *command, int interrupt, char *bytes, size_t room,
	GError **error)
{
	g_auto(Helper) helper = { .pid = -1, .output = -1 };

	memset(bytes, 0, room + 1);
	if (!start(&helper, setting, command, error))
		return false;
	if (!read_output(&helper, interrupt, bytes, room)) {
		if (errno != ECANCELED)
			return refuse(error, setting, g_strerror(errno));
		g_set_error(error, SYSTEM_ERROR, SYSTEM_ERROR_STOPPED, "interrupted");
		return false;
	}
	return has_succeeded(&helper) || refuse(error, setting, "it failed");
}
