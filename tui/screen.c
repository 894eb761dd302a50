#include "tui/screen.h"

#include <ncurses.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "mail/glyph.h"
#include "tui/gather.h"
#include "tui/key.h"
#include "tui/theme.h"

G_DEFINE_QUARK(screen_error, screen_error)

enum {
	ESCAPE_DELAY = 25, /* ms: more feels slow, less breaks keys over ssh */
};

struct Screen {
	SCREEN *terminal;
	Palette palette;
	Glyphs glyphs;
	bool mouse;
	struct sigaction stop; /* what SIGTSTP did before */
	Gather *gather;
	Frame *shown; /* what the terminal has; NULL: nothing we know of */
};

/* Terminals that do what xterm does and whose own entry a server's terminfo often lacks, by how
 * TERM begins; screen and tmux have one that is always there. */
// clang-format off
static const struct {
	const char *begins, *stands_in;
} stand_ins[] = {
	{ "xterm",     "xterm-256color" }, { "alacritty", "xterm-256color" },
	{ "contour",   "xterm-256color" }, { "foot",      "xterm-256color" },
	{ "ghostty",   "xterm-256color" }, { "gnome",     "xterm-256color" },
	{ "iterm",     "xterm-256color" }, { "kitty",     "xterm-256color" },
	{ "konsole",   "xterm-256color" }, { "mintty",    "xterm-256color" },
	{ "mlterm",    "xterm-256color" }, { "putty",     "xterm-256color" },
	{ "rxvt",      "xterm-256color" }, { "st-",       "xterm-256color" },
	{ "vte",       "xterm-256color" }, { "wezterm",   "xterm-256color" },
	{ "screen",    "screen-256color" }, { "tmux",     "screen-256color" },
};
// clang-format on

static void
set_error(GError **error, const char *terminal)
{
	g_set_error(error, SCREEN_ERROR, SCREEN_ERROR_TERMINAL,
		"the console needs a terminal that can place text, and TERM is %s;"
		" use the commands instead: lazaret list, lazaret show ID",
		terminal && *terminal ? terminal : "not set");
}

static bool
check_terminal(GError **error)
{
	const char *terminal = g_getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		g_set_error(error, SCREEN_ERROR, SCREEN_ERROR_TERMINAL,
			"the console needs a terminal; in a pipe use: lazaret list, lazaret show ID");
		return false;
	}
	if (!terminal || !*terminal || strcmp(terminal, "dumb") == 0) {
		set_error(error, terminal);
		return false;
	}
	return true;
}

/* No entry, and nothing we know to be like it. */
static void
set_unknown(GError **error, const char *terminal)
{
	g_set_error(error, SCREEN_ERROR, SCREEN_ERROR_TERMINAL,
		"terminfo does not know the terminal that TERM names, '%s': install ncurses-term,"
		" or name one that it is like: TERM=xterm lazaret",
		terminal);
}

static SCREEN *
open_terminal(const char *name, FILE *output)
{
	SCREEN *terminal = newterm(NULL, output, stdin);

	for (gsize i = 0; !terminal && i < G_N_ELEMENTS(stand_ins); i++) {
		if (g_str_has_prefix(name, stand_ins[i].begins))
			terminal = newterm(stand_ins[i].stands_in, output, stdin);
	}
	return terminal;
}

static bool
can_place_text(void)
{
	const char *move_cursor = tigetstr("cup");

	return move_cursor && move_cursor != (const char *)-1;
}

bool
screen_knows(const char *name, int *colors)
{
	FILE *nowhere = fopen("/dev/null", "r+e");
	SCREEN *terminal = nowhere ? open_terminal(name, nowhere) : NULL;
	bool known = terminal && can_place_text();

	*colors = terminal ? MAX(tigetnum("colors"), 0) : 0;
	if (terminal)
		delscreen(terminal);
	if (nowhere)
		(void)fclose(nowhere);
	return known;
}

static Palette
choose_palette(Theme theme)
{
	if (theme == THEME_NONE || !has_colors() || start_color() == ERR ||
		COLOR_PAIRS <= 2 * STYLES)
		return PALETTE_NONE;
	use_default_colors();
	return theme_palette(theme, COLORS, g_getenv("TERM"), g_getenv("COLORFGBG"));
}

/* Pair 0 is the terminal's own. */
static short
pair_of(Palette palette, Style style, bool selected)
{
	int pair = 1 + 2 * (int)style + (selected ? 1 : 0);

	return (short)(palette == PALETTE_NONE ? 0 : pair);
}

static void
make_pairs(Palette palette)
{
	if (palette == PALETTE_NONE)
		return;
	for (Style style = 0; style < STYLES; style++) {
		for (int selected = 0; selected < 2; selected++) {
			const Look *look = theme_look(palette, style, selected);

			init_pair(pair_of(palette, style, selected), look->foreground,
				look->background);
		}
	}
}

static void
heed_nothing(G_GNUC_UNUSED int number)
{
}

/* ncurses ignores SIGTSTP while it paints, which drops one that waits to be read from
 * the signalfd; where something else than the default stands it keeps its hands off. */
static void
keep_stop_signal(struct sigaction *before)
{
	const struct sigaction ours = { .sa_handler = heed_nothing };

	sigaction(SIGTSTP, &ours, before);
}

static void
set_modes(const Screen *screen)
{
	raw(); /* Ctrl-C, Ctrl-Z and Ctrl-S are keys like any other */
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	typeahead(-1); /* a frame is painted whole: keys that wait were read before it */
	mouseinterval(0);
	if (screen->mouse)
		mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED,
			NULL);
	key_tell_pastes(true);
}

Screen *
screen_open(Theme theme, bool mouse, GError **error)
{
	g_autoptr(Screen) screen = g_new0(Screen, 1);

	keep_stop_signal(&screen->stop);
	if (!check_terminal(error))
		return NULL;
	use_tioctl(TRUE);
	set_escdelay(ESCAPE_DELAY);
	screen->gather = gather_new(STDOUT_FILENO);
	if (screen->gather)
		screen->terminal = open_terminal(g_getenv("TERM"), gather_stream(screen->gather));
	if (!screen->terminal) {
		set_unknown(error, g_getenv("TERM"));
		return NULL;
	}
	if (!can_place_text()) {
		set_error(error, g_getenv("TERM"));
		return NULL;
	}
	key_learn();
	screen->glyphs = glyphs_of_locale(g_getenv("TERM"));
	screen->palette = choose_palette(theme);
	screen->mouse = mouse;
	make_pairs(screen->palette);
	set_modes(screen);
	return g_steal_pointer(&screen);
}

void
screen_close(Screen *screen)
{
	if (!screen)
		return;
	if (screen->terminal) {
		key_tell_pastes(false);
		endwin();
		delscreen(screen->terminal);
	}
	sigaction(SIGTSTP, &screen->stop, NULL);
	gather_free(screen->gather);
	frame_free(screen->shown);
	g_free(screen);
}

void
screen_size(Screen *screen, int *rows, int *columns)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
		is_term_resized(size.ws_row, size.ws_col)) {
		resizeterm(size.ws_row, size.ws_col);
		screen_repaint(screen);
	}
	getmaxyx(stdscr, *rows, *columns);
}

void
screen_repaint(Screen *screen)
{
	g_clear_pointer(&screen->shown, frame_free);
	clearok(stdscr, TRUE);
}

void
screen_suspend(Screen *screen)
{
	screen_repaint(screen);
	def_prog_mode();
	key_tell_pastes(false);
	endwin();
}

void
screen_resume(Screen *screen)
{
	reset_prog_mode();
	set_modes(screen);
	screen_repaint(screen);
}

static attr_t
attributes_of(const Look *look)
{
	attr_t attributes = A_NORMAL;

	if (look->attributes & LOOK_BOLD)
		attributes |= A_BOLD;
	if (look->attributes & LOOK_UNDERLINE)
		attributes |= A_UNDERLINE;
	if (look->attributes & LOOK_REVERSE)
		attributes |= A_REVERSE;
	return attributes;
}

/* The cell's character and marks, or what stands for it.  Returns true when that is to be
 * shown in both of its columns. */
static bool
wide_text(const Screen *screen, const Cell *cell, int columns, wchar_t wide[CCHARW_MAX + 1])
{
	bool replaced;
	int length = 1;

	memset(wide, 0, (CCHARW_MAX + 1) * sizeof(*wide));
	wide[0] = (wchar_t)glyph_of(screen->glyphs, cell->text, columns, &replaced);
	if (replaced)
		return columns == 2;
	for (const char *at = g_utf8_next_char(cell->text); *at && length < CCHARW_MAX;
		at = g_utf8_next_char(at)) {
		wchar_t mark = (wchar_t)g_utf8_get_char(at);

		if (wcwidth(mark) == 0)
			wide[length++] = mark;
	}
	return false;
}

static void
show_cell(const Screen *screen, const Frame *frame, int row, int column)
{
	const Cell *cell = frame_cell(frame, row, column);
	const Cell *next = frame_cell(frame, row, column + 1);
	int columns = next && next->text[0] == '\0' ? 2 : 1;
	const Look *look = theme_look(screen->palette, cell->style, cell->selected);
	short pair = pair_of(screen->palette, cell->style, cell->selected);
	wchar_t wide[CCHARW_MAX + 1];
	cchar_t character;
	bool doubled;

	if (cell->text[0] == '\0')
		return;
	doubled = wide_text(screen, cell, columns, wide);
	setcchar(&character, wide, attributes_of(look), pair, NULL);
	mvadd_wch(row, column, &character);
	if (doubled)
		mvadd_wch(row, column + 1, &character);
}

static bool
is_disputed(const Frame *frame, int row, int column)
{
	const Cell *cell = frame_cell(frame, row, column);

	if (cell && cell->text[0] == '\0')
		cell = frame_cell(frame, row, column - 1);
	return cell && glyph_is_disputed(g_utf8_get_char(cell->text));
}

/* The first cell of the row that terminals differ on; none: its columns. */
static int
first_disputed(const Screen *screen, const Frame *frame, int row)
{
	int column = 0;

	if (screen->glyphs != GLYPHS_ALL)
		return frame->columns;
	while (column < frame->columns && !is_disputed(frame, row, column))
		column++;
	return column;
}

/* Blank from there on; show_disputed() shows the rest. */
static void
show_row(const Screen *screen, const Frame *frame, int row, int first)
{
	for (int column = 0; column < first; column++)
		show_cell(screen, frame, row, column);
	for (int column = first; column < frame->columns; column++) {
		const Cell *cell = frame_cell(frame, row, column);
		const Look *look = theme_look(screen->palette, cell->style, cell->selected);
		cchar_t blank;

		setcchar(&blank, L" ", attributes_of(look),
			pair_of(screen->palette, cell->style, cell->selected), NULL);
		mvadd_wch(row, column, &blank);
	}
}

/* Behind what terminals differ on ncurses may be wrong about where the cursor is: it is put
 * there by its absolute place, so that the columns behind stay straight. */
static void
settle(const Screen *screen, int row, int column)
{
	FILE *terminal = gather_stream(screen->gather);

	move(row, column);
	refresh();
	(void)fputs(tiparm(tigetstr("cup"), row, column), terminal);
	(void)fflush(terminal);
}

static void
show_disputed(const Screen *screen, const Frame *frame, int row, int first)
{
	for (int column = first; column < frame->columns; column++) {
		show_cell(screen, frame, row, column);
		if (column + 1 < frame->columns && is_disputed(frame, row, column) &&
			!is_disputed(frame, row, column + 1))
			settle(screen, row, column + 1);
	}
}

static bool
row_is_shown(const Screen *screen, const Frame *frame, int row)
{
	gsize offset = (gsize)row * (gsize)frame->columns;

	if (!screen->shown || screen->shown->rows != frame->rows ||
		screen->shown->columns != frame->columns)
		return false;
	return memcmp(screen->shown->cells + offset, frame->cells + offset,
		       (gsize)frame->columns * sizeof(Cell)) == 0;
}

static void
remember(Screen *screen, const Frame *frame)
{
	gsize cells = (gsize)frame->rows * (gsize)frame->columns;

	if (!screen->shown || screen->shown->rows != frame->rows ||
		screen->shown->columns != frame->columns) {
		g_clear_pointer(&screen->shown, frame_free);
		screen->shown = frame_new(frame->rows, frame->columns);
	}
	memcpy(screen->shown->cells, frame->cells, cells * sizeof(Cell));
}

void
screen_show(Screen *screen, const Frame *frame)
{
	g_autofree int *disputed = g_new0(int, frame->rows);
	bool any = false;

	for (int row = 0; row < frame->rows; row++) {
		disputed[row] = frame->columns;
		if (row_is_shown(screen, frame, row))
			continue;
		disputed[row] = first_disputed(screen, frame, row);
		show_row(screen, frame, row, disputed[row]);
		any = any || disputed[row] < frame->columns;
	}
	gather_begin(screen->gather);
	if (any)
		refresh();
	for (int row = 0; row < frame->rows; row++)
		show_disputed(screen, frame, row, disputed[row]);
	remember(screen, frame);
	curs_set(frame->cursor ? 1 : 0);
	if (frame->cursor)
		move(frame->cursor_row, frame->cursor_column);
	refresh();
	gather_end(screen->gather);
}

void
screen_send(const char *sequence)
{
	(void)fputs(sequence, stdout);
	(void)fflush(stdout);
}
