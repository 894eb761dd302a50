#include "tui/columns.h"

#include <string.h>

enum {
	NARROW = 90, /* below so many columns each blank counts */
};

static int
total_width(const Layout *layout)
{
	int total = -layout->gap;

	for (int i = 0; i < COLUMNS_MAX; i++) {
		if (layout->width[i] > 0)
			total += layout->width[i] + layout->gap;
	}
	return MAX(total, 0);
}

/* Leaves out the column that matters least; false when all that stand are needed. */
static bool
drop_one(const Column *columns, Layout *layout)
{
	int least = -1;

	for (int i = 0; columns[i].title; i++) {
		if (layout->width[i] > 0 && columns[i].rank > 0 &&
			(least < 0 || columns[i].rank > columns[least].rank))
			least = i;
	}
	if (least < 0)
		return false;
	layout->width[least] = 0;
	return true;
}

static bool
may_grow(const Column *column, int width)
{
	return width > 0 && column->share > 0 && (column->maximum == 0 || width < column->maximum);
}

/* One round of sharing @room out; what it could not place is left. */
static int
grow(const Column *columns, Layout *layout, int room)
{
	int shares = 0;
	int left = room;

	for (int i = 0; columns[i].title; i++) {
		if (may_grow(&columns[i], layout->width[i]))
			shares += columns[i].share;
	}
	for (int i = 0; columns[i].title && shares > 0; i++) {
		int more;

		if (!may_grow(&columns[i], layout->width[i]))
			continue;
		more = MAX(room * columns[i].share / shares, 1);
		if (columns[i].maximum > 0)
			more = MIN(more, columns[i].maximum - layout->width[i]);
		more = MIN(more, left);
		layout->width[i] += more;
		left -= more;
	}
	return left;
}

/* As wide as they must be; what there is no room for is left out. */
static void
take_minimum(const Column *columns, const int *needs, int width, Layout *layout)
{
	memset(layout, 0, sizeof(*layout));
	layout->gap = width < NARROW ? COLUMNS_NARROW_GAP : COLUMNS_GAP;
	for (int i = 0; columns[i].title; i++) {
		g_assert(i < COLUMNS_MAX);
		layout->width[i] = MAX(columns[i].minimum, needs ? needs[i] : 0);
	}
	while (total_width(layout) > width && drop_one(columns, layout))
		continue;
}

void
columns_fit(const Column *columns, const int *needs, int width, Layout *layout)
{
	int room, before;
	int at = 0;

	take_minimum(columns, needs, width, layout);
	room = MAX(width - total_width(layout), 0);
	do {
		before = room;
		room = grow(columns, layout, room);
	} while (room > 0 && room < before);

	for (int i = 0; columns[i].title; i++) {
		layout->at[i] = at;
		if (layout->width[i] > 0)
			at += layout->width[i] + layout->gap;
	}
}

bool
columns_whole(const Column *column)
{
	return column->to_right || column->whole;
}

static void
draw_title(const Column *column, Frame *frame, int row, int at, int width, int before)
{
	if (width <= 0)
		return;
	if (column->to_right)
		frame_text_right(
			frame, row, at - before, width + before, STYLE_HEADING, column->title);
	else
		frame_text(frame, row, at, width, STYLE_HEADING, column->title);
}

void
columns_draw_titles(const Column *columns, const Layout *layout, Frame *frame, Area line)
{
	for (int i = 0; columns[i].title; i++) {
		int before = layout->at[i] == 0 ? line.column : layout->gap - 1;

		draw_title(&columns[i], frame, line.row, line.column + layout->at[i],
			MIN(layout->width[i], line.columns - layout->at[i]), before);
	}
}
