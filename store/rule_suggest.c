#include "store/rule_study.h"

#include <math.h>

#include "mail/domain.h"
#include "store/campaign.h"
#include "store/rule_rows.h"

enum {
	MAX_LISTED = 256, /* entries of a proposed scope: the most frequent */
};

static const double least_bound = 0.5; /* below it the next one is a coin's toss */

/* ---- the narrowest rule that covers what was released ---- */

/* Of people's releases of the identity, and of :with. */
#define RELEASED                                                                       \
	"WITH released (id) AS (SELECT m.id FROM message m WHERE m.account = :account" \
	" AND m.identity_domain = :domain COLLATE NOCASE AND " RULE_PROVEN             \
	" AND m.state = :released AND " DECIDING_RULE " IS NULL"                       \
	" UNION SELECT :with) "

static GPtrArray *
read_list(Store *store, const char *sql, const Rule *rule, int64_t with, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_text(select, ":account", rule->account);
	db_bind_text(select, ":domain", rule->domain);
	db_bind_int(select, ":released", STATE_RELEASED);
	db_bind_int(select, ":with", with);
	db_bind_int(select, ":limit", MAX_LISTED);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(list, db_text(select, 0));
	return step == STEP_DONE ? g_steal_pointer(&list) : NULL;
}

/* Where one is the organisation's own domain, a bound would leave nothing out. */
static void
drop_wide(GPtrArray *from_domains)
{
	for (guint i = 0; i < from_domains->len; i++) {
		const char *domain = g_ptr_array_index(from_domains, i);
		g_autofree char *registrable = domain_registrable(domain);

		if (g_strcmp0(registrable, domain) == 0) {
			g_ptr_array_set_size(from_domains, 0);
			return;
		}
	}
}

static void
take_list(GPtrArray **field, GPtrArray **list)
{
	g_clear_pointer(field, g_ptr_array_unref);
	*field = g_steal_pointer(list);
}

bool
store_narrow_rule(Store *store, Rule *rule, int64_t with, GError **error)
{
	static const char recipients_sql[] = RELEASED
		"SELECT json_extract(parents(t.address), '$[0]') AS host FROM released l"
		" JOIN recipient t ON t.message = l.id WHERE instr(t.address, '@')"
		" GROUP BY host HAVING host IS NOT NULL ORDER BY count(*) DESC, host LIMIT :limit";
	static const char from_sql[] = RELEASED
		"SELECT json_extract(parents(m.from_address), '$[0]') AS host FROM released l"
		" JOIN message m ON m.id = l.id WHERE instr(m.from_address, '@')"
		" GROUP BY host HAVING host IS NOT NULL ORDER BY count(*) DESC, host LIMIT :limit";
	static const char lifts_sql[] = RELEASED
		"SELECT f.id FROM released l JOIN finding f ON f.message = l.id WHERE f.weight > 0"
		" AND f.place <> '" HISTORY_PLACE "'"
		" GROUP BY f.id ORDER BY f.id LIMIT :limit";
	g_autoptr(GPtrArray) recipients = NULL, from_domains = NULL, lifts = NULL;

	if (rule->kind == RULE_DENY)
		return true;
	recipients = read_list(store, recipients_sql, rule, with, error);
	from_domains = recipients ? read_list(store, from_sql, rule, with, error) : NULL;
	lifts = from_domains ? read_list(store, lifts_sql, rule, with, error) : NULL;
	if (!lifts)
		return false;
	drop_wide(from_domains);
	take_list(&rule->recipients, &recipients);
	take_list(&rule->from_domains, &from_domains);
	take_list(&rule->lifts, &lifts);
	rule->lifts_all = false;
	return true;
}

/* ---- what decisions suggest ---- */

double
wilson_bound(int64_t part, int64_t whole)
{
	const double z = 1.959964; /* 95 %, both sides */
	double n = (double)whole;
	double share = whole > 0 ? (double)part / n : 0;

	if (whole <= 0)
		return 0;
	return (share + z * z / (2 * n) - z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))) /
		(1 + z * z / n);
}

void
suggestion_free(Suggestion *suggestion)
{
	if (!suggestion)
		return;
	rule_free(suggestion->rule);
	g_free(suggestion);
}

/* Something that a rule could rest on, and how people decided about what has it. */
typedef struct Ground {
	/* account, domain, link, file; how many people settled; how many of these as the rule
	 * would. */
	const char *sql;
	RuleKind kind;
	int edge; /* the kind that :edge is; NO_EDGE: the query has none */
} Ground;

enum {
	NO_EDGE = -1
};

/* Settled by a person, and that stands. */
#define BY_PEOPLE "m.state IN (1, 2) AND " DECIDING_RULE " IS NULL"
#define ENOUGH    " HAVING count(*) >= :least ORDER BY 1, 2, 3, 4"

static const Ground grounds[] = {
	{ .kind = RULE_ALLOW,
		.sql = "SELECT m.account, lower(m.identity_domain), NULL, NULL, count(*),"
		       " sum(m.state = :same) FROM message m WHERE " BY_PEOPLE " AND " RULE_PROVEN
		       " GROUP BY 1, 2" ENOUGH,
		.edge = NO_EDGE },
	{ .kind = RULE_DENY,
		.sql = "SELECT m.account, NULL, NULL, NULL, count(*), sum(m.state = :same)"
		       " FROM message m WHERE " BY_PEOPLE " AND m.account_signed"
		       " AND m.account IS NOT NULL GROUP BY 1" ENOUGH,
		.edge = NO_EDGE },
	/* What campaigns are found by: a host or file that is common binds none. */
	{ .kind = RULE_DENY,
		.sql = "SELECT NULL, NULL, e.value, NULL, count(*), sum(m.state = :same) FROM edge e"
		       " JOIN message_edge b ON b.edge = e.id JOIN message m ON m.id = b.message"
		       " WHERE e.kind = :edge AND e.state = :binds AND NOT instr(e.value, '/')"
		       " AND " BY_PEOPLE " GROUP BY 3" ENOUGH,
		.edge = EDGE_LINK },
	{ .kind = RULE_DENY,
		.sql = "SELECT NULL, NULL, NULL, e.value, count(*), sum(m.state = :same) FROM edge e"
		       " JOIN message_edge b ON b.edge = e.id JOIN message m ON m.id = b.message"
		       " WHERE e.kind = :edge AND e.state = :binds AND " BY_PEOPLE
		       " GROUP BY 4" ENOUGH,
		.edge = EDGE_ATTACHMENT },
};

static char *
reason_of(const Suggestion *suggestion)
{
	return g_strdup_printf("people %s %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
			       " (95 %% sure of at least %d in 100)",
		suggestion->rule->kind == RULE_ALLOW ? "released" : "blocked", suggestion->agreed,
		suggestion->decided, (int)(suggestion->bound * 100));
}

static Suggestion *
suggestion_of_row(sqlite3_stmt *row, RuleKind kind, int64_t now)
{
	Suggestion *suggestion = g_new0(Suggestion, 1);
	Rule *rule = g_new0(Rule, 1);

	rule->kind = kind;
	rule->account = db_text(row, 0);
	rule->domain = db_text(row, 1);
	rule->link = db_text(row, 2);
	rule->file = db_text(row, 3);
	rule->created = now;
	rule->expires = rule_default_expiry(kind, now);
	suggestion->rule = rule;
	suggestion->decided = db_int(row, 4);
	suggestion->agreed = db_int(row, 5);
	suggestion->bound = wilson_bound(suggestion->agreed, suggestion->decided);
	rule->reason = reason_of(suggestion);
	return suggestion;
}

static GPtrArray *
read_ground(Store *store, const Ground *ground, int64_t now, GError **error)
{
	g_autoptr(GPtrArray) found =
		g_ptr_array_new_with_free_func((GDestroyNotify)suggestion_free);
	g_autoptr(Kept) select = db_kept(store, ground->sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":same", ground->kind == RULE_ALLOW ? STATE_RELEASED : STATE_BLOCKED);
	db_bind_int(select, ":least", SUGGEST_LEAST);
	if (ground->edge != NO_EDGE) {
		db_bind_int(select, ":edge", ground->edge);
		db_bind_int(select, ":binds", EDGE_BINDS);
	}
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		g_autoptr(Suggestion) suggestion = suggestion_of_row(select, ground->kind, now);

		if (suggestion->bound >= least_bound)
			g_ptr_array_add(found, g_steal_pointer(&suggestion));
	}
	return step == STEP_DONE ? g_steal_pointer(&found) : NULL;
}

/* A rule of either kind rests on the same: people have made up their minds. */
static bool
is_ruled(Store *store, const Rule *rule, int64_t now, bool *ruled, GError **error)
{
	static const char sql[] =
		"SELECT EXISTS (SELECT 1 FROM rule r WHERE r.removed = 0 AND " RULE_LIVES
		" AND r.account IS :account AND (r.domain IS :domain OR r.kind = :deny)"
		" AND r.link IS :link AND r.file IS :file AND r.url IS NULL"
		" AND r.sender IS NULL AND r.campaign IS NULL)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":now", now);
	db_bind_int(select, ":deny", RULE_DENY);
	db_bind_text(select, ":account", rule->account);
	db_bind_text(select, ":domain", rule->domain);
	db_bind_text(select, ":link", rule->link);
	db_bind_text(select, ":file", rule->file);
	if (!db_row(store, select, error))
		return false;
	*ruled = db_int(select, 0) != 0;
	return true;
}

/* *good is false where the rule is refused, made already, or contradicted. */
static bool
examine(Store *store, Suggestion *suggestion, const Site *site, bool *good, GError **error)
{
	Rule *rule = suggestion->rule;
	g_autoptr(GError) refusal = NULL;
	bool ruled = false;

	*good = false;
	if (!is_ruled(store, rule, rule->created, &ruled, error))
		return false;
	if (ruled)
		return true;
	if (!store_narrow_rule(store, rule, 0, error))
		return false;
	if (!rule_check(rule, site, &refusal))
		return true;
	if (!rule_test(store, rule, &suggestion->test, error))
		return false;
	*good = suggestion->test.against == 0;
	return true;
}

static int
compare_bounds(const void *a, const void *b)
{
	const Suggestion *first = *(const Suggestion *const *)a;
	const Suggestion *second = *(const Suggestion *const *)b;

	return (first->bound < second->bound) - (first->bound > second->bound);
}

static bool
collect(Store *store, const Ground *ground, const Site *site, int64_t now, GPtrArray *all,
	GError **error)
{
	g_autoptr(GPtrArray) found = read_ground(store, ground, now, error);

	while (found && found->len > 0) {
		g_autoptr(Suggestion) suggestion = g_ptr_array_steal_index(found, 0);
		bool good = false;

		if (!examine(store, suggestion, site, &good, error))
			return false;
		if (good)
			g_ptr_array_add(all, g_steal_pointer(&suggestion));
	}
	return found != NULL;
}

GPtrArray *
store_suggest_rules(Store *store, RuleKind kind, const Site *site, int64_t now, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)suggestion_free);

	for (size_t i = 0; snapshot && i < G_N_ELEMENTS(grounds); i++) {
		if (grounds[i].kind == kind && !collect(store, &grounds[i], site, now, all, error))
			return NULL;
	}
	g_ptr_array_sort(all, compare_bounds);
	return snapshot ? g_steal_pointer(&all) : NULL;
}
