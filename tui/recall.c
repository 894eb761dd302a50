#include "tui/recall.h"

#include <string.h>

enum {
	KEPT = 100,
	LONGEST_NEEDLE = 200, /* bytes */
};

struct Recall {
	GPtrArray *history;
	guint at;        /* what is shown; history->len: the line being typed */
	char *typed;     /* that line, while an older one is shown */
	GString *needle; /* NULL: there is no search */
	bool missed;     /* nothing has it */
};

Recall *
recall_new(GPtrArray *history)
{
	Recall *recall = g_new0(Recall, 1);

	recall->history = history;
	recall->at = history->len;
	return recall;
}

static void
end_search(Recall *recall)
{
	if (recall->needle)
		g_string_free(recall->needle, TRUE);
	recall->needle = NULL;
}

void
recall_free(Recall *recall)
{
	if (!recall)
		return;
	end_search(recall);
	g_free(recall->typed);
	g_free(recall);
}

static const char *
line_at(const Recall *recall, guint at)
{
	return at == recall->history->len ? recall->typed : g_ptr_array_index(recall->history, at);
}

void
recall_keep(Recall *recall, const char *line)
{
	GPtrArray *history = recall->history;
	bool last =
		history->len > 0 && strcmp(g_ptr_array_index(history, history->len - 1), line) == 0;

	if (*line && !last) {
		if (history->len >= KEPT)
			g_ptr_array_remove_index(history, 0);
		g_ptr_array_add(history, g_strdup(line));
	}
	recall->at = history->len;
}

static void
leave_typed(Recall *recall, const char *line)
{
	if (recall->at != recall->history->len)
		return;
	g_free(recall->typed);
	recall->typed = g_strdup(line);
}

const char *
recall_step(Recall *recall, bool older, const char *prefix, const char *line)
{
	guint at = recall->at;

	leave_typed(recall, line);
	while (older ? at > 0 : at < recall->history->len) {
		const char *other;

		at = older ? at - 1 : at + 1;
		other = line_at(recall, at);
		if (!g_str_has_prefix(other, prefix) ||
			(*prefix && at != recall->history->len && strcmp(other, line) == 0))
			continue;
		recall->at = at;
		return other;
	}
	return NULL;
}

/* ---- Ctrl-r ---- */

void
recall_search(Recall *recall, const char *line)
{
	leave_typed(recall, line);
	recall->needle = g_string_new(NULL);
	recall->missed = false;
}

const char *
recall_needle(const Recall *recall)
{
	return recall->needle ? recall->needle->str : NULL;
}

bool
recall_is_found(const Recall *recall)
{
	return !recall->missed;
}

/* The newest line below place @below that has the needle. */
static const char *
find(Recall *recall, guint below)
{
	for (guint at = below; at > 0; at--) {
		if (!strstr(line_at(recall, at - 1), recall->needle->str))
			continue;
		recall->at = at - 1;
		recall->missed = false;
		return line_at(recall, recall->at);
	}
	recall->missed = true;
	return NULL;
}

static const char *
shorten(Recall *recall)
{
	const char *text = recall->needle->str;
	const char *last = g_utf8_find_prev_char(text, text + recall->needle->len);

	g_string_truncate(recall->needle, last ? (gsize)(last - text) : 0);
	return find(recall, recall->history->len);
}

static const char *
lengthen(Recall *recall, Key key)
{
	if (recall->needle->len < LONGEST_NEEDLE)
		g_string_append_unichar(recall->needle, key);
	return find(recall, MIN(recall->at + 1, recall->history->len));
}

bool
recall_key(Recall *recall, Key key, const char **line)
{
	*line = NULL;
	if (key == KEY_CONTROL('r')) {
		*line = find(recall, recall->at);
	} else if (key == KEY_CODE_BACKSPACE) {
		*line = shorten(recall);
	} else if (key == KEY_CONTROL('g')) {
		recall->at = recall->history->len;
		*line = recall->typed;
		end_search(recall);
	} else if (key < KEY_CODE_NONE && g_unichar_isprint(key)) {
		*line = lengthen(recall, key);
	} else {
		end_search(recall);
		return key == KEY_CODE_ESC;
	}
	return true;
}
