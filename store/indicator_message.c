/* indicator_message.c - what blocked messages say */
#include <string.h>

#include "mail/domain.h"
#include "mail/edge.h"
#include "store/harm.h"
#include "store/ids.h"
#include "store/indicator_rows.h"
#include "store/ledger.h"
#include "store/message_links.h"
#include "store/message_sql.h"

enum {
	PAGE = 256, /* messages read at once */
};

/* ---- the values of a message ---- */

typedef struct Reading {
	Search *search;
	int64_t id;
	char *to;         /* To and Cc; or NULL */
	Redaction *names; /* indicator_names(); NULL as long as nothing asks */
	GPtrArray *traits;
} Reading;

static void
reading_clear(Reading *reading)
{
	g_free(reading->to);
	g_clear_pointer(&reading->names, redaction_free);
	g_clear_pointer(&reading->traits, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static void
trait_free(Trait *trait)
{
	g_free(trait->value);
	g_free(trait);
}

/* What can't be spelt is nobody's. */
static Trait *
add_trait(GPtrArray *traits, IndicatorKind kind, const char *value, bool proven)
{
	g_autoptr(Rule) rule = value ? indicator_rule(kind, value) : NULL;
	Trait *trait;

	if (!rule)
		return NULL;
	trait = g_new0(Trait, 1);
	trait->kind = kind;
	trait->value = g_strdup(indicator_of_rule(rule, kind));
	trait->unproven = !proven;
	g_ptr_array_add(traits, trait);
	return trait;
}

static const char *
column_text(sqlite3_stmt *stmt, int column)
{
	return (const char *)sqlite3_column_text(stmt, column);
}

static void
add_sender(Reading *reading, const char *address, bool proven)
{
	Trait *trait = add_trait(reading->traits, INDICATOR_SENDER, address, proven);
	char *masked;

	if (!trait)
		return;
	trait->harm =
		harm_of_sender(domain_of_address(trait->value), reading->search->request->site);
	masked = indicator_sender_masked(trait->value);
	if (strcmp(masked, trait->value) != 0)
		trait->harm = HARM_NAMES;
	g_free(trait->value);
	trait->value = masked;
}

static void
add_who(Reading *reading, sqlite3_stmt *row)
{
	const Site *site = reading->search->request->site;
	bool proven = db_int(row, 4);
	Trait *trait;

	trait = add_trait(reading->traits, INDICATOR_ACCOUNT, column_text(row, 0), db_int(row, 1));
	if (trait)
		trait->harm = indicator_account_harm(trait->value);
	trait = add_trait(reading->traits, INDICATOR_DOMAIN, column_text(row, 2), proven);
	if (trait)
		trait->harm = harm_of_senders(trait->value, site);
	add_sender(reading, column_text(row, 3), proven);
}

static bool
add_url(Reading *reading, const Link *link, GError **error)
{
	const IndicatorRequest *request = reading->search->request;
	Trait *trait = add_trait(reading->traits, INDICATOR_URL, link->final, true);
	char *told;

	if (!trait)
		return true;
	if (!reading->names)
		reading->names = indicator_names(reading->search, reading->id, reading->to, error);
	if (!reading->names)
		return false;
	told = indicator_url(trait->value, reading->names, request, &trait->harm);
	g_free(trait->value);
	trait->value = told;
	return true;
}

static bool
add_link(Reading *reading, const Link *link, GError **error)
{
	Trait *trait;

	/* One in hidden text counts as well: what mail readers show of it is not known for sure. */
	if (!link_is_followed(link))
		return true;
	trait = add_trait(reading->traits, INDICATOR_LINK, link->domain, true);
	if (trait)
		trait->harm = harm_of_link(trait->value, reading->search->request->site);
	return (trait && !trait->harm) || !harm_page_stands_alone(link) ||
		add_url(reading, link, error);
}

static bool
add_links(Reading *reading, GError **error)
{
	g_autoptr(Message) message = message_new();
	bool whole;

	if (!message_load_links(reading->search->store, reading->id, message, &whole, error))
		return false;
	for (guint i = 0; i < message->links->len; i++) {
		if (!add_link(reading, g_ptr_array_index(message->links, i), error))
			return false;
	}
	return true;
}

static bool
add_files(Reading *reading, GError **error)
{
	static const char sql[] = "SELECT sha256, detected, size FROM attachment"
				  " WHERE message = :id ORDER BY position";
	Store *store = reading->search->store;
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":id", reading->id);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		Trait *trait =
			add_trait(reading->traits, INDICATOR_FILE, column_text(select, 0), true);

		if (trait && !edge_file_binds(column_text(select, 1), db_int(select, 2)))
			trait->harm = "is so small that many send the same";
	}
	return step == STEP_DONE;
}

/* A message says a thing once, however often it has it. */
static void
drop_repeated(GPtrArray *traits)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < traits->len;) {
		const Trait *trait = g_ptr_array_index(traits, i);

		if (g_hash_table_add(seen, g_strdup_printf("%d %s", trait->kind, trait->value)))
			i++;
		else
			g_ptr_array_remove_index(traits, i);
	}
}

GPtrArray *
indicator_traits(Search *search, int64_t id, GError **error)
{
	static const char sql[] = "SELECT account, account_signed, domain, from_address,"
				  " authenticated, header_to FROM message WHERE id = :id";
	g_autoptr(Kept) select = message_find_row(search->store, sql, id, error);
	g_auto(Reading) reading = { .search = search, .id = id };

	if (!select)
		return NULL;
	reading.to = db_text(select, 5);
	reading.traits = g_ptr_array_new_with_free_func((GDestroyNotify)trait_free);
	add_who(&reading, select);
	if (!add_links(&reading, error) || !add_files(&reading, error))
		return NULL;
	drop_repeated(reading.traits);
	return g_steal_pointer(&reading.traits);
}

/* ---- what they say ---- */

static bool
add_sayings(Search *search, int64_t id, const Saying *saying, GError **error)
{
	g_autoptr(GPtrArray) traits = indicator_traits(search, id, error);

	for (guint i = 0; traits && i < traits->len; i++) {
		const Trait *trait = g_ptr_array_index(traits, i);
		Saying one = *saying;

		one.kind = trait->kind;
		one.action = INDICATOR_BLOCK;
		one.value = trait->value;
		one.unproven = trait->unproven;
		one.harm = trait->harm;
		if (!board_add(search->board, &one, error))
			return false;
	}
	return traits != NULL;
}

/* Those that are blocked now.  Which are not asked for say only that nothing is withdrawn. */
static bool
add_page(Search *search, int64_t *after, int *read, GError **error)
{
	static const char sql[] =
		"SELECT m.id, m.campaign, m.received, " LAST_OPERATION " FROM message m"
		" WHERE m.state = :blocked AND m.id > :after"
		" ORDER BY m.id LIMIT :limit";
	const int64_t since = search->request->since;
	g_autoptr(Kept) select = db_kept(search->store, sql, error);
	Step step;

	*read = 0;
	if (!select)
		return false;
	db_bind_int(select, ":blocked", STATE_BLOCKED);
	db_bind_int(select, ":after", *after);
	db_bind_int(select, ":limit", PAGE);
	while ((step = db_step(search->store, select, error)) == STEP_ROW) {
		int64_t id = db_int(select, 0);
		const Saying saying = {
			.now = true,
			.wanted = ids_have(search->ids, id),
			.before = since > 0 && db_int(select, 3) <= since,
			.operation = db_int(select, 3),
			.message = id,
			.campaign = db_int(select, 1),
			.received = db_int(select, 2),
		};

		*after = id;
		(*read)++;
		if ((saying.wanted || since) && !add_sayings(search, id, &saying, error))
			return false;
	}
	return step == STEP_DONE;
}

static bool
add_blocked(Search *search, GError **error)
{
	int64_t after = 0;
	int read = 0;

	do {
		if (!add_page(search, &after, &read, error))
			return false;
	} while (read == PAGE);
	return true;
}

/* The rule of the decision that was in force at :since, as DECIDING_RULE finds it now. */
#define RULE_THEN                                                                    \
	"(SELECT max(d.rule) FROM decision d JOIN operation o ON o.id = d.operation" \
	" WHERE d.message = c.message AND d.operation <= :since"                     \
	" GROUP BY ifnull(o.origin, o.id) HAVING count(*) % 2 = 1 ORDER BY max(d.id) DESC LIMIT 1)"

/* Messages decided since, as they were before: their first decision since says. */
static const char changed_sql[] =
	"SELECT c.message, c.before, m.state, " LAST_OPERATION ","
	" (SELECT max(d.operation) FROM decision d"
	"  WHERE d.message = c.message AND d.operation <= :since), " RULE_THEN ", min(c.id)"
	" FROM decision c JOIN message m ON m.id = c.message WHERE c.operation > :since"
	" AND c.message > :after GROUP BY c.message ORDER BY c.message LIMIT :limit";

/* A message that was decided since. */
typedef struct Changed {
	int64_t id;
	MessageState was, is;
	int64_t last; /* operation that decided about it */
	int64_t then; /* that had made it what it was */
	bool person;  /* and no rule had */
} Changed;

typedef bool (*TakeChanged)(Search *search, const Changed *changed, GError **error);

static bool
changed_page(Search *search, TakeChanged take, int64_t *after, int *read, GError **error)
{
	g_autoptr(Kept) select = db_kept(search->store, changed_sql, error);
	Step step;

	*read = 0;
	if (!select)
		return false;
	db_bind_int(select, ":since", search->request->since);
	db_bind_int(select, ":after", *after);
	db_bind_int(select, ":limit", PAGE);
	while ((step = db_step(search->store, select, error)) == STEP_ROW) {
		const Changed changed = {
			.id = db_int(select, 0),
			.was = (MessageState)ledger_enum(select, 1, STATES),
			.is = (MessageState)ledger_enum(select, 2, STATES),
			.last = db_int(select, 3),
			.then = db_int(select, 4),
			.person = sqlite3_column_type(select, 5) == SQLITE_NULL,
		};

		*after = changed.id;
		(*read)++;
		if (!take(search, &changed, error))
			return false;
	}
	return step == STEP_DONE;
}

static bool
changed_each(Search *search, TakeChanged take, GError **error)
{
	int64_t after = 0;
	int read = 0;

	if (search->request->since == 0)
		return true;
	do {
		if (!changed_page(search, take, &after, &read, error))
			return false;
	} while (read == PAGE);
	return true;
}

static bool
take_blocked(Search *search, const Changed *changed, GError **error)
{
	const Saying saying = {
		.before = true,
		.ended = changed->is == STATE_BLOCKED ? 0 : changed->last,
		.message = changed->id,
	};

	return changed->was != STATE_BLOCKED || add_sayings(search, changed->id, &saying, error);
}

bool
indicator_add_messages(Search *search, GError **error)
{
	return add_blocked(search, error) && changed_each(search, take_blocked, error);
}

static bool
take_released(Search *search, const Changed *changed, GError **error)
{
	int64_t freed = changed->is == STATE_RELEASED ? 0 : changed->last;
	g_autoptr(GPtrArray) traits = NULL;

	if (changed->was != STATE_RELEASED || !changed->person)
		return true;
	traits = indicator_traits(search, changed->id, error);
	for (guint i = 0; traits && i < traits->len; i++) {
		const Trait *trait = g_ptr_array_index(traits, i);

		if (!board_mark_released_then(
			    search->board, trait->kind, trait->value, changed->then, freed, error))
			return false;
	}
	return traits != NULL;
}

bool
indicator_mark_released_then(Search *search, GError **error)
{
	return changed_each(search, take_released, error);
}
