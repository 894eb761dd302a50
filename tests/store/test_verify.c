/* Whatever is done to the history behind the program's back is found, and named. */
#include "store/verify.h"

#include <string.h>

#include "store/db.h"
#include "store/ledger.h"
#include "store/rule.h"
#include "store/schema.h"
#include "tests/store/sample.h"

enum {
	BEFORE_CHAIN = 5, /* the schema's version before there was a chain */
};

static void
on_fault(const char *words, void *data)
{
	g_test_message("%s", words);
	g_ptr_array_add(data, g_strdup(words));
}

static GPtrArray *
verify(Store *store, const uint8_t *expect, VerifySummary *summary)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *faults = g_ptr_array_new_with_free_func(g_free);
	const VerifyOptions options = { .expect = expect, .fault = on_fault, .data = faults };

	store_verify(store, &options, summary, &error);
	g_assert_no_error(error);
	g_assert_cmpint(summary->faults, ==, faults->len);
	return faults;
}

static void
assert_sound(Store *store)
{
	VerifySummary summary;
	g_autoptr(GPtrArray) faults = verify(store, NULL, &summary);

	g_assert_cmpint(faults->len, ==, 0);
}

/* The faults that @sql makes; the store is as before afterwards. */
static GPtrArray *
faults_of(const Sample *sample, const char *sql)
{
	g_autoptr(Transaction) transaction = db_begin(sample->store, NULL);
	g_autoptr(GError) error = NULL;
	VerifySummary summary;

	db_exec(sample->store, sql, &error);
	g_assert_no_error(error);
	return verify(sample->store, NULL, &summary);
}

static bool
named(const GPtrArray *faults, const char *words)
{
	for (guint i = 0; i < faults->len; i++) {
		if (strstr(g_ptr_array_index(faults, i), words))
			return true;
	}
	return false;
}

/* @sql does its work where no trigger sees it. */
static GPtrArray *
faults_unseen(const Sample *sample, const char *table, const char *sql)
{
	g_autoptr(GString) all = g_string_new(NULL);

	for (int i = 0; i < 2; i++) {
		const char *trigger = i ? "stands BEFORE UPDATE" : "stays BEFORE DELETE";
		int length = (int)strcspn(trigger, " ");

		g_string_append_printf(all, "DROP TRIGGER %s_%.*s;", table, length, trigger);
	}
	g_string_append_printf(all, "%s;", sql);
	for (int i = 0; i < 2; i++)
		g_string_append_printf(all,
			"CREATE TRIGGER %s_%s ON %s"
			" BEGIN SELECT RAISE (ABORT, '%ss are append-only'); END;",
			table, i ? "stands BEFORE UPDATE" : "stays BEFORE DELETE", table, table);
	return faults_of(sample, all->str);
}

static void
assert_named(const Sample *sample, const char *table, const char *sql, const char *words)
{
	g_autoptr(GPtrArray) faults = faults_unseen(sample, table, sql);

	g_test_message("%s", sql);
	g_assert_true(named(faults, words));
}

/* Operations 1 to 8 with decisions 1 to 14: two messages each, an undo, a rule. */
static void
make_history(const Sample *sample)
{
	static const DecisionKind kinds[] = { DECISION_RELEASE, DECISION_BLOCK, DECISION_HOLD,
		DECISION_BLOCK, DECISION_RELEASE };
	g_autoptr(Rule) rule = g_new0(Rule, 1);

	rule->kind = RULE_DENY;
	rule->domain = g_strdup("evil.example");
	rule->owner = g_strdup("alice");
	rule->reason = g_strdup("phish");
	rule->created = SAMPLE_NOW;
	rule->expires = SAMPLE_NOW + 86400;
	rule->idle = 45 * 86400;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		OperationRequest request = sample_request(kinds[i], 1, 2);

		request.reason = "because";
		g_assert_cmpint(sample_decide(sample, request, NULL), >, 0);
	}
	g_assert_cmpint(store_undo(sample->store, 0, "alice", SAMPLE_NOW, NULL), >, 0);
	g_assert_cmpint(store_undo(sample->store, 6, "alice", SAMPLE_NOW, NULL), >, 0);
	g_assert_cmpint(store_add_rule(sample->store, rule, NULL, NULL), >, 0);
}

static void
setup(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_setup(sample, NULL);
	sample_add_plain(sample, 3);
	make_history(sample);
	assert_sound(sample->store);
	/* So that rows may be changed at all. */
	g_assert_true(db_exec(sample->store, "PRAGMA foreign_keys = OFF", NULL));
}

static void
test_untouched_is_sound(Sample *sample, G_GNUC_UNUSED const void *data)
{
	VerifySummary summary;
	g_autoptr(GPtrArray) faults = verify(sample->store, NULL, &summary);

	g_assert_cmpint(faults->len, ==, 0);
	g_assert_cmpint(summary.operations, ==, 8);
	g_assert_cmpint(summary.decisions, ==, 14);
	g_assert_cmpint(summary.messages, ==, 3);
	g_assert_true(summary.has_head);
}

static void
test_empty_is_sound(Sample *sample, G_GNUC_UNUSED const void *data)
{
	VerifySummary summary;
	g_autoptr(GPtrArray) faults = verify(sample->store, NULL, &summary);

	g_assert_cmpint(faults->len, ==, 0);
	g_assert_false(summary.has_head);
}

/* One byte of @column in row @id. */
static void
flip(const Sample *sample, const char *table, const char *column, int id)
{
	g_autofree char *sql = g_strdup_printf(
		"UPDATE %1$s SET %2$s = CASE typeof(%2$s)"
		" WHEN 'integer' THEN CASE '%2$s' WHEN 'id' THEN 99 ELSE %2$s + 32 END"
		" WHEN 'text' THEN char(unicode(%2$s) + 1) || substr(%2$s, 2)"
		" WHEN 'blob' THEN CAST(x'5a' || substr(%2$s, 2) AS BLOB)"
		" ELSE 1 END WHERE id = %3$d",
		table, column, id);
	g_autofree char *words = g_strdup_printf("%s %d ", table, id);

	assert_named(sample, table, sql, words);
}

static void
flip_all(const Sample *sample, const char *table, int count, int columns)
{
	g_autofree char *sql = g_strdup_printf("SELECT name FROM pragma_table_info('%s')", table);
	g_autoptr(sqlite3_stmt) stmt = db_prepare(sample->store, sql, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	while (db_step(sample->store, stmt, NULL) == STEP_ROW)
		g_ptr_array_add(names, db_text(stmt, 0));
	g_assert_cmpint(names->len, ==, columns);
	sqlite3_reset(stmt);
	for (int id = 1; id <= count; id++) {
		for (guint i = 0; i < names->len; i++)
			flip(sample, table, g_ptr_array_index(names, i), id);
	}
}

static void
test_each_column_of_a_decision(Sample *sample, G_GNUC_UNUSED const void *data)
{
	flip_all(sample, "decision", 14, 8);
}

static void
test_each_column_of_an_operation(Sample *sample, G_GNUC_UNUSED const void *data)
{
	flip_all(sample, "operation", 8, 8);
}

static void
test_deleted_rows(Sample *sample, G_GNUC_UNUSED const void *data)
{
	for (int id = 1; id <= 14; id++) {
		g_autofree char *sql = g_strdup_printf("DELETE FROM decision WHERE id = %d", id);
		g_autofree char *words = g_strdup_printf("decision %d is missing", id);

		assert_named(sample, "decision", sql, words);
	}
	for (int id = 1; id <= 8; id++) {
		g_autofree char *sql = g_strdup_printf("DELETE FROM operation WHERE id = %d", id);
		g_autofree char *words = g_strdup_printf("operation %d is missing", id);

		assert_named(sample, "operation", sql, words);
	}
	assert_named(sample, "decision", "DELETE FROM decision WHERE id > 12",
		"decisions 13 to 14 are missing");
	assert_named(sample, "decision", "DELETE FROM decision", "decisions 1 to 14 are missing");
}

/* The number that was given to it would tell, had that not been changed as well: then
 * the messages do. */
static void
test_deleted_end_with_its_number(Sample *sample, G_GNUC_UNUSED const void *data)
{
	assert_named(sample, "decision",
		"DELETE FROM decision WHERE id = 14;"
		"UPDATE sqlite_sequence SET seq = 13 WHERE name = 'decision'",
		"message 2 was changed so many times: 7, but the decisions and envelopes there are 6");
}

static void
test_exchanged_rows(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char sql[] = "UPDATE decision SET id = 100 WHERE id = 3;"
				  "UPDATE decision SET id = 3 WHERE id = 6;"
				  "UPDATE decision SET id = 6 WHERE id = 100";
	static const char operations[] = "UPDATE operation SET id = 100 WHERE id = 2;"
					 "UPDATE operation SET id = 2 WHERE id = 3;"
					 "UPDATE operation SET id = 3 WHERE id = 100";

	assert_named(sample, "decision", sql, "decision 3 is not what was written");
	assert_named(sample, "decision", sql, "decision 6 is not what was written");
	assert_named(sample, "operation", operations, "operation 2 is not what was written");
	assert_named(sample, "operation", operations, "operation 3 is not what was written");
}

static void
test_added_rows(Sample *sample, G_GNUC_UNUSED const void *data)
{
	assert_named(sample, "decision",
		"INSERT INTO decision SELECT 15, 8, message, kind, before, after, rule, hash"
		" FROM decision WHERE id = 14",
		"decision 15 is not what was written");
	assert_named(sample, "decision",
		"INSERT INTO decision SELECT -1, 8, message, kind, before, after, rule, hash"
		" FROM decision WHERE id = 14",
		"decision -1 has a number that was never given");
	assert_named(sample, "operation",
		"INSERT INTO operation SELECT -1, at, actor, verb, reason, NULL, NULL, hash"
		" FROM operation WHERE id = 1",
		"operation -1 has a number that was never given");
}

/* Only the row that was changed is named, not all that follow it. */
static void
test_one_row_is_one_fault(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) changed =
		faults_unseen(sample, "decision", "UPDATE decision SET kind = 0 WHERE id = 5");
	g_autoptr(GPtrArray) hash = faults_unseen(
		sample, "operation", "UPDATE operation SET hash = zeroblob(32) WHERE id = 3");

	g_assert_cmpint(changed->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(changed, 0), ==,
		"decision 5 is not what was written, or not where it was written");
	g_assert_cmpint(hash->len, ==, 1);
}

static void
test_head_kept_elsewhere(Sample *sample, G_GNUC_UNUSED const void *data)
{
	VerifySummary kept, later;
	g_autoptr(GPtrArray) before = verify(sample->store, NULL, &kept);
	g_autoptr(GPtrArray) after = NULL;
	g_autoptr(GPtrArray) unknown = NULL;

	sample_do(sample, DECISION_BLOCK, 3);
	after = verify(sample->store, kept.head, &later);
	g_assert_true(later.expected);
	g_assert_cmpint(later.expected_operation, ==, 8);
	g_assert_cmpint(memcmp(kept.head, later.head, DIGEST_SIZE), !=, 0);
	kept.head[0] ^= 1;
	unknown = verify(sample->store, kept.head, &later);
	g_assert_false(later.expected);
	g_assert_cmpint(unknown->len, ==, 0);
}

/* What stands in two places, changed in one, and what is said of it. */
static const struct {
	const char *sql;
	const char *words;
} second_writings[] = {
	{ "UPDATE counter SET messages = 7 WHERE state = 0", "the counter of held says 7" },
	{ "DELETE FROM counter WHERE state = 1", "the counter of released" },
	{ "UPDATE counter SET campaigns = 7 WHERE state = 0",
		"the counter of campaigns with messages held says 7" },
	{ "UPDATE basis SET messages = 9", "the counter of basis" },
	{ "UPDATE rule SET removed = 5",
		"rule 1 is removed, but the last operation on it left it in force" },
	{ "UPDATE rule SET domain = 'good.example'",
		"rule 1 is not what operation 8 made: rule 1, deny domain evil.example,"
		" until 2026-05-29T20:26:40Z, until 45 days pass without a hit: phish" },
	{ "UPDATE rule SET expires = 0", "rule 1 is not what operation 8 made" },
	{ "UPDATE rule SET expires = expires + 1", "rule 1 is not what operation 8 made" },
	{ "UPDATE rule SET expires = 9000000000000000", "rule 1 is not what operation 8 made" },
	{ "UPDATE rule SET idle = 0", "rule 1 is not what operation 8 made" },
	{ "UPDATE rule SET idle = idle + 1", "rule 1 is not what operation 8 made" },
	{ "UPDATE rule SET account = 'a'", "rule 1 is not what operation 8 made" },
	{ "UPDATE rule SET owner = 'bob'", "rule 1 is not what operation 8 made" },
	{ "UPDATE rule SET reason = 'x'", "rule 1 is not what operation 8 made" },
	{ "UPDATE rule SET created = 1", "rule 1 is not what operation 8 made" },
	{ "UPDATE message SET campaign = NULL WHERE id = 1",
		"message 1 is in campaign none, but shares an edge of campaign 1" },
	{ "UPDATE campaign SET held = held + 1", "the counters of campaign 1 say" },
	{ "INSERT INTO edge (kind, value, campaign) VALUES (7, 'kit', 1)",
		"names a campaign, but does not bind several messages" },
	{ "UPDATE edge SET campaign = NULL WHERE messages > 1",
		"does not name a campaign, but binds several messages" },
	{ "INSERT INTO edge (kind, value, state) VALUES (7, 'kit', 1)",
		"is cut, but what operations did to it left it not cut" },
	{ "INSERT INTO edge (kind, value, released) VALUES (7, 'kit', 3)",
		"says 3 released, 0 blocked" },
	{ "INSERT INTO lesson VALUES ('x', 0, 2)", "the lesson of 'x' says 0 released, 2 blocked" },
	{ "DELETE FROM settled WHERE message = 1",
		"message 1 is released, but the history of its keys counts it as held" },
	{ "UPDATE message SET state = 0 WHERE id = 1",
		"message 1 is held, but what was decided made it released" },
	{ "UPDATE message SET version = 9 WHERE id = 2", "message 2 was changed so many" },
	{ "UPDATE message SET sha256 = zeroblob(32) WHERE id = 3", "message 3 has SHA-256" },
	{ "UPDATE raw SET sha256 = zeroblob(32) WHERE id = 2", "message 2 (raw 2)" },
	{ "UPDATE bale SET zstd = CAST(substr(zstd, 1, length(zstd) - 1) || x'00' AS BLOB)"
	  " WHERE id = 1",
		"message 1 (raw 1) is not the bytes that came" },
	{ "INSERT OR REPLACE INTO links VALUES (2, 0, 9, x'00')",
		"the links of message 2 can't be read; lazaret rescore reads them from the mail" },
	{ "DELETE FROM bale WHERE id = 1", "message 1 (raw 1) is not the bytes that came" },
	{ "UPDATE raw SET size = size + 1 WHERE id = 3", "message 3 (raw 3)" },
	{ "DELETE FROM raw WHERE id = 3", "message 3 refers to a row of raw" },
	{ "DELETE FROM lookup_new WHERE space = -1 AND row = 2",
		"raw mail 2 is not found by its sha256" },
	{ "UPDATE edge SET value = 'x' WHERE id = 1", "edge 1 is not found by its value" },
	{ "INSERT INTO raw SELECT 77, sha256, size, zstd, bale, at FROM raw WHERE id = 1;"
	  "INSERT INTO lookup SELECT space, key, 77 FROM lookup_new"
	  " WHERE space = -1 AND row = 1",
		"raw mail 1 is there again as 77" },
	{ "INSERT INTO edge (id, kind, value) SELECT 77, kind, value FROM edge WHERE id = 1;"
	  "INSERT INTO lookup_new SELECT space, key, 77 FROM lookup_new"
	  " WHERE space >= 0 AND row = 1",
		"edge 1 is there again as 77" },
	{ "INSERT INTO lookup VALUES (5, 1, 1)", "raw mails and edges have" },
	{ "DROP TRIGGER decision_stays", "the trigger decision_stays is missing" },
	{ "CREATE TRIGGER x AFTER INSERT ON decision BEGIN SELECT 1; END",
		"the trigger x is not of this version's making" },
};

static void
test_what_is_written_twice(Sample *sample, G_GNUC_UNUSED const void *data)
{
	for (size_t i = 0; i < G_N_ELEMENTS(second_writings); i++) {
		g_autoptr(GPtrArray) faults = faults_of(sample, second_writings[i].sql);

		g_assert_true(named(faults, second_writings[i].words));
	}
}

/* Versions that wrote no end, and before that no bounds, left rules that are sound; of these
 * alone nobody can tell when they were to end. */
static void
test_older_rules(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const records[] = {
		"rule 2 (allow account a domain b.example, to anyone, lifting nothing): known",
		"rule 2 (allow account a domain b.example): known",
	};
	static const char rows[] =
		"INSERT INTO rule (id, kind, account, domain, owner, reason, created, lifts)"
		" VALUES (2, 0, 'a', 'b.example', 'alice', 'known', 5, '[]');"
		"INSERT INTO rule_change (operation, rule, removed) VALUES (9, 2, 0)";

	for (size_t i = 0; i < G_N_ELEMENTS(records); i++) {
		g_autoptr(Transaction) transaction = db_begin(sample->store, NULL);
		const Entry entry = {
			.verb = "allow", .actor = "alice", .reason = records[i], .at = 5
		};
		VerifySummary summary;
		g_autoptr(GPtrArray) faults = NULL, altered = NULL, widened = NULL;

		g_assert_cmpint(ledger_operation(sample->store, &entry, NULL), ==, 9);
		g_assert_true(db_exec(sample->store, rows, NULL));
		faults = verify(sample->store, NULL, &summary);
		g_assert_cmpint(faults->len, ==, 0);
		db_exec(sample->store, "UPDATE rule SET expires = 7 WHERE id = 2", NULL);
		altered = verify(sample->store, NULL, &summary);
		g_assert_cmpint(altered->len, ==, 0);
		db_exec(sample->store, "UPDATE rule SET account = 'c' WHERE id = 2", NULL);
		widened = verify(sample->store, NULL, &summary);
		g_assert_true(named(widened, "rule 2 is not what operation 9 made"));
	}
}

/* What an older version left is tied together as it is found. */
static void
test_older_store_is_chained(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char history[] =
		"INSERT INTO operation (at, actor, verb) VALUES (1, 'alice', 'block');"
		"INSERT INTO operation (at, actor, verb) VALUES (2, 'alice', 'deny');"
		"INSERT INTO operation (at, actor, verb, undoes) VALUES (3, 'bob', 'undo', 1);"
		"INSERT INTO raw VALUES (1, x'00', 1, x'00');"
		"INSERT INTO decision (operation, message, kind, before, after)"
		" VALUES (1, 1, 1, 0, 2), (1, 2, 1, 0, 2), (3, 1, 2, 2, 0), (3, 2, 2, 2, 0);";
	g_autofree char *path = g_build_filename(sample->folder, "old.db", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store =
		db_open(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &error);
	g_autoptr(GPtrArray) faults = NULL;
	VerifySummary summary;

	g_assert_true(schema_migrate_to(store, BEFORE_CHAIN, &error));
	g_assert_true(db_exec(store, history, &error));
	g_assert_true(schema_migrate(store, &error));
	g_assert_no_error(error);
	faults = verify(store, NULL, &summary);
	g_assert_cmpint(summary.operations, ==, 3);
	g_assert_cmpint(summary.decisions, ==, 4);
	g_assert_true(summary.has_head);
	g_assert_false(named(faults, "not what was written"));
	g_assert_false(named(faults, "missing"));
	g_assert_false(db_exec(store, "UPDATE decision SET kind = 0", NULL));
	g_assert_false(db_exec(store, "DELETE FROM operation", NULL));
	g_unlink(path);
}

/* The same of the chain's end alone: the last 20 operations. */
static GPtrArray *
verify_end(const Sample *sample, const char *sql, VerifySummary *summary)
{
	g_autoptr(Transaction) transaction = db_begin(sample->store, NULL);
	g_autoptr(GError) error = NULL;
	GPtrArray *faults = g_ptr_array_new_with_free_func(g_free);
	const VerifyOptions options = { .fault = on_fault, .data = faults };

	db_exec(sample->store, sql, &error);
	g_assert_no_error(error);
	store_verify_part(sample->store, VERIFY_HISTORY, &options, summary, &error);
	g_assert_no_error(error);
	return faults;
}

static void
test_end_alone(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		const char *sql, *named; /* NULL: before the end, or nothing */
	} changes[] = {
		{ "SELECT 1", NULL },
		{ "UPDATE decision SET kind = 7 WHERE id = (SELECT max(id) FROM decision)",
			"is not what was" },
		{ "UPDATE operation SET actor = 'bob' WHERE id = 25",
			"operation 25 is not what was" },
		{ "UPDATE operation SET actor = 'bob' WHERE id = 1", NULL },
		{ "DELETE FROM operation WHERE id = (SELECT max(id) FROM operation)",
			"is missing" },
		{ "DELETE FROM operation WHERE id = 24", "operation 24 is missing" },
	};
	VerifySummary all, end;
	g_autoptr(GPtrArray) faults = NULL;

	for (int i = 0; i < 24; i++)
		sample_do(sample, i % 2 ? DECISION_HOLD : DECISION_BLOCK, 3);
	faults = verify(sample->store, NULL, &all);
	g_assert_true(db_exec(sample->store,
		"DROP TRIGGER decision_stands; DROP TRIGGER decision_stays;"
		"DROP TRIGGER operation_stands; DROP TRIGGER operation_stays",
		NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autoptr(GPtrArray) found = verify_end(sample, changes[i].sql, &end);

		g_test_message("%s", changes[i].sql);
		if (changes[i].named)
			g_assert_true(named(found, changes[i].named));
		else
			g_assert_cmpint(found->len, ==, 0);
		if (i == 0) {
			g_assert_cmpint(end.operations, ==, 20);
			g_assert_cmpmem(end.head, DIGEST_SIZE, all.head, DIGEST_SIZE);
		}
	}
}

#define history_test(name, function) \
	g_test_add(name, Sample, NULL, setup, function, sample_teardown)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/verify/empty-is-sound", test_empty_is_sound);
	sample_test("/verify/older-store-is-chained", test_older_store_is_chained);
	history_test("/verify/untouched-is-sound", test_untouched_is_sound);
	history_test("/verify/each-column-of-a-decision", test_each_column_of_a_decision);
	history_test("/verify/each-column-of-an-operation", test_each_column_of_an_operation);
	history_test("/verify/deleted-rows", test_deleted_rows);
	history_test("/verify/deleted-end-with-its-number", test_deleted_end_with_its_number);
	history_test("/verify/exchanged-rows", test_exchanged_rows);
	history_test("/verify/added-rows", test_added_rows);
	history_test("/verify/one-row-is-one-fault", test_one_row_is_one_fault);
	history_test("/verify/head-kept-elsewhere", test_head_kept_elsewhere);
	history_test("/verify/end-alone", test_end_alone);
	history_test("/verify/older-rules-have-no-end-on-record", test_older_rules);
	history_test("/verify/what-is-written-twice", test_what_is_written_twice);
	return g_test_run();
}
