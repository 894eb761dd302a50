#include "store/rule.h"

#include <string.h>

#include "mail/address.h"
#include "mail/digest.h"
#include "mail/domain.h"
#include "mail/url.h"
#include "store/harm.h"
#include "store/rule_rows.h"

enum {
	MAX_DOMAIN = 253, /* RFC 1035 section 2.3.4 */
	ALLOW_DAYS = 90,
	MAX_BOUNDS = 256, /* entries of a list: each is compared with each message */
	MAX_FINDING = 64, /* bytes of an id */
};

static bool G_GNUC_PRINTF(2, 3) refuse(GError **error, const char *format, ...)
{
	va_list arguments;
	g_autofree char *words = NULL;

	va_start(arguments, format);
	words = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, STORE_ERROR, STORE_ERROR_REFUSED, words);
	return false;
}

static bool
is_blank(const char *text)
{
	return !text || text[0] == '\0';
}

/* No top-level domain is a number: it would be an address, or a part of one. */
static bool
ends_in_number(const char *name)
{
	const char *dot = strrchr(name, '.');
	const char *last = dot ? dot + 1 : name;

	return last[strspn(last, "0123456789")] == '\0';
}

/* As it stands in the store; NULL when it can't be a domain. */
static char *
spell_domain(const char *domain)
{
	g_autofree char *ascii = domain_to_ascii(domain);

	if (ascii[0] == '.' || ascii[0] == '\0' || strlen(ascii) > MAX_DOMAIN ||
		g_hostname_is_ip_address(ascii) || ends_in_number(ascii) ||
		ascii[strspn(ascii, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] != '\0')
		return NULL;
	return g_steal_pointer(&ascii);
}

/* ---- the store's spelling ---- */

static bool
spell(char **domain, GError **error)
{
	char *spelt = spell_domain(*domain);

	if (!spelt)
		return refuse(error, "%s is no domain name", *domain);
	g_free(*domain);
	*domain = spelt;
	return true;
}

/* The host of an address has no case, and to a rule neither has what stands before it. */
static bool
spell_address(char **address, GError **error)
{
	const char *fault = address_fault(*address);
	const char *host = domain_of_address(*address);
	g_autofree char *ascii = host ? spell_domain(host) : NULL;
	g_autofree char *local = NULL;

	if (fault || !ascii)
		return refuse(error, "'%s' is no address: %s", *address,
			fault ? fault : "it has no domain");
	local = g_ascii_strdown(*address, host - *address);
	g_free(*address);
	*address = g_strconcat(local, ascii, NULL);
	return true;
}

static bool
spell_url(char **url, GError **error)
{
	char *normal = url_normal(*url);

	if (!normal)
		return refuse(error, "%s is no web address", *url);
	g_free(*url);
	*url = normal;
	return true;
}

static bool
spell_digest(char **digest, GError **error)
{
	char *lower = g_ascii_strdown(*digest, -1);
	bool whole =
		strlen(lower) == DIGEST_HEX - 1 && lower[strspn(lower, "0123456789abcdef")] == '\0';

	if (!whole) {
		refuse(error, "%s is no SHA-256: 64 hexadecimal digits", lower);
		g_free(lower);
		return false;
	}
	g_free(*digest);
	*digest = lower;
	return true;
}

static bool
spell_recipient(char **entry, GError **error)
{
	return strchr(*entry, '@') ? spell_address(entry, error) : spell(entry, error);
}

static bool
spell_finding(char **id, GError **error)
{
	const char *known = "abcdefghijklmnopqrstuvwxyz0123456789-";

	return ((*id)[0] && strlen(*id) <= MAX_FINDING && (*id)[strspn(*id, known)] == '\0') ||
		refuse(error, "'%s' is no finding", *id);
}

typedef bool (*Spell)(char **text, GError **error);

static bool
spell_given(char **text, Spell spell_it, GError **error)
{
	if (is_blank(*text))
		g_clear_pointer(text, g_free);
	return !*text || spell_it(text, error);
}

static bool
spell_list(GPtrArray *texts, Spell spell_it, GError **error)
{
	if (texts && texts->len > MAX_BOUNDS)
		return refuse(error, "a rule takes no more than %d of one kind", MAX_BOUNDS);
	for (guint i = 0; texts && i < texts->len; i++) {
		if (!spell_it((char **)&texts->pdata[i], error))
			return false;
	}
	return true;
}

bool
rule_spell(Rule *rule, GError **error)
{
	if (is_blank(rule->account))
		g_clear_pointer(&rule->account, g_free);
	return spell_given(&rule->domain, spell, error) &&
		spell_given(&rule->sender, spell_address, error) &&
		spell_given(&rule->link, spell, error) &&
		spell_given(&rule->url, spell_url, error) &&
		spell_given(&rule->file, spell_digest, error) &&
		spell_list(rule->recipients, spell_recipient, error) &&
		spell_list(rule->from_domains, spell, error) &&
		spell_list(rule->lifts, spell_finding, error);
}

/* ---- what a rule may rest on ---- */

static bool
check_domain(const Rule *rule, GError **error)
{
	const char *harm = harm_of_domain(rule->domain);

	if (domain_is_under(rule->domain, "amazonses.com"))
		return refuse(error, "amazonses.com is every SES account's: name the account");
	if (!harm && rule->kind == RULE_ALLOW)
		harm = harm_of_free_mail(rule->domain);
	return !harm || refuse(error, "%s %s", rule->domain, harm);
}

static bool
check_link(const char *link, const Site *site, GError **error)
{
	const char *harm = harm_of_link(link, site);

	return !harm ||
		refuse(error, "%s %s: name the whole URL that is to be blocked", link, harm);
}

/* A domain that is not the aligned one's organisation can never stand in From. */
static bool
check_from_domains(const Rule *rule, GError **error)
{
	for (guint i = 0; rule->from_domains && i < rule->from_domains->len; i++) {
		const char *domain = g_ptr_array_index(rule->from_domains, i);

		if (!domain_same_org(domain, rule->domain))
			return refuse(error, "%s is not aligned with %s, so no message matches",
				domain, rule->domain);
	}
	return true;
}

static bool
check_allow(const Rule *rule, GError **error)
{
	if (!rule->account || !rule->domain)
		return refuse(error, "an allow rule needs both an account and a domain");
	if (rule->sender || rule->link || rule->url || rule->file)
		return refuse(error,
			"an allow rule rests on who sent it: no sender, link, URL or attachment "
			"is proof of that");
	return check_from_domains(rule, error);
}

static bool
has_entries(const GPtrArray *texts)
{
	return texts && texts->len > 0;
}

static bool
check_deny(const Rule *rule, GError **error)
{
	if (!rule->account && !rule->domain && !rule->sender && !rule->link && !rule->url &&
		!rule->file && !rule->campaign)
		return refuse(error, "a deny rule needs something to rest on");
	if (has_entries(rule->recipients) || has_entries(rule->from_domains) ||
		has_entries(rule->lifts) || rule->lifts_all)
		return refuse(error, "only an allow rule has a scope, or findings that it lifts");
	return true;
}

bool
rule_check_basis(Rule *rule, const Site *site, GError **error)
{
	if (!rule_spell(rule, error))
		return false;
	if (!(rule->kind == RULE_ALLOW ? check_allow(rule, error) : check_deny(rule, error)))
		return false;
	return (!rule->domain || check_domain(rule, error)) &&
		(!rule->link || check_link(rule->link, site, error));
}

static bool
check_term(const Rule *rule, GError **error)
{
	if (rule->kind == RULE_ALLOW && rule->expires == 0 && rule->idle == 0)
		return refuse(error, "an allow rule needs an expiry");
	if (rule->expires != 0 && rule->expires <= rule->created)
		return refuse(error, "a rule can't have expired before it is made");
	return rule->idle >= 0 || refuse(error, "a rule can't expire before its last hit");
}

bool
rule_check(Rule *rule, const Site *site, GError **error)
{
	if (is_blank(rule->reason))
		return refuse(error, "a rule needs a reason");
	return rule_check_basis(rule, site, error) && check_term(rule, error);
}

/* ---- made from a message ---- */

/* The same in SQL: RULE_PROVEN. */
static bool
is_proven(const MessageRow *row)
{
	return row->account_signed && row->authenticated && row->account && row->identity_domain;
}

static bool
check_message(RuleKind kind, const MessageRow *row, GError **error)
{
	const char *words = NULL;

	if (kind == RULE_ALLOW && !row->account)
		words = "names no SES account that a rule could allow";
	else if (kind == RULE_ALLOW && !is_proven(row))
		words = "is not authenticated: nothing trusted vouches for its account and domain";
	else if (!row->account && !row->domain[0])
		words = "names neither an SES account nor a From domain that a rule could deny";
	if (words)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"message %" G_GINT64_FORMAT " %s", row->id, words);
	return !words;
}

Rule *
rule_of_message(RuleKind kind, const MessageRow *row, int64_t now, GError **error)
{
	Rule *rule;

	if (!check_message(kind, row, error))
		return NULL;
	rule = g_new0(Rule, 1);
	rule->kind = kind;
	rule->account = g_strdup(row->account);
	if (kind == RULE_ALLOW)
		rule->domain = g_strdup(row->identity_domain);
	else if (!row->account)
		rule->domain = g_strdup(row->domain);
	rule->created = now;
	rule->expires = rule_default_expiry(kind, now);
	return rule;
}

int64_t
rule_default_expiry(RuleKind kind, int64_t now)
{
	return kind == RULE_ALLOW ? now + ALLOW_DAYS * INT64_C(86400) : 0;
}
