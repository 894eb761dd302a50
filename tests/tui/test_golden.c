/* Each tests/tui/golden/NAME.keys is pressed, and the screen compared with NAME.screen.
 * The first line of NAME.keys is the size, "80x24", and may go on with "empty" for a
 * store without messages.  UPDATE=1 writes the screens instead. */
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

static void
test_screen(const void *data)
{
	const char *name = data;
	g_autofree char *keys = read_file(name, ".keys");
	g_autofree char *screen = NULL;
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
	scene_open(&scene);
	screen = play(&scene, rest, rows, columns);
	compare(name, screen);
	scene_teardown(&scene, NULL);
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
		g_autofree char *name = NULL;
		g_autofree char *path = NULL;

		if (!g_str_has_suffix(file, ".keys"))
			continue;
		name = g_strndup(file, strlen(file) - strlen(".keys"));
		path = g_strdup_printf("/golden/%s", name);
		g_test_add_data_func_full(path, g_steal_pointer(&name), test_screen, g_free);
	}
	return g_test_run();
}
