#include "tui/prompt.h"

#include <string.h>

typedef struct Fixture {
	GPtrArray *history;
	Prompt *prompt;
	const char *behind;
	bool slow; /* what completes is offered later */
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
	press(fixture, "Ctrl-p");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "two");
	press(fixture, "Ctrl-p Ctrl-p Ctrl-p");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "one");
	press(fixture, "Ctrl-n Ctrl-n");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "typed");
	press(fixture, "Ctrl-n");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "typed");
	/* Refused, it stays open and goes on from there. */
	press(fixture, "Enter Down");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "typed");
	press(fixture, "Up Up Down");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "typed");
}

static void
remember(Fixture *fixture, const char *const *lines)
{
	for (; *lines; lines++) {
		open_prompt(fixture, *lines);
		press(fixture, "Enter");
	}
}

static const char *const earlier[] = { "state:held from:a", "score:>70", "state:blocked",
	"score:>90", NULL };

/* Up and Down keep to what begins with what was typed; a line that stood there, or was
 * recalled, is not typed. */
static void
test_history_by_prefix(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	remember(fixture, earlier);
	open_prompt(fixture, "");
	type(fixture, "st");
	press(fixture, "Up");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "state:blocked");
	press(fixture, "Up");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "state:held from:a");
	press(fixture, "Up");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "state:held from:a");
	press(fixture, "Down Down");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "st");
	type(fixture, "x");
	press(fixture, "Up");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "stx");
	open_prompt(fixture, "state:held");
	press(fixture, "Up");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "score:>90");
	press(fixture, "Up Down Down");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "state:held");
}

/* Ctrl-r goes back through lines that have what is typed then. */
static void
test_history_search(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	remember(fixture, earlier);
	open_prompt(fixture, "typed");
	press(fixture, "Ctrl-r");
	type(fixture, ":>");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "score:>90");
	g_assert_nonnull(strstr(prompt_hint(fixture->prompt), "':>'"));
	press(fixture, "Ctrl-r");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "score:>70");
	press(fixture, "Ctrl-r");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "score:>70");
	g_assert_nonnull(strstr(prompt_hint(fixture->prompt), "no earlier line"));
	press(fixture, "Backspace Backspace");
	type(fixture, "held");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "state:held from:a");
	press(fixture, "Ctrl-g");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "typed");
	g_assert_null(prompt_hint(fixture->prompt));
	/* Esc keeps the line that was found, and any other key does what it does. */
	press(fixture, "Ctrl-r");
	type(fixture, "block");
	g_assert_cmpint(prompt_key(fixture->prompt, KEY_CODE_ESC), ==, PROMPT_OPEN);
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "state:blocked");
	press(fixture, "Ctrl-r");
	type(fixture, "from");
	press(fixture, "End Backspace");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "state:held from:");
	press(fixture, "Ctrl-r");
	g_assert_cmpint(prompt_key(fixture->prompt, KEY_CODE_ENTER), ==, PROMPT_ACCEPTED);
}

/* ---- completion ---- */

/* Of three words; @behind are more bytes that stand behind each. */
static Completion *
completion_of(const char *behind, const char *line, gsize cursor)
{
	static const char *const words[] = { "alpha", "alpine", "beta" };
	g_autofree char *before = g_strndup(line, cursor);
	const char *blank = strrchr(before, ' ');
	gsize from = blank ? (gsize)(blank + 1 - before) : 0;
	Completion *completion = completion_new(from, cursor);

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
		g_autofree char *word = g_strconcat(words[i], behind, NULL);

		if (completion_fits(word, before + from))
			completion_add(completion, word, "what it means", *behind);
	}
	return completion;
}

static void
complete(void *data, const char *line, gsize cursor)
{
	Fixture *fixture = data;

	if (!fixture->slow)
		prompt_offer(fixture->prompt, completion_of(fixture->behind, line, cursor));
}

static void
complete_with(Fixture *fixture, const char *behind)
{
	fixture->behind = behind;
	prompt_complete_with(fixture->prompt, complete, fixture);
}

static void
test_completes(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	complete_with(fixture, "");
	type(fixture, "x b");
	press(fixture, "Tab");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "x beta ");
	/* first what all begin with, then one after the other, then what was there again */
	type(fixture, "al");
	press(fixture, "Tab");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "x beta alp");
	press(fixture, "Tab");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "x beta alpha");
	press(fixture, "Tab");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "x beta alpine");
	press(fixture, "Tab");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "x beta alp");
	press(fixture, "BackTab BackTab");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "x beta alpha");
	type(fixture, "!");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "x beta alpha!");
}

/* Esc leaves the candidates first, the prompt second. */
static void
test_leaves_candidates(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	complete_with(fixture, "");
	type(fixture, "al");
	press(fixture, "Tab Tab");
	g_assert_cmpint(prompt_key(fixture->prompt, KEY_CODE_ESC), ==, PROMPT_OPEN);
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "al");
	g_assert_cmpint(prompt_key(fixture->prompt, KEY_CODE_ESC), ==, PROMPT_CANCELLED);
	press(fixture, "Tab Tab");
	g_assert_cmpint(prompt_key(fixture->prompt, KEY_CODE_ENTER), ==, PROMPT_ACCEPTED);
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "alpha");
}

/* What goes on has no blank behind it, nor has what stands before something. */
static void
test_no_blank(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	complete_with(fixture, ":");
	type(fixture, "b");
	press(fixture, "Tab");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "beta:");
	open_prompt(fixture, "b)");
	complete_with(fixture, "");
	press(fixture, "Left Tab");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "beta)");
	type(fixture, "x");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "betax)");
}

static void
test_nothing_to_complete(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	press(fixture, "Tab");
	g_assert_cmpstr(prompt_hint(fixture->prompt), ==, "nothing completes this");
	complete_with(fixture, "");
	type(fixture, "z");
	g_assert_null(prompt_hint(fixture->prompt));
	press(fixture, "Tab BackTab");
	g_assert_cmpstr(prompt_hint(fixture->prompt), ==, "nothing completes this");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "z");
}

/* What takes long is offered later, unless another key came; Esc gives it up first. */
static void
test_waits(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	complete_with(fixture, "");
	fixture->slow = true;
	type(fixture, "b");
	press(fixture, "Tab");
	g_assert_nonnull(strstr(prompt_hint(fixture->prompt), "looking"));
	prompt_offer(fixture->prompt, completion_of("", "b", 1));
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "beta ");
	g_assert_null(prompt_hint(fixture->prompt));
	type(fixture, "b");
	press(fixture, "Tab");
	type(fixture, "x");
	prompt_offer(fixture->prompt, completion_of("", "b", 1));
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "beta bx");
	press(fixture, "Backspace Tab");
	g_assert_cmpint(prompt_key(fixture->prompt, KEY_CODE_ESC), ==, PROMPT_OPEN);
	g_assert_null(prompt_hint(fixture->prompt));
	prompt_offer(fixture->prompt, completion_of("", "b", 1));
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "beta b");
	g_assert_cmpint(prompt_key(fixture->prompt, KEY_CODE_ESC), ==, PROMPT_CANCELLED);
}

/* The pane stands above the prompt, and never takes more than half of the screen. */
static void
test_pane(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Frame) frame = frame_new(6, 40);
	g_autofree char *shown = NULL;

	complete_with(fixture, "");
	press(fixture, "BackTab");
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "beta");
	for (int row = 0; row < 6; row++)
		frame_text(frame, row, 0, 40, STYLE_NORMAL, "the view");
	prompt_draw(fixture->prompt, frame, 4);
	shown = frame_dump(frame);
	g_assert_true(g_str_has_prefix(shown, "the view\n"));
	g_assert_nonnull(strstr(shown, "3 of 3"));
	g_assert_null(strstr(shown, "alpha"));
	g_assert_nonnull(strstr(shown, "\n alpine  what it means\n beta    what it means\n"));
	g_assert_true(frame_cell(frame, 3, 1)->selected);
	g_assert_false(frame_cell(frame, 2, 1)->selected);
	/* a click chooses what it is on, elsewhere nothing */
	prompt_click(fixture->prompt, 2);
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "alpine");
	prompt_click(fixture->prompt, 1);
	prompt_click(fixture->prompt, 4);
	g_assert_cmpstr(prompt_text(fixture->prompt), ==, "alpine");
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
	add("/prompt/history-by-prefix", test_history_by_prefix);
	add("/prompt/history-search", test_history_search);
	add("/prompt/completes", test_completes);
	add("/prompt/esc-leaves-the-candidates-first", test_leaves_candidates);
	add("/prompt/no-blank-where-it-goes-on", test_no_blank);
	add("/prompt/nothing-to-complete", test_nothing_to_complete);
	add("/prompt/waits-for-what-is-slow", test_waits);
	add("/prompt/candidates-stand-above", test_pane);
	add("/prompt/error-stands-at-its-column", test_error);
	add("/prompt/error-at-any-column", test_error_anywhere);
	add("/prompt/scrolls-to-the-cursor", test_scrolls);
	add("/prompt/takes-what-can-be-printed", test_limits);
	return g_test_run();
}
