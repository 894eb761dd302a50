/* quarantine.h - a store with messages that were released, and its deliverer */
#ifndef TESTS_RELEASE_QUARANTINE_H
#define TESTS_RELEASE_QUARANTINE_H

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "release/deliver.h"
#include "store/decision.h"
#include "tests/release/shipment.h"
#include "tests/release/sink.h"
#include "tests/store/arrive.h"

enum {
	DAY = 24 * 60 * 60,
};

/* A DeliverOptions.clock has no data of its own. */
static int64_t now;

static inline int64_t
clock_of_test(void)
{
	return now;
}

typedef struct Fixture {
	char *folder;
	char *path; /* of the store */
	char *box;
	char *maildir; /* transport */
	Store *store;
	int messages;
} Fixture;

static inline void
open_store(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	fixture->store = store_open(fixture->path, STORE_CREATE, &error);
	g_assert_no_error(error);
}

static inline void
set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	now = ARRIVE_NOW;
	fixture->folder = g_dir_make_tmp("lazaret-deliver-XXXXXX", NULL);
	g_assert_nonnull(fixture->folder);
	fixture->path = g_build_filename(fixture->folder, "quarantine.db", NULL);
	fixture->box = g_build_filename(fixture->folder, "box", NULL);
	fixture->maildir = g_strconcat("maildir:", fixture->box, NULL);
	open_store(fixture);
}

static inline void
tear_down(Fixture *fixture, gconstpointer data)
{
	const char *argv[] = { "rm", "-rf", fixture->folder, NULL };

	(void)data;
	store_close(fixture->store);
	g_spawn_sync(
		NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
	g_free(fixture->folder);
	g_free(fixture->path);
	g_free(fixture->box);
	g_free(fixture->maildir);
}

static inline char *
raw_of(int number)
{
	return g_strdup_printf("Subject: %d\n\n.body of %d\n", number, number);
}

static inline void
add_message(Fixture *fixture, const char *recipient, const char *other)
{
	g_autoptr(Message) message = message_new();
	g_autofree char *raw = raw_of(++fixture->messages);

	message->envelope->sender = g_strdup("bounce@ses.example");
	arrive_recipient(message, recipient);
	if (other)
		arrive_recipient(message, other);
	g_assert_cmpint(arrive(fixture->store, message, raw), ==, ADDED_NEW);
}

/* Releases the messages from @first on in one operation. */
static inline void
release(Fixture *fixture, int first, const char *transport, int64_t hold)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));
	const OperationRequest request = {
		.kind = DECISION_RELEASE,
		.targets = targets,
		.actor = "anna",
		.transport = transport,
		.hold = hold,
		.now = now,
	};

	for (int id = first; id <= fixture->messages; id++) {
		const Target target = { .message = id, .version = -1 };

		g_array_append_val(targets, target);
	}
	g_assert_cmpint(store_decide(fixture->store, &request, &error), >, 0);
	g_assert_no_error(error);
}

static inline void
release_many(Fixture *fixture, int count, const char *transport)
{
	int first = fixture->messages + 1;

	for (int i = 0; i < count; i++)
		add_message(fixture, "anna@example.org", NULL);
	release(fixture, first, transport, 0);
}

static inline DeliverOptions
usual_options(void)
{
	return (DeliverOptions){
		.host = "mx.example.net",
		.clock = clock_of_test,
		.patience = 60, /* with tests beside it, who is asked takes his time */
	};
}

static inline DeliverSummary
deliver_with(Fixture *fixture, const DeliverOptions *options)
{
	g_autoptr(GError) error = NULL;
	DeliverSummary summary = { 0 };

	g_assert_true(deliver_due(fixture->store, options, &summary, &error));
	g_assert_no_error(error);
	return summary;
}

static inline DeliverSummary
deliver(Fixture *fixture)
{
	const DeliverOptions options = usual_options();

	return deliver_with(fixture, &options);
}

/* All rows, newest first. */
static inline GPtrArray *
rows(const Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *deliveries = store_deliveries(fixture->store, 0, 0, &error);

	g_assert_no_error(error);
	return deliveries;
}

/* The one row there is. */
static inline void
assert_row(const Fixture *fixture, DeliveryState state, const char *words)
{
	g_autoptr(GPtrArray) deliveries = rows(fixture);
	const Delivery *delivery = deliveries->pdata[0];

	g_assert_cmpuint(deliveries->len, ==, 1);
	g_assert_cmpstr(delivery_state_name(delivery->state), ==, delivery_state_name(state));
	g_test_message("%s", delivery->reply ? delivery->reply : "");
	g_assert_true(!words || strstr(delivery->reply, words));
}

/* By a connection of its own. */
static inline void
quarantine_execute(const Fixture *fixture, const char *sql)
{
	sqlite3 *database = NULL;

	g_assert_cmpint(sqlite3_open(fixture->path, &database), ==, SQLITE_OK);
	sqlite3_exec(database, "PRAGMA legacy_alter_table = ON", NULL, NULL, NULL);
	g_assert_cmpint(sqlite3_exec(database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(database);
}

static inline guint
count_box(const Fixture *fixture)
{
	g_autofree char *path = g_build_filename(fixture->box, "new", NULL);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	guint count = 0;

	while (folder && g_dir_read_name(folder))
		count++;
	return count;
}

static inline void
add_test(const char *folder, const char *name, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_autofree char *path = g_strconcat(folder, name, NULL);

	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

#endif
