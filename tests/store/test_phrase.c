#include "store/phrase.h"

#include "store/message.h"
#include "store/rescore.h"
#include "store/words.h"
#include "tests/store/arrive.h"
#include "tests/store/sample.h"

static Message *
message_of(const char *subject, const char *text)
{
	Message *message = message_new();

	arrive_set(&message->subject, subject);
	arrive_text(message, text);
	return message;
}

static void
fill(Store *store)
{
	static const char *const mails[][2] = {
		{ "invoice", "Please verify your account today" },
		{ "invoice", "your own account: please, verify" },
		{ "verify your account", "nothing" },
		{ "verify", "your account" },
		{ "Über", "Caf\xc3\xa9-Cr\xc3\xa8me au lait, l'addition" },
		{ "long", "verify verify verify your your account" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(Message) message = message_of(mails[i][0], mails[i][1]);
		g_autofree char *raw = g_strdup_printf("%zu", i);

		if (i == 3)
			arrive_link(message, "https://l.example/a", "https://shop.example/b",
				"shop.example");
		arrive(store, message, raw);
	}
}

static char *
found(Store *store, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_parse(text, ARRIVE_NOW, NULL, &error);
	g_autoptr(GArray) ids = query ? store_ids(store, query, &error) : NULL;
	GString *line = g_string_new(NULL);

	g_assert_no_error(error);
	for (int64_t id = 1; id <= 6; id++) {
		for (guint i = 0; i < ids->len; i++) {
			if (g_array_index(ids, int64_t, i) == id)
				g_string_append_printf(line, "%d", (int)id);
		}
	}
	return g_string_free(line, false);
}

static const char *const queries[][2] = {
	{ "verify", "12346" },
	{ "\"your account\"", "1346" },
	{ "your-account", "1346" },
	{ "\"verify your account\"", "13" },
	{ "\"account verify\"", "" },
	/* not from one field into another */
	{ "\"invoice please\"", "" },
	{ "\"verify your\"", "136" },
	{ "\"your acc\"*", "1346" },
	{ "\"your acc\"", "" },
	{ "\"your\"* invoice", "12" },
	{ "invoice \"your account\"", "1" },
	{ "-\"your account\" verify", "2" },
	{ "nothing OR \"own account\"", "23" },
	{ "\"your account\" \"verify your\"", "136" },
	{ "cafe-creme", "5" },
	{ "\"CAF\xc3\x89 CREME au\"", "5" },
	{ "\"l addition\"", "5" },
	{ "shop.example", "4" },
	{ "shop.example \"your account\"", "4" },
	{ "example.shop", "" },
	{ "\"your account\" state:held score:<50", "1346" },
};

static void
test_phrases_are_found_as_they_stand(Sample *sample, G_GNUC_UNUSED const void *data)
{
	fill(sample->store);
	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autofree char *ids = found(sample->store, queries[i][0]);

		if (strcmp(ids, queries[i][1]) != 0)
			g_error("%s finds '%s', not '%s'", queries[i][0], ids, queries[i][1]);
	}
}

/* As an older store has it: all in the one index. */
static void
make_old(Store *store, int64_t id)
{
	g_autoptr(Message) message = store_load(store, id, NULL);
	g_autoptr(Words) words = words_new(id, message, message->envelope);
	g_autofree char *sql =
		g_strdup_printf("UPDATE message SET apart = 0 WHERE id = %" G_GINT64_FORMAT, id);

	g_assert_true(words_remove(store, words, NULL));
	words->apart = false;
	g_assert_true(words_add(store, words, NULL));
	g_assert_true(db_exec(store, sql, NULL));
}

static void
test_older_messages_are_found_likewise(Sample *sample, G_GNUC_UNUSED const void *data)
{
	fill(sample->store);
	for (int64_t id = 1; id <= 6; id += 2)
		make_old(sample->store, id);
	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autofree char *ids = found(sample->store, queries[i][0]);

		g_assert_cmpstr(ids, ==, queries[i][1]);
	}
}

static void
test_rereading_forgets_the_old_words(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) again = message_of("new", "your account is fine");
	g_autoptr(GArray) outcomes = g_array_new(false, false, sizeof(Rescored));
	const Rereading readings[] = { { .id = 1, .message = again },
		{ .id = 2, .message = again } };

	fill(sample->store);
	make_old(sample->store, 1);
	g_assert_true(
		store_rescore(sample->store, readings, G_N_ELEMENTS(readings), outcomes, NULL));
	g_assert_cmpuint(outcomes->len, ==, 2);
	for (int i = 0; i < 2; i++) {
		static const char *const now[][2] = {
			{ "invoice", "" },
			{ "today", "" },
			{ "own", "" },
			{ "fine", "12" },
			{ "\"account is\"", "12" },
			{ "\"your account\"", "12346" },
		};

		for (size_t k = 0; k < G_N_ELEMENTS(now); k++) {
			g_autofree char *ids = found(sample->store, now[k][0]);

			g_assert_cmpstr(ids, ==, now[k][1]);
		}
		if (i == 0)
			g_assert_true(db_exec(sample->store,
				"INSERT INTO word (word) VALUES ('optimize');"
				"INSERT INTO search (search) VALUES ('optimize')",
				NULL));
	}
}

/* What it said can't be read any more: its words find it, and no phrase. */
static void
test_unreadable_text_says_no_phrase(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *phrase = NULL;
	g_autofree char *words = NULL;

	fill(sample->store);
	g_assert_true(db_exec(sample->store,
		"UPDATE body SET bale = NULL, zstd = x'00' WHERE message = 2", NULL));
	phrase = found(sample->store, "\"your account\"");
	g_assert_cmpstr(phrase, ==, "1346");
	words = found(sample->store, "your account");
	g_assert_nonnull(strchr(words, '2'));
}

static void
test_long_phrases(Sample *sample, G_GNUC_UNUSED const void *data)
{
	GString *text = g_string_new("w");
	g_autofree char *mail = NULL;
	g_autofree char *whole = NULL;
	g_autofree char *ids = NULL;
	g_autoptr(Message) message = NULL;

	for (int i = 0; i < 200; i++)
		g_string_append_printf(text, " w%d", i % 7);
	mail = g_string_free(text, false);
	message = message_of("long", mail);
	arrive(sample->store, message, "1");
	whole = g_strdup_printf("\"%s\"", mail);
	ids = found(sample->store, whole);
	g_assert_cmpstr(ids, ==, "1");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/phrase/found-as-they-stand", test_phrases_are_found_as_they_stand);
	sample_test("/phrase/older-messages-are-found-likewise",
		test_older_messages_are_found_likewise);
	sample_test(
		"/phrase/rereading-forgets-the-old-words", test_rereading_forgets_the_old_words);
	sample_test("/phrase/unreadable-text-says-no-phrase", test_unreadable_text_says_no_phrase);
	sample_test("/phrase/long-phrases", test_long_phrases);
	return g_test_run();
}
