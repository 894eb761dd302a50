/* view_edges.h - why a campaign is one: what its messages share, to be cut */
#ifndef TUI_VIEW_EDGES_H
#define TUI_VIEW_EDGES_H

#include "store/campaign.h"
#include "tui/view.h"

View *edges_view_new(Console *console, int64_t campaign);
int64_t edges_view_campaign(const View *view);
/* What the cursor is on; NULL: nothing. */
const CampaignEdge *edges_view_current(const View *view);

#endif
