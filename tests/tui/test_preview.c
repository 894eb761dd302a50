/* Where the preview of a list stands, as asked for and as far as there is room. */
#include "tests/tui/scene.h"
#include "tui/preview.h"

typedef struct Room {
	PreviewPlace wanted;
	int columns, rows; /* of list and preview together */
	PreviewPlace place;
} Room;

static void
test_place(void)
{
	static const Room rooms[] = {
		{ PREVIEW_AUTO, 80, 21, PREVIEW_BELOW },
		{ PREVIEW_AUTO, 159, 40, PREVIEW_BELOW },
		{ PREVIEW_AUTO, 160, 40, PREVIEW_RIGHT },
		{ PREVIEW_AUTO, 300, 8, PREVIEW_RIGHT },
		{ PREVIEW_AUTO, 80, 12, PREVIEW_OFF },
		{ PREVIEW_RIGHT, 120, 40, PREVIEW_RIGHT },
		{ PREVIEW_RIGHT, 80, 21, PREVIEW_BELOW },
		{ PREVIEW_RIGHT, 80, 8, PREVIEW_OFF },
		{ PREVIEW_BELOW, 300, 40, PREVIEW_BELOW },
		{ PREVIEW_BELOW, 300, 8, PREVIEW_OFF },
		{ PREVIEW_OFF, 300, 80, PREVIEW_OFF },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
		Area area = { .rows = rooms[i].rows, .columns = rooms[i].columns };

		g_test_message("%d columns, %d rows", area.columns, area.rows);
		g_assert_cmpint(preview_place(rooms[i].wanted, area), ==, rooms[i].place);
	}
}

/* The column that parts list and preview in the row below the titles; -1: none does. */
static int
line_column(Scene *scene, int rows, int columns)
{
	g_autoptr(Frame) frame = frame_new(rows, columns);

	console_draw(scene->console, frame);
	for (int column = 0; column < columns; column++) {
		if (strcmp(frame_cell(frame, 2, column)->text, "│") == 0)
			return column;
	}
	return -1;
}

static bool
has_preview(Scene *scene, int rows, int columns)
{
	g_autofree char *screen = scene_show(scene, rows, columns);

	return strstr(screen, "first seen") != NULL;
}

static void
test_key_turns(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_assert_cmpint(line_column(scene, 40, 120), ==, -1);
	g_assert_true(has_preview(scene, 40, 120));
	scene_press(scene, "|");
	g_assert_cmpint(line_column(scene, 40, 120), >, 50);
	scene_press(scene, "|");
	g_assert_cmpint(line_column(scene, 40, 120), ==, -1);
	g_assert_false(has_preview(scene, 40, 120));
	scene_press(scene, "|");
	g_assert_true(has_preview(scene, 40, 120));
}

/* What there is no room for is left out of the round. */
static void
test_key_where_narrow(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_assert_true(has_preview(scene, 24, 80));
	scene_press(scene, "|");
	g_assert_false(has_preview(scene, 24, 80));
	scene_press(scene, "|");
	g_assert_true(has_preview(scene, 24, 80));
	g_assert_false(has_preview(scene, 12, 80));
	scene_press(scene, "|");
	scene_shows(scene, "there is no room for a preview here");
}

static void
test_of_the_session(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_free(scene_show(scene, 40, 120));
	scene_press(scene, "| C");
	g_assert_cmpint(line_column(scene, 40, 120), >, 50);
	scene_press(scene, "Enter");
	g_assert_cmpint(line_column(scene, 40, 120), >, 50);
}

/* Where it is tall, the mail itself is read below what is said of it. */
static void
test_tall(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autofree char *tall = scene_show(scene, 60, 200);
	g_autofree char *low = scene_show(scene, 24, 200);

	g_assert_nonnull(strstr(tall, "Who really sent it"));
	g_assert_nonnull(strstr(tall, "please look at [1]."));
	g_assert_null(strstr(low, "please look at [1]."));
	g_assert_nonnull(strstr(low, "first seen"));
}

/* The brief stays in sight beside the pages of a message, where a screen is wide. */
static void
test_beside_pages(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autofree char *text = NULL;
	g_autofree char *alone = NULL;
	g_autofree char *narrow = NULL;

	scene_press(scene, "Enter 2");
	text = scene_show(scene, 40, 200);
	g_assert_nonnull(strstr(text, "please look at [1]."));
	g_assert_nonnull(strstr(text, "Who really sent it"));
	narrow = scene_show(scene, 40, 120);
	g_assert_null(strstr(narrow, "Who really sent it"));
	g_free(scene_show(scene, 40, 200));
	scene_press(scene, "|");
	alone = scene_show(scene, 40, 200);
	g_assert_null(strstr(alone, "Who really sent it"));
}

/* What stands there unasked is not to be clicked. */
static void
test_defanged(Scene *scene, G_GNUC_UNUSED const void *data)
{
	const SceneMail mail = {
		.name = "A",
		.from = "a@b.example",
		.domain = "b.example",
		.subject = "s",
		.text = "see https://evil.example/x",
	};
	g_autofree char *screen = NULL;

	scene_add(scene, &mail);
	scene_open(scene);
	screen = scene_show(scene, 60, 200);
	g_assert_nonnull(strstr(screen, "see hxxps://evil[.]example/x"));
	g_assert_null(strstr(screen, "https://"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/preview/place", test_place);
	g_test_add("/preview/key-turns", Scene, NULL, scene_setup_list, test_key_turns,
		scene_teardown);
	g_test_add("/preview/key-where-narrow", Scene, NULL, scene_setup_list,
		test_key_where_narrow, scene_teardown);
	g_test_add("/preview/of-the-session", Scene, NULL, scene_setup_list, test_of_the_session,
		scene_teardown);
	g_test_add("/preview/tall", Scene, NULL, scene_setup_list, test_tall, scene_teardown);
	g_test_add(
		"/preview/defanged", Scene, NULL, scene_setup_empty, test_defanged, scene_teardown);
	g_test_add("/preview/beside-pages", Scene, NULL, scene_setup_list, test_beside_pages,
		scene_teardown);
	return g_test_run();
}
