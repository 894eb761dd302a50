#include "tui/regroup.h"

#include "store/campaign.h"
#include "tui/campaign_dossier.h"
#include "tui/chooser.h"
#include "tui/view_campaigns.h"
#include "tui/view_edges.h"
#include "tui/view_queue.h"

void
run_split(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	int64_t campaign =
		view->ops->kind == VIEW_MEMBERS ? members_campaign(view) : chooser_current(view);

	console_open(console, edges_view_new(console, campaign));
}

void
run_cut(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	const CampaignEdge *edge;
	int64_t campaign = edges_view_campaign(view);
	g_autofree char *text = NULL;
	int parts = 0;
	GError *error = NULL;

	console_say_now(console, "cutting…");
	edge = edges_view_current(view);
	text = campaign_edge_text(edge);
	if (!store_plan_cut(console->store, edge->id, &parts, &error) ||
		!store_cut_edge(console->store, edge->id, console->options->actor, NULL,
			console->now, &error)) {
		console_fail(console, error);
	} else if (parts > 1) {
		console_say(console, STYLE_GOOD,
			"cut '%s': campaign %" G_GINT64_FORMAT " fell into %d, %s takes it back",
			text, campaign, parts, console_key_of(console, "undo"));
	} else {
		console_say(console, STYLE_WARN,
			"cut '%s', but what else they share still holds campaign %" G_GINT64_FORMAT
			" together; %s takes it back",
			text, campaign, console_key_of(console, "undo"));
	}
	console_changed(console);
}

static void
add_id(int64_t id, G_GNUC_UNUSED int64_t version, void *data)
{
	g_array_append_val((GArray *)data, id);
}

void
run_join(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	List *list = chooser_list(view);
	g_autoptr(GArray) campaigns = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GError *error = NULL;

	list_each_tag(list, add_id, campaigns);
	if (campaigns->len < 2) {
		console_say(console, STYLE_WARN,
			"tag the campaigns that belong together (%s), then %s makes them one",
			console_key_of(console, "tag"), console_key_of(console, "join"));
		return;
	}
	console_say_now(console, "joining…");
	if (!store_join_all(console->store, campaigns, console->options->actor, NULL, console->now,
		    &error)) {
		console_fail(console, error);
		return;
	}
	list_untag_all(list);
	console_say(console, STYLE_GOOD, "%u campaigns are one now: %s takes it back",
		campaigns->len, console_key_of(console, "undo"));
	console_changed(console);
	if (!campaigns_go(view, g_array_index(campaigns, int64_t, 0), &error))
		console_fail(console, error);
}
