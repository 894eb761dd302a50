#include "tui/clipboard.h"

#include <string.h>

#include "mail/text.h"
#include "tui/view_output.h"

enum {
	SAID = 120, /* characters of it that are said */
};

const char *const clipboard_names[] = {
	[CLIPBOARD_AUTO] = "auto",
	[CLIPBOARD_OSC52] = "osc52",
	[CLIPBOARD_TMUX] = "tmux",
	[CLIPBOARD_OFF] = "off",
	[CLIPBOARDS] = NULL,
};

Clipboard
clipboard_of_terminal(Clipboard wanted, const char *type, const char *tmux, const char *screen)
{
	/* tmux, where sudo took away what says so: it ignores the sequence, and can't be told. */
	static const char *const without[] = { "linux", "vt", "ansi", "cygwin", "dumb", "tmux" };

	if (wanted != CLIPBOARD_AUTO)
		return wanted;
	if (tmux && *tmux)
		return CLIPBOARD_TMUX;
	if (!type || (screen && *screen))
		return CLIPBOARD_OFF;
	for (gsize i = 0; i < G_N_ELEMENTS(without); i++) {
		if (g_str_has_prefix(type, without[i]))
			return CLIPBOARD_OFF;
	}
	return CLIPBOARD_OSC52;
}

/* At most @most bytes, whole characters. */
static void
cut(char *text, gsize most)
{
	if (strlen(text) > most)
		*g_utf8_find_prev_char(text, text + most + 1) = '\0';
}

char *
clipboard_text(const char *text)
{
	g_autofree char *head = g_strndup(text, CLIPBOARD_MOST + 1);
	g_autofree char *defanged = NULL;
	g_autoptr(Visible) visible = NULL;
	char *copied;

	cut(head, CLIPBOARD_MOST);
	defanged = text_defang(head);
	visible = text_visible(defanged, -1);
	copied = g_strdup(visible_string(visible));
	cut(copied, CLIPBOARD_MOST);
	return copied;
}

char *
clipboard_lines(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GString *copied = g_string_new(NULL);

	for (char **line = lines; *line && copied->len < CLIPBOARD_MOST_LINES; line++) {
		g_autofree char *tame = clipboard_text(*line);

		g_string_append_printf(copied, "%s%s", line > lines ? "\n" : "", tame);
	}
	if (copied->len > CLIPBOARD_MOST_LINES) {
		cut(copied->str, CLIPBOARD_MOST_LINES);
		copied->len = strlen(copied->str);
	}
	return g_string_free(copied, FALSE);
}

char *
clipboard_sequence(const char *text)
{
	g_autofree char *base64 = g_base64_encode((const guchar *)text, strlen(text));

	return g_strdup_printf("\x1b]52;c;%s\x07", base64);
}

/* Where no clipboard is to be had, it is shown, to be selected by hand; @why is said of it. */
static void
show(Console *console, const char *what, const char *text, const char *why)
{
	console_open(console, output_view_new(console, "copy", text, strlen(text)));
	console_say(
		console, STYLE_DIM, "%s: select it with the mouse or the terminal; %s", what, why);
}

/* tmux ignores the sequence of a program unless it was told not to, but does the same itself
 * when it is asked to. */
static bool
copy(Console *console, const char *text, GError **error)
{
	static const char *const load[] = { "tmux", "load-buffer", "-w", "-", NULL };

	if (console->options->clipboard == CLIPBOARD_TMUX)
		return job_feed(load, text, error);
	g_free(console->clip);
	console->clip = clipboard_sequence(text);
	return true;
}

static void
say(Console *console, const char *what, const char *text)
{
	bool whole = g_utf8_strlen(text, -1) <= SAID;
	g_autofree char *said = g_utf8_substring(text, 0, whole ? -1 : SAID);

	console_say(console, STYLE_GOOD, "copied %s: %s%s", what, said, whole ? "" : "…");
}

void
run_copy(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	g_autofree char *what = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *found = view->ops->copy(view, &what, &error);
	g_autofree char *text = found ? clipboard_text(found) : NULL;

	if (text && console->options->clipboard == CLIPBOARD_OFF)
		show(console, what, text, "the setting clipboard says why not copied");
	else if (text && copy(console, text, &error))
		say(console, what, text);
	else if (text)
		show(console, what, text, error->message);
	else
		console_fail(console, g_steal_pointer(&error));
}

void
run_copy_text(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	g_autofree char *what = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *found = view->ops->copy(view, &what, &error);
	g_autofree char *text = found ? clipboard_lines(found) : NULL;

	if (text && console->options->clipboard == CLIPBOARD_OFF)
		console_say(console, STYLE_DIM,
			"select it with the mouse or the terminal, or save it with %s; the setting"
			" clipboard says why not copied",
			console_key_of(console, "save-text"));
	else if (text && copy(console, text, &error))
		console_say(console, STYLE_GOOD,
			"copied what %s printed, %" G_GSIZE_FORMAT " bytes", what, strlen(text));
	else
		console_fail(console, g_steal_pointer(&error));
}
