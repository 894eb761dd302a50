#include "cli/stop.h"

#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

static const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP };

enum {
	/* Stays pending once one of those came that is not blocked itself. */
	FIRST_CAME = SIGUSR2,
};

static sigset_t
stop_set(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < G_N_ELEMENTS(stop_signals); i++)
		sigaddset(&set, stop_signals[i]);
	return set;
}

/* Blocks @set; readable when one of it has come. */
static int
watch_signals(const sigset_t *set)
{
	int first, above;

	sigprocmask(SIG_BLOCK, set, NULL);
	first = signalfd(-1, set, SFD_CLOEXEC);
	above = fcntl(first, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (above < 0)
		g_error("no descriptor is left for signals");
	close(first);
	return above;
}

int
stop_on_signals(void)
{
	const sigset_t set = stop_set();

	return watch_signals(&set);
}

static void
set_action(int number, void (*action)(int))
{
	struct sigaction how = { .sa_handler = action, .sa_flags = SA_RESTART };

	sigaction(number, &how, NULL);
}

static void
on_first(int number)
{
	(void)number;
	for (size_t i = 0; i < G_N_ELEMENTS(stop_signals); i++)
		set_action(stop_signals[i], SIG_DFL);
	(void)raise(FIRST_CAME);
}

int
stop_on_first_signal(void)
{
	sigset_t set;
	int descriptor;

	sigemptyset(&set);
	sigaddset(&set, FIRST_CAME);
	descriptor = watch_signals(&set);
	for (size_t i = 0; i < G_N_ELEMENTS(stop_signals); i++) {
		struct sigaction now;

		/* As nohup(1) wants it. */
		if (sigaction(stop_signals[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			set_action(stop_signals[i], on_first);
	}
	return descriptor;
}

bool
stop_asked(void)
{
	sigset_t pending;

	if (sigpending(&pending) < 0)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(stop_signals); i++)
		if (sigismember(&pending, stop_signals[i]) == 1)
			return true;
	return sigismember(&pending, FIRST_CAME) == 1;
}

bool
stop_asked_by(void *data)
{
	(void)data;
	return stop_asked();
}

void
stop_wait(int seconds)
{
	const sigset_t set = stop_set();
	const struct timespec time = { .tv_sec = seconds };
	int came = sigtimedwait(&set, NULL, &time);

	/* It was taken; put it back for stop_asked(). */
	if (came > 0)
		(void)raise(came);
}
