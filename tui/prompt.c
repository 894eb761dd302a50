#include "tui/prompt.h"

#include <string.h>

#include "tui/candidates.h"
#include "tui/recall.h"

enum {
	LONGEST_LINE = 1000, /* bytes */
};

struct Prompt {
	char *label;
	GString *text;
	gsize cursor; /* byte offset of a character */
	bool typed;   /* something of it was, since it was opened or an older line was shown */
	char *prefix; /* what Up and Down look for; NULL: nothing was typed since */
	Recall *recall;
	PromptComplete complete; /* NULL: nothing does */
	void *complete_data;
	bool waiting;           /* for prompt_offer() */
	bool backwards;         /* the last of what is offered is chosen */
	Candidates *candidates; /* NULL: none are shown */
	char *error;
	int error_column;
	char *hint;
};

Prompt *
prompt_new(const char *label, const char *text, GPtrArray *history)
{
	Prompt *prompt = g_new0(Prompt, 1);

	prompt->label = g_strdup(label);
	prompt->text = g_string_new(text);
	prompt->cursor = prompt->text->len;
	prompt->recall = recall_new(history);
	return prompt;
}

void
prompt_free(Prompt *prompt)
{
	if (!prompt)
		return;
	g_free(prompt->label);
	g_string_free(prompt->text, TRUE);
	g_free(prompt->prefix);
	recall_free(prompt->recall);
	candidates_free(prompt->candidates);
	g_free(prompt->error);
	g_free(prompt->hint);
	g_free(prompt);
}

void
prompt_complete_with(Prompt *prompt, PromptComplete complete, void *data)
{
	prompt->complete = complete;
	prompt->complete_data = data;
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

const char *
prompt_hint(const Prompt *prompt)
{
	return prompt->hint;
}

static void
say(Prompt *prompt, const char *text)
{
	g_free(prompt->hint);
	prompt->hint = g_strdup(text);
}

static void
set_line(Prompt *prompt, const char *text, gsize cursor)
{
	if (strlen(text) > LONGEST_LINE)
		return;
	g_string_assign(prompt->text, text);
	prompt->cursor = cursor;
}

/* ---- earlier lines ---- */

/* A line that stands there from the beginning, or was recalled, is no prefix: nobody typed
 * it. */
static void
recall(Prompt *prompt, bool older, bool by_prefix)
{
	const char *line;

	if (prompt->typed || !prompt->prefix) {
		g_free(prompt->prefix);
		prompt->prefix = g_strndup(prompt->text->str, prompt->typed ? prompt->cursor : 0);
	}
	prompt->typed = false;
	line = recall_step(
		prompt->recall, older, by_prefix ? prompt->prefix : "", prompt->text->str);
	if (line)
		set_line(prompt, line, strlen(line));
}

static void
say_search(Prompt *prompt)
{
	const char *needle = recall_needle(prompt->recall);
	g_autofree char *text = NULL;

	if (!needle)
		return;
	text = recall_is_found(prompt->recall)
		? g_strdup_printf(
			  "earlier lines with '%s'  ·  Ctrl-r: further back  ·  Ctrl-g: leave",
			  needle)
		: g_strdup_printf("no earlier line has '%s'  ·  Ctrl-g: leave", needle);
	say(prompt, text);
}

/* False when @key is not one for the search. */
static bool
search(Prompt *prompt, Key key)
{
	const char *needle;
	const char *line;
	const char *at;

	if (!recall_key(prompt->recall, key, &line))
		return false;
	needle = recall_needle(prompt->recall);
	if (line) {
		at = needle ? strstr(line, needle) : NULL;
		set_line(prompt, line, at ? (gsize)(at - line) : strlen(line));
	}
	say_search(prompt);
	return true;
}

static void
begin_search(Prompt *prompt)
{
	recall_search(prompt->recall, prompt->text->str);
	say_search(prompt);
}

/* ---- completion ---- */

static void
show_candidates(Prompt *prompt)
{
	gsize cursor;
	g_autofree char *line = candidates_line(prompt->candidates, &cursor);

	set_line(prompt, line, cursor);
}

static void
leave_candidates(Prompt *prompt)
{
	candidates_reset(prompt->candidates);
	show_candidates(prompt);
	g_clear_pointer(&prompt->candidates, candidates_free);
}

static void
take_only(Prompt *prompt, const Completion *completion)
{
	gsize cursor;
	g_autofree char *line = candidates_only(completion, prompt->text->str, &cursor);

	set_line(prompt, line, cursor);
}

void
prompt_offer(Prompt *prompt, Completion *offered)
{
	g_autoptr(Completion) completion = offered;

	if (!prompt->waiting)
		return;
	prompt->waiting = false;
	g_clear_pointer(&prompt->hint, g_free);
	if (!completion || completion->candidates->len == 0) {
		say(prompt, "nothing completes this");
	} else if (completion->candidates->len == 1) {
		take_only(prompt, completion);
	} else {
		prompt->candidates = candidates_new(
			g_steal_pointer(&completion), prompt->text->str, prompt->cursor);
		if (prompt->backwards)
			candidates_step(prompt->candidates, -1);
		show_candidates(prompt);
	}
}

static void
complete(Prompt *prompt, bool backwards)
{
	prompt->waiting = true;
	prompt->backwards = backwards;
	prompt->typed = true;
	if (prompt->complete)
		prompt->complete(prompt->complete_data, prompt->text->str, prompt->cursor);
	else
		prompt_offer(prompt, NULL);
	if (prompt->waiting)
		say(prompt, "looking for what completes this  ·  Esc gives it up");
}

/* False when @key is not about the candidates: then they are gone, and what was chosen
 * stays. */
static bool
choose(Prompt *prompt, Key key)
{
	switch (key) {
	case KEY_CODE_TAB:
	case KEY_CODE_DOWN:
	case KEY_CODE_WHEEL_DOWN:
	case KEY_CONTROL('n'):
		candidates_step(prompt->candidates, 1);
		break;
	case KEY_CODE_BACKTAB:
	case KEY_CODE_UP:
	case KEY_CODE_WHEEL_UP:
	case KEY_CONTROL('p'):
		candidates_step(prompt->candidates, -1);
		break;
	case KEY_CODE_ESC:
	case KEY_CONTROL('g'):
		leave_candidates(prompt);
		return true;
	default:
		g_clear_pointer(&prompt->candidates, candidates_free);
		return false;
	}
	show_candidates(prompt);
	return true;
}

void
prompt_click(Prompt *prompt, int row)
{
	if (prompt->candidates && candidates_point(prompt->candidates, row))
		show_candidates(prompt);
}

/* ---- the line ---- */

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
	prompt->typed = true;
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
	prompt->typed = true;
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

static PromptResult
take_key(Prompt *prompt, Key key)
{
	switch (key) {
	case KEY_CODE_ENTER:
		recall_keep(prompt->recall, prompt->text->str);
		return PROMPT_ACCEPTED;
	case KEY_CODE_ESC:
	case KEY_CONTROL('c'):
	case KEY_CONTROL('g'):
		return PROMPT_CANCELLED;
	case KEY_CODE_TAB:
	case KEY_CODE_BACKTAB:
		complete(prompt, key == KEY_CODE_BACKTAB);
		return PROMPT_OPEN;
	case KEY_CONTROL('r'):
		begin_search(prompt);
		return PROMPT_OPEN;
	case KEY_CODE_UP:
	case KEY_CODE_DOWN:
		recall(prompt, key == KEY_CODE_UP, true);
		return PROMPT_OPEN;
	case KEY_CONTROL('p'):
	case KEY_CONTROL('n'):
		recall(prompt, key == KEY_CONTROL('p'), false);
		return PROMPT_OPEN;
	default:
		return edit(prompt, key);
	}
}

/* Any key ends the waiting; Esc does no more than that. */
static bool
gives_up(Prompt *prompt, Key key)
{
	bool waiting = prompt->waiting;

	prompt->waiting = false;
	return waiting && key == KEY_CODE_ESC;
}

PromptResult
prompt_key(Prompt *prompt, Key key)
{
	g_clear_pointer(&prompt->error, g_free);
	g_clear_pointer(&prompt->hint, g_free);
	if (gives_up(prompt, key))
		return PROMPT_OPEN;
	if (prompt->candidates && choose(prompt, key))
		return PROMPT_OPEN;
	if (recall_needle(prompt->recall) && search(prompt, key))
		return PROMPT_OPEN;
	return take_key(prompt, key);
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
	if (prompt->candidates)
		candidates_draw(prompt->candidates, frame, row);
}
