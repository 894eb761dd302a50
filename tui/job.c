#include "tui/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	MOST_OUTPUT = 4 * 1024 * 1024, /* bytes kept; the rest is read and dropped */
	FEED_MILLISECONDS = 500,
};

struct Job {
	GPid pid;
	int descriptor;
	GString *output;
	char *name;
	bool cut;
	bool ended;
	int status;
};

/* Between fork and exec: the console has signals blocked that a child must hear. */
static void
own_session(G_GNUC_UNUSED void *data)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
}

static char **
child_environment(const char *store, int columns)
{
	g_autofree char *width = g_strdup_printf("%d", columns);
	char **environment = g_environ_setenv(g_get_environ(), "LAZARET_STORE", store, TRUE);

	if (columns > 0)
		return g_environ_setenv(environment, "LAZARET_COLUMNS", width, TRUE);
	return g_environ_unsetenv(environment, "LAZARET_COLUMNS");
}

static bool
spawn(const char *const *arguments, char **environment, const int streams[3], GPid *pid,
	GError **error)
{
	return g_spawn_async_with_fds(NULL, (char **)arguments, environment,
		G_SPAWN_DO_NOT_REAP_CHILD, own_session, NULL, pid, streams[0], streams[1],
		streams[2], error);
}

static bool
open_null(int *descriptor, GError **error)
{
	*descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (*descriptor >= 0)
		return true;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "/dev/null: %s",
		g_strerror(errno));
	return false;
}

Job *
job_start(const char *const *arguments, const char *store, int columns, int output, GError **error)
{
	g_auto(GStrv) environment = child_environment(store, columns);
	g_autoptr(Job) job = g_new0(Job, 1);
	int pipe_ends[2];
	int null;
	bool started;

	job->descriptor = -1;
	job->output = g_string_new(NULL);
	job->name = g_strdup(arguments[1] ? arguments[1] : arguments[0]);
	if (!open_null(&null, error))
		return NULL;
	if (pipe2(pipe_ends, O_CLOEXEC) < 0) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "pipe: %s",
			g_strerror(errno));
		close(null);
		return NULL;
	}
	job->descriptor = pipe_ends[0];
	fcntl(job->descriptor, F_SETFL, O_NONBLOCK);
	started = spawn(arguments, environment,
		(const int[]){ null, output >= 0 ? output : pipe_ends[1], pipe_ends[1] }, &job->pid,
		error);
	close(null);
	close(pipe_ends[1]);
	return started ? g_steal_pointer(&job) : NULL;
}

void
job_free(Job *job)
{
	if (!job)
		return;
	if (job->pid > 0 && !job->ended)
		kill(-job->pid, SIGTERM);
	if (job->descriptor >= 0)
		close(job->descriptor);
	g_string_free(job->output, TRUE);
	g_free(job->name);
	g_free(job);
}

int
job_stop(Job *job)
{
	int pid = job->ended ? 0 : job->pid;

	job_free(job);
	return pid;
}

int
job_descriptor(const Job *job)
{
	return job->descriptor;
}

static void
keep(Job *job, const char *bytes, gsize length)
{
	gsize room = MOST_OUTPUT - job->output->len;

	g_string_append_len(job->output, bytes, (gssize)MIN(length, room));
	if (length > room && !job->cut)
		g_string_append(job->output, "\n[more was printed than is kept]\n");
	job->cut = job->cut || length > room;
}

/* False at the end of what it prints. */
static bool
read_output(Job *job)
{
	char buffer[16 * 1024];
	ssize_t length;

	while ((length = read(job->descriptor, buffer, sizeof(buffer))) > 0) {
		if (!job->cut)
			keep(job, buffer, (gsize)length);
	}
	return length < 0 && (errno == EAGAIN || errno == EINTR);
}

bool
job_read(Job *job)
{
	if (job->ended || (job->descriptor >= 0 && read_output(job)))
		return !job->ended;
	if (job->descriptor >= 0)
		close(job->descriptor);
	job->descriptor = -1;
	/* It may go on with its output closed: then the next look tells. */
	job->ended = waitpid(job->pid, &job->status, WNOHANG) != 0;
	return !job->ended;
}

const char *
job_name(const Job *job)
{
	return job->name;
}

const char *
job_output(const Job *job, gsize *length)
{
	*length = job->output->len;
	return job->output->str;
}

bool
job_succeeded(const Job *job)
{
	return job->ended && WIFEXITED(job->status) && WEXITSTATUS(job->status) == 0;
}

int
job_detach(const char *const *arguments, const char *store, GError **error)
{
	g_auto(GStrv) environment = child_environment(store, 0);
	GPid pid = 0;
	int null;
	bool started;

	if (!open_null(&null, error))
		return 0;
	started = spawn(arguments, environment, (const int[]){ null, null, null }, &pid, error);
	close(null);
	return started ? pid : 0;
}

/* A pipe that holds all of @input, to be read; -1 on error. */
static int
filled_pipe(const char *input, GError **error)
{
	gsize length = strlen(input);
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == 0) {
		fcntl(ends[1], F_SETFL, O_NONBLOCK);
		if (write(ends[1], input, length) == (ssize_t)length) {
			close(ends[1]);
			return ends[0];
		}
		close(ends[0]);
		close(ends[1]);
	}
	g_set_error(
		error, G_FILE_ERROR, g_file_error_from_errno(errno), "pipe: %s", g_strerror(errno));
	return -1;
}

/* What takes longer than FEED_MILLISECONDS is stopped: it hangs. */
static bool
took_it(GPid pid, const char *name, GError **error)
{
	int status = 0;
	pid_t ended = 0;

	for (int i = 0; i < FEED_MILLISECONDS && ended == 0; i++) {
		ended = waitpid(pid, &status, WNOHANG);
		if (ended == 0)
			g_usleep(1000);
	}
	if (ended == 0) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	if (ended == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s did not take it", name);
	return false;
}

bool
job_feed(const char *const *arguments, const char *input, GError **error)
{
	int from = filled_pipe(input, error);
	GPid pid = 0;
	int null;
	bool started = false;

	if (from < 0)
		return false;
	if (open_null(&null, error)) {
		started = g_spawn_async_with_fds(NULL, (char **)arguments, NULL,
			G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, own_session, NULL, &pid,
			from, null, null, error);
		close(null);
	}
	close(from);
	return started && took_it(pid, arguments[0], error);
}

bool
job_has_ended(int pid)
{
	pid_t ended = waitpid(pid, NULL, WNOHANG);

	return ended == pid || (ended < 0 && errno == ECHILD);
}
