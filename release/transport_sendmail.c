#include "release/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "release/trace.h"

#define SENDMAIL "/usr/sbin/sendmail"

enum {
	PATIENCE = 60,
	MAX_DRAIN = 64 * 1024, /* bytes of its words that are read once it has ended */
};

/* A sendmail at work; -1 where not. */
typedef struct Child {
	pid_t pid;
	int done;    /* pidfd: readable when it has ended */
	int content; /* its standard input: a file, whose position tells how much it read */
	int words;   /* its standard error */
} Child;

static void
child_clear(Child *child)
{
	const int files[] = { child->done, child->content, child->words };

	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		if (files[i] >= 0)
			close(files[i]);
	if (child->pid < 0)
		return;
	kill(-child->pid, SIGKILL); /* the session it leads: its own children as well */
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Child, child_clear)

static const char *
program_of(const char *address)
{
	return *address ? address : SENDMAIL;
}

static bool
check(const char *address, GError **error)
{
	if (*program_of(address) == '/')
		return true;
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_TRANSPORT,
		"sendmail:%.80s: the path must be absolute, as in sendmail:" SENDMAIL, address);
	return false;
}

/* The path comes out of a database row: run only what no other user could have put there. */
static ShipmentResult
may_run(const char *program, char **reply)
{
	struct stat status;

	if (stat(program, &status) < 0) {
		*reply = g_strdup_printf("%s: %s", program, g_strerror(errno));
		return SHIPMENT_DOWN;
	}
	if (S_ISREG(status.st_mode) && (status.st_uid == 0 || status.st_uid == geteuid()) &&
		!(status.st_mode & (S_IWGRP | S_IWOTH)))
		return SHIPMENT_ACCEPTED;
	*reply = g_strdup_printf("%s: not run: it must be a file of root's or one's own that "
				 "nobody else may write",
		program);
	return SHIPMENT_REFUSED;
}

static int
content_of(const Shipment *shipment)
{
	int file = memfd_create("message", MFD_CLOEXEC);

	if (file >= 0 && trace_write(shipment, file) && lseek(file, 0, SEEK_SET) == 0)
		return file;
	if (file >= 0)
		close(file);
	return -1;
}

/* No file but 0, 1 and 2, no signal ignored or blocked, a session of its own; 0 or an errno. */
static int
spawn(Child *child, const char *program, char *const argv[], int words)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	static char locale[] = "LC_ALL=C";
	char *const environment[] = { path, locale, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t all, none;
	int fault;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(
		&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, child->content, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, words, STDERR_FILENO);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	posix_spawn_file_actions_addchdir_np(&files, "/");
	fault = posix_spawn(&child->pid, program, &files, &attributes, argv, environment);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	if (fault)
		child->pid = -1;
	return fault;
}

/* 0 or an errno. */
static int
child_start(Child *child, const Shipment *shipment, const char *program)
{
	/* "--": a recipient may begin with a hyphen; -f has its value for itself, so that the
	 * null sender is an empty word and a sender '-oQ/tmp' is a value still. */
	const char *const argv[] = { program, "-i", "-f", shipment->sender, "--",
		shipment->recipient, NULL };
	int ends[2];
	int fault;

	child->content = content_of(shipment);
	if (child->content < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	child->words = ends[0];
	fault = fcntl(child->words, F_SETFL, O_NONBLOCK) < 0 ? errno : 0;
	if (fault == 0)
		fault = spawn(child, program, (char *const *)argv, ends[1]);
	close(ends[1]);
	if (fault)
		return fault;
	child->done = pidfd_open(child->pid, 0);
	return child->done < 0 ? errno : 0;
}

/* Reads once; keeps what fits. False at the end, or when there is nothing now. */
static bool
read_words(const Child *child, GString *words)
{
	char buffer[1024];
	ssize_t got = read(child->words, buffer, sizeof(buffer));

	if (got <= 0)
		return got < 0 && errno == EINTR;
	if (words->len < SHIPMENT_MAX_REPLY)
		g_string_append_len(words, buffer, got);
	return true;
}

/* Until it has ended; false when it has not by @deadline (monotonic microseconds). */
static bool
child_wait(Child *child, GString *words, int64_t deadline)
{
	struct pollfd watched[] = { { child->done, POLLIN, 0 }, { child->words, POLLIN, 0 } };
	int64_t left;

	while ((left = deadline - g_get_monotonic_time()) > 0) {
		if (poll(watched, G_N_ELEMENTS(watched), (int)(left / 1000 + 1)) <= 0)
			continue;
		/* What it left running in the background may hold the pipe and write on. */
		if (watched[0].revents) {
			for (int i = 0; i < MAX_DRAIN / 1024 && read_words(child, words); i++)
				;
			return true;
		}
		if (watched[1].revents && !read_words(child, words))
			watched[1].fd = -1;
	}
	return false;
}

static bool
read_all(const Child *child, const Shipment *shipment)
{
	off_t size = (off_t)(strlen(shipment->trace) + g_bytes_get_size(shipment->raw));

	return lseek(child->content, 0, SEEK_CUR) >= size;
}

/* sysexits(3).  Whatever is not 0 says that the message was not taken, so that another
 * try is safe; it is worth one where the fault is the machine's and not the message's. */
static ShipmentResult
result_of_exit(int code)
{
	switch (code) {
	case EX_OK:
		return SHIPMENT_ACCEPTED;
	case EX_UNAVAILABLE:
	case EX_OSERR:
	case EX_IOERR:
	case EX_TEMPFAIL:
		return SHIPMENT_DEFERRED;
	default:
		return SHIPMENT_REFUSED;
	}
}

static ShipmentResult
result_of_status(
	int status, const Child *child, const Shipment *shipment, const char *words, char **reply)
{
	size_t line = strcspn(words, "\r\n");

	if (WIFSIGNALED(status)) {
		*reply = g_strdup_printf(
			"killed by signal %d: %.*s", WTERMSIG(status), (int)line, words);
		return read_all(child, shipment) ? SHIPMENT_UNKNOWN : SHIPMENT_DEFERRED;
	}
	if (WEXITSTATUS(status) == EX_OK && !read_all(child, shipment)) {
		*reply = g_strdup("exit status 0, but it did not read the message to its end");
		return SHIPMENT_DEFERRED;
	}
	*reply = g_strdup_printf(
		"exit status %d%s%.*s", WEXITSTATUS(status), line ? ": " : "", (int)line, words);
	return result_of_exit(WEXITSTATUS(status));
}

/* It gave no answer in time. */
static ShipmentResult
give_up(const Child *child, const Shipment *shipment, int seconds, char **reply)
{
	kill(-child->pid, SIGSTOP); /* what it has read by now stays true */
	if (read_all(child, shipment)) {
		*reply = g_strdup_printf(
			"killed after %d s, having read the whole message", seconds);
		return SHIPMENT_UNKNOWN;
	}
	*reply = g_strdup_printf("killed after %d s, before it had read the message", seconds);
	return SHIPMENT_DOWN;
}

static ShipmentResult
ship(const Shipment *shipment, char **reply)
{
	const char *program = program_of(shipment->address);
	int seconds = shipment->patience ? MIN(shipment->patience, PATIENCE) : PATIENCE;
	g_auto(Child) child = { -1, -1, -1, -1 };
	g_autoptr(GString) words = g_string_new(NULL);
	ShipmentResult allowed = may_run(program, reply);
	int status = 0;
	int fault;

	if (allowed != SHIPMENT_ACCEPTED)
		return allowed;
	fault = child_start(&child, shipment, program);
	if (fault) {
		*reply = g_strdup_printf("%s: %s", program, g_strerror(fault));
		return SHIPMENT_DOWN;
	}
	if (!child_wait(&child, words, g_get_monotonic_time() + (int64_t)seconds * G_USEC_PER_SEC))
		return give_up(&child, shipment, seconds, reply);
	while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
		;
	child.pid = -1;
	return result_of_status(status, &child, shipment, words->str, reply);
}

const Transport transport_sendmail = {
	.name = "sendmail",
	.prefix = "sendmail:",
	.form = "sendmail[:PROGRAM]",
	.summary = "sendmail(1), " SENDMAIL " unless another is named",
	.check = check,
	.ship = ship,
};
