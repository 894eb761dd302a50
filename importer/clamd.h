/* clamd.h - one question to clamd(8), the daemon of ClamAV; private to importer/ */
#ifndef IMPORTER_CLAMD_H
#define IMPORTER_CLAMD_H

#include <stddef.h>

typedef enum {
	CLAMD_CLEAN,  /* it knows nothing of it, as far as its own limits let it look */
	CLAMD_FOUND,  /* *words is what it calls it */
	CLAMD_ERROR,  /* *words is why it did not say */
	CLAMD_SILENT, /* likewise: there is no clamd, or it takes too long */
} ClamdAnswer;

/* Sends @bytes to clamd at @socket (a path) and waits for its answer at most
 * @milliseconds in all.  *words (yours) is UTF-8, or NULL for CLAMD_CLEAN. */
ClamdAnswer clamd_ask(
	const char *socket, const void *bytes, size_t length, int milliseconds, char **words);

#endif
