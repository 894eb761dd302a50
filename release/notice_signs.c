#include "release/notice_signs.h"

#include <string.h>

#include "release/transport.h"

enum {
	MAX_LINES = 10000,
};

static void
sign_free(void *data)
{
	NoticeSign *sign = data;

	g_free(sign->sentence);
	g_free(sign);
}

/* The first word of *text, which moves behind it and the blanks that follow.  Yours. */
static char *
take_word(const char **text)
{
	size_t length = strcspn(*text, " \t");
	char *word = g_strndup(*text, length);

	*text += length;
	*text += strspn(*text, " \t");
	return word;
}

static bool
read_line(GHashTable *signs, const char *line)
{
	g_autofree char *id = take_word(&line);
	g_autofree char *audience = take_word(&line);
	bool all = strcmp(audience, "all") == 0;
	NoticeSign *sign;

	if (!*line || (!all && strcmp(audience, "admins") != 0))
		return false;
	sign = g_new0(NoticeSign, 1);
	sign->all = all;
	sign->sentence = g_strdup(line);
	return g_hash_table_insert(signs, g_steal_pointer(&id), sign);
}

GHashTable *
notice_signs_read(const char *name, const char *text, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", MAX_LINES);
	g_autoptr(GHashTable) signs =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, sign_free);

	for (int i = 0; lines[i]; i++) {
		const char *line = g_strstrip(lines[i]);

		if (!*line || *line == '#')
			continue;
		if (g_utf8_validate(line, -1, NULL) && read_line(signs, line))
			continue;
		g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_NOTICE,
			"%s: line %d: it is no 'FINDING all|admins SENTENCE', or this finding stands "
			"twice",
			name, i + 1);
		return NULL;
	}
	return g_steal_pointer(&signs);
}
