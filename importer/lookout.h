/* lookout.h - word of what comes and goes in folders, from inotify(7)
 *
 * A folder can be watched for several owners, each as a whole or for one name in it.  What
 * inotify can't see (other machines on a network file system, a file that is never closed) or
 * could not keep (SIGHTED_MISSED) has to be looked for; so has what came before a folder was
 * watched.
 */
#ifndef IMPORTER_LOOKOUT_H
#define IMPORTER_LOOKOUT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* .cookie is the same where a file left and where it came.  Where one name is watched, what had
 * it and stays in the folder comes as well. */
typedef enum {
	SIGHTED_BEGUN,     /* a file was made, or linked */
	SIGHTED_CLOSED,    /* who wrote a file closed it */
	SIGHTED_LEFT,      /* a file was moved from here; .cookie */
	SIGHTED_CAME,      /* a file was moved here; .cookie */
	SIGHTED_FOLDER,    /* a folder was made or moved here */
	SIGHTED_LOST,      /* the watched folder itself is gone, or elsewhere */
	SIGHTED_UNMOUNTED, /* likewise, with its file system */
	SIGHTED_MISSED,    /* more happened than was kept: to anyone */
} SightingKind;

typedef struct Sighting {
	SightingKind kind;
	void *owner; /* NULL: SIGHTED_MISSED */
	char *path;  /* of what it is about; NULL: SIGHTED_MISSED */
	uint32_t cookie;
} Sighting;
void sighting_clear(Sighting *sighting);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sighting, sighting_clear)

typedef struct Lookout Lookout;

/* NULL, with errno, where there is no inotify left for us. */
Lookout *lookout_new(void);
void lookout_free(Lookout *lookout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lookout, lookout_free)

/* Watches @folder, or @name in it; the same again changes nothing.  0 or errno, of which ENOSPC
 * says that the user has no watch left. */
int lookout_add(Lookout *lookout, void *owner, const char *folder, const char *name);
/* Watches nothing more for @owner. */
void lookout_forget(Lookout *lookout, const void *owner);

/* Readable when something was seen. */
int lookout_descriptor(const Lookout *lookout);
/* False: there is none at the moment. */
bool lookout_next(Lookout *lookout, Sighting *sighting);

#endif
