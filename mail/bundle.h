/* bundle.h - files that hold messages in another form: JSON of mail services, zip archives
 *
 * Hostile as mail is, so they are read in the box; bundle_pack() and bundle_unpack() carry
 * out what was found.  Reading never fails: what can't be had is an entry with a fault.
 */
#ifndef MAIL_BUNDLE_H
#define MAIL_BUNDLE_H

#include "mail/message.h"

enum {
	BUNDLE_MAX_MESSAGE = 64 * 1024 * 1024, /* bytes of one that are taken out */
	BUNDLE_ENOUGH = 16 * 1024 * 1024,      /* bytes behind which a reply ends */
	BUNDLE_MAX_ENTRIES = 100000,           /* that an archive may have */
	BUNDLE_MAX_RATIO = 200,                /* of an archive to what comes out of it */
	BUNDLE_FREE_BYTES = 64 * 1024 * 1024,  /* that any archive may expand to */
};

typedef struct Bundled {
	char *name;         /* in the bundle: "GUID/GUID.eml"; "" if it has none */
	Envelope *envelope; /* what the bundle says of it; never NULL */
	GBytes *raw;        /* NULL where .fault says why */
	char *fault;        /* in words; quotes the bundle */
	char *bucket, *key; /* of Amazon S3, where the bundle says that the message is; or NULL */
} Bundled;
void bundled_free(Bundled *bundled);
Bundled *bundled_new(const char *name);

/* Load what needs files, before the box closes. */
void bundle_prepare(void);

/* Mail in JSON texts with a NUL between: of Gmail's messages.get with format=raw, of SES
 * receiving as Amazon SNS hands it on, in its envelope or bare, and of what Microsoft's
 * Export-QuarantineMessage returns. */
GPtrArray *bundle_read_json(const char *bytes, size_t size);

/* The files in a zip archive from the entry @first on, counted from 0, as many as are
 * BUNDLE_ENOUGH; *next is where to go on, 0 at the end.  Bytes that come out of the whole
 * archive are counted in *expanded, from call to call. */
GPtrArray *bundle_read_zip(const char *bytes, size_t size, const char *password, int first,
	int *next, int64_t *expanded);

GBytes *bundle_pack(const GPtrArray *bundle, int next, int64_t expanded);
/* NULL: @packed is none.  Of the envelopes only what is an address comes out. */
GPtrArray *bundle_unpack(GBytes *packed, int *next, int64_t *expanded);

#endif
