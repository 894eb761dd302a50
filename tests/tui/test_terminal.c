/* The real program path on a pseudo-terminal, its bytes read by libvterm. */
#include "tests/tui/terminal.h"

enum {
	ROWS = SCENE_ROWS,
	COLUMNS = SCENE_COLUMNS,
};

static void
test_terminals(const void *type)
{
	Scene scene = { 0 };
	Terminal terminal;

	scene_setup(&scene, NULL);
	terminal_open(&terminal, &scene, type);
	terminal_read(&terminal);
	terminal_press(&terminal, "j");
	terminal_press(&terminal, "\r");
	terminal_press(&terminal, "q");
	terminal_press(&terminal, "q");
	g_assert_cmpint(terminal_close(&terminal), ==, 0);
	scene_teardown(&scene, NULL);
}

static void
test_dumb(void)
{
	Scene scene = { 0 };
	Terminal terminal;
	g_autofree char *screen = NULL;

	scene_setup(&scene, NULL);
	terminal_open(&terminal, &scene, "dumb");
	terminal_read(&terminal);
	screen = terminal_dump(&terminal);
	g_assert_nonnull(strstr(screen, "TERM is dumb"));
	g_assert_cmpint(terminal_close(&terminal), ==, 1);
	scene_teardown(&scene, NULL);
}

static void
resize(const Terminal *terminal, int rows, int columns)
{
	struct winsize size = {
		.ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)columns,
	};

	g_assert_cmpint(ioctl(terminal->descriptor, TIOCSWINSZ, &size), ==, 0);
}

/* 1x1 and back, many times, with keys between. */
static void
test_resize(void)
{
	Scene scene = { 0 };
	Terminal terminal;

	scene_setup(&scene, NULL);
	terminal_open(&terminal, &scene, "xterm-256color");
	terminal_read(&terminal);
	for (int i = 0; i < 40; i++) {
		resize(&terminal, 1 + g_test_rand_int_range(0, 70),
			1 + g_test_rand_int_range(0, 250));
		g_assert_cmpint(write(terminal.descriptor, i % 5 ? "j" : "\r", 1), ==, 1);
		g_usleep(5000);
	}
	resize(&terminal, 1, 1);
	terminal_read(&terminal);
	resize(&terminal, ROWS, COLUMNS);
	terminal_read(&terminal);
	terminal_press(&terminal, "q");
	terminal_press(&terminal, "q");
	terminal_press(&terminal, "q");
	g_assert_cmpint(terminal_close(&terminal), ==, 0);
	scene_teardown(&scene, NULL);
}

/* Asked to end, it leaves the terminal as it was: cursor shown, no other screen. */
static void
test_signal(const void *signal)
{
	Scene scene = { 0 };
	Terminal terminal;

	scene_setup(&scene, NULL);
	terminal_open(&terminal, &scene, "xterm-256color");
	terminal_read(&terminal);
	terminal_press(&terminal, "l");
	g_assert_cmpint(kill(terminal.child, GPOINTER_TO_INT(signal)), ==, 0);
	while (terminal_read(&terminal))
		continue;
	g_assert_nonnull(strstr(terminal.events->str, "property 3 = 0")); /* VTERM_PROP_ALTSCREEN */
	g_assert_cmpint(terminal_close(&terminal), ==, 0);
	scene_teardown(&scene, NULL);
}

static void
test_suspend(void)
{
	Scene scene = { 0 };
	Terminal terminal;
	int status;

	scene_setup(&scene, NULL);
	terminal_open(&terminal, &scene, "xterm-256color");
	terminal_read(&terminal);
	terminal_press(&terminal, "\x1a");
	g_assert_cmpint(waitpid(terminal.child, &status, WUNTRACED), ==, terminal.child);
	g_assert_true(WIFSTOPPED(status));
	kill(terminal.child, SIGCONT);
	terminal_read(&terminal);
	terminal_press(&terminal, "q");
	g_assert_cmpint(terminal_close(&terminal), ==, 0);
	scene_teardown(&scene, NULL);
}

/* Sent as a terminal sends it that was told to say what is pasted. */
static void
test_paste(void)
{
	Scene scene = { 0 };
	Terminal terminal;
	g_autofree char *screen = NULL;
	char begin[16], end[16];

	scene_setup(&scene, NULL);
	terminal_open(&terminal, &scene, "xterm-256color");
	terminal_read(&terminal);
	vterm_keyboard_start_paste(terminal.vterm);
	begin[vterm_output_read(terminal.vterm, begin, sizeof(begin) - 1)] = '\0';
	vterm_keyboard_end_paste(terminal.vterm);
	end[vterm_output_read(terminal.vterm, end, sizeof(end) - 1)] = '\0';
	g_assert_cmpstr(begin, ==, "\x1b[200~");
	g_assert_cmpint(write(terminal.descriptor, begin, strlen(begin)), >, 0);
	g_assert_cmpint(write(terminal.descriptor, "bbb\rrrr\x1a", 8), ==, 8);
	terminal_press(&terminal, end);
	screen = terminal_dump(&terminal);
	g_assert_nonnull(strstr(screen, "held 7"));
	g_assert_nonnull(strstr(screen, "what was pasted is dropped"));
	terminal_press(&terminal, "q");
	g_assert_cmpint(terminal_close(&terminal), ==, 0);
	scene_teardown(&scene, NULL);
}

/* A mail that holds a sequence of its own is copied as what it says, in one of ours, by that
 * key alone. */
static void
test_copy(void)
{
	static const char begin[] = "osc 52;c;";
	static const SceneMail mail = {
		.from = "a@b.example",
		.domain = "b.example",
		.subject = "s",
		.link = "https://c.example/\x1b]52;c;b3duZWQ=\x07",
		.link_domain = "c.example",
	};
	Scene scene = { 0 };
	Terminal terminal;
	const char *sent;
	g_autofree char *copied = NULL;
	gsize length;

	scene_setup_empty(&scene, NULL);
	scene_add(&scene, &mail);
	scene.options.clipboard = CLIPBOARD_OSC52;
	terminal_open(&terminal, &scene, "xterm-256color");
	terminal_read(&terminal);
	terminal_press(&terminal, "\r");
	terminal_press(&terminal, "4");
	g_assert_null(strstr(terminal.events->str, "osc"));
	terminal_press(&terminal, "y");
	sent = strstr(terminal.events->str, begin);
	g_assert_nonnull(sent);
	g_assert_null(strstr(sent + 1, "osc"));
	copied = (char *)g_base64_decode(sent + strlen(begin), &length);
	g_assert_cmpstr(copied, ==, "hxxps://c[.]example/<ESC>]52;c;b3duZWQ=<BEL>");
	terminal_press(&terminal, "q");
	terminal_press(&terminal, "q");
	g_assert_cmpint(terminal_close(&terminal), ==, 0);
	scene_teardown(&scene, NULL);
}

int
main(int argc, char **argv)
{
	static const char *const types[] = { "xterm", "xterm-256color", "tmux-256color", "screen",
		"linux", "vt100" };

	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *path = g_strdup_printf("/terminal/works-on/%s", types[i]);

		g_test_add_data_func(path, types[i], test_terminals);
	}
	g_test_add_func("/terminal/dumb-is-refused-in-words", test_dumb);
	g_test_add_func("/terminal/any-size", test_resize);
	g_test_add_data_func("/terminal/ends-cleanly/term", GINT_TO_POINTER(SIGTERM), test_signal);
	g_test_add_data_func("/terminal/ends-cleanly/hup", GINT_TO_POINTER(SIGHUP), test_signal);
	g_test_add_func("/terminal/pasted-text-is-no-key", test_paste);
	g_test_add_func("/terminal/stops-and-goes-on", test_suspend);
	g_test_add_func("/terminal/copies-in-one-sequence", test_copy);
	return g_test_run();
}
