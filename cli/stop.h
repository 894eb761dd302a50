/* stop.h - SIGINT, SIGTERM and SIGHUP as a wish to end at the next good place
 *
 * They are blocked and looked at, so that no handler and no global is needed; and what
 * waits for something else watches a descriptor besides.
 */
#ifndef CLI_STOP_H
#define CLI_STOP_H

#include <stdbool.h>

/* From here on these signals wait to be asked for.  The descriptor returned is readable
 * when one has come (and stays so); it is above 2. */
int stop_on_signals(void);
/* The same of the first that comes; the second ends the program at once. */
int stop_on_first_signal(void);
bool stop_asked(void);
/* The same, for those who ask with something in hand. */
bool stop_asked_by(void *data);
/* Sleeps; less long when a signal comes. */
void stop_wait(int seconds);

#endif
