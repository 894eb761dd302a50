#include "mail/parameter.h"

#include <stdbool.h>
#include <string.h>

enum {
	MAX_JOINED = 1000, /* bytes of a value in pieces: joining must not grow with them */
};

/* What stands between '=' and the next ';', quotes undone. */
static char *
read_value(const char *at)
{
	GString *value = g_string_new(NULL);
	bool quoted = false;

	for (at += strspn(at, " \t\r\n"); *at && (quoted || *at != ';'); at++) {
		if (*at == '"')
			quoted = !quoted;
		else if (quoted && *at == '\\' && at[1])
			g_string_append_c(value, *++at);
		else
			g_string_append_c(value, *at);
	}
	while (value->len && g_ascii_isspace(value->str[value->len - 1]))
		g_string_truncate(value, value->len - 1);
	return g_string_free(value, FALSE);
}

/* Adds the value of the parameter at @at, if it is @name's: a name ends at '=' or
 * at RFC 2231's '*', and name*1 and on are more of name*0. */
static void
read_parameter(const char *at, const char *name, GPtrArray *values)
{
	size_t length = strlen(name);
	bool more;

	if (g_ascii_strncasecmp(at, name, length) != 0)
		return;
	at += length;
	more = *at == '*' && g_ascii_isdigit(at[1]) && at[1] != '0';
	at += strspn(at, "*0123456789 \t");
	if (*at != '=')
		return;
	if (more && values->len > 0) {
		char **last = (char **)&g_ptr_array_index(values, values->len - 1);
		g_autofree char *piece = read_value(at + 1);
		g_autofree char *before = *last;

		*last = g_strconcat(before, strlen(before) < MAX_JOINED ? piece : "", NULL);
	} else if (!more) {
		g_ptr_array_add(values, read_value(at + 1));
	}
}

void
parameter_values(const char *value, const char *name, GPtrArray *values)
{
	bool quoted = false;

	for (const char *at = value; *at; at++) {
		if (quoted && *at == '\\' && at[1])
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (!quoted && *at == ';')
			read_parameter(at + 1 + strspn(at + 1, " \t\r\n"), name, values);
	}
}
