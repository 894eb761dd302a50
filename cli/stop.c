#include "cli/stop.h"

#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

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

int
stop_on_signals(void)
{
	const sigset_t set = stop_signals();
	int first, above;

	sigprocmask(SIG_BLOCK, &set, NULL);
	first = signalfd(-1, &set, SFD_CLOEXEC);
	above = fcntl(first, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (above < 0)
		g_error("no descriptor is left for signals");
	close(first);
	return above;
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
