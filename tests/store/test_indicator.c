#include "store/indicator.h"

#include "tests/store/ask.h"

/* ---- who sent it ---- */

static const SampleMail forged = { .account = "Claimed",
	.identity = "victim.example",
	.from = "boss@victim.example",
	.domain = "victim.example",
	.unproven = true };

static void
test_forged_from(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_do(sample, DECISION_BLOCK, sample_add(sample, &forged));
	assert_told(sample, &whole, ACCOUNTS | DOMAINS | SENDERS,
		"not Claimed; not victim.example; not boss@victim.example");
	assert_left_out(sample, "victim.example", "may be forged: nothing vouches for it");
	deny(sample, (Rule){ .domain = (char *)"victim.example" });
	deny(sample, (Rule){ .sender = (char *)"boss@victim.example" });
	deny(sample, (Rule){ .account = (char *)"Claimed" });
	assert_told(sample, &whole, ACCOUNTS | DOMAINS | SENDERS,
		"not Claimed; not victim.example; not boss@victim.example");
	deny(sample, (Rule){ .domain = (char *)"unseen.example" });
	assert_told(sample, &whole, DOMAINS, "block unseen.example; not victim.example");
	add_mail(sample, "victim.example", "A", NULL);
	assert_told(sample, &whole, DOMAINS, "block unseen.example; block victim.example");
}

static void
test_many_senders(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		const char *domain;
		const char *told;
	} cases[] = {
		{ "gmail.com", "not gmail.com; block kit@gmail.com" },
		{ "own.example", "not own.example; not kit@own.example" },
		{ "www.own.example", "not www.own.example; not kit@www.own.example" },
		{ "paypal.com", "not paypal.com; not kit@paypal.com" },
		{ "amazonses.com", "not amazonses.com; not kit@amazonses.com" },
		{ "eu-west-1.amazonses.com",
			"not eu-west-1.amazonses.com; not kit@eu-west-1.amazonses.com" },
		{ "co.uk", "not co.uk; not kit@co.uk" },
		{ "here.example", "not here.example; block kit@here.example" },
		{ "evil.example", "block evil.example; block kit@evil.example" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t id = add_mail(sample, cases[i].domain, "A", NULL);
		int64_t block = sample_do(sample, DECISION_BLOCK, id);

		assert_told(sample, &whole, DOMAINS | SENDERS, cases[i].told);
		undo(sample, block);
	}
}

static void
test_recipient_as_sender(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mail = {
		.from = "Ann@Here.example", .domain = "here.example", .identity = "here.example"
	};

	sample_do(sample, DECISION_BLOCK, sample_add(sample, &mail));
	assert_told(sample, &whole, SENDERS, "not <redacted>@here.example");
	assert_left_out(sample, "<redacted>@here.example", "is whom mail was for");
	assert_left_out(sample, "here.example", "is where recipients of mail are");
}

/* Also where there is another reason. */
static void
test_own_recipient_as_sender(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mail = { .from = "tom@own.example",
		.domain = "own.example",
		.recipients = "tom@own.example",
		.unproven = true };

	sample_do(sample, DECISION_BLOCK, sample_add(sample, &mail));
	assert_told(sample, &whole, SENDERS, "not <redacted>@own.example");
	deny(sample, (Rule){ .sender = (char *)"tom@own.example" });
	assert_told(sample, &whole, SENDERS, "not <redacted>@own.example");
}

static void
test_senders_name_nobody(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const senders[] = { "ann=here.example@evil.example",
		"bounce+7-Ann=Here.example@evil.example", "\"ann@here.example\"@evil.example",
		"ann%here.example@evil.example", "prvs=12ab=kit@evil.example", NULL };

	for (const char *const *from = senders; *from; from++) {
		const SampleMail mail = {
			.from = *from, .domain = "evil.example", .identity = "evil.example"
		};

		sample_do(sample, DECISION_BLOCK, sample_add(sample, &mail));
	}
	assert_told(sample, &whole, SENDERS,
		"not <redacted>@evil.example; block prvs=12ab=kit@evil.example");
	assert_left_out(sample, "<redacted>@evil.example", "names whom mail was for");
	deny(sample, (Rule){ .sender = (char *)"carl=here.example@bounce.example" });
	assert_left_out(sample, "<redacted>@bounce.example", "may name whom mail was for");
}

/* ---- where it leads ---- */

static void
test_links(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t id = add_mail(sample, "evil-kit.example", "A", indicators_lure);

	sample_do(sample, DECISION_BLOCK, id);
	assert_told(sample, &whole, LINKS,
		"not bit.ly; block evil-kit.example; not facebook.com; not google.com;"
		" not here.example; block shop.example");
	assert_told(sample, &whole, URLS,
		"block http://192.0.2.66/login; block https://bit.ly/3xYz;"
		" not https://docs.google.com/; block https://docs.google.com/forms/d/1AbC/viewform");
	assert_left_out(sample, "google.com", "is where anybody can put a page");
	assert_left_out(sample, "https://docs.google.com/", "is a service's front page");
}

static void
test_urls_name_nobody(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *urls = NULL;

	sample_do(sample, DECISION_BLOCK, add_mail(sample, "e.example", "A", indicators_hostile));
	deny(sample, (Rule){ .url = (char *)"https://lure.example/?u=carl%40here.example" });
	urls = told(sample, &whole, URLS);
	g_assert_cmpstr(urls, ==,
		"not https://lure.example/?u=recipient-1%40here.example;"
		" block https://storage.googleapis.com/b/?cc=bob@elsewhere.example;"
		" not https://storage.googleapis.com/b/?to=recipient-1;"
		" block https://storage.googleapis.com/b/"
		"x'%22);$(id)%60id%60%0a%22,*~/|&%3Cb%3E=cmd.html;"
		" block https://storage.googleapis.com/b/%E2%80%AEfdp/%00x%20y");
}

static void
lead_to_token(Message *message)
{
	indicators_link(message,
		"https://storage.googleapis.com/b/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4MTIzNDU2.html");
}

static void
lead_inside(Message *message)
{
	indicators_link(message, "http://10.0.0.1/setup");
	indicators_link(message, "http://0x7f.1:8080/");
	indicators_link(message, "http://[fd00::1]/");
	indicators_link(message, "http://[::1]/");
	indicators_link(message, "http://192.168.1.1/");
	indicators_link(message, "http://192.0.2.66/");
}

/* Everybody has something at such an address. */
static void
test_private_addresses(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_do(sample, DECISION_BLOCK, add_mail(sample, "evil.example", "A", lead_inside));
	assert_told(sample, &whole, URLS,
		"not http://10.0.0.1/setup; not http://127.0.0.1:8080/; block http://192.0.2.66/;"
		" not http://192.168.1.1/; not http://[::1]/; not http://[fd00::1]/");
	assert_left_out(
		sample, "http://10.0.0.1/setup", "is a private address, which others have as well");
}

static void
test_redacted(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const Ask ask = { .redact = true };
	OperationRequest request;
	g_autoptr(Indicators) indicators = NULL;

	add_mail(sample, "evil.example", "A", lead_to_token);
	request = sample_request(DECISION_BLOCK, 1, 1);
	request.reason = "ann@here.example clicked";
	sample_decide(sample, request, NULL);
	assert_told(sample, &ask, URLS, "not https://storage.googleapis.com/b/%3Credacted%3E.html");
	indicators = find(sample, &ask);
	g_assert_cmpstr(seek(indicators, "evil.example")->reason, ==, "recipient-1 clicked");
	sample_do(sample, DECISION_BLOCK,
		sample_add(sample,
			&(SampleMail){ .from = "ann@here.example", .identity = "here.example" }));
	assert_told(sample, &ask, SENDERS, "not recipient-1; block kit@evil.example");
}

static void
test_files(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *file = g_strnfill(64, 'b'), *logo = g_strnfill(64, 'c');
	g_autofree char *expected = g_strdup_printf("block %s; not %s", file, logo);

	sample_do(sample, DECISION_BLOCK, add_mail(sample, "evil.example", "A", indicators_lure));
	assert_told(sample, &whole, FILES, expected);
}

/* ---- what good mail has ---- */

static void
test_released(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t bad = add_mail(sample, "evil.example", "A", indicators_lure);
	int64_t good = add_mail(sample, "evil.example", "A", indicators_lure);
	g_autofree char *words = NULL;
	g_autofree char *indicators = NULL;

	sample_do(sample, DECISION_BLOCK, bad);
	words = g_strdup_printf("is in mail that was released: operation %d",
		(int)sample_do(sample, DECISION_RELEASE, good));
	assert_left_out(sample, "A", words);
	indicators = told(sample, &whole, ~0U);
	g_assert_null(strstr(indicators, "block "));
	/* One who knows of it says so all the same. */
	deny(sample, (Rule){ .domain = (char *)"evil.example" });
	assert_told(sample, &whole, DOMAINS, "block evil.example");
	sample_do(sample, DECISION_RELEASE, add_mail(sample, "evil.example", "B", NULL));
	assert_told(sample, &whole, DOMAINS, "not evil.example");
}

/* They lead each to a lure of its own, and name one page beside it. */
static void
name_common(Message *message)
{
	for (int i = 0; i < 2; i++) {
		g_autofree char *url =
			g_strdup_printf("https://lure-%s/%d", message->from_domain, i);

		indicators_link(message, url);
	}
	indicators_link(message, "https://help.example/");
}

static void
test_common(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const int count = 32;

	for (int i = 0; i < count; i++) {
		g_autofree char *domain = g_strdup_printf("s%02d.example", i);

		add_mail(sample, domain, "Service", name_common);
	}
	sample_decide(sample, sample_request(DECISION_BLOCK, 1, count), NULL);
	assert_left_out(sample, "help.example", "is common to many senders");
	assert_left_out(sample, "Service", "is common to many senders");
	assert_left_out(sample, "lure-s07.example", NULL);
	deny(sample, (Rule){ .account = (char *)"Service" });
	assert_left_out(sample, "Service", NULL);
}

static int64_t
allow(const Sample *sample, const char *account, const char *domain)
{
	return indicators_rule(sample,
		(Rule){ .kind = RULE_ALLOW,
			.account = (char *)account,
			.domain = (char *)domain,
			.expires = SAMPLE_NOW + 1000 });
}

static void
test_let_in(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_do(sample, DECISION_BLOCK, add_mail(sample, "good.example", "A", NULL));
	allow(sample, "A", "mail.good.example");
	assert_told(sample, &whole, ACCOUNTS | DOMAINS | SENDERS,
		"not A; not good.example; allow mail.good.example; not kit@good.example");
	assert_left_out(sample, "good.example", "is let in by rule 1");
	deny(sample, (Rule){ .domain = (char *)"good.example" });
	assert_told(sample, &whole, DOMAINS, "block good.example; not mail.good.example");
	assert_left_out(sample, "mail.good.example", "is blocked by rule 2");
}

static void
test_released_by_rule(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t rule = allow(sample, "A", "good.example");

	g_assert_cmpint(sample_state(sample, add_mail(sample, "good.example", "A", NULL)), ==,
		STATE_RELEASED);
	undo(sample, rule);
	sample_do(sample, DECISION_BLOCK, add_mail(sample, "good.example", "A", NULL));
	assert_told(sample, &whole, DOMAINS, "block good.example");
}

/* ---- rules ---- */

static void
test_several(Sample *sample, G_GNUC_UNUSED const void *data)
{
	deny(sample, (Rule){ .account = (char *)"Both", .link = (char *)"half.example" });
	assert_told(sample, &whole, ~0U, "not Both; not half.example");
	assert_left_out(sample, "half.example", "is blocked only together with something else");
}

static void
test_allow(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Indicators) indicators = NULL;
	const Indicator *indicator;

	allow(sample, "A", "good.example");
	indicators = find(sample, &whole);
	indicator = seek(indicators, "good.example");
	g_assert_cmpint(indicator->action, ==, INDICATOR_ALLOW);
	g_assert_cmpstr(indicator->account, ==, "A");
	g_assert_cmpint(indicator->rule, ==, 1);
	g_assert_cmpint(indicator->expires, ==, SAMPLE_NOW + 1000);
	g_assert_cmpstr(indicator->actor, ==, "carol");
	g_assert_cmpstr(indicator->reason, ==, "seen before");
}

/* Whoever asks when a rule has expired, and no operation came since, is told another thing than
 * who had asked before. */
static void
test_expiry_between_operations(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const Ask expired = { .now = SAMPLE_NOW + 2000 };
	Ask since = { .now = SAMPLE_NOW + 2000 };
	int64_t id = add_mail(sample, "evil.example", "A", NULL);
	int64_t kit = add_mail(sample, "kit.example", "B", NULL);
	int64_t block;

	deny(sample, (Rule){ .domain = (char *)"kit.example", .expires = SAMPLE_NOW + 1000 });
	allow(sample, "A", "good.example");
	sample_do(sample, DECISION_HOLD, kit);
	block = sample_do(sample, DECISION_BLOCK, id);
	assert_told(sample, &whole, ACCOUNTS | DOMAINS,
		"not A; block evil.example; allow good.example; block kit.example");
	assert_told(sample, &expired, ACCOUNTS | DOMAINS, "block A; block evil.example");
	since.since = block;
	undo(sample, block);
	assert_told(sample, &since, ACCOUNTS | DOMAINS,
		"withdrawn A; withdrawn evil.example; withdrawn good.example;"
		" withdrawn kit.example");
	sample_do(sample, DECISION_BLOCK, kit);
	assert_told(sample, &since, ACCOUNTS | DOMAINS,
		"withdrawn A; block B; withdrawn evil.example; withdrawn good.example;"
		" block kit.example");
}

static void
test_expiry(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const Ask later = { .now = SAMPLE_NOW + 100 };
	Ask since = { .now = SAMPLE_NOW + 100 };
	g_autoptr(Indicators) indicators = NULL;

	deny(sample, (Rule){ .link = (char *)"soon.example", .expires = SAMPLE_NOW + 50 });
	deny(sample, (Rule){ .link = (char *)"idle.example", .idle = 60 });
	assert_told(sample, &whole, LINKS, "block idle.example; block soon.example");
	assert_told(sample, &later, LINKS, "");
	since.since = through(sample);
	assert_told(sample, &since, LINKS, "withdrawn idle.example; withdrawn soon.example");
	indicators = find(sample, &since);
	g_assert_cmpint(seek(indicators, "idle.example")->at, ==, SAMPLE_NOW + 60);
	g_assert_cmpint(seek(indicators, "soon.example")->operation, ==, 0);
}

static void
test_removed(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Ask since = { 0 };
	g_autoptr(Indicators) indicators = NULL;
	int64_t removal;

	deny(sample, (Rule){ .link = (char *)"gone.example" });
	since.since = through(sample);
	removal = store_remove_rule(sample->store, 1, "erin", SAMPLE_NOW + 9, NULL);
	assert_told(sample, &whole, LINKS, "");
	assert_told(sample, &since, LINKS, "withdrawn gone.example");
	indicators = find(sample, &since);
	g_assert_cmpint(seek(indicators, "gone.example")->operation, ==, removal);
	undo(sample, removal);
	assert_told(sample, &since, LINKS, "");
	assert_told(sample, &whole, LINKS, "block gone.example");
}

/* ---- since ---- */

static void
test_undo_withdraws(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Ask since = { 0 };
	int64_t block, taken_back;
	g_autoptr(Indicators) indicators = NULL;
	const Indicator *indicator;

	block = sample_do(sample, DECISION_BLOCK, add_mail(sample, "evil.example", "A", NULL));
	since.since = block;
	assert_told(sample, &since, DOMAINS, "");
	taken_back = undo(sample, block);
	assert_told(sample, &since, DOMAINS, "withdrawn evil.example");
	indicators = find(sample, &since);
	indicator = seek(indicators, "evil.example");
	g_assert_cmpint(indicator->operation, ==, taken_back);
	g_assert_cmpint(indicator->at, ==, SAMPLE_NOW + 5);
	g_assert_cmpstr(indicator->actor, ==, "dave");
	since.since = taken_back;
	assert_told(sample, &since, DOMAINS, "");
	undo(sample, taken_back);
	assert_told(sample, &since, DOMAINS, "block evil.example");
}

static void
test_release_withdraws(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Ask since = { 0 };
	int64_t release;

	sample_do(sample, DECISION_BLOCK, add_mail(sample, "evil.example", "A", NULL));
	since.since = through(sample);
	release = sample_do(sample, DECISION_RELEASE, add_mail(sample, "evil.example", "A", NULL));
	assert_told(sample, &since, DOMAINS, "withdrawn evil.example");
	since.since = release;
	assert_told(sample, &since, DOMAINS, "");
	undo(sample, release);
	assert_told(sample, &since, DOMAINS, "block evil.example");
}

/* One message less says it, but others still do. */
static void
test_still_said(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Ask since = { 0 };
	int64_t first;

	add_mail(sample, "evil.example", "A", NULL);
	add_mail(sample, "evil.example", "A", NULL);
	first = sample_do(sample, DECISION_BLOCK, 1);
	since.since = sample_do(sample, DECISION_BLOCK, 2);
	undo(sample, first);
	assert_told(sample, &since, DOMAINS, "");
	assert_told(sample, &whole, DOMAINS, "block evil.example");
}

static void
test_query(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const Ask some = { .query = "from:evil.example" }, none = { .query = "from:nobody" };
	Ask since = { .query = "from:evil.example" };
	g_autoptr(Indicators) indicators = NULL;
	const Indicator *indicator;

	deny(sample, (Rule){ .domain = (char *)"evil.example" });
	deny(sample, (Rule){ .domain = (char *)"unhit.example" });
	add_mail(sample, "evil.example", "A", NULL);
	add_mail(sample, "evil.example", "A", NULL);
	sample_do(sample, DECISION_BLOCK, add_mail(sample, "other.example", "B", NULL));
	assert_told(sample, &some, ~0U, "block A; block evil.example; block kit@evil.example");
	assert_told(sample, &none, ~0U, "");
	indicators = find(sample, &some);
	indicator = seek(indicators, "evil.example");
	g_assert_cmpint(indicator->messages, ==, 2);
	g_assert_cmpint(indicator->first, ==, SAMPLE_NOW - 2999);
	g_assert_cmpint(indicator->last, ==, SAMPLE_NOW - 2998);
	since.since = through(sample);
	undo(sample, since.since);
	assert_told(sample, &since, DOMAINS, "withdrawn other.example");
}

/* ---- many ---- */

static void
test_pages(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Indicators) indicators = NULL;
	const Indicator *indicator;
	int count = 0;

	for (int i = 0; i < 300; i++) {
		g_autofree char *domain = g_strdup_printf("evil%03d.example", i);

		add_mail(sample, domain, "A", NULL);
	}
	sample_decide(sample, sample_request(DECISION_BLOCK, 1, 300), NULL);
	indicators = find(sample, &whole);
	for (int i = 0; i < 2; i++, indicators_rewind(indicators)) {
		g_autofree char *last = g_strdup("");

		count = 0;
		while (indicators_next(indicators, &indicator, NULL) && indicator) {
			if (indicator->kind != INDICATOR_DOMAIN)
				continue;
			g_assert_cmpstr(last, <, indicator->value);
			g_free(last);
			last = g_strdup(indicator->value);
			count++;
		}
		g_assert_cmpint(count, ==, 300);
	}
}

/* What somebody holds who started with the whole and took each change since. */
static void
apply(const Sample *sample, GHashTable *held, int64_t *since)
{
	const Ask ask = { .since = *since };
	g_autoptr(Indicators) indicators = find(sample, &ask);
	const Indicator *indicator;

	while (indicators_next(indicators, &indicator, NULL) && indicator) {
		char *key = g_strdup_printf("%s %s %s", indicator_action_name(indicator->action),
			indicator_kind_name(indicator->kind), indicator->value);

		if (indicator->withdrawn && !g_hash_table_remove(held, key))
			g_error("since %d: nobody has %s", (int)*since, key);
		else if (!indicator->left_out && !indicator->withdrawn &&
			!g_hash_table_add(held, g_strdup(key)))
			g_error("since %d: again %s", (int)*since, key);
		g_free(key);
	}
	*since = indicators_through(indicators);
}

static void
assert_same(const Sample *sample, GHashTable *held)
{
	g_autoptr(GHashTable) fresh = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	int64_t since = 0;
	GHashTableIter iterator;
	void *key;

	apply(sample, fresh, &since);
	g_hash_table_iter_init(&iterator, fresh);
	while (g_hash_table_iter_next(&iterator, &key, NULL)) {
		if (!g_hash_table_contains(held, key))
			g_error("operation %d: missing %s", (int)since, (char *)key);
	}
	g_hash_table_iter_init(&iterator, held);
	while (g_hash_table_iter_next(&iterator, &key, NULL)) {
		if (!g_hash_table_contains(fresh, key))
			g_error("operation %d: too much %s", (int)since, (char *)key);
	}
}

enum {
	STEPS = 120,
	MAILS = 12,
	SOURCES = 4,
};

static void
step(const Sample *sample, int *rules)
{
	static const char *const domains[SOURCES] = { "a.example", "b.example", "c.example",
		"d.example" };
	int dice = g_test_rand_int_range(0, 10);
	int source = g_test_rand_int_range(0, SOURCES);
	int64_t message = g_test_rand_int_range(1, MAILS + 1);

	if (dice < 5)
		sample_decide(sample,
			sample_request((DecisionKind)g_test_rand_int_range(0, DECISIONS), message,
				message),
			NULL);
	else if (dice < 8)
		store_undo(sample->store, g_test_rand_int_range(1, (int)through(sample) + 2),
			"dave", SAMPLE_NOW, NULL);
	else if (dice < 9 && ++*rules % 3 == 0)
		allow(sample, domains[source % 3], domains[source]);
	else if (dice < 9)
		deny(sample, (Rule){ .domain = (char *)domains[source] });
	else if (*rules)
		store_remove_rule(sample->store, g_test_rand_int_range(1, *rules + 1), "erin",
			SAMPLE_NOW, NULL);
}

/* Decisions, undos and rules at random. */
static void
test_random(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GHashTable) held = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	static const char *const domains[SOURCES] = { "a.example", "b.example", "c.example",
		"d.example" };
	int64_t since = 0;
	int rules = 0;

	for (int i = 0; i < MAILS; i++)
		add_mail(sample, domains[i % SOURCES], domains[i % 3],
			i % 2 ? indicators_hostile : NULL);
	sample_do(sample, DECISION_BLOCK, 1);
	apply(sample, held, &since);
	for (int i = 0; i < STEPS; i++) {
		step(sample, &rules);
		if (g_test_rand_int_range(0, 3) > 0)
			continue;
		apply(sample, held, &since);
		assert_same(sample, held);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/indicator/forged-from-is-never-blocked", test_forged_from);
	sample_test("/indicator/senders-that-are-many-people", test_many_senders);
	sample_test("/indicator/whom-mail-was-for-as-sender", test_recipient_as_sender);
	sample_test("/indicator/whom-mail-was-for-of-our-own", test_own_recipient_as_sender);
	sample_test("/indicator/whom-mail-was-for-in-a-sender", test_senders_name_nobody);
	sample_test("/indicator/private-addresses", test_private_addresses);
	sample_test("/indicator/shared-hosts-by-their-pages-alone", test_links);
	sample_test("/indicator/urls-name-nobody", test_urls_name_nobody);
	sample_test("/indicator/redacted", test_redacted);
	sample_test("/indicator/files", test_files);
	sample_test("/indicator/what-people-released-is-left-out", test_released);
	sample_test("/indicator/what-a-rule-released-is-not", test_released_by_rule);
	sample_test("/indicator/what-a-rule-lets-in-is-left-out", test_let_in);
	sample_test("/indicator/what-is-common-is-left-out", test_common);
	sample_test("/indicator/rule-on-several-is-left-out", test_several);
	sample_test("/indicator/allow-names-account-and-domain", test_allow);
	sample_test("/indicator/expiry-withdraws", test_expiry);
	sample_test("/indicator/expiry-between-operations", test_expiry_between_operations);
	sample_test("/indicator/removal-withdraws", test_removed);
	sample_test("/indicator/undo-withdraws", test_undo_withdraws);
	sample_test("/indicator/release-withdraws", test_release_withdraws);
	sample_test("/indicator/said-by-another-stays", test_still_said);
	sample_test("/indicator/only-what-the-query-finds", test_query);
	sample_test("/indicator/more-than-a-page-in-order", test_pages);
	sample_test("/indicator/changes-add-up-to-the-whole", test_random);
	return g_test_run();
}
