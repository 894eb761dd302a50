#include "release/notice_facts.h"

#include <string.h>

#include "mail/domain.h"
#include "mail/history.h"
#include "mail/message.h"
#include "mail/redact.h"
#include "store/campaign.h"
#include "store/harm.h"

enum {
	LONGEST = 2000,    /* bytes of a text of a mail */
	LONGEST_NAME = 60, /* of a display name, so that the address stays in sight */
};

/* What is counted by its text, and found again by it. */
typedef struct Tallies {
	GPtrArray *list;
	GHashTable *by_text; /* const char * -> NoticeTally */
} Tallies;

/* Messages on their way into facts. */
typedef struct Gathering {
	NoticeFacts *facts;
	const Site *site;
	Redaction *redaction; /* of the message at hand */
	Redaction *everyone;  /* of all that were looked at */
	int64_t message;      /* at hand */
	Tallies subjects, senders, accounts, domains, sites, urls, files, brands;
} Gathering;

static void
tally_free(void *data)
{
	NoticeTally *tally = data;

	g_free(tally->text);
	g_free(tally->more);
	g_free(tally);
}

static void
free_lists(const NoticeFacts *facts)
{
	GPtrArray *const lists[] = { facts->findings, facts->brands, facts->subjects,
		facts->senders, facts->accounts, facts->domains, facts->sites, facts->urls,
		facts->files };

	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
		if (lists[i])
			g_ptr_array_unref(lists[i]);
	}
}

void
notice_facts_free(NoticeFacts *facts)
{
	if (!facts)
		return;
	free_lists(facts);
	g_free(facts);
}

static void
tallies_init(Tallies *tallies)
{
	tallies->list = g_ptr_array_new_with_free_func(tally_free);
	tallies->by_text = g_hash_table_new(g_str_hash, g_str_equal);
}

static int
compare_tallies(const void *a, const void *b)
{
	const NoticeTally *first = *(NoticeTally *const *)a;
	const NoticeTally *second = *(NoticeTally *const *)b;

	if (first->messages != second->messages)
		return first->messages > second->messages ? -1 : 1;
	return strcmp(first->text, second->text);
}

/* Takes the list out, in order. */
static GPtrArray *
tallies_end(Tallies *tallies)
{
	g_hash_table_unref(tallies->by_text);
	g_ptr_array_sort(tallies->list, compare_tallies);
	return tallies->list;
}

/* The same, without anybody that any of the messages was for: a mail to one may name another. */
static GPtrArray *
tallies_end_redacted(Tallies *tallies, Redaction *everyone)
{
	GPtrArray *list = tallies_end(tallies);

	for (guint i = 0; i < MIN(list->len, NOTICE_MOST); i++) {
		NoticeTally *tally = g_ptr_array_index(list, i);
		g_autofree char *text = tally->text;
		g_autofree char *more = tally->more;

		tally->text = redact_text(everyone, text);
		tally->more = redact_text(everyone, more);
	}
	return list;
}

/* Counts @text once for a message; NULL and "" are nothing. */
static NoticeTally *
count(const Gathering *gathering, Tallies *tallies, const char *text)
{
	NoticeTally *tally = text && *text ? g_hash_table_lookup(tallies->by_text, text) : NULL;

	if (!text || !*text)
		return NULL;
	if (!tally) {
		tally = g_new0(NoticeTally, 1);
		tally->text = g_strdup(text);
		g_hash_table_insert(tallies->by_text, tally->text, tally);
		g_ptr_array_add(tallies->list, tally);
	}
	if (tally->seen != gathering->message)
		tally->messages++;
	tally->seen = gathering->message;
	return tally;
}

/* @text without those the mail was for.  Yours. */
static char *
redacted(const Gathering *gathering, const char *text)
{
	g_autofree char *head = finding_quote(text ? text : "", LONGEST);

	return redact_text(gathering->redaction, head);
}

/* ---- one message ---- */

/* The first is recipient-1 in each message, so that what they say is counted as one. */
static void
look_for_recipients(Gathering *gathering, const Message *message)
{
	redaction_free(gathering->redaction);
	gathering->redaction = redaction_new();
	redaction_add_domains(
		gathering->redaction, gathering->site ? gathering->site->own_domains : NULL);
	redaction_add_message(gathering->redaction, message);
	redaction_add_message(gathering->everyone, message);
}

/* What would do harm to block is not named: admins block what is. */
static void
add_sender(Gathering *gathering, const Message *message)
{
	const Address *from = message->from;
	g_autofree char *name = finding_quote(from->name ? from->name : "", LONGEST_NAME);
	g_autofree char *whole = *name ? g_strdup_printf("\"%s\" <%s>", name, from->address)
				       : g_strdup(from->address);
	g_autofree char *text = redacted(gathering, whole);
	NoticeTally *domain;

	count(gathering, &gathering->senders, text);
	if (!message->from_domain || harm_of_senders(message->from_domain, gathering->site))
		return;
	domain = count(gathering, &gathering->domains, message->from_domain);
	if (domain && message->authenticated && message->account_domain &&
		domain_same_org(message->account_domain, message->from_domain))
		domain->proven = true;
}

static void
add_account(Gathering *gathering, const Message *message)
{
	NoticeTally *account = count(gathering, &gathering->accounts, message->ses->account);

	if (!account)
		return;
	if (!account->more)
		account->more = g_strdup(message->ses->region);
	account->proven = account->proven || message->ses->account_signed;
}

static void
add_link(Gathering *gathering, const Link *link)
{
	const Site *site = gathering->site;
	g_autofree char *head = NULL;
	g_autofree char *url = NULL;

	if (!link_is_followed(link))
		return;
	if (!harm_of_link(link->domain, site)) {
		count(gathering, &gathering->sites, link->domain);
	} else if (harm_page_stands_alone(link) && !harm_of_page(link->final, site)) {
		head = finding_quote(link->final, LONGEST);
		url = redact_links(gathering->redaction, head);
		count(gathering, &gathering->urls, url);
	}
}

static void
add_file(Gathering *gathering, const Attachment *attachment)
{
	NoticeTally *file = count(gathering, &gathering->files, attachment->sha256);

	if (file && !file->more)
		file->more = redacted(gathering, attachment->name);
}

static void
add_brands(Gathering *gathering, const Message *message)
{
	for (guint i = 0; i < message->findings->len; i++) {
		g_autofree char *brand = finding_brand(g_ptr_array_index(message->findings, i));
		g_autofree char *text = brand ? redacted(gathering, brand) : NULL;

		count(gathering, &gathering->brands, text);
	}
}

static void
add_message(Gathering *gathering, const Message *message)
{
	g_autofree char *subject = NULL;

	look_for_recipients(gathering, message);
	subject = redacted(gathering, message->subject);
	count(gathering, &gathering->subjects, subject);
	add_sender(gathering, message);
	add_account(gathering, message);
	add_brands(gathering, message);
	for (guint i = 0; i < message->links->len; i++)
		add_link(gathering, g_ptr_array_index(message->links, i));
	for (guint i = 0; i < message->attachments->len; i++)
		add_file(gathering, g_ptr_array_index(message->attachments, i));
}

/* ---- all of them ---- */

static void
gathering_init(Gathering *gathering, NoticeFacts *facts, const Site *site)
{
	*gathering = (Gathering){ .facts = facts, .site = site, .everyone = redaction_new() };
	redaction_add_domains(gathering->everyone, site ? site->own_domains : NULL);
	tallies_init(&gathering->subjects);
	tallies_init(&gathering->senders);
	tallies_init(&gathering->accounts);
	tallies_init(&gathering->domains);
	tallies_init(&gathering->sites);
	tallies_init(&gathering->urls);
	tallies_init(&gathering->files);
	tallies_init(&gathering->brands);
}

static void
gathering_end(Gathering *gathering)
{
	NoticeFacts *facts = gathering->facts;
	Redaction *everyone = gathering->everyone;

	facts->subjects = tallies_end_redacted(&gathering->subjects, everyone);
	facts->senders = tallies_end_redacted(&gathering->senders, everyone);
	facts->accounts = tallies_end(&gathering->accounts);
	facts->domains = tallies_end(&gathering->domains);
	facts->sites = tallies_end(&gathering->sites);
	facts->urls = tallies_end_redacted(&gathering->urls, everyone);
	facts->files = tallies_end_redacted(&gathering->files, everyone);
	facts->brands = tallies_end(&gathering->brands);
	redaction_free(gathering->redaction);
	redaction_free(gathering->everyone);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Gathering, gathering_end)

static bool
gather_message(Store *store, Gathering *gathering, int64_t id, GError **error)
{
	g_autoptr(GError) inner = NULL;
	g_autoptr(Message) message = store_load(store, id, &inner);

	gathering->message = id;
	if (message) {
		add_message(gathering, message);
		return true;
	}
	if (g_error_matches(inner, STORE_ERROR, STORE_ERROR_PURGED)) {
		gathering->facts->purged++;
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&inner));
	return false;
}

/* A finding is of any of the messages. */
static bool
gather_findings(Store *store, const Gathering *gathering, GError **error)
{
	NoticeFacts *facts = gathering->facts;

	facts->findings = store_campaign_findings(store, facts->counts.id, 0, error);
	for (guint i = 0; facts->findings && i < facts->findings->len; i++) {
		Finding *finding =
			((CampaignFinding *)g_ptr_array_index(facts->findings, i))->finding;
		g_autofree char *text = g_steal_pointer(&finding->text);
		g_autofree char *evidence = g_steal_pointer(&finding->evidence);

		finding->text = redact_text(gathering->everyone, text);
		finding->evidence = redact_links(gathering->everyone, evidence);
	}
	return facts->findings != NULL;
}

static bool
gather(Store *store, NoticeFacts *facts, const Site *site, GError **error)
{
	g_autoptr(GArray) ids =
		store_campaign_messages(store, facts->counts.id, CAMPAIGN_LOOK, error);
	g_auto(Gathering) gathering;

	gathering_init(&gathering, facts, site);
	if (!ids)
		return false;
	facts->looked_at = (int)ids->len;
	for (guint i = 0; i < ids->len; i++) {
		if (!gather_message(store, &gathering, g_array_index(ids, int64_t, i), error))
			return false;
	}
	return gather_findings(store, &gathering, error);
}

/* ---- what it is after ---- */

static const char *const wants_secrets[] = { "form-password", "form-in-body", "brand-name",
	"brand-subject", "brand-address", "name-obfuscated", "lookalike-domain",
	"own-domain-lookalike", "link-host-brand", "qr-link", NULL };
static const char *const runs_files[] = { "attachment-program", "attachment-macros",
	"attachment-malware", "attachment-smuggles", "attachment-encrypted", "attachment-rule",
	"attachment-external", "double-extension", "link-script", NULL };
static const char *const wants_money[] = { "invoice-subject", "crypto-words", "own-person", NULL };

static bool
has_any(const GPtrArray *findings, const char *const *ids)
{
	for (guint i = 0; i < findings->len; i++) {
		const CampaignFinding *found = g_ptr_array_index(findings, i);

		if (g_strv_contains(ids, found->finding->id))
			return true;
	}
	return false;
}

NoticeFacts *
notice_facts_new(Store *store, int64_t campaign, const Site *site, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_autoptr(NoticeFacts) facts = g_new0(NoticeFacts, 1);

	if (!snapshot || !store_campaign_facts(store, campaign, &facts->counts, error) ||
		!gather(store, facts, site, error))
		return NULL;
	facts->secrets = has_any(facts->findings, wants_secrets);
	facts->files_run = has_any(facts->findings, runs_files);
	facts->money = has_any(facts->findings, wants_money);
	return g_steal_pointer(&facts);
}
