/* y copies: what leaves is one sequence of our own making, whatever the mail says. */
#include "tests/tui/scene.h"
#include "tui/clipboard.h"

static const char hostile[] = "a\x1b]52;c;ZXZpbA==\x07\nb\xe2\x80\xae https://evil.example/x\r\n";

static void
test_text(void)
{
	g_autofree char *text = clipboard_text(hostile);

	g_assert_cmpstr(text, ==,
		"a<ESC>]52;c;ZXZpbA==<BEL><LF>b<U+202E> hxxps://evil[.]example/x<CR><LF>");
}

static void
test_text_is_capped(void)
{
	g_autoptr(GString) long_text = g_string_new("x");
	g_autofree char *text = NULL;

	while (long_text->len < 3 * CLIPBOARD_MOST)
		g_string_append(long_text, "契");
	text = clipboard_text(long_text->str);
	g_assert_cmpuint(strlen(text), <=, CLIPBOARD_MOST);
	g_assert_cmpuint(strlen(text), >, CLIPBOARD_MOST - 4);
	g_assert_true(g_utf8_validate(text, -1, NULL));
}

/* Each line by itself, and no more than a terminal takes. */
static void
test_lines(void)
{
	g_autoptr(GString) long_text = g_string_new(NULL);
	g_autofree char *text = clipboard_lines("one\x1b[m\n\nhttps://evil.example\r\n");
	g_autofree char *most = NULL;

	g_assert_cmpstr(text, ==, "one<ESC>[m\n\nhxxps://evil[.]example<CR>\n");
	while (long_text->len < 2 * CLIPBOARD_MOST_LINES)
		g_string_append(long_text, "契約書\n");
	most = clipboard_lines(long_text->str);
	g_assert_cmpuint(strlen(most), <=, CLIPBOARD_MOST_LINES);
	g_assert_cmpuint(strlen(most), >, CLIPBOARD_MOST_LINES - 16);
	g_assert_true(g_utf8_validate(most, -1, NULL));
}

static void
test_sequence(void)
{
	g_autofree char *sequence = clipboard_sequence("hxxps://evil[.]example");

	g_assert_cmpstr(sequence, ==, "\x1b]52;c;aHh4cHM6Ly9ldmlsWy5dZXhhbXBsZQ==\x07");
}

typedef struct Way {
	Clipboard wanted;
	const char *type, *tmux, *screen;
	Clipboard is;
} Way;

static void
test_of_terminal(void)
{
	static const Way ways[] = {
		{ CLIPBOARD_AUTO, "xterm-256color", NULL, NULL, CLIPBOARD_OSC52 },
		{ CLIPBOARD_AUTO, "tmux-256color", "", "", CLIPBOARD_OFF },
		{ CLIPBOARD_AUTO, "linux", NULL, NULL, CLIPBOARD_OFF },
		{ CLIPBOARD_AUTO, "vt220", NULL, NULL, CLIPBOARD_OFF },
		{ CLIPBOARD_AUTO, "screen", NULL, "1.pts-0", CLIPBOARD_OFF },
		{ CLIPBOARD_AUTO, "tmux-256color", "/tmp/tmux-0/default,1,0", NULL,
			CLIPBOARD_TMUX },
		{ CLIPBOARD_AUTO, NULL, NULL, NULL, CLIPBOARD_OFF },
		{ CLIPBOARD_OSC52, "linux", "/tmp/t", "1.pts-0", CLIPBOARD_OSC52 },
		{ CLIPBOARD_OFF, "xterm", NULL, NULL, CLIPBOARD_OFF },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
		g_assert_cmpint(clipboard_of_terminal(
					ways[i].wanted, ways[i].type, ways[i].tmux, ways[i].screen),
			==, ways[i].is);
}

/* A list of messages, with a clipboard; the first is the one with the highest score. */
static void
setup(Scene *scene, const void *data)
{
	scene_setup_list(scene, data);
	scene->options.clipboard = CLIPBOARD_OSC52;
}

static void
assert_copied(Scene *scene, const char *text)
{
	g_autofree char *wanted = clipboard_sequence(text);

	g_assert_cmpstr(scene->console->clip, ==, wanted);
	g_clear_pointer(&scene->console->clip, g_free);
}

static const char facts[] = "\"MetaMask\" <no-reply@bakery[.]example> · account " SCENE_ACCOUNT
			    " us-east-1 · links to wallet-check[.]example"
			    " · subject: Your wallet will be suspended";

static void
test_facts(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "y");
	assert_copied(scene, facts);
	scene_shows(scene, "copied message 1:");
	scene_press(scene, "Enter y");
	assert_copied(scene, facts);
	scene_press(scene, "q C y");
	assert_copied(scene, facts);
}

/* Nothing is copied but by that key. */
static void
test_only_by_key(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "j k Enter 1 2 3 4 5 6 7 n n q C Enter q");
	g_assert_null(scene->console->clip);
	console_key(scene->console, (Press){ .key = KEY_CODE_PASTE });
	scene_press(scene, "y");
	console_key(scene->console, (Press){ .key = KEY_CODE_PASTE_END });
	g_assert_null(scene->console->clip);
}

static void
test_link(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "Enter 4");
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	scene_press(scene, "y");
	assert_copied(scene, "hxxps://wallet-check[.]example/v");
	scene_shows(scene, "copied link 1 of 1: hxxps://wallet-check[.]example/v");
}

/* First the one that was found, then each that follows. */
static void
test_field(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "Enter 3");
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	scene_press(scene, "/ \"From:\" Enter");
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	scene_press(scene, "y");
	assert_copied(scene, "From: no-reply@bakery[.]example");
	scene_press(scene, "y");
	assert_copied(scene, "Subject: Your wallet will be suspended");
	scene_press(scene, "y y");
	g_clear_pointer(&scene->console->clip, g_free);
	scene_press(scene, "4 3");
	g_free(scene_show(scene, 200, SCENE_COLUMNS));
	scene_press(scene, "y");
	g_assert_true(g_str_has_prefix(scene->console->said, "copied field 1: Received: from"));
}

static void
test_hash(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autofree char *hash = g_strnfill(64, 'a');

	scene_press(scene, "j Enter 5");
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	scene_press(scene, "y");
	assert_copied(scene, hash);
}

static void
test_without_clipboard(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene->options.clipboard = CLIPBOARD_OFF;
	scene_press(scene, "y");
	g_assert_null(scene->console->clip);
	g_assert_cmpstr(scene_view(scene), ==, "output");
	scene_shows(scene, "no-reply@bakery[.]example");
	scene_press(scene, "q");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/clipboard/text", test_text);
	g_test_add_func("/clipboard/text-is-capped", test_text_is_capped);
	g_test_add_func("/clipboard/lines-are-tame-each-by-itself", test_lines);
	g_test_add_func("/clipboard/sequence", test_sequence);
	g_test_add_func("/clipboard/of-terminal", test_of_terminal);
	g_test_add("/clipboard/facts", Scene, NULL, setup, test_facts, scene_teardown);
	g_test_add("/clipboard/only-by-key", Scene, NULL, setup, test_only_by_key, scene_teardown);
	g_test_add("/clipboard/link", Scene, NULL, setup, test_link, scene_teardown);
	g_test_add("/clipboard/field", Scene, NULL, setup, test_field, scene_teardown);
	g_test_add("/clipboard/hash", Scene, NULL, setup, test_hash, scene_teardown);
	g_test_add("/clipboard/without-clipboard", Scene, NULL, setup, test_without_clipboard,
		scene_teardown);
	return g_test_run();
}
