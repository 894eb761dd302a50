/* Preloaded into lazaret: ends it, or lets a call fail, at the Nth call that changes a file or sends
 * something; and tells it another time of day.  Its children, and what it starts, are left alone.
 *
 *   FAULT=kill-group:N   it and its children are killed before the Nth call
 *   FAULT=kill:N         it alone is killed after the Nth call
 *   FAULT=power:N        as kill-group; and of what was written to files, all that no fsync was asked
 *                        for is lost
 *   FAULT=EIO:N          the Nth call fails; likewise ENOSPC, EDQUOT, EROFS, EACCES
 *   FAULT=EIO:N+         and so do all that follow
 *   FAULT_PATH=TEXT      only calls on files with TEXT in their path count
 *   FAULT_COUNT=FILE     how many calls there were is written to it in the end
 *   FAULT_CLOCK=FILE     holds the seconds by which the clock is wrong; with a '=' before them, the
 *                        time that it stands still at; read each time
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_WRITTEN = 20000, /* between two fsyncs */
};

typedef enum Kind {
	FAULT_NONE,
	FAULT_KILL,
	FAULT_KILL_GROUP,
	FAULT_POWER,
	FAULT_FAIL,
} Kind;

/* What stood where something was written. */
typedef struct Written {
	char *path;
	long number;
	int64_t size; /* of the file, before */
	int64_t offset;
	size_t length;
	char *bytes; /* before: fewer at the end of the file */
} Written;

/* A preloaded library has no main() that could pass this around. */
static struct {
	Kind kind;
	long at;
	bool on; /* fails from there on */
	int number;
	const char *path;
	const char *count_to;
	const char *clock;
	char wrong[32]; /* as the file had it last */
	int (*clock_gettime)(clockid_t clock, struct timespec *at);
	pid_t process;
	atomic_long calls;
	pthread_mutex_t mutex; /* of what follows: held while something is written */
	struct Written written[MAX_WRITTEN];
	size_t writes;
	long numbered; /* of those that were ever written */
} fault = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static const struct {
	const char *name;
	Kind kind;
	int number;
} kinds[] = {
	{ "kill", FAULT_KILL, 0 },
	{ "kill-group", FAULT_KILL_GROUP, 0 },
	{ "power", FAULT_POWER, 0 },
	{ "EIO", FAULT_FAIL, EIO },
	{ "ENOSPC", FAULT_FAIL, ENOSPC },
	{ "EDQUOT", FAULT_FAIL, EDQUOT },
	{ "EROFS", FAULT_FAIL, EROFS },
	{ "EACCES", FAULT_FAIL, EACCES },
};

__attribute__((constructor)) static void
begin(void)
{
	const char *words = getenv("FAULT");
	const char *colon = words ? strchr(words, ':') : NULL;

	unsetenv("LD_PRELOAD");
	fault.process = getpid();
	fault.path = getenv("FAULT_PATH");
	fault.count_to = getenv("FAULT_COUNT");
	fault.clock = getenv("FAULT_CLOCK");
	for (size_t i = 0; colon && i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strncmp(kinds[i].name, words, (size_t)(colon - words)) == 0 &&
			kinds[i].name[colon - words] == '\0') {
			fault.kind = kinds[i].kind;
			fault.number = kinds[i].number;
		}
	}
	if (colon) {
		fault.at = atol(colon + 1);
		fault.on = strchr(colon, '+');
	}
}

__attribute__((destructor)) static void
end(void)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "%ld\n", atomic_load(&fault.calls));
	int file;

	if (!fault.count_to || getpid() != fault.process)
		return;
	file = (int)syscall(
		SYS_openat, AT_FDCWD, fault.count_to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	syscall(SYS_write, file, text, length);
	syscall(SYS_close, file);
}

/* ---- what was written, and no fsync asked for ---- */

static bool
path_of(int file, char *path)
{
	char link[40];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	length = readlink(link, path, PATH_MAX - 1);
	if (length <= 0)
		return false;
	path[length] = '\0';
	return *path == '/';
}

/* A child has the mutex as it was. */
static bool
is_kept(void)
{
	return fault.kind == FAULT_POWER && getpid() == fault.process;
}

static void
hold(void)
{
	if (is_kept())
		pthread_mutex_lock(&fault.mutex);
}

static void
let_go(void)
{
	int number = errno;

	if (is_kept())
		pthread_mutex_unlock(&fault.mutex);
	errno = number;
}

/* @offset -1: where the file stands. */
static void
keep(int file, int64_t offset, size_t length)
{
	Written *written;
	char path[PATH_MAX];
	struct stat status;

	if (!is_kept() || fstat(file, &status) < 0 || !S_ISREG(status.st_mode) ||
		!path_of(file, path))
		return;
	if (fault.writes == MAX_WRITTEN)
		abort();
	if (offset < 0)
		offset = lseek(file, 0, SEEK_CUR);
	written = &fault.written[fault.writes];
	*written = (Written){ .path = strdup(path),
		.number = ++fault.numbered,
		.size = status.st_size,
		.offset = offset };
	if (offset < status.st_size) {
		int copy = open(path, O_RDONLY | O_CLOEXEC);

		/* This copy stays open: closing it would let go of the locks on the file.  Without
		 * it, what is lost would be kept, and nobody would know. */
		if (copy < 0)
			abort();
		written->bytes = malloc(length);
		written->length =
			(size_t)syscall(SYS_pread64, copy, written->bytes, length, offset);
	}
	fault.writes++;
}

/* What another thread wrote behind @last, while the fsync was under way, may have come too late. */
static void
kept(int file, long last)
{
	size_t left = 0;
	char path[PATH_MAX];

	if (!is_kept() || !path_of(file, path))
		return;
	for (size_t i = 0; i < fault.writes; i++) {
		if (fault.written[i].number > last || strcmp(fault.written[i].path, path) != 0) {
			fault.written[left++] = fault.written[i];
			continue;
		}
		free(fault.written[i].path);
		free(fault.written[i].bytes);
	}
	fault.writes = left;
}

static void
lose(void)
{
	while (fault.writes > 0) {
		const Written *written = &fault.written[--fault.writes];
		int file = open(written->path, O_WRONLY | O_CLOEXEC);

		if (file < 0)
			continue;
		syscall(SYS_pwrite64, file, written->bytes, written->length, written->offset);
		syscall(SYS_ftruncate, file, written->size);
	}
}

/* ---- the Nth call ---- */

static bool
is_counted(int file, const char *path)
{
	char found[PATH_MAX];

	if (getpid() != fault.process || file == STDERR_FILENO)
		return false;
	if (!fault.path)
		return true;
	if (!path && path_of(file, found))
		path = found;
	return path && strstr(path, fault.path);
}

/* Its number; 0 where it does not count.  Does not return where it ends here. */
static long
enter(int file, const char *path)
{
	long call = is_counted(file, path) ? atomic_fetch_add(&fault.calls, 1) + 1 : 0;

	if (call == 0 || call != fault.at)
		return call;
	if (fault.kind == FAULT_POWER) {
		hold(); /* for good: nobody writes anything anymore */
		lose();
	}
	if (fault.kind == FAULT_POWER || fault.kind == FAULT_KILL_GROUP)
		kill(0, SIGKILL);
	return call;
}

static bool
fails(long call)
{
	if (fault.kind != FAULT_FAIL || call == 0 || call < fault.at ||
		(call > fault.at && !fault.on))
		return false;
	errno = fault.number;
	return true;
}

static long
leave(long call, long result)
{
	int number = errno;

	if (fault.kind == FAULT_KILL && call != 0 && call == fault.at)
		kill(getpid(), SIGKILL);
	errno = number;
	return result;
}

#define CALL(file, path, ...)                                                  \
	do {                                                                   \
		long call_ = enter((file), (path));                            \
		return fails(call_) ? -1 : leave(call_, syscall(__VA_ARGS__)); \
	} while (0)

ssize_t
write(int file, const void *bytes, size_t length)
{
	long call = enter(file, NULL);
	long result;

	if (fails(call))
		return -1;
	hold();
	keep(file, -1, length);
	result = syscall(SYS_write, file, bytes, length);
	let_go();
	return leave(call, result);
}

ssize_t
writev(int file, const struct iovec *pieces, int count)
{
	CALL(file, NULL, SYS_writev, file, pieces, count);
}

ssize_t
pwrite64(int file, const void *bytes, size_t length, off64_t offset)
{
	long call = enter(file, NULL);
	long result;

	if (fails(call))
		return -1;
	hold();
	keep(file, offset, length);
	result = syscall(SYS_pwrite64, file, bytes, length, offset);
	let_go();
	return leave(call, result);
}

ssize_t
pwrite(int file, const void *bytes, size_t length, off_t offset)
{
	return pwrite64(file, bytes, length, offset);
}

static int
sync_by(long number, int file)
{
	long call = enter(file, NULL);
	long result;
	long last;

	if (fails(call))
		return -1;
	hold();
	last = fault.numbered;
	let_go();
	result = syscall(number, file);
	hold();
	if (result == 0)
		kept(file, last);
	let_go();
	return (int)leave(call, result);
}

int
fsync(int file)
{
	return sync_by(SYS_fsync, file);
}

int
fdatasync(int file)
{
	return sync_by(SYS_fdatasync, file);
}

int
ftruncate64(int file, off64_t size)
{
	struct stat status;
	long call = enter(file, NULL);
	long result;

	if (fails(call))
		return -1;
	hold();
	if (fstat(file, &status) == 0 && size < status.st_size)
		keep(file, size, (size_t)(status.st_size - size));
	result = syscall(SYS_ftruncate, file, size);
	let_go();
	return (int)leave(call, result);
}

int
ftruncate(int file, off_t size)
{
	return ftruncate64(file, size);
}

int
unlink(const char *path)
{
	CALL(-1, path, SYS_unlinkat, AT_FDCWD, path, 0);
}

int
unlinkat(int folder, const char *path, int flags)
{
	CALL(-1, path, SYS_unlinkat, folder, path, flags);
}

int
rename(const char *from, const char *to)
{
	CALL(-1, from, SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
renameat2(int folder, const char *from, int other, const char *to, unsigned flags)
{
	CALL(-1, from, SYS_renameat2, folder, from, other, to, flags);
}

int
linkat(int folder, const char *from, int other, const char *to, int flags)
{
	CALL(-1, from, SYS_linkat, folder, from, other, to, flags);
}

int
link(const char *from, const char *to)
{
	CALL(-1, from, SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
mkdir(const char *path, mode_t mode)
{
	CALL(-1, path, SYS_mkdirat, AT_FDCWD, path, mode);
}

int
mkdirat(int folder, const char *path, mode_t mode)
{
	CALL(-1, path, SYS_mkdirat, folder, path, mode);
}

ssize_t
send(int socket, const void *bytes, size_t length, int flags)
{
	CALL(socket, NULL, SYS_sendto, socket, bytes, length, flags, NULL, 0);
}

ssize_t
sendmsg(int socket, const struct msghdr *message, int flags)
{
	CALL(socket, NULL, SYS_sendmsg, socket, message, flags);
}

/* ---- the time of day ---- */

/* libc's asks no system call that a box may not make.  It may be wanted before begin(). */
static int
libc_clock(clockid_t clock, struct timespec *at)
{
	if (!fault.clock_gettime)
		*(void **)&fault.clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
	return fault.clock_gettime(clock, at);
}

/* Not in a child: a box may open no files. */
static void
read_clock(void)
{
	int file;

	if (!fault.clock || getpid() != fault.process)
		return;
	file = (int)syscall(SYS_openat, AT_FDCWD, fault.clock, O_RDONLY | O_CLOEXEC, 0);
	if (file < 0)
		return;
	memset(fault.wrong, 0, sizeof(fault.wrong));
	syscall(SYS_read, file, fault.wrong, sizeof(fault.wrong) - 1);
	syscall(SYS_close, file);
}

static void
tell_time(struct timespec *at)
{
	libc_clock(CLOCK_REALTIME, at);
	read_clock();
	if (*fault.wrong == '=')
		*at = (struct timespec){ .tv_sec = atol(fault.wrong + 1) };
	else
		at->tv_sec += atol(fault.wrong);
}

int
clock_gettime(clockid_t clock, struct timespec *at)
{
	if (clock != CLOCK_REALTIME)
		return libc_clock(clock, at);
	tell_time(at);
	return 0;
}

time_t
time(time_t *place)
{
	struct timespec at;

	tell_time(&at);
	if (place)
		*place = at.tv_sec;
	return at.tv_sec;
}

int
gettimeofday(struct timeval *restrict at, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	tell_time(&now);
	*at = (struct timeval){ .tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000 };
	return 0;
}
