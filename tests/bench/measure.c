/* measure - run a command; print its wall seconds, processor seconds and peak memory
 *
 *   measure COMMAND [ARGUMENT...]     -> "0.412 0.380 52340" on file descriptor 3, else stderr
 *   measure -a COMMAND [ARGUMENT...]  -> "0.412 0.380 52340 52340 90112"
 *
 * Memory is the largest of the command and its children, in KiB.  With -a it is looked at
 * while they run, which takes some time from them: behind it stand the command's alone and
 * the most that they all had together at one time, shared pages counted once (proc(5), Pss;
 * where that may not be read, all that is resident in each). */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	INTERVAL = 20, /* ms between two looks */
	MOST = 256,    /* children of one process */
};

typedef struct Memory {
	long command, all; /* KiB, the most that was seen */
} Memory;

static double
seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* The number behind @name in /proc/PID/FILE; -1 where there is none to be read. */
static long
number_of(pid_t pid, const char *file, const char *name)
{
	char path[64];
	char line[256];
	long number = -1;
	FILE *stream;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	stream = fopen(path, "r");
	while (stream && number < 0 && fgets(line, sizeof(line), stream))
		if (strncmp(line, name, strlen(name)) == 0)
			number = strtol(line + strlen(name), NULL, 10);
	if (stream)
		fclose(stream);
	return number;
}

static long
resident(pid_t pid)
{
	long share = number_of(pid, "smaps_rollup", "Pss:");

	if (share < 0)
		share = number_of(pid, "status", "VmRSS:");
	return share > 0 ? share : 0;
}

static long
resident_with_children(pid_t pid)
{
	long sum = resident(pid);
	char path[64];
	FILE *stream;
	int child;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	stream = fopen(path, "r");
	for (int i = 0; stream && i < MOST && fscanf(stream, "%d", &child) == 1; i++)
		sum += resident_with_children(child);
	if (stream)
		fclose(stream);
	return sum;
}

static void
look(pid_t command, Memory *memory)
{
	long own = number_of(command, "status", "VmHWM:");
	long all = resident_with_children(command);

	memory->command = own > memory->command ? own : memory->command;
	memory->all = all > memory->all ? all : memory->all;
}

/* As waitpid(2), with a look at the memory now and then. */
static pid_t
wait_looking(pid_t command, int *status, Memory *memory)
{
	static const struct timespec interval = { .tv_nsec = INTERVAL * 1000000L };
	pid_t ended;

	while ((ended = waitpid(command, status, WNOHANG)) == 0) {
		look(command, memory);
		nanosleep(&interval, NULL);
	}
	return ended;
}

static double
elapsed(const struct timespec *start)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	return (double)(end.tv_sec - start->tv_sec) + (double)(end.tv_nsec - start->tv_nsec) / 1e9;
}

static void
print(double wall, const struct rusage *usage, const Memory *memory)
{
	int output = fcntl(3, F_GETFD) < 0 ? 2 : 3;

	dprintf(output, "%.3f %.3f %ld", wall, seconds(usage->ru_utime) + seconds(usage->ru_stime),
		usage->ru_maxrss);
	if (memory)
		dprintf(output, " %ld %ld", memory->command, memory->all);
	dprintf(output, "\n");
}

int
main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "-a") == 0;
	char **command = argv + 1 + all;
	Memory memory = { 0 };
	struct timespec start;
	struct rusage usage;
	double wall;
	int status = 0;
	pid_t child;

	if (argc < 2 + all)
		return 64;
	clock_gettime(CLOCK_MONOTONIC, &start);
	child = fork();
	if (child < 0)
		return 71;
	if (child == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	if ((all ? wait_looking(child, &status, &memory) : waitpid(child, &status, 0)) < 0)
		return 71;
	wall = elapsed(&start);
	getrusage(RUSAGE_CHILDREN, &usage);
	print(wall, &usage, all ? &memory : NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
