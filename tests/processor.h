/* processor.h - how long something took the processor: what else runs on the machine, and for
 * how long a test stands still, is no matter of what it tests */
#ifndef TESTS_PROCESSOR_H
#define TESTS_PROCESSOR_H

#include <time.h>

/* Of this process so far, all its threads. */
static inline double
processor_seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

#endif
