/* settling.h - files that were seen to change, and are left alone until they keep still
 *
 * Times are of the monotonic clock, in microseconds: a file's own may be another machine's.
 */
#ifndef IMPORTER_SETTLING_H
#define IMPORTER_SETTLING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

enum {
	SETTLING_TIME = 2, /* seconds; also of the clock that files are dated by */
	SETTLING_OPEN = 60,
};

typedef struct Settling Settling;
Settling *settling_new(void);
void settling_free(Settling *settling);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settling, settling_free)

/* The file at @path was made, and nobody has closed it: it is being written, whoever pauses, or
 * was linked there.  It is waited for longer, unless it can be seen to be a link. */
void settling_note(Settling *settling, const char *path, int64_t now);
/* Nothing more is to be known of it; false: nothing was. */
bool settling_forget(Settling *settling, const char *path);

/* Whether it changed since it was last looked at, or too short a time ago to say.  @before is
 * as in SourceSeen: what did not change since then keeps still. */
bool settling_is_changing(Settling *settling, const char *path, const struct stat *status,
	int64_t before, int64_t now);

/* When the next of them is to be looked at again; INT64_MAX: there is none. */
int64_t settling_due(const Settling *settling);
/* Calls @ready for each that keeps still by now: it is to be read, and asked for by
 * settling_is_changing(); those that are gone are forgotten. */
typedef void (*SettlingReady)(const char *path, void *data);
void settling_look(Settling *settling, int64_t now, SettlingReady ready, void *data);
/* All has been read that was ready: what nobody asked for is forgotten. */
void settling_sweep(Settling *settling);

#endif
