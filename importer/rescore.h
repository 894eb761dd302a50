/* rescore.h - read messages of the store again, and make their verdicts anew
 *
 * After a change of weights, brands, settings or detectors.  Some hundred messages
 * stand in one transaction, so other processes keep working and it may be killed at
 * any time: what is done is done, the rest is as it was.
 */
#ifndef IMPORTER_RESCORE_H
#define IMPORTER_RESCORE_H

#include "importer/box.h"
#include "importer/importer.h"
#include "importer/nursery.h"
#include "store/rescore.h"

enum {
	RESCORE_MOVERS = 10
};

typedef struct RescoreOptions {
	const Site *site;
	const char *basis;       /* as in Rereading */
	Scanner *scanner;        /* as in ImportOptions */
	int boxes;               /* 0: one a core */
	const BoxLimits *limits; /* NULL: the defaults */
	Nursery *nursery;        /* of boxes, for these limits and this site; NULL: none */
	void (*progress)(const ImportProgress *progress, void *data); /* or NULL */
	void (*skipped)(const GError *error, void *data); /* a message that can't be read */
	bool (*stop)(void *data);                         /* as in ImportOptions */
	void *data;
} RescoreOptions;

typedef struct RescoreSummary {
	int64_t messages; /* read again */
	int64_t changed;  /* of those: other findings, or another score */
	int64_t higher, lower;
	int64_t purged;     /* nothing is left to be read */
	int64_t unreadable; /* damaged in the store: left as they were */
	bool stopped;
	GArray *movers; /* of Rescored: the RESCORE_MOVERS whose score moved most */
} RescoreSummary;
void rescore_summary_clear(RescoreSummary *summary);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RescoreSummary, rescore_summary_clear)

/* The messages @ids (int64_t) in that order; @summary counts what was committed. */
bool rescore_messages(Store *store, const GArray *ids, const RescoreOptions *options,
	RescoreSummary *summary, GError **error);

#endif
