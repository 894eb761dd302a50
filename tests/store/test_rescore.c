/* Messages read again: what reading found is replaced, what people did stays, and words are
 * found as they stand now. */
#include "store/rescore.h"

#include "store/db.h"
#include "tests/store/sample.h"

static const char *const lures[] = { "brand-name", "links-leave", NULL };

static void
add_finding(Message *message, const char *id, int weight)
{
	Finding *finding = g_new0(Finding, 1);

	finding->id = g_strdup(id);
	finding->weight = weight;
	finding->text = g_strdup(id);
	finding->evidence = g_strdup("");
	finding->where = g_strdup("");
	g_ptr_array_add(message->findings, finding);
}

static void
add_text(Message *message, const char *text)
{
	PartText *part = g_new0(PartText, 1);

	part->path = g_strdup("1");
	part->type = g_strdup("text/plain");
	part->text = g_strdup(text);
	g_ptr_array_add(message->texts, part);
}

static void
enrich(Message *message)
{
	add_text(message, "weather harbour");
	add_finding(message, "kit-headers", 42);
}

/* The message as a later reading finds it: another text, other findings. */
static Message *
read_again(int number)
{
	const SampleMail mail = { .recipients = "" };
	Message *message = sample_message(&mail, number);

	add_text(message, "weather island");
	for (const char *const *id = lures; *id; id++)
		add_finding(message, *id, 35);
	message->score = 70;
	g_free(message->ses->region);
	message->ses->region = g_strdup("us-east-1");
	sample_attach(message);
	return message;
}

static int64_t
count(const Sample *sample, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_parse(text, SAMPLE_NOW, NULL, &error);
	int64_t found;

	g_assert_no_error(error);
	found = store_count(sample->store, query, &error);
	g_assert_no_error(error);
	return found;
}

static void
rescore(Sample *sample, int64_t id, const Message *message, const char *basis, GArray *outcomes)
{
	const Rereading reading = { .id = id, .message = message, .basis = basis };
	g_autoptr(GError) error = NULL;

	store_rescore(sample->store, &reading, 1, outcomes, &error);
	g_assert_no_error(error);
}

/* What another version wrote down is read again from the mail. */
static void
test_unreadable_text_heals(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mail = { .enrich = enrich };
	g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(Rescored));
	g_autoptr(Message) again = read_again(1);
	g_autoptr(Message) loaded = NULL;
	g_autoptr(GError) error = NULL;

	sample_add(sample, &mail);
	g_assert_true(db_exec(sample->store, "UPDATE body SET bale = NULL, zstd = x'00'", NULL));
	g_assert_null(store_load(sample->store, 1, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_OUTDATED);
	g_assert_nonnull(strstr(error->message, "`lazaret rescore id:1`"));
	rescore(sample, 1, again, "new", outcomes);
	g_assert_cmpuint(outcomes->len, ==, 1);
	loaded = store_load(sample->store, 1, NULL);
	g_assert_nonnull(loaded);
	g_assert_cmpint(loaded->score, ==, 70);
}

static void
test_reading_is_replaced(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mail = { .enrich = enrich };
	g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(Rescored));
	g_autoptr(Message) again = read_again(1);
	g_autoptr(MessageRow) before = NULL;
	g_autoptr(MessageRow) after = NULL;
	const Rescored *outcome;

	sample_add(sample, &mail);
	before = store_row(sample->store, 1, NULL);
	rescore(sample, 1, again, "new", outcomes);
	after = store_row(sample->store, 1, NULL);

	g_assert_cmpint(after->score, ==, 70);
	g_assert_cmpstr(after->region, ==, "us-east-1");
	g_assert_cmpint(after->attachments, ==, 1);
	g_assert_cmpstr(after->finding, ==, "brand-name");
	g_assert_cmpint(count(sample, "finding:links-leave"), ==, 1);
	g_assert_cmpint(count(sample, "finding:kit-headers"), ==, 0);
	g_assert_cmpint(count(sample, "score:>69"), ==, 1);
	g_assert_cmpint(after->received, ==, before->received);
	g_assert_cmpint(after->version, ==, before->version);
	g_assert_cmpuint(outcomes->len, ==, 1);
	outcome = &g_array_index(outcomes, Rescored, 0);
	g_assert_true(outcome->changed);
	g_assert_cmpint(outcome->before, ==, 42);
	g_assert_cmpint(outcome->after, ==, 70);
}

static void
test_what_people_did_stays(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mail = { .enrich = enrich };
	g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(Rescored));
	g_autoptr(Message) again = read_again(1);
	g_autoptr(MessageRow) row = NULL;

	sample_add(sample, &mail);
	sample_do(sample, DECISION_BLOCK, 1);
	g_assert_true(store_mark_seen(sample->store, 1, NULL));
	rescore(sample, 1, again, "new", outcomes);
	row = store_row(sample->store, 1, NULL);

	g_assert_cmpint(row->state, ==, STATE_BLOCKED);
	g_assert_true(row->seen);
	g_assert_cmpstr(row->sender, ==, "bounce@mail.shop.example");
	g_assert_cmpstr(row->recipients[0], ==, "ann@here.example");
	g_assert_cmpint(count(sample, "ann@here.example"), ==, 1);
}

static void
test_words_are_those_of_now(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mail = { .enrich = enrich };
	g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(Rescored));
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < 3; i++)
		sample_add(sample, &mail);
	for (int i = 0; i < 3; i++) {
		g_autoptr(Message) again = read_again(2);

		rescore(sample, 2, again, "new", outcomes);
	}
	g_assert_cmpint(count(sample, "harbour"), ==, 2);
	g_assert_cmpint(count(sample, "island"), ==, 1);
	g_assert_cmpint(count(sample, "weather"), ==, 3);
	g_assert_cmpint(count(sample, "invoice"), ==, 1);
	db_exec(sample->store, "INSERT INTO search (search) VALUES ('integrity-check')", &error);
	g_assert_no_error(error);
}

static void
test_reading_the_same_changes_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mail = { .enrich = enrich };
	g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(Rescored));
	g_autoptr(Message) message = NULL;

	sample_add(sample, &mail);
	message = store_load(sample->store, 1, NULL);
	rescore(sample, 1, message, "new", outcomes);
	g_assert_false(g_array_index(outcomes, Rescored, 0).changed);
}

static void
test_batch_is_all_or_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mail = { .enrich = enrich };
	g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(Rescored));
	g_autoptr(Message) again = read_again(1);
	const Rereading readings[] = { { .id = 1, .message = again }, { .id = 2, .message = again },
		{ .id = 99, .message = again } };
	g_autoptr(GError) error = NULL;

	sample_add(sample, &mail);
	sample_add(sample, &mail);
	db_exec(sample->store,
		"CREATE TRIGGER refuse BEFORE INSERT ON finding WHEN new.message = 2"
		" BEGIN SELECT RAISE (ABORT, 'no'); END",
		&error);
	g_assert_no_error(error);
	g_assert_false(
		store_rescore(sample->store, readings, G_N_ELEMENTS(readings), outcomes, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_SQL);
	g_assert_cmpuint(outcomes->len, ==, 0);
	g_assert_cmpint(count(sample, "finding:kit-headers"), ==, 2);

	g_clear_error(&error);
	db_exec(sample->store, "DROP TRIGGER refuse", NULL);
	store_rescore(sample->store, readings, G_N_ELEMENTS(readings), outcomes, &error);
	g_assert_no_error(error);
	/* The one that is not there is left out. */
	g_assert_cmpuint(outcomes->len, ==, 2);
}

static guint
count_outdated(const Sample *sample, const char *basis, const char *text)
{
	g_autoptr(Query) query = query_parse(text, SAMPLE_NOW, NULL, NULL);
	g_autoptr(GArray) ids = store_outdated(sample->store, basis, query, NULL);

	g_assert_nonnull(ids);
	return ids->len;
}

static void
test_outdated_verdicts_are_counted(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mail = { .enrich = enrich };
	g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(Rescored));
	g_autoptr(Message) again = read_again(1);

	g_assert_cmpint(store_count_outdated(sample->store, "new", NULL), ==, 0);
	for (int i = 0; i < 3; i++)
		sample_add(sample, &mail);
	g_assert_cmpint(store_count_outdated(sample->store, "new", NULL), ==, 3);
	rescore(sample, 1, again, "new", outcomes);
	g_assert_cmpint(store_count_outdated(sample->store, "new", NULL), ==, 2);
	g_assert_cmpuint(count_outdated(sample, "new", ""), ==, 2);
	g_assert_cmpuint(count_outdated(sample, "new", "id:2 OR id:1"), ==, 1);
	rescore(sample, 1, again, "other", outcomes);
	g_assert_cmpint(store_count_outdated(sample->store, "new", NULL), ==, 3);
	g_assert_cmpuint(count_outdated(sample, "new", "id:2 OR id:1"), ==, 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/rescore/unreadable-text-heals", test_unreadable_text_heals);
	sample_test("/rescore/reading-is-replaced", test_reading_is_replaced);
	sample_test("/rescore/what-people-did-stays", test_what_people_did_stays);
	sample_test("/rescore/words-are-those-of-now", test_words_are_those_of_now);
	sample_test("/rescore/same-reading-changes-nothing", test_reading_the_same_changes_nothing);
	sample_test("/rescore/batch-is-all-or-nothing", test_batch_is_all_or_nothing);
	sample_test("/rescore/outdated-verdicts-are-counted", test_outdated_verdicts_are_counted);
	return g_test_run();
}
