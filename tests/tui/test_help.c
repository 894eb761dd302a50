/* What the console teaches names keys and queries that there are. */
#include "store/query.h"
#include "tests/tui/scene.h"
#include "tui/help.h"

enum {
	TALL = 300,
};

static void
shows(Scene *scene, const char *text)
{
	g_autofree char *screen = scene_show(scene, TALL, SCENE_COLUMNS);

	if (!strstr(screen, text))
		g_error("'%s' is not on the screen:\n%s", text, screen);
}

/* A list of messages, and a program that : could run. */
static void
setup(Scene *scene, const void *data)
{
	scene_setup_list(scene, data);
	scene->options.program = "/nonexistent/lazaret";
}

static void
test_tour_by_key(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "? ?");
	shows(scene, "What this is for");
	scene_press(scene, "? q");
	shows(scene, "All messages, without their campaigns");
	scene_press(scene, "q");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
}

static void
ask(Scene *scene, const char *topic)
{
	scene_press(scene, ": \"help\" Space");
	for (const char *at = topic; *at; at++)
		console_key(scene->console, (Press){ .key = (Key)*at });
	scene_press(scene, "Enter");
}

/* A text with a key that no action has would end the program. */
static void
test_every_topic(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autofree const char **topics = help_topics();

	for (gsize i = 0; topics[i]; i++) {
		g_autofree char *title = g_strdup_printf("help: %s", topics[i]);

		ask(scene, topics[i]);
		g_test_message("%s", topics[i]);
		g_assert_cmpstr(scene_view(scene), ==, "help");
		shows(scene, title);
		scene_press(scene, "q");
	}
	ask(scene, "");
	shows(scene, "help: tour");
}

static void
test_unknown_topic(Scene *scene, G_GNUC_UNUSED const void *data)
{
	ask(scene, "campains");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	shows(scene, "no help on 'campains'; the nearest is 'campaigns'");
}

/* The program's own help goes by another name. */
static void
test_is_no_command(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, ": \"help\" Enter");
	g_assert_null(scene->console->job);
	g_assert_cmpstr(scene_view(scene), ==, "help");
}

static void
test_query_of_tour(Scene *scene, G_GNUC_UNUSED const void *data)
{
	static const char query[] = "score:<20 auth:yes -is:new-account";
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) parsed = query_parse(query, SCENE_NOW, NULL, &error);

	g_assert_no_error(error);
	scene_press(scene, "? ?");
	shows(scene, query);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/help/tour-by-key", Scene, NULL, setup, test_tour_by_key, scene_teardown);
	g_test_add("/help/every-topic", Scene, NULL, setup, test_every_topic, scene_teardown);
	g_test_add("/help/unknown-topic", Scene, NULL, setup, test_unknown_topic, scene_teardown);
	g_test_add("/help/is-no-command", Scene, NULL, setup, test_is_no_command, scene_teardown);
	g_test_add("/help/query-of-tour", Scene, NULL, setup, test_query_of_tour, scene_teardown);
	return g_test_run();
}
