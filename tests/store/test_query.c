#include "store/query.h"

#include "store/query_sql.h"
#include "tests/store/arrive.h"
#include "tests/store/sample.h"

static Query *
parsed(const char *text)
{
	g_autoptr(GError) error = NULL;
	Query *query = query_parse(text, ARRIVE_NOW, NULL, &error);

	g_assert_no_error(error);
	return query;
}

/* The ids @text finds, in order: "3 1". */
static char *
found(Store *store, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = parsed(text);
	g_autoptr(GArray) ids = store_ids(store, query, &error);
	GString *list = g_string_new(NULL);

	g_assert_no_error(error);
	for (guint i = 0; i < ids->len; i++)
		g_string_append_printf(
			list, "%s%" G_GINT64_FORMAT, i ? " " : "", g_array_index(ids, int64_t, i));
	g_assert_cmpint(store_count(store, query, &error), ==, ids->len);
	g_assert_no_error(error);
	return g_string_free(list, false);
}

#define assert_found(store, text, expected)                          \
	do {                                                         \
		g_autofree char *found_ids = found((store), (text)); \
		g_assert_cmpstr(found_ids, ==, (expected));          \
	} while (0)

/* ---- a quarantine of three ---- */

static void
add_shop(Store *store)
{
	g_autoptr(Message) message = message_new();

	arrive_set(&message->subject, "Your receipt: Füße & \"more\"");
	arrive_set(&message->from->address, "News@Mail.Shop.Example");
	arrive_set(&message->from->name, "Corner Shop");
	message->from_domain = g_strdup("shop.example");
	message->envelope->sender = g_strdup("bounce@shop.example");
	arrive_recipient(message, "ann@here.example");
	arrive_set(&message->to, "Ann <ann@here.example>");
	message->ses->class = SES_CONFIRMED;
	message->ses->region = g_strdup("us-east-1");
	message->ses->account = g_strdup(SAMPLE_ACCOUNT);
	message->ses->account_signed = true;
	message->ses->ip = g_strdup("192.0.2.7");
	message->ses->config_set = g_strdup("Bulk_Mail");
	message->authenticated = true;
	message->score = 10;
	message->received = ARRIVE_NOW - 3 * 86400;
	arrive_text(message, "Thank you for the order of a teapot.");
	arrive_link(message, "https://x.r.us-east-1.awstrack.me/L0/1", "https://shop.example/100%",
		"shop.example");
	arrive(store, message, "shop");
}

static void
add_lure(Store *store)
{
	g_autoptr(Message) message = message_new();
	Link *link;

	arrive_set(&message->subject, "Reset link enclosed \xf0\x9f\x94\x91");
	arrive_set(&message->from->address, "no-reply@bakery.co.uk");
	arrive_set(&message->from->name, "MetaMask");
	message->from_domain = g_strdup("bakery.co.uk");
	message->envelope->sender = g_strdup("");
	arrive_recipient(message, "bob@here.example");
	arrive_recipient(message, "carol@there.example");
	message->ses->class = SES_CLAIMED;
	message->ses->account = g_strdup("Zt4KpA");
	message->score = 95;
	message->received = ARRIVE_NOW - 3600;
	arrive_text(message, "Your wallet is locked; use the reset link.");
	link = arrive_link(message, "https://go.example/r?to=1", "https://wallet-check.example/v",
		"wallet-check.example");
	link->flags |= LINK_QR;
	g_ptr_array_add(link->chain, g_strdup("https://hop.example/7"));
	arrive_attachment(message, "invoice.html", 'b');
	arrive_finding(message, "link-mismatch", 20);
	arrive_finding(message, "brand", 10);
	arrive(store, message, "lure");
}

static void
add_bare(Store *store)
{
	g_autoptr(Message) message = message_new();

	arrive_set(&message->subject, "100_percent");
	message->score = 95;
	message->received = ARRIVE_NOW - 60;
	arrive(store, message, "bare");
}

static void
settle(Store *store, int64_t id, MessageState state)
{
	g_autofree char *sql =
		g_strdup_printf("UPDATE message SET state = %d WHERE id = %d", state, (int)id);

	g_assert_true(db_exec(store, sql, NULL));
}

static void
fill(Store *store)
{
	add_shop(store);
	add_lure(store);
	add_bare(store);
	settle(store, 1, STATE_RELEASED);
}

/* What each term finds of the three. */
static const struct {
	const char *query;
	const char *ids;
} each_term[] = {
	{ "", "3 2 1" },
	{ "from:no-reply", "2" },
	{ "from:NEWS@", "1" },
	{ "from:news*", "1" },
	{ "from:ews*", "" },
	{ "name:meta", "2" },
	{ "name:\"corner shop\"", "1" },
	{ "domain:shop.example", "1" },
	{ "domain:mail.shop.example", "1" },
	{ "domain:op.example", "" },
	{ "domain:co.uk", "2" },
	{ "domain:BAKERY.co.uk", "2" },
	{ "sender:bounce", "1" },
	{ "sender:<>", "2" },
	{ "-sender:bounce", "3 2" },
	{ "to:ann", "1" },
	{ "to:carol", "2" },
	{ "to:here.example", "2 1" },
	{ "subject:receipt", "1" },
	{ "subject:FÜSSE", "1" },
	{ "subject:füß", "1" },
	{ "subject:\"Your receipt: F\"*", "1" },
	{ "subject:100_p", "3" },
	{ "subject:100%", "" },
	{ "account:Zt4", "2" },
	{ "account:zt4", "" },
	{ "account:" SAMPLE_ACCOUNT, "1" },
	{ "account:*", "2 1" },
	{ "-account:*", "3" },
	{ "region:US-east-1", "1" },
	{ "region:us-*", "1" },
	{ "region:us-", "" },
	{ "config:Bulk_Mail", "1" },
	{ "config:bulk_mail", "" },
	{ "ip:192.0.2.7", "1" },
	{ "ip:192.0.2.*", "1" },
	{ "ip:192.0.2.", "" },
	{ "ses:confirmed", "1" },
	{ "ses:none", "3" },
	{ "link:wallet-check", "2" },
	{ "link:https://shop.example", "1" },
	{ "link:100%", "1" },
	{ "link:hop.example/7", "2" },
	{ "file:invoice", "2" },
	{ "file:*", "2" },
	{ "sha256:bbbb", "2" },
	{ "sha256:bbbc", "" },
	{ "id:2", "2" },
	{ "id:2,3,9", "3 2" },
	{ "campaign:1", "1" },
	{ "finding:brand", "2" },
	{ "finding:link-*", "2" },
	{ "finding:link", "" },
	{ "state:held", "3 2" },
	{ "-state:held", "1" },
	{ "state:released OR state:blocked", "1" },
	{ "state:held state:released", "" },
	{ "score:>94", "3 2" },
	{ "score:>=95", "3 2" },
	{ "score:<95", "1" },
	{ "score:<=10", "1" },
	{ "score:=10", "1" },
	{ "score:95", "3 2" },
	{ "score:<0", "" },
	{ "score:>=0", "3 2 1" },
	{ "auth:yes", "1" },
	{ "auth:no", "3 2" },
	{ "by:alice", "" },
	{ "rule:1", "" },
	{ "after:2026-05-28", "3 2" },
	{ "before:2026-05-28", "1" },
	{ "after:2026-05-25", "3 2 1" },
	{ "age:<2h", "3 2" },
	{ "age:<1m", "" },
	{ "age:<=1m", "3" },
	{ "age:>2d", "1" },
	{ "age:>=3d", "1" },
	{ "age:<1w", "3 2 1" },
	{ "has:link", "2 1" },
	{ "has:attachment", "2" },
	{ "has:qr", "2" },
	{ "is:unread", "3 2 1" },
	{ "is:new-account", "2 1" },
	{ "teapot", "1" },
	{ "TEAPOT", "1" },
	{ "teapo", "" },
	{ "teapo*", "1" },
	{ "fusse", "" },
	{ "fuße", "1" },
	{ "wallet locked", "2" },
	{ "wallet teapot", "" },
	{ "wallet OR teapot", "2 1" },
	{ "\"reset link\"", "2" },
	{ "\"link reset\"", "" },
	{ "bob@here.example", "2" },
	{ "https://wallet-check.example/v", "2" },
	{ "invoice", "2" },
	{ "-wallet", "3 1" },
	{ "\xf0\x9f\x94\x91", "2" },
	{ "-\xf0\x9f\x94\x91", "3 1" },
	{ "&", "1" },
};

static void
test_each_term(Sample *sample, G_GNUC_UNUSED const void *data)
{
	fill(sample->store);
	for (size_t i = 0; i < G_N_ELEMENTS(each_term); i++) {
		g_test_message("%s", each_term[i].query);
		assert_found(sample->store, each_term[i].query, each_term[i].ids);
	}
}

static void
test_groups(Sample *sample, G_GNUC_UNUSED const void *data)
{
	fill(sample->store);
	assert_found(sample->store, "score:95 wallet OR subject:receipt", "2 1");
	assert_found(sample->store, "score:95 (wallet OR subject:receipt)", "2");
	assert_found(sample->store, "-(wallet OR subject:receipt)", "3");
	assert_found(sample->store, "-(state:held OR wallet)", "1");
	assert_found(sample->store, "-(-(wallet))", "2");
	assert_found(sample->store, "((state:held) (wallet OR (-score:<50)))", "3 2");
	assert_found(sample->store, "wallet OR teapot reset", "2");
	assert_found(sample->store, "(wallet)reset", "2");
	assert_found(sample->store, "subject:\"\\\"more\\\"\"", "1");
}

static void
test_new_account_is_one_without_history(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) second = message_new();

	fill(sample->store);
	second->ses->account = g_strdup(SAMPLE_ACCOUNT);
	arrive(sample->store, second, "second of the account");
	assert_found(sample->store, "is:new-account", "2 1");
	settle(sample->store, 1, STATE_HELD);
	assert_found(sample->store, "is:new-account", "2 1 4");
}

/* ---- errors ---- */

static void
test_errors_stand_at_their_column(void)
{
	static const struct {
		const char *text;
		int code;
		int column;
		const char *words;
	} cases[] = {
		{ "fron:x", QUERY_ERROR_TERM, 1, "did you mean from:" },
		{ "wallet  suject:x", QUERY_ERROR_TERM, 9, "did you mean subject:" },
		{ "äöü xyzzy:1", QUERY_ERROR_TERM, 5, "no term xyzzy:" },
		{ "Re: hello", QUERY_ERROR_TERM, 1, "quote it" },
		{ "a (b c", QUERY_ERROR_SYNTAX, 3, "never closed" },
		{ "a b) c", QUERY_ERROR_SYNTAX, 4, "never opened" },
		{ "a ()", QUERY_ERROR_SYNTAX, 4, "nothing stands" },
		{ "OR a", QUERY_ERROR_SYNTAX, 1, "missing before OR" },
		{ "a OR", QUERY_ERROR_SYNTAX, 3, "missing behind OR" },
		{ "(a OR) b", QUERY_ERROR_SYNTAX, 6, "missing behind OR" },
		{ "a OR OR b", QUERY_ERROR_SYNTAX, 6, "missing before OR" },
		{ "a -", QUERY_ERROR_SYNTAX, 3, "must stand directly" },
		{ "a - b", QUERY_ERROR_SYNTAX, 3, "must stand directly" },
		{ "--a", QUERY_ERROR_SYNTAX, 1, "must stand directly" },
		{ "a \"b", QUERY_ERROR_SYNTAX, 3, "never closed" },
		{ "from:\"b", QUERY_ERROR_SYNTAX, 6, "never closed" },
		{ "a \"\"", QUERY_ERROR_SYNTAX, 3, "nothing stands" },
		{ "a *", QUERY_ERROR_SYNTAX, 3, "before the *" },
		{ "from:", QUERY_ERROR_VALUE, 1, "from: needs a value: TEXT" },
		{ "a from: b", QUERY_ERROR_VALUE, 3, "needs a value" },
		{ "(from:)", QUERY_ERROR_VALUE, 2, "needs a value" },
		{ "score:high", QUERY_ERROR_VALUE, 1, "score: takes [<>=]N, not 'high'" },
		{ "score:>101", QUERY_ERROR_VALUE, 1, "score: takes" },
		{ "score:>", QUERY_ERROR_VALUE, 1, "score: takes" },
		{ "score:99999999999999999999", QUERY_ERROR_VALUE, 1, "score: takes" },
		{ "age:2d", QUERY_ERROR_VALUE, 1, "age: takes" },
		{ "age:<2y", QUERY_ERROR_VALUE, 1, "age: takes" },
		{ "age:<9999999999d", QUERY_ERROR_VALUE, 1, "age: takes" },
		{ "after:2026-02-30", QUERY_ERROR_VALUE, 1, "takes YYYY-MM-DD" },
		{ "before:tomorrow", QUERY_ERROR_VALUE, 1, "takes YYYY-MM-DD" },
		{ "state:hold", QUERY_ERROR_VALUE, 1, "held|released|blocked" },
		{ "has:qrcode", QUERY_ERROR_VALUE, 1, "has: takes" },
		{ "is:*", QUERY_ERROR_VALUE, 1, "is: takes" },
		{ "ses:yes", QUERY_ERROR_VALUE, 1, "confirmed|likely" },
		{ "auth:maybe", QUERY_ERROR_VALUE, 1, "yes|no" },
		{ "id:1,,2", QUERY_ERROR_VALUE, 1, "id: takes" },
		{ "id:-1", QUERY_ERROR_VALUE, 1, "id: takes" },
		{ "id:1]", QUERY_ERROR_VALUE, 1, "id: takes" },
		{ "campaign:x", QUERY_ERROR_VALUE, 1, "campaign: takes" },
		{ "rule:99999999999999999999", QUERY_ERROR_VALUE, 1, "rule: takes" },
		{ "sha256:xyz", QUERY_ERROR_VALUE, 1, "sha256: takes" },
		{ "a \xff", QUERY_ERROR_SYNTAX, 3, "not valid UTF-8" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		int column = 0;
		g_autoptr(Query) query = query_parse(cases[i].text, ARRIVE_NOW, &column, &error);

		g_test_message("case %zu", i);
		g_assert_null(query);
		g_assert_error(error, QUERY_ERROR, cases[i].code);
		g_assert_cmpint(column, ==, cases[i].column);
		g_assert_nonnull(strstr(error->message, cases[i].words));
	}
}

static void
assert_refused(const char *text, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_parse(text, ARRIVE_NOW, NULL, &error);

	g_assert_null(query);
	g_assert_error(error, QUERY_ERROR, QUERY_ERROR_SYNTAX);
	g_assert_nonnull(strstr(error->message, words));
}

static char *
repeated(const char *text, int times)
{
	GString *all = g_string_new(NULL);

	for (int i = 0; i < times; i++)
		g_string_append(all, text);
	return g_string_free(all, false);
}

static void
test_what_is_too_much_is_refused(void)
{
	g_autofree char *megabyte = g_strnfill(1024 * 1024, 'a');
	g_autofree char *deep = repeated("(", 10000);
	g_autofree char *many = repeated("a ", 5000);

	assert_refused(megabyte, "too long");
	assert_refused(deep, "too deep");
	assert_refused(many, "too many");
}

/* ---- the table of terms ---- */

static const char *
example_of(const char *value)
{
	static const struct {
		const char *value;
		const char *example;
	} examples[] = {
		{ "[<>=]N", ">70" },
		{ "ID", "12" },
		{ "ID[,ID...]", "12,15" },
		{ "HEX", "00ff" },
		{ "YYYY-MM-DD", "2026-05-01" },
		{ "<N|>N with m, h, d or w", "<2d" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		if (strcmp(examples[i].value, value) == 0)
			return examples[i].example;
	}
	return value;
}

static void
assert_parses(const char *term, const char *value)
{
	g_autofree char *text = g_strdup_printf("-%s:%s", term, value);
	g_autoptr(Query) query = parsed(text);

	g_assert_nonnull(query);
}

static void
test_every_listed_value_parses(void)
{
	int terms = 0;

	for (const QueryTerm *term = query_terms(); term->name; term++, terms++) {
		g_auto(GStrv) words = g_strsplit(example_of(term->value), "|", -1);

		g_assert_nonnull(term->summary);
		for (char **word = words; *word; word++)
			assert_parses(term->name, *word);
	}
	g_assert_cmpint(terms, >, 20);
}

/* What the parser lets through, SQLite must be able to take. */
static void
test_the_largest_that_is_taken_runs(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *open = repeated("-(score:>1 OR has:link ", 10);
	g_autofree char *close = repeated(")", 10);
	g_autofree char *terms = repeated("to:zzz OR ", 199);
	g_autofree char *wide = g_strconcat(terms, "wallet", NULL);
	g_autofree char *excluded = repeated("-w ", 200);

	fill(sample->store);
	assert_found(sample->store, wide, "2");
	assert_found(sample->store, excluded, "3 2 1");
	for (const QueryTerm *term = query_terms(); term->name; term++) {
		g_auto(GStrv) values = g_strsplit(example_of(term->value), "|", -1);
		g_autofree char *deep =
			g_strconcat(open, "-", term->name, ":", values[0], close, NULL);

		g_free(found(sample->store, deep));
	}
}

/* ---- what the index of words is asked can't be broken ---- */

static void
test_no_syntax_reaches_the_word_index(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const texts[] = { "NEAR", "AND", "NOT", "a+b", "^wallet", "{wallet}",
		"wallet^2", "subject", "'", "wallet'", ";", "\"\\\"\"", "\"a \\\" OR \\\" b\"",
		"NEAR/2", "...", "…", "*x*", "a**", "\"wallet\"*", ":", "::", ":x", "1:2" };

	fill(sample->store);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(found(sample->store, texts[i]));
	assert_found(sample->store, "^wallet", "2");
	assert_found(sample->store, "\"wallet' is\"", "2");
}

static void
test_random_text_is_taken_or_refused(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const pieces[] = { "(", ")", "-", "\"", " ", "OR", "*", ":",
		"from:", "state:held", "score:>5", "wallet", "\\", "é", "\xf0\x9f\x94\x91", "'",
		"%", "age:<2d", "is:", "sha256:ab", "id:1", "to:x", "AND", ",", "//", "\t" };
	g_autoptr(GRand) random = g_rand_new_with_seed(7);
	int taken = 0;

	fill(sample->store);
	for (int i = 0; i < 3000; i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(Query) query = NULL;
		g_autoptr(GArray) ids = NULL;

		for (int j = g_rand_int_range(random, 1, 12); j > 0; j--)
			g_string_append(
				text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
		query = query_parse(text->str, ARRIVE_NOW, NULL, &error);
		if (!query) {
			g_assert_nonnull(error);
			continue;
		}
		taken++;
		ids = store_ids(sample->store, query, &error);
		g_assert_no_error(error);
	}
	g_assert_cmpint(taken, >, 300);
}

/* ---- against an evaluation that knows nothing of SQL ---- */

enum {
	MADE = 300,
	QUERIES = 400,
};

static const char *const words[] = { "alpha", "beta", "gamma", "delta", "omega" };
static const char *const domains[] = { "one.example", "two.example", "three.example" };

typedef struct Made {
	int64_t id;
	int state, score, word, domain, finding;
	int64_t received;
	bool account, attachment, authenticated;
} Made;

static Made
make_one(GRand *random, int64_t id)
{
	return (Made){
		.id = id,
		.state = g_rand_int_range(random, 0, STATES),
		.score = g_rand_int_range(random, 0, 101),
		.word = g_rand_int_range(random, 0, G_N_ELEMENTS(words)),
		.domain = g_rand_int_range(random, 0, G_N_ELEMENTS(domains)),
		.finding = g_rand_int_range(random, 0, 3),
		.received = ARRIVE_NOW - g_rand_int_range(random, 0, 10 * 86400),
		.account = g_rand_boolean(random),
		.attachment = g_rand_boolean(random),
		.authenticated = g_rand_boolean(random),
	};
}

static void
add_made(Store *store, const Made *made)
{
	static const char *const findings[] = { "brand", "link-mismatch", "link-ip" };
	g_autoptr(Message) message = message_new();
	g_autofree char *raw = g_strdup_printf("%d", (int)made->id);

	message->score = made->score;
	message->received = made->received;
	message->authenticated = made->authenticated;
	message->from_domain = g_strdup(domains[made->domain]);
	g_free(message->from->address);
	message->from->address = g_strdup_printf("x@mail.%s", domains[made->domain]);
	message->ses->account = made->account ? g_strdup("Abc") : NULL;
	arrive_text(message, words[made->word]);
	arrive_finding(message, findings[made->finding], 1);
	if (made->attachment)
		arrive_attachment(message, "a", 'a');
	arrive(store, message, raw);
	settle(store, made->id, (MessageState)made->state);
}

/* A random expression as text, and whether it holds for each of @made. */
typedef struct Expression {
	GString *text;
	bool holds[MADE];
} Expression;

static void
write_term(GRand *random, GString *text, int kind, int *value)
{
	*value = g_rand_int_range(random, 0, 101);
	switch (kind) {
	case 0:
		g_string_append_printf(
			text, "state:%s", state_name((MessageState)(*value % STATES)));
		break;
	case 1:
		g_string_append_printf(text, "score:>%d", *value);
		break;
	case 2:
		g_string_append_printf(text, "score:<=%d", *value);
		break;
	case 3:
		g_string_append(text, words[*value % G_N_ELEMENTS(words)]);
		break;
	case 4:
		g_string_append_printf(text, "domain:%s", domains[*value % G_N_ELEMENTS(domains)]);
		break;
	case 5:
		g_string_append(text, "account:A");
		break;
	case 6:
		g_string_append_printf(text, "age:<%dh", *value);
		break;
	case 7:
		g_string_append(text, "has:attachment");
		break;
	case 8:
		g_string_append(text, "finding:link-*");
		break;
	case 9:
		g_string_append(text, "auth:yes");
		break;
	default:
		g_string_append_printf(text, "from:%s", domains[*value % G_N_ELEMENTS(domains)]);
		break;
	}
}

static bool
term_holds(const Made *made, int kind, int value)
{
	switch (kind) {
	case 0:
		return made->state == value % STATES;
	case 1:
		return made->score > value;
	case 2:
		return made->score <= value;
	case 3:
		return made->word == value % (int)G_N_ELEMENTS(words);
	case 4:
	case 10:
		return made->domain == value % (int)G_N_ELEMENTS(domains);
	case 5:
		return made->account;
	case 6:
		return made->received > ARRIVE_NOW - value * 3600;
	case 7:
		return made->attachment;
	case 8:
		return made->finding > 0;
	case 9:
		return made->authenticated;
	default:
		g_assert_not_reached();
	}
}

static void make_expression(GRand *random, int depth, const Made *made, Expression *expression);

static void
make_group(GRand *random, int depth, const Made *made, Expression *expression)
{
	bool either = g_rand_boolean(random);
	int count = g_rand_int_range(random, 2, 4);

	g_string_append_c(expression->text, '(');
	for (int i = 0; i < count; i++) {
		Expression part = { .text = expression->text };

		g_string_append(expression->text, i == 0 ? "" : either ? " OR " : " ");
		make_expression(random, depth - 1, made, &part);
		for (int j = 0; j < MADE; j++) {
			bool before = i == 0 ? !either : expression->holds[j];

			expression->holds[j] =
				either ? before || part.holds[j] : before && part.holds[j];
		}
	}
	g_string_append_c(expression->text, ')');
}

static void
make_expression(GRand *random, int depth, const Made *made, Expression *expression)
{
	bool negated = g_rand_int_range(random, 0, 4) == 0;
	int kind = g_rand_int_range(random, 0, 11);
	int value;

	if (negated)
		g_string_append_c(expression->text, '-');
	if (depth > 0 && g_rand_boolean(random)) {
		make_group(random, depth, made, expression);
	} else {
		write_term(random, expression->text, kind, &value);
		for (int i = 0; i < MADE; i++)
			expression->holds[i] = term_holds(&made[i], kind, value);
	}
	for (int i = 0; i < MADE && negated; i++)
		expression->holds[i] = !expression->holds[i];
}

static void
assert_same(Store *store, const Expression *expression)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = parsed(expression->text->str);
	g_autoptr(GArray) ids = store_ids(store, query, &error);
	bool seen[MADE] = { false };
	int expected = 0;

	g_test_message("%s", expression->text->str);
	g_assert_no_error(error);
	for (guint i = 0; i < ids->len; i++)
		seen[g_array_index(ids, int64_t, i) - 1] = true;
	for (int i = 0; i < MADE; i++) {
		g_assert_cmpint(seen[i], ==, expression->holds[i]);
		expected += expression->holds[i];
	}
	g_assert_cmpint(ids->len, ==, expected);
	g_assert_cmpint(store_count(store, query, NULL), ==, expected);
}

/* The usual; whatever can be walked is; and none is walked to its end. */
static const WalkLimits walk_limits[] = {
	{ 20000, 200000, 5000 },
	{ 1000, 1000, -1 },
	{ 5, 5, -1 },
};

/* By pages of seven, from either end, the same as all at once. */
static void
assert_pages(Store *store, StoreList list, const GArray *ids)
{
	guint at = list.backwards ? ids->len : 0;

	for (list.limit = 7;; list.from_position = true) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) page = store_list(store, &list, &error);
		const MessageRow *last;

		g_assert_no_error(error);
		if (page->len == 0)
			break;
		at -= list.backwards ? page->len : 0;
		for (guint i = 0; i < page->len; i++) {
			const MessageRow *row = g_ptr_array_index(page, i);

			g_assert_cmpint(at + i, <, ids->len);
			g_assert_cmpint(row->id, ==, g_array_index(ids, int64_t, at + i));
		}
		at += list.backwards ? 0 : page->len;
		last = g_ptr_array_index(page, list.backwards ? 0 : page->len - 1);
		list.after = last->position;
	}
	g_assert_cmpint(at, ==, list.backwards ? 0 : ids->len);
}

/* Of any limit and order, by @query's condition as one statement. */
static void
assert_walks(Store *store, const Query *query)
{
	for (int i = 0; i < (int)G_N_ELEMENTS(walk_limits) * SORTS * 4; i++) {
		const StoreList list = {
			.query = query,
			.sort = (ListSort)(i / 4 % SORTS),
			.reverse = i & 1,
			.backwards = i & 2,
		};
		StoreList all = { .query = query, .sort = list.sort, .reverse = list.reverse };
		g_autoptr(GPtrArray) rows = store_list(store, &all, NULL);
		g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));

		for (guint j = 0; j < rows->len; j++)
			g_array_append_val(
				ids, ((const MessageRow *)g_ptr_array_index(rows, j))->id);
		store->walk_limits = &walk_limits[i / 4 / SORTS];
		assert_pages(store, list, ids);
		store->walk_limits = NULL;
	}
}

static void
test_finds_what_plain_evaluation_finds(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(42);
	g_autofree Made *made = g_new0(Made, MADE);

	for (int i = 0; i < MADE; i++) {
		made[i] = make_one(random, i + 1);
		add_made(sample->store, &made[i]);
	}
	for (int i = 0; i < QUERIES; i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		Expression expression = { .text = text };

		make_expression(random, 3, made, &expression);
		assert_same(sample->store, &expression);
		if (i % 10 == 0) {
			g_autoptr(Query) query = parsed(text->str);

			assert_walks(sample->store, query);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/query/each-term", test_each_term);
	sample_test("/query/groups", test_groups);
	sample_test("/query/new-account-is-one-without-history",
		test_new_account_is_one_without_history);
	g_test_add_func("/query/errors-stand-at-their-column", test_errors_stand_at_their_column);
	g_test_add_func("/query/what-is-too-much-is-refused", test_what_is_too_much_is_refused);
	sample_test("/query/the-largest-that-is-taken-runs", test_the_largest_that_is_taken_runs);
	g_test_add_func("/query/every-listed-value-parses", test_every_listed_value_parses);
	sample_test(
		"/query/no-syntax-reaches-the-word-index", test_no_syntax_reaches_the_word_index);
	sample_test("/query/random-text-is-taken-or-refused", test_random_text_is_taken_or_refused);
	sample_test(
		"/query/finds-what-plain-evaluation-finds", test_finds_what_plain_evaluation_finds);
	return g_test_run();
}
