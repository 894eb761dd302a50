#include "tui/move.h"

#include <glib.h>

int
move_rows(Move move, int count, int height)
{
	/* One row of the page before stays in sight. */
	int page = MAX(height - 1, 1);

	switch (move) {
	case MOVE_DOWN:
		return count;
	case MOVE_UP:
		return -count;
	case MOVE_PAGE_DOWN:
		return count * page;
	case MOVE_PAGE_UP:
		return -count * page;
	case MOVE_HALF_DOWN:
		return count * MAX(height / 2, 1);
	case MOVE_HALF_UP:
		return -count * MAX(height / 2, 1);
	case MOVE_FIRST:
	case MOVE_LAST:
		break;
	}
	g_assert_not_reached();
}
