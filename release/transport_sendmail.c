#include "release/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "release/trace.h"
#include "system/spawn.h"

#define SENDMAIL "/usr/sbin/sendmail"

enum {
	PATIENCE = 60,
	LAST_WORDS = 5,        /* seconds for one that has read the message, when we are to end */
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

/* Nobody but root and ourselves can change it. */
static bool
is_ours(const struct stat *status)
{
	return (status->st_uid == 0 || status->st_uid == geteuid()) &&
		!(status->st_mode & (S_IWGRP | S_IWOTH));
}

/* All folders above @path, which is absolute and without links, are ours; a sticky one
 * (/tmp) lets nobody replace what is not his. */
static bool
stands_safely(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	struct stat status;

	for (;;) {
		char *above;

		if (stat(folder, &status) < 0)
			return false;
		if (!is_ours(&status) && !(status.st_uid == 0 && (status.st_mode & S_ISVTX)))
			return false;
		if (strcmp(folder, "/") == 0)
			return true;
		above = g_path_get_dirname(folder);
		g_free(folder);
		folder = above;
	}
}

/* The path comes out of a database row: run only what no other user could have put there.
 * *file is what to run, with its links followed, as /usr/sbin/sendmail is one on many
 * machines. */
static ShipmentResult
may_run(const char *program, char **file, char **reply)
{
	struct stat status;

	*file = realpath(program, NULL);
	if (!*file || stat(*file, &status) < 0) {
		*reply = g_strdup_printf("%s: %s", program, g_strerror(errno));
		return SHIPMENT_DOWN;
	}
	if (S_ISREG(status.st_mode) && is_ours(&status) && stands_safely(*file))
		return SHIPMENT_ACCEPTED;
	*reply = g_strdup_printf("%s: not run: it must be a file of root's or one's own, in such "
				 "folders, that nobody else may write",
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

/* 0 or an errno: then nothing was started. */
static int
child_start(Child *child, const Shipment *shipment, const char *file)
{
	/* "--": a recipient may begin with a hyphen; -f has its value for itself, so that the
	 * null sender is an empty word and a sender '-oQ/tmp' is a value still. */
	const char *const argv[] = { program_of(shipment->address), "-i", "-f", shipment->sender,
		"--", shipment->recipient, NULL };
	int ends[2];
	int fault;

	child->content = content_of(shipment);
	if (child->content < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	child->words = ends[0];
	fault = fcntl(child->words, F_SETFL, O_NONBLOCK) < 0 ? errno : 0;
	if (fault == 0)
		fault = spawn_program(&(Spawning){ .file = file,
					      .argv = argv,
					      .input = child->content,
					      .output = -1,
					      .words = ends[1],
					      .apart = true },
			&child->pid);
	close(ends[1]);
	return fault;
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

static bool
read_all(const Child *child, const Shipment *shipment)
{
	off_t size = (off_t)(strlen(shipment->trace) + g_bytes_get_size(shipment->raw));

	return lseek(child->content, 0, SEEK_CUR) >= size;
}

/* What it left running in the background may hold the pipe and write on. */
static void
read_last_words(const Child *child, GString *words)
{
	for (int i = 0; i < MAX_DRAIN / 1024 && read_words(child, words); i++)
		;
}

typedef enum {
	CHILD_ENDED,
	CHILD_SILENT,
	CHILD_INTERRUPTED,
} ChildState;

/* Until it has ended or @deadline (monotonic microseconds) has come.  When we are to end,
 * one that has read the message is worth a moment: without its answer a person has to find
 * out whether the message left. */
static ChildState
child_wait(Child *child, const Shipment *shipment, GString *words, int64_t deadline)
{
	struct pollfd watched[] = { { child->done, POLLIN, 0 }, { child->words, POLLIN, 0 },
		{ shipment->interrupt ? shipment->interrupt : -1, POLLIN, 0 } };
	ChildState late = CHILD_SILENT;
	int64_t left;

	while ((left = deadline - g_get_monotonic_time()) > 0) {
		if (poll(watched, G_N_ELEMENTS(watched), (int)(left / 1000 + 1)) <= 0)
			continue;
		if (watched[0].revents) {
			read_last_words(child, words);
			return CHILD_ENDED;
		}
		if (watched[1].revents && !read_words(child, words))
			watched[1].fd = -1;
		if (watched[2].revents) {
			int64_t last = read_all(child, shipment) ? LAST_WORDS : 0;

			late = CHILD_INTERRUPTED;
			deadline = MIN(deadline, g_get_monotonic_time() + last * G_USEC_PER_SEC);
			watched[2].fd = -1;
		}
	}
	return late;
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
	case EX_SOFTWARE:
	case EX_OSERR:
	case EX_OSFILE:
	case EX_CANTCREAT:
	case EX_IOERR:
	case EX_TEMPFAIL:
	case EX_NOPERM:
	case EX_CONFIG:
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

/* It gave no answer, and gets no more time. */
static ShipmentResult
give_up(Child *child, const Shipment *shipment, const char *why, char **reply)
{
	/* What it has read when it is dead stays true. */
	kill(-child->pid, SIGKILL);
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		;
	child->pid = -1;
	if (read_all(child, shipment)) {
		*reply = g_strdup_printf("%s: killed, having read the whole message", why);
		return SHIPMENT_UNKNOWN;
	}
	*reply = g_strdup_printf("%s: killed, before it had read the message", why);
	return SHIPMENT_DEFERRED;
}

static ShipmentResult
give_up_silent(Child *child, const Shipment *shipment, int seconds, char **reply)
{
	g_autofree char *why = g_strdup_printf("no answer within %d s", seconds);

	/* The next message would wait as long. */
	return give_up(child, shipment, why, reply) == SHIPMENT_UNKNOWN ? SHIPMENT_UNKNOWN
									: SHIPMENT_DOWN;
}

/* From its start to its end. */
static ShipmentResult
watch(Child *child, const Shipment *shipment, char **reply)
{
	int seconds = shipment->patience ? MIN(shipment->patience, PATIENCE) : PATIENCE;
	int64_t deadline = g_get_monotonic_time() + (int64_t)seconds * G_USEC_PER_SEC;
	g_autoptr(GString) words = g_string_new(NULL);
	int status = 0;

	child->done = pidfd_open(child->pid, 0);
	if (child->done < 0)
		return give_up(child, shipment, g_strerror(errno), reply);
	switch (child_wait(child, shipment, words, deadline)) {
	case CHILD_ENDED:
		break;
	case CHILD_SILENT:
		return give_up_silent(child, shipment, seconds, reply);
	case CHILD_INTERRUPTED:
		return give_up(child, shipment, "interrupted", reply);
	}
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	child->pid = -1;
	return result_of_status(status, child, shipment, words->str, reply);
}

static ShipmentResult
ship(const Shipment *shipment, char **reply)
{
	const char *program = program_of(shipment->address);
	g_autofree char *file = NULL;
	g_auto(Child) child = { -1, -1, -1, -1 };
	ShipmentResult allowed = may_run(program, &file, reply);
	int fault;

	if (allowed != SHIPMENT_ACCEPTED)
		return allowed;
	fault = child_start(&child, shipment, file);
	if (fault == 0)
		return watch(&child, shipment, reply);
	*reply = g_strdup_printf("%s: %s", program, g_strerror(fault));
	return SHIPMENT_DOWN;
}

static ProbeResult
probe(const Probe *probe, char **words)
{
	const char *program = program_of(probe->address);
	g_autofree char *file = NULL;

	if (may_run(program, &file, words) != SHIPMENT_ACCEPTED)
		return PROBE_BAD;
	if (access(file, X_OK) < 0) {
		*words = g_strdup_printf("%s: %s", program, g_strerror(errno));
		return PROBE_BAD;
	}
	*words = g_strdup_printf("%s is there and may be run", program);
	return PROBE_GOOD;
}

const Transport transport_sendmail = {
	.name = "sendmail",
	.prefix = "sendmail:",
	.form = "sendmail[:PROGRAM]",
	.summary = "sendmail(1), " SENDMAIL " unless another is named",
	.check = check,
	.ship = ship,
	.probe = probe,
};
