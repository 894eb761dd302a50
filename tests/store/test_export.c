#include "store/export.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "mail/brands.h"
#include "store/rule.h"
#include "tests/store/indicators.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

static void
assert_cell(const char *text, const char *expected)
{
	g_autoptr(GString) line = g_string_new("x,");
	g_autofree char *whole = g_strconcat("x,", expected, NULL);

	csv_cell(line, text);
	g_assert_cmpstr(line->str, ==, whole);
}

static void
test_cell_quotes(void)
{
	assert_cell(NULL, "");
	assert_cell("", "");
	assert_cell("plain words", "plain words");
	assert_cell("a,b", "\"a,b\"");
	assert_cell("say \"hi\"", "\"say \"\"hi\"\"\"");
	assert_cell("a\r\nb", "\"a\r\nb\"");
	assert_cell("grüße 漢字", "grüße 漢字");
}

static void
test_cell_formulas(void)
{
	assert_cell("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0");
	assert_cell("+1", "'+1");
	assert_cell("-1+1", "'-1+1");
	assert_cell("@SUM(A1)", "'@SUM(A1)");
	assert_cell("\tx", "'\tx");
	assert_cell("\rx", "\"'\rx\"");
	assert_cell("\nx", "\"'\nx\"");
	assert_cell("  =1", "'  =1");
	assert_cell("\" =1", "\"'\"\" =1\"");
	assert_cell("'=1", "''=1");
	assert_cell("\xc2\xa0=1", "'\xc2\xa0=1");
	assert_cell("\xe2\x80\x8b=1", "'\xe2\x80\x8b=1");
	assert_cell("\xef\xbb\xbf=1", "'\xef\xbb\xbf=1");
	assert_cell("＝1", "'＝1");
	assert_cell("＋1", "'＋1");
	assert_cell("－1", "'－1");
	assert_cell("＠x", "'＠x");
	assert_cell("=1,2", "\"'=1,2\"");
	assert_cell("a=1", "a=1");
	assert_cell("re: -", "re: -");
	assert_cell("\xff=1", "\xff=1");
}

/* ---- exports ---- */

static bool
append(const char *bytes, size_t length, void *data)
{
	g_string_append_len(data, bytes, (gssize)length);
	return true;
}

/* Files of a folder, one behind the other. */
static bool
begin(const char *name, void *data, G_GNUC_UNUSED GError **error)
{
	g_string_append_printf(data, "==> %s <==\n", name);
	return true;
}

static char *
export_text(const Sample *sample, const char *format, const Query *query)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Brands) brands = brands_shipped();
	const char *const own[] = { "here.example", NULL };
	const Site site = { .own_domains = own, .brands = brands };
	const Export export = {
		.store = sample->store,
		.query = query,
		.site = &site,
		.now = SAMPLE_NOW,
		.write = append,
		.begin = begin,
		.data = text,
	};

	export_format(format)->run(&export, &error);
	g_assert_no_error(error);
	return g_string_free(g_steal_pointer(&text), false);
}

static void
add_block_rule(const Sample *sample)
{
	g_autoptr(Rule) rule = g_new0(Rule, 1);

	rule->kind = RULE_DENY;
	rule->account = g_strdup("thief");
	rule->owner = g_strdup("carol");
	rule->reason = g_strdup("kit of May");
	rule->created = SAMPLE_NOW - 10;
	g_assert_cmpint(store_add_rule(sample->store, rule, NULL, NULL), >, 0);
}

/* A little history: a rule's block, a release with a reason, a block, its undo. */
static void
fill(Sample *sample)
{
	OperationRequest request;

	add_block_rule(sample);
	sample_add(sample, &(SampleMail){ .account = "thief", .subject = "=HYPERLINK(\"x\")" });
	sample_add(sample,
		&(SampleMail){ .recipients = "ann@here.example bob@here.example",
			.subject = "Rechnung, bitte prüfen" });
	sample_add(sample,
		&(SampleMail){ .account = "",
			.recipients = "",
			.no_sender = true,
			.unproven = true,
			.subject = "\xe2\x80\xae"
				   "fdp.exe\n\033[2J" });
	request = sample_request(DECISION_RELEASE, 2, 2);
	request.reason = "she said \"it's mine\"";
	sample_decide(sample, request, NULL);
	request = sample_request(DECISION_BLOCK, 3, 3);
	request.reason = "+1 for blocking";
	request.now += 30;
	sample_decide(sample, request, NULL);
	store_undo(sample->store, 0, "alice", SAMPLE_NOW + 90, NULL);
}

/* UPDATE=1 writes it anew. */
static void
assert_golden(const char *name, const char *text)
{
	g_autofree char *path = g_build_filename("tests/store/export", name, NULL);
	g_autofree char *golden = NULL;
	g_autoptr(GError) error = NULL;

	if (g_getenv("UPDATE"))
		g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
	g_file_get_contents(path, &golden, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(text, ==, golden);
}

static void
test_golden(Sample *sample, G_GNUC_UNUSED const void *data)
{
	fill(sample);
	indicators_fill(sample);
	for (int i = 0; export_formats()[i]; i++) {
		const char *name = export_formats()[i]->name;
		g_autofree char *text = export_text(sample, name, NULL);

		assert_golden(name, text);
	}
}

/* Addresses that have what grammars are made of: each format quotes it, or leaves it out. */
static void
test_quoted_senders(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		const char *format, *line;
	} cases[] = {
		{ "indicators", "\"\"\"a b,c;\"\"@lure.example\"" },
		{ "list", "\"a b,c;\"@lure.example" },
		{ "sieve", "\"\\\"a b,c;\\\"@lure.example\"" },
		{ "postfix", NULL },
		{ "rspamd", NULL },
		{ "spamassassin", NULL },
		{ "pmg", NULL },
	};

	indicators_rule(
		sample, (Rule){ .kind = RULE_DENY, .sender = (char *)"\"a b,c;\"@lure.example" });
	indicators_rule(
		sample, (Rule){ .kind = RULE_DENY, .sender = (char *)"\xc3\xbc@lure.example" });
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = export_text(sample, cases[i].format, NULL);

		if (cases[i].line)
			g_assert_nonnull(strstr(text, cases[i].line));
		else
			g_assert_null(strstr(text, "lure"));
	}
}

static void
test_formats(void)
{
	g_assert_null(export_format("xml"));
	for (int i = 0; export_formats()[i]; i++)
		g_assert_true(export_format(export_formats()[i]->name) == export_formats()[i]);
}

static guint
count_lines(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	return g_strv_length(lines) - 1;
}

static void
test_query(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Query) query = query_parse("state:released", SAMPLE_NOW, NULL, NULL);
	g_autoptr(Query) nothing = query_parse("from:nobody", SAMPLE_NOW, NULL, NULL);
	g_autofree char *text = NULL;

	fill(sample);
	text = export_text(sample, "jsonl", query);
	g_assert_cmpuint(count_lines(text), ==, 1);
	g_assert_nonnull(strstr(text, "\"decision\":\"release\""));
	g_free(text);
	text = export_text(sample, "jsonl", nothing);
	g_assert_cmpstr(text, ==, "");
}

static void
test_since(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GString) text = g_string_new(NULL);
	Export export = { .store = sample->store, .since = 4, .write = append, .data = text };

	fill(sample);
	export_format("jsonl")->run(&export, NULL);
	g_assert_cmpuint(count_lines(text->str), ==, 1);
	g_assert_nonnull(strstr(text->str, "\"operation\":5,"));
	g_string_truncate(text, 0);
	export.since = 5;
	export_format("jsonl")->run(&export, NULL);
	g_assert_cmpstr(text->str, ==, "");
}

static void
test_many(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *text = NULL;

	sample_add_plain(sample, 1300);
	sample_decide(sample, sample_request(DECISION_BLOCK, 1, 1300), NULL);
	text = export_text(sample, "csv", NULL);
	g_assert_cmpuint(count_lines(text), ==, 1301);
}

static bool
refuse(G_GNUC_UNUSED const char *bytes, G_GNUC_UNUSED size_t length, void *data)
{
	errno = *(int *)data;
	return false;
}

static void
test_write_failure(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) pipe_error = NULL, full_error = NULL;
	int number = EPIPE;
	const Export export = { .store = sample->store, .write = refuse, .data = &number };

	fill(sample);
	g_assert_false(export_format("jsonl")->run(&export, &pipe_error));
	g_assert_error(pipe_error, STORE_ERROR, STORE_ERROR_IO);
	number = ENOSPC;
	g_assert_false(export_format("csv")->run(&export, &full_error));
	g_assert_error(full_error, STORE_ERROR, STORE_ERROR_FULL);
}

/* ---- messages as JSON ---- */

/* "id state ...": the keys in the order they stand. */
static char *
keys_of(const json_t *object)
{
	g_autoptr(GString) keys = g_string_new(NULL);
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
		g_string_append_printf(keys, "%s%s", keys->len > 0 ? " " : "", key);
	return g_string_free(g_steal_pointer(&keys), false);
}

static void
assert_keys(const json_t *object, const char *expected)
{
	g_autofree char *keys = keys_of(object);

	g_assert_cmpstr(keys, ==, expected);
}

#define ROW_KEYS                                                                                \
	"id state score received date subject from from_name sender recipients region account " \
	"account_signed ses ip config_set message_id sha256 size campaign source "              \
	"queue_id client_name client_ip helo from_log purged"

static void
test_row(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(MessageRow) row = NULL;
	g_autofree char *line = NULL;
	g_autoptr(json_t) object = NULL;

	fill(sample);
	row = store_row(sample->store, 3, NULL);
	row->date = 0;
	line = json_of_row(row);
	g_assert_null(strchr(line, '\n'));
	object = json_loads(line, 0, NULL);
	assert_keys(object, ROW_KEYS);
	g_assert_cmpstr(json_string_value(json_object_get(object, "state")), ==, "held");
	g_assert_cmpstr(json_string_value(json_object_get(object, "ses")), ==, "claimed");
	g_assert_cmpstr(
		json_string_value(json_object_get(object, "received")), ==, "2026-05-28T19:36:43Z");
	g_assert_true(json_is_null(json_object_get(object, "date")));
	g_assert_true(json_is_null(json_object_get(object, "sender")));
	g_assert_true(json_is_null(json_object_get(object, "account")));
	g_assert_true(json_is_false(json_object_get(object, "account_signed")));
	g_assert_cmpuint(json_array_size(json_object_get(object, "recipients")), ==, 0);
}

static void
test_no_controls(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char subject[] = "\177\xc2\x9b"
				      "2J\xe2\x80\xae\xe2\x80\xa8\xf3\xa0\x81\x81 ü漢😀";
	g_autoptr(MessageRow) row = NULL;
	g_autofree char *line = NULL;
	g_autoptr(json_t) object = NULL;

	sample_add(sample, &(SampleMail){ .subject = subject });
	row = store_row(sample->store, 1, NULL);
	line = json_of_row(row);
	g_assert_nonnull(strstr(line, "\"\\u007F\\u009B2J\\u202E\\u2028\\uDB40\\uDC41 ü漢😀\""));
	object = json_loads(line, 0, NULL);
	g_assert_cmpstr(json_string_value(json_object_get(object, "subject")), ==, subject);
}

static void
add_rich(Message *message)
{
	HeaderField *field = g_new0(HeaderField, 1);
	PartText *text = g_new0(PartText, 1);
	Finding *finding = g_new0(Finding, 1);
	AuthResult *result = g_new0(AuthResult, 1);

	field->name = g_strdup("Subject");
	field->raw = g_strdup(" =?utf-8?q?x?=");
	field->value = g_strdup("x");
	g_ptr_array_add(message->headers, field);
	text->path = g_strdup("1");
	text->type = g_strdup("text/plain");
	text->text = g_strdup("hello\nthere");
	g_ptr_array_add(message->texts, text);
	finding->id = g_strdup("crypto");
	finding->weight = 7;
	finding->text = g_strdup("it speaks of coins");
	finding->evidence = g_strdup("send coins");
	finding->where = g_strdup("part 1");
	g_ptr_array_add(message->findings, finding);
	result->authserv_id = g_strdup("mx.here.example");
	result->method = g_strdup("dkim");
	result->result = g_strdup("pass");
	result->domain = g_strdup("shop.example");
	result->trusted = true;
	g_ptr_array_add(message->auth, result);
	g_ptr_array_add(message->links, link_new("bank.example", "http://1.2.3.4/x", 0, "", NULL));
	sample_attach(message);
}

static void
assert_first_keys(const json_t *object, const char *list, const char *expected)
{
	const json_t *first = json_array_get(json_object_get(object, list), 0);

	g_assert_nonnull(first);
	assert_keys(first, expected);
}

static void
assert_flag(const json_t *object, const char *name)
{
	const json_t *link = json_array_get(json_object_get(object, "links"), 0);
	const json_t *flags = json_object_get(link, "flags");
	bool found = false;

	for (size_t i = 0; i < json_array_size(flags); i++)
		found |= g_str_equal(json_string_value(json_array_get(flags, i)), name);
	g_assert_true(found);
}

static void
test_message(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *line = NULL;
	g_autoptr(json_t) object = NULL;

	sample_add(sample, &(SampleMail){ .enrich = add_rich });
	sample_do(sample, DECISION_BLOCK, 1);
	line = json_of_message(sample->store, 1, NULL);
	object = json_loads(line, 0, NULL);
	assert_keys(object,
		ROW_KEYS " headers links attachments findings decisions history auth texts hops"
			 " signatures");
	assert_first_keys(object, "headers", "name value raw");
	assert_first_keys(object, "links", "text url chain final domain flags services where");
	assert_flag(object, "ip-host");
	assert_first_keys(
		object, "attachments", "name declared detected size sha256 flags inside path");
	assert_first_keys(object, "findings", "id weight text evidence where");
	assert_first_keys(object, "decisions", "operation kind actor at reason before after rule");
	assert_first_keys(object, "auth", "authserv_id method result domain trusted");
	assert_first_keys(object, "texts", "path type text");
}

static void
test_no_message(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(json_of_message(sample->store, 5, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/export/csv-cell-quotes", test_cell_quotes);
	g_test_add_func("/export/csv-cell-is-no-formula", test_cell_formulas);
	g_test_add_func("/export/formats-by-name", test_formats);
	sample_test("/export/golden", test_golden);
	sample_test("/export/quoted-senders", test_quoted_senders);
	sample_test("/export/only-what-the-query-finds", test_query);
	sample_test("/export/only-what-came-since", test_since);
	sample_test("/export/more-than-a-page", test_many);
	sample_test("/export/write-failure-ends-it", test_write_failure);
	sample_test("/export/json-of-row", test_row);
	sample_test("/export/json-without-controls", test_no_controls);
	sample_test("/export/json-of-message", test_message);
	sample_test("/export/json-of-no-message", test_no_message);
	return g_test_run();
}
