/* campaign_find.h - which campaigns have messages that a query lets through; private to store/ */
#ifndef STORE_CAMPAIGN_FIND_H
#define STORE_CAMPAIGN_FIND_H

#include "store/campaign_rows.h"

/* What of one campaign matches. */
typedef struct CampaignMatch {
	int64_t campaign;
	int64_t messages; /* that match; 0: none, and then */
	int64_t top;      /* ord of the most dangerous of these is 0 */
} CampaignMatch;

/* Of one; @marks is query_marks(). */
bool campaign_match(Store *store, const Query *query, const GPtrArray *marks, CampaignMatch *match,
	GError **error);

/* Of CampaignMatch: one page of @list, whose limit must be one, in the order that it is read
 * in.  A snapshot must be held. */
GArray *campaign_find(Store *store, const CampaignList *list, GError **error);

#endif
