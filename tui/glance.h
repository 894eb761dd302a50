/* glance.h - what is known of the row the cursor is on, read while keys go on
 *
 * What is shown is of the row that is asked for, or nothing.
 */
#ifndef TUI_GLANCE_H
#define TUI_GLANCE_H

#include "tui/campaign_dossier.h"
#include "tui/dossier.h"
#include "tui/view.h"

typedef struct Glance Glance;

Glance *glance_new(Console *console);
void glance_free(Glance *glance);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Glance, glance_free)

/* What is known of message @id, of campaign @row; NULL: it is being read, or can't be. */
const Dossier *glance_message(Glance *glance, int64_t id);
const CampaignDossier *glance_campaign(Glance *glance, const CampaignRow *row);
/* Is what was asked for last being read? */
bool glance_is_reading(const Glance *glance);

#endif
