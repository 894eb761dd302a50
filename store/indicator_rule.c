/* indicator_rule.c - what rules say */
#include <string.h>

#include "mail/domain.h"
#include "store/harm.h"
#include "store/ids.h"
#include "store/indicator_rows.h"
#include "store/ledger.h"
#include "store/rule_rows.h"

/* Where a rule has what it rests on, by kind. */
char **
indicator_basis(Rule *rule, IndicatorKind kind)
{
	switch (kind) {
	case INDICATOR_ACCOUNT:
		return &rule->account;
	case INDICATOR_DOMAIN:
		return &rule->domain;
	case INDICATOR_SENDER:
		return &rule->sender;
	case INDICATOR_LINK:
		return &rule->link;
	case INDICATOR_URL:
		return &rule->url;
	case INDICATOR_FILE:
		return &rule->file;
	case INDICATOR_KINDS:
		break;
	}
	g_assert_not_reached();
}

const char *
indicator_of_rule(const Rule *rule, IndicatorKind kind)
{
	return *indicator_basis((Rule *)rule, kind);
}

Rule *
indicator_rule(IndicatorKind kind, const char *value)
{
	g_autoptr(Rule) rule = g_new0(Rule, 1);

	rule->kind = RULE_DENY;
	*indicator_basis(rule, kind) = g_strdup(value);
	return rule_spell(rule, NULL) && indicator_of_rule(rule, kind) ? g_steal_pointer(&rule)
								       : NULL;
}

const char *
indicator_account_harm(const char *account)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=-_";

	return account[strspn(account, letters)] ? "is no account that Amazon would give" : NULL;
}

/* ---- does it say so? ---- */

/* A rule, and what became of it. */
typedef struct Standing {
	Rule *rule;
	bool removed, removed_then; /* now; at `since` */
	int64_t made, made_then;    /* operation that made it, or made it again; 0: unknown */
	int64_t ended;              /* that removed it since, or 0 */
} Standing;

static void
standing_free(Standing *standing)
{
	rule_free(standing->rule);
	g_free(standing);
}

static const char standing_sql[] =
	"SELECT " RULE_COLUMNS ", r.removed,"
	" (SELECT max(c.operation) FROM rule_change c WHERE c.rule = r.id AND c.removed = 0),"
	" (SELECT max(c.operation) FROM rule_change c WHERE c.rule = r.id AND c.removed <> 0),"
	" (SELECT c.removed FROM rule_change c WHERE c.rule = r.id AND c.operation <= :since"
	"  ORDER BY c.operation DESC LIMIT 1), EXISTS (SELECT 1 FROM rule_change c"
	"  WHERE c.rule = r.id),"
	" (SELECT max(c.operation) FROM rule_change c WHERE c.rule = r.id AND c.removed = 0"
	"  AND c.operation <= :since)"
	" FROM rule r ORDER BY r.id";

static Standing *
standing_of_row(sqlite3_stmt *row, int64_t now)
{
	Standing *standing = g_new0(Standing, 1);
	int column = RULE_COLUMN_COUNT;
	bool known;

	standing->rule = rule_of_row(row, now);
	standing->removed = db_int(row, column++);
	standing->made = db_int(row, column++);
	standing->ended = standing->removed ? db_int(row, column) : 0;
	column++;
	known = sqlite3_column_type(row, column) != SQLITE_NULL;
	standing->removed_then = db_int(row, column++);
	/* Of rules that older versions made it is not written when. */
	if (!known)
		standing->removed_then = db_int(row, column);
	standing->made_then = db_int(row, column + 1);
	return standing;
}

static GPtrArray *
read_standings(Search *search, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)standing_free);
	g_autoptr(Kept) select = db_kept(search->store, standing_sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":since", search->request->since);
	while ((step = db_step(search->store, select, error)) == STEP_ROW)
		g_ptr_array_add(all, standing_of_row(select, search->request->now));
	return step == STEP_DONE ? g_steal_pointer(&all) : NULL;
}

static bool
lived_then(const Search *search, const Standing *standing)
{
	const Rule *rule = standing->rule;
	int64_t then = search->since_at;

	return search->request->since > 0 && !standing->removed_then && rule->created <= then &&
		!rule_is_expired(rule, then);
}

static int64_t
expiry_of(const Rule *rule)
{
	int64_t idle = rule->idle ? MAX(rule->created, rule->last_hit) + rule->idle : 0;

	return rule->expires && idle ? MIN(rule->expires, idle) : MAX(rule->expires, idle);
}

/* It decided, and that stands, about a message that the query finds. */
static bool
decided_wanted(Search *search, const Rule *rule, bool *wanted, GError **error)
{
	static const char sql[] =
		"SELECT DISTINCT d.message FROM decision d JOIN message m ON m.id = d.message"
		" WHERE d.rule = :rule AND " DECIDING_RULE " = :rule";
	g_autoptr(Kept) select = NULL;
	Step step = STEP_DONE;

	*wanted = !search->ids;
	if (*wanted)
		return true;
	select = db_kept(search->store, sql, error);
	if (!select)
		return false;
	db_bind_int(select, ":rule", rule->id);
	while (!*wanted && (step = db_step(search->store, select, error)) == STEP_ROW)
		*wanted = ids_have(search->ids, db_int(select, 0));
	return *wanted || step == STEP_DONE;
}

/* ---- what it says ---- */

/* Anybody can write another's address, or account: where all messages that have it are such, the
 * rule names whom they pretend to be. */
static bool
is_unproven(Search *search, const Rule *rule, bool *unproven, GError **error)
{
	static const char sql[] =
		"WITH " RULE_CANDIDATES " SELECT count(*) > 0 AND sum(CASE WHEN :account IS NULL"
		" THEN m.authenticated ELSE m.account_signed END) = 0"
		" FROM found f CROSS JOIN message m ON m.id = f.id CROSS JOIN " RULE_GIVEN " r"
		" WHERE " RULE_RESTS;
	g_autoptr(Kept) select = NULL;

	*unproven = false;
	if (!rule->account && !rule->domain && !rule->sender)
		return true;
	select = db_kept(search->store, sql, error);
	if (!select)
		return false;
	rule_bind(rule, select);
	db_bind_int(select, ":allow", RULE_ALLOW);
	if (!db_row(search->store, select, error))
		return false;
	*unproven = db_int(select, 0);
	return true;
}

static const char *
harm_of_deny(const Rule *rule, IndicatorKind kind, const Site *site)
{
	switch (kind) {
	case INDICATOR_DOMAIN:
		return harm_of_senders(rule->domain, site);
	case INDICATOR_SENDER:
		return harm_of_sender(domain_of_address(rule->sender), site);
	case INDICATOR_LINK:
		return harm_of_link(rule->link, site);
	case INDICATOR_ACCOUNT:
		return indicator_account_harm(rule->account);
	case INDICATOR_URL:
	case INDICATOR_FILE:
	case INDICATOR_KINDS:
		break;
	}
	return NULL;
}

static const char *
harm_of_allow(const Rule *rule)
{
	if (rule->recipients && rule->recipients->len > 0)
		return "is allowed for some recipients alone";
	if (rule->from_domains && rule->from_domains->len > 0)
		return "is allowed for some From domains alone";
	return harm_of_free_mail(rule->domain) ? harm_of_free_mail(rule->domain)
					       : indicator_account_harm(rule->account);
}

static bool
rests_on_several(const Rule *rule)
{
	int count = rule->campaign != 0;

	for (IndicatorKind kind = 0; kind < INDICATOR_KINDS; kind++)
		count += indicator_of_rule(rule, kind) != NULL;
	return count > 1;
}

/* Where whom mail was for may stand in the value itself. */
static bool
add_masked(Search *search, Saying saying, GError **error)
{
	g_autofree char *masked = saying.kind == INDICATOR_URL
		? indicator_url_masked(saying.value)
		: indicator_sender_masked(saying.value);

	if (strcmp(masked, saying.value) != 0)
		saying.harm = "may name whom mail was for";
	saying.value = masked;
	return board_add(search->board, &saying, error);
}

static bool
add_basis(Search *search, const Rule *rule, Saying saying, GError **error)
{
	saying.value = indicator_of_rule(rule, saying.kind);
	if (!saying.value)
		return true;
	saying.harm = rests_on_several(rule)
		? "is blocked only together with something else"
		: harm_of_deny(rule, saying.kind, search->request->site);
	return saying.kind == INDICATOR_URL || saying.kind == INDICATOR_SENDER
		? add_masked(search, saying, error)
		: board_add(search->board, &saying, error);
}

static bool
add_deny(Search *search, const Rule *rule, Saying saying, GError **error)
{
	if (!is_unproven(search, rule, &saying.unproven, error))
		return false;
	for (IndicatorKind kind = 0; kind < INDICATOR_KINDS; kind++) {
		saying.kind = kind;
		if (!add_basis(search, rule, saying, error))
			return false;
	}
	return true;
}

static bool
add_allow(Search *search, const Rule *rule, Saying saying, GError **error)
{
	saying.kind = INDICATOR_DOMAIN;
	saying.action = INDICATOR_ALLOW;
	saying.value = rule->domain;
	saying.account = rule->account;
	/* Versions that knew no accounts made rules on a domain. */
	if (!rule->account || !rule->domain)
		return true;
	saying.harm = harm_of_allow(rule);
	return board_add(search->board, &saying, error);
}

static void
keep(Search *search, const Standing *standing, const Saying *saying)
{
	const Rule *rule = standing->rule;

	if (rule->kind == RULE_DENY ? rests_on_several(rule) : !rule->account || !rule->domain)
		return;
	if (saying->now)
		g_ptr_array_add(search->rules, standing->rule);
	if (saying->before)
		g_ptr_array_add(search->rules_then, standing->rule);
}

static bool
add_rule(Search *search, Standing *standing, GError **error)
{
	Rule *rule = standing->rule;
	Saying saying = {
		.now = !standing->removed && !rule->expired,
		.before = lived_then(search, standing),
		.operation = standing->made,
		.operation_then = standing->made_then,
		.ended = standing->ended,
		.rule = rule->id,
		.expires = expiry_of(rule),
	};

	saying.lapsed = saying.before && rule->expired;
	if (!rule_spell(rule, NULL) || (!saying.now && !saying.before))
		return true;
	if (saying.now && !decided_wanted(search, rule, &saying.wanted, error))
		return false;
	if (!(rule->kind == RULE_DENY ? add_deny(search, rule, saying, error)
				      : add_allow(search, rule, saying, error)))
		return false;
	keep(search, standing, &saying);
	return true;
}

bool
indicator_add_rules(Search *search, GError **error)
{
	search->standings = read_standings(search, error);
	for (guint i = 0; search->standings && i < search->standings->len; i++) {
		if (!add_rule(search, g_ptr_array_index(search->standings, i), error))
			return false;
	}
	return search->standings != NULL;
}
