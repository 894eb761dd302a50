#include "cli/stop.h"

#include <signal.h>
#include <time.h>

static sigset_t
stop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	return set;
}

void
stop_on_signals(void)
{
	const sigset_t set = stop_signals();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

bool
stop_asked(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
		(sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
			sigismember(&pending, SIGHUP) == 1);
}

void
stop_wait(int seconds)
{
	const sigset_t set = stop_signals();
	const struct timespec time = { .tv_sec = seconds };
	int came = sigtimedwait(&set, NULL, &time);

	/* It was taken; put it back for stop_asked(). */
	if (came > 0)
		(void)raise(came);
}
