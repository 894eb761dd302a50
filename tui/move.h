/* move.h - ways to move in anything that has rows */
#ifndef TUI_MOVE_H
#define TUI_MOVE_H

typedef enum {
	MOVE_DOWN,
	MOVE_UP,
	MOVE_PAGE_DOWN,
	MOVE_PAGE_UP,
	MOVE_HALF_DOWN,
	MOVE_HALF_UP,
	MOVE_FIRST,
	MOVE_LAST,
} Move;

/* Rows that @move, @count times, goes down (up when negative) in a window of
 * @height rows; not for MOVE_FIRST and MOVE_LAST. */
int move_rows(Move move, int count, int height);

#endif
