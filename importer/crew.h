/* crew.h - boxes at work on parcels; private to importer/
 *
 * Every parcel that is added comes out done, whatever its message does to the
 * boxes: read in full; or by its header alone, when the full reading broke a
 * box; or, when that breaks another one, as a message of which only the bytes
 * are known.
 */
#ifndef IMPORTER_CREW_H
#define IMPORTER_CREW_H

#include "importer/box_private.h"
#include "importer/nursery.h"
#include "importer/resolve.h"
#include "importer/scanner.h"
#include "importer/source.h"
#include "mail/digest.h"

/* One message on its way from a source to the store. */
typedef struct Parcel {
	SourceItem item;
	int64_t id; /* of a message that is read again; else 0 */
	char *keys; /* DKIM keys of it alone, as keys_parse() reads them; or NULL */
	uint8_t sha256[DIGEST_SIZE];
	int64_t size;
	char *reason;   /* why the full reading broke a box, or NULL */
	BoxJob job;     /* BOX_INSPECT until then */
	bool known;     /* it is in the store already, and is not read */
	int done;       /* parcel_is_done(): .reply is filled, or it is known and .item.raw gone */
	bool unread;    /* not even the header could be read */
	BoxReply reply; /* never without a message once it is done */
	GBytes *links;  /* message_pack_links() of that, where the crew made it; or NULL */
} Parcel;

/* Takes what is in @item. */
Parcel *parcel_new(SourceItem *item);
void parcel_free(Parcel *parcel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parcel, parcel_free)
/* Nothing more is to be read of it; one that is known is not written either: its bytes go. */
void parcel_done(Parcel *parcel);
/* Whoever did it, and in whichever thread: all of it can be read then. */
bool parcel_is_done(const Parcel *parcel);

typedef struct Crew Crew;

/* At most @boxes, 0 is one a core; one is started when there is work for it. */
Crew *crew_new(BoxWorker worker, const Site *site, const BoxLimits *limits, int boxes);
void crew_free(Crew *crew);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Crew, crew_free)

/* Has its boxes start in @nursery, whose worker, site and limits they then have.  Borrowed; NULL:
 * they are copies of this process. */
void crew_settle(Crew *crew, Nursery *nursery);

/* Asked of each message when it was read: is it going to be kept?  All are, where nobody says. */
typedef bool (*CrewKeeps)(const Message *message, const void *data);
void crew_keep(Crew *crew, CrewKeeps keeps, const void *data);

/* Has messages that are kept read again with the DKIM keys that @resolver finds for them, where they
 * need some.  Borrowed; NULL: nobody is asked. */
void crew_resolve(Crew *crew, Resolver *resolver);

/* Has @scanner look at each message that was read.  Borrowed. */
void crew_scan(Crew *crew, Scanner *scanner);

/* Borrowed until it is done. */
void crew_add(Crew *crew, Parcel *parcel);

/* Hands out work and takes replies; waits for the latter, or for @descriptor to become
 * readable (-1: none), at most @milliseconds.  Fails only when no box can be started. */
bool crew_work(Crew *crew, int milliseconds, int descriptor, GError **error);

/* Parcels that it was done with ever. */
int64_t crew_done(const Crew *crew);

/* Work waits for a box that has to be a copy of this process. */
bool crew_must_fork(const Crew *crew);

/* Hands out and takes what is there, without waiting, and forks nothing. */
void crew_tend(Crew *crew);

#endif
