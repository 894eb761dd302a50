/* shot PAGE SCRIPT OUT PROGRAM... - runs PROGRAM on a pseudo-terminal, presses what SCRIPT says
 * and writes the screen to OUT as SVG.
 *
 * PAGE is dark or light.  The first line of SCRIPT is the size and the title: "120x34 The queue".
 * Each other line is keys to press, as test_golden has them: j Enter Ctrl-d "typed"; or "see TEXT",
 * which waits until that stands on the screen, and what is still being read does too. */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/screenshots/svg.h"

enum {
	QUIET = 150,      /* ms without output: it has painted */
	PATIENCE = 20000, /* ms for what is to be seen */
};

typedef struct Shot {
	VTerm *vterm;
	VTermScreen *screen;
	int rows, columns;
	int descriptor;
	pid_t child;
} Shot;

static void
fail(const char *what, const char *which)
{
	fprintf(stderr, "shot: %s: %s\n", which, what);
	exit(1);
}

static void
shot_open(Shot *shot, char **program)
{
	struct winsize size = {
		.ws_row = (unsigned short)shot->rows,
		.ws_col = (unsigned short)shot->columns,
	};
	/* Default colours are asked for as such only where they were never set. */
	shot->vterm = vterm_new(shot->rows, shot->columns);
	vterm_set_utf8(shot->vterm, 1);
	shot->screen = vterm_obtain_screen(shot->vterm);
	vterm_screen_enable_altscreen(shot->screen, 1);
	vterm_screen_reset(shot->screen, 1);
	shot->child = forkpty(&shot->descriptor, NULL, NULL, &size);
	if (shot->child != 0)
		return;
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	execv(program[0], program);
	_exit(127);
}

/* What it has painted until it has been quiet for a while; false when it has gone. */
static bool
shot_read(Shot *shot)
{
	struct pollfd wanted = { .fd = shot->descriptor, .events = POLLIN };

	while (poll(&wanted, 1, QUIET) > 0) {
		char bytes[4096];
		ssize_t length = read(shot->descriptor, bytes, sizeof(bytes));

		if (length <= 0)
			return false;
		vterm_input_write(shot->vterm, bytes, (size_t)length);
		vterm_screen_flush_damage(shot->screen);
	}
	return true;
}

static bool
shot_shows(const Shot *shot, const char *text)
{
	VTermRect line = { .end_col = shot->columns };
	gsize room = (gsize)shot->columns * VTERM_MAX_CHARS_PER_CELL * 4;
	g_autofree char *buffer = g_malloc(room + 1);

	for (int row = 0; row < shot->rows; row++) {
		line.start_row = row;
		line.end_row = row + 1;
		buffer[vterm_screen_get_text(shot->screen, buffer, room, line)] = '\0';
		if (strstr(buffer, text))
			return true;
	}
	return false;
}

static void
shot_see(Shot *shot, const char *text)
{
	for (int waited = 0; waited < PATIENCE; waited += QUIET) {
		if (!shot_read(shot))
			fail("it has gone", text);
		if (shot_shows(shot, text) && !shot_shows(shot, "reading…"))
			return;
	}
	fail("never on the screen", text);
}

static void
send_bytes(Shot *shot, const char *bytes)
{
	if (write(shot->descriptor, bytes, strlen(bytes)) < 0)
		fail(strerror(errno), bytes);
	shot_read(shot);
}

static void
shot_press(Shot *shot, const char *word)
{
	static const struct {
		const char *name, *bytes;
	} keys[] = { { "Enter", "\r" }, { "Esc", "\x1b" }, { "Tab", "\t" }, { "Space", " " } };
	char control[2] = { 0 };

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (strcmp(keys[i].name, word) == 0) {
			send_bytes(shot, keys[i].bytes);
			return;
		}
	}
	if (g_str_has_prefix(word, "Ctrl-")) {
		control[0] = (char)(word[5] & 0x1f);
		send_bytes(shot, control);
		return;
	}
	if (word[1])
		fail("no key", word);
	send_bytes(shot, word);
}

static void
shot_play(Shot *shot, const char *line)
{
	g_auto(GStrv) words = NULL;

	if (g_str_has_prefix(line, "see ")) {
		shot_see(shot, line + strlen("see "));
		return;
	}
	if (*line == '"') {
		g_autofree char *typed = g_strndup(line + 1, strcspn(line + 1, "\""));

		send_bytes(shot, typed);
		return;
	}
	words = g_strsplit(line, " ", -1);
	for (char **word = words; *word; word++) {
		if (**word)
			shot_press(shot, *word);
	}
}

static void
shot_close(Shot *shot)
{
	kill(shot->child, SIGTERM);
	close(shot->descriptor);
	waitpid(shot->child, NULL, 0);
	vterm_free(shot->vterm);
}

int
main(int argc, char **argv)
{
	const SvgPage *page = argc > 4 ? svg_page(argv[1]) : NULL;
	g_autofree char *script = NULL;
	g_autofree char *svg = NULL;
	g_auto(GStrv) lines = NULL;
	Shot shot = { 0 };
	int title = 0;

	setlocale(LC_ALL, "C.UTF-8");
	if (!page || !g_file_get_contents(argv[2], &script, NULL, NULL))
		fail("shot dark|light SCRIPT OUT PROGRAM...", "usage");
	lines = g_strsplit(script, "\n", -1);
	if (sscanf(lines[0], "%dx%d %n", &shot.columns, &shot.rows, &title) != 2)
		fail("begins with no size", argv[2]);
	shot_open(&shot, argv + 4);
	for (char **line = lines + 1; *line; line++)
		shot_play(&shot, *line);
	svg = svg_of_screen(shot.screen, shot.rows, shot.columns, page, lines[0] + title);
	if (!g_file_set_contents(argv[3], svg, -1, NULL))
		fail("can't be written", argv[3]);
	shot_close(&shot);
	return 0;
}
