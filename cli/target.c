#include "cli/target.h"

#include <string.h>

#include "mail/text.h"
#include "store/message.h"

static int
columns_before(const char *text, int column)
{
	const char *end = text;
	g_autoptr(Visible) before = NULL;
	int width = 0;

	for (int i = 1; i < column && *end; i++)
		end = g_utf8_next_char(end);
	before = text_visible(text, end - text);
	for (const char *at = visible_string(before); *at; at = g_utf8_next_char(at))
		width += text_columns(g_utf8_get_char(at));
	return width;
}

Query *
query_of(Session *session, char **words, GError **error)
{
	g_autofree char *text = g_strjoinv(" ", words);
	int column = 0;
	Query *query;

	if (!g_utf8_validate(text, -1, NULL)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "the query is not UTF-8");
		return NULL;
	}
	query = query_parse(text, session->now, &column, error);
	if (!query)
		g_string_append_printf(
			session->hint, "%s\n%*s^", text, columns_before(text, column), "");
	return query;
}

bool
id_parse(const char *text, int64_t *id, GError **error)
{
	guint64 number;

	if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &number, NULL)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "'%s' is no id", text);
		return false;
	}
	*id = (int64_t)number;
	return true;
}

bool
words_are_ids(char **words)
{
	for (; *words; words++)
		if (strspn(*words, "0123456789") != strlen(*words) || !**words)
			return false;
	return true;
}

static GArray *
parse_ids(char **words, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	for (; *words; words++) {
		int64_t id;

		if (!id_parse(*words, &id, error))
			return NULL;
		g_array_append_val(ids, id);
	}
	return g_steal_pointer(&ids);
}

bool
words_are_blank(char **words)
{
	for (; *words; words++)
		if ((*words)[strspn(*words, " \t\n\r\v\f")])
			return false;
	return true;
}

GArray *
targets_of(Session *session, GError **error)
{
	g_autoptr(Query) query = NULL;
	g_autoptr(GArray) ids = NULL;

	/* It finds everything, which nobody means who wrote "$unset". */
	if (words_are_blank(session->arguments)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"%s: name messages by id, or with a query; state:held is all that is held",
			session->command->name);
		return NULL;
	}
	if (words_are_ids(session->arguments))
		return parse_ids(session->arguments, error);
	query = query_of(session, session->arguments, error);
	ids = query ? store_ids(session->store, query, error) : NULL;
	if (ids && ids->len == 0) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_NO_INPUT,
			"%s: no message matches; lazaret list shows what is there",
			session->command->name);
		return NULL;
	}
	return g_steal_pointer(&ids);
}
