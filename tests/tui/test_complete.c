#include "tui/complete.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tui/action.h"
#include "tui/view.h"

/* ---- a table of commands ---- */

static const char *
color_at(size_t place, const char **help)
{
	static const char *const colors[] = { "red", "green", "deep blue", NULL };

	*help = place == 0 ? "as roses" : NULL;
	return colors[place];
}

static const char *
mood_at(size_t place, G_GNUC_UNUSED const char **help)
{
	static const char *const moods[] = { "calm", "by:", NULL };

	return moods[place];
}

static const WordValues common[] = {
	{ .word = "COLOR", .name = color_at },
	{ .word = "FILE", .path = PATH_ANY },
	{ .word = "DIR", .path = PATH_FOLDER },
	{ .word = "ID", .term = "id" },
	{ .word = NULL },
};

static const WordValues own[] = {
	{ .word = "COLOR", .name = mood_at },
	{ .word = "tint", .name = color_at },
	{ .word = NULL },
};

typedef struct Fixture {
	CommandWords commands[4];
	GPtrArray *options;
	CommandTable table;
	CompleteWith with;
	char *folder;
} Fixture;

static void
add_option(Fixture *fixture, const char *name, char letter, const char *value)
{
	CommandOption *option = g_new0(CommandOption, 1);

	option->name = g_strdup(name);
	option->letter = letter;
	option->help = g_strdup("help");
	option->value = g_strdup(value);
	g_ptr_array_add(fixture->options, option);
}

static void
option_free(void *data)
{
	CommandOption *option = data;

	g_free(option->name);
	g_free(option->help);
	g_free(option->value);
	g_free(option);
}

static void
setup(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	fixture->options = g_ptr_array_new_with_free_func(option_free);
	add_option(fixture, "color", 'c', "COLOR");
	add_option(fixture, "quiet", 'q', NULL);
	add_option(fixture, "colors", '\0', "COLOR,...");
	add_option(fixture, "tint", 't', "COLOR");
	add_option(fixture, "to", '\0', "DIR");
	add_option(fixture, "text", '\0', "TEXT");
	fixture->commands[0] = (CommandWords){ .name = "find",
		.summary = "find it",
		.usage = "[QUERY | paint COLOR... | put FILE COLOR]",
		.takes_query = true,
		.options = fixture->options };
	fixture->commands[1] = (CommandWords){ .name = "feel",
		.summary = "feel it",
		.usage = "COLOR [COLOR]",
		.options = fixture->options,
		.values = own };
	fixture->commands[2] = (CommandWords){
		.name = "release", .summary = "let it go", .usage = "", .options = fixture->options
	};
	fixture->table = (CommandTable){
		.commands = fixture->commands, .options = fixture->options, .values = common
	};
	fixture->with = (CompleteWith){ .table = &fixture->table, .now = 1780000000 };
	fixture->folder = g_dir_make_tmp("lazaret-XXXXXX", NULL);
}

static void
teardown(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_rmdir(fixture->folder);
	g_free(fixture->folder);
	g_ptr_array_unref(fixture->options);
}

/* All that the line may become, "..." behind what goes on. */
static char *
all_of(const Fixture *fixture, const char *line)
{
	g_auto(GStrv) halves = g_strsplit(line, "|", 2);
	g_autofree char *text = g_strconcat(halves[0], halves[1], NULL);
	g_autoptr(Completion) completion =
		complete_command_line(&fixture->with, text, strlen(halves[0]));
	g_autoptr(GString) all = g_string_new(NULL);

	for (guint i = 0; i < completion->candidates->len; i++) {
		const Candidate *candidate = g_ptr_array_index(completion->candidates, i);

		g_string_append_printf(all, "%s%.*s%s%s%s", i ? " ; " : "", (int)completion->from,
			text, candidate->text, candidate->open ? "..." : "", text + completion->to);
	}
	return g_strdup(all->str);
}

static void
test_words(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	static const char *const cases[][2] = {
		{ "f|", "find ; feel" },
		{ "fi|le --quiet", "find --quiet" },
		{ "find --q|", "find --quiet" },
		{ "find --co|", "find --color ; find --colors" },
		{ "--q|", "--quiet" },
		{ "--color red f|", "--color red find ; --color red feel" },
		{ "find --color |",
			"find --color red ; find --color green ; find --color 'deep blue'" },
		{ "find -c g|", "find -c green" },
		{ "find -qc g|", "find -qc green" },
		{ "find --color=g|", "find --color=green" },
		{ "find --colors red,g|", "find --colors red,green" },
		{ "find --colors=red,g|", "find --colors=red,green" },
		{ "find --color red,g|", "" },
		{ "find --text |", "" },
		{ "find --quiet=|", "" },
		{ "find --color red state:he|", "find --color red state:held" },
		{ "find state:held -ru|", "find state:held -rule:..." },
		{ "find -- --q|", "" },
		{ "find pai|", "find paint" },
		{ "find paint |", "find paint red ; find paint green ; find paint 'deep blue'" },
		{ "find paint red g|", "find paint red green" },
		{ "find put x g|", "find put x green" },
		{ "find 'a b' (state:he|", "find 'a b' (state:held" },
		{ "find '(subject:x OR state:he|", "find '(subject:x OR state:held'" },
		{ "find '(subject:x OR stat|", "find '(subject:x OR state:'..." },
		{ "find 'state:\"he|", "find 'state:\"held\"'" },
		{ "find state:\\\"he|", "find 'state:\"held\"'" },
		{ "find \"it's state:he|", "find 'it'\\''s state:held'" },
		{ "feel |", "feel calm ; feel by:..." },
		{ "feel calm c|", "feel calm calm" },
		{ "feel calm calm c|", "" },
		{ "feel --tint r|", "feel --tint red" },
		{ "feel --color c|", "feel --color calm" },
		{ "release |", "" },
		{ "no-such |", "" },
		{ "no-such f|", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *all = all_of(fixture, cases[i][0]);

		if (strcmp(all, cases[i][1]) != 0)
			g_error("%s: %s", cases[i][0], all);
	}
}

/* Every action of the view is a command as well, once where there is a command of that name. */
static void
test_actions(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Completion) completion = NULL;

	fixture->with.views = VIEW_CAMPAIGNS;
	completion = complete_command_line(&fixture->with, "", 0);
	for (const Action *action = actions(); action->id; action++) {
		guint seen = 0;

		for (guint i = 0; i < completion->candidates->len; i++) {
			const Candidate *one = g_ptr_array_index(completion->candidates, i);

			seen += strcmp(one->text, action->id) == 0;
			if (strcmp(one->text, "release") == 0)
				g_assert_cmpstr(one->help, ==, "let it go");
			else if (strcmp(one->text, action->id) == 0)
				g_assert_cmpstr(one->help, ==, action->help);
		}
		g_assert_cmpuint(seen, ==, action->views & VIEW_CAMPAIGNS ? 1 : 0);
	}
}

/* ---- the shell's words ---- */

static void
test_spelling(void)
{
	static const char *const words[] = { "plain", "two words", "it's", "\"q\"", "back\\slash",
		"$(x)", "`x`", "#hash", "a#b", "tab\tx", "~/x", "", "'", "ä ö", "(a)", "!x" };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		g_autofree char *spelled = shell_word_spell(words[i]);
		g_autofree char *line = g_strconcat("x ", spelled, " y", NULL);
		g_auto(GStrv) parsed = NULL;
		g_auto(ShellLine) shell = { 0 };

		g_assert_true(g_shell_parse_argv(line, NULL, &parsed, NULL));
		g_assert_cmpuint(g_strv_length(parsed), ==, 3);
		g_assert_cmpstr(parsed[1], ==, words[i]);
		shell_line_read(&shell, line, strlen(line) - 2);
		g_assert_cmpstr(shell.word->str, ==, words[i]);
		g_assert_cmpuint(shell.from, ==, 2);
		g_assert_cmpuint(shell.to, ==, strlen(line) - 2);
	}
}

static void
test_comment(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Completion) completion =
		complete_command_line(&fixture->with, " # find ", strlen(" # find "));

	g_assert_cmpuint(completion->candidates->len, ==, 0);
}

/* Whatever is typed, what is offered takes the place of something there, and the line can go on. */
static void
test_any_line(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	static const char *const pieces[] = { "find", "feel", " ", " ", "'", "\"", "\\", "-", "--",
		"=", ",", "color", "state:", "he", "(", ")", "OR", "*", "~/", ":", "\xc3\xa4",
		"paint", "#" };

	for (int i = 0; i < 5000; i++) {
		g_autoptr(GString) line = g_string_new(NULL);
		g_autoptr(Completion) completion = NULL;
		gsize cursor = 0;
		int count = g_test_rand_int_range(0, 12);

		for (int j = 0; j < count; j++) {
			g_string_append(
				line, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
			if (g_test_rand_bit())
				cursor = line->len;
		}
		completion = complete_command_line(&fixture->with, line->str, cursor);
		g_assert_cmpuint(completion->from, <=, cursor);
		g_assert_cmpuint(completion->to, >=, cursor);
		g_assert_cmpuint(completion->to, <=, line->len);
		for (guint j = 0; j < completion->candidates->len; j++) {
			const Candidate *one = g_ptr_array_index(completion->candidates, j);
			g_autofree char *whole = g_strdup_printf(
				"%.*s%s", (int)completion->from, line->str, one->text);

			g_assert_true(g_utf8_validate(whole, -1, NULL));
			g_assert_true(g_shell_parse_argv(whole, NULL, NULL, NULL));
		}
	}
}

/* ---- paths ---- */

static void
make(const Fixture *fixture, const char *name, bool folder)
{
	g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

	if (folder)
		g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
	else
		g_assert_true(g_file_set_contents(path, "", 0, NULL));
}

static char *
paths_of(const char *path, bool only_folders)
{
	g_autoptr(Completion) completion = completion_new(0, 0);
	g_autoptr(GString) all = g_string_new(NULL);

	complete_path(completion, path, only_folders);
	for (guint i = 0; i < completion->candidates->len; i++) {
		const Candidate *one = g_ptr_array_index(completion->candidates, i);

		g_assert_cmpint(one->open, ==, g_str_has_suffix(one->text, "/"));
		g_string_append_printf(all, "%s%s", i ? " ; " : "", one->text);
	}
	return g_strdup(all->str);
}

static void
assert_paths(const char *path, bool only_folders, const char *wanted)
{
	g_autofree char *all = paths_of(path, only_folders);

	g_assert_cmpstr(all, ==, wanted);
}

static void
test_paths(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	static const char *const names[] = { "file", "fold er", "folder", ".hidden", "link",
		"red\x1b[31m", "two\nlines", "not \xff utf-8" };
	g_autofree char *here = g_get_current_dir();
	g_autofree char *spelled = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(names[i], "link") != 0)
			make(fixture, names[i], strstr(names[i], "fold") != NULL);
	g_assert_cmpint(g_chdir(fixture->folder), ==, 0);
	g_assert_cmpint(symlink("folder", "link"), ==, 0);
	assert_paths("", false, "file ; fold er/ ; folder/ ; link/");
	assert_paths("fi", false, "file");
	assert_paths("f", true, "fold er/ ; folder/");
	assert_paths("folder/", false, "");
	assert_paths("./l", true, "./link/");
	assert_paths(".h", false, ".hidden");
	assert_paths("none/", false, "");
	spelled = all_of(fixture, "find --to fold\\ |");
	g_assert_cmpstr(spelled, ==, "find --to 'fold er/'...");
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_assert_cmpint(g_remove(names[i]), ==, 0);
	g_assert_cmpint(g_chdir(here), ==, 0);
}

/* The home folder stays a sign.  GLib asks once where it is, so a process of its own does. */
static void
test_home(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_autofree char *folder = g_build_filename(fixture->folder, "folder", NULL);

	if (g_test_subprocess()) {
		g_setenv("HOME", fixture->folder, TRUE);
		make(fixture, "folder", true);
		assert_paths("~/f", true, "~/folder/");
		g_assert_cmpint(g_rmdir(folder), ==, 0);
		return;
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_passed();
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
	add("/complete/words", test_words);
	add("/complete/actions-are-commands", test_actions);
	g_test_add_func("/complete/spelled-for-the-shell", test_spelling);
	add("/complete/nothing-in-a-comment", test_comment);
	add("/complete/any-line", test_any_line);
	add("/complete/paths", test_paths);
	add("/complete/home", test_home);
	return g_test_run();
}
