#include "tui/prompt.h"

#include <string.h>

enum {
	LONGEST_LINE = 1000, /* bytes */
	HISTORY_KEPT = 100,
};

struct Prompt {
	char *label;
	GString *text;
	gsize cursor; /* byte offset of a character */
	GPtrArray *history;
	guint recalled; /* history->len: the line being typed */
	char *typed;    /* that line, while an older one is shown */
	char *error;
	int error_column;
};

Prompt *
prompt_new(const char *label, const char *text, GPtrArray *history)
{
	Prompt *prompt = g_new0(Prompt, 1);

	prompt->label = g_strdup(label);
	prompt->text = g_string_new(text);
	prompt->cursor = prompt->text->len;
	prompt->history = history;
	prompt->recalled = history->len;
	return prompt;
}

void
prompt_free(Prompt *prompt)
{
	if (!prompt)
		return;
	g_free(prompt->label);
	g_string_free(prompt->text, TRUE);
	g_free(prompt->typed);
	g_free(prompt->error);
	g_free(prompt);
}

const char *
prompt_text(const Prompt *prompt)
{
	return prompt->text->str;
}

void
prompt_set_error(Prompt *prompt, const char *message, int column)
{
	g_free(prompt->error);
	prompt->error = g_strdup(message);
	prompt->error_column = column;
	if (column > 0 && column <= g_utf8_strlen(prompt->text->str, -1) + 1)
		prompt->cursor = (gsize)(g_utf8_offset_to_pointer(prompt->text->str, column - 1) -
			prompt->text->str);
}

const char *
prompt_error(const Prompt *prompt)
{
	return prompt->error;
}

static void
set_text(Prompt *prompt, const char *text)
{
	g_string_assign(prompt->text, text);
	prompt->cursor = prompt->text->len;
}

static void
recall(Prompt *prompt, int step)
{
	guint wanted = prompt->recalled + (guint)step;

	if (wanted > prompt->history->len)
		return;
	if (prompt->recalled == prompt->history->len) {
		g_free(prompt->typed);
		prompt->typed = g_strdup(prompt->text->str);
	}
	prompt->recalled = wanted;
	set_text(prompt,
		wanted == prompt->history->len
			? prompt->typed
			: (const char *)g_ptr_array_index(prompt->history, wanted));
}

static bool
is_last_remembered(const Prompt *prompt)
{
	const GPtrArray *history = prompt->history;

	return history->len > 0 &&
		strcmp(g_ptr_array_index(history, history->len - 1), prompt->text->str) == 0;
}

static void
remember(Prompt *prompt)
{
	GPtrArray *history = prompt->history;

	if (prompt->text->len > 0 && !is_last_remembered(prompt)) {
		if (history->len >= HISTORY_KEPT)
			g_ptr_array_remove_index(history, 0);
		g_ptr_array_add(history, g_strdup(prompt->text->str));
	}
	prompt->recalled = history->len;
}

static gsize
before_cursor(const Prompt *prompt)
{
	const char *text = prompt->text->str;
	const char *before = g_utf8_find_prev_char(text, text + prompt->cursor);

	return before ? (gsize)(before - text) : 0;
}

static gsize
after_cursor(const Prompt *prompt)
{
	const char *at = prompt->text->str + prompt->cursor;

	return *at ? prompt->cursor + (gsize)(g_utf8_next_char(at) - at) : prompt->cursor;
}

static gsize
word_before_cursor(const Prompt *prompt)
{
	const char *text = prompt->text->str;
	gsize at = prompt->cursor;

	while (at > 0 && text[at - 1] == ' ')
		at--;
	while (at > 0 && text[at - 1] != ' ')
		at--;
	return at;
}

static void
erase(Prompt *prompt, gsize from, gsize to)
{
	g_string_erase(prompt->text, (gssize)from, (gssize)(to - from));
	prompt->cursor = from;
}

static void
insert(Prompt *prompt, Key key)
{
	char bytes[6];
	int length;

	if (key >= KEY_CODE_NONE || !g_unichar_isprint(key))
		return;
	length = g_unichar_to_utf8(key, bytes);
	if (prompt->text->len + (gsize)length > LONGEST_LINE)
		return;
	g_string_insert_len(prompt->text, (gssize)prompt->cursor, bytes, length);
	prompt->cursor += (gsize)length;
}

static PromptResult
edit(Prompt *prompt, Key key)
{
	switch (key) {
	case KEY_CODE_LEFT:
	case KEY_CONTROL('b'):
		prompt->cursor = before_cursor(prompt);
		break;
	case KEY_CODE_RIGHT:
	case KEY_CONTROL('f'):
		prompt->cursor = after_cursor(prompt);
		break;
	case KEY_CODE_HOME:
	case KEY_CONTROL('a'):
		prompt->cursor = 0;
		break;
	case KEY_CODE_END:
	case KEY_CONTROL('e'):
		prompt->cursor = prompt->text->len;
		break;
	case KEY_CODE_BACKSPACE:
		if (prompt->text->len == 0)
			return PROMPT_CANCELLED;
		erase(prompt, before_cursor(prompt), prompt->cursor);
		break;
	case KEY_CODE_DELETE:
	case KEY_CONTROL('d'):
		erase(prompt, prompt->cursor, after_cursor(prompt));
		break;
	case KEY_CONTROL('u'):
		erase(prompt, 0, prompt->cursor);
		break;
	case KEY_CONTROL('k'):
		erase(prompt, prompt->cursor, prompt->text->len);
		break;
	case KEY_CONTROL('w'):
		erase(prompt, word_before_cursor(prompt), prompt->cursor);
		break;
	default:
		insert(prompt, key);
		break;
	}
	return PROMPT_OPEN;
}

PromptResult
prompt_key(Prompt *prompt, Key key)
{
	g_clear_pointer(&prompt->error, g_free);
	switch (key) {
	case KEY_CODE_ENTER:
		remember(prompt);
		return PROMPT_ACCEPTED;
	case KEY_CODE_ESC:
	case KEY_CONTROL('c'):
	case KEY_CONTROL('g'):
		return PROMPT_CANCELLED;
	case KEY_CODE_UP:
	case KEY_CONTROL('p'):
		if (prompt->recalled > 0)
			recall(prompt, -1);
		return PROMPT_OPEN;
	case KEY_CODE_DOWN:
	case KEY_CONTROL('n'):
		recall(prompt, 1);
		return PROMPT_OPEN;
	default:
		return edit(prompt, key);
	}
}

static int
columns_before(const Prompt *prompt, gsize offset)
{
	g_autoptr(Visible) part = text_visible(prompt->text->str, (ssize_t)offset);

	return visible_columns(part);
}

/* The part of the line from the first character on that leaves the cursor in
 * sight. */
static gsize
first_shown(const Prompt *prompt, int width)
{
	const char *text = prompt->text->str;
	int hidden = columns_before(prompt, prompt->cursor) - width + 1;
	gsize offset = 0;

	while (offset < prompt->cursor && columns_before(prompt, offset) < hidden)
		offset = (gsize)(g_utf8_next_char(text + offset) - text);
	return offset;
}

void
prompt_draw(const Prompt *prompt, Frame *frame, int row)
{
	int column = frame_text(frame, row, 1, frame->columns - 2, STYLE_KEY, prompt->label) + 2;
	int width = MAX(frame->columns - column - 1, 1);
	gsize first = first_shown(prompt, width);
	const char *text = prompt->text->str + first;
	int cursor = columns_before(prompt, prompt->cursor) - columns_before(prompt, first);

	frame_text(frame, row, column, width, STYLE_NORMAL, text);
	if (prompt->error && prompt->error_column > 0 && prompt->text->str[prompt->cursor])
		frame_text(frame, row, column + cursor, width - cursor, STYLE_ERROR,
			prompt->text->str + prompt->cursor);
	frame->cursor = true;
	frame->cursor_row = row;
	frame->cursor_column = MIN(column + cursor, frame->columns - 1);
}
