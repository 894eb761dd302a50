/* importer.h - pull messages from sources through boxes into the store
 *
 * Messages are stored in the order they come, some hundred in one transaction:
 * what a killed import leaves is whole messages, and importing the same source
 * again adds the rest.
 */
#ifndef IMPORTER_IMPORTER_H
#define IMPORTER_IMPORTER_H

#include "importer/box.h"
#include "importer/nursery.h"
#include "importer/resolve.h"
#include "importer/scanner.h"
#include "importer/source.h"
#include "mail/message.h"
#include "store/store.h"

typedef struct ImportProgress {
	int64_t messages;
	int64_t bytes;
	int64_t total; /* messages as far as known, -1 unknown */
} ImportProgress;

/* One of the imports that a watch is made of.  Campaigns that come loose are not parted: that
 * is for whoever watches, when nothing more comes. */
typedef struct ImportPass {
	const char *const *only; /* as in SourceSeen */
	bool (*changing)(const char *path, const struct stat *status, bool several, void *data);
	void *data;
} ImportPass;

typedef struct ImportOptions {
	bool all;           /* keep what is not SES mail as well */
	const char *sender; /* envelope sender of every message; NULL: as the mail says */
	const char *const *recipients; /* likewise, NULL-terminated */
	const SourceOptions *source;   /* NULL: none */
	const ImportPass *pass;        /* NULL: an import by itself */
	const Site *site;
	const char *basis;       /* as in Arrival */
	Resolver *resolver;      /* of keys that the site has not; NULL: nobody is asked */
	Scanner *scanner;        /* of attachments; NULL: nobody is asked */
	int boxes;               /* 0: one a core */
	const BoxLimits *limits; /* NULL: the defaults */
	Nursery *nursery;        /* of boxes, for these limits and this site; NULL: none */
	const char *transport;   /* for releases by rule: see Arrival */
	const char *copy_to;     /* likewise */
	int64_t hold;
	int64_t (*clock)(void);                                       /* Unix time */
	void (*progress)(const ImportProgress *progress, void *data); /* or NULL */
	void (*skipped)(const GError *error, void *data); /* an entry that could not be read */
	/* What else is worth saying, and no end: a source's advice, what was put off.  Or NULL. */
	void (*advised)(const GError *error, void *data);
	/* Asked before each message, NULL is never: true ends the import after the
	 * messages that are ready are committed.  A signal handler's flag belongs here. */
	bool (*stop)(void *data);
	int interrupt; /* as source_heed(): wakes what waits, and .stop says the same */
	void *data;
} ImportOptions;

typedef struct ImportSummary {
	int64_t fresh;      /* new in the store */
	int64_t known;      /* were here already */
	int64_t purged;     /* of these, those whose mail was purged: it stays so */
	int64_t not_ses;    /* left out: not SES mail */
	int64_t broken;     /* of the fresh: could not be parsed, kept all the same */
	int64_t unreadable; /* entries that could not be read */
	int64_t not_mail;   /* files beside the messages that are no mail */
	int64_t put_off;    /* brought by a client of a source that stays, which was told so */
	int64_t unsettled;  /* batches of which the source could not do all it was asked */
	int64_t bytes;
	bool stopped;              /* before the source's end, by ImportOptions.stop */
	int64_t ses[SES_CLASSES];  /* of the fresh */
	int64_t untrusted_results; /* of the fresh: had Authentication-Results, none trusted */
	char *untrusted_id; /* the most frequent authserv-id of those, "-" for none; or NULL */
	GHashTable *untrusted_ids; /* how often each: what untrusted_id is found by */
} ImportSummary;
void import_summary_clear(ImportSummary *summary);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImportSummary, import_summary_clear)

/* Imports @spec and adds to @summary, which counts what was committed.  That
 * stays when an error ends the import. */
bool import_source(Store *store, const char *spec, const ImportOptions *options,
	ImportSummary *summary, GError **error);

#endif
