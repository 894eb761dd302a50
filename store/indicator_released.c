/* indicator_released.c - what good mail has as well, and whom it was for */
#include <string.h>

#include "mail/domain.h"
#include "mail/url.h"
#include "store/campaign.h"
#include "store/harm.h"
#include "store/indicator_rows.h"
#include "store/lookup.h"
#include "store/message_links.h"
#include "store/rule_rows.h"

/* ---- by the indexes that rules have ---- */

static bool
mark(Search *search, IndicatorKind kind, const char *value, int64_t operation, GError **error)
{
	bool then = operation <= search->request->since;

	return board_mark_released(search->board, kind, value, operation, error) &&
		(!then ||
			board_mark_released_then(search->board, kind, value, operation, 0, error));
}

/* Each row of @select is an operation by which somebody released mail with the value. */
static bool
mark_found(Search *search, sqlite3_stmt *select, const Said *said, GError **error)
{
	Step step;

	while ((step = db_step(search->store, select, error)) == STEP_ROW) {
		if (!mark(search, said->kind, said->value, db_int(select, 0), error))
			return false;
	}
	return step == STEP_DONE;
}

static bool
mark_value(Search *search, const Said *said, GError **error)
{
	static const char sql[] =
		"WITH " RULE_CANDIDATES " SELECT q.operation FROM"
		" (SELECT " LAST_OPERATION " AS operation,"
		"  " DECIDING_RULE " AS rule FROM found f CROSS JOIN message m ON m.id = f.id"
		"  CROSS JOIN " RULE_GIVEN " r WHERE m.state = :released AND " RULE_RESTS ") q"
		" WHERE q.rule IS NULL";
	g_autoptr(Rule) rule = indicator_rule(said->kind, said->value);
	g_autoptr(Kept) select = rule ? db_kept(search->store, sql, error) : NULL;

	if (!select)
		return !rule;
	rule_bind(rule, select);
	db_bind_int(select, ":allow", RULE_ALLOW);
	db_bind_int(select, ":released", STATE_RELEASED);
	return mark_found(search, select, said, error);
}

/* Addresses have no index, their domains do. */
static bool
mark_sender(Search *search, const Said *said, GError **error)
{
	static const char sql[] =
		"SELECT q.operation FROM"
		" (SELECT " LAST_OPERATION " AS operation,"
		"  " DECIDING_RULE " AS rule FROM message m WHERE m.domain = :domain"
		"  AND m.state = :released AND m.from_address = :address COLLATE NOCASE) q"
		" WHERE q.rule IS NULL";
	g_autofree char *domain = domain_registrable(domain_of_address(said->value));
	g_autoptr(Kept) select = db_kept(search->store, sql, error);

	if (!select)
		return false;
	db_bind_text(select, ":domain", domain);
	db_bind_text(select, ":address", said->value);
	db_bind_int(select, ":released", STATE_RELEASED);
	return mark_found(search, select, said, error);
}

/* Many senders have it who have nothing else in common: a link that lures copied from good mail, or
 * the account of a service that sends for many.  Who makes a rule knows better. */
static bool
mark_common(Search *search, const Said *said, GError **error)
{
	static const LookupSql sql = LOOKUP_EDGE_SQL("1", " WHERE e.state = :common");
	static const EdgeKind kinds[INDICATOR_KINDS] = {
		[INDICATOR_ACCOUNT] = EDGE_ACCOUNT,
		[INDICATOR_DOMAIN] = EDGE_KINDS,
		[INDICATOR_SENDER] = EDGE_KINDS,
		[INDICATOR_LINK] = EDGE_LINK,
		[INDICATOR_URL] = EDGE_KINDS,
		[INDICATOR_FILE] = EDGE_ATTACHMENT,
	};
	g_autoptr(Kept) select =
		lookup_prepare_edge(search->store, &sql, kinds[said->kind], said->value, error);
	Step step;

	if (!select)
		return false;
	if (said->rules_now + said->rules_before > 0)
		return true;
	db_bind_int(select, ":common", EDGE_COMMON);
	step = db_step(search->store, select, error);
	if (step == STEP_ROW)
		return board_mark_harm(
			search->board, said->kind, said->value, "is common to many senders", error);
	return step == STEP_DONE;
}

static bool
mark_one(Search *search, const Said *said, GError **error)
{
	if (said->action == INDICATOR_ALLOW || said->harm || said->unproven ||
		said->kind == INDICATOR_URL)
		return true;
	if (!mark_common(search, said, error))
		return false;
	return said->kind == INDICATOR_SENDER ? mark_sender(search, said, error)
					      : mark_value(search, said, error);
}

/* ---- URLs: on hosts that have very many, so each message is looked at once ---- */

static bool
mark_links(Search *search, int64_t id, int64_t operation, GError **error)
{
	g_autoptr(Message) message = message_new();
	bool whole;

	if (!message_load_links(search->store, id, message, &whole, error))
		return false;
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		g_autofree char *url = url_normal(link->final);

		if (url && !mark(search, INDICATOR_URL, url, operation, error))
			return false;
	}
	return true;
}

static bool
mark_urls_of(Search *search, const char *domain, GError **error)
{
	static const char sql[] =
		"SELECT q.id, q.operation FROM (SELECT m.id,"
		" " LAST_OPERATION " AS operation, " DECIDING_RULE " AS rule"
		" FROM link_domain l CROSS JOIN message m ON m.id = l.message"
		" WHERE l.domain = :domain AND m.state = :released) q WHERE q.rule IS NULL";
	g_autoptr(Kept) select = db_kept(search->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_text(select, ":domain", domain);
	db_bind_int(select, ":released", STATE_RELEASED);
	while ((step = db_step(search->store, select, error)) == STEP_ROW) {
		if (!mark_links(search, db_int(select, 0), db_int(select, 1), error))
			return false;
	}
	return step == STEP_DONE;
}

bool
indicator_mark_released(Search *search, GError **error)
{
	g_autoptr(GPtrArray) domains = NULL;

	if (!search_each(search, mark_one, error))
		return false;
	domains = board_url_domains(search->board, error);
	for (guint i = 0; domains && i < domains->len; i++) {
		if (!mark_urls_of(search, g_ptr_array_index(domains, i), error))
			return false;
	}
	return domains != NULL;
}

/* ---- whom mail was for ---- */

/* Where an organisation gets its mail is its own, whether the settings say so or not. */
static void
add_place(Search *search, const char *address)
{
	const char *host = domain_of_address(address);

	if (!host || g_hash_table_contains(search->places.hosts, host))
		return;
	g_hash_table_add(search->places.hosts, g_strdup(host));
	g_hash_table_add(search->places.domains, domain_registrable(host));
}

/* On a host of many, only what is below the recipients' own name there is theirs: of free mail,
 * nothing is. */
static bool
is_at_host(const Search *search, const char *url)
{
	g_autofree char *host = link_host(url);

	for (const char *at = host; at; at = strchr(at, '.')) {
		at += *at == '.';
		if (g_hash_table_contains(search->places.hosts, at))
			return !harm_of_free_mail(at);
	}
	return false;
}

static bool
is_at_recipients(const Search *search, const Said *said)
{
	g_autofree char *domain = NULL;

	switch (said->kind) {
	case INDICATOR_DOMAIN:
	case INDICATOR_LINK:
		domain = domain_registrable(said->value);
		return domain && g_hash_table_contains(search->places.domains, domain);
	case INDICATOR_URL:
		return is_at_host(search, said->value);
	case INDICATOR_ACCOUNT:
	case INDICATOR_SENDER:
	case INDICATOR_FILE:
	case INDICATOR_KINDS:
		break;
	}
	return false;
}

static bool
mark_place(Search *search, const Said *said, GError **error)
{
	return said->action == INDICATOR_ALLOW || !is_at_recipients(search, said) ||
		board_mark_harm(search->board, said->kind, said->value,
			"is where recipients of mail are", error);
}

bool
indicator_mark_recipients(Search *search, GError **error)
{
	static const char sql[] = "SELECT lower(address) FROM recipient";
	g_autoptr(Kept) select = db_kept(search->store, sql, error);
	Step step;

	if (!select)
		return false;
	while ((step = db_step(search->store, select, error)) == STEP_ROW) {
		const char *address = (const char *)sqlite3_column_text(select, 0);

		add_place(search, address);
		if (!board_mark_victim(search->board, address, HARM_RECIPIENT, error))
			return false;
	}
	return step == STEP_DONE && search_each(search, mark_place, error);
}
