/* terminal.h - a console on a pseudo-terminal, its bytes read by libvterm */
#ifndef TESTS_TUI_TERMINAL_H
#define TESTS_TUI_TERMINAL_H

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
	TERMINAL_QUIET = 60,       /* ms without output: the console has painted */
	TERMINAL_PATIENCE = 30000, /* ms */
};

typedef struct Terminal {
	VTerm *vterm;
	VTermScreen *screen;
	int descriptor;
	pid_t child;
	GString *events; /* what was asked of the terminal beside text, in order */
	GString *sent;   /* every byte */
	int titles;
	int rows, columns;
} Terminal;

static inline int
terminal_on_property(VTermProp property, VTermValue *value, void *data)
{
	Terminal *terminal = data;

	if (property == VTERM_PROP_TITLE || property == VTERM_PROP_ICONNAME)
		terminal->titles++;
	else if (property != VTERM_PROP_CURSORVISIBLE)
		g_string_append_printf(
			terminal->events, "property %d = %d\n", property, value->number);
	return 1;
}

static inline int
terminal_on_bell(void *data)
{
	g_string_append(((Terminal *)data)->events, "bell\n");
	return 1;
}

static inline int
terminal_on_control(unsigned char control, void *data)
{
	g_string_append_printf(((Terminal *)data)->events, "control %02x\n", control);
	return 0;
}

static inline int
terminal_on_csi(const char *leader, const long arguments[], int count, const char *intermediate,
	char command, void *data)
{
	(void)arguments;
	(void)intermediate;
	g_string_append_printf(
		((Terminal *)data)->events, "csi %s %d %c\n", leader ? leader : "", count, command);
	return 0;
}

static inline int
terminal_on_osc(const char *command, size_t length, void *data)
{
	g_string_append_printf(((Terminal *)data)->events, "osc %.*s\n", (int)length, command);
	return 0;
}

static inline int
terminal_on_dcs(const char *command, size_t length, void *data)
{
	g_string_append_printf(((Terminal *)data)->events, "dcs %.*s\n", (int)length, command);
	return 0;
}

static const VTermScreenCallbacks terminal_screen_callbacks = {
	.settermprop = terminal_on_property,
	.bell = terminal_on_bell,
};

static const VTermParserCallbacks terminal_parser_callbacks = {
	.control = terminal_on_control,
	.csi = terminal_on_csi,
	.osc = terminal_on_osc,
	.dcs = terminal_on_dcs,
};

/* A libvterm of that size, which notes what it is asked for. */
static inline void
terminal_attach(Terminal *terminal)
{
	terminal->vterm = vterm_new(terminal->rows, terminal->columns);
	vterm_set_utf8(terminal->vterm, 1);
	terminal->screen = vterm_obtain_screen(terminal->vterm);
	vterm_screen_set_callbacks(terminal->screen, &terminal_screen_callbacks, terminal);
	vterm_screen_set_unrecognised_fallbacks(
		terminal->screen, &terminal_parser_callbacks, terminal);
	vterm_screen_enable_altscreen(terminal->screen, 1);
	vterm_screen_reset(terminal->screen, 1);
	g_string_truncate(terminal->events, 0);
}

static inline void
terminal_detach(Terminal *terminal)
{
	vterm_free(terminal->vterm);
	g_string_free(terminal->events, TRUE);
	g_string_free(terminal->sent, TRUE);
}

/* A Store does not cross a fork: the child opens its own. */
static inline void
terminal_child(const Scene *scene, const ConsoleOptions *options, const char *type)
{
	g_autoptr(GError) error = NULL;
	Store *store;

	/* GLib's own would say on this terminal that the parent has had threads. */
	setenv("TERM", type, 1);
	unsetenv("COLUMNS");
	unsetenv("LINES");
	setlocale(LC_ALL, "C.UTF-8");
	store = store_open(scene->path, STORE_WRITE, &error);
	if (!store || !console_run(store, options, &error)) {
		fprintf(stderr, "%s\n", error->message);
		_exit(1);
	}
	store_close(store);
	_exit(0);
}

static inline void
terminal_open_sized(Terminal *terminal, const Scene *scene, const char *type, int rows, int columns)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	ConsoleOptions options = scene->options;

	*terminal = (Terminal){
		.events = g_string_new(NULL),
		.sent = g_string_new(NULL),
		.rows = rows,
		.columns = columns,
	};
	options.mouse = true;
	if (!options.limit)
		options.limit = "";
	if (scene->console) /* a lock that its thread holds now would stay held in the child */
		console_settle(scene->console);
	terminal->child = forkpty(&terminal->descriptor, NULL, NULL, &size);
	g_assert_cmpint(terminal->child, >=, 0);
	if (terminal->child == 0)
		terminal_child(scene, &options, type);
	terminal_attach(terminal);
}

static inline void
terminal_open(Terminal *terminal, const Scene *scene, const char *type)
{
	terminal_open_sized(terminal, scene, type, SCENE_ROWS, SCENE_COLUMNS);
}

/* What was written so far; false when the console has gone. */
static inline bool
terminal_take(Terminal *terminal)
{
	char bytes[16384];
	ssize_t length = read(terminal->descriptor, bytes, sizeof(bytes));

	if (length <= 0)
		return false;
	vterm_input_write(terminal->vterm, bytes, (size_t)length);
	g_string_append_len(terminal->sent, bytes, length);
	return true;
}

static inline char *
terminal_dump(const Terminal *terminal)
{
	GString *dump = g_string_new(NULL);

	for (int row = 0; row < terminal->rows; row++) {
		gsize end = dump->len;

		for (int column = 0; column < terminal->columns; column++) {
			VTermScreenCell cell;

			vterm_screen_get_cell(
				terminal->screen, (VTermPos){ .row = row, .col = column }, &cell);
			if (cell.chars[0] == (uint32_t)-1)
				continue;
			for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
				g_string_append_unichar(dump, cell.chars[i]);
			if (cell.chars[0] == 0)
				g_string_append_c(dump, ' ');
			if (cell.chars[0] != 0 && (cell.chars[0] != ' ' || cell.chars[1] != 0))
				end = dump->len;
		}
		g_string_truncate(dump, end);
		g_string_append_c(dump, '\n');
	}
	return g_string_free(dump, FALSE);
}

/* Of what the screen is to show something is not there yet; as glyphs of ASCII say it, too. */
static inline bool
terminal_is_reading(const Terminal *terminal)
{
	g_autofree char *screen = terminal_dump(terminal);

	return strstr(screen, "reading…") || strstr(screen, "reading~");
}

/* Reads until the console is quiet and has read what it shows, once it has @painted; false when
 * it has gone. */
static inline bool
terminal_rest(Terminal *terminal, bool painted)
{
	struct pollfd wanted = { .fd = terminal->descriptor, .events = POLLIN };
	int patience = TERMINAL_PATIENCE;

	while (patience > 0) {
		int ready = poll(&wanted, 1, TERMINAL_QUIET);

		if (ready == 0 && painted && !terminal_is_reading(terminal))
			return true;
		if (ready == 0) {
			patience -= TERMINAL_QUIET;
			continue;
		}
		if (!terminal_take(terminal))
			return false;
		painted = true;
	}
	return true;
}

static inline bool
terminal_read(Terminal *terminal)
{
	return terminal_rest(terminal, false);
}

static inline void
terminal_press(Terminal *terminal, const char *bytes)
{
	g_assert_cmpint(
		write(terminal->descriptor, bytes, strlen(bytes)), ==, (ssize_t)strlen(bytes));
	terminal_read(terminal);
}

/* What the console may take without painting anything. */
static inline void
terminal_mutter(Terminal *terminal, const char *bytes)
{
	g_assert_cmpint(
		write(terminal->descriptor, bytes, strlen(bytes)), ==, (ssize_t)strlen(bytes));
	terminal_rest(terminal, true);
}

/* The exit status; -1 when it had to be killed. */
static inline int
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
	terminal_detach(terminal);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Waits until the terminal shows @drawn, to the cell. */
static inline void
terminal_assert_is(Terminal *terminal, const char *drawn)
{
	g_autofree char *seen = terminal_dump(terminal);
	struct pollfd wanted = { .fd = terminal->descriptor, .events = POLLIN };
	int patience = TERMINAL_PATIENCE;

	while (strcmp(seen, drawn) != 0 && patience > 0) {
		if (poll(&wanted, 1, TERMINAL_QUIET) == 0)
			patience -= TERMINAL_QUIET;
		else
			g_assert_true(terminal_take(terminal));
		if (poll(&wanted, 1, 0) > 0)
			continue;
		g_free(seen);
		seen = terminal_dump(terminal);
	}
	g_assert_cmpstr(seen, ==, drawn);
}

/* What the console drew. */
static inline void
terminal_assert_shows(Terminal *terminal, Scene *scene)
{
	g_autofree char *drawn = scene_show(scene, terminal->rows, terminal->columns);

	terminal_assert_is(terminal, drawn);
}

#endif
