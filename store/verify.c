#include "store/verify.h"

#include <string.h>

#include "mail/history.h"
#include "store/bloom.h"
#include "store/campaign.h"
#include "store/message_bytes.h"
#include "store/message_links.h"
#include "store/schema.h"
#include "store/verify_private.h"

void
verify_fault(Verifier *verifier, const char *format, ...)
{
	g_autofree char *words = NULL;
	va_list arguments;

	va_start(arguments, format);
	words = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	verifier->summary->faults++;
	verifier->options->fault(words, verifier->options->data);
}

void
verify_progress(Verifier *verifier, const char *noun, int64_t rows, int64_t bytes, int64_t total)
{
	const VerifyOptions *options = verifier->options;

	if (options->progress)
		options->progress(noun, rows, bytes, total, options->data);
}

/* ---- the database itself ---- */

bool
verify_pages(Verifier *verifier, const char *pragma, GError **error)
{
	g_autoptr(Kept) check = db_kept(verifier->store, pragma, error);
	Step step;

	if (!check)
		return false;
	while ((step = db_step(verifier->store, check, error)) == STEP_ROW) {
		g_autofree char *words = db_text(check, 0);

		if (g_strcmp0(words, "ok") != 0)
			verify_fault(verifier, "the database: %s", words);
	}
	return step == STEP_DONE;
}

static bool
check_pages(Verifier *verifier, GError **error)
{
	static const char pragma[] = "PRAGMA integrity_check";

	return verify_pages(verifier, pragma, error);
}

static bool
check_references(Verifier *verifier, GError **error)
{
	static const char sql[] = "PRAGMA foreign_key_check";
	g_autoptr(Kept) pragma = db_kept(verifier->store, sql, error);
	Step step;

	if (!pragma)
		return false;
	while ((step = db_step(verifier->store, pragma, error)) == STEP_ROW) {
		g_autofree char *table = db_text(pragma, 0);
		g_autofree char *parent = db_text(pragma, 2);

		verify_fault(verifier,
			"%s %" G_GINT64_FORMAT " refers to a row of %s that is not there", table,
			db_int(pragma, 1), parent);
	}
	return step == STEP_DONE;
}

/* Name of each table, index and trigger -> its SQL; SQLite's own are its own business. */
static GHashTable *
read_schema(Store *store, GError **error)
{
	static const char sql[] = "SELECT type || ' ' || name, ifnull(sql, '') FROM sqlite_schema"
				  " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
	g_autoptr(GHashTable) schema =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_hash_table_replace(schema, db_text(select, 0), db_text(select, 1));
	return step == STEP_DONE ? g_steal_pointer(&schema) : NULL;
}

/* What @one has and @other lacks, or has in other words. */
static void
compare_schema(Verifier *verifier, GHashTable *one, GHashTable *other, const char *format)
{
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(one), (GCompareFunc)strcmp);

	for (const GList *name = names; name; name = name->next) {
		const char *sql = g_hash_table_lookup(other, name->data);

		if (g_strcmp0(sql, g_hash_table_lookup(one, name->data)) != 0)
			verify_fault(verifier, "the %s %s", (const char *)name->data, format);
	}
}

/* A store has what the migrations make, and nothing else: a trigger that is gone is how
 * history would be rewritten. */
static bool
check_schema(Verifier *verifier, GError **error)
{
	g_autoptr(Store) made =
		db_open("schema", ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, error);
	g_autoptr(GHashTable) wanted = NULL;
	g_autoptr(GHashTable) found = NULL;

	if (!made || !schema_migrate(made, error))
		return false;
	wanted = read_schema(made, error);
	found = wanted ? read_schema(verifier->store, error) : NULL;
	if (!found)
		return false;
	compare_schema(verifier, wanted, found, "is missing or not as this version makes it");
	compare_schema(verifier, found, wanted, "is not of this version's making");
	return true;
}

/* ---- what is written down twice ---- */

/* Rows that disagree: three columns, told as WORDS[0] COLUMN WORDS[1] COLUMN .... */
typedef struct Tally {
	const char *sql;
	const char *words[3];
	unsigned states; /* bits: which columns are states */
} Tally;

/* As the SQL here has it. */
G_STATIC_ASSERT(STATE_RELEASED == 1 && STATE_BLOCKED == 2 && EDGE_BINDS == 0 && EDGE_CUT == 1 &&
	EDGE_PERSON == 8);

/* What lookup.h is there for: each row has its entry, and no two have the same value.  Sorts
 * nothing that a store has many of. */
#define NO_ENTRY(space, value, row)                                           \
	" NOT EXISTS (SELECT 1 FROM lookup l WHERE l.space = " space          \
	" AND l.key = lookup_key(" value ") AND l.row = " row                 \
	") AND NOT EXISTS (SELECT 1 FROM lookup_new l WHERE l.space = " space \
	" AND l.key = lookup_key(" value ") AND l.row = " row ")"
#define WITH_SHARED                                                                            \
	"WITH shared AS (SELECT space, key FROM lookup GROUP BY 1, 2 HAVING count(*) > 1"      \
	"  UNION SELECT space, key FROM lookup_new GROUP BY 1, 2 HAVING count(*) > 1"          \
	"  UNION SELECT space, key FROM lookup_new n CROSS JOIN lookup l USING (space, key))," \
	" entry AS (SELECT space, row FROM shared CROSS JOIN lookup USING (space, key)"        \
	"  UNION SELECT space, row FROM shared CROSS JOIN lookup_new USING (space, key))"

static const Tally tallies[] = {
	{
		.sql = "WITH counted AS (SELECT state, count(*) AS messages FROM message GROUP BY 1)"
		       " SELECT s.state, ifnull(c.messages, 0) AS said, ifnull(n.messages, 0) AS are"
		       " FROM (SELECT state FROM counter UNION SELECT state FROM counted) s"
		       " LEFT JOIN counter c ON c.state = s.state"
		       " LEFT JOIN counted n ON n.state = s.state"
		       " WHERE said IS NOT are ORDER BY 1",
		.words = { "the counter of ", " says ", ", but the messages are " },
		.states = 1,
	},
	{
		.sql = "SELECT c.state, c.campaigns, (SELECT count(*) FROM campaign k WHERE"
		       " CASE c.state WHEN 0 THEN k.held WHEN 1 THEN k.released"
		       "  ELSE k.blocked END > 0) AS are FROM counter c"
		       " WHERE c.campaigns IS NOT are ORDER BY 1",
		.words = { "the counter of campaigns with messages ", " says ",
			", but the campaigns are " },
		.states = 1,
	},
	{
		.sql = "SELECT b.id, b.messages, (SELECT count(*) FROM message m WHERE m.basis = b.id)"
		       " AS are FROM basis b WHERE b.messages IS NOT are ORDER BY 1",
		.words = { "the counter of basis ", " says ", ", but the messages are " },
	},
	{
		.sql = "WITH counted AS (SELECT campaign, sum(state = 0) || ' held, '"
		       "  || sum(state = 1) || ' released, ' || sum(state = 2) || ' blocked' AS are"
		       "  FROM message GROUP BY 1)"
		       " SELECT c.id, c.held || ' held, ' || c.released || ' released, '"
		       "  || c.blocked || ' blocked' AS said,"
		       "  ifnull(n.are, '0 held, 0 released, 0 blocked') AS counted"
		       " FROM campaign c LEFT JOIN counted n ON n.campaign = c.id"
		       " WHERE said IS NOT counted ORDER BY 1",
		.words = { "the counters of campaign ", " say ", ", but the messages are " },
	},
	{
		.sql = "SELECT e.id, e.messages, (SELECT count(*) FROM message_edge me"
		       "  WHERE me.edge = e.id) AS counted"
		       " FROM edge e WHERE e.messages IS NOT counted ORDER BY 1",
		.words = { "the counter of edge ", " says ", ", but the messages are " },
	},
	{
		.sql = "SELECT m.id, m.campaign, e.campaign FROM edge e"
		       " JOIN message_edge me ON me.edge = e.id JOIN message m ON m.id = me.message"
		       " WHERE e.campaign IS NOT NULL AND e.campaign IS NOT m.campaign ORDER BY 1",
		.words = { "message ", " is in campaign ", ", but shares an edge of campaign " },
	},
	{
		.sql = "SELECT e.id, iif(e.campaign, 'names', 'does not name') AS said,"
		       " iif(e.state = 0 AND e.messages > 1, 'binds several messages',"
		       "  'does not bind several messages') AS is_so"
		       " FROM edge e WHERE (said = 'names') <> (is_so = 'binds several messages') ORDER BY 1",
		.words = { "edge ", " ", " a campaign, but " },
	},
	{
		.sql = "WITH changed AS (SELECT edge, after, max(operation) FROM edge_change GROUP BY 1)"
		       " SELECT e.id, iif(e.state = 1, 'cut', 'not cut') AS said,"
		       " iif(c.after IS 1, 'cut', 'not cut') AS made"
		       " FROM edge e LEFT JOIN changed c ON c.edge = e.id WHERE said <> made ORDER BY 1",
		.words = { "edge ", " is ", ", but what operations did to it left it " },
	},
	{
		.sql = "WITH counted AS (SELECT me.edge, sum(s.state = 1) || ' released, '"
		       "  || sum(s.state = 2) || ' blocked, by people '"
		       "  || sum(s.state = 1 AND s.person) || ' and ' || sum(s.state = 2 AND s.person)"
		       "  AS are FROM settled s CROSS JOIN message_edge me ON me.message = s.message"
		       "  GROUP BY 1)"
		       " SELECT e.id, e.released || ' released, ' || e.blocked || ' blocked, by people '"
		       "  || e.person_released || ' and ' || e.person_blocked AS said,"
		       "  ifnull(n.are, '0 released, 0 blocked, by people 0 and 0') AS counted"
		       " FROM edge e LEFT JOIN counted n ON n.edge = e.id"
		       " WHERE e.kind <> 8 AND said <> counted ORDER BY 1",
		.words = { "the history of edge ", " says ", ", but the messages are " },
	},
	{
		.sql = "WITH counted AS (SELECT f.id AS finding, count(DISTINCT iif(s.state = 1, s.message, NULL))"
		       "  || ' released, ' || count(DISTINCT iif(s.state = 2, s.message, NULL))"
		       "  || ' blocked' AS are FROM settled s CROSS JOIN finding f ON f.message = s.message"
		       "  WHERE s.person AND f.place <> '" HISTORY_PLACE "' GROUP BY 1"
		       "  UNION ALL SELECT '', sum(state = 1) || ' released, ' || sum(state = 2)"
		       "  || ' blocked' FROM settled WHERE person)"
		       " SELECT l.finding, l.released || ' released, ' || l.blocked || ' blocked' AS said,"
		       "  ifnull(n.are, '0 released, 0 blocked') AS counted"
		       " FROM lesson l LEFT JOIN counted n ON n.finding = l.finding"
		       " WHERE said <> counted ORDER BY 1",
		.words = { "the lesson of '", "' says ", ", but what people decided is " },
	},
	{
		.sql = "SELECT m.id, m.state, ifnull(s.state, 0) AS counted FROM message m"
		       " LEFT JOIN settled s ON s.message = m.id"
		       " WHERE m.state <> counted AND m.id NOT IN (SELECT message FROM unsettled)"
		       " ORDER BY 1",
		.words = { "message ", " is ", ", but the history of its keys counts it as " },
		.states = 6,
	},
	{
		.sql = "SELECT m.id, m.state, ifnull((SELECT d.after FROM decision d"
		       "  WHERE d.message = m.id ORDER BY d.id DESC LIMIT 1), 0) AS made"
		       " FROM message m WHERE m.state IS NOT made ORDER BY 1",
		.words = { "message ", " is ", ", but what was decided made it " },
		.states = 6,
	},
	{
		.sql = "SELECT m.id, m.version - 1 AS said, (SELECT count(*) FROM decision d"
		       "  WHERE d.message = m.id) + (SELECT count(*) FROM restored r"
		       "  WHERE r.message = m.id) + (SELECT count(*) FROM purged p"
		       "  WHERE p.message = m.id) AS are FROM message m"
		       " WHERE said IS NOT are ORDER BY 1",
		.words = { "message ", " was changed so many times: ",
			", but the decisions and envelopes there are " },
	},
	{
		.sql = "SELECT r.id, iif(r.removed, 'removed', 'in force') AS said,"
		       " (SELECT iif(c.removed, 'removed', 'in force') FROM rule_change c"
		       "  WHERE c.rule = r.id ORDER BY c.operation DESC LIMIT 1) AS made"
		       " FROM rule r WHERE made IS NOT NULL AND said <> made ORDER BY 1",
		.words = { "rule ", " is ", ", but the last operation on it left it " },
	},
	{
		.sql = "SELECT m.id, lower(hex(m.sha256)), lower(hex(r.sha256)) FROM message m"
		       " JOIN raw r ON r.id = m.raw WHERE m.sha256 IS NOT r.sha256 ORDER BY 1",
		.words = { "message ", " has SHA-256 ", ", but what it was stored by is " },
	},
	{
		.sql = "SELECT r.id, 'sha256' FROM raw r WHERE" NO_ENTRY(
			"-1", "r.sha256", "r.id") " ORDER BY 1",
		.words = { "raw mail ", " is not found by its ", "" },
	},
	{
		.sql = "SELECT e.id, 'value' FROM edge e WHERE" NO_ENTRY(
			"e.kind", "e.value", "e.id") " ORDER BY 1",
		.words = { "edge ", " is not found by its ", "" },
	},
	/* Files that were seen (LOOKUP_SEEN) have no row. */
	{
		.sql = "SELECT (SELECT count(*) FROM raw) + (SELECT count(*) FROM edge) AS are,"
		       " (SELECT count(*) FROM lookup WHERE space >= -1)"
		       "  + (SELECT count(*) FROM lookup_new WHERE space >= -1) AS entries"
		       " WHERE are <> entries",
		.words = { "", " raw mails and edges have ", " entries that they are found by" },
	},
	{
		.sql = "SELECT space, count(*) FROM lookup WHERE NOT lookup_may_have(space, key)"
		       " GROUP BY 1 ORDER BY 1",
		.words = { "the filter of lookups of kind ", " lacks ", " that are there" },
	},
	{
		.sql = WITH_SHARED
		" SELECT min(r.id), max(r.id) FROM entry JOIN raw r ON r.id = row"
		" WHERE space = -1 GROUP BY r.sha256 HAVING count(*) > 1 ORDER BY 1",
		.words = { "raw mail ", " is there again as ", "" },
	},
	{
		.sql = WITH_SHARED
		" SELECT min(e.id), max(e.id) FROM entry JOIN edge e ON e.id = row"
		" WHERE space = e.kind GROUP BY e.kind, e.value HAVING count(*) > 1 ORDER BY 1",
		.words = { "edge ", " is there again as ", "" },
	},
};

static void
tell_tally(Verifier *verifier, const Tally *tally, sqlite3_stmt *stmt)
{
	g_autoptr(GString) words = g_string_new(NULL);

	for (int i = 0; i < (int)G_N_ELEMENTS(tally->words); i++) {
		g_autofree char *text = db_text(stmt, i);
		int64_t number = db_int(stmt, i);
		bool state = tally->states & 1U << i && number >= 0 && number < STATES;

		g_string_append(words, tally->words[i]);
		g_string_append(words,
			state          ? state_name((MessageState)number)
				: text ? text
				       : "none");
	}
	verify_fault(verifier, "%s", words->str);
}

static bool
check_tally(Verifier *verifier, const Tally *tally, GError **error)
{
	g_autoptr(Kept) select = db_kept(verifier->store, tally->sql, error);
	Step step;

	if (!select)
		return false;
	while ((step = db_step(verifier->store, select, error)) == STEP_ROW)
		tell_tally(verifier, tally, select);
	return step == STEP_DONE;
}

static bool
check_tallies(Verifier *verifier, GError **error)
{
	bool done = bloom_read(verifier->store, error);

	for (size_t i = 0; done && i < G_N_ELEMENTS(tallies); i++)
		done = check_tally(verifier, &tallies[i], error);
	bloom_forget(verifier->store);
	return done;
}

/* ---- the messages' bytes ---- */

static bool
check_raw(Verifier *verifier, GError **error)
{
	static const char sql[] = "SELECT " RAW_COLUMNS ", r.id,"
				  " (SELECT m.id FROM message m WHERE m.raw = r.id LIMIT 1)"
				  " FROM raw r WHERE NOT (r.bale IS NULL AND length(r.zstd) = 0"
				  " AND NOT EXISTS (SELECT 1 FROM message m WHERE m.raw = r.id AND"
				  "  m.id NOT IN (SELECT message FROM purged))) ORDER BY r.id";
	g_autoptr(Kept) select = NULL;
	int64_t total = 0, bytes = 0;
	Step step;

	/* What stands in the file is asked for, not what is known of it. */
	bale_forget(verifier->store);
	if (!db_value(verifier->store, "SELECT count(*) FROM raw", &total, error))
		return false;
	select = db_kept(verifier->store, sql, error);
	if (!select)
		return false;
	while ((step = db_step(verifier->store, select, error)) == STEP_ROW) {
		g_autoptr(GBytes) raw = NULL;

		if (!raw_of_row(verifier->store, select, &raw, error))
			return false;
		if (!raw)
			verify_fault(verifier,
				"message %" G_GINT64_FORMAT " (raw %" G_GINT64_FORMAT
				") is not the bytes that came",
				db_int(select, RAW_COLUMN_COUNT + 1),
				db_int(select, RAW_COLUMN_COUNT));
		bytes += db_int(select, 1);
		verify_progress(verifier, "messages", ++verifier->summary->messages, bytes, total);
	}
	return step == STEP_DONE;
}

/* Links are read from the mail anew by a rescore; who asks for them meanwhile is told less. */
static bool
check_links(Verifier *verifier, GError **error)
{
	static const char sql[] = "SELECT message FROM links ORDER BY message";
	g_autoptr(Kept) select = db_kept(verifier->store, sql, error);
	Step step;

	if (!select)
		return false;
	while ((step = db_step(verifier->store, select, error)) == STEP_ROW) {
		g_autoptr(Message) message = message_new();
		int64_t id = db_int(select, 0);
		bool whole;

		if (!message_load_links(verifier->store, id, message, &whole, error))
			return false;
		if (!whole)
			verify_fault(verifier,
				"the links of message %" G_GINT64_FORMAT
				" can't be read; lazaret rescore reads them from the mail",
				id);
	}
	return step == STEP_DONE;
}

bool
store_verify(Store *store, const VerifyOptions *options, VerifySummary *summary, GError **error)
{
	static bool (*const checks[])(Verifier * verifier, GError * *error) = {
		check_pages,
		check_references,
		check_schema,
		verify_chain,
		check_tallies,
		verify_rules,
		verify_envelopes,
		verify_purged,
		check_raw,
		check_links,
	};
	Verifier verifier = { .store = store, .options = options, .summary = summary };
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);

	*summary = (VerifySummary){ 0 };
	if (!snapshot)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
		if (!checks[i](&verifier, error))
			return false;
	}
	return true;
}
