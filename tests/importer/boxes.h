/* boxes.h - what tests of boxes have in common */
#ifndef TESTS_IMPORTER_BOXES_H
#define TESTS_IMPORTER_BOXES_H

#include "importer/box.h"

/* Waits for the next reply, or the end. */
static inline BoxState
box_wait(Box *box, BoxReply *reply, GError **error)
{
	for (;;) {
		BoxState state = box_take(box, reply, error);
		struct pollfd wait = box_poll(box);

		if (state != BOX_WAIT)
			return state;
		poll(&wait, 1, 100);
	}
}

#endif
