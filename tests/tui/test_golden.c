/* Each tests/tui/golden/NAME.keys is pressed, and the screen compared with NAME.screen:
 * once with all that is read at once, as in a small store, and once with all of it read by
 * the thread, as in a large one.
 * The first line of NAME.keys is the size, "80x24", and may go on with "empty" for a
 * store without messages, "purged" for one whose first message was purged, or "keys" for other
 * keys.  UPDATE=1 writes the screens instead. */
#include "store/purge.h"
#include "tests/tui/scene.h"

static const char folder[] = "tests/tui/golden";

static char *
read_file(const char *name, const char *ending)
{
	g_autofree char *path = g_strdup_printf("%s/%s%s", folder, name, ending);
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	return text;
}

/* Draws before each key, as the terminal would: what a page is depends on it. */
static char *
play(Scene *scene, const char *keys, int rows, int columns)
{
	g_auto(GStrv) words = g_strsplit_set(keys, " \n", -1);

	for (char **word = words; *word; word++) {
		g_autofree char *shown = scene_show(scene, rows, columns);

		scene_press(scene, *word);
	}
	return scene_show(scene, rows, columns);
}

static void
compare(const char *name, const char *screen)
{
	g_autofree char *path = g_strdup_printf("%s/%s.screen", folder, name);
	g_autofree char *wanted = NULL;

	if (g_getenv("UPDATE")) {
		g_assert_true(g_file_set_contents(path, screen, -1, NULL));
		return;
	}
	wanted = read_file(name, ".screen");
	g_assert_cmpstr(screen, ==, wanted);
}

/* Opens it anew, with keys of somebody used to function keys. */
static GPtrArray *
open_with_keys(Scene *scene)
{
	static const char *const others[][2] = {
		{ "release", "F5" },
		{ "block", "F6 Alt-b" },
		{ "undo", "Ctrl-r" },
		{ "tag", "Insert" },
		{ "help", "F1" },
		{ "claim", "none" },
	};
	GPtrArray *bindings = g_ptr_array_new_with_free_func((GDestroyNotify)key_binding_free);
	g_autoptr(GError) error = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
		g_ptr_array_add(bindings, key_binding_new(others[i][0], others[i][1], 0));
	console_free(scene->console);
	scene->options.bindings = bindings;
	scene->console = console_new(scene->store, &scene->options, SCENE_NOW, &error);
	g_assert_no_error(error);
	return bindings;
}

static void
purge_first(Scene *scene)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	const int64_t first = 1;
	const PurgeRequest request = {
		.before = { PURGE_ALWAYS, PURGE_ALWAYS, PURGE_ALWAYS },
		.ids = ids,
		.actor = "alice",
		.reason = "asked for by post",
		.now = SCENE_NOW,
	};
	g_auto(PurgePlan) plan = { 0 };
	PurgeSummary summary;
	g_autoptr(GError) error = NULL;

	g_array_append_val(ids, first);
	store_plan_purge(scene->store, &request, &plan, &error);
	g_assert_no_error(error);
	store_purge(scene->store, &request, &plan, &(PurgeWatch){ 0 }, &summary, &error);
	g_assert_no_error(error);
	g_assert_cmpint(summary.messages, ==, 1);
}

static void
play_screen(const char *name, int64_t patience)
{
	g_autofree char *keys = read_file(name, ".keys");
	g_autofree char *screen = NULL;
	g_autoptr(GPtrArray) bindings = NULL;
	Scene scene = { 0 };
	char *rest;
	int columns = (int)strtol(keys, &rest, 10);
	int rows = (int)strtol(rest + 1, &rest, 10);

	if (g_str_has_prefix(rest, " empty")) {
		scene_setup_empty(&scene, NULL);
		rest += strlen(" empty");
	} else {
		scene_setup(&scene, NULL);
	}
	if (g_str_has_prefix(rest, " purged")) {
		purge_first(&scene);
		rest += strlen(" purged");
	}
	scene_open(&scene);
	if (g_str_has_prefix(rest, " keys")) {
		bindings = open_with_keys(&scene);
		rest += strlen(" keys");
	}
	worker_set_patience(scene.console->worker, patience, patience);
	screen = play(&scene, rest, rows, columns);
	compare(name, screen);
	scene_teardown(&scene, NULL);
}

static void
test_at_once(const void *name)
{
	play_screen(name, G_USEC_PER_SEC);
}

static void
test_on_thread(const void *name)
{
	if (g_getenv("UPDATE"))
		g_test_skip("the screens are written by the other half");
	else
		play_screen(name, WORKER_NO_PATIENCE);
}

static void
add(const char *file, const char *kind, GTestDataFunc test)
{
	char *name = g_strndup(file, strlen(file) - strlen(".keys"));
	g_autofree char *path = g_strdup_printf("/golden/%s/%s", name, kind);

	g_test_add_data_func_full(path, name, test, g_free);
}

int
main(int argc, char **argv)
{
	g_autoptr(GDir) screens = NULL;
	const char *file;

	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	screens = g_dir_open(folder, 0, NULL);
	g_assert_nonnull(screens);
	while ((file = g_dir_read_name(screens))) {
		if (!g_str_has_suffix(file, ".keys"))
			continue;
		add(file, "at-once", test_at_once);
		add(file, "on-the-thread", test_on_thread);
	}
	return g_test_run();
}
