/* watch.h - go on importing as messages arrive
 *
 * What inotify names is read when nothing more has come for a moment; all is read again at each
 * scan, which finds what inotify missed and asks servers anew.  What can mend itself is no end:
 * a source that is not there, a server that can't be reached, a store that is locked or full
 * are said once and tried again.
 */
#ifndef IMPORTER_WATCH_H
#define IMPORTER_WATCH_H

#include "importer/importer.h"

typedef struct WatchOptions {
	int64_t scan; /* seconds from one scan to the next, at least 1 */
	/* A pass took new messages from @spec, or left them out: that alone is in @summary. */
	void (*passed)(const char *spec, const ImportSummary *summary, void *data);
	/* All is read, and it waits.  Or NULL. */
	void (*idle)(void *data);
} WatchOptions;

/* Watches the sources @specs (ends with NULL) until options->stop says so, which is no error.
 * @summary adds up what was new.  The callbacks' data is options->data. */
bool import_watch(Store *store, const char *const *specs, const ImportOptions *options,
	const WatchOptions *watching, ImportSummary *summary, GError **error);

#endif
