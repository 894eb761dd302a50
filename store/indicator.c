#include "store/indicator.h"

#include <string.h>

#include "mail/domain.h"
#include "store/ids.h"
#include "store/indicator_rows.h"
#include "store/ledger.h"

static const char *const kind_names[INDICATOR_KINDS] = {
	[INDICATOR_ACCOUNT] = "account",
	[INDICATOR_DOMAIN] = "domain",
	[INDICATOR_SENDER] = "sender",
	[INDICATOR_LINK] = "link",
	[INDICATOR_URL] = "url",
	[INDICATOR_FILE] = "sha256",
};

static const char *const action_names[INDICATOR_ACTIONS] = {
	[INDICATOR_BLOCK] = "block",
	[INDICATOR_ALLOW] = "allow",
};

struct Indicators {
	Store *board;
	int64_t through;
	int64_t place;
	Indicator *current;
};

const char *
indicator_kind_name(IndicatorKind kind)
{
	g_assert(kind < INDICATOR_KINDS);
	return kind_names[kind];
}

const char *
indicator_action_name(IndicatorAction action)
{
	g_assert(action < INDICATOR_ACTIONS);
	return action_names[action];
}

void
indicator_free(Indicator *indicator)
{
	if (!indicator)
		return;
	g_free(indicator->value);
	g_free(indicator->account);
	g_free(indicator->left_out);
	g_free(indicator->actor);
	g_free(indicator->reason);
	g_free(indicator);
}

void
indicators_free(Indicators *indicators)
{
	if (!indicators)
		return;
	g_clear_pointer(&indicators->board, db_close);
	indicator_free(indicators->current);
	g_free(indicators);
}

/* ---- what becomes of a value ---- */

/* What an allow rule lets in, good mail has. */
static bool
is_let_in(const Said *said, const Rule *rule)
{
	switch (said->kind) {
	case INDICATOR_ACCOUNT:
		return g_strcmp0(said->value, rule->account) == 0;
	case INDICATOR_DOMAIN:
	case INDICATOR_LINK:
		return domain_same_org(said->value, rule->domain);
	case INDICATOR_SENDER:
		return domain_same_org(domain_of_address(said->value), rule->domain);
	case INDICATOR_URL:
	case INDICATOR_FILE:
	case INDICATOR_KINDS:
		break;
	}
	return false;
}

/* Where both match, the deny rule decides. */
static bool
is_denied(const Said *said, const Rule *rule)
{
	return g_strcmp0(said->account, rule->account) == 0 ||
		(rule->domain && domain_is_under(said->value, rule->domain));
}

/* What of rules that time has ended since. */
typedef enum {
	LAPSED_COUNT,
	LAPSED_DO_NOT,
} Lapsed;

/* One of @rules that is against it; @by_rule: a rule says it too. */
static const Rule *
find_against(const GPtrArray *rules, const Said *said, bool by_rule, Lapsed lapsed)
{
	for (guint i = 0; i < rules->len; i++) {
		const Rule *rule = g_ptr_array_index(rules, i);
		bool against = said->action == INDICATOR_ALLOW
			? rule->kind == RULE_DENY && is_denied(said, rule)
			: rule->kind == RULE_ALLOW && !by_rule && is_let_in(said, rule);

		if (against && !(lapsed == LAPSED_DO_NOT && rule->expired))
			return rule;
	}
	return NULL;
}

/* Whoever makes a rule can see what was released until then; a message that is blocked says
 * nothing about others.  Yours; NULL: it is not left out. */
static char *
left_out_words(const Search *search, const Said *said)
{
	const Rule *against = find_against(search->rules, said, said->rules_now > 0, LAPSED_COUNT);

	if (said->harm)
		return g_strdup(said->harm);
	if (said->unproven)
		return g_strdup("may be forged: nothing vouches for it");
	if (said->released > said->rule_made)
		return g_strdup_printf("is in mail that was released: operation %" G_GINT64_FORMAT,
			said->released);
	return against ? g_strdup_printf("is %s by rule %" G_GINT64_FORMAT,
				 against->kind == RULE_ALLOW ? "let in" : "blocked", against->id)
		       : NULL;
}

/* It was said, and not left out, by some export up to `since`: when between then and now that was
 * is not known, and so whether what time ended meanwhile still counted. */
static bool
may_have_been_said(const Search *search, const Said *said)
{
	return said->before + said->rules_before > 0 && !said->harm && !said->unproven &&
		said->released_then <= said->rule_made_then &&
		!find_against(search->rules_then, said, said->rules_before > 0, LAPSED_DO_NOT);
}

/* By each such export. */
static bool
was_said(const Search *search, const Said *said)
{
	return may_have_been_said(search, said) && said->lapsed == 0 &&
		!find_against(search->rules_then, said, said->rules_before > 0, LAPSED_COUNT);
}

/* ---- telling ---- */

/* What is left out is listed with its value, which may be whom mail was for: of theirs, where they
 * are is enough to see why. */
static char *
value_of(const Search *search, const Said *said)
{
	Redaction *redaction = search->request->redaction;

	if (said->kind == INDICATOR_URL)
		return indicator_url_ascii(said->value);
	if (said->kind != INDICATOR_SENDER || !said->harm)
		return g_strdup(said->value);
	if (g_str_equal(said->harm, HARM_RECIPIENT))
		return redaction ? redact_address(redaction, said->value)
				 : g_strconcat("<redacted>", strrchr(said->value, '@'), NULL);
	if (!redaction)
		return g_strdup(said->value);
	redaction_begin(redaction);
	return redact_text(redaction, said->value);
}

static Indicator *
indicator_of(const Search *search, const Said *said)
{
	Indicator *indicator = g_new0(Indicator, 1);

	indicator->kind = said->kind;
	indicator->action = said->action;
	indicator->value = value_of(search, said);
	indicator->account = said->account[0] ? g_strdup(said->account) : NULL;
	indicator->operation = said->operation;
	indicator->rule = said->rule;
	indicator->expires = said->expires;
	indicator->messages = said->wanted;
	indicator->campaign = said->campaign;
	indicator->first = said->first;
	indicator->last = said->last;
	return indicator;
}

enum {
	REASON_LOOK = 200, /* messages of an operation whose recipients its reason may name */
};

static bool
name_recipients(const Search *search, int64_t operation, GError **error)
{
	static const char sql[] =
		"SELECT r.address FROM (SELECT DISTINCT message FROM decision"
		" WHERE operation = :operation ORDER BY message LIMIT :limit) d"
		" JOIN recipient r ON r.message = d.message ORDER BY d.message, r.position";
	Redaction *redaction = search->request->redaction;
	g_autoptr(Kept) select = db_kept(search->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":operation", operation);
	db_bind_int(select, ":limit", REASON_LOOK);
	redaction_begin(redaction);
	while ((step = db_step(search->store, select, error)) == STEP_ROW)
		redaction_add_address(redaction, (const char *)sqlite3_column_text(select, 0));
	return step == STEP_DONE;
}

/* When, by whom and why. */
static bool
read_operation(const Search *search, Indicator *indicator, GError **error)
{
	/* The operation that makes a rule says what the rule is, and the rule says why. */
	static const char sql[] =
		"SELECT o.at, o.actor, coalesce((SELECT r.reason FROM rule_change c"
		"  JOIN rule r ON r.id = c.rule WHERE c.operation = o.id AND o.undoes IS NULL"
		"  AND c.removed = 0), o.reason) FROM operation o WHERE o.id = :id";
	g_autoptr(Kept) select = db_kept(search->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":id", indicator->operation);
	step = db_step(search->store, select, error);
	if (step != STEP_ROW)
		return step == STEP_DONE;
	indicator->at = db_int(select, 0);
	indicator->actor = db_text(select, 1);
	indicator->reason = db_text(select, 2);
	if (search->request->redaction && indicator->reason) {
		g_autofree char *reason = g_steal_pointer(&indicator->reason);

		if (!name_recipients(search, indicator->operation, error))
			return false;
		indicator->reason = redact_text(search->request->redaction, reason);
	}
	return true;
}

static bool
tell(const Search *search, Indicator *indicator, GError **error)
{
	return read_operation(search, indicator, error) &&
		board_tell(search->board, indicator, error);
}

static bool
tell_said(const Search *search, const Said *said, const char *left_out, GError **error)
{
	g_autoptr(Indicator) indicator = indicator_of(search, said);

	indicator->left_out = g_strdup(left_out);
	/* What had been released, and is not any more, is said again since then. */
	if (!left_out)
		indicator->operation = MAX(indicator->operation, said->freed);
	return tell(search, indicator, error);
}

static bool
tell_withdrawn(const Search *search, const Said *said, const char *left_out, GError **error)
{
	g_autoptr(Indicator) indicator = indicator_of(search, said);

	indicator->withdrawn = true;
	indicator->left_out = g_strdup(left_out);
	indicator->operation = MAX(said->released, said->ended);
	indicator->at = said->expires;
	return tell(search, indicator, error);
}

static bool
judge(Search *search, const Said *said, GError **error)
{
	const int64_t since = search->request->since;
	g_autofree char *left_out = left_out_words(search, said);
	bool now = !left_out && said->now + said->rules_now > 0;
	bool wanted = said->wanted + said->rules_wanted > 0;

	if (!now && may_have_been_said(search, said))
		return tell_withdrawn(search, said, left_out, error);
	if (wanted && (now ? !was_said(search, said) : said->operation > since))
		return tell_said(search, said, left_out, error);
	return true;
}

/* ---- the search ---- */

bool
search_each(Search *search, TakeSaid take, GError **error)
{
	g_autoptr(GPtrArray) page = board_page(search->board, NULL, error);

	while (page && page->len > 0) {
		g_autoptr(GPtrArray) read = NULL;

		for (guint i = 0; i < page->len; i++) {
			if (!take(search, g_ptr_array_index(page, i), error))
				return false;
		}
		read = g_steal_pointer(&page);
		page = board_page(search->board, g_ptr_array_index(read, read->len - 1), error);
	}
	return page != NULL;
}

static void
places_clear(Places *places)
{
	g_clear_pointer(&places->hosts, g_hash_table_unref);
	g_clear_pointer(&places->domains, g_hash_table_unref);
}

static void
search_clear(Search *search)
{
	g_clear_pointer(&search->board, db_close);
	g_clear_pointer(&search->ids, g_array_unref);
	g_clear_pointer(&search->rules, g_ptr_array_unref);
	g_clear_pointer(&search->rules_then, g_ptr_array_unref);
	g_clear_pointer(&search->standings, g_ptr_array_unref);
	places_clear(&search->places);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

static bool
read_bounds(Search *search, GError **error)
{
	static const char sql[] = "SELECT ifnull(max(id), 0), ifnull((SELECT at FROM operation"
				  " WHERE id <= :since ORDER BY id DESC LIMIT 1), 0)"
				  " FROM operation";
	g_autoptr(Kept) select = db_kept(search->store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":since", search->request->since);
	if (!db_row(search->store, select, error))
		return false;
	search->through = db_int(select, 0);
	search->since_at = db_int(select, 1);
	return true;
}

static bool
begin(Search *search, GError **error)
{
	const Query *query = search->request->query;

	search->rules = g_ptr_array_new();
	search->rules_then = g_ptr_array_new();
	search->places.hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	search->places.domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	search->board = board_open(store_path(search->store), error);
	if (!search->board || !read_bounds(search, error))
		return false;
	if (query)
		search->ids = ids_found(search->store, query, error);
	return !query || search->ids;
}

Indicators *
indicators_find(Store *store, const IndicatorRequest *request, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_auto(Search) search = { .store = store, .request = request };
	Indicators *indicators;

	if (!snapshot || !begin(&search, error) || !indicator_add_messages(&search, error) ||
		!indicator_add_rules(&search, error) ||
		!indicator_mark_recipients(&search, error) ||
		!indicator_mark_released(&search, error) ||
		!indicator_mark_released_then(&search, error) ||
		!search_each(&search, judge, error))
		return NULL;
	indicators = g_new0(Indicators, 1);
	indicators->board = g_steal_pointer(&search.board);
	indicators->through = search.through;
	return indicators;
}

int64_t
indicators_through(const Indicators *indicators)
{
	return indicators->through;
}

bool
indicators_next(Indicators *indicators, const Indicator **indicator, GError **error)
{
	g_autoptr(GError) inner = NULL;

	g_clear_pointer(&indicators->current, indicator_free);
	indicators->current = board_told(indicators->board, &indicators->place, &inner);
	*indicator = indicators->current;
	if (!inner)
		return true;
	g_propagate_error(error, g_steal_pointer(&inner));
	return false;
}

void
indicators_rewind(Indicators *indicators)
{
	indicators->place = 0;
}
