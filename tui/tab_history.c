#include "tui/tab.h"

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
write_history(Dossier *dossier, G_GNUC_UNUSED bool as_sent, Sheet *sheet)
{
	g_autofree char *first = figure_time(dossier->record.first_seen);

	sheet_heading(sheet, "The account");
	sheet_label(sheet, "Account");
	sheet_wrap(sheet, STYLE_NORMAL, dossier->row->account ? dossier->row->account : "none");
	if (dossier->row->account) {
		sheet_label(sheet, "First seen");
		sheet_add(sheet, STYLE_NORMAL, first);
		sheet_label(sheet, "Held");
		sheet_addf(sheet, STYLE_NORMAL, "%" G_GINT64_FORMAT, dossier->record.held);
	}
	brief_state(dossier, sheet);
	brief_before(dossier, sheet);
	sheet_heading(sheet, "Deliveries");
	if (dossier->deliveries->len == 0) {
		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		sheet_add(sheet, STYLE_DIM, "none: it has not been released");
	}
	for (guint i = 0; i < dossier->deliveries->len; i++)
		write_delivery(g_ptr_array_index(dossier->deliveries, i), sheet);
}

extern const TabOps tab_history;
const TabOps tab_history = {
	.name = "history",
	.help = "the account's record, every decision about the message, its deliveries and the replies",
	.write = write_history,
};
