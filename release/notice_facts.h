/* notice_facts.h - what a notice can say of a campaign, counted; private to release/
 *
 * Counts are of all of its messages; texts are of those that were looked at, the CAMPAIGN_LOOK
 * most dangerous.  Texts are as mail has them, but without those it was for; so are the first
 * NOTICE_MOST of a list, and no others are to be shown.
 */
#ifndef RELEASE_NOTICE_FACTS_H
#define RELEASE_NOTICE_FACTS_H

#include "release/notice.h"
#include "store/campaign_facts.h"

enum {
	NOTICE_MOST = 100, /* items of a list that can be shown */
};

/* A text that several messages have. */
typedef struct NoticeTally {
	char *text;
	char *more;  /* what belongs to it: a file's name, an account's region; or NULL */
	bool proven; /* a domain that DKIM vouches for, an account that Amazon's signature covers */
	int messages;
	int64_t seen; /* the message it was counted for last */
} NoticeTally;

typedef struct NoticeFacts {
	CampaignFacts counts;
	int looked_at;
	int purged;          /* of these: nothing is known but what was found */
	GPtrArray *findings; /* of CampaignFinding, those that say most first */
	bool secrets;        /* it wants people to type something */
	bool files_run;      /* what it brings can run a program */
	bool money;
	/* Of NoticeTally, most messages first. */
	GPtrArray *brands, *subjects, *senders, *accounts, *domains, *sites, *urls, *files;
} NoticeFacts;

/* @site (or NULL) says whose domains are no indicators. */
NoticeFacts *notice_facts_new(Store *store, int64_t campaign, const Site *site, GError **error);
void notice_facts_free(NoticeFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NoticeFacts, notice_facts_free)

/* Why it has the priority it has: 1 << NoticeReason. */
typedef enum {
	NOTICE_REACHED,
	NOTICE_WANTS_SECRETS,
	NOTICE_RUNS_FILES,
	NOTICE_IS_RECENT,
	NOTICE_REASONS
} NoticeReason;
NoticePriority notice_priority_of(const NoticeFacts *facts, int64_t now, unsigned *reasons);
/* The first working day's close of business (17:00 in @zone, Monday to Friday) that leaves time
 * enough: 4 hours, a day, or five. */
int64_t notice_deadline_of(NoticePriority priority, int64_t now, GTimeZone *zone);

#endif
