#include "store/complete_stored.h"

#include <string.h>

#include "mail/edge.h"
#include "store/db.h"
#include "store/match.h"
#include "store/outbox.h"

/* Where the values of a term stand.  A row is a value, how many messages have it, and what
 * it means; NULL is that number in words. */
typedef struct StoredValues {
	const char *term;
	/* By an index, in the order of the values: all from :from to :end, :most at most. */
	const char *indexed;
	/* Of the newest messages, those that begin with :prefix: where there is no index, or
	 * more in it than were looked at. */
	const char *newest;
	bool ordered; /* the rows stand in their order already */
	bool capped;  /* the index counts to COUNTED and one more */
} StoredValues;

enum {
	LOOK = 300, /* values that are taken from an index */
	COUNTED = 100,
};

/* Each value once, by steps from one to the next; counted up to a hundred. */
#define STEPS(table, column)                                                                       \
	"WITH RECURSIVE one (value) AS (SELECT min(" column ") FROM " table " WHERE " column       \
	" >= :from AND " column " < :end UNION ALL SELECT (SELECT min(" column ") FROM " table     \
	" WHERE " column " > value AND " column " < :end) FROM one WHERE value IS NOT NULL"        \
	" LIMIT :most) SELECT value, (SELECT count(*) FROM (SELECT 1 FROM " table " WHERE " column \
	" = value LIMIT 101)), NULL FROM one WHERE value IS NOT NULL"

#define NEWEST(columns, order)                                                                   \
	"SELECT value, count(*), count(*) || ' lately' FROM (SELECT " columns " ORDER BY " order \
	" LIMIT 2000)"                                                                           \
	" WHERE holds(value, :prefix, 1) GROUP BY value ORDER BY 2 DESC LIMIT :most"

#define NEWEST_MESSAGES(column) NEWEST(column " AS value FROM message", "id DESC")

/* Ids, with what each is. */
#define IDS(from)                               \
	"SELECT id, 0, help FROM (SELECT " from \
	" LIMIT 1000) WHERE holds(id, :prefix, 1) LIMIT :most"

#define WHO_AND_WHAT \
	"ifnull(nullif(m.from_name, ''), m.from_address) || ifnull(' · ' || nullif(m.subject, ''), '')"

/* clang-format off */
static const StoredValues values[] = {
	{ .term = "account", .indexed = STEPS("message", "account"),
		.newest = NEWEST_MESSAGES("account"), .capped = true },
	{ .term = "domain", .indexed = STEPS("message", "domain"), .newest = NEWEST_MESSAGES("domain"),
		.capped = true },
	{ .term = "link", .indexed = STEPS("link_domain", "domain"),
		.newest = NEWEST_MESSAGES("link_domain"), .capped = true },
	{ .term = "sha256", .indexed = STEPS("attachment", "sha256"), .capped = true },
	{ .term = "from", .newest = NEWEST_MESSAGES("from_address") },
	{ .term = "name", .newest = NEWEST_MESSAGES("from_name") },
	{ .term = "subject", .newest = NEWEST_MESSAGES("subject") },
	{ .term = "sender", .newest = NEWEST_MESSAGES("CASE sender WHEN '' THEN '<>' ELSE sender END") },
	{ .term = "to", .newest = NEWEST("address AS value FROM recipient", "message DESC") },
	{ .term = "file", .newest = NEWEST("name AS value FROM attachment", "message DESC") },
	{ .term = "region", .newest = NEWEST_MESSAGES("region") },
	{ .term = "config", .newest = NEWEST_MESSAGES("config_set") },
	{ .term = "ip", .newest = NEWEST_MESSAGES("ip") },
	{ .term = "by", .newest = "SELECT actor, 0, NULL FROM (SELECT actor FROM operation ORDER BY id DESC"
		" LIMIT 2000) WHERE substr(actor, 1, length(:from)) = :from GROUP BY actor"
		" ORDER BY count(*) DESC LIMIT :most", .ordered = true },
	{ .term = "campaign", .newest = "SELECT c.id, 0, printf('%d held · ', c.held) || (SELECT " WHO_AND_WHAT
		" FROM message m WHERE m.campaign = c.id AND m.state = 0 ORDER BY m.ord DESC LIMIT 1)"
		" FROM (SELECT id, held FROM campaign WHERE held_ord IS NOT NULL ORDER BY held_ord DESC LIMIT 1000)"
		" AS c WHERE holds(c.id, :prefix, 1) LIMIT :most", .ordered = true },
	{ .term = "id", .newest = IDS("id, " WHO_AND_WHAT " AS help FROM message m WHERE state = 0"
		" ORDER BY ord DESC"), .ordered = true },
	{ .term = "rule", .newest = IDS("id, reason AS help FROM rule WHERE removed = 0 ORDER BY id DESC"),
		.ordered = true },
	{ .term = "operation", .newest = IDS("id, verb || ' · ' || actor || ifnull(' · ' || reason, '')"
		" AS help FROM operation ORDER BY id DESC"), .ordered = true },
	{ .term = "delivery", .newest = IDS("id, recipient || ifnull(' · ' || reply, '') AS help"
		" FROM delivery WHERE state IN (3, 4) ORDER BY id DESC"), .ordered = true },
};
/* clang-format on */

G_STATIC_ASSERT(EDGE_ACCOUNT == 0 && EDGE_CLAIMED_ACCOUNT == 1 && EDGE_ATTACHMENT == 4);
G_STATIC_ASSERT(DELIVERY_FAILED == 3 && DELIVERY_UNKNOWN == 4);

typedef struct Found {
	char *value;
	char *help;
	int64_t messages;
} Found;

typedef struct Reading {
	Completion *completion;
	Store *store;
	const char *prefix;
	GPtrArray *all;    /* of Found */
	GHashTable *known; /* the same by value */
} Reading;

static void
found_free(void *data)
{
	Found *found = data;

	g_free(found->value);
	g_free(found->help);
	g_free(found);
}

/* A value can be there twice: of an index and of the newest, and an account in mail that
 * proves it and in mail that only claims it. */
static void
take(Reading *reading, sqlite3_stmt *stmt)
{
	g_autofree char *value = db_text(stmt, 0);
	int64_t messages = db_int(stmt, 1);
	Found *found = value ? g_hash_table_lookup(reading->known, value) : NULL;

	if (!value || !*value)
		return;
	if (found) {
		found->messages = MAX(found->messages, messages);
		return;
	}
	found = g_new0(Found, 1);
	found->value = g_steal_pointer(&value);
	found->help = db_text(stmt, 2);
	found->messages = messages;
	g_ptr_array_add(reading->all, found);
	g_hash_table_insert(reading->known, found->value, found);
}

/* What a statement lacks is not bound. */
static void
bind_text(sqlite3_stmt *stmt, const char *name, const char *text)
{
	if (sqlite3_bind_parameter_index(stmt, name) > 0)
		db_bind_text(stmt, name, text);
}

static void
bind_prefix(sqlite3_stmt *stmt, const char *prefix)
{
	static const char above_all[] = "\xf4\x8f\xbf\xbf"; /* U+10FFFF */
	g_autofree char *end = g_strconcat(prefix, above_all, NULL);
	g_autofree char *folded = match_fold(prefix);

	bind_text(stmt, ":from", prefix);
	bind_text(stmt, ":end", end);
	bind_text(stmt, ":prefix", folded);
	db_bind_int(stmt, ":most", LOOK);
}

/* The rows there were; 0 where they can't be read. */
static int
read_values(Reading *reading, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Kept) stmt = db_kept(reading->store, sql, NULL);
	int rows = 0;

	if (!stmt)
		return 0;
	bind_prefix(stmt, reading->prefix);
	for (; db_step(reading->store, stmt, &error) == STEP_ROW; rows++)
		take(reading, stmt);
	if (g_error_matches(error, STORE_ERROR, STORE_ERROR_STOPPED))
		reading->completion->stopped = true;
	return rows;
}

static int
by_messages(const void *one, const void *other)
{
	const Found *a = *(Found *const *)one;
	const Found *b = *(Found *const *)other;

	if (a->messages != b->messages)
		return a->messages > b->messages ? -1 : 1;
	return strcmp(a->value, b->value);
}

static char *
help_of(const StoredValues *where, const Found *found)
{
	if (found->help)
		return g_strdup(found->help);
	if (found->messages == 0)
		return NULL;
	if (where->capped && found->messages > COUNTED)
		return g_strdup_printf("%d+ messages", COUNTED);
	return g_strdup_printf(
		"%" G_GINT64_FORMAT " message%s", found->messages, found->messages == 1 ? "" : "s");
}

static void
add_found(Completion *completion, const StoredValues *where, GPtrArray *all)
{
	for (guint i = 0; i < all->len; i++) {
		const Found *found = g_ptr_array_index(all, i);
		g_autofree char *help = help_of(where, found);

		completion_add(completion, found->value, help, false);
	}
}

static const StoredValues *
values_of(const char *term)
{
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
		if (strcmp(values[i].term, term) == 0)
			return &values[i];
	return NULL;
}

void
complete_stored(Completion *completion, Store *store, const char *term, const char *prefix)
{
	const StoredValues *where = values_of(term);
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(found_free);
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	Reading reading = { completion, store, prefix, all, known };
	int rows = LOOK;

	if (!where)
		return;
	if (where->indexed)
		rows = read_values(&reading, where->indexed);
	if (where->newest && rows == LOOK)
		read_values(&reading, where->newest);
	if (!where->ordered)
		g_ptr_array_sort(all, by_messages);
	add_found(completion, where, all);
}
