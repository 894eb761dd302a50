#include "release/deliver.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "release/deliverer.h"
#include "store/decision.h"
#include "tests/release/shipment.h"
#include "tests/release/sink.h"
#include "tests/store/arrive.h"

enum {
	DAY = 24 * 60 * 60,
	MANY = 100,
	KILLS = 20,
};

/* A DeliverOptions.clock has no data of its own. */
static int64_t now;

static int64_t
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

static void
open_store(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	fixture->store = store_open(fixture->path, STORE_CREATE, &error);
	g_assert_no_error(error);
}

static void
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

static void
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

static char *
raw_of(int number)
{
	return g_strdup_printf("Subject: %d\n\n.body of %d\n", number, number);
}

static void
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
static void
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

static void
release_many(Fixture *fixture, int count, const char *transport)
{
	int first = fixture->messages + 1;

	for (int i = 0; i < count; i++)
		add_message(fixture, "anna@example.org", NULL);
	release(fixture, first, transport, 0);
}

static DeliverOptions
usual_options(void)
{
	return (DeliverOptions){
		.host = "mx.example.net",
		.clock = clock_of_test,
		.patience = 2,
	};
}

static DeliverSummary
deliver_with(Fixture *fixture, const DeliverOptions *options)
{
	g_autoptr(GError) error = NULL;
	DeliverSummary summary = { 0 };

	g_assert_true(deliver_due(fixture->store, options, &summary, &error));
	g_assert_no_error(error);
	return summary;
}

static DeliverSummary
deliver(Fixture *fixture)
{
	const DeliverOptions options = usual_options();

	return deliver_with(fixture, &options);
}

/* All rows, newest first. */
static GPtrArray *
rows(const Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *deliveries = store_deliveries(fixture->store, 0, 0, &error);

	g_assert_no_error(error);
	return deliveries;
}

/* The one row there is. */
static void
assert_row(const Fixture *fixture, DeliveryState state, const char *words)
{
	g_autoptr(GPtrArray) deliveries = rows(fixture);
	const Delivery *delivery = deliveries->pdata[0];

	g_assert_cmpuint(deliveries->len, ==, 1);
	g_assert_cmpstr(delivery_state_name(delivery->state), ==, delivery_state_name(state));
	g_test_message("%s", delivery->reply ? delivery->reply : "");
	g_assert_true(!words || strstr(delivery->reply, words));
}

static guint
count_box(const Fixture *fixture)
{
	g_autofree char *path = g_build_filename(fixture->box, "new", NULL);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	guint count = 0;

	while (folder && g_dir_read_name(folder))
		count++;
	return count;
}

static void
test_back_off_doubles_up_to_an_hour(void)
{
	static const int64_t wanted[] = { 60, 120, 240, 480, 960, 1920, 3600, 3600 };

	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
		g_assert_cmpint(deliver_back_off((int)i + 1), ==, wanted[i]);
	g_assert_cmpint(deliver_back_off(G_MAXINT), ==, 3600);
}

static void
test_each_recipient_gets_one(Fixture *fixture, gconstpointer data)
{
	DeliverSummary summary;

	(void)data;
	add_message(fixture, "anna@example.org", "bert@example.org");
	add_message(fixture, "anna@example.org", NULL);
	release(fixture, 1, fixture->maildir, 0);
	summary = deliver(fixture);
	g_assert_cmpint(summary.sent, ==, 3);
	g_assert_cmpuint(count_box(fixture), ==, 3);
	summary = deliver(fixture);
	g_assert_cmpint(summary.sent, ==, 0);
}

static void
test_bytes_and_envelope_are_the_stored_ones(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Sink) sink = sink_start(NULL);
	g_autofree char *spec = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GPtrArray) mails = NULL;
	g_autoptr(GBytes) raw = NULL;
	g_autoptr(GBytes) message = NULL;
	g_autoptr(GBytes) rest = NULL;
	g_autofree char *from = NULL;
	g_autofree char *to = NULL;

	(void)data;
	if (!sink)
		return;
	spec = g_strconcat("smtp://", sink->address, NULL);
	release_many(fixture, 1, spec);
	g_assert_cmpint(deliver(fixture).sent, ==, 1);
	assert_row(fixture, DELIVERY_SENT, "250 2.0.0 Ok");
	mails = sink_mails(sink);
	g_assert_cmpuint(mails->len, ==, 1);
	text = raw_of(1);
	raw = bytes_of(text);
	message = sink_message(mails->pdata[0]);
	rest = without_trace(message);
	assert_bytes(rest, raw);
	from = sink_argument(mails->pdata[0], "Mail");
	to = sink_argument(mails->pdata[0], "Rcpt");
	g_assert_cmpstr(from, ==, "<bounce@ses.example>");
	g_assert_cmpstr(to, ==, "<anna@example.org>");
}

static void
test_hold_window_is_kept_unless_in_a_hurry(Fixture *fixture, gconstpointer data)
{
	DeliverOptions options = usual_options();

	(void)data;
	add_message(fixture, "anna@example.org", NULL);
	release(fixture, 1, fixture->maildir, 100);
	g_assert_cmpint(deliver(fixture).sent, ==, 0);
	now += 99;
	g_assert_cmpint(deliver(fixture).sent, ==, 0);
	options.hurry = true;
	g_assert_cmpint(deliver_with(fixture, &options).sent, ==, 1);
}

static void
test_no_transport_is_a_failure_in_words(Fixture *fixture, gconstpointer data)
{
	DeliverSummary summary;

	(void)data;
	release_many(fixture, 1, "pigeon:loft");
	summary = deliver(fixture);
	g_assert_cmpint(summary.failed, ==, 1);
	assert_row(fixture, DELIVERY_FAILED, "'pigeon:loft' is no transport; there are maildir:");
}

static void
test_unsafe_recipient_is_a_failure_in_words(Fixture *fixture, gconstpointer data)
{
	(void)data;
	add_message(fixture, "a@b\r\nRCPT TO:<c@d>", NULL);
	release(fixture, 1, fixture->maildir, 0);
	g_assert_cmpint(deliver(fixture).failed, ==, 1);
	assert_row(fixture, DELIVERY_FAILED, "control character");
	g_assert_cmpuint(count_box(fixture), ==, 0);
}

static void
test_refused_is_failed_and_deferred_comes_again(Fixture *fixture, gconstpointer data)
{
	static const char *const refuse[] = { "-f", "RCPT", NULL };
	static const char *const defer[] = { "-r", "RCPT", NULL };
	g_autoptr(Sink) refusing = sink_start(refuse);
	g_autoptr(Sink) deferring = refusing ? sink_start(defer) : NULL;
	g_autofree char *refusing_spec = NULL;
	g_autofree char *deferring_spec = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;
	const Delivery *deferred;
	const Delivery *refused;
	DeliverSummary summary;

	(void)data;
	if (!deferring)
		return;
	refusing_spec = g_strconcat("smtp://", refusing->address, NULL);
	deferring_spec = g_strconcat("smtp://", deferring->address, NULL);
	release_many(fixture, 1, refusing_spec);
	release_many(fixture, 1, deferring_spec);
	summary = deliver(fixture);
	g_assert_cmpint(summary.failed, ==, 1);
	g_assert_cmpint(summary.retried, ==, 1);
	deliveries = rows(fixture);
	deferred = deliveries->pdata[0];
	refused = deliveries->pdata[1];
	g_assert_cmpint(refused->state, ==, DELIVERY_FAILED);
	g_assert_cmpstr(refused->reply, ==, "500 5.3.0 Error: command failed (RCPT)");
	g_assert_cmpint(deferred->state, ==, DELIVERY_QUEUED);
	g_assert_cmpstr(deferred->reply, ==, "450 4.3.0 Error: command failed (RCPT)");
	g_assert_cmpint(deferred->due, ==, now + 60);
}

static void
test_gives_up_after_the_last_try(Fixture *fixture, gconstpointer data)
{
	DeliverOptions options = usual_options();
	g_autofree char *spec = g_strconcat(fixture->maildir, "/not/mounted", NULL);

	(void)data;
	options.max_attempts = 3;
	release_many(fixture, 1, spec);
	for (int i = 1; i < 3; i++) {
		g_assert_cmpint(deliver_with(fixture, &options).retried, ==, 1);
		assert_row(fixture, DELIVERY_QUEUED, "No such file");
		now += deliver_back_off(i) - 1;
		g_assert_cmpint(deliver_with(fixture, &options).retried, ==, 0);
		now += 1;
	}
	g_assert_cmpint(deliver_with(fixture, &options).failed, ==, 1);
	assert_row(fixture, DELIVERY_FAILED, "given up after 3 tries: ");
}

/* Nobody listens: one try finds out, the rest is put back, others still leave. */
static void
test_a_transport_that_is_down_is_tried_once(Fixture *fixture, gconstpointer data)
{
	g_autofree char *spec = g_strdup_printf("smtp://127.0.0.1:%d", sink_free_port());
	g_autoptr(GPtrArray) deliveries = NULL;
	const Delivery *last;
	DeliverSummary summary;

	(void)data;
	release_many(fixture, 20, spec);
	release_many(fixture, 2, fixture->maildir);
	summary = deliver(fixture);
	g_assert_cmpint(summary.retried, ==, 1);
	g_assert_cmpint(summary.put_back, ==, 19);
	g_assert_cmpint(summary.sent, ==, 2);
	deliveries = rows(fixture);
	last = deliveries->pdata[2];
	g_assert_cmpint(last->state, ==, DELIVERY_QUEUED);
	g_assert_cmpint(last->due, >, now);
	g_assert_true(g_str_has_prefix(last->reply, "not tried: "));
	g_assert_cmpint(last->attempts, ==, 0);
}

static void
test_what_was_put_back_never_counts_as_given_up(Fixture *fixture, gconstpointer data)
{
	g_autofree char *spec = g_strdup_printf("smtp://127.0.0.1:%d", sink_free_port());
	DeliverOptions options = usual_options();
	DeliverSummary summary;

	(void)data;
	options.max_attempts = 1;
	release_many(fixture, 2, spec);
	summary = deliver_with(fixture, &options);
	g_assert_cmpint(summary.failed, ==, 1);
	g_assert_cmpint(summary.put_back, ==, 1);
}

static void
test_no_answer_is_unknown_and_stays_with_a_person(Fixture *fixture, gconstpointer data)
{
	static const char *const options[] = { "-q", ".", NULL };
	g_autoptr(Sink) sink = sink_start(options);
	g_autofree char *spec = NULL;
	DeliverSummary summary;

	(void)data;
	if (!sink)
		return;
	spec = g_strconcat("smtp://", sink->address, NULL);
	release_many(fixture, 1, spec);
	g_assert_cmpint(deliver(fixture).unknown, ==, 1);
	assert_row(fixture, DELIVERY_UNKNOWN, NULL);
	now += DAY;
	summary = deliver(fixture);
	g_assert_cmpint(summary.sent + summary.retried + summary.unknown, ==, 0);
}

static void
test_damaged_bytes_never_leave(Fixture *fixture, gconstpointer data)
{
	sqlite3 *database = NULL;

	(void)data;
	release_many(fixture, 1, fixture->maildir);
	g_assert_cmpint(sqlite3_open(fixture->path, &database), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(database, "UPDATE raw SET sha256 = zeroblob(32) WHERE id = 1",
				NULL, NULL, NULL),
		==, SQLITE_OK);
	sqlite3_close(database);
	g_assert_cmpint(deliver(fixture).failed, ==, 1);
	assert_row(fixture, DELIVERY_FAILED, "raw");
	g_assert_cmpuint(count_box(fixture), ==, 0);
}

static bool
stop_at_once(void)
{
	return true;
}

static void
test_stops_when_asked(Fixture *fixture, gconstpointer data)
{
	DeliverOptions options = usual_options();

	(void)data;
	options.stop = stop_at_once;
	release_many(fixture, 3, fixture->maildir);
	g_assert_cmpint(deliver_with(fixture, &options).sent, ==, 0);
	g_assert_cmpint(deliver(fixture).sent, ==, 3);
}

static void
note_row(const Delivery *delivery, void *data)
{
	GString *notes = data;

	g_string_append_printf(
		notes, "%s %s\n", delivery_state_name(delivery->state), delivery->reply);
}

static void
test_each_try_is_told(Fixture *fixture, gconstpointer data)
{
	DeliverOptions options = usual_options();
	g_autoptr(GString) notes = g_string_new(NULL);

	(void)data;
	options.tried = note_row;
	options.data = notes;
	release_many(fixture, 1, fixture->maildir);
	release_many(fixture, 1, "pigeon:loft");
	deliver_with(fixture, &options);
	g_assert_true(g_str_has_prefix(notes->str, "sent stored as new/lazaret-1-"));
	g_assert_nonnull(strstr(notes->str, "\nfailed 'pigeon:loft' is no transport"));
}

/* In a process of its own, which opens the store for itself. */
static pid_t
fork_deliverer(const Fixture *fixture)
{
	pid_t child = fork();
	const DeliverOptions options = usual_options();
	DeliverSummary summary = { 0 };

	if (child == 0) {
		g_autoptr(GError) error = NULL;
		Store *store = store_open(fixture->path, STORE_WRITE, &error);
		bool done = store && deliver_due(store, &options, &summary, &error);

		_exit(done ? 0 : 1);
	}
	return child;
}

static void
close_store(Fixture *fixture)
{
	store_close(fixture->store);
	fixture->store = NULL;
}

/* The deliverer is killed by what it handed the mail to: taken, and not written down. */
static void
test_killed_between_sending_and_writing_is_unknown(Fixture *fixture, gconstpointer data)
{
	g_autofree char *program = g_build_filename(fixture->folder, "sendmail", NULL);
	g_autofree char *taken = g_build_filename(fixture->folder, "taken", NULL);
	g_autofree char *script =
		g_strdup_printf("#!/bin/sh\ncat >/dev/null\necho x >>%s\nkill -9 $PPID\n", taken);
	g_autofree char *spec = g_strconcat("sendmail:", program, NULL);
	g_autofree char *count = NULL;
	int status = 0;

	(void)data;
	g_assert_true(g_file_set_contents(program, script, -1, NULL));
	g_assert_cmpint(chmod(program, 0700), ==, 0);
	release_many(fixture, 1, spec);
	close_store(fixture);
	g_assert_cmpint(waitpid(fork_deliverer(fixture), &status, 0), >, 0);
	g_assert_true(WIFSIGNALED(status));
	open_store(fixture);
	assert_row(fixture, DELIVERY_SENDING, NULL);
	g_assert_cmpint(deliver(fixture).unknown, ==, 1);
	assert_row(fixture, DELIVERY_UNKNOWN, "its deliverer died");
	g_assert_true(g_file_get_contents(taken, &count, NULL, NULL));
	g_assert_cmpstr(count, ==, "x\n");
}

/* As a deliverer called @deliverer leaves it that is killed before it settles anything. */
static void
leave_leased(Fixture *fixture, const char *deliverer)
{
	const LeaseRequest request = { .now = now, .seconds = 600, .deliverer = deliverer };
	g_autoptr(Delivery) delivery = store_lease(fixture->store, &request, NULL);

	g_assert_nonnull(delivery);
}

/* What a process called itself that is no more. */
static char *
name_of_the_dead(void)
{
	char name[200] = "";
	int ends[2];
	pid_t child;

	g_assert_cmpint(pipe(ends), ==, 0);
	child = fork();
	if (child == 0) {
		char *self = deliverer_self("mx.example.net");

		_exit(self && write(ends[1], self, strlen(self)) > 0 ? 0 : 1);
	}
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	g_assert_cmpint(read(ends[0], name, sizeof(name) - 1), >, 0);
	close(ends[0]);
	close(ends[1]);
	return g_strdup(name);
}

static void
test_who_is_dead(void)
{
	g_autofree char *self = deliverer_self("mx.example.net");
	g_autofree char *dead = name_of_the_dead();
	g_autofree char *later = g_strconcat(self, "0", NULL);

	g_assert_true(g_str_has_prefix(self, "mx.example.net:"));
	g_assert_false(deliverer_is_dead(self, "mx.example.net"));
	g_assert_true(deliverer_is_dead(dead, "mx.example.net"));
	/* Its number was used again. */
	g_assert_true(deliverer_is_dead(later, "mx.example.net"));
	/* Of another machine nothing is known. */
	g_assert_false(deliverer_is_dead(dead, "mx.example.org"));
	g_assert_false(deliverer_is_dead(dead, "mx.example"));
	g_assert_false(deliverer_is_dead(NULL, "mx.example.net"));
	g_assert_false(deliverer_is_dead("nonsense", "mx.example.net"));
}

/* A Maildir takes one delivery once, however often it is put there. */
static void
test_dead_deliverer_for_a_maildir_is_followed_at_once(Fixture *fixture, gconstpointer data)
{
	g_autofree char *dead = name_of_the_dead();

	(void)data;
	release_many(fixture, 1, fixture->maildir);
	leave_leased(fixture, dead);
	g_assert_cmpint(deliver(fixture).sent, ==, 1);
	assert_row(fixture, DELIVERY_SENT, NULL);
	g_assert_cmpuint(count_box(fixture), ==, 1);
}

static void
test_living_deliverer_is_left_alone(Fixture *fixture, gconstpointer data)
{
	g_autofree char *self = deliverer_self("mx.example.net");

	(void)data;
	release_many(fixture, 1, fixture->maildir);
	leave_leased(fixture, self);
	g_assert_cmpint(deliver(fixture).sent, ==, 0);
	assert_row(fixture, DELIVERY_SENDING, NULL);
}

/* What an interrupt ends goes back into the queue, and was no attempt. */
static void
test_interrupted_is_put_back(Fixture *fixture, gconstpointer data)
{
	static const char *const silent[] = { "-W", "RCPT:20", NULL };
	g_autoptr(Sink) sink = sink_start(silent);
	DeliverOptions options = usual_options();
	g_autofree char *spec = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;
	GThread *thread;
	int ends[2];

	(void)data;
	if (!sink)
		return;
	g_assert_cmpint(pipe(ends), ==, 0);
	spec = g_strconcat("smtp://", sink->address, NULL);
	release_many(fixture, 1, spec);
	options.interrupt = ends[0];
	options.max_attempts = 1;
	options.patience = 0;
	thread = g_thread_new("later", press_later, GINT_TO_POINTER(ends[1]));
	g_assert_cmpint(deliver_with(fixture, &options).put_back, ==, 1);
	g_thread_join(thread);
	assert_row(fixture, DELIVERY_QUEUED, "interrupted");
	deliveries = rows(fixture);
	g_assert_cmpint(((const Delivery *)deliveries->pdata[0])->attempts, ==, 0);
	close(ends[0]);
	close(ends[1]);
}

/* Only bytes that are gone or damaged fail for good: what may pass is waited for. */
static void
test_store_that_can_not_be_read_is_waited_for(Fixture *fixture, gconstpointer data)
{
	sqlite3 *database = NULL;

	(void)data;
	release_many(fixture, 1, fixture->maildir);
	g_assert_cmpint(sqlite3_open(fixture->path, &database), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(database, "ALTER TABLE raw RENAME TO away", NULL, NULL, NULL),
		==, SQLITE_OK);
	g_assert_cmpint(deliver(fixture).retried, ==, 1);
	g_assert_cmpint(sqlite3_exec(database, "ALTER TABLE away RENAME TO raw", NULL, NULL, NULL),
		==, SQLITE_OK);
	sqlite3_close(database);
	now += 60;
	g_assert_cmpint(deliver(fixture).sent, ==, 1);
}

/* How often the sink has each delivery, by the id in the trace field. */
static GHashTable *
taken_by(const Sink *sink)
{
	GHashTable *taken = g_hash_table_new(NULL, NULL);
	g_autoptr(GPtrArray) mails = sink_mails(sink);

	for (guint i = 0; i < mails->len; i++) {
		g_autoptr(GBytes) message = sink_message(mails->pdata[i]);
		g_autofree char *text = g_strndup(g_bytes_get_data(message, NULL), 100);
		const char *id = strstr(text, "(lazaret) id ");
		gpointer key;

		g_assert_nonnull(id);
		key = GINT_TO_POINTER(atoi(id + strlen("(lazaret) id ")));
		g_hash_table_insert(taken, key,
			GINT_TO_POINTER(GPOINTER_TO_INT(g_hash_table_lookup(taken, key)) + 1));
	}
	return taken;
}

static void
test_parallel_deliverers_send_each_once(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Sink) sink = sink_start(NULL);
	g_autofree char *spec = NULL;
	g_autoptr(GHashTable) taken = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;
	pid_t children[4];

	(void)data;
	if (!sink)
		return;
	spec = g_strconcat("smtp://", sink->address, NULL);
	release_many(fixture, MANY, spec);
	close_store(fixture);
	for (size_t i = 0; i < G_N_ELEMENTS(children); i++)
		children[i] = fork_deliverer(fixture);
	for (size_t i = 0; i < G_N_ELEMENTS(children); i++) {
		int status = 0;

		g_assert_cmpint(waitpid(children[i], &status, 0), ==, children[i]);
		g_assert_cmpint(status, ==, 0);
	}
	open_store(fixture);
	taken = taken_by(sink);
	deliveries = rows(fixture);
	g_assert_cmpuint(deliveries->len, ==, MANY);
	for (guint i = 0; i < deliveries->len; i++) {
		const Delivery *delivery = deliveries->pdata[i];
		gpointer count = g_hash_table_lookup(taken, GINT_TO_POINTER((int)delivery->id));

		g_assert_cmpint(delivery->state, ==, DELIVERY_SENT);
		g_assert_cmpint(GPOINTER_TO_INT(count), ==, 1);
	}
}

/* Killed anywhere, again and again: never two, and never none where it says 'sent'. */
static void
test_killed_anywhere_never_twice(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Sink) sink = sink_start(NULL);
	g_autofree char *spec = NULL;
	g_autoptr(GHashTable) taken = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;
	int unknown = 0;

	(void)data;
	if (!sink)
		return;
	spec = g_strconcat("smtp://", sink->address, NULL);
	release_many(fixture, MANY, spec);
	close_store(fixture);
	for (int i = 0; i < KILLS; i++) {
		pid_t child = fork_deliverer(fixture);

		g_usleep((gulong)g_random_int_range(0, 40 * 1000));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	open_store(fixture);
	now += DAY;
	deliver(fixture);
	taken = taken_by(sink);
	deliveries = rows(fixture);
	for (guint i = 0; i < deliveries->len; i++) {
		const Delivery *delivery = deliveries->pdata[i];
		int count = GPOINTER_TO_INT(
			g_hash_table_lookup(taken, GINT_TO_POINTER((int)delivery->id)));

		if (delivery->state == DELIVERY_SENT) {
			g_assert_cmpint(count, ==, 1);
			continue;
		}
		g_assert_cmpint(delivery->state, ==, DELIVERY_UNKNOWN);
		g_assert_cmpint(count, <=, 1);
		unknown++;
	}
	g_test_message("%d of %d unknown", unknown, MANY);
	g_assert_cmpint(unknown, <=, KILLS);
}

static void
add(const char *name, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_autofree char *path = g_strconcat("/deliver/", name, NULL);

	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/deliver/back-off-doubles-up-to-an-hour", test_back_off_doubles_up_to_an_hour);
	add("each-recipient-gets-one", test_each_recipient_gets_one);
	add("bytes-and-envelope-are-the-stored-ones", test_bytes_and_envelope_are_the_stored_ones);
	add("hold-window-is-kept-unless-in-a-hurry", test_hold_window_is_kept_unless_in_a_hurry);
	add("no-transport-is-a-failure-in-words", test_no_transport_is_a_failure_in_words);
	add("unsafe-recipient-is-a-failure-in-words", test_unsafe_recipient_is_a_failure_in_words);
	add("refused-is-failed-and-deferred-comes-again",
		test_refused_is_failed_and_deferred_comes_again);
	add("gives-up-after-the-last-try", test_gives_up_after_the_last_try);
	add("a-transport-that-is-down-is-tried-once", test_a_transport_that_is_down_is_tried_once);
	add("what-was-put-back-never-counts-as-given-up",
		test_what_was_put_back_never_counts_as_given_up);
	add("no-answer-is-unknown-and-stays-with-a-person",
		test_no_answer_is_unknown_and_stays_with_a_person);
	add("damaged-bytes-never-leave", test_damaged_bytes_never_leave);
	add("stops-when-asked", test_stops_when_asked);
	add("each-try-is-told", test_each_try_is_told);
	add("killed-between-sending-and-writing-is-unknown",
		test_killed_between_sending_and_writing_is_unknown);
	g_test_add_func("/deliver/who-is-dead", test_who_is_dead);
	add("dead-deliverer-for-a-maildir-is-followed-at-once",
		test_dead_deliverer_for_a_maildir_is_followed_at_once);
	add("living-deliverer-is-left-alone", test_living_deliverer_is_left_alone);
	add("interrupted-is-put-back", test_interrupted_is_put_back);
	add("store-that-can-not-be-read-is-waited-for",
		test_store_that_can_not_be_read_is_waited_for);
	add("parallel-deliverers-send-each-once", test_parallel_deliverers_send_each_once);
	add("killed-anywhere-never-twice", test_killed_anywhere_never_twice);
	return g_test_run();
}
