/* Nothing of a mail and no query makes a comparison take longer than its length: there are no
 * patterns to go back and forth in. */
#include "store/match.h"

#include <string.h>
#include <time.h>

#include "store/message.h"
#include "tests/store/arrive.h"
#include "tests/store/sample.h"

enum {
	LONG = 1024 * 1024,
	/* Of processor time, so that a busy machine does not count.  What is not linear here takes
	 * seconds to hours. */
	MOST_MILLISECONDS = 500,
};

static int64_t
processor_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static char *
repeated(const char *word, size_t bytes, const char *end)
{
	GString *text = g_string_new(NULL);

	while (text->len < bytes)
		g_string_append(text, word);
	g_string_append(text, end);
	return g_string_free(text, FALSE);
}

static void
test_linear(void)
{
	static const char *const words[] = { "a", "ab", "aab", "\303\244", "\303\244a" };
	static const size_t lengths[] = { 2, 30, 1000, 100 * 1000, LONG / 2 };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		g_autofree char *text = repeated(words[i], LONG, "");

		for (size_t j = 0; j < G_N_ELEMENTS(lengths); j++) {
			g_autofree char *plain = repeated(words[i], lengths[j], "z");
			g_autofree char *needle = match_fold(plain);
			int64_t begun = processor_milliseconds();

			g_assert_false(match_holds(text, needle, false));
			g_assert_false(match_holds(text, needle, true));
			g_test_message("%s, %zu: %d ms", words[i], lengths[j],
				(int)(processor_milliseconds() - begun));
			g_assert_cmpint(processor_milliseconds() - begun, <, MOST_MILLISECONDS);
		}
	}
}

static void
test_a_star_is_a_star(void)
{
	g_assert_true(match_holds("x A*a*b y", "a*a*b", false));
	g_assert_false(match_holds("x aaaab y", "a*a*b", false));
	g_assert_false(match_holds("a.b", "a?b", false));
	g_assert_false(match_holds("aab", "a+b", false));
}

static void
test_queries(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const queries[] = {
		"subject:a*a*a*a*a*a*a*a*a*a*b",
		"subject:\"a*a*a*a*a*a*b\"",
		"a*a*a*a*a*a*a*a*a*b",
		"subject:(a+)+b",
		"from:a*a*a*a*a*a*b",
		"name:a?a?a?a?aaaab",
		"domain:a*a*a*a*a*b",
		"link:a*a*a*a*a*b",
	};
	g_autoptr(Message) message = message_new();
	g_autofree char *text = repeated("a", 100 * 1000, "");
	g_autofree char *words = repeated("a ", 100 * 1000, "");

	arrive_set(&message->subject, words);
	arrive_set(&message->from->name, text);
	arrive_set(&message->from->address,
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@aaaaaaaaaaaaaaaaaaaaaa.example");
	message->from_domain = g_strdup("aaaaaaaaaaaaaaaaaaaaaa.example");
	arrive(sample->store, message, "aaa");
	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Query) query = query_parse(queries[i], ARRIVE_NOW, NULL, &error);
		int64_t begun = processor_milliseconds();

		if (!query) /* is refused, which is quick */
			continue;
		g_assert_cmpint(store_count(sample->store, query, &error), ==, 0);
		g_assert_no_error(error);
		g_assert_cmpint(processor_milliseconds() - begun, <, MOST_MILLISECONDS);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/match/linear", test_linear);
	g_test_add_func("/match/a-star-is-a-star", test_a_star_is_a_star);
	sample_test("/match/queries", test_queries);
	return g_test_run();
}
