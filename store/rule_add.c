#include "store/rule_rows.h"

#include <string.h>

#include "mail/domain.h"
#include "store/ledger.h"

enum {
	MAX_DOMAIN = 253, /* RFC 1035 section 2.3.4 */
};

/* Anyone can have an address there, so the domain says nothing about who wrote. */
static const char *const free_mail[] = {
	"aol.com",
	"fastmail.com",
	"free.fr",
	"gmail.com",
	"gmx.com",
	"gmx.de",
	"gmx.net",
	"googlemail.com",
	"hotmail.com",
	"icloud.com",
	"laposte.net",
	"libero.it",
	"live.com",
	"mail.com",
	"mail.ru",
	"me.com",
	"msn.com",
	"orange.fr",
	"outlook.com",
	"proton.me",
	"protonmail.com",
	"qq.com",
	"rediffmail.com",
	"seznam.cz",
	"t-online.de",
	"tutanota.com",
	"web.de",
	"yahoo.co.jp",
	"yahoo.co.uk",
	"yahoo.com",
	"yahoo.de",
	"yahoo.fr",
	"yandex.com",
	"yandex.ru",
	"ymail.com",
	"zoho.com",
	"163.com",
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

char *
rule_domain(const char *domain)
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

static bool
is_free_mail(const char *domain)
{
	for (size_t i = 0; i < G_N_ELEMENTS(free_mail); i++) {
		if (domain_is_under(domain, free_mail[i]))
			return true;
	}
	return false;
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

static bool
check_rule(const Rule *rule, GError **error)
{
	if (is_blank(rule->reason))
		return refuse(error, "a rule needs a reason");
	if (rule->kind == RULE_ALLOW && (!rule->account || !rule->domain))
		return refuse(error, "an allow rule needs both an account and a domain");
	if (rule->kind == RULE_ALLOW && rule->expires == 0)
		return refuse(error, "an allow rule needs an expiry");
	if (rule->expires != 0 && rule->expires <= rule->created)
		return refuse(error, "a rule can't have expired before it is made");
	if (!rule->account && !rule->domain)
		return refuse(error, "a deny rule needs an account or a domain");
	return !rule->domain || check_domain(rule, error);
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
	domain = rule_domain(rule->domain);
	if (!domain) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED, "%s is no domain name",
			rule->domain);
		return false;
	}
	g_free(rule->domain);
	rule->domain = domain;
	return true;
}

/* The log says which rule an operation was about, long after it is removed. */
static bool
log_rule(Store *store, const Rule *rule, Entry entry, GError **error)
{
	g_autofree char *words = g_strdup_printf("rule %" G_GINT64_FORMAT " (%s%s%s%s%s): %s",
		rule->id, rule_kind_name(rule->kind), rule->account ? " account " : "",
		rule->account ? rule->account : "", rule->domain ? " domain " : "",
		rule->domain ? rule->domain : "", rule->reason);

	entry.reason = words;
	return ledger_operation(store, &entry, error) != 0;
}

static bool
insert_rule(Store *store, Rule *rule, GError **error)
{
	static const char sql[] =
		"INSERT INTO rule (kind, account, domain, owner, reason, created, expires)"
		" VALUES (:kind, :account, :domain, :owner, :reason, :created, :expires)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":kind", rule->kind);
	db_bind_text(insert, ":account", rule->account);
	db_bind_text(insert, ":domain", rule->domain);
	db_bind_text(insert, ":owner", rule->owner);
	db_bind_text(insert, ":reason", rule->reason);
	db_bind_int(insert, ":created", rule->created);
	db_bind_int(insert, ":expires", rule->expires);
	if (!db_run(store, insert, error))
		return false;
	rule->id = db_last_id(store);
	return true;
}

bool
store_add_rule(Store *store, Rule *rule, GError **error)
{
	g_autoptr(Transaction) transaction = NULL;
	Entry entry = {
		.verb = rule_kind_name(rule->kind),
		.actor = rule->owner,
		.at = rule->created,
	};

	g_assert(rule->id == 0);

	if (!normalise(rule, error) || !check_rule(rule, error))
		return false;
	transaction = db_begin(store, error);
	if (transaction && insert_rule(store, rule, error) && log_rule(store, rule, entry, error) &&
		transaction_commit(transaction, error))
		return true;
	rule->id = 0;
	return false;
}

static bool
mark_removed(Store *store, int64_t id, const char *actor, int64_t now, GError **error)
{
	static const char sql[] =
		"UPDATE rule SET removed = :now, removed_by = :actor WHERE id = :id";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":now", now);
	db_bind_text(update, ":actor", actor);
	db_bind_int(update, ":id", id);
	return db_run(store, update, error);
}

bool
store_remove_rule(Store *store, int64_t id, const char *actor, int64_t now, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(Rule) rule = transaction ? rule_read(store, id, now, error) : NULL;
	Entry entry = { .verb = "remove", .actor = actor, .at = now };

	return rule && mark_removed(store, id, actor, now, error) &&
		log_rule(store, rule, entry, error) && transaction_commit(transaction, error);
}
