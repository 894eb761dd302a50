#include <string.h>

#include "cli/show.h"
#include "cli/when.h"
#include "mail/dmarc.h"
#include "mail/text.h"
#include "store/claim.h"
#include "store/explain.h"
#include "store/history.h"
#include "store/maillog.h"

enum {
	BRIEF_LINKS = 8
};

/* What the brief is made from. */
typedef struct Brief {
	MessageRow *row;
	Message *message;
	GPtrArray *decisions;
	GPtrArray *why; /* it is held, released or blocked: sentences */
	GPtrArray *history;
} Brief;

static void
brief_clear(Brief *brief)
{
	message_row_free(brief->row);
	message_free(brief->message);
	g_clear_pointer(&brief->decisions, g_ptr_array_unref);
	g_clear_pointer(&brief->why, g_ptr_array_unref);
	g_clear_pointer(&brief->history, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Brief, brief_clear)

static bool
brief_load(Session *session, int64_t id, Brief *brief, GError **error)
{
	Store *store = session->store;
	g_autoptr(Snapshot) look = store_snapshot(store, error);

	brief->row = look ? store_row(store, id, error) : NULL;
	brief->message = brief->row ? store_load_record(store, id, error) : NULL;
	brief->decisions = brief->message ? store_decisions(store, id, error) : NULL;
	brief->why = brief->decisions ? store_explain(store, id, session->now, error) : NULL;
	brief->history = brief->why ? store_history(store, id, error) : NULL;
	return brief->history != NULL;
}

static void G_GNUC_PRINTF(3, 4)
	print_field(Session *session, const char *name, const char *format, ...)
{
	g_autofree char *value = NULL;
	va_list arguments;

	va_start(arguments, format);
	value = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	output_line(session->output, "%-12s %s", name, value);
}

static void
print_heading(Session *session, const char *heading)
{
	output_line(session->output, "%s", "");
	output_line(session->output, "%s", heading);
}

static void
print_what(Session *session, const Brief *brief)
{
	const MessageRow *row = brief->row;
	g_autofree char *received = when_text(row->received);
	g_autofree char *date = when_text(row->date);
	g_autofree char *size = g_format_size((guint64)row->size);

	output_line(session->output, "Message %" G_GINT64_FORMAT ", %s, score %d", row->id,
		state_name(row->state), row->score);
	if (row->purged)
		print_field(session, "Mail", "%s: only this record is left", row->purged);
	else
		print_field(session, "Subject", "%s", row->subject);
	print_field(session, "Received", "%s UTC (dated %s), %s", received, date, size);
	if (!row->purged)
		print_field(session, "Source", "%s", row->source);
	if (claim_holder(row, session->now)) {
		g_autofree char *claim =
			claim_words(row->claimed_by, row->claimed_until, session->now);

		print_field(session, "Claim", "%s", claim);
	}
}

static void
print_mailbox(Session *session, const char *name, const Address *address)
{
	if (address->name && *address->name)
		print_field(session, name, "\"%s\" <%s>", address->name, address->address);
	else
		print_field(session, name, "<%s>", address->address);
}

static void
print_envelope(Session *session, const MessageRow *row)
{
	g_autofree char *recipients = g_strjoinv(", ", row->recipients);
	const char *sender = row->sender ? row->sender : "unknown";

	print_field(session, "Envelope", "from %s to %s", *sender ? sender : "<>",
		*recipients ? recipients : "unknown recipients");
}

/* What a mail server's log tells, and which of the envelope is known from there alone. */
static void
print_log(Session *session, const MessageLog *log)
{
	g_autofree char *words = message_log_words(log);
	g_autofree char *client = message_log_client(log);

	if (words)
		print_field(session, "", "%s", words);
	print_field(session, "Log", "queue id %s of %s%s%s", log->queue_id, log->server,
		client ? ", client " : "", client ? client : "");
}

static char *
account_words(const Message *message)
{
	const Signature *signature = ses_account_signature(message);
	g_autofree char *vouched = signature ? dkim_vouched_text(message, signature->domain) : NULL;

	if (!signature)
		return g_strdup("not covered by a signature of Amazon's: anybody could write it");
	return g_strdup_printf("signed by Amazon: %s", vouched);
}

/* Who really sent it: what Amazon vouches for, not what the header says. */
static void
print_origin(Session *session, const Brief *brief)
{
	const SesOrigin *ses = brief->message->ses;
	g_autofree char *account = NULL;

	print_field(session, "Amazon SES", "%s%s%s%s%s", ses_class_name(ses->class),
		ses->region ? ", " : "", ses->region ? ses->region : "", ses->ip ? ", from " : "",
		ses->ip ? ses->ip : "");
	for (guint i = 0; i < ses->inconsistencies->len; i++)
		print_field(session, "", "but %s",
			(const char *)g_ptr_array_index(ses->inconsistencies, i));
	if (!ses->account)
		return;
	account = account_words(brief->message);
	print_field(session, "Account", "%s, %s", ses->account, account);
}

/* A trusted DMARC pass vouches for it as well, without a word on signatures. */
static char *
identity_words(const Message *message)
{
	const char *domain = message->account_domain;
	g_autofree char *vouched = domain ? dkim_vouched_text(message, domain) : NULL;

	if (!domain || !message->authenticated)
		return g_steal_pointer(&vouched);
	if (!dkim_passed(message, domain) && !auth_dkim_passed(message, domain))
		return g_strdup("authenticated by DMARC");
	return g_strdup_printf("authenticated: %s", vouched);
}

static void
print_identity(Session *session, const Message *message)
{
	g_autofree char *alignment = dmarc_text(message);

	g_autofree char *words = identity_words(message);

	if (words)
		print_field(session, "Identity", "%s, %s", message->account_domain, words);
	else
		print_field(session, "Identity", "none: no signature aligned with From");
	print_field(session, "From is", "%s", alignment);
}

/* "sender AbC... shop.example: 0 held, 12 released, 0 blocked, since 2026-05-01 10:00" */
static void
print_key(Session *session, const KeyHistory *key)
{
	const KeyRecord *record = &key->record;
	bool link = strcmp(key->key, edge_kind_names[EDGE_LINK].name) == 0;
	g_autofree char *value = link ? text_defang(key->value) : g_strdup(key->value);
	g_autofree char *held = history_count(key, record->by_state[STATE_HELD]);
	g_autofree char *released = history_count(key, record->by_state[STATE_RELEASED]);
	g_autofree char *blocked = history_count(key, record->by_state[STATE_BLOCKED]);
	g_autofree char *first = when_text(record->first);

	output_line(session->output, "%s %s: %s held, %s released, %s blocked, since %s", key->key,
		value, held, released, blocked, first);
	if (record->person_released + record->person_blocked > 0)
		output_line(session->output,
			"      of these people released %" G_GINT64_FORMAT
			" and blocked %" G_GINT64_FORMAT,
			record->person_released, record->person_blocked);
}

static void
print_key_more(Session *session, const KeyHistory *key)
{
	g_autofree char *brands = history_brands(key);
	g_autoptr(GString) domains = g_string_new(NULL);

	for (guint i = 0; i < key->domains->len; i++)
		g_string_append_printf(domains, "%s%s", i > 0 ? ", " : "",
			(const char *)g_ptr_array_index(key->domains, i));
	if (key->domains->len > 1)
		output_line(session->output, "      from %s", domains->str);
	if (brands)
		output_line(session->output, "      %s", brands);
	for (guint i = 0; i < key->decisions->len; i++) {
		const KeyDecision *decision = g_ptr_array_index(key->decisions, i);
		g_autofree char *at = when_text(decision->at);

		output_line(session->output,
			"      %s  %s: %s of %" G_GINT64_FORMAT
			"%s%s%s (operation %" G_GINT64_FORMAT ")",
			at, decision->actor, decision->verb, decision->messages,
			decision->undone ? ", undone" : "", decision->reason ? ", " : "",
			decision->reason ? decision->reason : "", decision->operation);
	}
}

static void
print_history(Session *session, const GPtrArray *history)
{
	for (guint i = 0; i < history->len; i++) {
		print_key(session, g_ptr_array_index(history, i));
		print_key_more(session, g_ptr_array_index(history, i));
	}
}

static void
print_state(Session *session, const Brief *brief)
{
	g_autofree char *heading = g_strdup_printf("Why it is %s", state_name(brief->row->state));

	print_heading(session, heading);
	for (guint i = 0; i < brief->why->len; i++)
		output_line(session->output, "%s", (const char *)g_ptr_array_index(brief->why, i));
}

static void
print_decisions(Session *session, const GPtrArray *decisions)
{
	for (guint i = 0; i < decisions->len; i++) {
		const Decision *decision = g_ptr_array_index(decisions, i);
		g_autofree char *at = when_text(decision->at);

		output_line(session->output, "%s  %s: %s%s%s%s (operation %" G_GINT64_FORMAT ")",
			at, decision->actor, decision_name(decision->kind),
			decision->undo ? " by undo" : "", decision->reason ? ", " : "",
			decision->reason ? decision->reason : "", decision->operation);
	}
}

/* What vouched for them stood in the mail: that something did is all that is known still. */
static void
print_record(Session *session, const MessageRow *row)
{
	print_field(session, "From domain", "%s", *row->domain ? row->domain : "none");
	print_field(session, "Amazon SES", "%s%s%s%s%s", ses_class_name(row->ses),
		row->region ? ", " : "", row->region ? row->region : "", row->ip ? ", from " : "",
		row->ip ? row->ip : "");
	if (row->account)
		print_field(session, "Account", "%s, %s", row->account,
			row->account_signed ? "signed by Amazon" : "claimed");
	if (row->identity_domain)
		print_field(session, "Identity", "%s, %s", row->identity_domain,
			row->authenticated ? "authenticated" : "claimed");
	print_field(session, "SHA-256", "%s", row->sha256);
}

static void
print_who(Session *session, const Brief *brief)
{
	const Message *message = brief->message;

	if (brief->row->purged) {
		print_record(session, brief->row);
		return;
	}
	print_mailbox(session, "From", message->from);
	if (message->reply_to)
		print_mailbox(session, "Reply-To", message->reply_to);
	print_field(session, "To", "%s", message->to);
	print_envelope(session, brief->row);
	if (brief->row->log)
		print_log(session, brief->row->log);
	print_origin(session, brief);
	print_identity(session, message);
	print_signatures(session, message);
	print_results(session, message);
}

/* What a reader would fetch by itself is no link, but tells the sender who read. */
static void
print_loads(Session *session, const Message *message)
{
	g_autofree char *loads = message_loads(message);

	if (loads)
		output_line(session->output, "      %s", loads);
}

bool
show_brief(Session *session, int64_t id, GError **error)
{
	g_auto(Brief) brief = { 0 };

	if (!brief_load(session, id, &brief, error))
		return false;
	print_what(session, &brief);
	print_who(session, &brief);
	print_state(session, &brief);
	print_heading(session, "Why this score");
	print_findings(session, brief.message);
	if (brief.message->links->len > 0) {
		print_heading(session, "Links");
		print_links(session, brief.message, BRIEF_LINKS);
	}
	print_loads(session, brief.message);
	if (brief.message->attachments->len > 0) {
		print_heading(session, "Attachments");
		print_attachments(session, brief.message);
	}
	if (brief.decisions->len > 0) {
		print_heading(session, "Decisions");
		print_decisions(session, brief.decisions);
	}
	if (brief.history->len > 0) {
		print_heading(session, "History");
		print_history(session, brief.history);
	}
	return true;
}
