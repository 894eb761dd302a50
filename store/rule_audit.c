#include "store/rule_study.h"

#include "mail/domain.h"
#include "store/rule_rows.h"

enum {
	DAY = 86400,
	LONG_DAYS = 180, /* an allow rule that lasts longer outlives what people remember */
	QUIET_DAYS = 90, /* without a hit it serves nobody */
};

void
audited_free(Audited *audited)
{
	if (!audited)
		return;
	rule_free(audited->rule);
	g_clear_pointer(&audited->doubts, g_ptr_array_unref);
	g_free(audited);
}

static void G_GNUC_PRINTF(2, 3) doubt(Audited *audited, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_ptr_array_add(audited->doubts, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

/* Made by a version that refused less, or before the lists it is checked against knew. */
static void
doubt_basis(Audited *audited, const Site *site)
{
	Rule *rule = audited->rule;
	bool allow = rule->kind == RULE_ALLOW;
	g_autoptr(GError) refusal = NULL;

	if (rule->domain && domain_is_under(rule->domain, "amazonses.com"))
		doubt(audited, "%s all of SES: every account is amazonses.com's",
			allow ? "whitelists" : "blocks");
	else if (!rule_check_basis(rule, site, &refusal))
		doubt(audited, "would be refused today: %s", refusal->message);
}

static bool
is_empty(const GPtrArray *texts)
{
	return !texts || texts->len == 0;
}

static void
doubt_bounds(Audited *audited)
{
	const Rule *rule = audited->rule;

	if (rule->kind == RULE_DENY)
		return;
	if (rule->lifts_all)
		doubt(audited, "releases whatever was found: it lifts all findings");
	if (is_empty(rule->recipients))
		doubt(audited, "has no scope: it releases to every recipient");
}

static void
doubt_term(Audited *audited)
{
	const Rule *rule = audited->rule;

	if (rule->expired)
		doubt(audited, "has expired: remove it");
	else if (rule->kind == RULE_ALLOW && rule->expires == 0 && rule->idle == 0)
		doubt(audited, "never expires");
	else if (rule->kind == RULE_ALLOW && rule->idle == 0 &&
		rule->expires - rule->created > LONG_DAYS * (int64_t)DAY)
		doubt(audited,
			"lasts %" G_GINT64_FORMAT " days from when it was made, more than %d",
			(rule->expires - rule->created) / DAY, LONG_DAYS);
}

static void
doubt_use(Audited *audited, int64_t now)
{
	const Rule *rule = audited->rule;
	int64_t last = MAX(rule->created, rule->last_hit);
	int64_t days = (now - last) / DAY;

	if (days < QUIET_DAYS)
		return;
	if (rule->hits == 0)
		doubt(audited, "was never hit in %" G_GINT64_FORMAT " days", days);
	else
		doubt(audited, "was not hit for %" G_GINT64_FORMAT " days", days);
}

static void
doubt_record(Audited *audited)
{
	const RuleTest *test = &audited->test;
	const char *verb = audited->rule->kind == RULE_ALLOW ? "blocked" : "released";

	if (test->identities > 1)
		doubt(audited, "matches %" G_GINT64_FORMAT " identities", test->identities);
	if (test->since > 0)
		doubt(audited,
			"is contradicted: people %s %" G_GINT64_FORMAT
			" of what it matches since it was made",
			verb, test->since);
	if (test->against > test->since)
		doubt(audited,
			"people had %s %" G_GINT64_FORMAT " of what it matches before it was made",
			verb, test->against - test->since);
}

static Audited *
audit(Store *store, Rule *rule, const Site *site, int64_t now, GError **error)
{
	g_autoptr(Audited) audited = g_new0(Audited, 1);

	audited->rule = rule;
	audited->doubts = g_ptr_array_new_with_free_func(g_free);
	if (!rule_test(store, rule, &audited->test, error))
		return NULL;
	doubt_basis(audited, site);
	doubt_bounds(audited);
	doubt_term(audited);
	doubt_use(audited, now);
	doubt_record(audited);
	return g_steal_pointer(&audited);
}

GPtrArray *
store_audit_rules(Store *store, RuleKind kind, const Site *site, int64_t now, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_autoptr(GPtrArray) rules = snapshot ? store_rules(store, now, error) : NULL;
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)audited_free);

	while (rules && rules->len > 0) {
		g_autoptr(Rule) rule = g_ptr_array_steal_index(rules, 0);
		g_autoptr(Audited) audited = NULL;

		if (rule->kind != kind)
			continue;
		audited = audit(store, g_steal_pointer(&rule), site, now, error);
		if (!audited)
			return NULL;
		if (audited->doubts->len > 0)
			g_ptr_array_add(all, g_steal_pointer(&audited));
	}
	return rules ? g_steal_pointer(&all) : NULL;
}

Audited *
store_audit_rule(Store *store, int64_t id, const Site *site, int64_t now, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	Rule *rule = snapshot ? rule_read(store, id, now, error) : NULL;

	return rule ? audit(store, rule, site, now, error) : NULL;
}
