/* Whether who leased a delivery can still say what became of it. */
#include "release/deliverer.h"

#include <glib.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOST "mx.example.net"

/* Words of a deliverer, one of them another: HOST:PID, boot, namespace, start. */
static bool
is_dead_with(guint place, const char *word)
{
	g_autofree char *self = deliverer_self(HOST);
	g_auto(GStrv) words = g_strsplit(self, " ", -1);
	g_autofree char *other = NULL;

	g_assert_cmpuint(g_strv_length(words), ==, 4);
	g_free(words[place]);
	words[place] = g_strdup(word);
	other = g_strjoinv(" ", words);
	return deliverer_is_dead(other, HOST);
}

/* The words of a child that has ended, and *child, which nobody has waited for. */
static char *
name_of_a_zombie(pid_t *child)
{
	g_autofree char *self = deliverer_self(HOST);
	g_auto(GStrv) words = g_strsplit(self, " ", -1);
	siginfo_t ended;

	*child = fork();
	if (*child == 0)
		_exit(0);
	g_assert_cmpint(waitid(P_PID, (id_t)*child, &ended, WEXITED | WNOWAIT), ==, 0);
	return g_strdup_printf("%s:%ld %s %s %s", HOST, (long)*child, words[1], words[2], words[3]);
}

static void
test_who_asks_lives(void)
{
	g_autofree char *self = deliverer_self(HOST);
	g_autofree char *place = g_strdup_printf("%s:%ld", HOST, (long)getpid());

	g_assert_true(g_str_has_prefix(self, place));
	g_assert_false(deliverer_is_dead(self, HOST));
	g_assert_false(is_dead_with(0, place));
}

static void
test_who_has_ended_is_dead(void)
{
	pid_t child;
	g_autofree char *name = name_of_a_zombie(&child);

	g_assert_true(deliverer_is_dead(name, HOST));
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	g_assert_true(deliverer_is_dead(name, HOST));
}

static void
test_number_that_was_used_again(void)
{
	g_assert_true(is_dead_with(3, "1"));
}

static void
test_nobody_outlives_a_boot(void)
{
	g_assert_true(is_dead_with(1, "00000000-0000-0000-0000-000000000000"));
}

/* A number of another container says nothing here: it waits for its lease to run out. */
static void
test_another_namespace_is_not_known(void)
{
	pid_t child;
	g_autofree char *name = name_of_a_zombie(&child);
	g_auto(GStrv) words = g_strsplit(name, " ", -1);
	g_autofree char *elsewhere =
		g_strdup_printf("%s %s pid:[1] %s", words[0], words[1], words[3]);

	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	g_assert_false(deliverer_is_dead(elsewhere, HOST));
}

static void
test_what_is_no_name_is_not_dead(void)
{
	static const char *const places[] = { "", HOST, HOST ":", HOST ":0", HOST ":-1", HOST ":x",
		HOST ":2147483648", HOST ":1x", HOST ".org:1", "mx.example:1", "other:1" };

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *dead = g_strdup_printf("%s boot pid:[1] 1", places[i]);

		g_assert_false(deliverer_is_dead(dead, HOST));
	}
	g_assert_true(deliverer_is_dead(HOST ":2147483647 boot pid:[1] 1", HOST));
	g_assert_true(deliverer_is_dead(HOST ":1 boot pid:[1] 1", HOST));
	g_assert_false(deliverer_is_dead(HOST ":1 boot pid:[1]", HOST));
	g_assert_false(deliverer_is_dead(NULL, HOST));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/deliverer/who-asks-lives", test_who_asks_lives);
	g_test_add_func("/deliverer/who-has-ended-is-dead", test_who_has_ended_is_dead);
	g_test_add_func("/deliverer/number-that-was-used-again", test_number_that_was_used_again);
	g_test_add_func("/deliverer/nobody-outlives-a-boot", test_nobody_outlives_a_boot);
	g_test_add_func(
		"/deliverer/another-namespace-is-not-known", test_another_namespace_is_not_known);
	g_test_add_func("/deliverer/what-is-no-name-is-not-dead", test_what_is_no_name_is_not_dead);
	return g_test_run();
}
