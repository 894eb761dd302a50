/* Text whose width terminals do not agree on, shown by one that counts otherwise than we do:
 * libvterm knows no emoji newer than Unicode 13. */
#include "tests/tui/terminal.h"

#include <wchar.h>

#include "mail/glyph.h"

enum {
	LIST_ROW = 2,
	COLUMNS = 100,
};

static const char *const subjects[] = {
	"plain",
	"\U0001fae0\U0001fae0 melting \U0001fae0",
	"\U0001fae0",
	"\U0001fabf\U0001fa77\U0001fae8 goose",
	"契約書 \U0001f44d\U0001f3fd \U0001f1e6\U0001f1fa \U0001f469\u200d\U0001f4bb",
	"שלום العربية क्षि ไทย",
	"\u2764\ufe0f \u260e\ufe0f 1\ufe0f\u20e3 e\u0301",
	"M\u0336i\u0336c\u0336r\u0336o\u0336",
	"\U0001f1e6 lone",
};

static void
add_subjects(Scene *scene)
{
	scene_setup_empty(scene, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
		SceneMail mail = {
			.name = subjects[i],
			.from = "a@shop.example",
			.domain = "shop.example",
			.subject = subjects[i],
			.score = 90 - (int)i,
			.age = 60,
			.link = "https://links.example/",
			.link_domain = "links.example",
		};

		scene_add(scene, &mail);
	}
}

/* What is agreed on stands in the terminal where the frame has it. */
static void
check_row(const Terminal *terminal, const Frame *frame, int row)
{
	for (int column = 0; column < frame->columns; column++) {
		const Cell *cell = frame_cell(frame, row, column);
		VTermScreenCell shown;
		gunichar wanted = g_utf8_get_char(cell->text);

		if (!*cell->text || glyph_is_disputed(wanted) || wanted == ' ')
			continue;
		vterm_screen_get_cell(
			terminal->screen, (VTermPos){ .row = row, .col = column }, &shown);
		if (shown.chars[0] != wanted)
			g_error("row %d, column %d: U+%04X, wanted U+%04X", row, column,
				shown.chars[0], wanted);
	}
}

static void
check_screen(const Terminal *terminal, Scene *scene)
{
	g_autoptr(Frame) frame = frame_new(SCENE_ROWS, COLUMNS);

	console_draw(scene->console, frame);
	for (int row = LIST_ROW; row < LIST_ROW + (int)G_N_ELEMENTS(subjects); row++)
		check_row(terminal, frame, row);
}

static void
press(const Terminal *terminal, Scene *scene, const char *bytes, const char *name)
{
	terminal_press((Terminal *)terminal, bytes);
	scene_press(scene, name);
	check_screen(terminal, scene);
}

static void
test_straight(void)
{
	Scene scene = { 0 };
	Terminal terminal;

	add_subjects(&scene);
	scene_open(&scene);
	scene.console->now = (int64_t)time(NULL);
	scene_press(&scene, "l Enter");
	terminal_open_sized(&terminal, &scene, "tmux-256color", SCENE_ROWS, COLUMNS);
	terminal_read(&terminal);
	press(&terminal, &scene, "M", "M");
	for (gsize i = 1; i < G_N_ELEMENTS(subjects); i++)
		press(&terminal, &scene, "j", "j");
	for (gsize i = 1; i < G_N_ELEMENTS(subjects); i++)
		press(&terminal, &scene, "k", "k");
	press(&terminal, &scene, "t", "t");
	terminal_press(&terminal, "qq");
	g_assert_cmpint(terminal_close(&terminal), ==, 0);
	scene_teardown(&scene, NULL);
}

/* The frame counts a cell as wide as the C library does, or it is a question mark. */
static void
test_counted(void)
{
	for (gunichar character = 0x20; character < 0x20000; character++) {
		g_autoptr(Visible) visible = NULL;
		char text[7] = "";
		gunichar shown;
		bool replaced;

		if (!g_unichar_validate(character) || text_columns(character) == 0)
			continue;
		text[g_unichar_to_utf8(character, text)] = '\0';
		visible = text_visible(text, -1);
		if (strcmp(visible_string(visible), text) != 0)
			continue;
		shown = glyph_of(GLYPHS_ALL, text, text_columns(character), &replaced);
		if (!replaced)
			g_assert_cmpint(wcwidth((wchar_t)shown), ==, text_columns(character));
		else
			g_assert_cmpuint(shown, <, 0x7f);
	}
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/width/columns-stay-straight", test_straight);
	g_test_add_func("/width/counted-as-the-terminal-does", test_counted);
	return g_test_run();
}
