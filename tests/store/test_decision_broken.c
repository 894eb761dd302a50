/* A decision that can't be written whole is an error, and nothing of it is written. */
#include <sqlite3.h>

#include "store/ledger.h"
#include "tests/store/sample.h"

/* ---- what is decided ---- */

static bool
decides(Store *store, DecisionKind kind, const char *const *to, GError **error)
{
	OperationRequest request = sample_request(kind, 1, 1);
	int64_t operation;

	request.to = to;
	operation = store_decide(store, &request, error);
	g_array_unref(request.targets);
	return operation > 0;
}

static bool
releases(Store *store, GError **error)
{
	return decides(store, DECISION_RELEASE, NULL, error);
}

static bool
releases_to_another(Store *store, GError **error)
{
	static const char *const to[] = { "bob@here.example", NULL };

	return decides(store, DECISION_RELEASE, to, error);
}

static bool
blocks(Store *store, GError **error)
{
	return decides(store, DECISION_BLOCK, NULL, error);
}

static bool
undoes(Store *store, GError **error)
{
	return store_undo(store, 0, "alice", SAMPLE_NOW, error) > 0;
}

/* ---- what is broken ---- */

typedef enum Harm {
	NO_OPERATION, /* can be appended */
	NO_DECISION,
	NO_STATE, /* of a message can be changed */
	NO_NEW,   /* delivery can be queued */
	NO_OTHER, /* delivery can be changed */
	NO_DELIVERIES,
	NO_RECIPIENTS,
	NO_COMMIT,
	READ_OPERATIONS, /* alone */
	READ_DECISIONS,
	READ_STATES,
	READ_DELIVERIES,
	HARMS
} Harm;

#define STUCK(what) "CREATE TRIGGER stuck BEFORE " what " BEGIN SELECT raise(FAIL, 'stuck'); END"
#define AS_VIEW(name) \
	"ALTER TABLE " name " RENAME TO away; CREATE VIEW " name " AS SELECT * FROM away"
#define AS_TABLE(name) "DROP VIEW " name "; ALTER TABLE away RENAME TO " name
#define LOOSE          "DROP TRIGGER stuck"

static const char *const done[HARMS] = {
	[NO_OPERATION] = STUCK("INSERT ON operation"),
	[NO_DECISION] = STUCK("INSERT ON decision"),
	[NO_STATE] = STUCK("UPDATE ON message"),
	[NO_NEW] = STUCK("INSERT ON delivery"),
	[NO_OTHER] = STUCK("UPDATE ON delivery"),
	[NO_DELIVERIES] = "ALTER TABLE delivery RENAME TO away",
	[NO_RECIPIENTS] = "ALTER TABLE recipient RENAME TO away",
	[NO_COMMIT] =
		"CREATE TABLE unkept (message REFERENCES message DEFERRABLE INITIALLY DEFERRED);"
		"CREATE TRIGGER unkept AFTER INSERT ON decision"
		" BEGIN INSERT INTO unkept VALUES (-1); END",
	[READ_OPERATIONS] = AS_VIEW("operation"),
	[READ_DECISIONS] = AS_VIEW("decision"),
	[READ_STATES] = AS_VIEW("message"),
	[READ_DELIVERIES] = AS_VIEW("delivery"),
};
static const char *const mended[HARMS] = {
	[NO_OPERATION] = LOOSE,
	[NO_DECISION] = LOOSE,
	[NO_STATE] = LOOSE,
	[NO_NEW] = LOOSE,
	[NO_OTHER] = LOOSE,
	[NO_DELIVERIES] = "ALTER TABLE away RENAME TO delivery",
	[NO_RECIPIENTS] = "ALTER TABLE away RENAME TO recipient",
	[NO_COMMIT] = "DROP TRIGGER unkept; DROP TABLE unkept",
	[READ_OPERATIONS] = AS_TABLE("operation"),
	[READ_DECISIONS] = AS_TABLE("decision"),
	[READ_STATES] = AS_TABLE("message"),
	[READ_DELIVERIES] = AS_TABLE("delivery"),
};

enum {
	LEDGER = 1 << NO_OPERATION | 1 << NO_DECISION | 1 << NO_STATE | 1 << NO_DELIVERIES |
		1 << NO_COMMIT | 1 << READ_OPERATIONS | 1 << READ_DECISIONS | 1 << READ_STATES |
		1 << READ_DELIVERIES,
	QUEUES = LEDGER | 1 << NO_NEW | 1 << NO_RECIPIENTS,
	CHANGES = LEDGER | 1 << NO_OTHER,
};

typedef struct Act {
	const char *name;
	bool (*before[2])(Store *store, GError **error);
	bool (*act)(Store *store, GError **error);
	int fails; /* at these harms */
} Act;

static const Act acts[] = {
	{ "release", { NULL }, releases, QUEUES },
	{ "release-to-another", { releases }, releases_to_another, QUEUES },
	{ "block", { releases }, blocks, CHANGES },
	{ "undo-of-release", { releases }, undoes, CHANGES },
	{ "undo-of-block", { releases, blocks }, undoes, CHANGES },
};

static int
append_row(void *text, int columns, char **values, G_GNUC_UNUSED char **names)
{
	for (int i = 0; i < columns; i++)
		g_string_append_printf(text, "%s|", values[i] ? values[i] : "NULL");
	g_string_append_c(text, '\n');
	return 0;
}

static void
execute(const Sample *sample, const char *sql, GString *rows)
{
	sqlite3 *database = NULL;

	g_assert_cmpint(sqlite3_open(sample->path, &database), ==, SQLITE_OK);
	sqlite3_exec(database, "PRAGMA legacy_alter_table = ON", NULL, NULL, NULL);
	g_assert_cmpint(sqlite3_exec(database, sql, append_row, rows, NULL), ==, SQLITE_OK);
	sqlite3_close(database);
}

static char *
all_rows(const Sample *sample)
{
	GString *rows = g_string_new(NULL);

	execute(sample,
		"SELECT * FROM operation; SELECT * FROM decision; SELECT * FROM delivery;"
		"SELECT id, state, version FROM message",
		rows);
	return g_string_free(rows, FALSE);
}

/* @store was opened before: a mended one has its triggers in other words, and is not opened for
 * writing any more. */
static void
assert_fails(const Sample *sample, const Act *act, Harm harm, Store *store)
{
	g_autofree char *before = all_rows(sample);
	g_autofree char *after = NULL;
	g_autoptr(GError) error = NULL;

	execute(sample, done[harm], NULL);
	g_assert_false(act->act(store, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_SQL);
	execute(sample, mended[harm], NULL);
	after = all_rows(sample);
	g_assert_cmpstr(after, ==, before);
}

static void
test_whole_or_not_at_all(Sample *sample, const void *data)
{
	const Act *act = data;
	Store *stores[HARMS] = { NULL };
	g_autoptr(GError) error = NULL;

	sample_add(sample, &(SampleMail){ 0 });
	for (size_t i = 0; i < G_N_ELEMENTS(act->before) && act->before[i]; i++)
		g_assert_true(act->before[i](sample->store, NULL));
	for (Harm harm = 0; harm < HARMS; harm++) {
		if (act->fails & 1 << harm)
			stores[harm] = store_open(sample->path, STORE_WRITE, NULL);
	}
	for (Harm harm = 0; harm < HARMS; harm++) {
		if (stores[harm])
			assert_fails(sample, act, harm, stores[harm]);
		g_assert_true(stores[harm] || !(act->fails & 1 << harm));
		store_close(stores[harm]);
	}
	g_assert_true(act->act(sample->store, &error));
	g_assert_no_error(error);
}

/* A decision belongs to the last operation: behind that stand others' hashes. */
static void
test_no_decision_in_an_old_operation(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const Change change = {
		.message = 1, .version = 2, .before = STATE_BLOCKED, .after = STATE_HELD
	};
	g_autoptr(GError) error = NULL;
	int64_t first;

	sample_add(sample, &(SampleMail){ 0 });
	first = sample_do(sample, DECISION_RELEASE, 1);
	sample_do(sample, DECISION_BLOCK, 1);
	g_assert_false(ledger_decide(sample->store, first, &change, 0, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
		g_autofree char *path =
			g_strconcat("/decision/whole-or-not-at-all/", acts[i].name, NULL);

		g_test_add(path, Sample, &acts[i], sample_setup, test_whole_or_not_at_all,
			sample_teardown);
	}
	sample_test("/decision/none-in-an-old-operation", test_no_decision_in_an_old_operation);
	return g_test_run();
}
