#include "mail/calendar.h"

#include <string.h>

enum {
	MAX_NAME = 30,
};

/* The lines of @text, a line break with a blank behind it taken out (section 3.1). */
static char *
unfold(const char *text)
{
	GString *unfolded = g_string_new(NULL);

	while (*text) {
		size_t length = strcspn(text, "\r\n");

		g_string_append_len(unfolded, text, (gssize)length);
		text += length;
		text += *text == '\r';
		text += *text == '\n';
		if (*text == ' ' || *text == '\t')
			text++;
		else
			g_string_append_c(unfolded, '\n');
	}
	return g_string_free(unfolded, FALSE);
}

/* "\n" is a line end, "\," a comma (section 3.3.11). */
static char *
undo_escapes(const char *value)
{
	GString *plain = g_string_new(NULL);

	for (; *value; value++) {
		char c = *value;

		if (c == '\\' && value[1]) {
			c = *++value;
			c = (char)(c == 'n' || c == 'N' ? '\n' : c);
		}
		g_string_append_c(plain, c);
	}
	return g_string_free(plain, FALSE);
}

static void
read_property(LinkSet *links, const char *line, const char *where)
{
	size_t name = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");
	g_autofree char *value = undo_escapes(line + name);
	g_autofree char *place = g_strdup_printf("%s, %.*s", where, (int)MIN(name, MAX_NAME), line);

	link_set_scan(links, value, 0, name > 0 ? place : where);
}

void
calendar_read(LinkSet *links, const char *text, const char *where)
{
	g_autofree char *unfolded = unfold(text);
	g_auto(GStrv) lines = g_strsplit(unfolded, "\n", -1);

	for (char **line = lines; *line; line++)
		read_property(links, *line, where);
}
