#include "store/listed.h"

#include <string.h>

#include "mail/brands.h"
#include "store/decision.h"
#include "store/message.h"
#include "tests/store/indicators.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static ListedText *
parse(const char *text, GError **error)
{
	g_autoptr(Brands) brands = brands_shipped();
	const char *const own[] = { "here.example", NULL };
	const Site site = { .own_domains = own, .brands = brands };

	return listed_parse(text, strlen(text), &site, error);
}

/* "kind value kind value ..." */
static void
assert_values(const char *text, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ListedText) list = parse(text, &error);
	g_autoptr(GString) values = g_string_new(NULL);

	g_assert_no_error(error);
	for (guint i = 0; i < list->values->len; i++) {
		const ListedValue *value = g_ptr_array_index(list->values, i);

		g_string_append_printf(values, "%s%s %s", i > 0 ? " " : "",
			indicator_kind_name(value->kind), value->value);
	}
	g_assert_cmpstr(values->str, ==, expected);
}

static void
test_plain(void)
{
	assert_values("# a feed\n\nhxxps[:]//evil[.]example/a#b\r\n"
		      "Bad[at]Lure[dot]example # seen twice\n" HASH "\n0.0.0.0 sink.example\n",
		"url https://evil.example/a sender bad@lure.example sha256 " HASH
		" domain sink.example link sink.example");
	assert_values("", "");
	assert_values("\xef\xbb\xbf"
		      "evil.example",
		"domain evil.example link evil.example");
}

static void
test_csv(void)
{
	assert_values("type,value\nurl,\"https://evil.example/?a=1,2\"\nmd5,abc\n",
		"url https://evil.example/?a=1,2");
	assert_values("status,kind,value\nblock,link,evil.example\nleft-out,link,x.example\n"
		      "block,sender,'+ann@evil.example\n",
		"link evil.example sender +ann@evil.example");
	assert_values("# id,dateadded,url\n\"1\",\"2026-05-01 10:00:00\",\"http://a.example/x\"\n",
		"url http://a.example/x");
}

static void
test_csv_times(void)
{
	g_autoptr(ListedText) list = parse("value,first_seen,expires\n"
					   "https://evil.example/,2026-05-01 10:00:00 UTC,"
					   "2026-06-01T00:00:00Z\n",
		NULL);
	const ListedValue *value = g_ptr_array_index(list->values, 0);

	g_assert_cmpint(value->first, ==, 1777629600);
	g_assert_cmpint(value->expires, ==, 1780272000);
	g_clear_pointer(&list, listed_text_free);
	list = parse("value,first_seen,expires\nhttps://evil.example/,1013-05-01,never\n", NULL);
	value = g_ptr_array_index(list->values, 0);
	g_assert_cmpint(value->first, ==, 0);
	g_assert_cmpint(value->expires, ==, 0);
}

#define INDICATOR(pattern, more) \
	"{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"pattern\":\"" pattern "\"" more "}"
#define BUNDLE(objects) "{\"type\":\"bundle\",\"objects\":[" objects "]}"

static void
test_stix(void)
{
	assert_values(BUNDLE(INDICATOR("[url:value = 'https://evil.example/?a=\\\\'b\\\\'']", "")),
		"url https://evil.example/?a='b'");
	assert_values(BUNDLE(INDICATOR("[email-addr:value = 'a@evil.example'] OR "
				       "[file:hashes.'SHA-256' = '" HASH "']",
			      "")),
		"sender a@evil.example sha256 " HASH);
	assert_values(
		BUNDLE(INDICATOR("[email-message:additional_header_fields.'Feedback-ID' MATCHES "
				 "'\\\\\\\\.AbC\\\\\\\\+=:AmazonSES$']",
			"")),
		"account AbC+=");
	assert_values(
		BUNDLE(INDICATOR("[url:value = 'https://evil.example/']", ",\"revoked\":true")),
		"");
	assert_values(BUNDLE(INDICATOR("[url:value = 'https://evil.example/' AND "
				       "domain-name:value = 'x.example']",
			      "")),
		"");
	assert_values(BUNDLE(INDICATOR("[url:value MATCHES 'https://.*']", "")), "");
}

/* One pattern of as many values as it has room for, each of them thrice. */
static void
test_long_pattern(void)
{
	g_autoptr(GString) bundle = g_string_new("[");
	g_autoptr(GError) error = NULL;
	g_autoptr(ListedText) list = NULL;
	g_autofree char *text = NULL;
	const int count = 1800;

	for (int i = 0; i < count; i++)
		g_string_append_printf(bundle, "%surl:value='http://a.co/%d'", i > 0 ? " OR " : "",
			i % (count / 3));
	g_string_append_c(bundle, ']');
	text = g_strdup_printf(BUNDLE(INDICATOR("%s", "")), bundle->str);
	list = parse(text, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(list->values->len, ==, count / 3);
	g_assert_cmpstr(
		((ListedValue *)g_ptr_array_index(list->values, 1))->value, ==, "http://a.co/1");
}

/* Of what @text has nothing counts, and @words are said. */
static void
assert_told(const char *text, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ListedText) list = parse(text, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(list->values->len, ==, 0);
	g_assert_cmpuint(list->told->len, >=, 1);
	g_assert_cmpstr(g_ptr_array_index(list->told, 0), ==, words);
}

static void
test_harm(void)
{
	assert_told("\namazonses.com\n", "line 2: amazonses.com is every SES account's");
	assert_told("co.uk", "line 1: co.uk is a public suffix: anyone can register below it");
	assert_told("mail.here.example", "line 1: mail.here.example is the organisation's own");
	assert_told("ann@here.example", "line 1: ann@here.example is the organisation's own");
	assert_told("https://here.example/x",
		"line 1: https://here.example/x is the organisation's own");
	assert_told(
		"gmail.com", "line 1: gmail.com is free mail: anyone can have an address there");
	assert_told("value,kind\nbit.ly,link\n", "line 2: bit.ly shortens links to anywhere");
	assert_told("192.0.2.1", "line 1: 192.0.2.1 is no domain name");
	assert_told("two words", "line 1: two words is no domain name");
	assert_told("d41d8cd98f00b204e9800998ecf8427e",
		"line 1: d41d8cd98f00b204e9800998ecf8427e is no SHA-256: 64 hexadecimal digits");
	assert_told("type,value\nip-dst,192.0.2.1\n",
		"line 2: the type 'ip-dst' is nothing that mail is matched with");
	assert_told(BUNDLE("{}," INDICATOR("[ipv4-addr:value = '192.0.2.1']", "")),
		"object 2: its pattern has nothing that mail is matched with");
}

static void
assert_refused(const char *text, const char *words)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(parse(text, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
	g_assert_nonnull(strstr(error->message, words));
}

static void
test_broken(void)
{
	assert_refused("a.example\nb\xff.example\n", "line 2: it is not UTF-8");
	assert_refused("value\nx.example\n\"open\n", "line 3: a quote does not end");
	assert_refused("{\n\"type\": nothing}", "line 2: ");
	assert_refused("{\"type\":\"report\"}", "no STIX bundle");
}

/* Two bytes of a file are hundreds of memory. */
static void
test_json_bomb(void)
{
	g_autoptr(GString) bomb = g_string_new("{\"type\":\"bundle\",\"objects\":[");

	for (int i = 0; i < 2000001; i++)
		g_string_append(bomb, "{},");
	g_string_append(bomb, "{}]}");
	assert_refused(bomb->str, "line 1: more than 4 million brackets and commas");
}

/* ---- in a store ---- */

static int64_t
import(const Sample *sample, const char *name, const char *text, int64_t now)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ListedText) list = parse(text, &error);
	int64_t judged = -1;

	g_assert_no_error(error);
	store_import_list(sample->store,
		&(ListImport){ .name = name, .values = list->values, .actor = "alice", .now = now },
		&judged, &error);
	g_assert_no_error(error);
	return judged;
}

/* Its finding's sentence and evidence, or NULL.  Yours. */
static char *
found(const Sample *sample, int64_t id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Message) message = store_load(sample->store, id, &error);

	g_assert_no_error(error);
	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		if (strcmp(finding->id, "listed") == 0)
			return g_strdup_printf("%s: %s", finding->text, finding->evidence);
	}
	return NULL;
}

static void
assert_found(const Sample *sample, int64_t id, const char *expected)
{
	g_autofree char *text = found(sample, id);

	g_assert_cmpstr(text, ==, expected);
}

static void
add_lure(Message *message)
{
	indicators_link(message, "https://login.evil-kit.example/a?b=c");
	indicators_file(message, 'b', "application/pdf", 4096);
}

static const SampleMail lure = { .enrich = add_lure };

/* What comes later has it as well as what was here. */
static void
test_found(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add(sample, &lure);
	sample_add(sample, &(SampleMail){ 0 });
	g_assert_cmpint(import(sample, "kits", "value,first_seen\nevil-kit.example,2026-05-18\n",
				SAMPLE_NOW),
		==, 1);
	sample_add(sample, &lure);
	assert_found(sample, 1,
		"its link is on the list kits since 2026-05-18, 10 d before this came: "
		"link evil-kit.example (kits)");
	assert_found(sample, 2, NULL);
	assert_found(sample, 3,
		"its link is on the list kits since 2026-05-18, 10 d before this came: "
		"link evil-kit.example (kits)");
}

static void
assert_kind(Sample *sample, const char *text, const char *evidence)
{
	g_autofree char *words = NULL;

	import(sample, "one", text, SAMPLE_NOW);
	words = found(sample, 1);
	g_assert_nonnull(words);
	g_assert_true(g_str_has_suffix(words, evidence));
}

static void
test_kinds(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add(sample, &lure);
	assert_kind(sample, "https://login.evil-kit.example/a?b=c",
		": url https://login.evil-kit.example/a?b=c (one)");
	assert_kind(sample, "login.evil-kit.example", ": link login.evil-kit.example (one)");
	assert_kind(sample, "value,kind\n" SAMPLE_ACCOUNT ",account\n",
		": account " SAMPLE_ACCOUNT " (one)");
	assert_kind(sample, "news@shop.example", ": sender news@shop.example (one)");
	assert_kind(sample, "value,kind\nshop.example,domain\n", ": domain shop.example (one)");
	assert_kind(sample, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
		": sha256 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb (one)");
}

static int
score_of(const Sample *sample, int64_t id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Message) message = store_load(sample->store, id, &error);

	g_assert_no_error(error);
	return message->score;
}

/* An import takes the place of the one before, and a list that is gone says nothing. */
static void
test_gone(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	int64_t judged = 0;

	sample_add(sample, &lure);
	import(sample, "kits", "evil-kit.example", SAMPLE_NOW);
	/* A sample has a score without findings. */
	g_assert_cmpint(score_of(sample, 1), ==, 25);
	import(sample, "kits", "other.example", SAMPLE_NOW);
	assert_found(sample, 1, NULL);
	import(sample, "kits", "evil-kit.example", SAMPLE_NOW);
	store_remove_list(sample->store, "kits", &judged, &error);
	g_assert_no_error(error);
	g_assert_cmpint(judged, ==, 1);
	assert_found(sample, 1, NULL);
	g_assert_cmpint(score_of(sample, 1), ==, 0);
	g_assert_false(store_remove_list(sample->store, "kits", &judged, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static void
test_expired(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *words = NULL;

	sample_add(sample, &lure);
	import(sample, "kits", "value,expires\nevil-kit.example,2026-05-20\n", SAMPLE_NOW);
	assert_found(sample, 1, NULL);
	import(sample, "kits", "value,expires\nevil-kit.example,2026-08-20\n", SAMPLE_NOW);
	words = found(sample, 1);
	g_assert_nonnull(words);
}

/* What stays on a list keeps since when it is known. */
static void
test_lists(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) lists = NULL;
	const IndicatorList *list;

	import(sample, "b", "https://a.example/\nhttps://b.example/\n", SAMPLE_NOW - 86400);
	import(sample, "b", "https://a.example/", SAMPLE_NOW);
	import(sample, "a", "https://a.example/", SAMPLE_NOW);
	lists = store_lists(sample->store, SAMPLE_NOW, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(lists->len, ==, 2);
	list = g_ptr_array_index(lists, 1);
	g_assert_cmpstr(list->name, ==, "b");
	g_assert_cmpint(list->values, ==, 1);
	g_assert_cmpint(list->first, ==, SAMPLE_NOW - 86400);
	g_assert_cmpint(list->imported, ==, SAMPLE_NOW);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/listed/plain", test_plain);
	g_test_add_func("/listed/csv", test_csv);
	g_test_add_func("/listed/long-pattern", test_long_pattern);
	g_test_add_func("/listed/csv-times", test_csv_times);
	g_test_add_func("/listed/stix", test_stix);
	g_test_add_func("/listed/harm-is-told", test_harm);
	g_test_add_func("/listed/broken-names-the-line", test_broken);
	g_test_add_func("/listed/bundle-of-millions-of-nothings", test_json_bomb);
	sample_test("/listed/finding-of-what-is-here-and-comes", test_found);
	sample_test("/listed/finding-of-each-kind", test_kinds);
	sample_test("/listed/what-is-gone-says-nothing", test_gone);
	sample_test("/listed/what-has-expired-says-nothing", test_expired);
	sample_test("/listed/lists", test_lists);
	return g_test_run();
}
