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
	[CLIPBOARD_OFF] = "off",
	[CLIPBOARDS] = NULL,
};

Clipboard
clipboard_of_terminal(Clipboard wanted, const char *type, const char *session)
{
	static const char *const without[] = { "linux", "vt", "ansi", "cygwin", "dumb" };

	if (wanted != CLIPBOARD_AUTO)
		return wanted;
	if (!type || (session && *session))
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
clipboard_sequence(const char *text)
{
	g_autofree char *base64 = g_base64_encode((const guchar *)text, strlen(text));

	return g_strdup_printf("\x1b]52;c;%s\x07", base64);
}

/* Where no clipboard is to be had, it is shown, to be selected by hand. */
static void
show(Console *console, const char *what, const char *text)
{
	console_open(console, output_view_new(console, "copy", text, strlen(text)));
	console_say(console, STYLE_DIM,
		"%s: select it with the mouse or the terminal; the setting clipboard says why not"
		" copied",
		what);
}

static void
copy(Console *console, const char *what, const char *text)
{
	bool whole = g_utf8_strlen(text, -1) <= SAID;
	g_autofree char *said = g_utf8_substring(text, 0, whole ? -1 : SAID);

	g_free(console->clip);
	console->clip = clipboard_sequence(text);
	console_say(console, STYLE_GOOD, "copied %s: %s%s", what, said, whole ? "" : "…");
}

void
run_copy(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	g_autofree char *what = NULL;
	GError *error = NULL;
	g_autofree char *found = view->ops->copy(view, &what, &error);
	g_autofree char *text = found ? clipboard_text(found) : NULL;

	if (!text)
		console_fail(console, error);
	else if (console->options->clipboard == CLIPBOARD_OSC52)
		copy(console, what, text);
	else
		show(console, what, text);
}
