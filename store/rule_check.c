#include "store/rule.h"

#include <string.h>

#include "mail/domain.h"
#include "mail/free_mail.h"
#include "store/rule_rows.h"

enum {
	MAX_DOMAIN = 253, /* RFC 1035 section 2.3.4 */
	ALLOW_DAYS = 90,
};

static bool
refuse(GError **error, const char *words)
{
	g_set_error_literal(error, STORE_ERROR, STORE_ERROR_REFUSED, words);
	return false;
}

static bool
is_blank(const char *text)
{
	return !text || text[0] == '\0';
}

/* As it stands in the store; NULL when it can't be a domain. */
static char *
spell_domain(const char *domain)
{
	g_autofree char *ascii = domain_to_ascii(domain);

	if (ascii[0] == '.' || ascii[0] == '\0' || strlen(ascii) > MAX_DOMAIN ||
		g_hostname_is_ip_address(ascii) ||
		ascii[strspn(ascii, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] != '\0')
		return NULL;
	return g_steal_pointer(&ascii);
}

/* Below a public suffix every name is an organisation of its own. */
static bool
is_public_suffix(const char *domain)
{
	g_autofree char *below = g_strconcat("a.", domain, NULL);
	g_autofree char *organisation = domain_registrable(below);

	return g_strcmp0(below, organisation) == 0;
}

/* Anyone can have an address there, so the domain says nothing about who wrote. */
static bool
is_free_mail(const char *domain)
{
	g_autofree char *organisation = domain_registrable(domain);

	return organisation && free_mail_is(organisation);
}

static bool
check_domain(const Rule *rule, GError **error)
{
	g_autofree char *words = NULL;

	if (domain_is_under(rule->domain, "amazonses.com"))
		return refuse(error, "amazonses.com is every SES account's: name the account");
	if (is_public_suffix(rule->domain))
		words = g_strdup_printf(
			"%s is a public suffix: anyone can register below it", rule->domain);
	else if (rule->kind == RULE_ALLOW && is_free_mail(rule->domain))
		words = g_strdup_printf(
			"%s is free mail: anyone can have an address there", rule->domain);
	return !words || refuse(error, words);
}

/* An empty account or domain is none; the domain gets the store's spelling. */
static bool
normalise(Rule *rule, GError **error)
{
	char *domain;

	if (is_blank(rule->account))
		g_clear_pointer(&rule->account, g_free);
	if (is_blank(rule->domain))
		g_clear_pointer(&rule->domain, g_free);
	if (!rule->domain)
		return true;
	domain = spell_domain(rule->domain);
	if (!domain) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED, "%s is no domain name",
			rule->domain);
		return false;
	}
	g_free(rule->domain);
	rule->domain = domain;
	return true;
}

bool
rule_check_identity(Rule *rule, GError **error)
{
	if (!normalise(rule, error))
		return false;
	if (rule->kind == RULE_ALLOW && (!rule->account || !rule->domain))
		return refuse(error, "an allow rule needs both an account and a domain");
	if (!rule->account && !rule->domain)
		return refuse(error, "a deny rule needs an account or a domain");
	return !rule->domain || check_domain(rule, error);
}

bool
rule_check(Rule *rule, GError **error)
{
	if (is_blank(rule->reason))
		return refuse(error, "a rule needs a reason");
	if (!rule_check_identity(rule, error))
		return false;
	if (rule->kind == RULE_ALLOW && rule->expires == 0)
		return refuse(error, "an allow rule needs an expiry");
	if (rule->expires != 0 && rule->expires <= rule->created)
		return refuse(error, "a rule can't have expired before it is made");
	return true;
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
