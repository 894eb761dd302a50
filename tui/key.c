#include "tui/key.h"

#include <ncurses.h>

#include <glib.h>
#include <string.h>

#include "store/nearest.h"

/* Codes that ncurses has no use for. */
enum {
	CURSES_PASTE = 0x4000,
	CURSES_PASTE_END,
};

enum {
	STRING_DELAY = 200,      /* ms between two characters of a terminal's string */
	STRING_MOST = 64 * 1024, /* characters of one */
	CANCEL = 0x18,
	SUBSTITUTE = 0x1a,
	ESCAPE = 0x1b,
	ST = 0x9c,
};

typedef struct KeyName {
	Key key;
	const char *name;
} KeyName;

// clang-format off
static const KeyName names[] = {
	{ KEY_CODE_UP,         "Up" },
	{ KEY_CODE_DOWN,       "Down" },
	{ KEY_CODE_LEFT,       "Left" },
	{ KEY_CODE_RIGHT,      "Right" },
	{ KEY_CODE_HOME,       "Home" },
	{ KEY_CODE_END,        "End" },
	{ KEY_CODE_PAGE_UP,    "PageUp" },
	{ KEY_CODE_PAGE_DOWN,  "PageDown" },
	{ KEY_CODE_INSERT,     "Insert" },
	{ KEY_CODE_DELETE,     "Delete" },
	{ KEY_CODE_BACKSPACE,  "Backspace" },
	{ KEY_CODE_ENTER,      "Enter" },
	{ KEY_CODE_ESC,        "Esc" },
	{ KEY_CODE_TAB,        "Tab" },
	{ KEY_CODE_BACKTAB,    "BackTab" },
	{ KEY_CODE_F1,         "F1" },
	{ KEY_CODE_F1 + 1,     "F2" },
	{ KEY_CODE_F1 + 2,     "F3" },
	{ KEY_CODE_F1 + 3,     "F4" },
	{ KEY_CODE_F1 + 4,     "F5" },
	{ KEY_CODE_F1 + 5,     "F6" },
	{ KEY_CODE_F1 + 6,     "F7" },
	{ KEY_CODE_F1 + 7,     "F8" },
	{ KEY_CODE_F1 + 8,     "F9" },
	{ KEY_CODE_F1 + 9,     "F10" },
	{ KEY_CODE_F1 + 10,    "F11" },
	{ KEY_CODE_F12,        "F12" },
	{ KEY_CODE_RESIZE,     "Resize" },
	{ KEY_CODE_CLICK,      "Click" },
	{ KEY_CODE_WHEEL_UP,   "WheelUp" },
	{ KEY_CODE_WHEEL_DOWN, "WheelDown" },
	{ KEY_CODE_PASTE,      "Paste" },
	{ KEY_CODE_PASTE_END,  "PasteEnd" },
	{ ' ',                 "Space" },
};

typedef struct CursesKey {
	wint_t code;
	Key key;
} CursesKey;

/* Characters of the terminal's own, then what ncurses makes of sequences. */
static const CursesKey plain_keys[] = {
	{ '\t', KEY_CODE_TAB },
	{ '\n', KEY_CODE_ENTER },
	{ '\r', KEY_CODE_ENTER },
	{ 8,    KEY_CODE_BACKSPACE },
	{ 127,  KEY_CODE_BACKSPACE },
	{ ESCAPE, KEY_CODE_ESC },
};
static const CursesKey function_keys[] = {
	{ KEY_UP,        KEY_CODE_UP },
	{ KEY_DOWN,      KEY_CODE_DOWN },
	{ KEY_LEFT,      KEY_CODE_LEFT },
	{ KEY_RIGHT,     KEY_CODE_RIGHT },
	{ KEY_HOME,      KEY_CODE_HOME },
	{ KEY_FIND,      KEY_CODE_HOME },
	{ KEY_END,       KEY_CODE_END },
	{ KEY_SELECT,    KEY_CODE_END },
	{ KEY_PPAGE,     KEY_CODE_PAGE_UP },
	{ KEY_NPAGE,     KEY_CODE_PAGE_DOWN },
	{ KEY_IC,        KEY_CODE_INSERT },
	{ KEY_DC,        KEY_CODE_DELETE },
	{ KEY_BACKSPACE, KEY_CODE_BACKSPACE },
	{ KEY_ENTER,     KEY_CODE_ENTER },
	{ KEY_BTAB,      KEY_CODE_BACKTAB },
	{ KEY_RESIZE,    KEY_CODE_RESIZE },
	{ CURSES_PASTE,     KEY_CODE_PASTE },
	{ CURSES_PASTE_END, KEY_CODE_PASTE_END },
};

typedef struct Sequence {
	const char *bytes;
	int code;
} Sequence;

/* What terminals send whatever TERM says: with cursor keys in either mode, as xterm, rxvt,
 * the Linux console and PuTTY do.  terminfo knows one of each, or none (vt100). */
static const Sequence sequences[] = {
	{ "\x1b[A",    KEY_UP },     { "\x1bOA",    KEY_UP },
	{ "\x1b[B",    KEY_DOWN },   { "\x1bOB",    KEY_DOWN },
	{ "\x1b[C",    KEY_RIGHT },  { "\x1bOC",    KEY_RIGHT },
	{ "\x1b[D",    KEY_LEFT },   { "\x1bOD",    KEY_LEFT },
	{ "\x1b[H",    KEY_HOME },   { "\x1bOH",    KEY_HOME },
	{ "\x1b[1~",   KEY_HOME },   { "\x1b[7~",   KEY_HOME },
	{ "\x1b[F",    KEY_END },    { "\x1bOF",    KEY_END },
	{ "\x1b[4~",   KEY_END },    { "\x1b[8~",   KEY_END },
	{ "\x1b[5~",   KEY_PPAGE },  { "\x1b[6~",   KEY_NPAGE },
	{ "\x1b[2~",   KEY_IC },     { "\x1b[3~",   KEY_DC },
	{ "\x1b[Z",    KEY_BTAB },   { "\x1bOM",    KEY_ENTER },
	{ "\x1b[200~", CURSES_PASTE },
	{ "\x1b[201~", CURSES_PASTE_END },
};
// clang-format on

static Key
translate(const CursesKey *table, gsize length, wint_t code, Key otherwise)
{
	for (gsize i = 0; i < length; i++) {
		if (table[i].code == code)
			return table[i].key;
	}
	return otherwise;
}

static void
read_mouse(Press *press)
{
	MEVENT event;

	press->key = KEY_CODE_NONE;
	if (getmouse(&event) != OK)
		return;
	press->row = event.y;
	press->column = event.x;
	if (event.bstate & (BUTTON1_CLICKED | BUTTON1_PRESSED))
		press->key = KEY_CODE_CLICK;
	else if (event.bstate & BUTTON4_PRESSED)
		press->key = KEY_CODE_WHEEL_UP;
	else if (event.bstate & BUTTON5_PRESSED)
		press->key = KEY_CODE_WHEEL_DOWN;
}

/* Is there a further character of a string?  Another key, or silence, ends it. */
static bool
goes_on(wint_t *code)
{
	int kind = get_wch(code);

	if (kind == KEY_CODE_YES)
		ungetch((int)*code);
	return kind == OK;
}

/* A string that a terminal sends (ECMA-48 OSC, DCS, PM, APC), up to its ST or xterm's BEL: an
 * answer to somebody who asked before, the shell perhaps.  It comes in pieces on a slow line. */
static void
skip_string(void)
{
	wint_t code, before = 0;

	timeout(STRING_DELAY);
	for (int i = 0; i < STRING_MOST && goes_on(&code); i++) {
		if (code == '\a' || code == CANCEL || code == SUBSTITUTE || code == ST ||
			(before == ESCAPE && code == '\\'))
			break;
		before = code;
	}
	nodelay(stdscr, TRUE);
}

static bool
begins_string(wint_t code)
{
	return code > 0 && code < 0x80 && strchr("]P^_", (int)code) != NULL;
}

/* A key that ncurses does not know begins with ESC and would go on as letters,
 * each of them a command: such a sequence (ECMA-48 CSI, SS3, a string) is one unknown key, and a
 * character that comes at once was pressed together with Alt. */
static Key
read_escape(void)
{
	wint_t code;
	int kind = get_wch(&code);

	if (kind == ERR)
		return KEY_CODE_ESC;
	if (kind == KEY_CODE_YES) {
		ungetch((int)code);
		return KEY_CODE_ESC;
	}
	if (begins_string(code)) {
		skip_string();
		return KEY_CODE_NONE;
	}
	if (code != '[' && code != 'O' && g_unichar_isprint(code))
		return KEY_ALT | code;
	if (code != '[' && code != 'O') {
		unget_wch((wchar_t)code);
		return KEY_CODE_ESC;
	}
	for (int i = 0; i < 32 && get_wch(&code) == OK; i++) {
		if (code < 0x20 || code > 0x7e) { /* no byte of a sequence: a key of its own */
			unget_wch((wchar_t)code);
			break;
		}
		if (code >= 0x40 &&
			!(code == '[' && i == 0)) /* ESC [ [ A: the Linux console's F1 */
			break;
	}
	return KEY_CODE_NONE;
}

void
key_learn(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(sequences); i++) {
		if (key_defined(sequences[i].bytes) == 0)
			define_key(sequences[i].bytes, sequences[i].code);
	}
}

/* xterm's bracketed paste; terminfo often leaves it out, and a terminal that does
 * not know the mode ignores it. */
void
key_tell_pastes(bool tell)
{
	putp(tell ? "\x1b[?2004h" : "\x1b[?2004l");
	(void)fflush(stdout);
}

bool
key_read(Press *press)
{
	wint_t code;
	int kind = get_wch(&code);

	memset(press, 0, sizeof(*press));
	if (kind == ERR)
		return false;
	if (kind == KEY_CODE_YES && code == KEY_MOUSE)
		read_mouse(press);
	else if (kind == KEY_CODE_YES && code >= KEY_F(1) && code <= KEY_F(12))
		press->key = KEY_CODE_F1 + (code - KEY_F(1));
	else if (kind == KEY_CODE_YES)
		press->key =
			translate(function_keys, G_N_ELEMENTS(function_keys), code, KEY_CODE_NONE);
	else
		press->key = translate(plain_keys, G_N_ELEMENTS(plain_keys), code, code);
	if (press->key == KEY_CODE_ESC)
		press->key = read_escape();
	return true;
}

static bool
is_character(Key key)
{
	return key < KEY_CODE_NONE && g_unichar_isprint(key);
}

const char *
key_to_name(Key key, char buffer[KEY_NAME_BYTES])
{
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		if (names[i].key == key)
			return names[i].name;
	}
	if (key < ' ') {
		g_snprintf(buffer, KEY_NAME_BYTES, "Ctrl-%c",
			(int)g_ascii_tolower((char)(key | 0x40)));
	} else if (key & KEY_ALT && is_character(key & ~KEY_ALT)) {
		char inner[KEY_NAME_BYTES];

		g_snprintf(buffer, KEY_NAME_BYTES, "Alt-%s", key_to_name(key & ~KEY_ALT, inner));
	} else if (is_character(key)) {
		buffer[g_unichar_to_utf8(key, buffer)] = '\0';
	} else {
		g_strlcpy(buffer, "?", KEY_NAME_BYTES);
	}
	return buffer;
}

static bool
has_prefix(const char *name, const char *prefix)
{
	return g_ascii_strncasecmp(name, prefix, strlen(prefix)) == 0;
}

Key
key_from_name(const char *name)
{
	Key inner;

	if (!g_utf8_validate(name, -1, NULL))
		return KEY_CODE_NONE;
	if (g_utf8_strlen(name, -1) == 1)
		return g_utf8_get_char(name);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		if (g_ascii_strcasecmp(names[i].name, name) == 0)
			return names[i].key;
	}
	/* Ctrl-i is what a terminal sends for Tab, and so with Ctrl-h, -j and -m. */
	if (has_prefix(name, "Ctrl-") && g_ascii_isalpha(name[5]) && name[6] == '\0')
		return translate(plain_keys, G_N_ELEMENTS(plain_keys), KEY_CONTROL(name[5]),
			KEY_CONTROL(name[5]));
	if (!has_prefix(name, "Alt-"))
		return KEY_CODE_NONE;
	inner = key_from_name(name + strlen("Alt-"));
	/* Behind ESC these begin other keys, or strings. */
	return is_character(inner) && inner != '[' && inner != 'O' && !begins_string(inner)
		? KEY_ALT | inner
		: KEY_CODE_NONE;
}

const char *
key_nearest_name(const char *name)
{
	const char *known[G_N_ELEMENTS(names) + 1] = { NULL };
	gsize count = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		if (key_is_pressed(names[i].key))
			known[count++] = names[i].name;
	}
	return nearest_name(name, known);
}

bool
key_is_pressed(Key key)
{
	return key != KEY_CODE_NONE && !(key >= KEY_CODE_RESIZE && key <= KEY_CODE_PASTE_END);
}
