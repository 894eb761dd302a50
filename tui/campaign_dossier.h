/* campaign_dossier.h - what is known of a campaign, as the preview shows it */
#ifndef TUI_CAMPAIGN_DOSSIER_H
#define TUI_CAMPAIGN_DOSSIER_H

#include "store/campaign.h"
#include "store/history.h"
#include "store/odd.h"
#include "tui/sheet.h"

typedef struct CampaignDossier {
	int64_t id;
	int recipients;      /* as in CampaignRow */
	KeyRecord record;    /* of the account of its most dangerous message */
	GPtrArray *odd;      /* of Odd */
	GPtrArray *edges;    /* of CampaignEdge */
	GPtrArray *findings; /* of CampaignFinding */
} CampaignDossier;

/* Of campaign @id, whose most dangerous message is @top; 0: it has none. */
CampaignDossier *campaign_dossier_load(Store *store, int64_t id, int64_t top, GError **error);
void campaign_dossier_free(CampaignDossier *dossier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CampaignDossier, campaign_dossier_free)

/* Who sends it, why it is one, what its messages share, in @rows that can be seen; @row is
 * the campaign's. */
void campaign_dossier_write(const CampaignDossier *dossier, const CampaignRow *row, int64_t now,
	int rows, Sheet *sheet);

/* What one edge says, without whom: "lead to" and its value, links defanged.  Yours. */
char *campaign_edge_text(const CampaignEdge *edge);

#endif
