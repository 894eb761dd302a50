/* campaign_facts.h - how much a campaign is, counted over all of its messages */
#ifndef STORE_CAMPAIGN_FACTS_H
#define STORE_CAMPAIGN_FACTS_H

#include "store/message.h"

typedef struct CampaignFacts {
	int64_t id; /* the campaign's; that of the one it was joined into */
	int64_t messages, by_state[STATES];
	int64_t first, last; /* received */
	int64_t accounts;    /* different ones, as the next two */
	int64_t domains;     /* of From */
	int64_t recipients;  /* of the envelopes, without case */
	int64_t unaddressed; /* messages whose recipients are not known */
	/* Messages that left for a recipient, are leaving or may have left; how many recipients
	 * that were, and when the last of it was; copies for others do not count. */
	int64_t departed, departed_to, departed_last;
} CampaignFacts;

/* NOT_FOUND if there is no campaign @id.  Costs what the campaign holds. */
bool store_campaign_facts(Store *store, int64_t id, CampaignFacts *facts, GError **error);

#endif
