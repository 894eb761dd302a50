#include "tui/prompt.h"

#include <string.h>

typedef struct Fixture {
	GPtrArray *history;
	Prompt *prompt;
} Fixture;

static void
open_prompt(Fixture *fixture, const char *text)
{
	prompt_free(fixture->prompt);
	fixture->prompt = prompt_new("limit:", text, fixture->history);
}

static void
setup(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	fixture->history = g_ptr_array_new_with_free_func(g_free);
	open_prompt(fixture, "");
}

static void
teardown(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	prompt_free(fixture->prompt);
	g_ptr_array_unref(fixture->history);
}

static void
type(Fixture *fixture, const char *text)
{
	for (; *text; text = g_utf8_next_char(text))
		g_assert_cmpint(
			prompt_key(fixture->prompt, g_utf8_get_char(text)), ==, PROMPT_OPEN);
}

static void
press(Fixture *fixture, const char *names)
{
	g_auto(GStrv) words = g_strsplit(names, " ", -1);

	for (char **word = words; *word; word++)
		prompt_key(fixture->prompt, key_from_name(*word));
}

static void
test_edits(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	type(fixture, "from:bäcker");
	press(fixture, "Left Left Backspace Backspace");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "from:bäer");
	press(fixture, "Backspace Delete");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "from:br");
	press(fixture, "Home");
	type(fixture, "-");
	press(fixture, "End");
	type(fixture, " x y");
	press(fixture, "Ctrl-w Ctrl-w");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "-from:br ");
	press(fixture, "Left Left Ctrl-k");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "-from:b");
	press(fixture, "Left Ctrl-u");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "b");
}

static void
test_ends(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	type(fixture, "x");
	g_assert_cmpint(prompt_key(fixture->prompt, KEY_CODE_ENTER), ==, PROMPT_ACCEPTED);
	g_assert_cmpint(prompt_key(fixture->prompt, KEY_CODE_ESC), ==, PROMPT_CANCELLED);
	open_prompt(fixture, "");
	g_assert_cmpint(prompt_key(fixture->prompt, KEY_CODE_BACKSPACE), ==, PROMPT_CANCELLED);
}

static void
test_history(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	static const char *const lines[] = { "one", "two", "two", "" };

	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		open_prompt(fixture, lines[i]);
		press(fixture, "Enter");
	}
	g_assert_cmpuint(fixture->history->len, ==, 2);
	open_prompt(fixture, "");
	type(fixture, "typed");
	press(fixture, "Up");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "two");
	press(fixture, "Up Up Up");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "one");
	press(fixture, "Down Down");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "typed");
	press(fixture, "Down");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "typed");
	/* Refused, it stays open and goes on from there. */
	press(fixture, "Enter Down");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "typed");
	press(fixture, "Up Up Down");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "typed");
}

static void
test_error(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Frame) frame = frame_new(1, 40);

	type(fixture, "state:held frm:x");
	prompt_set_error(fixture->prompt, "no such term", 12);
	g_assert_cmpstr(prompt_error(fixture->prompt), ==, "no such term");
	prompt_draw(fixture->prompt, frame, 0);
	/* " limit:" and a blank, then the text: its 12th character is marked. */
	g_assert_cmpint(frame->cursor_column, ==, 8 + 11);
	g_assert_cmpint(frame_cell(frame, 0, 8 + 11)->style, ==, STYLE_ERROR);
	g_assert_cmpint(frame_cell(frame, 0, 8 + 10)->style, ==, STYLE_NORMAL);
	press(fixture, "End");
	g_assert_null(prompt_error(fixture->prompt));
}

/* A column beyond the text, and none at all, are fine. */
static void
test_error_anywhere(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	type(fixture, "ab");
	prompt_set_error(fixture->prompt, "x", 3);
	prompt_set_error(fixture->prompt, "x", 99);
	prompt_set_error(fixture->prompt, "x", 0);
	g_assert_cmpstr(prompt_error(fixture->prompt), ==, "x");
}

static void
test_scrolls(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Frame) frame = frame_new(1, 20);

	type(fixture, "契約書 abcdefghijklmnopqrstuvwxyz");
	prompt_draw(fixture->prompt, frame, 0);
	g_assert_cmpint(frame->cursor_column, <, 20);
	g_assert_cmpstr(frame_cell(frame, 0, frame->cursor_column - 1)->text, ==, "z");
	press(fixture, "Home");
	prompt_draw(fixture->prompt, frame, 0);
	g_assert_cmpint(frame->cursor_column, ==, 8);
}

/* Only what can be printed gets in, and not without end. */
static void
test_limits(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	press(fixture, "Ctrl-x F1");
	prompt_key(fixture->prompt, 0x9b);
	prompt_key(fixture->prompt, 0x202e);
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "");
	for (int i = 0; i < 5000; i++)
		prompt_key(fixture->prompt, 0x5951);
	g_assert_cmpuint(strlen(prompt_text(fixture->prompt)), <=, 1000);
}

static void
add(const char *path, void (*test)(Fixture *, const void *))
{
	g_test_add(path, Fixture, NULL, setup, test, teardown);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/prompt/edits", test_edits);
	add("/prompt/ends", test_ends);
	add("/prompt/history", test_history);
	add("/prompt/error-stands-at-its-column", test_error);
	add("/prompt/error-at-any-column", test_error_anywhere);
	add("/prompt/scrolls-to-the-cursor", test_scrolls);
	add("/prompt/takes-what-can-be-printed", test_limits);
	return g_test_run();
}
