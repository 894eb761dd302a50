/* What the formats for Microsoft make of what others do not: many entries, withdrawals, letters
 * that a code page turns into quotes. */
#include "store/export_pages.h"
#include "tests/store/indicators.h"

typedef struct Taken {
	GString *text; /* files one behind the other */
	GString *notes;
} Taken;

static void
taken_clear(Taken *taken)
{
	g_string_free(taken->text, true);
	g_string_free(taken->notes, true);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Taken, taken_clear)

static bool
take(const char *bytes, size_t length, void *data)
{
	g_string_append_len(((Taken *)data)->text, bytes, (gssize)length);
	return true;
}

static bool
begin(const char *name, void *data, G_GNUC_UNUSED GError **error)
{
	g_string_append_printf(((Taken *)data)->text, "==> %s <==\n", name);
	return true;
}

static void
note(const char *words, void *data)
{
	g_string_append_printf(((Taken *)data)->notes, "%s\n", words);
}

static Taken export(const Sample *sample, const char *format, int64_t since)
{
	g_autoptr(GError) error = NULL;
	Taken taken = { g_string_new(NULL), g_string_new(NULL) };
	const Export export = {
		.store = sample->store,
		.since = since,
		.now = SAMPLE_NOW,
		.write = take,
		.begin = begin,
		.note = note,
		.data = &taken,
	};

	export_format(format)->run(&export, &error);
	g_assert_no_error(error);
	return taken;
}

static void
assert_has(const GString *text, const char *words)
{
	if (!strstr(text->str, words))
		g_error("no '%s' in:\n%s", words, text->str);
}

static int
count_of(const GString *text, const char *words)
{
	int count = 0;

	for (const char *at = text->str; (at = strstr(at, words)); at++)
		count++;
	return count;
}

/* Rules against @count domains, "n000.example" and so on; of the operation before. */
static int64_t
deny(const Sample *sample, int count, const char *reason)
{
	int64_t operation = 0;

	for (int i = 0; i < count; i++) {
		g_autofree char *link = g_strdup_printf("n%03d.example", i);

		operation = indicators_rule(sample,
			(Rule){ .kind = RULE_DENY, .link = link, .reason = (char *)reason });
	}
	return operation;
}

static const char hostile[] = "it\xe2\x80\x99s \\n \xe2\x80\x98$(id)\xe2\x80\x9a `id` '; id #"
			      " \xf0\x9f\x98\x80 \xd0\x92 \"";

static void
test_script_is_ascii(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_auto(Taken) taken = { 0 };

	deny(sample, 1, hostile);
	taken = export(sample, "tabl-ps1", 0);
	g_assert_true(g_str_is_ascii(taken.text->str));
	assert_has(taken.text,
		"-Notes ([regex]::Unescape('lazaret operation 1, rule 1: it\\u2019s \\\\n "
		"\\u2018$(id)\\u201A `id` ''; id # \\uD83D\\uDE00 \\u0412 \"')) -Entries");
}

static void
test_script_in_chunks(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_auto(Taken) taken = { 0 };
	g_auto(GStrv) chunks = NULL;

	for (int i = 0; i < 41; i++) {
		g_autofree char *from = g_strdup_printf("a%02d@many.example", i);

		sample_add(sample,
			&(SampleMail){ .from = from, .domain = "many.example", .account = "" });
	}
	sample_decide(sample, sample_request(DECISION_BLOCK, 1, 41), NULL);
	taken = export(sample, "tabl-ps1", 0);
	chunks = g_strsplit(taken.text->str, "\nInvoke-LazaretChunk", -1);
	g_assert_cmpuint(g_strv_length(chunks), >=, 4);
	for (int i = 1; chunks[i]; i++) {
		g_autoptr(GString) chunk = g_string_new(chunks[i]);

		g_assert_cmpint(count_of(chunk, "\n    '"), <=, 20);
	}
	g_assert_cmpint(count_of(taken.text, "@many.example'"), ==, 41);
}

/* Whoever imports them matches by the letter. */
static void
test_values_are_exact(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const links[] = { "-dash.example", "plain.example" };
	static const char *const senders[] = { "=cmd|'x'!a0@evil.example", "-x@evil.example",
		"x=@evil.example" };
	g_auto(Taken) defender = { 0 };
	g_auto(Taken) watchlist = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(links); i++)
		indicators_rule(sample, (Rule){ .kind = RULE_DENY, .link = (char *)links[i] });
	for (size_t i = 0; i < G_N_ELEMENTS(senders); i++)
		indicators_rule(sample, (Rule){ .kind = RULE_DENY, .sender = (char *)senders[i] });
	indicators_rule(sample,
		(Rule){ .kind = RULE_DENY, .account = (char *)"+a/b=", .reason = (char *)"=1+1" });
	defender = export(sample, "defender-csv", 0);
	watchlist = export(sample, "sentinel-csv", 0);
	assert_has(defender.text, "\nDomainName,-dash.example,");
	assert_has(watchlist.text, "\n-dash.example,block,link,-dash.example,,");
	assert_has(watchlist.text, "\n+a/b=,block,account,+a/b=,,");
	assert_has(watchlist.text, "\nx=@evil.example,block,sender,x=@evil.example,,");
	/* What somebody wrote for people is guarded as everywhere. */
	assert_has(watchlist.text, ",'=1+1,");
	assert_has(watchlist.notes, "no words for 2 to block by sender");
	g_assert_null(strstr(watchlist.text->str, "cmd|"));
}

static void
test_withdrawn_is_removed(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t since = indicators_rule(
		sample, (Rule){ .kind = RULE_DENY, .domain = (char *)"evil.example" });
	g_auto(Taken) script = { 0 };
	g_auto(Taken) lines = { 0 };
	g_auto(Taken) defender = { 0 };
	g_auto(Taken) watchlist = { 0 };

	g_assert_cmpint(store_undo(sample->store, since, "alice", SAMPLE_NOW + 1, NULL), >, 0);
	script = export(sample, "tabl-ps1", since);
	assert_has(script.text,
		"Invoke-LazaretChunk { Remove-TenantAllowBlockListItems -ErrorAction Stop -ListType "
		"Sender -Entries $args[0] } @(\n    'evil.example',\n    '*.evil.example'\n)\n");
	g_assert_cmpint(count_of(script.text, "{ New-"), ==, 0);
	assert_has(script.notes, "up to operation 2: 1 written");
	lines = export(sample, "tabl-lines", since);
	assert_has(lines.text, "==> sender-remove-001.txt <==\nevil.example\n*.evil.example\n");
	watchlist = export(sample, "sentinel-csv", since);
	assert_has(watchlist.text, "\r\nevil.example,withdrawn,domain,evil.example,");
	defender = export(sample, "defender-csv", since);
	assert_has(defender.notes, "1 withdrawn that it can't take back");
}

static void
test_files_of_so_many(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_auto(Taken) defender = { 0 };
	g_auto(Taken) lines = { 0 };

	deny(sample, 501, "=cmd");
	defender = export(sample, "defender-csv", 0);
	assert_has(defender.text, "==> indicators-002.csv <==\nindicatorType,");
	g_assert_null(strstr(defender.text->str, "-003"));
	assert_has(
		defender.text, "Block,Medium,Link in mail that lazaret blocks,\"lazaret operation");
	lines = export(sample, "tabl-lines", 0);
	assert_has(lines.text, "==> url-block-026.txt <==\n~n500.example~\n");
	assert_has(
		lines.notes, "Url: 501 to block, more than the 500 that every tenant has room for");
}

/* Whole lines, and no file over its bytes; a line that alone is over them has its own. */
static void
test_files_of_bytes(void)
{
	static const PageSize size = { .lines = SIZE_MAX, .bytes = 12, .suffix = ".csv" };
	static const char *const lines[] = { "a,b\n", "c,d\n", "e\n", "longer than all\n" };
	g_auto(Taken) taken = { g_string_new(NULL), g_string_new(NULL) };
	const Export export = { .write = take, .begin = begin, .data = &taken };
	g_autoptr(Pages) pages = pages_new(&size, "x,y\n", &export, "n");

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(GString) line = g_string_new(lines[i]);

		pages_add(pages, line);
	}
	/* What is full is not kept. */
	g_assert_nonnull(strstr(taken.text->str, "c,d"));
	g_assert_true(pages_end(pages, NULL));
	g_assert_cmpstr(taken.text->str, ==,
		"==> n-001.csv <==\nx,y\na,b\nc,d\n"
		"==> n-002.csv <==\nx,y\ne\n"
		"==> n-003.csv <==\nx,y\nlonger than all\n");
}

static void
test_url_without_words(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const urls[] = {
		"https://lure.example:8443/a",
		"https://lure.example/c'd",
		"https://lure.example/e*f",
		"https://lure.example/~g",
	};
	g_auto(Taken) taken = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(urls); i++)
		indicators_rule(sample, (Rule){ .kind = RULE_DENY, .url = (char *)urls[i] });
	indicators_rule(
		sample, (Rule){ .kind = RULE_DENY, .url = (char *)"https://lure.example/h?i=j" });
	taken = export(sample, "tabl-lines", 0);
	assert_has(taken.text, "==> url-block-001.txt <==\nlure.example/h?i=j\n");
	assert_has(taken.notes, "no words for 4 to block by url");
}

static void
test_allowed_once(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_auto(Taken) taken = { 0 };

	for (int i = 0; i < 2; i++)
		indicators_rule(sample,
			(Rule){ .kind = RULE_ALLOW,
				.account = (char *)(i ? "One" : "Two"),
				.domain = (char *)"mail.good.example",
				.expires = SAMPLE_NOW + 60 * 86400 });
	taken = export(sample, "tabl-ps1", 0);
	g_assert_cmpint(count_of(taken.text, "'mail.good.example'"), ==, 1);
	g_assert_cmpint(count_of(taken.text, "*.mail.good.example"), ==, 0);
	assert_has(taken.text, "if ($Allow) { Invoke-LazaretChunk { New-TenantAllow");
	assert_has(
		taken.text, " -Allow -ExpirationDate (Get-LazaretEnd '2026-07-27T20:26:40Z' 30)");
}

/* To the list a page by http and by https is one entry, and so is a domain for two accounts. */
static void
test_what_is_said_twice_stays(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const Rule rules[] = {
		{ .kind = RULE_DENY, .url = (char *)"http://bit.ly/3xYz" },
		{ .kind = RULE_DENY, .url = (char *)"https://bit.ly/3xYz" },
		{ .kind = RULE_ALLOW,
			.account = (char *)"One",
			.domain = (char *)"mail.good.example",
			.expires = SAMPLE_NOW + 86400 },
		{ .kind = RULE_ALLOW,
			.account = (char *)"Two",
			.domain = (char *)"mail.good.example",
			.expires = SAMPLE_NOW + 86400 },
	};
	int64_t made[G_N_ELEMENTS(rules)];
	g_auto(Taken) whole = { 0 };
	g_auto(Taken) fewer = { 0 };
	g_auto(Taken) none = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		made[i] = indicators_rule(sample, rules[i]);
	whole = export(sample, "tabl-lines", 0);
	assert_has(whole.text, "==> url-block-001.txt <==\nbit.ly/3xYz\n");
	g_assert_cmpint(count_of(whole.text, "bit.ly/3xYz"), ==, 1);
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i += 2)
		g_assert_cmpint(
			store_undo(sample->store, made[i], "alice", SAMPLE_NOW + 1, NULL), >, 0);
	fewer = export(sample, "tabl-lines", made[3]);
	g_assert_cmpint(count_of(fewer.text, "-remove-"), ==, 0);
	for (size_t i = 1; i < G_N_ELEMENTS(rules); i += 2)
		g_assert_cmpint(
			store_undo(sample->store, made[i], "alice", SAMPLE_NOW + 1, NULL), >, 0);
	none = export(sample, "tabl-lines", made[3]);
	g_assert_cmpint(count_of(none.text, "\nbit.ly/3xYz\n"), ==, 1);
	g_assert_cmpint(count_of(none.text, "\nmail.good.example\n"), ==, 1);
	g_assert_cmpint(count_of(none.text, "-remove-"), ==, 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/microsoft/script-is-ascii", test_script_is_ascii);
	sample_test("/microsoft/script-in-chunks", test_script_in_chunks);
	sample_test("/microsoft/values-are-exact", test_values_are_exact);
	sample_test("/microsoft/withdrawn-is-removed", test_withdrawn_is_removed);
	sample_test("/microsoft/files-of-so-many", test_files_of_so_many);
	g_test_add_func("/microsoft/files-of-bytes", test_files_of_bytes);
	sample_test("/microsoft/url-without-words", test_url_without_words);
	sample_test("/microsoft/allowed-once", test_allowed_once);
	sample_test("/microsoft/what-is-said-twice-stays", test_what_is_said_twice_stays);
	return g_test_run();
}
