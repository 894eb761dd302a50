/* The real program path on a pseudo-terminal, its bytes read by libvterm: what a mail
 * says must arrive as cells and as nothing else. */
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

#include "tests/tui/scene.h"

enum {
	ROWS = 24,
	COLUMNS = 80,
	QUIET = 60,      /* ms without output: the console has painted */
	PATIENCE = 5000, /* ms */
	A_DAY = 86400,
};

/* Every family of what a terminal obeys, as a mail could carry it. */
static const char *const families[] = {
	"\x1b]0;owned\x07",
	"\x1b]2;owned\x1b\\",
	"\x1b]52;c;b3duZWQ=\x07",
	"\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
	"\x1b]4;1;rgb:00/00/00\x07",
	"\x1b[2J\x1b[H",
	"\x1b[?1049l\x1b[?25l",
	"\x1b[?1000h\x1b[?2004h",
	"\x1b[?5h\x1b[7m\x1b[31m",
	"\x1b[6n\x1b[c\x1b[>c",
	"\x1b[21t\x1b[8;1;1t",
	"\x1b[20l\x1b[4h\x1b[3g",
	"\x1bP$q\"p\x1b\\",
	"\x1bP+q544e\x1b\\",
	"\x1b_apc\x1b\\",
	"\x1b^pm\x1b\\",
	"\x1bXsos\x1b\\",
	"\x1bN\x1bO\x1b(0\x1b)B",
	"\x1b"
	"c\x1b#8\x1b=\x1b>",
	"\x1b"
	"7\x1b"
	"8\x1b"
	"D\x1bM\x1b"
	"E",
	"\x1b G\x1b F",
	"\xc2\x9b"
	"2J\xc2\x9d"
	"0;owned\xc2\x9c",
	"\xc2\x90q\xc2\x9c\xc2\x9f"
	"apc\xc2\x9c\xc2\x9e"
	"pm\xc2\x9c",
	"\xc2\x84\xc2\x85\xc2\x8d\xc2\x8e\xc2\x8f",
	"REAL\rfake",
	"a\x08\x08\x08overwritten",
	"tab\tand\x0b\x0c\nlines",
	"\x0e\x0f\x05\x07",
	"\xe2\x80\xae"
	"exe.fdp\xe2\x80\xac\xe2\x81\xa6",
	"\xe2\x80\x8b\xe2\x80\x8c\xe2\x80\x8d\xef\xbb\xbf",
	"\xf3\xa0\x80\x81\xf3\xa0\x81\x81",
	"e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87 zalgo",
	"契約書 を確認 해주세요",
	"%n%s%x$(id)`id`;--",
};

typedef struct Terminal {
	VTerm *vterm;
	VTermScreen *screen;
	int descriptor;
	pid_t child;
	GString *events; /* what was asked of the terminal beside text, in order */
	int titles;
} Terminal;

static int
on_property(VTermProp property, VTermValue *value, void *data)
{
	Terminal *terminal = data;

	if (property == VTERM_PROP_TITLE || property == VTERM_PROP_ICONNAME)
		terminal->titles++;
	else if (property != VTERM_PROP_CURSORVISIBLE)
		g_string_append_printf(
			terminal->events, "property %d = %d\n", property, value->number);
	return 1;
}

static int
on_bell(void *data)
{
	g_string_append(((Terminal *)data)->events, "bell\n");
	return 1;
}

static int
on_control(unsigned char control, void *data)
{
	g_string_append_printf(((Terminal *)data)->events, "control %02x\n", control);
	return 0;
}

static int
on_csi(const char *leader, const long arguments[], int count, const char *intermediate,
	char command, void *data)
{
	(void)arguments;
	(void)intermediate;
	g_string_append_printf(
		((Terminal *)data)->events, "csi %s %d %c\n", leader ? leader : "", count, command);
	return 0;
}

static int
on_osc(const char *command, size_t length, void *data)
{
	g_string_append_printf(((Terminal *)data)->events, "osc %.*s\n", (int)length, command);
	return 0;
}

static int
on_dcs(const char *command, size_t length, void *data)
{
	g_string_append_printf(((Terminal *)data)->events, "dcs %.*s\n", (int)length, command);
	return 0;
}

static const VTermScreenCallbacks screen_callbacks = {
	.settermprop = on_property,
	.bell = on_bell,
};

static const VTermParserCallbacks parser_callbacks = {
	.control = on_control,
	.csi = on_csi,
	.osc = on_osc,
	.dcs = on_dcs,
};

/* A Store does not cross a fork: the child opens its own. */
static void
run_child(const Scene *scene, const ConsoleOptions *options, const char *type)
{
	g_autoptr(GError) error = NULL;
	Store *store;

	g_setenv("TERM", type, TRUE);
	g_unsetenv("COLUMNS");
	g_unsetenv("LINES");
	setlocale(LC_ALL, "C.UTF-8");
	store = store_open(scene->path, STORE_WRITE, &error);
	if (!store || !console_run(store, options, &error)) {
		fprintf(stderr, "%s\n", error->message);
		_exit(1);
	}
	store_close(store);
	_exit(0);
}

static void
terminal_open(Terminal *terminal, const Scene *scene, const char *type)
{
	struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };
	ConsoleOptions options = scene->options;

	*terminal = (Terminal){ .events = g_string_new(NULL) };
	options.color = true;
	options.limit = "";
	terminal->child = forkpty(&terminal->descriptor, NULL, NULL, &size);
	g_assert_cmpint(terminal->child, >=, 0);
	if (terminal->child == 0)
		run_child(scene, &options, type);
	terminal->vterm = vterm_new(ROWS, COLUMNS);
	vterm_set_utf8(terminal->vterm, 1);
	terminal->screen = vterm_obtain_screen(terminal->vterm);
	vterm_screen_set_callbacks(terminal->screen, &screen_callbacks, terminal);
	vterm_screen_set_unrecognised_fallbacks(terminal->screen, &parser_callbacks, terminal);
	vterm_screen_enable_altscreen(terminal->screen, 1);
	vterm_screen_reset(terminal->screen, 1);
}

/* Reads until the console is quiet; false when it has gone. */
static bool
terminal_read(Terminal *terminal)
{
	struct pollfd wanted = { .fd = terminal->descriptor, .events = POLLIN };
	int patience = PATIENCE;
	bool painted = false;

	while (patience > 0) {
		char bytes[4096];
		ssize_t length;
		int ready = poll(&wanted, 1, QUIET);

		if (ready == 0 && painted)
			return true;
		if (ready == 0) {
			patience -= QUIET;
			continue;
		}
		length = read(terminal->descriptor, bytes, sizeof(bytes));
		if (length <= 0)
			return false;
		vterm_input_write(terminal->vterm, bytes, (size_t)length);
		painted = true;
	}
	return true;
}

static void
terminal_press(Terminal *terminal, const char *bytes)
{
	g_assert_cmpint(
		write(terminal->descriptor, bytes, strlen(bytes)), ==, (ssize_t)strlen(bytes));
	terminal_read(terminal);
}

/* The exit status; -1 when it had to be killed. */
static int
terminal_close(Terminal *terminal)
{
	int status = 0;

	for (int i = 0; i < 100 && waitpid(terminal->child, &status, WNOHANG) == 0; i++) {
		struct pollfd wanted = { .fd = terminal->descriptor, .events = POLLIN };
		char bytes[4096];

		if (poll(&wanted, 1, 50) > 0 &&
			read(terminal->descriptor, bytes, sizeof(bytes)) <= 0)
			g_usleep(10000);
		if (i == 99) {
			kill(terminal->child, SIGKILL);
			waitpid(terminal->child, &status, 0);
		}
	}
	close(terminal->descriptor);
	vterm_free(terminal->vterm);
	g_string_free(terminal->events, TRUE);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char *
terminal_dump(const Terminal *terminal)
{
	GString *dump = g_string_new(NULL);

	for (int row = 0; row < ROWS; row++) {
		gsize end = dump->len;

		for (int column = 0; column < COLUMNS; column++) {
			VTermScreenCell cell;

			vterm_screen_get_cell(
				terminal->screen, (VTermPos){ .row = row, .col = column }, &cell);
			if (cell.chars[0] == (uint32_t)-1)
				continue;
			for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
				g_string_append_unichar(dump, cell.chars[i]);
			if (cell.chars[0] == 0)
				g_string_append_c(dump, ' ');
			if (cell.chars[0] != 0 && cell.chars[0] != ' ')
				end = dump->len;
		}
		g_string_truncate(dump, end);
		g_string_append_c(dump, '\n');
	}
	return g_string_free(dump, FALSE);
}

/* Waits until the terminal shows what the console drew, to the cell. */
static void
assert_shown(const Terminal *terminal, Scene *scene)
{
	g_autofree char *drawn = scene_show(scene, ROWS, COLUMNS);
	g_autofree char *seen = terminal_dump(terminal);
	struct pollfd wanted = { .fd = terminal->descriptor, .events = POLLIN };
	int patience = PATIENCE;

	while (strcmp(seen, drawn) != 0 && patience > 0) {
		char bytes[4096];
		ssize_t length;

		if (poll(&wanted, 1, QUIET) == 0) {
			patience -= QUIET;
			continue;
		}
		length = read(terminal->descriptor, bytes, sizeof(bytes));
		g_assert_cmpint(length, >, 0);
		vterm_input_write(terminal->vterm, bytes, (size_t)length);
		g_free(seen);
		seen = terminal_dump(terminal);
	}
	g_assert_cmpstr(seen, ==, drawn);
}

static char *
every_byte(int first, int count)
{
	GString *text = g_string_new("bytes ");

	for (int i = first; i < first + count; i++) {
		if (i > 0)
			g_string_append_unichar(text, (gunichar)i);
		g_string_append_c(text, '.');
	}
	return g_string_free(text, FALSE);
}

/* @text in every field that can hold one. */
static void
add_mail(Scene *scene, const char *text, int number)
{
	g_autofree char *subject = g_strdup_printf("%d %s", number, text);
	g_autofree char *from = g_strdup_printf("a%s@b.example", text);
	g_autofree char *url = g_strdup_printf("https://c.example/%s", text);
	const SceneMail mail = {
		.name = text,
		.from = from,
		.domain = text,
		.subject = subject,
		.account = text,
		.score = 90 - number,
		.age = 10 * A_DAY + A_DAY / 2,
		.link = url,
		.link_domain = text,
		.finding = text,
		.evidence = text,
		.file = text,
		.text = text,
	};

	scene_add(scene, &mail);
}

/* Two of a kind, which are a campaign. */
static void
add_pair(Scene *scene, const char *text, bool hostile, int *number)
{
	g_autofree char *plain = g_strdup_printf("plain%d.example", *number);

	for (int i = 0; i < 2; i++)
		add_mail(scene, hostile ? text : plain, (*number)++);
}

/* A scene of @hostile mails, or of as many plain ones. */
static int
add_mails(Scene *scene, bool hostile)
{
	int number = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(families); i++)
		add_pair(scene, families[i], hostile, &number);
	for (int first = 0; first < 256; first += 32) {
		g_autofree char *bytes = every_byte(first, 32);

		add_pair(scene, bytes, hostile, &number);
	}
	return number;
}

/* Presses the same in the terminal and in a console of our own, and compares. */
static void
press_both(const Terminal *terminal, Scene *scene, const char *bytes, const char *name)
{
	g_assert_cmpint(
		write(terminal->descriptor, bytes, strlen(bytes)), ==, (ssize_t)strlen(bytes));
	scene->console->now = (int64_t)time(NULL);
	scene_press(scene, name);
	assert_shown(terminal, scene);
}

/* Each with its preview, why it is one, its messages, and what deciding would do. */
static void
read_campaigns(const Terminal *terminal, Scene *scene, int campaigns)
{
	static const char *const keys[] = { "-", "q", "b", "q" };

	for (int campaign = 0; campaign < campaigns; campaign++) {
		g_assert_cmpstr(scene_view(scene), ==, "campaigns");
		for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
			press_both(terminal, scene, keys[i], keys[i]);
		press_both(terminal, scene, "\r", "Enter");
		g_assert_cmpstr(scene_view(scene), ==, "campaign");
		press_both(terminal, scene, "q", "q");
		press_both(terminal, scene, "j", "j");
	}
}

static void
read_all(const Terminal *terminal, Scene *scene, int mails)
{
	static const char *const tabs[] = { "1", "2", "3", "4", "5", "6", "7" };

	assert_shown(terminal, scene);
	read_campaigns(terminal, scene, mails / 2);
	press_both(terminal, scene, "M", "M");
	press_both(terminal, scene, "\r", "Enter");
	for (int mail = 0; mail < mails; mail++) {
		for (gsize i = 0; i < G_N_ELEMENTS(tabs); i++)
			press_both(terminal, scene, tabs[i], tabs[i]);
		press_both(terminal, scene, "n", "n");
	}
	press_both(terminal, scene, "q", "q");
	press_both(terminal, scene, "C", "C");
}

static char *
events_of_reading(bool hostile)
{
	Scene scene = { 0 };
	Terminal terminal;
	int mails;
	char *events;

	scene_setup_empty(&scene, NULL);
	mails = add_mails(&scene, hostile);
	scene_open(&scene);
	scene.console->now = (int64_t)time(NULL);
	/* no limit, as the child has */
	scene_press(&scene, "l Enter");
	terminal_open(&terminal, &scene, "tmux-256color");
	read_all(&terminal, &scene, mails);
	terminal_press(&terminal, "q");
	g_assert_cmpint(terminal.titles, ==, 0);
	events = g_strdup(terminal.events->str);
	g_assert_cmpint(terminal_close(&terminal), ==, 0);
	scene_teardown(&scene, NULL);
	return events;
}

/* Every byte and every family x field x page: no title, no OSC, no mode but those
 * that ncurses sets for a harmless store. */
static void
test_hostile(void)
{
	g_autofree char *plain = events_of_reading(false);
	g_autofree char *hostile = events_of_reading(true);

	g_assert_cmpstr(hostile, ==, plain);
	g_assert_null(strstr(hostile, "osc"));
	g_assert_null(strstr(hostile, "bell"));
}

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

int
main(int argc, char **argv)
{
	static const char *const types[] = { "xterm", "xterm-256color", "tmux-256color", "screen",
		"linux", "vt100" };

	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/terminal/nothing-but-text-gets-out", test_hostile);
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
	return g_test_run();
}
