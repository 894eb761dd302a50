#include "tui/candidates.h"

#include <string.h>

enum {
	NONE = -1,
	GAP = 2, /* columns between a candidate and its help */
};

struct Candidates {
	Completion *completion;
	char *typed;
	gsize cursor;
	char *shared; /* what all begin with, where that is more than was typed; else NULL */
	int chosen;   /* or NONE */
	Area drawn;   /* without its head */
	int first;    /* what stands in its first row */
};

static const Candidate *
candidate_at(const Candidates *candidates, int place)
{
	return g_ptr_array_index(candidates->completion->candidates, place);
}

static int
count(const Candidates *candidates)
{
	return (int)candidates->completion->candidates->len;
}

static gsize
shared_length(const char *one, const char *other, gsize most)
{
	gsize length = 0;

	while (length < most && one[length] && one[length] == other[length])
		length++;
	/* not within a character */
	while (length > 0 && ((guchar)one[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* Longer than what it takes the place of, and no other: else it would take something away. */
static char *
shared_of(const Candidates *candidates)
{
	const Completion *completion = candidates->completion;
	g_autofree char *typed = g_strndup(
		candidates->typed + completion->from, candidates->cursor - completion->from);
	const char *first = candidate_at(candidates, 0)->text;
	g_autofree char *shared = NULL;
	gsize length = strlen(first);

	for (int i = 1; i < count(candidates); i++)
		length = shared_length(first, candidate_at(candidates, i)->text, length);
	shared = g_strndup(first, length);
	return length > strlen(typed) && completion_fits(shared, typed) ? g_steal_pointer(&shared)
									: NULL;
}

Candidates *
candidates_new(Completion *completion, const char *line, gsize cursor)
{
	Candidates *candidates = g_new0(Candidates, 1);

	candidates->completion = completion;
	candidates->typed = g_strdup(line);
	candidates->cursor = cursor;
	candidates->chosen = NONE;
	candidates->shared = shared_of(candidates);
	return candidates;
}

void
candidates_free(Candidates *candidates)
{
	if (!candidates)
		return;
	completion_free(candidates->completion);
	g_free(candidates->typed);
	g_free(candidates->shared);
	g_free(candidates);
}

void
candidates_step(Candidates *candidates, int step)
{
	int places = count(candidates) + 1;

	candidates->chosen = (candidates->chosen + 1 + step + places) % places - 1;
}

void
candidates_reset(Candidates *candidates)
{
	candidates->chosen = NONE;
	g_clear_pointer(&candidates->shared, g_free);
}

static char *
line_with(const Completion *completion, const char *line, const char *text, gsize *cursor)
{
	*cursor = completion->from + strlen(text);
	return g_strdup_printf(
		"%.*s%s%s", (int)completion->from, line, text, line + completion->to);
}

char *
candidates_line(const Candidates *candidates, gsize *cursor)
{
	const char *text = candidates->chosen == NONE
		? candidates->shared
		: candidate_at(candidates, candidates->chosen)->text;

	if (text)
		return line_with(candidates->completion, candidates->typed, text, cursor);
	*cursor = candidates->cursor;
	return g_strdup(candidates->typed);
}

char *
candidates_only(const Completion *completion, const char *line, gsize *cursor)
{
	const Candidate *candidate = g_ptr_array_index(completion->candidates, 0);
	bool ends = !candidate->open && line[completion->to] == '\0';
	g_autofree char *text = g_strconcat(candidate->text, ends ? " " : "", NULL);

	return line_with(completion, line, text, cursor);
}

/* ---- the pane ---- */

static int
widest(const Candidates *candidates, int most)
{
	int width = 0;

	for (int i = 0; i < count(candidates) && width < most; i++)
		width = MAX(width, text_width(candidate_at(candidates, i)->text));
	return MIN(width, most);
}

static void
draw_head(const Candidates *candidates, Frame *frame, int row)
{
	g_autofree char *place = candidates->chosen == NONE
		? g_strdup_printf(" %d ", count(candidates))
		: g_strdup_printf(" %d of %d ", candidates->chosen + 1, count(candidates));

	frame_line(frame, row, 0, frame->columns);
	frame_text_right(frame, row, 0, frame->columns - 1, STYLE_DIM, place);
}

void
candidates_draw(Candidates *candidates, Frame *frame, int row)
{
	int rows = MIN(count(candidates) + 1, frame->rows / 2);
	Area pane = { .row = row - rows, .rows = rows, .columns = frame->columns };
	int first = MAX(candidates->chosen + 1 - (rows - 1), 0);
	int width = widest(candidates, frame->columns / 2);
	int help = 1 + width + GAP;

	frame_fill(frame, pane, STYLE_NORMAL);
	draw_head(candidates, frame, pane.row);
	candidates->drawn = (Area){ .row = pane.row + 1, .rows = rows - 1 };
	candidates->first = first;
	for (int i = 1; i < rows && first + i - 1 < count(candidates); i++) {
		const Candidate *candidate = candidate_at(candidates, first + i - 1);
		Area line = { .row = pane.row + i, .rows = 1, .columns = frame->columns };

		frame_text(frame, line.row, 1, width, STYLE_NORMAL, candidate->text);
		frame_text(frame, line.row, help, frame->columns - 1 - help, STYLE_DIM,
			candidate->help);
		if (first + i - 1 == candidates->chosen)
			frame_select(frame, line);
	}
}

bool
candidates_point(Candidates *candidates, int row)
{
	int line = row - candidates->drawn.row;

	if (line < 0 || line >= candidates->drawn.rows)
		return false;
	candidates->chosen = candidates->first + line;
	return true;
}
