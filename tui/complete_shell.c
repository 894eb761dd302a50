#include "tui/complete.h"

#include <string.h>

static bool
is_escaped(const char *at, const char *end, char quote)
{
	if (*at != '\\' || at + 1 >= end || quote == '\'')
		return false;
	return quote == '\0' || strchr("\"\\$`", at[1]);
}

const char *
shell_word_read(const char *at, const char *end, GString *word, char *quote)
{
	*quote = '\0';
	for (; at < end; at++) {
		if (is_escaped(at, end, *quote))
			g_string_append_c(word, *++at);
		else if (*quote == *at)
			*quote = '\0';
		else if (*quote == '\0' && (*at == '\'' || *at == '"'))
			*quote = *at;
		else if (*quote == '\0' && g_ascii_isspace(*at))
			break;
		else
			g_string_append_c(word, *at);
	}
	return at;
}

void
shell_line_read(ShellLine *shell, const char *line, gsize cursor)
{
	const char *end = line + cursor;
	g_autoptr(GString) rest = g_string_new(NULL);
	const char *at = line;
	char quote;

	shell->words = g_ptr_array_new_with_free_func(g_free);
	shell->word = g_string_new(NULL);
	for (;;) {
		while (at < end && g_ascii_isspace(*at))
			at++;
		shell->from = (gsize)(at - line);
		g_string_truncate(shell->word, 0);
		at = shell_word_read(at, end, shell->word, &quote);
		if (at == end)
			break;
		g_ptr_array_add(shell->words, g_strdup(shell->word->str));
	}
	g_ptr_array_add(shell->words, NULL);
	at = shell_word_read(line + shell->from, line + strlen(line), rest, &quote);
	shell->to = MAX((gsize)(at - line), cursor);
}

void
shell_line_clear(ShellLine *shell)
{
	if (shell->words)
		g_ptr_array_unref(shell->words);
	if (shell->word)
		g_string_free(shell->word, TRUE);
}

/* No shell reads it: what only a shell would take for a sign stands for itself. */
char *
shell_word_spell(const char *text)
{
	if (*text && !text[strcspn(text, " \t\n\r\v\f'\"\\#")])
		return g_strdup(text);
	return g_shell_quote(text);
}

char *
shell_word_home(const char *path)
{
	if (g_str_has_prefix(path, "~/"))
		return g_build_filename(g_get_home_dir(), path + 2, NULL);
	return g_strdup(path);
}
