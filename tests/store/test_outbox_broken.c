/* A store that can't be read, or written, is an error, and no delivery is other than before. */
#include <sqlite3.h>

#include "store/db.h"
#include "tests/store/leased.h"

static bool
leases(Store *store, GError **error)
{
	const LeaseRequest request = { .now = SAMPLE_NOW + 60, .seconds = 60 };
	g_autoptr(Delivery) delivery = store_lease(store, &request, error);

	return delivery != NULL;
}

/* As after store_lease() by test_broken_store(). */
static Delivery
leased(void)
{
	return (Delivery){ .id = 1,
		.operation = 1,
		.message = 1,
		.lease = SAMPLE_NOW + 60,
		.attempts = 1,
		.recipient = (char *)"ann@here.example" };
}

static bool
settles_sent(Store *store, GError **error)
{
	const Delivery delivery = leased();

	return store_settle(store, &delivery, &settled_sent, error);
}

static bool
settles_later(Store *store, GError **error)
{
	const Delivery delivery = leased();

	return store_settle(store, &delivery, &settled_later, error);
}

static bool
expires(Store *store, GError **error)
{
	int expired = store_expire_leases(store, SAMPLE_NOW + 60, error);

	g_assert_true(expired == 1 || expired == -1);
	return expired == 1;
}

static bool
counts(Store *store, GError **error)
{
	int64_t pending, first_due;

	return store_outbox_due(store, &pending, &first_due, error);
}

static bool
retries(Store *store, GError **error)
{
	return store_retry(store, 1, SAMPLE_NOW, error);
}

static bool
lists(Store *store, GError **error)
{
	g_autoptr(GPtrArray) list = store_deliveries(store, 0, 0, error);

	return list != NULL;
}

static bool
lists_leased(Store *store, GError **error)
{
	g_autoptr(GPtrArray) list = store_leased(store, error);

	return list != NULL;
}

static bool
lists_of_message(Store *store, GError **error)
{
	g_autoptr(GPtrArray) list = store_deliveries_of(store, 1, error);

	return list != NULL;
}

/* What is done to a store that was opened before. */
typedef enum Harm {
	GONE,
	CLOSED,     /* nothing can be written to it */
	UNREADABLE, /* no row of it can be computed */
	STUCK,      /* no row of it can be changed */
	UNKEPT,     /* what was changed can't be committed */
	UNDECIDED,  /* what stands can't be asked */
	HARMS
} Harm;

#define AWAY "ALTER TABLE delivery RENAME TO away;"
#define BACK "ALTER TABLE away RENAME TO delivery;"

static const char *const done[HARMS] = {
	[GONE] = AWAY,
	[CLOSED] = AWAY "CREATE VIEW delivery AS SELECT * FROM away",
	[UNREADABLE] = AWAY "CREATE VIEW delivery AS SELECT * FROM away"
			    " WHERE abs(-9223372036854775807 - id) > 0",
	[STUCK] = "CREATE TRIGGER stuck BEFORE UPDATE ON delivery"
		  " BEGIN SELECT raise(FAIL, 'stuck'); END",
	[UNKEPT] = "CREATE TABLE unkept (message REFERENCES message DEFERRABLE INITIALLY DEFERRED);"
		   "CREATE TRIGGER unkept AFTER UPDATE ON delivery"
		   " BEGIN INSERT INTO unkept VALUES (-1); END",
	[UNDECIDED] = "ALTER TABLE decision RENAME TO away",
};
static const char *const mended[HARMS] = {
	[GONE] = BACK,
	[CLOSED] = "DROP VIEW delivery;" BACK,
	[UNREADABLE] = "DROP VIEW delivery;" BACK,
	[STUCK] = "DROP TRIGGER stuck",
	[UNKEPT] = "DROP TRIGGER unkept; DROP TABLE unkept",
	[UNDECIDED] = "ALTER TABLE away RENAME TO decision",
};

enum {
	READING = 1 << GONE | 1 << UNREADABLE,
	WRITING = READING | 1 << CLOSED | 1 << STUCK | 1 << UNKEPT,
	JUDGING = WRITING | 1 << UNDECIDED,
};

typedef struct Act {
	bool (*act)(Store *store, GError **error);
	DeliveryState state; /* of the one delivery before it */
	int fails;           /* at these harms, and changes nothing */
} Act;

static const Act acts[] = {
	{ leases, DELIVERY_QUEUED, WRITING },
	{ settles_sent, DELIVERY_SENDING, WRITING },
	{ settles_later, DELIVERY_SENDING, JUDGING },
	{ expires, DELIVERY_SENDING, WRITING },
	{ counts, DELIVERY_QUEUED, READING },
	{ retries, DELIVERY_FAILED, JUDGING },
	{ lists, DELIVERY_QUEUED, READING },
	{ lists_leased, DELIVERY_SENDING, READING },
	{ lists_of_message, DELIVERY_QUEUED, READING },
};

static void
execute(const Sample *sample, const char *sql)
{
	sqlite3 *database = NULL;

	g_assert_cmpint(sqlite3_open(sample->path, &database), ==, SQLITE_OK);
	sqlite3_exec(database, "PRAGMA legacy_alter_table = ON", NULL, NULL, NULL);
	g_assert_cmpint(sqlite3_exec(database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(database);
}

/* @store was opened before; @aware: it knows already, and can't compile what it could. */
static void
assert_fails(const Sample *sample, const Act *act, Harm harm, Store *store, bool aware)
{
	g_autoptr(GError) error = NULL;

	execute(sample, done[harm]);
	g_assert_true(!aware || db_exec(store, "DELETE FROM rule WHERE id = -1", NULL));
	g_assert_false(act->act(store, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_SQL);
	execute(sample, mended[harm]);
	assert_state(sample, act->state);
}

/* A mended store has its triggers in other words, and is not opened for writing any more. */
static void
open_all(const Sample *sample, const Act *act, Store *stores[HARMS][2])
{
	for (Harm harm = 0; harm < HARMS; harm++) {
		for (int aware = 0; aware < 2 && act->fails & 1 << harm; aware++) {
			stores[harm][aware] = store_open(sample->path, STORE_WRITE, NULL);
			g_assert_nonnull(stores[harm][aware]);
		}
	}
}

static void
test_broken_store(Sample *sample, const void *data)
{
	const Act *act = data;
	Store *stores[HARMS][2] = { { NULL } };
	g_autoptr(Delivery) delivery = NULL;
	g_autoptr(GError) error = NULL;

	release_one(sample);
	if (act->state != DELIVERY_QUEUED)
		delivery = lease_in_a_hurry(sample, 1);
	if (act->state == DELIVERY_FAILED)
		settle(sample, delivery, &settled_failed);
	open_all(sample, act, stores);
	for (Harm harm = 0; harm < HARMS; harm++) {
		for (int aware = 0; aware < 2; aware++) {
			if (act->fails & 1 << harm)
				assert_fails(sample, act, harm, stores[harm][aware], aware);
			store_close(stores[harm][aware]);
		}
	}
	g_assert_true(act->act(sample->store, &error));
	g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
		g_autofree char *path =
			g_strdup_printf("/outbox/broken-store-is-an-error/%zu", i + 1);

		g_test_add(
			path, Sample, &acts[i], sample_setup, test_broken_store, sample_teardown);
	}
	return g_test_run();
}
