#include "importer/box_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "importer/box_walls.h"
#include "importer/source.h"

enum {
	/* A hostile parser may set its timer anew; the wall clock of the parent ends one
	 * message, this ends the box. */
	CPU_BACKSTOP = 60,
};

/* The kernel headers this is built with may be older than the kernel it runs on. */
typedef struct Ruleset {
	uint64_t files;
	uint64_t network;
	uint64_t scopes;
} Ruleset;

/* Rights that each landlock ABI (linux/landlock.h) can take away, all of them: files 13 bits
 * of ABI 1, then REFER, TRUNCATE, IOCTL_DEV; TCP bind and connect; abstract sockets, signals. */
static const Ruleset rulesets[] = {
	[1] = { .files = 0x1fff },
	[2] = { .files = 0x3fff },
	[3] = { .files = 0x7fff },
	[4] = { .files = 0x7fff, .network = 0x3 },
	[5] = { .files = 0xffff, .network = 0x3 },
	[6] = { .files = 0xffff, .network = 0x3, .scopes = 0x3 },
};

static bool
fail(GError **error, const char *what)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_BOX, "can't close off the parser: %s: %s",
		what, g_strerror(errno));
	return false;
}

/* The parent's handlers point at the parent's business.  What a terminal or a service manager
 * tells all processes at once, to end, the parent heeds when its message is read: a box that went
 * before it would look like one that the message broke. */
static void
reset_signals(void)
{
	sigset_t parents;

	sigemptyset(&parents);
	sigaddset(&parents, SIGINT);
	sigaddset(&parents, SIGTERM);
	sigaddset(&parents, SIGHUP);
	sigprocmask(SIG_BLOCK, &parents, NULL);
	/* What came since the fork, and waits, is forgotten where it is ignored for a moment.  SIGKILL
	 * and SIGSTOP refuse, and need nothing. */
	for (int number = 1; number < NSIG; number++) {
		(void)signal(number, SIG_IGN);
		(void)signal(number, SIG_DFL);
	}
	sigprocmask(SIG_SETMASK, &parents, NULL);
}

/* Writable memory shared with the parent (the store's WAL index) came over with
 * the fork.  Read-only shared maps stay: glibc keeps its converter list in one. */
static bool
unmap_shared(GError **error)
{
	g_autofree char *maps = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents("/proc/self/maps", &maps, NULL, error))
		return false;
	lines = g_strsplit(maps, "\n", -1);
	for (char **line = lines; *line; line++) {
		char *rest = NULL;
		guint64 start = g_ascii_strtoull(*line, &rest, 16);
		guint64 end = *rest == '-' ? g_ascii_strtoull(rest + 1, &rest, 16) : 0;

		/* " rw-s" */
		if (end == 0 || rest[0] != ' ' || rest[2] != 'w' || rest[4] != 's')
			continue;
		if (munmap((void *)(uintptr_t)start, (size_t)(end - start)) < 0)
			return fail(error, "munmap");
	}
	return true;
}

/* Only the socket stays; what libraries print goes nowhere. */
static bool
close_descriptors(GError **error)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (nowhere < 0)
		return fail(error, "/dev/null");
	for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++) {
#ifdef __SANITIZE_ADDRESS__
		if (standard == STDERR_FILENO)
			continue; /* what the sanitizer finds in the box is worth reading */
#endif
		if (dup2(nowhere, standard) < 0)
			return fail(error, "dup2");
	}
	return close_range(BOX_SOCKET + 1, ~0U, 0) == 0 || fail(error, "close_range");
}

static bool
limit(int resource, rlim_t value, GError **error)
{
	struct rlimit both = { .rlim_cur = value, .rlim_max = value };

	return setrlimit((__rlimit_resource_t)resource, &both) == 0 || fail(error, "setrlimit");
}

static bool
limit_resources(const BoxLimits *limits, GError **error)
{
	rlim_t seconds = (rlim_t)limits->cpu_seconds * CPU_BACKSTOP;

#ifndef __SANITIZE_ADDRESS__ /* its shadow takes terabytes of addresses */
	if (!limit(RLIMIT_AS, (rlim_t)limits->memory, error))
		return false;
#endif
	return limit(RLIMIT_CPU, seconds, error) && limit(RLIMIT_FSIZE, 0, error) &&
		limit(RLIMIT_NOFILE, 0, error) && limit(RLIMIT_NPROC, 0, error) &&
		limit(RLIMIT_CORE, 0, error);
}

/* seccomp alone already refuses all of this; two walls of different make are
 * better than one, so a kernel without landlock is no reason to stop. */
static bool
shut_out_files(GError **error)
{
	int abi = box_landlock();
	const Ruleset *ruleset;
	int file;

	if (abi < 1)
		return true;
	ruleset = &rulesets[MIN((size_t)abi, G_N_ELEMENTS(rulesets) - 1)];
	file = (int)syscall(SYS_landlock_create_ruleset, ruleset, sizeof(*ruleset), 0);
	if (file < 0)
		return fail(error, "landlock_create_ruleset");
	if (syscall(SYS_landlock_restrict_self, file, 0) < 0)
		return fail(error, "landlock_restrict_self");
	close(file);
	return true;
}

static bool
drop_privileges(GError **error)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail(error, "no_new_privs");
	/* Nobody attaches to it, and a core file would hold mail. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return fail(error, "dumpable");
	return true;
}

bool
box_part(const char *name, GError **error)
{
	reset_signals();
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	prctl(PR_SET_NAME, name, 0, 0, 0);
	return unmap_shared(error) && close_descriptors(error) && drop_privileges(error);
}

bool
box_lock(const BoxLimits *limits, GError **error)
{
	return box_part("lazaret box", error) && shut_out_files(error) &&
		limit_resources(limits, error) && box_filter_syscalls(error);
}
