/* The real program path on a pseudo-terminal, its bytes read by libvterm. */
#include "tests/tui/terminal.h"

enum {
	ROWS = SCENE_ROWS,
	COLUMNS = SCENE_COLUMNS,
};

/* How many colours a terminal has, and its name. */
typedef struct Type {
	const char *name;
	int colors;
} Type;

// clang-format off
static const Type types[] = {
	{ "xterm",          8 },   { "xterm-256color",  256 }, { "tmux",  8 }, { "tmux-256color", 256 },
	{ "screen",         8 },   { "screen-256color", 256 }, { "linux", 8 }, { "vt100",         0 },
	{ "vt220",          0 },   { "ansi",            8 },   { "rxvt-unicode-256color", 256 },
	/* of these terminfo may know nothing: something that is there stands in */
	{ "xterm-kitty",    256 }, { "alacritty",       256 }, { "foot-direct-colors-of-old", 256 },
	{ "tmux-of-to-morrow", 256 },
};

/* All that a console may ask of a terminal beside text. CSI by its last byte, ... */
static const char *const allowed[] = { "CSI A", "CSI B", "CSI C", "CSI D", "CSI G", "CSI H", "CSI J",
	"CSI K", "CSI L", "CSI M", "CSI P", "CSI S", "CSI T", "CSI X", "CSI @", "CSI b", "CSI d", "CSI m", "CSI r",
	/* ... but what sets something whole: cursor keys, wrapping, how the cursor is seen, ... */
	"CSI ?1h", "CSI ?1l", "CSI ?7h", "CSI ?7l", "CSI ?12h", "CSI ?12l", "CSI ?25h", "CSI ?25l", "CSI ?12;25h",
	"CSI 34h", "CSI 34l", "CSI ?0c", "CSI ?1c",
	/* ... the other screen (xterm's terminfo keeps the title over it), the mouse, pastes, */
	"CSI ?1049h", "CSI ?1049l", "CSI 22;0;0t", "CSI 23;0;0t", "CSI ?1000h", "CSI ?1000l", "CSI ?1006;1000h",
	"CSI ?1006;1000l", "CSI ?2004h", "CSI ?2004l",
	/* overwriting, not inserting; the keypad; a line up or down; which letters. */
	"CSI 4h", "CSI 4l", "ESC =", "ESC >", "ESC 7", "ESC 8", "ESC D", "ESC M", "ESC (B", "ESC )0", "ESC (0",
};
// clang-format on

/* What asks something of the terminal, by name. */
static char *
name_of_sequence(const GMatchInfo *match)
{
	g_autofree char *all = g_match_info_fetch(match, 0);
	g_autofree char *csi = g_match_info_fetch(match, 1);
	char last = csi && *csi ? csi[strlen(csi) - 1] : '\0';

	if (last && !strpbrk(csi, "?<=>") && !strchr("hlt", last))
		return g_strdup_printf("CSI %c", last);
	if (last)
		return g_strdup_printf("CSI %s", csi);
	if (*all == '\x1b')
		return g_strdup_printf("ESC %s", all + 1);
	return g_strdup_printf("control %02x", (unsigned char)*all);
}

static void
assert_allowed(const GString *sent)
{
	g_autoptr(GRegex) regex =
		g_regex_new("\x1b\\[([0-9;:<=>?]*[ -/]*[@-~])|\x1b[ -/]*[0-~]|"
			    "[\\x{01}-\\x{07}\\x{0b}\\x{0c}\\x{10}-\\x{1f}\\x{7f}-\\x{9f}]",
			0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	g_assert_nonnull(regex);
	for (g_regex_match_full(regex, sent->str, (gssize)sent->len, 0, 0, &match, NULL);
		g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *name = name_of_sequence(match);
		bool good = false;

		for (gsize i = 0; i < G_N_ELEMENTS(allowed) && !good; i++)
			good = g_str_equal(name, allowed[i]);
		if (!good)
			g_error("the console sent %s", name);
	}
}

/* ECMA-48 SGR: 30-37 and 40-47 are the eight, 90 and 100 on are bright, 38 and 48 any. */
static int
colors_asked_for(const char *sent)
{
	g_autoptr(GRegex) regex = g_regex_new("\x1b\\[([0-9;]*)m", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	int most = 0;

	for (g_regex_match(regex, sent, 0, &match); g_match_info_matches(match);
		g_match_info_next(match, NULL)) {
		g_autofree char *list = g_match_info_fetch(match, 1);
		g_auto(GStrv) codes = g_strsplit(list, ";", -1);

		for (char **code = codes; *code; code++) {
			int number = atoi(*code);

			if (number == 38 || number == 48)
				most = 256;
			else if (number >= 90)
				most = MAX(most, 16);
			else if (number >= 30)
				most = MAX(most, 8);
			if (number == 38 || number == 48)
				break;
		}
	}
	return most;
}

/* The row that the cursor is on; -1: none. */
static int
cursor_row(const Terminal *terminal)
{
	g_autofree char *screen = terminal_dump(terminal);
	g_auto(GStrv) rows = g_strsplit(screen, "\n", -1);

	for (int row = 0; rows[row]; row++) {
		/* What the Linux console's font has instead. */
		if (strstr(rows[row], "▸") || *rows[row] == '>')
			return row;
	}
	return -1;
}

static void
assert_goes(Terminal *terminal, const char *bytes, int row)
{
	terminal_press(terminal, bytes);
	if (cursor_row(terminal) != row) {
		g_autofree char *name = g_strescape(bytes, NULL);

		g_error("%s: the cursor is in row %d, not %d", name, cursor_row(terminal), row);
	}
}

/* In a list of seven messages, of which the first stands in row 2. */
static void
assert_keys_work(Terminal *terminal)
{
	static const char *const ends[] = { "\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~", "\x1b[6~" };
	static const char *const homes[] = { "\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~", "\x1b[5~" };

	terminal_press(terminal, "M");
	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
		assert_goes(terminal, ends[i], 8);
		assert_goes(terminal, homes[i], 2);
	}
	assert_goes(terminal, "\x1b[B", 3);
	assert_goes(terminal, "\x1bOB", 4);
	assert_goes(terminal, "\x1b[A", 3);
	assert_goes(terminal, "\x1bOA", 2);
	/* unknown ones are no letters; Esc before a key is two keys */
	terminal_press(terminal, "\x1b[1;5Ab");
	terminal_press(terminal, "u");
	assert_goes(terminal, "\x1b[[A\x1b[24;5~\x1bO2P\x1b[B", 3);
	terminal_press(terminal, "/");
	assert_goes(terminal, "\x1b\x1b[B", 4);
}

static void
test_terminals(const void *data)
{
	const Type *type = data;
	Scene scene = { 0 };
	Terminal terminal;

	scene_setup(&scene, NULL);
	terminal_open(&terminal, &scene, type->name);
	terminal_read(&terminal);
	assert_keys_work(&terminal);
	terminal_press(&terminal, "\r");
	terminal_press(&terminal, "2");
	g_assert_true(g_utf8_validate(terminal.sent->str, -1, NULL));
	assert_allowed(terminal.sent);
	g_assert_cmpint(colors_asked_for(terminal.sent->str), ==, type->colors);
	g_assert_cmpint(terminal.titles, ==, 0);
	terminal_press(&terminal, "q");
	terminal_press(&terminal, "C");
	terminal_press(&terminal, "q");
	g_assert_cmpint(terminal_close(&terminal), ==, 0);
	scene_teardown(&scene, NULL);
}

/* Refused in words that say what to do. */
static void
test_refused(const void *data)
{
	const char *const *refusal = data;
	Scene scene = { 0 };
	Terminal terminal;
	g_autofree char *screen = NULL;

	scene_setup(&scene, NULL);
	terminal_open(&terminal, &scene, refusal[0]);
	terminal_read(&terminal);
	screen = terminal_dump(&terminal);
	g_strdelimit(screen, "\n", ' ');
	g_assert_nonnull(strstr(screen, refusal[1]));
	g_assert_nonnull(strstr(screen, refusal[2]));
	g_assert_null(strchr(terminal.sent->str, '\x1b'));
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

/* What a terminal answers to whom it was asked by before, a shell or an editor: a colour, its
 * name, a graphic, a clipboard. */
static void
test_answers(void)
{
	static const char *const answers[] = {
		"\x1b]11;rgb:1a1a/1b1b/1c1c\x1b\\",
		"\x1b]11;rgb:1a1a/1b1b/1c1c\a",
		"\x1bP>|tmux 3.3b\x1b\\",
		"\x1bP1$r0m\x1b\\\x1bP1+r544e=62\x1b\\",
		"\x1b_Gi=1;bbb\x1b\\",
		"\x1b]52;c;YmJicnJy\x1b\\",
		"\x1b^rrr\x1b\\",
		"\x1b[?62;22c\x1b[24;80R\x1b[I",
	};
	Scene scene = { 0 };
	Terminal terminal;
	g_autofree char *screen = NULL;

	scene_setup(&scene, NULL);
	terminal_open(&terminal, &scene, "xterm-256color");
	terminal_read(&terminal);
	terminal_press(&terminal, "M");
	for (gsize i = 0; i < G_N_ELEMENTS(answers); i++)
		terminal_mutter(&terminal, answers[i]);
	/* In two pieces, and what is pressed behind it counts. */
	g_assert_cmpint(write(terminal.descriptor, "\x1b]11;rgb:bb", 12), ==, 12);
	g_usleep(50 * 1000);
	terminal_mutter(&terminal, "bb/bbbb/bbbb\x1b\\");
	screen = terminal_dump(&terminal);
	g_assert_nonnull(strstr(screen, "held 7"));
	g_assert_null(strstr(screen, "tagged"));
	terminal_press(&terminal, "t");
	g_free(screen);
	screen = terminal_dump(&terminal);
	g_assert_nonnull(strstr(screen, "1 tagged"));
	/* NUL, which Ctrl-Space is, begins none. */
	g_assert_cmpint(write(terminal.descriptor, "\x1b\0", 2), ==, 2);
	terminal_press(&terminal, "?");
	g_free(screen);
	screen = terminal_dump(&terminal);
	g_assert_nonnull(strstr(screen, "help: "));
	terminal_press(&terminal, "q");
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
	static const char *const refusals[][3] = {
		{ "dumb", "TERM is dumb", "lazaret list" },
		{ "", "TERM is not set", "lazaret list" },
		{ "nobody-knows", "'nobody-knows'", "TERM=xterm lazaret" },
	};

	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *path = g_strdup_printf("/terminal/works-on/%s", types[i].name);

		g_test_add_data_func(path, &types[i], test_terminals);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strdup_printf(
			"/terminal/refused-in-words/%s", *refusals[i][0] ? refusals[i][0] : "none");

		g_test_add_data_func(path, refusals[i], test_refused);
	}
	g_test_add_func("/terminal/any-size", test_resize);
	g_test_add_data_func("/terminal/ends-cleanly/term", GINT_TO_POINTER(SIGTERM), test_signal);
	g_test_add_data_func("/terminal/ends-cleanly/hup", GINT_TO_POINTER(SIGHUP), test_signal);
	g_test_add_func("/terminal/pasted-text-is-no-key", test_paste);
	g_test_add_func("/terminal/answers-are-no-keys", test_answers);
	g_test_add_func("/terminal/stops-and-goes-on", test_suspend);
	g_test_add_func("/terminal/copies-in-one-sequence", test_copy);
	return g_test_run();
}
