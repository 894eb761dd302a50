#include "store/rule.h"

#include <string.h>

#include "mail/domain.h"
#include "store/apply.h"
#include "store/ledger.h"

enum {
	MAX_DOMAIN = 253, /* RFC 1035 section 2.3.4 */
};

static const char *const kind_names[RULES] = {
	[RULE_ALLOW] = "allow",
	[RULE_BLOCK] = "deny",
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

/* Does rule r match message m?  An allow rule (kind 0) only what is proven: seen
 * coming from SES, the account signed, the domain vouched for. */
#define RULE_MATCHES                                                                            \
	"(r.account IS NULL OR r.account = m.account)"                                          \
	" AND (r.domain IS NULL OR r.domain = m.identity_domain COLLATE NOCASE"                 \
	"  OR (r.kind = :block AND r.domain = m.domain COLLATE NOCASE))"                        \
	" AND (r.kind = :block OR (m.ses = :confirmed AND m.account_signed AND m.authenticated" \
	"  AND r.account IS NOT NULL AND r.domain IS NOT NULL))"

static void
bind_matches(sqlite3_stmt *stmt)
{
	db_bind_int(stmt, ":block", RULE_BLOCK);
	db_bind_int(stmt, ":confirmed", SES_CONFIRMED);
}

const char *
rule_kind_name(RuleKind kind)
{
	g_assert(kind < RULES);
	return kind_names[kind];
}

void
rule_free(Rule *rule)
{
	if (!rule)
		return;
	g_free(rule->account);
	g_free(rule->domain);
	g_free(rule->owner);
	g_free(rule->reason);
	g_free(rule);
}

/* ---- what may be a rule ---- */

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

/* As domains stand in the store; NULL when it can't be one. */
static char *
store_spelling(const char *domain)
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
	domain = store_spelling(rule->domain);
	if (!domain) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED, "%s is no domain name",
			rule->domain);
		return false;
	}
	g_free(rule->domain);
	rule->domain = domain;
	return true;
}

/* ---- add, remove, list ---- */

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

#define RULE_SELECT                                                                         \
	"SELECT id, kind, account, domain, owner, reason, created, expires, hits, last_hit" \
	" FROM rule"

static Rule *
rule_of_row(sqlite3_stmt *stmt, int64_t now)
{
	Rule *rule = g_new0(Rule, 1);

	rule->id = db_int(stmt, 0);
	rule->kind = (RuleKind)ledger_enum(stmt, 1, RULES);
	rule->account = db_text(stmt, 2);
	rule->domain = db_text(stmt, 3);
	rule->owner = db_text(stmt, 4);
	rule->reason = db_text(stmt, 5);
	rule->created = db_int(stmt, 6);
	rule->expires = db_int(stmt, 7);
	rule->hits = db_int(stmt, 8);
	rule->last_hit = db_int(stmt, 9);
	rule->expired = rule->expires != 0 && rule->expires <= now;
	return rule;
}

GPtrArray *
store_rules(Store *store, int64_t now, GError **error)
{
	static const char sql[] = RULE_SELECT " WHERE removed = 0 ORDER BY id";
	g_autoptr(GPtrArray) rules = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(rules, rule_of_row(select, now));
	return step == STEP_DONE ? g_steal_pointer(&rules) : NULL;
}

static Rule *
read_rule(Store *store, int64_t id, int64_t now, GError **error)
{
	static const char sql[] = RULE_SELECT " WHERE id = :id AND removed = 0";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":id", id);
	step = db_step(store, select, error);
	if (step == STEP_DONE)
		g_set_error(
			error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "no rule %" G_GINT64_FORMAT, id);
	return step == STEP_ROW ? rule_of_row(select, now) : NULL;
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
	g_autoptr(Rule) rule = transaction ? read_rule(store, id, now, error) : NULL;
	Entry entry = { .verb = "remove", .actor = actor, .at = now };

	return rule && mark_removed(store, id, actor, now, error) &&
		log_rule(store, rule, entry, error) && transaction_commit(transaction, error);
}

bool
store_test_rule(Store *store, const Rule *rule, RuleTest *test, GError **error)
{
	static const char sql[] =
		"SELECT count(*), ifnull(sum(m.state = :held), 0),"
		" ifnull(sum(m.state = :against AND (SELECT d.rule IS NULL FROM decision d"
		"  WHERE d.message = m.id ORDER BY d.id DESC LIMIT 1)), 0)"
		" FROM (SELECT :kind AS kind, :account AS account, :domain AS domain) r"
		" CROSS JOIN message m WHERE " RULE_MATCHES;
	g_autofree char *domain = rule->domain ? store_spelling(rule->domain) : NULL;
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	bind_matches(select);
	db_bind_int(select, ":held", STATE_HELD);
	db_bind_int(select, ":against", rule->kind == RULE_ALLOW ? STATE_BLOCKED : STATE_RELEASED);
	db_bind_int(select, ":kind", rule->kind);
	db_bind_text(select, ":account", rule->account);
	db_bind_text(select, ":domain", domain ? domain : rule->domain);
	if (db_step(store, select, error) != STEP_ROW)
		return false;
	test->matches = db_int(select, 0);
	test->held = db_int(select, 1);
	test->against = db_int(select, 2);
	return true;
}

/* ---- what arrives ---- */

/* The rule that decides about @message: block before allow, the older first.
 * *found is NULL when there is none. */
static bool
find_rule(Store *store, int64_t message, int64_t now, Rule **found, GError **error)
{
	static const char sql[] =
		"SELECT r.id, r.kind, r.account, r.domain, r.owner, r.reason, r.created,"
		" r.expires, r.hits, r.last_hit FROM message m JOIN rule r ON " RULE_MATCHES
		" WHERE m.id = :message AND r.removed = 0 AND (r.expires = 0 OR r.expires > :now)"
		" ORDER BY r.kind = :block DESC, r.id LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	bind_matches(select);
	db_bind_int(select, ":message", message);
	db_bind_int(select, ":now", now);
	step = db_step(store, select, error);
	*found = step == STEP_ROW ? rule_of_row(select, now) : NULL;
	return step != STEP_ERROR;
}

static bool
count_hit(Store *store, const Rule *rule, int64_t now, GError **error)
{
	static const char sql[] = "UPDATE rule SET hits = hits + 1, last_hit = :now WHERE id = :id";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":now", now);
	db_bind_int(update, ":id", rule->id);
	return db_run(store, update, error);
}

static bool
read_change(Store *store, int64_t message, Change *change, GError **error)
{
	static const char sql[] = "SELECT version, state FROM message WHERE id = :message";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":message", message);
	if (db_step(store, select, error) != STEP_ROW)
		return false;
	change->message = message;
	change->version = db_int(select, 0);
	change->before = (MessageState)ledger_enum(select, 1, STATES);
	return true;
}

static bool
apply(Store *store, const Rule *rule, Change *change, const Arrival *arrival, GError **error)
{
	Entry entry = {
		.verb = "rule",
		.actor = rule->owner,
		.reason = rule->reason,
		.at = arrival->now,
	};
	Errand errand = {
		.operation = ledger_operation(store, &entry, error),
		.message = change->message,
		.transport = arrival->transport,
		.at = arrival->now,
		.hold = arrival->hold,
	};

	return errand.operation != 0 &&
		ledger_decide(store, errand.operation, change, rule->id, error) &&
		count_hit(store, rule, arrival->now, error) &&
		(change->after != STATE_RELEASED || ledger_queue(store, &errand, error));
}

bool
rules_apply(Store *store, int64_t message, const Arrival *arrival, GError **error)
{
	g_autoptr(GPtrArray) recipients = NULL;
	g_autoptr(Rule) rule = NULL;
	Change change = { 0 };

	if (!find_rule(store, message, arrival->now, &rule, error))
		return false;
	if (!rule)
		return true;
	recipients = ledger_recipients(store, message, error);
	if (!recipients || !read_change(store, message, &change, error))
		return false;
	if (rule->kind == RULE_ALLOW && (recipients->len == 0 || !arrival->transport))
		return true;
	change.after = rule->kind == RULE_ALLOW ? STATE_RELEASED : STATE_BLOCKED;
	return apply(store, rule, &change, arrival, error);
}
