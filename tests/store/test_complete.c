#include "store/complete.h"

#include "mail/detect.h"
#include "mail/ses.h"
#include "tests/store/sample.h"

/* @line has a | where the cursor is. */
static Completion *
complete_at(Store *store, const char *line)
{
	g_auto(GStrv) halves = g_strsplit(line, "|", 2);
	g_autofree char *text = g_strconcat(halves[0], halves[1], NULL);

	return query_complete(store, text, strlen(halves[0]), SAMPLE_NOW);
}

/* The line with candidate @place of @completion in it. */
static char *
applied(const char *line, const Completion *completion, guint place)
{
	g_auto(GStrv) halves = g_strsplit(line, "|", 2);
	g_autofree char *text = g_strconcat(halves[0], halves[1], NULL);
	const Candidate *candidate = g_ptr_array_index(completion->candidates, place);

	return g_strdup_printf(
		"%.*s%s%s", (int)completion->from, text, candidate->text, text + completion->to);
}

/* All that it may become: "state:held state:released ..." */
static char *
all_of(Store *store, const char *line)
{
	g_autoptr(Completion) completion = complete_at(store, line);
	g_autoptr(GString) all = g_string_new(NULL);

	for (guint i = 0; i < completion->candidates->len; i++) {
		g_autofree char *one = applied(line, completion, i);

		g_string_append_printf(all, "%s%s", i ? " ; " : "", one);
	}
	return g_strdup(all->str);
}

static bool
offers(Store *store, const char *line, const char *wanted)
{
	g_autoptr(Completion) completion = complete_at(store, line);

	for (guint i = 0; i < completion->candidates->len; i++) {
		g_autofree char *one = applied(line, completion, i);

		if (strcmp(one, wanted) == 0)
			return true;
	}
	return false;
}

static void
assert_parses(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_parse(text, SAMPLE_NOW, NULL, &error);

	if (!query)
		g_error("'%s' was offered: %s", text, error->message);
}

/* ---- the token under the cursor ---- */

static void
test_token(void)
{
	static const char *const cases[][2] = {
		{ "sta|", "state:" },
		{ "STA|", "state:" },
		{ "-sta|", "-state:" },
		{ "(from:x OR sta|", "(from:x OR state:" },
		{ "(from:x OR -sta|)", "(from:x OR -state:)" },
		{ "-(sta|", "-(state:" },
		{ "state:he|", "state:held" },
		{ "state:HE|", "state:held" },
		{ "-state:he|", "-state:held" },
		{ "state:he| from:x", "state:held from:x" },
		{ "state:he|ld from:x", "state:held from:x" },
		{ "state:|released)", "state:held) ; state:released) ; state:blocked)" },
		{ "st|ate:held", "state:held" },
		{ "\"a phrase\" state:he|", "\"a phrase\" state:held" },
		{ "(\"a (phrase\")state:he|", "(\"a (phrase\")state:held" },
		{ "state:\"he|", "state:\"held\"" },
		{ "state:\"he|\" x", "state:\"held\" x" },
		{ "- state:he|", "- state:held" },
		{ "a\"b\"state:he|", "a\"b\"state:held" },
		{ "auth:|", "auth:yes ; auth:no" },
		{ "score:>=|", "score:>=50" },
		{ "subject:\"a \\\" state:he|", "" }, /* in a phrase */
		{ "\"state:he|", "" },
		{ "\"state:he\"|", "" },
		{ "state:\"held\"|", "" },
		{ "frm:x|", "" },
		{ "https://sta|", "" },
		{ "state:x|", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *all = all_of(NULL, cases[i][0]);

		g_assert_cmpstr(all, ==, cases[i][1]);
	}
}

/* Wherever the cursor stands in whatever line, it is answered, about what stands there. */
static void
test_any_place(void)
{
	static const char line[] = "-(a OR \"b\\\" c\"x)state:\"h e\" -- :\" \xc3\xa4:( from:*";

	for (gsize cursor = 0; cursor < sizeof(line); cursor++) {
		g_autoptr(Completion) completion = query_complete(NULL, line, cursor, SAMPLE_NOW);

		g_assert_cmpuint(completion->from, <=, cursor);
		g_assert_cmpuint(completion->to, >=, cursor);
		g_assert_cmpuint(completion->to, <, sizeof(line));
	}
}

static void
test_names(void)
{
	g_autoptr(Completion) completion = complete_at(NULL, "|");
	guint place = 0;

	for (const QueryTerm *term = query_terms(); term->name; term++, place++) {
		const Candidate *candidate = g_ptr_array_index(completion->candidates, place);
		g_autofree char *name = g_strconcat(term->name, ":", NULL);

		g_assert_cmpstr(candidate->text, ==, name);
		g_assert_cmpstr(candidate->help, ==, term->summary);
		g_assert_true(candidate->open);
	}
	g_assert_cmpuint(completion->candidates->len, ==, place);
}

/* ---- values ---- */

static void
test_tables(void)
{
	for (MessageState state = 0; state < STATES; state++) {
		g_autofree char *text = g_strdup_printf("state:%s", state_name(state));

		g_assert_true(offers(NULL, "state:|", text));
	}
	for (int class = 0; class < SES_CLASSES; class ++) {
		g_autofree char *text = g_strdup_printf("ses:%s", ses_class_name((SesClass) class));

		g_assert_true(offers(NULL, "ses:|", text));
	}
	for (const Detector *const *detector = detectors(); *detector; detector++) {
		g_autofree char *text = g_strdup_printf("finding:%s", (*detector)->id);

		g_assert_true(offers(NULL, "finding:|", text));
	}
	g_assert_true(offers(NULL, "is:new|", "is:new-account"));
	g_assert_true(offers(NULL, "after:|", "after:2026-05-28"));
	g_assert_true(offers(NULL, "age:<|", "age:<1d"));
}

/* Words that a query reads as signs, and what must not reach a terminal. */
static const char *const hostile[] = {
	"$(touch /tmp/x) `id`; rm -rf ~",
	"it's \"quoted\" \\ and \\\" more\\",
	"(a OR b) -c",
	"ends in a star*",
	"*",
	"-state:held",
	"from:x)",
	"tab\there",
	"Füße 契約書 \xf0\x9f\x96\x8b",
	"red\x1b[31m alert",
	"reversed \xe2\x80\xae"
	"fdp",
	"zero\xe2\x80\x8bwidth",
	"two\nlines",
	" blank before",
	"c1 \xc2\x9b"
	"5m",
};

static bool
may_be_offered(const char *text)
{
	return text[strcspn(text, "\t\n\x1b")] == '\0' && !strstr(text, "\xe2\x80\xae") &&
		!strstr(text, "\xe2\x80\x8b") && !strstr(text, "\xc2\x9b");
}

static void
add_hostile(Message *message)
{
	g_free(message->from->name);
	message->from->name = g_strdup(message->subject);
	sample_attach(message);
	g_free(((Attachment *)g_ptr_array_index(message->attachments, 0))->name);
	((Attachment *)g_ptr_array_index(message->attachments, 0))->name =
		g_strdup(message->subject);
	g_free(message->ses->config_set);
	message->ses->config_set = g_strdup(message->subject);
}

/* What is offered parses, finds what it was taken from, and is what is shown. */
static void
test_hostile(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const terms[] = { "subject", "name", "file", "config" };

	for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++)
		sample_add(sample, &(SampleMail){ .subject = hostile[i], .enrich = add_hostile });
	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
		g_autofree char *line = g_strdup_printf("-(%s:|", terms[i]);
		g_autoptr(Completion) completion = complete_at(sample->store, line);
		guint wanted = 0;

		for (size_t j = 0; j < G_N_ELEMENTS(hostile); j++)
			wanted += may_be_offered(hostile[j]);
		g_assert_cmpuint(completion->candidates->len, ==, wanted);
		for (guint j = 0; j < completion->candidates->len; j++) {
			const Candidate *candidate = g_ptr_array_index(completion->candidates, j);
			g_autofree char *text = g_strdup_printf("%s:%s", terms[i], candidate->text);
			g_autoptr(GError) error = NULL;
			g_autoptr(Query) query = query_parse(text, SAMPLE_NOW, NULL, &error);

			g_assert_no_error(error);
			g_assert_true(completion_is_plain(candidate->text));
			g_assert_cmpint(store_count(sample->store, query, &error), >=, 1);
		}
	}
}

/* Each value comes back to the one message that has it: config: compares all of it. */
static void
test_round_trip(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	g_autoptr(Completion) completion = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++)
		sample_add(sample, &(SampleMail){ .subject = hostile[i], .enrich = add_hostile });
	completion = complete_at(sample->store, "config:|");
	for (guint i = 0; i < completion->candidates->len; i++) {
		g_autofree char *text = applied("config:|", completion, i);
		g_autoptr(GError) error = NULL;
		g_autoptr(Query) query = query_parse(text, SAMPLE_NOW, NULL, &error);
		g_autoptr(GArray) ids = query ? store_ids(sample->store, query, &error) : NULL;

		g_assert_no_error(error);
		g_assert_cmpuint(ids->len, ==, 1);
		g_assert_true(g_hash_table_add(
			seen, GINT_TO_POINTER((int)g_array_index(ids, int64_t, 0))));
	}
	g_assert_cmpuint(g_hash_table_size(seen), ==, 9);
}

static void
add_link(Message *message)
{
	Link *link = g_new0(Link, 1);

	link->text = g_strdup("x");
	link->url = g_strdup("https://leads.example/x");
	link->final = g_strdup(link->url);
	link->domain = g_strdup("leads.example");
	link->chain = g_ptr_array_new_with_free_func(g_free);
	link->services = g_ptr_array_new_with_free_func(g_free);
	link->where = g_strdup("part 1");
	g_ptr_array_add(message->links, link);
	sample_attach(message);
	message->ses->config_set = g_strdup("Bulk");
}

/* Of every term, all that is offered parses; and what the store has is offered. */
static void
test_every_term(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const there[] = { "from:news@shop.example", "domain:shop.example",
		"sender:bounce@mail.shop.example", "to:ann@here.example", "account:" SAMPLE_ACCOUNT,
		"region:eu-west-1", "config:Bulk", "ip:54.240.7.1", "link:leads.example",
		"file:invoice.html", "id:1", "campaign:1", "by:alice",
		"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };

	sample_add(sample, &(SampleMail){ .enrich = add_link });
	sample_add(sample, &(SampleMail){ .enrich = add_link });
	sample_do(sample, DECISION_BLOCK, 2);
	for (const QueryTerm *term = query_terms(); term->name; term++) {
		g_autofree char *line = g_strdup_printf("%s:|", term->name);
		g_autoptr(Completion) completion = complete_at(sample->store, line);

		for (guint i = 0; i < completion->candidates->len; i++) {
			g_autofree char *text = applied(line, completion, i);

			assert_parses(text);
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(there); i++) {
		g_autofree char *line =
			g_strdup_printf("%.*s|", (int)strcspn(there[i], ":") + 2, there[i]);

		if (!offers(sample->store, line, there[i]))
			g_error("%s is not offered", there[i]);
	}
}

static void
test_null_sender(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, &error);
	g_autoptr(Message) message = sample_message(&(SampleMail){ 0 }, 1);
	g_autoptr(GBytes) bytes = g_bytes_new("x", 1);
	uint8_t digest[DIGEST_SIZE] = { 1 };
	AddOutcome outcome;
	Arrival arrival = { .message = message,
		.envelope = message->envelope,
		.sha256 = digest,
		.raw = bytes,
		.source = "x",
		.now = SAMPLE_NOW,
		.transport = "maildir" };

	message->envelope->sender = g_strdup("");
	store_batch_add(batch, &arrival, &outcome, &error);
	g_assert_no_error(error);
	g_assert_true(store_batch_commit(batch, &error));
	g_assert_true(offers(sample->store, "sender:|", "sender:<>"));
}

/* ---- order and bounds ---- */

static void
test_order(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const domains[] = { "aaa.example", "mmm.example", "mmm.example",
		"mmm.example", "zzz.example", "zzz.example" };
	g_autofree char *all = NULL;
	g_autoptr(Completion) completion = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(domains); i++)
		sample_add(sample, &(SampleMail){ .domain = domains[i] });
	all = all_of(sample->store, "domain:|");
	g_assert_cmpstr(all, ==, "domain:mmm.example ; domain:zzz.example ; domain:aaa.example");
	completion = complete_at(sample->store, "domain:m|");
	g_assert_cmpuint(completion->candidates->len, ==, 1);
	g_assert_cmpstr(((Candidate *)g_ptr_array_index(completion->candidates, 0))->help, ==,
		"3 messages");
}

/* Of more values than are looked at in the index, those of the newest messages are there. */
static void
test_many(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, &error);
	g_autoptr(Completion) completion = NULL;

	for (int i = 0; i < 1000; i++) {
		g_autofree char *domain = g_strdup_printf("d%03d.example", i);

		sample_put(sample, batch, &(SampleMail){ .domain = domain });
	}
	for (int i = 0; i < 3; i++)
		sample_put(sample, batch, &(SampleMail){ .domain = "zebra.example" });
	g_assert_true(store_batch_commit(batch, &error));
	completion = complete_at(sample->store, "domain:|");
	g_assert_cmpuint(completion->candidates->len, ==, COMPLETE_MOST);
	g_assert_cmpstr(((Candidate *)g_ptr_array_index(completion->candidates, 0))->text, ==,
		"zebra.example");
	g_assert_true(offers(sample->store, "domain:d99|", "domain:d999.example"));
}

/* What is longer than anyone would pick is left out. */
static void
test_long(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *name = g_strnfill(5000, 'x');

	sample_add(sample, &(SampleMail){ .subject = name });
	g_assert_false(offers(sample->store, "subject:xx|", name));
	g_assert_false(completion_is_plain(name));
	g_assert_false(completion_is_plain(""));
	g_assert_false(completion_is_plain("\xff"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/complete/token-under-the-cursor", test_token);
	g_test_add_func("/complete/any-place-of-any-line", test_any_place);
	g_test_add_func("/complete/names-are-the-terms", test_names);
	g_test_add_func("/complete/values-of-tables", test_tables);
	sample_test("/complete/hostile-values", test_hostile);
	sample_test("/complete/values-come-back-to-themselves", test_round_trip);
	sample_test("/complete/every-term", test_every_term);
	sample_test("/complete/null-sender", test_null_sender);
	sample_test("/complete/most-frequent-first", test_order);
	sample_test("/complete/bounded", test_many);
	sample_test("/complete/too-long", test_long);
	return g_test_run();
}
