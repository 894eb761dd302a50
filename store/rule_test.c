#include "store/rule_study.h"

#include "store/ledger.h"
#include "store/odd.h"
#include "store/rule_rows.h"

/* A message that it rests on, as the back-test counts it: 1 or 0 each. */
#define TESTED_COLUMNS                                                                      \
	"m.id AS id, m.state AS state, " RULE_VOUCHED " AS vouched,"                        \
	" r.kind <> :allow AND r.account IS NOT NULL AND NOT m.account_signed AS claimant," \
	" " RULE_REACHES " AND " RULE_FROM " AS reached, " RULE_LIFTS " AS lifted,"         \
	" m.claimed_until > :created AND m.claimed_by IS NOT :owner AS claimed,"            \
	" m.state <> :held AND " DECIDING_RULE " IS NULL AS person,"                        \
	" ifnull(m.account, '') || ' ' || ifnull(lower(m.identity_domain), '') AS identity"

static void
read_test(sqlite3_stmt *stmt, RuleTest *test)
{
	test->matches = db_int(stmt, 0);
	test->held = db_int(stmt, 1);
	test->recipients = db_int(stmt, 2);
	test->claimed = db_int(stmt, 3);
	test->agreed = db_int(stmt, 4);
	test->against = db_int(stmt, 5);
	test->since = db_int(stmt, 6);
	test->identities = db_int(stmt, 7);
	test->unproven = db_int(stmt, 8);
	test->out_of_scope = db_int(stmt, 9);
	test->not_lifted = db_int(stmt, 10);
}

bool
rule_test(Store *store, const Rule *rule, RuleTest *test, GError **error)
{
	static const char sql[] =
		"WITH " RULE_CANDIDATES ","
		" tested AS (SELECT " TESTED_COLUMNS
		"  FROM found f CROSS JOIN message m ON m.id = f.id CROSS JOIN " RULE_GIVEN " r"
		"  WHERE " RULE_RESTS "),"
		" matched AS (SELECT *, vouched AND reached AND lifted AS matches FROM tested)"
		"SELECT ifnull(sum(matches), 0), ifnull(sum(matches AND state = :held), 0),"
		" (SELECT count(DISTINCT t.address COLLATE NOCASE) FROM matched h"
		"  CROSS JOIN recipient t ON t.message = h.id WHERE h.matches AND h.state = :held),"
		" ifnull(sum(matches AND state = :held AND claimed), 0),"
		" ifnull(sum(matches AND person AND state = :same), 0),"
		" ifnull(sum(matches AND person AND state = :other), 0),"
		" ifnull(sum(matches AND person AND state = :other AND :created <"
		"  (SELECT max(o.at) FROM decision d JOIN operation o ON o.id = d.operation"
		"  WHERE d.message = matched.id)), 0),"
		" count(DISTINCT CASE WHEN matches THEN identity END),"
		" ifnull(sum(NOT vouched OR claimant), 0), ifnull(sum(vouched AND NOT reached), 0),"
		" ifnull(sum(vouched AND reached AND NOT lifted), 0) FROM matched";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	bool allow = rule->kind == RULE_ALLOW;

	if (!select)
		return false;
	rule_bind(rule, select);
	db_bind_int(select, ":allow", RULE_ALLOW);
	db_bind_int(select, ":held", STATE_HELD);
	db_bind_int(select, ":same", allow ? STATE_RELEASED : STATE_BLOCKED);
	db_bind_int(select, ":other", allow ? STATE_BLOCKED : STATE_RELEASED);
	db_bind_int(select, ":created", rule->created);
	db_bind_text(select, ":owner", rule->owner);
	if (!db_row(store, select, error))
		return false;
	read_test(select, test);
	return true;
}

bool
store_test_rule(Store *store, Rule *rule, const Site *site, RuleTest *test, GError **error)
{
	return rule_check_basis(rule, site, error) && rule_find_campaign(store, rule, error) &&
		rule_test(store, rule, test, error);
}

GPtrArray *
store_rule_odd(Store *store, const Rule *rule, int limit, GError **error)
{
	g_autoptr(GArray) held = NULL;
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));

	if (rule->kind == RULE_ALLOW)
		return g_ptr_array_new_with_free_func((GDestroyNotify)odd_free);
	held = rule_read_held(store, rule, error);
	for (guint i = 0; held && i < held->len; i++)
		g_array_append_val(ids, g_array_index(held, Change, i).message);
	return held ? store_odd(store, ids, limit, error) : NULL;
}

/* ---- in words ---- */

static void G_GNUC_PRINTF(2, 3) say(GPtrArray *words, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_ptr_array_add(words, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

static char *
count_words(int64_t count, const char *noun)
{
	return g_strdup_printf("%" G_GINT64_FORMAT " %s%s", count, noun, count == 1 ? "" : "s");
}

static void
say_left(GPtrArray *words, int64_t count, const char *why)
{
	if (count > 0)
		say(words, "would leave out %" G_GINT64_FORMAT " more of this identity: %s", count,
			why);
}

static void
say_settled(GPtrArray *words, const Rule *rule, const RuleTest *test)
{
	g_autofree char *messages = count_words(test->matches, "message");
	bool allow = rule->kind == RULE_ALLOW;

	if (test->matches == 0)
		say(words, "matches no message here");
	else if (test->against == 0)
		say(words, "would have %s %s here, none of which a person %s",
			allow ? "released" : "blocked", messages, allow ? "blocked" : "released");
	else
		say(words, "would have %s %s here, of which a person %s %" G_GINT64_FORMAT,
			allow ? "released" : "blocked", messages, allow ? "blocked" : "released",
			test->against);
	if (test->agreed > 0)
		say(words, "agrees with a person on %" G_GINT64_FORMAT, test->agreed);
}

GPtrArray *
rule_test_words(const Rule *rule, const RuleTest *test)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *recipients = count_words(test->recipients, "recipient");

	say_settled(words, rule, test);
	if (test->held > 0 && rule->kind == RULE_ALLOW)
		say(words, "%" G_GINT64_FORMAT " of them held: they stay so, release them yourself",
			test->held);
	else if (test->held > 0)
		say(words, "%" G_GINT64_FORMAT " of them held, for %s: it blocks these at once",
			test->held, recipients);
	if (rule->kind == RULE_DENY && rule->id == 0 && test->claimed > 0)
		say(words, "%" G_GINT64_FORMAT " of these claimed by others: it blocks them too",
			test->claimed);
	if (rule->kind == RULE_DENY && test->identities > 1)
		say(words, "concerns %" G_GINT64_FORMAT " identities", test->identities);
	if (rule->kind == RULE_DENY && test->unproven > 0)
		say(words,
			"for %" G_GINT64_FORMAT " of them the account is only claimed: others can "
			"have written it to get it blocked",
			test->unproven);
	if (rule->kind == RULE_ALLOW) {
		say_left(words, test->unproven, "nothing trusted vouches for them");
		say_left(words, test->out_of_scope, "recipients or From are out of its scope");
		say_left(words, test->not_lifted, "they have findings that it does not lift");
	}
	return words;
}
