/* view_campaigns.h - what actions ask of the campaigns beyond a chooser's own calls */
#ifndef TUI_VIEW_CAMPAIGNS_H
#define TUI_VIEW_CAMPAIGNS_H

#include "store/campaign.h"
#include "tui/view.h"

/* The campaign the cursor is on; NULL: there is none. */
const CampaignRow *campaigns_current(const View *view);
/* Its one message, which Enter opens at once; NULL where there are more, or none. */
const MessageRow *campaigns_single(const View *view);

/* The cursor to campaign @id, if the limit shows any of it. */
bool campaigns_go(View *view, int64_t id, GError **error);
/* The cursor behind the campaign that was opened last, where that stood then: what is
 * decided within it may have moved it down on its way out. */
bool campaigns_go_on(View *view, GError **error);
/* How many of its messages the limit does not show. */
int64_t campaigns_unshown(const View *view);

#endif
