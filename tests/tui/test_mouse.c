/* What clicks and the wheel do, by where they are on the screen. */
#include <locale.h>

#include "tests/tui/scene.h"

enum {
	LIST_ROW = 2, /* the first row of a list, below the title bar and its titles */
	TITLES_ROW = 1,
	TABS_ROW = 2,
};

static void
point(Scene *scene, Key key, int row, int column)
{
	console_key(scene->console, (Press){ .key = key, .row = row, .column = column });
	console_settle(scene->console);
}

/* Where @text stands in row @row of the screen. */
static int
column_of(Scene *scene, int row, const char *text)
{
	g_autofree char *screen = scene_show(scene, SCENE_ROWS, SCENE_COLUMNS);
	g_auto(GStrv) lines = g_strsplit(screen, "\n", -1);
	const char *at = strstr(lines[row], text);

	if (!at)
		g_error("'%s' is not in row %d:\n%s", text, row, screen);
	return (int)g_utf8_strlen(lines[row], at - lines[row]);
}

static void
click(Scene *scene, int row, const char *text)
{
	point(scene, KEY_CODE_CLICK, row, column_of(scene, row, text));
}

static void
test_rows(Scene *scene, G_GNUC_UNUSED const void *data)
{
	point(scene, KEY_CODE_CLICK, LIST_ROW + 2, 20);
	scene_shows(scene, "▸");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	g_assert_cmpint(scene_current(scene), ==, 7);
	/* Again: it opens. */
	point(scene, KEY_CODE_CLICK, LIST_ROW + 2, 20);
	g_assert_cmpstr(scene_view(scene), ==, "message");
	g_assert_cmpint(scene_current(scene), ==, 7);
}

static void
test_nothing_there(Scene *scene, G_GNUC_UNUSED const void *data)
{
	int64_t before = scene_current(scene);

	/* The title bar, below the rows, the preview, the message line, beside the screen. */
	point(scene, KEY_CODE_CLICK, 0, 5);
	point(scene, KEY_CODE_CLICK, LIST_ROW + 9, 5);
	point(scene, KEY_CODE_CLICK, SCENE_ROWS - 5, 5);
	point(scene, KEY_CODE_CLICK, SCENE_ROWS - 2, 5);
	point(scene, KEY_CODE_CLICK, 500, 500);
	point(scene, KEY_CODE_CLICK, -1, -1);
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	g_assert_cmpint(scene_current(scene), ==, before);
}

static void
test_titles(Scene *scene, G_GNUC_UNUSED const void *data)
{
	click(scene, TITLES_ROW, "age");
	scene_shows(scene, "by received");
	click(scene, TITLES_ROW, "age");
	scene_shows(scene, "by received · rever");
	click(scene, TITLES_ROW, "score");
	g_assert_cmpint(scene_current(scene), ==, 1);
	/* By what there is no order. */
	click(scene, TITLES_ROW, "subject");
	g_assert_cmpint(scene_current(scene), ==, 1);
}

static void
test_bottom_line(Scene *scene, G_GNUC_UNUSED const void *data)
{
	click(scene, SCENE_ROWS - 1, "tag");
	scene_shows(scene, "1 tagged");
	click(scene, SCENE_ROWS - 1, "b block");
	scene_shows(scene, "blocked #");
	click(scene, SCENE_ROWS - 1, "undo");
	scene_shows(scene, "taken back");
	click(scene, SCENE_ROWS - 1, "help");
	g_assert_cmpstr(scene_view(scene), ==, "help");
	click(scene, SCENE_ROWS - 1, "back");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	/* Between two of them there is none. */
	point(scene, KEY_CODE_CLICK, SCENE_ROWS - 1, 0);
	g_assert_cmpstr(scene_view(scene), ==, "messages");
}

static void
test_tabs(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "Enter");
	click(scene, TABS_ROW, "links");
	scene_shows(scene, "hxxps://");
	click(scene, TABS_ROW, "headers");
	scene_shows(scene, "Received");
}

static void
test_wheel(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autofree char *before = scene_show(scene, SCENE_ROWS, SCENE_COLUMNS);
	g_autofree char *scrolled = NULL;
	g_autofree char *back = NULL;
	int64_t first = scene_current(scene);

	point(scene, KEY_CODE_WHEEL_DOWN, LIST_ROW, 5);
	g_assert_cmpint(scene_current(scene), !=, first);
	point(scene, KEY_CODE_WHEEL_UP, LIST_ROW, 5);
	g_assert_cmpint(scene_current(scene), ==, first);
	/* Over the preview the preview goes, and not the cursor. */
	g_free(scene_show(scene, 16, 40));
	point(scene, KEY_CODE_WHEEL_DOWN, 12, 5);
	g_assert_cmpint(scene_current(scene), ==, first);
	scrolled = scene_show(scene, 16, 40);
	g_free(scene_show(scene, 16, 40));
	for (int i = 0; i < 20; i++)
		point(scene, KEY_CODE_WHEEL_UP, 12, 5);
	back = scene_show(scene, 16, 40);
	g_assert_cmpstr(scrolled, !=, back);
}

/* While something is asked, a click answers nothing. */
static void
test_prompt(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "l");
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	point(scene, KEY_CODE_CLICK, LIST_ROW + 2, 20);
	point(scene, KEY_CODE_CLICK, SCENE_ROWS - 1, 10);
	point(scene, KEY_CODE_WHEEL_DOWN, LIST_ROW, 5);
	g_assert_nonnull(scene->console->prompt);
	g_assert_cmpstr(scene_view(scene), ==, "messages");
}

#define ADD(path, test) \
	g_test_add("/mouse/" path, Scene, NULL, scene_setup_list, test, scene_teardown)

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	ADD("a-click-selects-and-a-second-opens", test_rows);
	ADD("elsewhere-it-does-nothing", test_nothing_there);
	ADD("a-title-sorts", test_titles);
	ADD("a-key-of-the-bottom-line-is-pressed", test_bottom_line);
	ADD("a-tab-opens", test_tabs);
	ADD("the-wheel-turns-what-it-is-over", test_wheel);
	ADD("a-prompt-takes-none", test_prompt);
	return g_test_run();
}
