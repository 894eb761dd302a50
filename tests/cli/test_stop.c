#include "cli/stop.h"

#include <glib.h>
#include <poll.h>
#include <signal.h>

static bool
is_readable(int descriptor)
{
	struct pollfd watched = { .fd = descriptor, .events = POLLIN };

	return poll(&watched, 1, 0) == 1;
}

static void
test_blocked(void)
{
	int descriptor;

	if (g_test_subprocess()) {
		descriptor = stop_on_signals();
		g_assert_false(stop_asked());
		g_assert_false(is_readable(descriptor));
		(void)raise(SIGTERM);
		(void)raise(SIGTERM);
		g_assert_true(stop_asked());
		g_assert_true(is_readable(descriptor));
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
}

static void
test_first(void)
{
	int descriptor;

	if (g_test_subprocess()) {
		descriptor = stop_on_first_signal();
		g_assert_false(stop_asked());
		g_assert_false(is_readable(descriptor));
		(void)raise(SIGHUP);
		g_assert_true(stop_asked());
		g_assert_true(is_readable(descriptor));
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
}

/* The second ends it, whichever it is and whatever it is at. */
static void
test_second(void)
{
	if (g_test_subprocess()) {
		(void)stop_on_first_signal();
		(void)raise(SIGINT);
		g_assert_true(stop_asked());
		g_printerr("still here\n");
		(void)raise(SIGTERM);
		g_printerr("beyond\n");
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*still here*");
	g_test_trap_assert_stderr_unmatched("*beyond*");
}

/* As nohup(1) wants it. */
static void
test_ignored(void)
{
	if (g_test_subprocess()) {
		(void)signal(SIGHUP, SIG_IGN);
		(void)stop_on_first_signal();
		(void)raise(SIGHUP);
		g_assert_false(stop_asked());
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stop/signals-wait-to-be-asked-for", test_blocked);
	g_test_add_func("/stop/the-first-is-a-wish", test_first);
	g_test_add_func("/stop/the-second-ends-at-once", test_second);
	g_test_add_func("/stop/what-is-ignored-stays-ignored", test_ignored);
	return g_test_run();
}
