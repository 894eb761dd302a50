/* Which mail of a log a message is, and what it gets: never what is another's. */
#include "store/burst.h"
#include "store/db.h"
#include "store/stats.h"
#include "tests/store/maillog.h"

/* ---- by queue id ---- */

static void
test_queue_id_and_message_id(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ .recipients = "ann@here.example bob@here.example" });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example bob@here.example");
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example bob@here.example");
}

/* Whoever knows the Message-ID of another's mail can send one that bears it. */
static void
test_message_id_alone_is_not_enough(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ .queue_id = "4FFFFFFFFF", .recipients = "evil@here.example" });
	join(sample, "but not with its queue id " SHORT_ID);
	assert_envelope(sample, 1, "-: ");
	tell(sample, (Mail){ 0 });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
}

static void
test_queue_id_alone_is_not_enough(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ .message_id = "2@mail.shop.example" });
	join(sample, "");
	assert_envelope(sample, 1, "-: ");
}

static void
test_short_id_counts_at_its_time_only(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ .at = CAME + 2 * 3600, .recipients = "evil@here.example" });
	join(sample, "at that time");
	assert_envelope(sample, 1, "-: ");
	tell(sample, (Mail){ 0 });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
}

static void
test_short_id_twice_in_an_hour_says_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ 0 });
	tell(sample, (Mail){ .at = CAME + 600, .recipients = "evil@here.example" });
	join(sample, "2 times");
	assert_envelope(sample, 1, "-: ");
}

static void
test_long_id_is_never_used_again(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_long_id);
	tell(sample, (Mail){ .queue_id = LONG_ID, .at = CAME + 5 * 3600 });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
}

/* A filter gives it back to Postfix, which gives it another id; the recipients may be others
 * then. */
static void
test_outermost_server_counts(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, through_two);
	tell(sample, (Mail){ .queue_id = "4000000000", .recipients = "quarantine@here.example" });
	tell(sample, (Mail){ 0 });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
}

/* Below the boundary anybody writes what they like. */
static void
test_claimed_id_is_none(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, claims_id);
	tell(sample, (Mail){ 0 });
	tell(sample, (Mail){ .queue_id = "4FFFFFFFFF", .recipients = "bob@here.example" });
	join(sample, "it bears no queue id, and the log has 2 mails");
	assert_envelope(sample, 1, "-: ");
}

static void
test_forged_id_is_none(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, forges_id);
	tell(sample, (Mail){ .ip = "10.0.0.1", .recipients = "evil@here.example" });
	tell(sample, (Mail){ .ip = "10.0.0.1", .queue_id = LONG_ID });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
}

/* ---- by time ---- */

static void
test_without_id_there_must_be_one_at_that_time(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, NULL);
	tell(sample, (Mail){ 0 });
	tell(sample, (Mail){ .queue_id = "4FFFFFFFFF", .at = CAME - 3600 });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
}

static void
test_without_id_another_time_is_another_mail(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, NULL);
	tell(sample, (Mail){ .at = CAME + 3600 });
	join(sample, "at another time");
	assert_envelope(sample, 1, "-: ");
	lost(sample, without_date);
	tell(sample, (Mail){ .message_id = "2@mail.shop.example" });
	join(sample, "does not say when it came");
	assert_envelope(sample, 2, "-: ");
}

/* As long as the log may name another, it is not asked. */
static void
test_without_id_the_log_must_be_past_it(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Told told = { 0 };

	lost(sample, NULL);
	tell(sample, (Mail){ 0 });
	join_until(sample, &told, CAME + 60);
	g_assert_cmpstr(told.left->str, ==, "");
	g_string_free(told.left, TRUE);
	assert_envelope(sample, 1, "-: ");
	tell(sample, (Mail){ .queue_id = "4FFFFFFFFF", .at = CAME + 90 });
	join(sample, "the log has 2 mails");
	assert_envelope(sample, 1, "-: ");
}

/* ---- all recipients or none ---- */

static void
test_recipients_come_when_all_are_told(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const Mail first = { .total = 2, .stays = true };

	lost(sample, with_short_id);
	tell(sample, first);
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ");
	tell(sample, (Mail){ .recipients = "bob@here.example", .total = 2 });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example bob@here.example");
}

static void
test_recipients_the_log_lost(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ .total = 2 });
	join(sample, "does not have all its recipients");
	assert_envelope(sample, 1, "s@out.example: ");
}

static void
test_alias_of_local_counts_when_the_queue_is_done(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Mail mail = { .recipients = "x@here.example y@here.example",
		.original = "ann@here.example",
		.total = 2,
		.local = true,
		.stays = true };

	lost(sample, with_short_id);
	tell(sample, mail);
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ");
	mail.stays = false;
	tell(sample, mail);
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
}

static void
test_redirected_mail_names_others(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ .redirected = true });
	join(sample, "replaced by others");
	assert_envelope(sample, 1, "s@out.example: ");
}

static void
test_quarantine_is_no_recipient(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ .recipients = "quarantine@here.example" });
	join(sample, "but those that are excepted");
	assert_envelope(sample, 1, "s@out.example: ");
}

static void
test_message_and_log_must_agree(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, for_ann);
	tell(sample, (Mail){ .recipients = "bob@here.example" });
	join(sample, "name different recipients");
	assert_envelope(sample, 1, "s@out.example: ");
}

static void
test_held_mail_has_the_one_that_both_name(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, for_ann);
	tell(sample, (Mail){ .held_for = "ann@here.example" });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
	lost(sample, with_short_id);
	tell(sample,
		(Mail){ .held_for = "ann@here.example",
			.message_id = "2@mail.shop.example",
			.at = CAME + 60 });
	join(sample, "one recipient alone");
	assert_envelope(sample, 2, "s@out.example: ");
}

static void
test_what_an_export_destroyed_goes_to_nobody(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, destroyed);
	tell(sample, (Mail){ 0 });
	join(sample, "destroyed bytes");
	assert_envelope(sample, 1, "s@out.example: ");
}

/* What was done to it as it came stands before its Message-ID. */
static void
test_mail_whose_beginning_is_not_there(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ .headless = true });
	join(sample, "does not have its beginning");
	assert_envelope(sample, 1, "s@out.example: ");
	tell(sample, (Mail){ 0 });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
}

/* A journal and a file, with other zones. */
static void
test_two_logs_of_a_long_id_are_of_one_mail(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_long_id);
	tell(sample, (Mail){ .queue_id = LONG_ID });
	tell(sample, (Mail){ .queue_id = LONG_ID, .at = CAME + 7200 });
	tell(sample, (Mail){ .queue_id = LONG_ID, .at = CAME - 7200 });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
}

/* Whoever sends a thousand mails with one Message-ID gains nothing, and costs little. */
static void
test_flood_of_one_message_id(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(StoreBatch) batch = NULL;

	lost(sample, with_short_id);
	batch = store_batch_begin(sample->store, NULL);
	for (int i = 0; i < 1100; i++) {
		g_autofree char *queue_id = g_strdup_printf("4FFFFF%04d", i);
		const Mail mail = { .queue_id = queue_id, .recipients = "evil@here.example" };

		tell_all(batch, &mail);
	}
	g_assert_true(store_batch_commit(batch, NULL));
	g_clear_pointer(&batch, store_batch_end);
	join(sample, "a thousand times");
	assert_envelope(sample, 1, "-: ");
	join(sample, "");
}

/* One mail, quarantined twice: it must not be released twice. */
static void
test_one_mail_addresses_one_message(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	lost(sample, with_short_id);
	g_assert_true(db_exec(sample->store,
		"UPDATE message SET message_id = '1@mail.shop.example' WHERE id = 2", NULL));
	tell(sample, (Mail){ 0 });
	join(sample, "another message is the same mail");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
	assert_envelope(sample, 2, "s@out.example: ");
}

/* ---- what contradicts ---- */

static void
test_two_message_ids_say_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const Mail plain = { 0 };
	g_autoptr(StoreBatch) batch = NULL;
	LogFact other = fact_of(&plain, FACT_MESSAGE_ID, "9@mail.shop.example");

	lost(sample, with_short_id);
	tell(sample, plain);
	batch = store_batch_begin(sample->store, NULL);
	tell_fact(batch, &other);
	g_assert_true(store_batch_commit(batch, NULL));
	g_clear_pointer(&batch, store_batch_end);
	join(sample, "different things");
	assert_envelope(sample, 1, "-: ");
}

static void
test_two_senders_say_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ .stays = true });
	tell(sample, (Mail){ .sender = "other@out.example" });
	join(sample, "different things");
	assert_envelope(sample, 1, "-: ");
}

static void
test_what_is_known_stays(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add(sample, &(SampleMail){ .enrich = with_short_id });
	sample_add(sample, &(SampleMail){ .enrich = with_short_id, .recipients = "" });
	tell(sample, (Mail){ .recipients = "evil@here.example" });
	tell(sample,
		(Mail){ .recipients = "evil@here.example",
			.message_id = "2@mail.shop.example",
			.at = CAME + 60 });
	join(sample, "names another envelope sender");
	assert_envelope(sample, 1, "bounce@mail.shop.example: ann@here.example");
	assert_envelope(sample, 2, "bounce@mail.shop.example: ");
}

/* A queue id that is given to another mail ends what was told of the first. */
static void
test_id_that_is_used_again(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ .total = 2, .stays = true });
	tell(sample,
		(Mail){ .at = CAME + 7200,
			.recipients = "evil@here.example",
			.message_id = "9@mail.shop.example" });
	join(sample, "does not have all its recipients");
	assert_envelope(sample, 1, "s@out.example: ");
}

/* ---- its client ---- */

static void
test_client_counts_where_the_mail_names_none(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const BurstList list = { .key = BURST_IP, .window = BURST_WINDOW, .now = SAMPLE_NOW };
	g_autoptr(GPtrArray) stats = NULL;
	g_autoptr(GPtrArray) bursts = NULL;
	g_autoptr(Query) query = query_parse("ip:54.240.8.1", SAMPLE_NOW, NULL, NULL);
	int64_t end;

	lost(sample, without_address);
	tell(sample, (Mail){ 0 });
	join(sample, "");
	g_assert_cmpint(store_count(sample->store, query, NULL), ==, 1);
	stats = store_stats(sample->store, STATS_IP, NULL, NULL);
	bursts = store_bursts(sample->store, &list, &end, NULL);
	g_assert_cmpint(stats->len, ==, 1);
	g_assert_cmpstr(((StatsRow *)g_ptr_array_index(stats, 0))->value, ==, "54.240.8.1");
	g_assert_cmpint(bursts->len, ==, 1);
	g_assert_cmpstr(((BurstRow *)g_ptr_array_index(bursts, 0))->value, ==, "54.240.8.1");
}

static void
test_what_no_message_is_of_is_forgotten(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t logged = 0;

	lost(sample, with_short_id);
	tell(sample, (Mail){ 0 });
	tell(sample, (Mail){ .queue_id = "4FFFFFFFFF", .message_id = "9@mail.shop.example" });
	join(sample, "");
	g_assert_true(store_forget_log(sample->store, CAME, NULL));
	g_assert_true(db_value(sample->store, "SELECT count(*) FROM logged", &logged, NULL));
	g_assert_cmpint(logged, ==, 2);
	g_assert_true(store_forget_log(sample->store, CAME + 1, NULL));
	g_assert_true(db_value(sample->store, "SELECT count(*) FROM logged", &logged, NULL));
	g_assert_cmpint(logged, ==, 1);
	sample_assert_sound(sample);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/maillog/queue-id-and-message-id", test_queue_id_and_message_id);
	sample_test("/maillog/message-id-alone-is-not-enough", test_message_id_alone_is_not_enough);
	sample_test("/maillog/queue-id-alone-is-not-enough", test_queue_id_alone_is_not_enough);
	sample_test(
		"/maillog/short-id-counts-at-its-time-only", test_short_id_counts_at_its_time_only);
	sample_test("/maillog/short-id-twice-in-an-hour-says-nothing",
		test_short_id_twice_in_an_hour_says_nothing);
	sample_test("/maillog/long-id-is-never-used-again", test_long_id_is_never_used_again);
	sample_test("/maillog/outermost-server-counts", test_outermost_server_counts);
	sample_test("/maillog/forged-id-is-none", test_forged_id_is_none);
	sample_test("/maillog/claimed-id-is-none", test_claimed_id_is_none);
	sample_test("/maillog/without-id-there-must-be-one-at-that-time",
		test_without_id_there_must_be_one_at_that_time);
	sample_test("/maillog/without-id-another-time-is-another-mail",
		test_without_id_another_time_is_another_mail);
	sample_test("/maillog/without-id-the-log-must-be-past-it",
		test_without_id_the_log_must_be_past_it);
	sample_test("/maillog/recipients-come-when-all-are-told",
		test_recipients_come_when_all_are_told);
	sample_test("/maillog/recipients-the-log-lost", test_recipients_the_log_lost);
	sample_test("/maillog/alias-of-local-counts-when-the-queue-is-done",
		test_alias_of_local_counts_when_the_queue_is_done);
	sample_test("/maillog/redirected-mail-names-others", test_redirected_mail_names_others);
	sample_test("/maillog/quarantine-is-no-recipient", test_quarantine_is_no_recipient);
	sample_test("/maillog/message-and-log-must-agree", test_message_and_log_must_agree);
	sample_test("/maillog/held-mail-has-the-one-that-both-name",
		test_held_mail_has_the_one_that_both_name);
	sample_test("/maillog/what-an-export-destroyed-goes-to-nobody",
		test_what_an_export_destroyed_goes_to_nobody);
	sample_test("/maillog/mail-whose-beginning-is-not-there",
		test_mail_whose_beginning_is_not_there);
	sample_test("/maillog/two-logs-of-a-long-id-are-of-one-mail",
		test_two_logs_of_a_long_id_are_of_one_mail);
	sample_test("/maillog/flood-of-one-message-id", test_flood_of_one_message_id);
	sample_test("/maillog/one-mail-addresses-one-message", test_one_mail_addresses_one_message);
	sample_test("/maillog/two-message-ids-say-nothing", test_two_message_ids_say_nothing);
	sample_test("/maillog/two-senders-say-nothing", test_two_senders_say_nothing);
	sample_test("/maillog/what-is-known-stays", test_what_is_known_stays);
	sample_test("/maillog/id-that-is-used-again", test_id_that_is_used_again);
	sample_test("/maillog/client-counts-where-the-mail-names-none",
		test_client_counts_where_the_mail_names_none);
	sample_test("/maillog/what-no-message-is-of-is-forgotten",
		test_what_no_message_is_of_is_forgotten);
	return g_test_run();
}
