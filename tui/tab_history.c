#include "tui/tab.h"

#include "store/campaign.h"
#include "tui/brief.h"
#include "tui/figures.h"

static Style
delivery_style(DeliveryState state)
{
	switch (state) {
	case DELIVERY_SENT:
		return STYLE_GOOD;
	case DELIVERY_FAILED:
	case DELIVERY_UNKNOWN:
		return STYLE_DANGER;
	case DELIVERY_QUEUED:
	case DELIVERY_SENDING:
		return STYLE_WARN;
	case DELIVERY_CANCELLED:
	case DELIVERY_STATES:
		break;
	}
	return STYLE_DIM;
}

static void
write_delivery(const Delivery *delivery, Sheet *sheet)
{
	g_autofree char *when = figure_time(delivery->changed);

	sheet_line(sheet);
	sheet_to(sheet, SHEET_LABEL);
	sheet_addf(sheet, STYLE_DIM, "%s  ", when);
	sheet_add(sheet, delivery_style(delivery->state), delivery_state_name(delivery->state));
	sheet_addf(sheet, STYLE_NORMAL, " to %s", delivery->recipient);
	sheet_addf(sheet, STYLE_DIM, " by %s", delivery->transport);
	if (*delivery_form(delivery))
		sheet_addf(sheet, STYLE_DIM, " (%s)", delivery_form(delivery));
	if (delivery->reply) {
		sheet_add(sheet, STYLE_DIM, ": ");
		sheet_wrap(sheet, STYLE_NORMAL, delivery->reply);
	}
}

static void
write_states(const CampaignRow *campaign, Sheet *sheet)
{
	sheet_label(sheet, "Messages");
	for (int state = 0; state < STATES; state++) {
		int64_t count = campaign->counts[state];

		sheet_addf(sheet, count > 0 ? brief_state_style(state) : STYLE_DIM,
			"%s%" G_GINT64_FORMAT " %s", state > 0 ? ", " : "", count,
			state_name(state));
	}
}

static void
write_kinds(const CampaignRow *campaign, Sheet *sheet)
{
	sheet_label(sheet, "They share");
	for (int kind = 0; kind < EDGE_KINDS; kind++) {
		if (campaign->kinds & 1U << kind)
			sheet_item(sheet, STYLE_NORMAL, edge_kind_names[kind].name);
	}
}

/* What became of the messages that it is one campaign with. */
static void
write_campaign(const Dossier *dossier, Sheet *sheet)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(CampaignRow) campaign =
		store_campaign(dossier->store, dossier->row->campaign, NULL, &error);
	bool alone = campaign && campaign_total(campaign) == 1;

	sheet_heading(sheet, "Its campaign");
	sheet_line(sheet);
	sheet_to(sheet, SHEET_LABEL);
	if (!campaign)
		sheet_wrap(sheet, STYLE_ERROR, error->message);
	else if (alone)
		sheet_add(sheet, STYLE_DIM, "it has nothing in common with others");
	else
		sheet_addf(sheet, STYLE_STRONG, "Campaign %" G_GINT64_FORMAT, campaign->id);
	if (!campaign || alone)
		return;
	write_states(campaign, sheet);
	write_kinds(campaign, sheet);
}

static void
write_history(Dossier *dossier, G_GNUC_UNUSED bool as_sent, Sheet *sheet)
{
	sheet_heading(sheet, "This message");
	if (dossier->decisions->len == 0) {
		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		sheet_add(sheet, STYLE_DIM, "nobody has decided about it yet");
	}
	brief_decisions(dossier, sheet);
	brief_state(dossier, sheet);
	sheet_heading(sheet, "Deliveries");
	if (dossier->deliveries->len == 0) {
		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		sheet_add(sheet, STYLE_DIM, "none: it has not been released");
	}
	for (guint i = 0; i < dossier->deliveries->len; i++)
		write_delivery(g_ptr_array_index(dossier->deliveries, i), sheet);
	write_campaign(dossier, sheet);
	brief_history(dossier, sheet);
}

extern const TabOps tab_history;
const TabOps tab_history = {
	.name = "history",
	.write = write_history,
};
