#include "tui/campaign_dossier.h"

#include <string.h>

#include "tui/brief.h"
#include "tui/figures.h"

enum {
	EDGES_SHOWN = 40, /* of which the first of each kind is said */
	ODD_SHOWN = 2,
	DOT_COLUMNS = 3,
	FINDINGS_SHOWN = 20,
	DIGEST_SHOWN = 8, /* characters that tell one digest from another */
	COUNT_COLUMN = 8,
	EVIDENCE_COLUMN = 17,
	LEAST_ROWS_FULL = 26,
	LEAST_WITH_EVIDENCE = 110, /* columns */
	EVIDENCE_PLACE = 60,       /* percent of the width */
	HEADING_ROWS = 2,          /* and the blank one above */
};

void
campaign_dossier_free(CampaignDossier *dossier)
{
	if (!dossier)
		return;
	g_clear_pointer(&dossier->odd, g_ptr_array_unref);
	g_clear_pointer(&dossier->edges, g_ptr_array_unref);
	g_clear_pointer(&dossier->findings, g_ptr_array_unref);
	g_free(dossier);
}

static bool
find_odd(CampaignDossier *dossier, Store *store, GError **error)
{
	g_autoptr(GArray) ids = store_campaign_messages(store, dossier->id, CAMPAIGN_LOOK, error);

	dossier->odd = ids ? store_odd(store, ids, ODD_SHOWN, error) : NULL;
	return dossier->odd != NULL;
}

CampaignDossier *
campaign_dossier_load(Store *store, int64_t id, int64_t top, GError **error)
{
	g_autoptr(CampaignDossier) dossier = g_new0(CampaignDossier, 1);

	dossier->id = id;
	if (!find_odd(dossier, store, error))
		return NULL;
	dossier->edges = store_campaign_edges(store, id, EDGES_SHOWN, error);
	if (!dossier->edges)
		return NULL;
	dossier->findings = store_campaign_findings(store, id, FINDINGS_SHOWN, error);
	if (!dossier->findings)
		return NULL;
	if (!store_campaign_recipients(store, id, &dossier->recipients, error))
		return NULL;
	if (top > 0 && !store_account_record(store, top, &dossier->record, error))
		return NULL;
	return g_steal_pointer(&dossier);
}

/* ---- what an edge says ---- */

static const char *
without_mark(const char *value)
{
	return g_str_has_prefix(value, EDGE_LEADS_AWAY) ? value + strlen(EDGE_LEADS_AWAY) : value;
}

/* "Qm7dXe bakery.example": the account, and what stands behind it. */
static char *
account_words(const char *value)
{
	const char *blank = strchr(value, ' ');
	g_autofree char *whole = g_strndup(value, blank ? (gsize)(blank - value) : strlen(value));
	g_autofree char *known = brief_account(whole);

	return g_strconcat(known, blank, NULL);
}

static char *
value_words(const CampaignEdge *edge)
{
	const char *value = without_mark(edge->value);

	switch (edge->kind) {
	case EDGE_ACCOUNT:
	case EDGE_CLAIMED_ACCOUNT:
	case EDGE_SENDER:
		return account_words(value);
	case EDGE_LINK:
		return text_defang(value);
	case EDGE_SUBJECT:
		return g_strdup_printf("\"%s\"", value);
	case EDGE_ATTACHMENT:
	case EDGE_TEXT:
		return strlen(value) > DIGEST_SHOWN && !strchr(value, ' ')
			? g_strdup_printf("(%.*s)", DIGEST_SHOWN, value)
			: g_strdup(value);
	case EDGE_KIT:
	case EDGE_PERSON:
	case EDGE_KINDS:
		break;
	}
	return g_strdup(value);
}

char *
campaign_edge_text(const CampaignEdge *edge)
{
	g_autofree char *value = value_words(edge);

	return g_strdup_printf("%s %s", edge_kind_names[edge->kind].words, value);
}

/* ---- the preview ---- */

static void
write_states(const CampaignRow *row, Sheet *sheet)
{
	const char *joint = " (";

	if (row->counts[STATE_HELD] == campaign_total(row))
		return;
	for (int state = 0; state < STATES; state++) {
		if (row->counts[state] == 0)
			continue;
		sheet_add(sheet, STYLE_NORMAL, joint);
		sheet_addf(sheet, brief_state_style(state), "%" G_GINT64_FORMAT " %s",
			row->counts[state], state_name(state));
		joint = ", ";
	}
	sheet_add(sheet, STYLE_NORMAL, ")");
}

/* How long its account has been known, and whether anything of that was released. */
static char *
record_words(const CampaignDossier *dossier, int64_t now)
{
	const KeyRecord *record = &dossier->record;
	g_autofree char *age = figure_age(now, record->first);
	const char *ago = g_ascii_isdigit(*age) ? " ago" : "";

	if (record->messages == 0)
		return NULL;
	if (record->by_state[STATE_RELEASED] == 0)
		return g_strdup_printf("account first seen %s%s, never released", age, ago);
	return g_strdup_printf("account first seen %s%s, %" G_GINT64_FORMAT " released", age, ago,
		record->by_state[STATE_RELEASED]);
}

static void
write_title(const CampaignDossier *dossier, const CampaignRow *row, int64_t now, Sheet *sheet)
{
	g_autofree char *messages = figure_count(campaign_total(row), "message");
	g_autofree char *days = figure_days(now, row->first, row->last);
	g_autofree char *record = record_words(dossier, now);

	sheet_line(sheet);
	sheet_to(sheet, SHEET_LABEL);
	sheet_addf(sheet, STYLE_STRONG, "Campaign %" G_GINT64_FORMAT, row->id);
	sheet_addf(sheet, STYLE_NORMAL, " · %s", messages);
	write_states(row, sheet);
	if (dossier->recipients > 0)
		sheet_addf(sheet, STYLE_NORMAL, " to %d%s recipient%s", dossier->recipients,
			row->more ? " or more" : "", dossier->recipients == 1 ? "" : "s");
	sheet_addf(sheet, STYLE_NORMAL, ", %s", days);
	if (record)
		sheet_item(sheet,
			dossier->record.by_state[STATE_RELEASED] > 0 ? STYLE_WARN : STYLE_NORMAL,
			record);
}

static void
write_who(const CampaignRow *row, int64_t now, Sheet *sheet)
{
	const MessageRow *top = row->top;

	brief_claim(top, now, sheet);
	sheet_label(sheet, "Subject");
	sheet_add(sheet, STYLE_STRONG, message_row_title(top));
	sheet_label(sheet, "From");
	brief_sender(top, sheet);
	if (row->domains > 1)
		sheet_addf(sheet, STYLE_WARN, " and %d more domain%s", row->domains - 1,
			row->domains > 2 ? "s" : "");
	sheet_label(sheet, "Account");
	brief_origin(top, NULL, sheet);
	if (row->accounts > 1)
		sheet_addf(sheet, STYLE_WARN, " and %d more account%s", row->accounts - 1,
			row->accounts > 2 ? "s" : "");
}

/* The account says more than what it sends for, and a text is of several digests. */
static bool
is_said(const CampaignEdge *edge, const CampaignRow *row, unsigned said)
{
	return edge->state != EDGE_BINDS || said & 1U << edge->kind ||
		(edge->kind == EDGE_SENDER && row->kinds & 1U << EDGE_ACCOUNT);
}

/* Of each kind, the one that holds most of it together, as far as a line goes; how many
 * that were. */
static guint
write_together(const CampaignDossier *dossier, const CampaignRow *row, Sheet *sheet)
{
	unsigned said = 0;
	guint items = 0;
	int left = sheet_width(sheet) - SHEET_VALUE;

	for (guint i = 0; i < dossier->edges->len; i++) {
		const CampaignEdge *edge = g_ptr_array_index(dossier->edges, i);
		g_autofree char *text = NULL;
		g_autofree char *item = NULL;

		if (is_said(edge, row, said))
			continue;
		text = campaign_edge_text(edge);
		item = g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " %s",
			edge->messages, campaign_total(row), text);
		left -= text_width(item) + DOT_COLUMNS;
		if (said == 0)
			sheet_label(sheet, "Together");
		else if (left < 0)
			break;
		said |= 1U << edge->kind;
		sheet_item(sheet, STYLE_NORMAL, item);
		items++;
	}
	return items;
}

/* All that binds it, where that is more than was said in a line. */
static void
write_edges(const CampaignDossier *dossier, const CampaignRow *row, guint said, Sheet *sheet)
{
	const CampaignEdge *next =
		said < dossier->edges->len ? g_ptr_array_index(dossier->edges, said) : NULL;

	if (!next || next->state != EDGE_BINDS)
		return;
	sheet_line(sheet);
	sheet_label(sheet, "All that they share");
	for (guint i = 0; i < dossier->edges->len; i++) {
		const CampaignEdge *edge = g_ptr_array_index(dossier->edges, i);
		g_autofree char *text = campaign_edge_text(edge);
		g_autofree char *count = g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
			edge->messages, campaign_total(row));

		if (edge->state != EDGE_BINDS)
			continue;
		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		sheet_addf(sheet, STYLE_DIM, "%9s  ", count);
		sheet_add(sheet, STYLE_NORMAL, text);
	}
}

static void
write_odd(const CampaignDossier *dossier, Sheet *sheet)
{
	for (guint i = 0; i < dossier->odd->len; i++) {
		const Odd *odd = g_ptr_array_index(dossier->odd, i);

		if (i == 0)
			sheet_label(sheet, "Odd one out");
		sheet_item(sheet, STYLE_WARN, odd->text);
	}
}

/* One line, the evidence beside it where there is room; or as many as it takes. */
static void
write_finding(const CampaignFinding *found, bool whole, Sheet *sheet)
{
	g_autofree char *evidence = finding_evidence(found->finding);
	g_autofree char *count = g_strdup_printf("%d/%d", found->messages, found->looked_at);
	bool beside = sheet_width(sheet) >= LEAST_WITH_EVIDENCE;

	brief_weight(found->finding, sheet);
	sheet_addf(sheet, STYLE_DIM, "%-*s  ", COUNT_COLUMN - 1, count);
	if (whole && !beside)
		sheet_wrap(sheet, STYLE_NORMAL, brief_finding_words(found->finding));
	else
		sheet_add(sheet, STYLE_NORMAL, brief_finding_words(found->finding));
	if (!*evidence || (!whole && !beside))
		return;
	if (beside) {
		sheet_to(sheet, sheet_width(sheet) * EVIDENCE_PLACE / 100);
	} else {
		sheet_line(sheet);
		sheet_to(sheet, EVIDENCE_COLUMN);
	}
	sheet_add(sheet, STYLE_DIM, evidence);
}

void
campaign_dossier_write(
	const CampaignDossier *dossier, const CampaignRow *row, int64_t now, int rows, Sheet *sheet)
{
	guint said;

	write_title(dossier, row, now, sheet);
	if (row->top)
		write_who(row, now, sheet);
	write_odd(dossier, sheet);
	said = write_together(dossier, row, sheet);
	for (guint i = 0; i < dossier->findings->len; i++)
		write_finding(
			g_ptr_array_index(dossier->findings, i), rows >= LEAST_ROWS_FULL, sheet);
	if (sheet_rows(sheet) + HEADING_ROWS < rows)
		write_edges(dossier, row, said, sheet);
}
