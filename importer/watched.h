/* watched.h - one source under watch: what of it is to be read, and when; private to importer/
 *
 * All of it is read at first, at each scan, and when nobody can say what came; between, what
 * the lookout names.  Times are of the monotonic clock, in microseconds.
 */
#ifndef IMPORTER_WATCHED_H
#define IMPORTER_WATCHED_H

#include "importer/lookout.h"
#include "importer/settling.h"
#include "importer/source.h"

typedef struct Watched {
	char *spec;       /* as given; the kind of a folder is put before it once it is known */
	Lookout *lookout; /* borrowed; NULL: there are scans alone */
	int64_t scan;     /* from one to the next */
	/* What is watched, as it was found last. */
	char *path; /* physical; NULL: nothing was found */
	SourceNews news;
	struct stat root;
	bool out_of_watches; /* it is not watched whole: the user has none left */
	/* What is to be read. */
	bool all;
	GHashTable *named;   /* paths; the value says whether it is known to be whole */
	GHashTable *reading; /* likewise: what is being read */
	Settling *settling;
	int64_t first; /* when the oldest came that is not read; INT64_MAX: none did */
	int64_t last;  /* when the youngest did */
	int64_t scan_at;
	int64_t retry_at;
	/* Of the move that took a file away. */
	uint32_t cookie;
	bool moved_open; /* it was being written */
	/* What goes wrong. */
	int failures;  /* in a row */
	bool in_order; /* it was read once */
	char *trouble; /* that was said; NULL: none */
	bool unmounted;
	struct stat bare; /* what was at .path then */
	GHashTable
		*said; /* words about entries: the number of the whole reading that met them last */
	int readings;
} Watched;

/* @now is a monotonic time, @scan in seconds. */
Watched *watched_new(const char *spec, Lookout *lookout, int64_t scan);
void watched_free(Watched *watched);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Watched, watched_free)

void watched_hear(Watched *watched, const Sighting *sighting, int64_t now);
/* All has to be looked through: something happened, and nobody knows what. */
void watched_miss(Watched *watched, int64_t now);
/* File systems came or went. */
void watched_mounts(Watched *watched, int64_t now);

/* When it is to be read again, at the latest by its scan. */
int64_t watched_due(const Watched *watched);
/* Takes down what is to be read now: all (true), or .reading, which may be empty. */
bool watched_begin(Watched *watched, int64_t now);
/* Finds what @watched is, and watches it from now on. */
bool watched_find(Watched *watched, GError **error);
void watched_end(Watched *watched, bool whole, int64_t now);
/* It could not be read: again after some time, which grows to @longest seconds. */
void watched_fail(Watched *watched, int64_t longest, int64_t now);

/* As SourceSeen.changing, at the time @clock of the system. */
bool watched_is_changing(
	Watched *watched, const char *path, const struct stat *status, bool several, int64_t clock);

/* Whether words about an entry are new; they are not when they are repeated. */
bool watched_is_new(Watched *watched, const char *words);

#endif
