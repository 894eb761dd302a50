#include "importer/imap_login.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "importer/password.h"

enum {
	MAX_FILE = 64 * 1024,
	MAX_PASSWORD = 1024,
	PATIENCE = 60,     /* seconds for a command: it may ask somebody */
	END_LOOKS = 500,   /* for its end once it prints no more, */
	END_PAUSE = 10000, /* microseconds between them */
};

void
imap_login_clear(ImapLogin *login)
{
	g_clear_pointer(&login->user, password_free);
	g_clear_pointer(&login->password, password_free);
}

static bool
refuse(GError **error, const char *what, const char *why)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT, "%s: %s", what, why);
	return false;
}

/* ---- from a file ---- */

/* The word at *at, which moves behind it and the blanks that follow. */
static char *
take_word(const char **at)
{
	size_t length = strcspn(*at, " \t");
	char *word = g_strndup(*at, length);

	*at += length;
	*at += strspn(*at, " \t");
	return word;
}

static bool
is_server(const char *word, const ImapPlace *place)
{
	g_autofree char *with_port = g_strdup_printf("%s:%d", place->host, place->port);

	return g_ascii_strcasecmp(word, place->host) == 0 ||
		g_ascii_strcasecmp(word, with_port) == 0;
}

/* Whether @line is for @place; then it is in *login. */
static bool
read_line(const char *line, const ImapPlace *place, ImapLogin *login)
{
	g_autofree char *server = take_word(&line);
	g_autoptr(Password) user = take_word(&line);

	if (*server == '#' || !*user || !*line || !is_server(server, place) ||
		(place->user && strcmp(place->user, user) != 0))
		return false;
	login->user = g_steal_pointer(&user);
	login->password = g_strdup(line);
	return true;
}

bool
imap_login_read(const char *path, const ImapPlace *place, ImapLogin *login, GError **error)
{
	g_autofree char *text = password_read_all(path, MAX_FILE, error);
	size_t length = text ? strlen(text) : 0;
	bool found = false;

	for (char *line = text, *next; line && !found; line = next) {
		char *end = strchr(line, '\n');

		next = end ? end + 1 : NULL;
		if (end)
			*(end > line && end[-1] == '\r' ? end - 1 : end) = '\0';
		found = read_line(line + strspn(line, " \t"), place, login);
	}
	if (!text)
		return false;
	explicit_bzero(text, length);
	if (found)
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT,
		"%s: no line of the form HOST[:PORT] USER PASSWORD is for %s%s%s:%d", path,
		place->user ? place->user : "", place->user ? " at " : "", place->host,
		place->port);
	return false;
}

/* ---- from a command ---- */

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

/* No signal ignored or blocked, no file but 0, 1 and 2. */
static int
spawn(Helper *helper, char *const argv[], int output)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t all, none;
	int fault;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	fault = posix_spawnp(&helper->pid, argv[0], &files, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	if (fault)
		helper->pid = -1;
	return fault;
}

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
start(Helper *helper, const char *command, GError **error)
{
	g_auto(GStrv) argv = NULL;
	int ends[2];
	int fault;

	if (!g_shell_parse_argv(command, NULL, &argv, NULL))
		return refuse(error, "imap-password-command", "no command can be made of it");
	if (pipe2(ends, O_CLOEXEC) < 0)
		return refuse(error, argv[0], g_strerror(errno));
	helper->output = ends[0];
	fault = spawn(helper, argv, ends[1]);
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

static bool
take_password(Helper *helper, int interrupt, char *bytes, GError **error)
{
	if (!read_output(helper, interrupt, bytes, MAX_PASSWORD)) {
		if (errno == ECANCELED) {
			g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_STOPPED, "interrupted");
			return false;
		}
		return refuse(error, "imap-password-command", g_strerror(errno));
	}
	if (!has_succeeded(helper))
		return refuse(error, "imap-password-command", "it failed");
	bytes[strcspn(bytes, "\r\n")] = '\0';
	return *bytes ? true : refuse(error, "imap-password-command", "it prints no password");
}

bool
imap_login_ask(const char *command, const ImapPlace *place, int interrupt, ImapLogin *login,
	GError **error)
{
	g_auto(Helper) helper = { .pid = -1, .output = -1 };
	char bytes[MAX_PASSWORD + 1] = "";
	bool taken;

	if (!place->user)
		return refuse(error, "imap-password-command",
			"it says a password alone; name the user in the URL");
	taken = start(&helper, command, error) && take_password(&helper, interrupt, bytes, error);
	if (taken) {
		login->user = g_strdup(place->user);
		login->password = g_strdup(bytes);
	}
	explicit_bzero(bytes, sizeof(bytes));
	return taken;
}
