#include <string.h>

#include "store/chain.h"
#include "store/verify_private.h"

/* The hash of a row; not known before the first one, nor where a row has none. */
typedef struct Link {
	bool known;
	uint8_t hash[DIGEST_SIZE];
} Link;

/* A table of the chain.  Both queries are constants. */
typedef struct ChainTable {
	const char *name;
	const char *row;  /* the hash that the row :id has, and the one it should have */
	const char *next; /* the first id behind :after; NULL: there is none */
	const char *last; /* the last id ever given */
	/* The first id of :operation's behind :after; NULL: it is about operations. */
	const char *next_of_operation;
} ChainTable;

static const ChainTable operations = {
	.name = "operation",
	.row = "SELECT hash, " CHAIN_OPERATION(":previous", "id", "at", "actor", "verb", "reason",
		"undoes", "origin") " FROM operation WHERE id = :id",
	.next = "SELECT min(id) FROM operation WHERE id > :after",
	.last = "SELECT seq FROM sqlite_sequence WHERE name = 'operation'",
};

static const ChainTable decisions = {
	.name = "decision",
	.row = "SELECT hash, " CHAIN_DECISION(":previous", "id", "operation", "message", "kind",
		"before", "after", "rule") " FROM decision WHERE id = :id",
	.next = "SELECT min(id) FROM decision WHERE id > :after",
	.next_of_operation = "SELECT min(id) FROM decision WHERE operation = :operation"
			     " AND id > :after",
	.last = "SELECT seq FROM sqlite_sequence WHERE name = 'decision'",
};

/* Its ids are messages'. */
static const ChainTable purged = {
	.name = "purged message",
	.row = "SELECT hash, " CHAIN_PURGED(
		":previous", "message", "operation") " FROM purged"
						     " WHERE message = :id",
	.next_of_operation = "SELECT min(message) FROM purged WHERE operation = :operation"
			     " AND message > :after",
};

/* One whose report is gone has another hash. */
static const ChainTable reported = {
	.name = "reported message",
	.row = "SELECT t.hash, " CHAIN_REPORTED(":previous", "t.id", "t.operation", "t.report",
		"t.message") " FROM reported t LEFT JOIN report r ON r.id = t.report"
			     " WHERE t.id = :id",
	.next = "SELECT min(id) FROM reported WHERE id > :after",
	.next_of_operation = "SELECT min(id) FROM reported WHERE operation = :operation"
			     " AND id > :after",
	.last = "SELECT seq FROM sqlite_sequence WHERE name = 'reported'",
};

typedef struct Count {
	int64_t given; /* the last id ever given */
	int64_t last;  /* the highest that was passed */
} Count;

/* From row to row, in the order in which they were written. */
typedef struct Walk {
	Verifier *verifier;
	int64_t total; /* rows */
	int64_t done;
	int64_t operation; /* whose decisions are looked at */
	Count operations;
	Count decisions;
	Count reported;
	Link previous;  /* the hash of the row before */
	bool gap;       /* the row before is missing, so that nothing can be said of the next */
	bool shaken;    /* the row before is at fault: the next may still fit one of these */
	Link rewritten; /* the hash that the row before should have */
	Link sound;     /* the hash of the last row that was not at fault */
} Walk;

static Link
link_of_column(sqlite3_stmt *stmt, int column)
{
	Link link = { .known = sqlite3_column_bytes(stmt, column) == DIGEST_SIZE };

	if (link.known)
		memcpy(link.hash, sqlite3_column_blob(stmt, column), DIGEST_SIZE);
	return link;
}

static bool
link_equal(const Link *a, const Link *b)
{
	return a->known && b->known && memcmp(a->hash, b->hash, DIGEST_SIZE) == 0;
}

/* What a row has, and what it should have behind the one before. */
typedef struct RowLinks {
	Link has;
	Link should;
} RowLinks;

static bool
read_links(Walk *walk, const ChainTable *table, int64_t id, const Link *previous, RowLinks *links,
	GError **error)
{
	Store *store = walk->verifier->store;
	g_autoptr(Kept) select = db_kept(store, table->row, error);

	if (!select)
		return false;
	db_bind_int(select, ":id", id);
	if (previous->known)
		db_bind_blob(select, ":previous", previous->hash, DIGEST_SIZE);
	if (!db_row(store, select, error))
		return false;
	links->has = link_of_column(select, 0);
	links->should = link_of_column(select, 1);
	return true;
}

/* Is it only the row before that makes this one differ? */
static bool
fits_otherwise(Walk *walk, const ChainTable *table, int64_t id, bool *fits, GError **error)
{
	const Link *others[] = { &walk->rewritten, &walk->sound };

	*fits = walk->gap;
	for (size_t i = 0; i < G_N_ELEMENTS(others) && walk->shaken && !*fits; i++) {
		RowLinks links;

		if (!read_links(walk, table, id, others[i], &links, error))
			return false;
		*fits = link_equal(&links.has, &links.should);
	}
	return true;
}

static void
look_for_expected(Walk *walk, const Link *link)
{
	VerifySummary *summary = walk->verifier->summary;
	const uint8_t *expect = walk->verifier->options->expect;

	if (!expect || !link->known || memcmp(link->hash, expect, DIGEST_SIZE) != 0)
		return;
	summary->expected = true;
	summary->expected_operation = walk->operation;
}

static bool
pass_row(Walk *walk, const ChainTable *table, int64_t id, GError **error)
{
	RowLinks links;
	bool fits;

	if (!read_links(walk, table, id, &walk->previous, &links, error))
		return false;
	fits = link_equal(&links.has, &links.should);
	if (!fits && !fits_otherwise(walk, table, id, &fits, error))
		return false;
	if (!fits)
		verify_fault(walk->verifier,
			"%s %" G_GINT64_FORMAT
			" is not what was written, or not where it was written",
			table->name, id);
	if (fits) {
		walk->sound = links.has;
		look_for_expected(walk, &links.has);
	}
	walk->shaken = !fits;
	walk->gap = false;
	walk->rewritten = links.should;
	walk->previous = links.has;
	verify_progress(walk->verifier, "rows", ++walk->done, 0, walk->total);
	return true;
}

static bool
next_id(Walk *walk, const char *sql, int64_t after, int64_t *id, GError **error)
{
	Store *store = walk->verifier->store;
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":after", after);
	if (!db_row(store, select, error))
		return false;
	*id = db_int(select, 0);
	return true;
}

static void
tell_missing(Walk *walk, const ChainTable *table, int64_t first, int64_t end)
{
	if (end - first == 1)
		verify_fault(
			walk->verifier, "%s %" G_GINT64_FORMAT " is missing", table->name, first);
	else
		verify_fault(walk->verifier,
			"%ss %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " are missing", table->name,
			first, end - 1);
	walk->gap = true;
}

/* Ids are given without a gap: what lies between the last one and @id is elsewhere, or
 * missing. */
static bool
look_between(Walk *walk, const ChainTable *table, Count *count, int64_t id, GError **error)
{
	while (count->last < id - 1) {
		int64_t next = 0;

		if (!next_id(walk, table->next, count->last, &next, error))
			return false;
		next = next == 0 ? id : MIN(next, id);
		if (next > count->last + 1)
			tell_missing(walk, table, count->last + 1, next);
		count->last = next;
	}
	count->last = MAX(count->last, id);
	return true;
}

static bool
expect_id(Walk *walk, const ChainTable *table, Count *count, int64_t id, GError **error)
{
	if (id <= count->given)
		return look_between(walk, table, count, id, error);
	verify_fault(walk->verifier,
		"%s %" G_GINT64_FORMAT
		" has a number that was never given: the last one is %" G_GINT64_FORMAT,
		table->name, id, count->given);
	return true;
}

/* 0: there are no more. */
static bool
next_of_operation(Walk *walk, const ChainTable *table, int64_t after, int64_t *id, GError **error)
{
	Store *store = walk->verifier->store;
	g_autoptr(Kept) select = db_kept(store, table->next_of_operation, error);

	if (!select)
		return false;
	db_bind_int(select, ":operation", walk->operation);
	db_bind_int(select, ":after", after);
	if (!db_row(store, select, error))
		return false;
	*id = db_int(select, 0);
	return true;
}

/* The operation's rows of @table, which *passed counts; @count is NULL where their ids are given
 * by another table. */
static bool
pass_its_rows(Walk *walk, const ChainTable *table, Count *count, int64_t *passed, GError **error)
{
	int64_t id = 0;

	for (;;) {
		if (!next_of_operation(walk, table, id, &id, error))
			return false;
		if (id == 0)
			return true;
		if (count && !expect_id(walk, table, count, id, error))
			return false;
		if (!pass_row(walk, table, id, error))
			return false;
		(*passed)++;
	}
}

static bool
pass_operations(Walk *walk, GError **error)
{
	VerifySummary *summary = walk->verifier->summary;

	for (;;) {
		if (!next_id(walk, operations.next, walk->operation, &walk->operation, error))
			return false;
		if (walk->operation == 0)
			return true;
		if (!expect_id(walk, &operations, &walk->operations, walk->operation, error) ||
			!pass_row(walk, &operations, walk->operation, error))
			return false;
		summary->operations++;
		if (!pass_its_rows(
			    walk, &decisions, &walk->decisions, &summary->decisions, error) ||
			!pass_its_rows(walk, &purged, NULL, &summary->purged, error) ||
			!pass_its_rows(walk, &reported, &walk->reported, &summary->reported, error))
			return false;
	}
}

/* A last row that was taken out leaves no gap but the number that was given to it. */
static bool
expect_end(Walk *walk, const ChainTable *table, Count *count, GError **error)
{
	return look_between(walk, table, count, MIN(count->given, G_MAXINT64 - 1) + 1, error);
}

static bool
read_given(Walk *walk, GError **error)
{
	Store *store = walk->verifier->store;

	return db_value(store, operations.last, &walk->operations.given, error) &&
		db_value(store, decisions.last, &walk->decisions.given, error) &&
		db_value(store, reported.last, &walk->reported.given, error);
}

static bool
expect_ends(Walk *walk, GError **error)
{
	return expect_end(walk, &operations, &walk->operations, error) &&
		expect_end(walk, &decisions, &walk->decisions, error) &&
		expect_end(walk, &reported, &walk->reported, error);
}

static bool
check_lost(Walk *walk, GError **error)
{
	static const char sql[] =
		"SELECT 'decision', d.id, d.operation FROM decision d"
		" LEFT JOIN operation o ON o.id = d.operation WHERE o.id IS NULL UNION ALL"
		" SELECT 'reported message', t.id, t.operation FROM reported t"
		" LEFT JOIN operation o ON o.id = t.operation WHERE o.id IS NULL ORDER BY 1, 2";
	g_autoptr(Kept) select = db_kept(walk->verifier->store, sql, error);
	Step step;

	if (!select)
		return false;
	while ((step = db_step(walk->verifier->store, select, error)) == STEP_ROW)
		verify_fault(walk->verifier,
			"%s %" G_GINT64_FORMAT " is of operation %" G_GINT64_FORMAT
			", which is not there",
			(const char *)sqlite3_column_text(select, 0), db_int(select, 1),
			db_int(select, 2));
	return step == STEP_DONE;
}

/* Numbers begin at 1, and so does the walk. */
static bool
check_before_first(Walk *walk, GError **error)
{
	static const char sql[] = "SELECT 'operation', id FROM operation WHERE id < 1 UNION ALL"
				  " SELECT 'decision', id FROM decision WHERE id < 1 UNION ALL"
				  " SELECT 'reported message', id FROM reported WHERE id < 1";
	g_autoptr(Kept) select = db_kept(walk->verifier->store, sql, error);
	Step step;

	if (!select)
		return false;
	while ((step = db_step(walk->verifier->store, select, error)) == STEP_ROW)
		verify_fault(walk->verifier,
			"%s %" G_GINT64_FORMAT " has a number that was never given",
			(const char *)sqlite3_column_text(select, 0), db_int(select, 1));
	return step == STEP_DONE;
}

static void
keep_head(const Walk *walk)
{
	VerifySummary *summary = walk->verifier->summary;

	summary->has_head = walk->previous.known;
	memcpy(summary->head, walk->previous.hash, DIGEST_SIZE);
}

bool
verify_chain(Verifier *verifier, GError **error)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM operation) + (SELECT count(*) FROM decision)"
		" + (SELECT count(*) FROM purged) + (SELECT count(*) FROM reported)";
	Walk walk = { .verifier = verifier };

	if (!db_value(verifier->store, sql, &walk.total, error) || !read_given(&walk, error) ||
		!pass_operations(&walk, error) || !check_lost(&walk, error) ||
		!check_before_first(&walk, error) || !expect_ends(&walk, error))
		return false;
	keep_head(&walk);
	return true;
}

/* As if all up to the row before the last @operations had been passed. */
static bool
skip_to_end(Walk *walk, int count, GError **error)
{
	static const char sql[] =
		"WITH mark AS (SELECT max(id) AS id FROM (SELECT id FROM operation"
		"  ORDER BY id DESC LIMIT -1 OFFSET :count)),"
		" said AS (SELECT d.id FROM decision d, mark WHERE d.operation <= mark.id"
		"  ORDER BY d.id DESC LIMIT 1),"
		" told AS (SELECT t.id FROM reported t, mark WHERE t.operation <= mark.id"
		"  ORDER BY t.id DESC LIMIT 1)"
		" SELECT o.id, ifnull((SELECT id FROM said), 0), ifnull((SELECT id FROM told), 0), " CHAIN_LAST_OF_OPERATION
		" FROM mark JOIN operation o ON o.id = mark.id";
	Store *store = walk->verifier->store;
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":count", count);
	step = db_step(store, select, error);
	if (step != STEP_ROW)
		return step == STEP_DONE;
	walk->operation = walk->operations.last = db_int(select, 0);
	walk->decisions.last = db_int(select, 1);
	walk->reported.last = db_int(select, 2);
	walk->previous = walk->sound = link_of_column(select, 3);
	return true;
}

bool
verify_chain_end(Verifier *verifier, int count, GError **error)
{
	Walk walk = { .verifier = verifier };

	if (!read_given(&walk, error) || !skip_to_end(&walk, count, error) ||
		!pass_operations(&walk, error) || !expect_ends(&walk, error))
		return false;
	keep_head(&walk);
	return true;
}
