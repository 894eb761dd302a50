#include "tui/preview.h"

enum {
	LEAST_ROWS_BELOW = 13,
	LEAST_ROWS_RIGHT = 6,
	LEAST_COLUMNS_RIGHT = 112, /* for a list and a preview of which both can be read */
	WIDE = 160,                /* columns from which the right is the better place */
	SHARE_BELOW = 45,          /* percent of the rows, */
	SHARE_RIGHT = 40,          /* or of the columns, */
	MOST_RIGHT = 110,          /* up to a line that the eye finds back from */
};

const char *const preview_place_names[] = {
	[PREVIEW_AUTO] = "auto",
	[PREVIEW_BELOW] = "below",
	[PREVIEW_RIGHT] = "right",
	[PREVIEW_OFF] = "off",
	[PREVIEW_PLACES] = NULL,
};

PreviewPlace
preview_place(PreviewPlace wanted, Area area)
{
	bool right = area.columns >= LEAST_COLUMNS_RIGHT && area.rows >= LEAST_ROWS_RIGHT;
	bool below = area.rows >= LEAST_ROWS_BELOW;

	if (wanted == PREVIEW_OFF)
		return PREVIEW_OFF;
	if (right && (wanted == PREVIEW_RIGHT || (wanted == PREVIEW_AUTO && area.columns >= WIDE)))
		return PREVIEW_RIGHT;
	return below ? PREVIEW_BELOW : PREVIEW_OFF;
}

static void
split_right(Frame *frame, Area *area, Area *preview)
{
	preview->rows = area->rows;
	preview->columns = MIN(area->columns * SHARE_RIGHT / 100, MOST_RIGHT);
	area->columns -= preview->columns + 2;
	preview->column = area->column + area->columns + 2;
	frame_line_down(frame, area->row, preview->column - 2, area->rows);
}

static void
split_below(Frame *frame, Area *area, Area *preview)
{
	preview->rows = area->rows * SHARE_BELOW / 100;
	area->rows -= preview->rows + 1;
	preview->row = area->row + area->rows + 1;
	frame_line(frame, preview->row - 1, area->column, area->columns);
}

void
preview_split(PreviewPlace wanted, Frame *frame, Area *area, Area *preview)
{
	PreviewPlace place = preview_place(wanted, *area);

	*preview = *area;
	preview->rows = 0;
	if (place == PREVIEW_RIGHT)
		split_right(frame, area, preview);
	else if (place == PREVIEW_BELOW)
		split_below(frame, area, preview);
}

/* Below, right, off, and below again. */
static PreviewPlace
place_behind(PreviewPlace place)
{
	return place + 1 < PREVIEW_PLACES ? place + 1 : PREVIEW_BELOW;
}

void
run_preview(Console *console, G_GNUC_UNUSED int argument)
{
	PreviewPlace seen = preview_place(console->preview, console->area);
	PreviewPlace next = place_behind(seen);

	while (next != seen && preview_place(next, console->area) != next)
		next = place_behind(next);
	if (next == seen) {
		console_say(console, STYLE_DIM, "there is no room for a preview here");
		return;
	}
	console->preview = next;
	console_say(console, STYLE_DIM, "preview: %s", preview_place_names[next]);
}
