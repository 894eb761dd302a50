/* measure - run a command; print its wall seconds, processor seconds and peak memory
 *
 *   measure COMMAND [ARGUMENT...]     -> "0.412 0.380 52340" on file descriptor 3, else stderr
 *
 * Memory is the largest of the command and its children, in KiB. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int
main(int argc, char **argv)
{
	struct timespec start, end;
	struct rusage usage;
	int status = 0;
	pid_t child;

	if (argc < 2)
		return 64;
	clock_gettime(CLOCK_MONOTONIC, &start);
	child = fork();
	if (child < 0)
		return 71;
	if (child == 0) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (waitpid(child, &status, 0) < 0)
		return 71;
	clock_gettime(CLOCK_MONOTONIC, &end);
	getrusage(RUSAGE_CHILDREN, &usage);
	dprintf(fcntl(3, F_GETFD) < 0 ? 2 : 3, "%.3f %.3f %ld\n",
		(double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9,
		seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
