#include "store/report.h"

#include <string.h>

#include "mail/address.h"
#include "mail/from_line.h"
#include "mail/redact.h"
#include "store/campaign.h"
#include "store/ledger.h"
#include "store/report_rows.h"

const char *const report_way_names[] = { "mail", "api", NULL };
const char *const report_kind_names[] = { "spam", "phishing", NULL };

const char *
unreported_words(UnreportedReason reason)
{
	static const char *const words[UNREPORTED_REASONS] = {
		[UNREPORTED_RELEASED] = "released, so no abuse",
		[UNREPORTED_NOT_SES] = "not sent through Amazon SES, as far as can be told",
		[UNREPORTED_PURGED] = "purged",
		[UNREPORTED_ACCOUNTS] = "of more accounts than are reported at once",
	};

	return words[reason];
}

void
report_draft_free(ReportDraft *draft)
{
	if (!draft)
		return;
	g_free(draft->account);
	g_array_unref(draft->messages);
	g_free(draft->token);
	g_clear_pointer(&draft->body, g_bytes_unref);
	g_free(draft);
}

void
report_plan_clear(ReportPlan *plan)
{
	g_clear_pointer(&plan->drafts, g_ptr_array_unref);
	g_clear_pointer(&plan->before, g_free);
}

/* ---- who reports ---- */

static bool
refuse(GError **error, const char *words)
{
	g_set_error_literal(error, STORE_ERROR, STORE_ERROR_REFUSED, words);
	return false;
}

static bool
is_domain(const char *domain)
{
	return domain && host_name_is_plain(domain) && strchr(domain, '.') && strlen(domain) < 254;
}

static bool
is_contact(const char *address)
{
	return address && !address_fault(address) && strchr(address, '@') &&
		g_str_is_ascii(address);
}

static bool
is_name(const char *text)
{
	for (const char *at = text; at && *at; at++)
		if (g_ascii_iscntrl(*at))
			return false;
	return text && *text && g_utf8_validate(text, -1, NULL) && g_utf8_strlen(text, -1) <= 200;
}

bool
report_check(const ReportRequest *request, GError **error)
{
	const Reporter *reporter = &request->reporter;

	if (!is_name(reporter->org) || !is_contact(reporter->contact) ||
		!is_domain(reporter->domain))
		return refuse(error,
			"a report says who makes it: set report-org, the organisation's name, "
			"report-contact, its address for questions, and report-domain, its domain");
	if (!request->destination || !*request->destination)
		return refuse(error, "it is not set where reports go");
	if (!request->transport || !*request->transport)
		return refuse(error, "it is not set how reports leave: set report-transport");
	return true;
}

/* ---- which messages, by account ---- */

static ReportDraft *
draft_of(ReportPlan *plan, GHashTable *by_account, const char *account)
{
	const char *key = account ? account : "";
	ReportDraft *draft = g_hash_table_lookup(by_account, key);

	if (draft || plan->drafts->len == REPORT_MAX_ACCOUNTS)
		return draft;
	draft = g_new0(ReportDraft, 1);
	draft->account = g_strdup(account);
	draft->proven = true;
	draft->messages = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_ptr_array_add(plan->drafts, draft);
	g_hash_table_insert(by_account, g_strdup(key), draft);
	return draft;
}

static void
take_message(ReportPlan *plan, GHashTable *by_account, sqlite3_stmt *row)
{
	int64_t id = db_int(row, 0);
	SesClass class = (SesClass)ledger_enum(row, 2, SES_CLASSES);
	const char *account = (const char *)sqlite3_column_text(row, 3);
	ReportDraft *draft;

	if (db_int(row, 5)) {
		plan->unreported[UNREPORTED_PURGED]++;
	} else if (ledger_enum(row, 1, STATES) == STATE_RELEASED) {
		plan->unreported[UNREPORTED_RELEASED]++;
	} else if (class < SES_LIKELY) {
		plan->unreported[UNREPORTED_NOT_SES]++;
	} else if (!(draft = draft_of(plan, by_account, account))) {
		plan->unreported[UNREPORTED_ACCOUNTS]++;
	} else {
		draft->proven = draft->proven && account && db_int(row, 4);
		if (draft->messages->len < REPORT_MAX_LISTED)
			g_array_append_val(draft->messages, id);
		else
			draft->unlisted++;
	}
}

static bool
find_messages(Store *store, ReportPlan *plan, GError **error)
{
	static const char sql[] =
		"SELECT m.id, m.state, m.ses, m.account, m.account_signed,"
		" EXISTS (SELECT 1 FROM purged WHERE message = m.id)"
		" FROM message m WHERE m.campaign = :campaign ORDER BY m.ord DESC";
	g_autoptr(GHashTable) by_account =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":campaign", plan->campaign);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		take_message(plan, by_account, select);
	return step == STEP_DONE;
}

static bool
find_earlier(Store *store, ReportPlan *plan, GError **error)
{
	static const char sql[] =
		"WITH told AS (SELECT count(DISTINCT t.operation) AS times, max(t.operation) AS last"
		"  FROM message m JOIN reported t ON t.message = m.id WHERE m.campaign = :campaign)"
		" SELECT times, last, (SELECT actor FROM operation WHERE id = last) FROM told";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":campaign", plan->campaign);
	if (!db_row(store, select, error))
		return false;
	plan->earlier = (int)db_int(select, 0);
	if (plan->earlier > 0)
		plan->before = g_strdup_printf("reported by %s, operation %" G_GINT64_FORMAT,
			(const char *)sqlite3_column_text(select, 2), db_int(select, 1));
	return true;
}

/* ---- what is told of a message ---- */

/* What is longer than a reader needs ends with a line that says so. */
static GBytes *
redacted_copy(Redaction *redaction, const Message *message, const char *sha256)
{
	g_autofree char *mail = redact_message(redaction, message, sha256, REDACT_FOR_AMAZON);
	g_autofree char *whole = NULL;
	size_t length = strlen(mail);

	if (length > REPORT_MAX_COPY) {
		size_t kept = REPORT_MAX_COPY;

		while (((guchar)mail[kept] & 0xc0) == 0x80)
			kept--;
		whole = g_strdup_printf("%.*s\r\n---- cut: %zu bytes more ----\r\n", (int)kept,
			mail, length - kept);
	}
	return report_lines(whole ? whole : mail);
}

/* False where it can't be read; one that is too large is none, and no error. */
static bool
copy_mail(Store *store, int64_t id, const Message *message, Redaction *redaction,
	ReportedMail *mail, GError **error)
{
	g_autoptr(GBytes) raw = NULL;
	const char *bytes;
	size_t before;
	gsize size;

	if (redaction) {
		mail->copy = redacted_copy(redaction, message, mail->sha256);
		return true;
	}
	if (mail->size > REPORT_MAX_ORIGINAL)
		return true;
	raw = store_raw(store, id, error);
	if (!raw)
		return false;
	bytes = g_bytes_get_data(raw, &size);
	before = from_line_length(bytes, size);
	mail->copy = g_bytes_new_from_bytes(raw, before, size - before);
	return true;
}

/* @text as it may be told. */
static char *
told(Redaction *redaction, const char *text)
{
	return redaction ? redact_text(redaction, text) : g_strdup(text);
}

/* An address that had to be altered is none. */
static char *
told_address(Redaction *redaction, const char *address)
{
	g_autofree char *text = address && *address ? told(redaction, address) : NULL;

	if (!text || !g_str_equal(text, address) || address_fault(text) || !strchr(text, '@') ||
		!g_str_is_ascii(text))
		return NULL;
	return g_steal_pointer(&text);
}

static ReportedMail *
tell(const MessageRow *row, const Message *message, Redaction *redaction)
{
	ReportedMail *mail = g_new0(ReportedMail, 1);

	if (redaction) {
		redaction_begin(redaction);
		redaction_add_message(redaction, message);
	}
	mail->received = row->received;
	if (row->message_id && g_str_has_suffix(row->message_id, ".amazonses.com"))
		mail->ses_id = g_strdup(row->message_id);
	mail->ip = g_strdup(row->ip);
	mail->region = g_strdup(row->region);
	mail->mail_from = told_address(redaction, row->sender);
	mail->to = redaction || !row->recipients[0] ? NULL : g_strjoinv(", ", row->recipients);
	mail->from = told(redaction, row->from);
	mail->subject = told(redaction, row->subject);
	mail->link_domain = g_strdup(row->link_domain);
	mail->sha256 = g_strdup(row->sha256);
	mail->size = row->size;
	return mail;
}

static ReportedMail *
load_mail(Store *store, int64_t id, bool shown, Redaction *redaction, GError **error)
{
	g_autoptr(MessageRow) row = store_row(store, id, error);
	g_autoptr(Message) message = row ? store_load(store, id, error) : NULL;
	ReportedMail *mail;

	if (!message)
		return NULL;
	mail = tell(row, message, redaction);
	if (!shown || copy_mail(store, id, message, redaction, mail, error))
		return mail;
	reported_mail_free(mail);
	return NULL;
}

/* ---- its name ---- */

static void
add_word(GChecksum *digest, const char *word)
{
	g_checksum_update(digest, (const guchar *)word, (gssize)strlen(word) + 1);
}

/* A UUID made of all that the report says and of how often that was said before: another one
 * for what a person reports again, and the same one for what is sent again.  It has the shape of
 * version 4, which is what the schema asks for. */
static char *
token_of(const ReportFacts *facts, int earlier)
{
	const ReportRequest *request = facts->request;
	g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *flags = g_strdup_printf("%d %d %d %d %d", request->way, request->kind,
		request->unredacted, request->test, earlier);
	const char *hex;

	add_word(digest, "lazaret report");
	add_word(digest, request->reporter.domain);
	add_word(digest, request->destination);
	add_word(digest, flags);
	add_word(digest, facts->draft->account ? facts->draft->account : "");
	for (guint i = 0; i < facts->mails->len; i++) {
		const ReportedMail *mail = g_ptr_array_index(facts->mails, i);

		add_word(digest, mail->sha256);
	}
	hex = g_checksum_get_string(digest);
	return g_strdup_printf(
		"%.8s-%.4s-4%.3s-8%.3s-%.12s", hex, hex + 8, hex + 12, hex + 15, hex + 18);
}

/* ---- the plan ---- */

static bool
write_draft(
	Store *store, const ReportRequest *request, int earlier, ReportDraft *draft, GError **error)
{
	g_autoptr(Redaction) redaction = request->unredacted ? NULL : redaction_new();
	g_autoptr(GPtrArray) mails =
		g_ptr_array_new_with_free_func((GDestroyNotify)reported_mail_free);
	const ReportFacts facts = { .request = request, .draft = draft, .mails = mails };

	if (redaction)
		redaction_add_domains(redaction, request->own_domains);
	for (guint i = 0; i < draft->messages->len; i++) {
		ReportedMail *mail = load_mail(store, g_array_index(draft->messages, int64_t, i),
			i < REPORT_MAX_SHOWN, redaction, error);

		if (!mail)
			return false;
		g_ptr_array_add(mails, mail);
	}
	draft->token = token_of(&facts, earlier);
	if (request->way == REPORT_API)
		report_write_xarf(&facts);
	else
		report_write_arf(&facts);
	return true;
}

static bool
write_drafts(Store *store, const ReportRequest *request, ReportPlan *plan, GError **error)
{
	for (guint i = 0; i < plan->drafts->len; i++) {
		ReportDraft *draft = g_ptr_array_index(plan->drafts, i);

		if (!write_draft(store, request, plan->earlier, draft, error))
			return false;
		plan->messages += draft->messages->len;
		plan->bytes += (int64_t)g_bytes_get_size(draft->body);
	}
	return true;
}

bool
store_plan_report(Store *store, const ReportRequest *request, ReportPlan *plan, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	ReportRequest asked = *request;

	*plan = (ReportPlan){ .campaign = request->campaign,
		.drafts = g_ptr_array_new_with_free_func((GDestroyNotify)report_draft_free) };
	if (!snapshot || !report_check(request, error) ||
		!store_campaign_id(store, &plan->campaign, error) ||
		!find_messages(store, plan, error) || !find_earlier(store, plan, error))
		return false;
	if (plan->drafts->len == 0) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"campaign %" G_GINT64_FORMAT " has no message to report: %" G_GINT64_FORMAT
			" released, %" G_GINT64_FORMAT " not from Amazon SES, %" G_GINT64_FORMAT
			" purged",
			plan->campaign, plan->unreported[UNREPORTED_RELEASED],
			plan->unreported[UNREPORTED_NOT_SES], plan->unreported[UNREPORTED_PURGED]);
		return false;
	}
	asked.campaign = plan->campaign;
	return write_drafts(store, &asked, plan, error);
}
