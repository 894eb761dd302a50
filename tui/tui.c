#include "tui/tui.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "tui/command.h"
#include "tui/console.h"
#include "tui/screen.h"

enum {
	TICK = 1000, /* ms between two looks at the store */
	KEYS_A_FRAME = 256,
};

/* Signals arrive as something to read, between two keys: never in the middle of a
 * decision. */
typedef struct Signals {
	int descriptor;
	sigset_t before;
} Signals;

typedef struct Loop {
	Console *console;
	Screen *screen;
	Frame *frame;
	Signals signals;
	bool hung_up;
	int64_t ticked;
} Loop;

static int64_t
read_clock(void)
{
	return (int64_t)time(NULL);
}

static int64_t
milliseconds(void)
{
	return g_get_monotonic_time() / 1000;
}

static bool
take_signals(Signals *signals, GError **error)
{
	static const int taken[] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT,
		SIGCHLD, SIGPIPE };
	sigset_t set;

	sigemptyset(&set);
	for (gsize i = 0; i < G_N_ELEMENTS(taken); i++)
		sigaddset(&set, taken[i]);
	sigprocmask(SIG_BLOCK, &set, &signals->before);
	signals->descriptor = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals->descriptor >= 0)
		return true;
	sigprocmask(SIG_SETMASK, &signals->before, NULL);
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "signalfd: %s",
		g_strerror(errno));
	return false;
}

static void
give_signals_back(Signals *signals)
{
	struct signalfd_siginfo pending;

	while (read(signals->descriptor, &pending, sizeof(pending)) > 0)
		continue;
	close(signals->descriptor);
	sigprocmask(SIG_SETMASK, &signals->before, NULL);
}

/* Stops, as Ctrl-Z does to other programs, and goes on when the shell says so. */
static void
suspend(Loop *loop)
{
	loop->console->suspend = false;
	screen_suspend(loop->screen);
	(void)raise(SIGSTOP);
	screen_resume(loop->screen);
}

static void
read_signals(Loop *loop)
{
	struct signalfd_siginfo signal;

	while (read(loop->signals.descriptor, &signal, sizeof(signal)) == sizeof(signal)) {
		switch (signal.ssi_signo) {
		case SIGTSTP:
			suspend(loop);
			break;
		case SIGCONT:
			screen_repaint(loop->screen);
			break;
		case SIGTERM:
		case SIGHUP:
		case SIGQUIT:
		case SIGINT:
			loop->hung_up = true;
			break;
		default: /* the window's size and ended children are looked at anyway */
			break;
		}
	}
}

static void
read_keys(Loop *loop)
{
	Press press;

	for (int i = 0; i < KEYS_A_FRAME && key_read(&press); i++) {
		console_key(loop->console, press);
		if (loop->console->suspend)
			suspend(loop);
		if (console_finished(loop->console))
			return;
	}
}

static void
paint(void *data)
{
	Loop *loop = data;
	int rows, columns;

	screen_size(loop->screen, &rows, &columns);
	if (!loop->frame || loop->frame->rows != rows || loop->frame->columns != columns) {
		g_clear_pointer(&loop->frame, frame_free);
		loop->frame = frame_new(rows, columns);
	}
	if (loop->console->repaint)
		screen_repaint(loop->screen);
	loop->console->repaint = false;
	console_draw(loop->console, loop->frame);
	screen_show(loop->screen, loop->frame);
	if (loop->console->clip)
		screen_send(loop->console->clip);
	g_clear_pointer(&loop->console->clip, g_free);
}

static void
tick(Loop *loop)
{
	int64_t now = milliseconds();

	if (now - loop->ticked < TICK)
		return;
	loop->ticked = now;
	console_tick(loop->console, read_clock());
}

static int
until_tick(const Loop *loop)
{
	int64_t left = loop->ticked + TICK - milliseconds();

	return (int)CLAMP(left, 0, TICK);
}

/* Waits for a key, a signal, what was read, output of a command or the next second.  Keys
 * go first: what was read for a row they left is dropped, not painted. */
static void
wait_and_read(Loop *loop)
{
	const Job *job = loop->console->job;
	struct pollfd wanted[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = loop->signals.descriptor, .events = POLLIN },
		{ .fd = job ? job_descriptor(job) : -1, .events = POLLIN },
		{ .fd = console_descriptor(loop->console), .events = POLLIN },
	};

	if (poll(wanted, G_N_ELEMENTS(wanted), until_tick(loop)) < 0 && errno != EINTR)
		loop->hung_up = true;
	if (wanted[1].revents)
		read_signals(loop);
	if (wanted[0].revents & POLLIN)
		read_keys(loop);
	else if (wanted[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		loop->hung_up = true;
	if (wanted[3].revents)
		console_collect(loop->console);
	job = loop->console->job; /* a key may have stopped it */
	if (job && (wanted[2].revents || job_descriptor(job) < 0))
		command_progress(loop->console);
}

static void
run(Loop *loop)
{
	loop->ticked = milliseconds();
	paint(loop);
	while (!console_finished(loop->console) && !loop->hung_up) {
		wait_and_read(loop);
		tick(loop);
		if (!loop->hung_up)
			paint(loop);
	}
}

bool
console_run(Store *store, const ConsoleOptions *options, GError **error)
{
	g_autoptr(Console) console = console_new(store, options, read_clock(), error);
	Loop loop = { .console = console };

	if (!console || !take_signals(&loop.signals, error))
		return false;
	loop.screen = screen_open(options->theme, options->mouse, error);
	console->paint = paint;
	console->paint_data = &loop;
	if (loop.screen)
		run(&loop);
	screen_close(loop.screen);
	give_signals_back(&loop.signals);
	g_clear_pointer(&loop.frame, frame_free);
	return loop.screen != NULL;
}
