#include "tui/brief.h"

#include <string.h>

#include "mail/dmarc.h"
#include "store/claim.h"
#include "store/maillog.h"
#include "tui/figures.h"

enum {
	DANGEROUS = 60, /* what hardly anything but a lure reaches: `make quality` */
	DOUBTFUL = 40,  /* one in a hundred of the others does */
	ACCOUNT_SHOWN = 6,
	DOMAINS_SHOWN = 12,
	SUMMARY_DOMAINS = 3,
	SUMMARY_FINDINGS = 20,
	LEAST_WITH_EVIDENCE = 100, /* columns */
	EVIDENCE_PLACE = 58,       /* percent of the width */
	WEIGHT_COLUMN = 2,
	FINDING_COLUMN = 8,
};

/* How often the links of a message lead to one domain, and with which marks. */
typedef struct Tally {
	const char *domain;
	int links;
	uint32_t flags;
} Tally;

Style
brief_score_style(int score)
{
	if (score >= DANGEROUS)
		return STYLE_DANGER;
	return score >= DOUBTFUL ? STYLE_WARN : STYLE_DIM;
}

Style
brief_state_style(MessageState state)
{
	static const Style styles[STATES] = {
		[STATE_HELD] = STYLE_NORMAL,
		[STATE_RELEASED] = STYLE_GOOD,
		[STATE_BLOCKED] = STYLE_DANGER,
	};

	return styles[state];
}

char *
brief_recipients(const MessageRow *row)
{
	guint recipients = g_strv_length(row->recipients);

	if (recipients == 0 && *row->to)
		return g_strdup_printf("not known; the header says %s", row->to);
	if (recipients == 0)
		return g_strdup("not known");
	if (recipients == 1)
		return g_strdup(row->recipients[0]);
	return g_strdup_printf("%s and %u more", row->recipients[0], recipients - 1);
}

char *
brief_account(const char *account)
{
	const char *end = account;

	for (int i = 0; i < ACCOUNT_SHOWN && *end; i++)
		end = g_utf8_next_char(end);
	return g_strndup(account, (gsize)(end - account));
}

void
brief_claim(const MessageRow *row, int64_t now, Sheet *sheet)
{
	const char *holder = claim_holder(row, now);
	g_autofree char *words = NULL;

	if (!holder)
		return;
	words = claim_words(holder, row->claimed_until, now);
	sheet_label(sheet, "Claim");
	sheet_add(sheet, STYLE_WARN, words);
}

void
brief_sender(const MessageRow *row, Sheet *sheet)
{
	if (row->purged) {
		sheet_add(sheet, STYLE_NORMAL, *row->domain ? row->domain : "no domain");
		return;
	}
	if (*row->from_name)
		sheet_addf(sheet, STYLE_STRONG, "\"%s\" ", row->from_name);
	sheet_addf(sheet, STYLE_NORMAL, "<%s>", row->from);
}

/* By whom it is known that Amazon signed for the account. */
static void
write_account_proof(const MessageRow *row, const Message *message, Sheet *sheet)
{
	const Signature *signature = message ? ses_account_signature(message) : NULL;
	g_autofree char *vouched = signature ? dkim_vouched_text(message, signature->domain) : NULL;

	if (row->account_signed && vouched)
		sheet_addf(sheet, STYLE_GOOD, "✓ signed by Amazon, %s", vouched);
	else if (row->account_signed)
		sheet_add(sheet, STYLE_GOOD, "✓ signed by Amazon");
	else if (vouched)
		sheet_add(sheet, STYLE_WARN, "claimed: Amazon's signature was not verified");
	else if (!message)
		sheet_add(sheet, STYLE_WARN, "claimed");
	else
		sheet_add(sheet, STYLE_WARN, "not signed: anyone could write it");
}

void
brief_origin(const MessageRow *row, const Message *message, Sheet *sheet)
{
	g_autofree char *account = NULL;

	if (!row->account) {
		sheet_add(sheet, STYLE_WARN, "none named");
		return;
	}
	account = brief_account(row->account);
	sheet_addf(sheet, STYLE_STRONG, "%s ", account);
	if (row->region)
		sheet_addf(sheet, STYLE_NORMAL, "%s ", row->region);
	write_account_proof(row, message, sheet);
}

static void
write_identity(const MessageRow *row, const Message *message, Sheet *sheet)
{
	if (!row->identity_domain) {
		sheet_add(sheet, STYLE_WARN, "no signature of the From domain");
		return;
	}
	sheet_addf(sheet, STYLE_NORMAL, "%s ", row->identity_domain);
	if (message && dkim_passed(message, row->identity_domain))
		sheet_add(sheet, STYLE_GOOD, "✓ verified here");
	else if (row->authenticated)
		sheet_add(sheet, STYLE_GOOD, "✓ a server you trust checked it");
	else
		sheet_add(sheet, STYLE_WARN, "claimed: no server you trust checked it");
}

static void
write_class(const MessageRow *row, Sheet *sheet)
{
	static const char *const sentences[SES_CLASSES] = {
		[SES_NONE] = "no mail of Amazon SES",
		[SES_CLAIMED] = "claimed: bears marks of SES that do not hold together",
		[SES_LIKELY] =
			"likely: all marks of SES agree, but your own server did not see it come from there",
		[SES_CONFIRMED] = "confirmed: the receiving server took it from Amazon's",
	};
	static const Style styles[SES_CLASSES] = {
		[SES_NONE] = STYLE_WARN,
		[SES_CLAIMED] = STYLE_DANGER,
		[SES_LIKELY] = STYLE_NORMAL,
		[SES_CONFIRMED] = STYLE_GOOD,
	};

	sheet_wrap(sheet, styles[row->ses], sentences[row->ses]);
}

static void
write_check(const AuthResult *result, Sheet *sheet)
{
	bool passed = strcmp(result->result, "pass") == 0;
	g_autofree char *text = g_strdup_printf("%s %s%s%s", result->method, result->result,
		result->domain ? " " : "", result->domain ? result->domain : "");

	sheet_item(sheet, !result->trusted ? STYLE_DIM : passed ? STYLE_GOOD : STYLE_WARN, text);
}

static void
write_checks(const Message *message, bool trusted, Sheet *sheet)
{
	bool labelled = false;

	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);

		if (result->trusted != trusted)
			continue;
		if (!labelled)
			sheet_label(sheet, trusted ? "Checks" : "Claims");
		labelled = true;
		write_check(result, sheet);
	}
}

/* Where DKIM is aligned, the line of the signed domain says it already. */
static void
write_alignment(const Message *message, Sheet *sheet)
{
	uint32_t alignment = dmarc_alignment(message);
	g_autofree char *text = dmarc_text(message);

	if (alignment & ALIGNED_BY_DKIM)
		return;
	sheet_label(sheet, "From is");
	sheet_wrap(sheet, alignment ? STYLE_GOOD : STYLE_WARN, text);
}

/* What a mail server's log tells, and which of the envelope is known from there alone. */
static void
write_log(const MessageLog *log, Sheet *sheet)
{
	g_autofree char *words = message_log_words(log);
	g_autofree char *client = message_log_client(log);
	g_autofree char *text = g_strdup_printf(
		"queue id %s%s%s", log->queue_id, client ? ", client " : "", client ? client : "");

	sheet_label(sheet, "Log");
	if (words) {
		sheet_wrap(sheet, STYLE_WARN, words);
		sheet_label(sheet, "");
	}
	sheet_wrap(sheet, STYLE_DIM, text);
}

/* How it came, for whoever wants to know more. */
void
brief_route(const Dossier *dossier, Sheet *sheet)
{
	const MessageRow *row = dossier->row;
	const SesOrigin *origin = dossier->message ? dossier->message->ses : NULL;
	g_autofree char *received = figure_time(row->received);
	g_autofree char *dated = figure_time(row->date);

	sheet_heading(sheet, "How it came");
	if (row->sender) {
		sheet_label(sheet, "Bounces to");
		sheet_wrap(
			sheet, STYLE_NORMAL, *row->sender ? row->sender : "<> (the null sender)");
	}
	if (row->log)
		write_log(row->log, sheet);
	if (origin && origin->mail_from) {
		sheet_label(sheet, "MAIL FROM");
		sheet_addf(sheet, STYLE_NORMAL, "%s, the account's own", origin->mail_from);
	}
	if (row->config_set) {
		sheet_label(sheet, "Set");
		sheet_wrap(sheet, STYLE_NORMAL, row->config_set);
	}
	sheet_label(sheet, "Received");
	sheet_addf(sheet, STYLE_NORMAL, "%s, dated %s", received, dated);
	if (!row->purged) {
		sheet_label(sheet, "Found in");
		sheet_wrap(sheet, STYLE_DIM, row->source);
	}
}

static void
write_inconsistencies(const Message *message, Sheet *sheet)
{
	for (guint i = 0; i < message->ses->inconsistencies->len; i++) {
		sheet_label(sheet, "");
		sheet_wrap(
			sheet, STYLE_DANGER, g_ptr_array_index(message->ses->inconsistencies, i));
	}
}

static void
write_recipients(const MessageRow *row, Sheet *sheet)
{
	g_autofree char *recipients = brief_recipients(row);

	if (row->purged)
		return;
	sheet_label(sheet, "Sent to");
	sheet_wrap(sheet, row->recipients[0] ? STYLE_NORMAL : STYLE_WARN, recipients);
}

void
brief_who(const Dossier *dossier, Sheet *sheet)
{
	const MessageRow *row = dossier->row;
	const Message *message = dossier->message;

	sheet_heading(sheet, "Who really sent it");
	if (row->purged) {
		sheet_label(sheet, "Mail");
		sheet_wrap(sheet, STYLE_WARN, "it was purged: only this record is left");
	}
	brief_claim(dossier->row, dossier->now, sheet);
	sheet_label(sheet, "From");
	brief_sender(row, sheet);
	if (message && message->reply_to) {
		sheet_label(sheet, "Replies to");
		sheet_wrap(sheet, STYLE_NORMAL, message->reply_to->address);
	}
	sheet_label(sheet, "Account");
	brief_origin(row, message, sheet);
	if (row->ip)
		sheet_addf(sheet, STYLE_DIM, " · from %s", row->ip);
	sheet_label(sheet, "Signed for");
	write_identity(row, message, sheet);
	sheet_label(sheet, "SES");
	write_class(row, sheet);
	if (message) {
		write_inconsistencies(message, sheet);
		write_alignment(message, sheet);
		write_checks(message, true, sheet);
		write_checks(message, false, sheet);
	}
	write_recipients(row, sheet);
	if (row->log && row->log->recipients) {
		sheet_label(sheet, "");
		sheet_add(sheet, STYLE_WARN, "as the mail server's log says");
	}
}

static int
compare_tallies(const void *a, const void *b)
{
	return ((const Tally *)b)->links - ((const Tally *)a)->links;
}

/* Links a reader can follow, by where they lead; the most frequent first. */
static GArray *
tally_links(const Message *message)
{
	GArray *tallies = g_array_new(FALSE, FALSE, sizeof(Tally));
	g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		const char *domain = link->domain ? link->domain : link->final;
		Tally fresh = { .domain = domain };
		gpointer place;

		if (link->flags & LINK_IMAGE)
			continue;
		if (!g_hash_table_lookup_extended(places, domain, NULL, &place)) {
			place = GUINT_TO_POINTER(tallies->len);
			g_hash_table_insert(places, (char *)domain, place);
			g_array_append_val(tallies, fresh);
		}
		g_array_index(tallies, Tally, GPOINTER_TO_UINT(place)).links++;
		g_array_index(tallies, Tally, GPOINTER_TO_UINT(place)).flags |= link->flags;
	}
	g_array_sort(tallies, compare_tallies);
	return tallies;
}

static bool
is_senders_own(const MessageRow *row, const char *domain)
{
	return g_ascii_strcasecmp(row->domain, domain) == 0;
}

static void
write_flags(uint32_t flags, Sheet *sheet)
{
	static const uint32_t harmless = LINK_TRACKED | LINK_IMAGE;

	for (const LinkFlagName *flag = link_flag_names; flag->name; flag++) {
		if (flags & flag->flag)
			sheet_addf(sheet, flag->flag & harmless ? STYLE_DIM : STYLE_WARN, " %s",
				flag->name);
	}
}

static void
write_domain(const MessageRow *row, const Tally *tally, Sheet *sheet)
{
	g_autofree char *defanged = text_defang(tally->domain);

	sheet_add(sheet, is_senders_own(row, tally->domain) ? STYLE_NORMAL : STYLE_LINK, defanged);
	if (tally->links > 1)
		sheet_addf(sheet, STYLE_DIM, " ×%d", tally->links);
}

void
brief_links(const Dossier *dossier, Sheet *sheet)
{
	g_autoptr(GArray) tallies = NULL;
	g_autofree char *loads = NULL;

	if (!dossier->message)
		return;
	sheet_heading(sheet, "Where its links go");
	tallies = tally_links(dossier->message);
	if (tallies->len == 0) {
		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		sheet_add(sheet, STYLE_DIM, "it has no links a reader could follow");
	}
	for (guint i = 0; i < tallies->len && i < DOMAINS_SHOWN; i++) {
		const Tally *tally = &g_array_index(tallies, Tally, i);

		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		write_domain(dossier->row, tally, sheet);
		if (is_senders_own(dossier->row, tally->domain))
			sheet_add(sheet, STYLE_DIM, " the sender's own");
		write_flags(tally->flags, sheet);
	}
	if (tallies->len > DOMAINS_SHOWN) {
		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		sheet_addf(sheet, STYLE_DIM, "and %u more domains: see the links tab",
			tallies->len - DOMAINS_SHOWN);
	}
	loads = message_loads(dossier->message);
	if (loads) {
		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		sheet_add(sheet, STYLE_DIM, loads);
	}
}

void
brief_weight(const Finding *finding, Sheet *sheet)
{
	sheet_line(sheet);
	sheet_to(sheet, WEIGHT_COLUMN);
	sheet_addf(sheet, finding->weight < 0 ? STYLE_GOOD : brief_score_style(finding->weight * 3),
		"%+4d", finding->weight);
	sheet_to(sheet, FINDING_COLUMN);
}

const char *
brief_finding_words(const Finding *finding)
{
	return *finding->text ? finding->text : finding->id;
}

static void
write_finding(const Finding *finding, Sheet *sheet)
{
	g_autofree char *evidence = finding_evidence(finding);

	brief_weight(finding, sheet);
	sheet_wrap(sheet, STYLE_NORMAL, brief_finding_words(finding));
	if (!*evidence)
		return;
	sheet_line(sheet);
	sheet_to(sheet, FINDING_COLUMN);
	if (*finding->where)
		sheet_addf(sheet, STYLE_DIM, "%s: ", finding->where);
	sheet_wrap(sheet, STYLE_DIM, evidence);
}

/* One line; the evidence beside it where there is room. */
static void
summarise_finding(const Finding *finding, Sheet *sheet)
{
	g_autofree char *evidence = finding_evidence(finding);

	brief_weight(finding, sheet);
	sheet_add(sheet, STYLE_NORMAL, brief_finding_words(finding));
	if (sheet_width(sheet) < LEAST_WITH_EVIDENCE || !*evidence)
		return;
	sheet_to(sheet, sheet_width(sheet) * EVIDENCE_PLACE / 100);
	sheet_add(sheet, STYLE_DIM, evidence);
}

static void
write_sum(const Dossier *dossier, Sheet *sheet)
{
	g_autofree char *words = findings_sum_words(findings_sum(dossier_findings(dossier)));

	sheet_line(sheet);
	sheet_to(sheet, WEIGHT_COLUMN);
	sheet_addf(sheet, brief_score_style(dossier->row->score), "%4d", dossier->row->score);
	sheet_to(sheet, FINDING_COLUMN);
	sheet_add(sheet, STYLE_DIM, words);
}

void
brief_why(const Dossier *dossier, Sheet *sheet)
{
	const GPtrArray *findings = dossier_findings(dossier);
	g_autofree char *heading = g_strdup_printf("Why it scores %d of 100", dossier->row->score);

	if (!findings)
		return;
	sheet_heading(sheet, heading);
	if (findings->len == 0) {
		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		sheet_add(sheet, STYLE_DIM, "nothing was found against it");
	}
	for (guint i = 0; i < findings->len; i++)
		write_finding(g_ptr_array_index(findings, i), sheet);
	if (findings->len > 0)
		write_sum(dossier, sheet);
}

void
brief_record(const Dossier *dossier, Sheet *sheet)
{
	const KeyRecord *record = &dossier->record;
	g_autofree char *messages = figure_count(record->messages, "message");
	g_autofree char *since = figure_age(dossier->now, record->first);

	if (record->messages == 0) {
		sheet_add(sheet, STYLE_DIM,
			dossier->row->account ? "nothing vouches for the account, so no record"
					      : "no account, so no record");
		return;
	}
	sheet_addf(sheet, STYLE_NORMAL, "%s of it: ", messages);
	sheet_addf(sheet, record->by_state[STATE_RELEASED] > 0 ? STYLE_GOOD : STYLE_NORMAL,
		"%" G_GINT64_FORMAT " released", record->by_state[STATE_RELEASED]);
	sheet_add(sheet, STYLE_NORMAL, ", ");
	sheet_addf(sheet, record->by_state[STATE_BLOCKED] > 0 ? STYLE_DANGER : STYLE_NORMAL,
		"%" G_GINT64_FORMAT " blocked", record->by_state[STATE_BLOCKED]);
	if (*since)
		sheet_addf(sheet, STYLE_DIM, " · first seen %s%s", since,
			g_ascii_isdigit(since[0]) ? " ago" : "");
}

static void
write_decision(const Decision *decision, Sheet *sheet)
{
	g_autofree char *when = figure_time(decision->at);

	sheet_line(sheet);
	sheet_to(sheet, SHEET_LABEL);
	sheet_addf(sheet, STYLE_DIM, "%s  ", when);
	sheet_add(sheet, brief_state_style(decision->after), state_name(decision->after));
	sheet_addf(sheet, STYLE_NORMAL, " by %s", decision->actor);
	if (decision->rule > 0)
		sheet_addf(sheet, STYLE_DIM, ", by rule %" G_GINT64_FORMAT, decision->rule);
	if (decision->undo)
		sheet_add(sheet, STYLE_DIM, ", taking an earlier decision back");
	if (decision->reason) {
		sheet_add(sheet, STYLE_DIM, ": ");
		sheet_wrap(sheet, STYLE_NORMAL, decision->reason);
	}
}

void
brief_state(const Dossier *dossier, Sheet *sheet)
{
	g_autofree char *heading = g_strdup_printf("Why it is %s", state_name(dossier->row->state));

	sheet_heading(sheet, heading);
	for (guint i = 0; i < dossier->why->len; i++) {
		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		sheet_wrap(sheet, i == 0 ? STYLE_NORMAL : STYLE_DIM,
			g_ptr_array_index(dossier->why, i));
	}
}

void
brief_before(const Dossier *dossier, Sheet *sheet)
{
	sheet_heading(sheet, "What was decided before");
	sheet_label(sheet, "Account");
	brief_record(dossier, sheet);
	brief_keys(dossier, sheet);
	brief_decisions(dossier, sheet);
}

void
brief_decisions(const Dossier *dossier, Sheet *sheet)
{
	for (guint i = 0; i < dossier->decisions->len; i++)
		write_decision(g_ptr_array_index(dossier->decisions, i), sheet);
}

static void
summarise_links(const Dossier *dossier, Sheet *sheet)
{
	g_autoptr(GArray) tallies = tally_links(dossier->message);

	sheet_label(sheet, "Links to");
	if (tallies->len == 0)
		sheet_add(sheet, STYLE_DIM, "nowhere");
	for (guint i = 0; i < tallies->len && i < SUMMARY_DOMAINS; i++) {
		if (i > 0)
			sheet_add(sheet, STYLE_DIM, " · ");
		write_domain(dossier->row, &g_array_index(tallies, Tally, i), sheet);
	}
	if (tallies->len > SUMMARY_DOMAINS)
		sheet_addf(sheet, STYLE_DIM, " · %u more", tallies->len - SUMMARY_DOMAINS);
	if (dossier->row->attachments > 0) {
		g_autofree char *files = figure_count(dossier->row->attachments, "attachment");

		sheet_addf(sheet, STYLE_WARN, " · %s", files);
	}
}

void
brief_summary(const Dossier *dossier, Sheet *sheet)
{
	const MessageRow *row = dossier->row;
	const GPtrArray *findings = dossier_findings(dossier);

	sheet_line(sheet);
	sheet_to(sheet, SHEET_LABEL);
	sheet_add(sheet, STYLE_STRONG, message_row_title(row));
	brief_claim(dossier->row, dossier->now, sheet);
	sheet_label(sheet, "From");
	brief_sender(row, sheet);
	sheet_label(sheet, "Account");
	brief_origin(row, dossier->message, sheet);
	write_recipients(row, sheet);
	if (dossier->message)
		summarise_links(dossier, sheet);
	sheet_label(sheet, "Before");
	brief_record(dossier, sheet);
	if (dossier->trouble && !row->purged) {
		sheet_label(sheet, "Trouble");
		sheet_wrap(sheet, STYLE_ERROR, dossier->trouble);
	}
	for (guint i = 0; findings && i < findings->len && i < SUMMARY_FINDINGS; i++)
		summarise_finding(g_ptr_array_index(findings, i), sheet);
}

/* "links to a.example, b.example and 2 more" */
static void
append_links(GString *facts, const Message *message)
{
	g_autoptr(GArray) tallies = tally_links(message);

	for (guint i = 0; i < tallies->len && i < DOMAINS_SHOWN; i++)
		g_string_append_printf(facts, "%s%s", i == 0 ? " · links to " : ", ",
			g_array_index(tallies, Tally, i).domain);
	if (tallies->len > DOMAINS_SHOWN)
		g_string_append_printf(facts, " and %u more", tallies->len - DOMAINS_SHOWN);
}

char *
brief_facts(const Dossier *dossier)
{
	const MessageRow *row = dossier->row;
	g_autoptr(GString) facts = g_string_new(NULL);

	if (*row->from_name)
		g_string_append_printf(facts, "\"%s\" ", row->from_name);
	if (row->purged)
		g_string_append(facts, row->domain);
	else
		g_string_append_printf(facts, "<%s>", row->from);
	if (row->account)
		g_string_append_printf(facts, " · %saccount %s",
			row->account_signed ? "" : "claimed ", row->account);
	if (row->region)
		g_string_append_printf(facts, " %s", row->region);
	if (dossier->message)
		append_links(facts, dossier->message);
	if (row->purged)
		g_string_append_printf(facts, " · %s", row->purged);
	else
		g_string_append_printf(
			facts, " · subject: %s", *row->subject ? row->subject : "(none)");
	return g_string_free(g_steal_pointer(&facts), FALSE);
}
