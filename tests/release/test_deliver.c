#include "release/deliver.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "store/raw.h"
#include "tests/release/quarantine.h"

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
	g_assert_cmpint(last->due, ==, now + 60);
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

/* The row as it was told is the one in the store. */
static void
compare_row(const Delivery *delivery, void *data)
{
	g_autoptr(GPtrArray) deliveries = rows(data);
	const Delivery *row = deliveries->pdata[deliveries->len - (guint)delivery->id];

	g_assert_cmpint(delivery->id, ==, row->id);
	g_assert_cmpint(delivery->state, ==, row->state);
	g_assert_cmpint(delivery->changed, ==, row->changed);
	g_assert_cmpint(delivery->due, ==, row->due);
	g_assert_cmpint(delivery->attempts, ==, row->attempts);
	g_assert_cmpstr(delivery->reply, ==, row->reply);
}

static void
test_no_answer_is_unknown_and_stays_with_a_person(Fixture *fixture, gconstpointer data)
{
	static const char *const silent[] = { "-q", ".", NULL };
	g_autoptr(Sink) sink = sink_start(silent);
	DeliverOptions options = usual_options();
	g_autofree char *spec = NULL;
	DeliverSummary summary;

	(void)data;
	if (!sink)
		return;
	spec = g_strconcat("smtp://", sink->address, NULL);
	release_many(fixture, 1, spec);
	options.patience = 1;
	options.tried = compare_row;
	options.data = fixture;
	g_assert_cmpint(deliver_with(fixture, &options).unknown, ==, 1);
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

/* A message of which a signature over its body held at the import. */
static void
add_signed_message(Fixture *fixture)
{
	g_autoptr(Message) message = message_new();
	g_autofree char *raw = raw_of(++fixture->messages);
	g_autofree char *body = g_strdup_printf(".body of %d\r\n", fixture->messages);
	HeaderField *field = g_new0(HeaderField, 1);
	Signature *signature = g_new0(Signature, 1);
	uint8_t digest[DIGEST_SIZE];
	g_autofree char *hash = NULL;

	digest_sha256(body, strlen(body), digest);
	hash = g_base64_encode(digest, sizeof(digest));
	field->name = g_strdup("DKIM-Signature");
	field->raw = g_strdup_printf(" v=1; a=rsa-sha256; c=relaxed/simple; d=shop.example; s=s;\n"
				     "\th=From; bh=%s; b=AAAA",
		hash);
	field->value = g_strdup(field->raw);
	g_ptr_array_add(message->headers, field);
	signature->domain = g_strdup("shop.example");
	signature->selector = g_strdup("s");
	signature->covered = g_strdup("From");
	signature->result = DKIM_PASS;
	g_ptr_array_add(message->signatures, signature);
	arrive_recipient(message, "anna@example.org");
	g_assert_cmpint(arrive(fixture->store, message, raw), ==, ADDED_NEW);
}

/* As one would who can write the database: other bytes, and their SHA-256 with them. */
static void
replace_raw(const Fixture *fixture, const char *raw)
{
	g_autoptr(GBytes) zstd = raw_compress(raw, strlen(raw));
	uint8_t digest[DIGEST_SIZE];
	sqlite3 *database = NULL;
	sqlite3_stmt *update = NULL;

	digest_sha256(raw, strlen(raw), digest);
	g_assert_cmpint(sqlite3_open(fixture->path, &database), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_prepare_v2(database,
				"UPDATE raw SET bale = NULL, zstd = ?1, sha256 = ?2, size = ?3", -1,
				&update, NULL),
		==, SQLITE_OK);
	sqlite3_bind_blob(update, 1, g_bytes_get_data(zstd, NULL), (int)g_bytes_get_size(zstd),
		SQLITE_TRANSIENT);
	sqlite3_bind_blob(update, 2, digest, sizeof(digest), SQLITE_TRANSIENT);
	sqlite3_bind_int64(update, 3, (int64_t)strlen(raw));
	g_assert_cmpint(sqlite3_step(update), ==, SQLITE_DONE);
	sqlite3_finalize(update);
	g_assert_cmpint(
		sqlite3_exec(database, "UPDATE message SET sha256 = (SELECT sha256 FROM raw)", NULL,
			NULL, NULL),
		==, SQLITE_OK);
	sqlite3_close(database);
}

static void
test_a_signed_body_is_checked_before_it_leaves(Fixture *fixture, gconstpointer data)
{
	(void)data;
	add_signed_message(fixture);
	release(fixture, 1, fixture->maildir, 0);
	g_assert_cmpint(deliver(fixture).sent, ==, 1);
	g_assert_cmpuint(count_box(fixture), ==, 1);
}

static void
test_a_body_that_was_not_signed_never_leaves(Fixture *fixture, gconstpointer data)
{
	(void)data;
	add_signed_message(fixture);
	release(fixture, 1, fixture->maildir, 0);
	replace_raw(fixture, "Subject: 1\n\n.body of 2\n");
	g_assert_cmpint(deliver(fixture).failed, ==, 1);
	assert_row(fixture, DELIVERY_FAILED, "the stored bytes are not what shop.example signed");
	g_assert_cmpuint(count_box(fixture), ==, 0);
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
	g_assert_cmpint(((const Delivery *)deliveries->pdata[0])->due, ==, now);
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

static GBytes *
rewrite_one(GBytes *raw, int *links, G_GNUC_UNUSED void *data, G_GNUC_UNUSED GError **error)
{
	*links = 1;
	return g_bytes_ref(raw);
}

static void
test_reply_says_what_was_rewritten(Fixture *fixture, gconstpointer data)
{
	DeliverOptions options = usual_options();
	g_autoptr(GPtrArray) deliveries = NULL;
	const Delivery *delivery;

	(void)data;
	options.rewrite = rewrite_one;
	release_many(fixture, 1, fixture->maildir);
	quarantine_execute(fixture, "UPDATE delivery SET rewrite = 1");
	g_assert_cmpint(deliver_with(fixture, &options).sent, ==, 1);
	deliveries = rows(fixture);
	delivery = deliveries->pdata[0];
	g_assert_true(g_str_has_prefix(delivery->reply, "stored as new/lazaret-1-"));
	g_assert_true(g_str_has_suffix(delivery->reply, " (1 link rewritten)"));
}

/* Five days of them: 126. */
static void
test_gives_up_after_five_days(Fixture *fixture, gconstpointer data)
{
	g_autofree char *spec = g_strconcat(fixture->maildir, "/not/mounted", NULL);

	(void)data;
	release_many(fixture, 1, spec);
	quarantine_execute(fixture, "UPDATE delivery SET attempts = 124");
	g_assert_cmpint(deliver(fixture).retried, ==, 1);
	now += 3600;
	g_assert_cmpint(deliver(fixture).failed, ==, 1);
	assert_row(fixture, DELIVERY_FAILED, "given up after 126 tries: ");
}

/* No two times are the same. */
static int64_t
clock_that_runs(void)
{
	return now++;
}

static void
test_what_is_told_is_the_row(Fixture *fixture, gconstpointer data)
{
	g_autofree char *spec = g_strconcat(fixture->maildir, "/not/mounted", NULL);
	DeliverOptions options = usual_options();
	DeliverSummary summary;

	(void)data;
	options.tried = compare_row;
	options.clock = clock_that_runs;
	options.data = fixture;
	release_many(fixture, 1, fixture->maildir);
	release_many(fixture, 1, "pigeon:loft");
	release_many(fixture, 1, spec);
	now += 5;
	summary = deliver_with(fixture, &options);
	g_assert_cmpint(summary.sent, ==, 1);
	g_assert_cmpint(summary.failed, ==, 1);
	g_assert_cmpint(summary.retried, ==, 1);
}

static void
add(const char *name, void (*test)(Fixture *fixture, gconstpointer data))
{
	add_test("/deliver/", name, test);
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
	add("a-signed-body-is-checked-before-it-leaves",
		test_a_signed_body_is_checked_before_it_leaves);
	add("a-body-that-was-not-signed-never-leaves",
		test_a_body_that_was_not_signed_never_leaves);
	add("stops-when-asked", test_stops_when_asked);
	add("each-try-is-told", test_each_try_is_told);
	add("interrupted-is-put-back", test_interrupted_is_put_back);
	add("store-that-can-not-be-read-is-waited-for",
		test_store_that_can_not_be_read_is_waited_for);
	add("gives-up-after-five-days", test_gives_up_after_five_days);
	add("what-is-told-is-the-row", test_what_is_told_is_the_row);
	add("reply-says-what-was-rewritten", test_reply_says_what_was_rewritten);
	return g_test_run();
}
