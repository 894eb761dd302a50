/* Preloaded into lazaret for its pictures, so that each run gives the same: the time of day stands
 * still, and whoever runs it is alice.  What waits goes by the monotonic clock, which goes on. */
#include <pwd.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
	STILL = 1780300800, /* 2026-06-01 08:00:00 UTC: a week after the newest sample */
};

time_t
time(time_t *place)
{
	if (place)
		*place = STILL;
	return STILL;
}

int
clock_gettime(clockid_t clock, struct timespec *at)
{
	if (clock != CLOCK_REALTIME)
		return (int)syscall(SYS_clock_gettime, clock, at);
	*at = (struct timespec){ .tv_sec = STILL };
	return 0;
}

int
gettimeofday(struct timeval *restrict at, void *restrict zone)
{
	(void)zone;
	*at = (struct timeval){ .tv_sec = STILL };
	return 0;
}

struct passwd *
fgetpwent(FILE *file)
{
	static struct passwd alice = { .pw_name = (char *)"alice" };

	(void)file;
	alice.pw_uid = getuid();
	return &alice;
}
