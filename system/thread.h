/* thread.h - threads that hear no signal: whoever waits for signals does */
#ifndef SYSTEM_THREAD_H
#define SYSTEM_THREAD_H

#include <glib.h>

/* NULL where none can be had.  To be joined. */
GThread *thread_start(const char *name, GThreadFunc work, void *data);

#endif
