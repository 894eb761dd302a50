/* What a message can share with others, kind by kind, and what must bind nobody. */
#include "mail/edge.h"

#include "mail/link.h"
#include "mail/link_judge.h"
#include "mail/pack.h"
#include "tests/mail/mails.h"

#define ACCOUNT "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg="

/* Values of one kind, in order, with blanks between; yours. */
static char *
edges_of(const Message *message, EdgeKind kind)
{
	GString *values = g_string_new(NULL);

	for (guint i = 0; i < message->edges->len; i++) {
		const Edge *edge = g_ptr_array_index(message->edges, i);

		if (edge->kind == kind)
			g_string_append_printf(
				values, "%s%s", values->len > 0 ? "; " : "", edge->value);
	}
	return g_string_free(values, false);
}

static void
assert_edges(const Message *message, EdgeKind kind, const char *expected)
{
	g_autofree char *found = edges_of(message, kind);

	g_assert_cmpstr(found, ==, expected);
}

/* Have they an edge of @kind in common? */
static bool
share(const Message *a, const Message *b, EdgeKind kind)
{
	for (guint i = 0; i < a->edges->len; i++) {
		const Edge *edge = g_ptr_array_index(a->edges, i);

		for (guint j = 0; edge->kind == kind && j < b->edges->len; j++) {
			const Edge *other = g_ptr_array_index(b->edges, j);

			if (other->kind == kind && g_str_equal(other->value, edge->value))
				return true;
		}
	}
	return false;
}

static void
set(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

static void
add_text(Message *message, const char *type, const char *words)
{
	PartText *text = g_new0(PartText, 1);

	text->path = g_strdup("1");
	text->type = g_strdup(type);
	text->text = g_strdup(words);
	g_ptr_array_add(message->texts, text);
}

/* A mail by news@shop.example. */
static Message *
written(const char *name, const char *subject, const char *text)
{
	Message *message = message_new();

	set(&message->from->name, name);
	set(&message->from->address, "news@shop.example");
	set(&message->from_domain, "shop.example");
	set(&message->subject, subject);
	if (text)
		add_text(message, "text/plain", text);
	return message;
}

/* The same link as reading a mail makes it. */
static void
add_link(Message *message, const char *url)
{
	g_ptr_array_add(message->links, link_new("", url, 0, "part 1", NULL));
}

static void
find_edges(Message *message)
{
	message->site = mails_site();
	links_judge(message);
	message->site = NULL;
	message_find_edges(message, mails_site());
}

/* ---- accounts ---- */

static void
sign(Message *message)
{
	Signature *signature = g_new0(Signature, 1);

	signature->domain = g_strdup("amazonses.com");
	signature->selector = g_strdup("224i4yxa5dv7c2xz3womw6peuasteono");
	signature->covered = g_strdup("From:Feedback-ID");
	g_ptr_array_add(message->signatures, signature);
}

static void
test_account_that_is_proven(void)
{
	g_autoptr(Message) message = message_new();

	message->ses->account = g_strdup(ACCOUNT);
	message->ses->account_signed = true;
	message->account_domain = g_strdup("shop.example");
	find_edges(message);
	assert_edges(message, EDGE_ACCOUNT, ACCOUNT);
	assert_edges(message, EDGE_CLAIMED_ACCOUNT, "");
	assert_edges(message, EDGE_SENDER, "");
	message->authenticated = true;
	find_edges(message);
	assert_edges(message, EDGE_SENDER, ACCOUNT " shop.example");
}

static void
test_account_that_is_claimed(void)
{
	g_autoptr(Message) message = message_new();

	message->ses->account = g_strdup(ACCOUNT);
	message->account_domain = g_strdup("shop.example");
	message->authenticated = true;
	find_edges(message);
	g_assert_cmpint(message->edges->len, ==, 0);
	sign(message);
	find_edges(message);
	assert_edges(message, EDGE_CLAIMED_ACCOUNT, ACCOUNT);
	assert_edges(message, EDGE_ACCOUNT, "");
	assert_edges(message, EDGE_SENDER, "");
}

/* ---- links ---- */

typedef struct LinkCase {
	const char *name, *url, *value;
} LinkCase;

// clang-format off
static const LinkCase link_cases[] = {
	{ "domain", "https://pay.wallet-check.test/a/b?c", "wallet-check.test" },
	{ "own-domain-of-the-sender", "https://www.shop.example/", "shop.example" },
	{ "address", "http://192.0.2.7/login", "192.0.2.7" },
	{ "through-a-redirector", "https://www.google.com/url?q=https://evil.test/x", "evil.test" },
	{ "through-tracking", "https://abcd1234.r.us-east-1.awstrack.me/L0/https:%2F%2Fevil.test%2F/1/"
		"0100018b69130900-ec71f343-34c5-4f07-8b7e-61c44b824c75-000000/AAAAAAAAAAAAAAAAAAAAAAAAA_-=386", "evil.test" },
	/* what stands in footers, and names of brands */
	{ "social-network", "https://www.facebook.com/shop", "" },
	{ "common-host", "https://www.w3.org/TR/", "" },
	{ "common-host-below", "https://t.me/somebody", "" },
	{ "brand", "https://www.paypal.com/signin", "" },
	{ "our-own", "https://portal.harbourworks.example/x", "" },
	{ "mail-address", "mailto:a@evil.test", "" },
	{ "picture", "https://pixel.evil.test/", "" },
	/* hosted: one customer's, or one page */
	{ "customer", "https://wallet-check.pages.dev/a", "wallet-check.pages.dev" },
	{ "customer-of-customer", "https://a.wallet-check.netlify.app/", "a.wallet-check.netlify.app" },
	{ "bucket-in-host", "https://wallet.s3.us-east-1.amazonaws.com/index.html", "wallet.s3.us-east-1.amazonaws.com" },
	{ "bucket-in-path", "https://s3.us-east-1.amazonaws.com/wallet/index.html", "s3.us-east-1.amazonaws.com/wallet/index.html" },
	{ "bucket-in-path-older", "https://s3-eu-west-1.amazonaws.com/wallet/x", "s3-eu-west-1.amazonaws.com/wallet/x" },
	{ "bucket-at-a-region", "https://ams3.digitaloceanspaces.com/wallet/x", "ams3.digitaloceanspaces.com/wallet/x" },
	{ "bucket-below-a-region", "https://wallet.ams3.digitaloceanspaces.com/x", "wallet.ams3.digitaloceanspaces.com" },
	{ "bucket-at-google", "https://storage.googleapis.com/wallet/x.html?y", "storage.googleapis.com/wallet/x.html" },
	{ "page", "https://docs.google.com/forms/d/e/1FAIp/viewform?usp=x#y", "docs.google.com/forms/d/e/1FAIp/viewform" },
	{ "page-in-the-query", "https://forms.office.com/Pages/ResponsePage.aspx?id=abc&lang=de", "forms.office.com/Pages/ResponsePage.aspx?id=abc" },
	{ "host-of-everybody", "https://raw.githubusercontent.com/evil/x/y", "raw.githubusercontent.com/evil/x/y" },
	{ "service-itself", "https://www.jotform.com/", "" },
	{ "service-itself-www", "https://www.weebly.com", "" },
	/* shorteners */
	{ "shortened", "https://bit.ly/3abcDE/?x", "bit.ly/3abcDE" },
	{ "shortener-itself", "https://bit.ly/", "" },
	{ "t-co", "https://t.co/AbC", "t.co/AbC" },
};
// clang-format on

static void
test_link(gconstpointer data)
{
	const LinkCase *row = data;
	g_autoptr(Message) message = written("", "", NULL);

	add_link(message, row->url);
	if (g_str_equal(row->name, "picture"))
		((Link *)g_ptr_array_index(message->links, 0))->flags |= LINK_IMAGE;
	find_edges(message);
	assert_edges(message, EDGE_LINK, row->value);
}

static void
test_links_bind_once_and_not_without_end(void)
{
	g_autoptr(Message) message = written("", "", NULL);
	g_auto(GStrv) values = NULL;
	g_autofree char *found = NULL;

	for (int i = 0; i < 3 * EDGE_MAX_OF_KIND; i++) {
		g_autofree char *url = g_strdup_printf("https://h%d.test/%d", i / 2, i);

		add_link(message, url);
	}
	find_edges(message);
	found = edges_of(message, EDGE_LINK);
	values = g_strsplit(found, "; ", -1);
	g_assert_cmpint(g_strv_length(values), ==, EDGE_MAX_OF_KIND);
	g_assert_cmpstr(values[0], ==, "h0.test");
	g_assert_cmpstr(values[1], ==, "h1.test");
}

/* Without a site nothing is known of brands, and nothing is ours. */
static void
test_link_without_a_site(void)
{
	g_autoptr(Message) message = written("", "", NULL);

	add_link(message, "https://www.paypal.com/");
	message_find_edges(message, NULL);
	assert_edges(message, EDGE_LINK, "paypal.com");
}

static void
test_value_is_cut_at_a_character(void)
{
	g_autoptr(Message) message = message_new();
	g_autofree char *long_value = g_strnfill(EDGE_MAX_VALUE - 1, 'x');
	g_autofree char *value = g_strconcat(long_value, "ü", NULL);
	const Edge *edge;

	message_add_edge(message, EDGE_KIT, value);
	message_add_edge(message, EDGE_KIT, "");
	g_assert_cmpint(message->edges->len, ==, 1);
	edge = g_ptr_array_index(message->edges, 0);
	g_assert_cmpint(strlen(edge->value), <=, EDGE_MAX_VALUE);
	g_assert_true(g_utf8_validate(edge->value, -1, NULL));
}

/* ---- attachments ---- */

static void
attach(Message *message, const char *name, const char *detected, int64_t size)
{
	Attachment *attachment = attachment_new();

	attachment->path = g_strdup("2");
	attachment->name = g_strdup(name);
	attachment->detected = g_strdup(detected);
	attachment->size = size;
	attachment->sha256 = g_strdup("ab12");
	g_ptr_array_add(message->attachments, attachment);
}

static void
assert_attachment(const char *name, const char *detected, int64_t size, const char *value)
{
	g_autoptr(Message) message = message_new();

	attach(message, name, detected, size);
	find_edges(message);
	assert_edges(message, EDGE_ATTACHMENT, value);
}

static void
test_attachment_is_its_digest(void)
{
	assert_attachment("a.pdf", "application/pdf", 402, "ab12");
	assert_attachment("a.txt", "text/plain", 64, "ab12");
	assert_attachment(NULL, "application/zip", 1000, "ab12");
	assert_attachment("photo.png", "image/png", 20 * 1024, "ab12");
}

static void
test_logos_and_tiny_files_bind_nobody(void)
{
	assert_attachment("logo.png", "image/png", 20 * 1024 - 1, "");
	assert_attachment("a.txt", "text/plain", 63, "");
	assert_attachment("a.txt", NULL, 0, "");
	assert_attachment("empty", "application/x-empty", 0, "");
}

static void
test_empty_documents_are_of_a_kind(void)
{
	assert_attachment("Invoice.PDF", "application/x-empty", 0, "empty PDF");
	assert_attachment("x.tar.ics", "application/x-empty", 0, "empty invitation");
	assert_attachment("pdf", "application/x-empty", 0, "");
}

/* ---- kits ---- */

static const char kit_mail[] = "From: \"C\" <a@%s>\nX-Attach-Flag: N\nSubject: x\n\nhello\n";

static void
test_kit_binds_and_apples_own_does_not(void)
{
	g_autofree char *lure = g_strdup_printf(kit_mail, "shop.example");
	g_autofree char *apples = g_strdup_printf(kit_mail, "id.apple.com");
	g_autoptr(Message) first = mails_read(lure);
	g_autoptr(Message) second = mails_read(apples);

	assert_edges(first, EDGE_KIT, "X-Attach-Flag");
	assert_edges(second, EDGE_KIT, "");
}

/* ---- subjects ---- */

static void
assert_subject(const char *name, const char *subject, const char *value)
{
	g_autoptr(Message) message = written(name, subject, NULL);

	add_link(message, "https://www.shop.example/");
	find_edges(message);
	assert_edges(message, EDGE_SUBJECT, value);
}

static void
test_subject_stands_with_the_name(void)
{
	assert_subject(
		"Help Desk", "Your Case #83899065 is open", "help desk: your case 0 is open");
	assert_subject("Help Desk", "your case 7 IS öpen!", "help desk: your case 0 is open");
	assert_subject("", "one two three", ": one two three");
	assert_subject("support-47684045", "Statement ID-1234 x", "support 0: statement id 0 x");
	assert_subject("Help Desk", "Hello there", "");
	assert_subject("Help Desk", "", "");
	assert_subject("Help Desk", "?! - .. - !", "");
}

static void
test_borrowed_name_is_the_brand(void)
{
	assert_subject(
		"Trust Wallet", "verify your wallet now", "trust wallet: verify your wallet now");
	assert_subject(
		"Trust-WaIIet", "verify your wallet now", "trust wallet: verify your wallet now");
	assert_subject("T r u s t W a l l e t", "verify your wallet now",
		"trust wallet: verify your wallet now");
}

/* ---- texts ---- */

enum {
	LENGTH = 240, /* words */
	TRIALS = 300,
};

static GPtrArray *
random_words(GRand *rand, int count)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

	for (int i = 0; i < count; i++)
		g_ptr_array_add(words,
			g_strdup_printf("w%c%c%c", g_rand_int_range(rand, 'a', 'z' + 1),
				g_rand_int_range(rand, 'a', 'z' + 1),
				g_rand_int_range(rand, 'a', 'z' + 1)));
	return words;
}

static char *
joined(const GPtrArray *words)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < words->len; i++)
		g_string_append_printf(text, "%s%s", i % 9 ? " " : "\n",
			(const char *)g_ptr_array_index(words, i));
	return g_string_free(text, false);
}

/* Of runs of three words, as a set: what both have by what either has. */
static double
likeness(const GPtrArray *a, const GPtrArray *b)
{
	const GPtrArray *const both[] = { a, b };
	g_autoptr(GHashTable) first = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) common = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (int side = 0; side < 2; side++) {
		for (guint i = 0; i + 3 <= both[side]->len; i++) {
			const char *const *run = (const char *const *)&both[side]->pdata[i];
			char *key = g_strdup_printf("%s %s %s", run[0], run[1], run[2]);

			if (side == 0)
				g_hash_table_add(first, g_strdup(key));
			else if (g_hash_table_contains(first, key))
				g_hash_table_add(common, g_strdup(key));
			g_hash_table_add(all, key);
		}
	}
	return (double)g_hash_table_size(common) / (double)g_hash_table_size(all);
}

static void *
copy_word(const void *word, G_GNUC_UNUSED void *data)
{
	return g_strdup(word);
}

/* In how many of TRIALS two texts that differ in @changed words bind; *@mean is how alike
 * they are. */
static int
count_bound(GRand *rand, int changed, double *mean)
{
	int bound = 0;

	*mean = 0;
	for (int trial = 0; trial < TRIALS; trial++) {
		g_autoptr(GPtrArray) words = random_words(rand, LENGTH);
		g_autoptr(GPtrArray) other = g_ptr_array_copy(words, copy_word, NULL);
		g_autofree char *first = joined(words);
		g_autofree char *second = NULL;
		g_autoptr(Message) a = written("", "", first);
		g_autoptr(Message) b = NULL;

		for (int i = 0; i < changed; i++)
			set((char **)&other->pdata[i * LENGTH / changed], "changed");
		second = joined(other);
		b = written("", "", second);
		find_edges(a);
		find_edges(b);
		bound += share(a, b, EDGE_TEXT);
		*mean += likeness(words, other) / TRIALS;
	}
	return bound;
}

/* Seeded, so that a bad day is the same every day. */
static void
test_likeness_binds_by_degree(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(20261129);
	double mean = 0;
	int bound;

	bound = count_bound(rand, 4, &mean);
	g_test_message("likeness %.2f: %d of %d", mean, bound, TRIALS);
	g_assert_cmpfloat(mean, >, 0.90);
	g_assert_cmpfloat(mean, <, 0.93);
	g_assert_cmpint(bound, >=, TRIALS * 93 / 100);

	bound = count_bound(rand, 27, &mean);
	g_test_message("likeness %.2f: %d of %d", mean, bound, TRIALS);
	g_assert_cmpfloat(mean, >, 0.47);
	g_assert_cmpfloat(mean, <, 0.53);
	g_assert_cmpint(bound, <=, TRIALS * 12 / 100);

	bound = count_bound(rand, 80, &mean);
	g_test_message("likeness %.2f: %d of %d", mean, bound, TRIALS);
	g_assert_cmpint(bound, ==, 0);
}

#define LURE                                                                              \
	"Dear %s, a sign in from %s was seen on your wallet at %s. If that was not you, " \
	"confirm your recovery phrase within %s hours at [1] or write to %s before the end."

static Message *
lure(const char *name, const char *address, const char *time, const char *hours, const char *desk)
{
	g_autofree char *text = g_strdup_printf(LURE, name, address, time, hours, desk);

	return written("", "", text);
}

static void
test_numbers_and_addresses_are_folded(void)
{
	g_autoptr(Message) a = lure("ann", "192.0.2.1", "09:17", "24", "a@x.example");
	g_autoptr(Message) b = lure("ann", "203.0.113.77", "23:1", "4", "b@y.example");
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	find_edges(a);
	find_edges(b);
	first = edges_of(a, EDGE_TEXT);
	second = edges_of(b, EDGE_TEXT);
	g_assert_cmpstr(first, ==, second);
	g_assert_cmpstr(first, !=, "");
}

static void
test_case_and_line_ends_are_no_difference(void)
{
	g_autoptr(Message) a = written("", "", "Please   confirm\nyour WALLET today");
	g_autoptr(Message) b = written("", "", "please confirm your\r\n\twallet TODAY");

	find_edges(a);
	find_edges(b);
	g_assert_true(share(a, b, EDGE_TEXT));
}

/* Too short to have runs: the whole counts, and what says next to nothing does not. */
static void
test_short_texts_are_compared_whole(void)
{
	g_autoptr(Message) a = written("", "", "see the attached invoice please now");
	g_autoptr(Message) same = written("", "", "see the attached invoice please now");
	g_autoptr(Message) other = written("", "", "see the attached invoice please today");
	g_autoptr(Message) few = written("", "", "see attached invoice now");
	g_autoptr(Message) none = written("", "", " \n ");

	find_edges(a);
	find_edges(same);
	find_edges(other);
	find_edges(few);
	find_edges(none);
	g_assert_true(share(a, same, EDGE_TEXT));
	g_assert_false(share(a, other, EDGE_TEXT));
	assert_edges(few, EDGE_TEXT, "");
	assert_edges(none, EDGE_TEXT, "");
}

static void
test_html_comes_before_plain_text(void)
{
	static const char shown[] = "this is what readers are shown first";
	g_autoptr(Message) a = written("", "", "one plain text that nobody sees");
	g_autoptr(Message) b = written("", "", "quite another plain text of some words");
	g_autoptr(Message) c = written("", "", "one plain text that nobody sees");

	add_text(a, "text/html", shown);
	add_text(b, "text/html", shown);
	add_text(c, "text/html", "\n");
	find_edges(a);
	find_edges(b);
	find_edges(c);
	g_assert_true(share(a, b, EDGE_TEXT));
	/* A page without words is none. */
	g_assert_false(share(a, c, EDGE_TEXT));
	g_assert_true(c->edges->len > 0);
}

static void
test_huge_text_costs_no_more(void)
{
	g_autofree char *huge = g_strnfill(4 << 20, 'x');
	g_autoptr(Message) message = NULL;

	for (size_t i = 3; i < 4 << 20; i += 5)
		huge[i] = ' ';
	message = written("", "", huge);
	find_edges(message);
	g_assert_cmpint(message->edges->len, <=, EDGE_TEXT_BANDS);
}

/* ---- copies of real mail ---- */

static const char real_text[] =
	"We noticed a new sign in to your account from a device that we do not know. If this was "
	"you, there is nothing to do. Otherwise change your password now.";

static void
test_copy_that_leads_elsewhere_stands_apart(void)
{
	g_autoptr(Message) real = written("Shop", "A new sign in was seen", real_text);
	g_autoptr(Message) copy = written("Shop", "A new sign in was seen", real_text);
	g_autoptr(Message) another = written("Shop", "A new sign in was seen", real_text);

	add_link(real, "https://www.shop.example/account");
	add_link(real, "https://elsewhere.test/");
	add_link(copy, "https://evil.test/account");
	add_link(another, "https://wicked.test/account");
	find_edges(real);
	find_edges(copy);
	find_edges(another);
	g_assert_false(share(real, copy, EDGE_TEXT));
	g_assert_false(share(real, copy, EDGE_SUBJECT));
	g_assert_true(share(another, copy, EDGE_TEXT));
	g_assert_true(share(another, copy, EDGE_SUBJECT));
}

/* ---- in and out of the box ---- */

static void
test_pack_keeps_edges(void)
{
	g_autoptr(Message) message = written("Shop", "A new sign in was seen", real_text);
	g_autoptr(GBytes) packed = NULL;
	g_autoptr(Message) again = NULL;

	add_link(message, "https://evil.test/account");
	attach(message, "a.pdf", "application/pdf", 402);
	set(&((Attachment *)g_ptr_array_index(message->attachments, 0))->declared, "x/y");
	find_edges(message);
	packed = message_pack(message);
	again = message_unpack(packed);
	g_assert_nonnull(again);
	g_assert_cmpint(again->edges->len, ==, message->edges->len);
	for (guint i = 0; i < message->edges->len; i++) {
		const Edge *a = g_ptr_array_index(message->edges, i);
		const Edge *b = g_ptr_array_index(again->edges, i);

		g_assert_cmpint(a->kind, ==, b->kind);
		g_assert_cmpstr(a->value, ==, b->value);
	}
}

/* What a box that was taken over may write: edges that only a person draws, kinds that
 * there are not. */
static void
test_unpack_refuses_kinds_no_mail_has(void)
{
	static const int bad[] = { -1, EDGE_PERSON, EDGE_KINDS, 1000 };

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(Message) message = message_new();
		g_autoptr(GBytes) packed = NULL;
		g_autoptr(Message) again = NULL;

		message_add_edge(message, EDGE_KIT, "x");
		((Edge *)g_ptr_array_index(message->edges, 0))->kind = (EdgeKind)bad[i];
		packed = message_pack(message);
		again = message_unpack(packed);
		g_assert_null(again);
	}
}

/* Nor more edges, or longer ones, than reading a mail makes. */
static void
test_unpack_keeps_the_caps(void)
{
	g_autoptr(Message) message = message_new();
	g_autoptr(GBytes) packed = NULL;
	g_autoptr(Message) again = NULL;

	for (int i = 0; i < 10 * EDGE_MAX_OF_KIND; i++) {
		Edge *edge = g_new0(Edge, 1);
		g_autofree char *fill = g_strnfill(10 * EDGE_MAX_VALUE, 'x');

		edge->kind = EDGE_LINK;
		edge->value = g_strdup_printf("%d%s", i, fill);
		g_ptr_array_add(message->edges, edge);
	}
	packed = message_pack(message);
	again = message_unpack(packed);
	g_assert_nonnull(again);
	g_assert_cmpint(again->edges->len, ==, EDGE_MAX_OF_KIND);
	g_assert_cmpint(
		strlen(((Edge *)g_ptr_array_index(again->edges, 0))->value), <=, EDGE_MAX_VALUE);
}

static void
test_every_kind_has_a_name(void)
{
	for (int i = 0; i < EDGE_KINDS; i++) {
		g_assert_nonnull(edge_kind_names[i].name);
		g_assert_nonnull(edge_kind_names[i].words);
		for (int j = 0; j < i; j++)
			g_assert_cmpstr(edge_kind_names[i].name, !=, edge_kind_names[j].name);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/edge/account-that-is-proven", test_account_that_is_proven);
	g_test_add_func("/edge/account-that-is-claimed", test_account_that_is_claimed);
	for (size_t i = 0; i < G_N_ELEMENTS(link_cases); i++) {
		g_autofree char *path = g_strconcat("/edge/link/", link_cases[i].name, NULL);

		g_test_add_data_func(path, &link_cases[i], test_link);
	}
	g_test_add_func("/edge/links-bind-once-and-not-without-end",
		test_links_bind_once_and_not_without_end);
	g_test_add_func("/edge/link-without-a-site", test_link_without_a_site);
	g_test_add_func("/edge/value-is-cut-at-a-character", test_value_is_cut_at_a_character);
	g_test_add_func("/edge/attachment-is-its-digest", test_attachment_is_its_digest);
	g_test_add_func(
		"/edge/logos-and-tiny-files-bind-nobody", test_logos_and_tiny_files_bind_nobody);
	g_test_add_func("/edge/empty-documents-are-of-a-kind", test_empty_documents_are_of_a_kind);
	g_test_add_func(
		"/edge/kit-binds-and-apples-own-does-not", test_kit_binds_and_apples_own_does_not);
	g_test_add_func("/edge/subject-stands-with-the-name", test_subject_stands_with_the_name);
	g_test_add_func("/edge/borrowed-name-is-the-brand", test_borrowed_name_is_the_brand);
	g_test_add_func("/edge/likeness-binds-by-degree", test_likeness_binds_by_degree);
	g_test_add_func(
		"/edge/numbers-and-addresses-are-folded", test_numbers_and_addresses_are_folded);
	g_test_add_func("/edge/case-and-line-ends-are-no-difference",
		test_case_and_line_ends_are_no_difference);
	g_test_add_func(
		"/edge/short-texts-are-compared-whole", test_short_texts_are_compared_whole);
	g_test_add_func("/edge/html-comes-before-plain-text", test_html_comes_before_plain_text);
	g_test_add_func("/edge/huge-text-costs-no-more", test_huge_text_costs_no_more);
	g_test_add_func("/edge/copy-that-leads-elsewhere-stands-apart",
		test_copy_that_leads_elsewhere_stands_apart);
	g_test_add_func("/edge/pack-keeps-edges", test_pack_keeps_edges);
	g_test_add_func(
		"/edge/unpack-refuses-kinds-no-mail-has", test_unpack_refuses_kinds_no_mail_has);
	g_test_add_func("/edge/unpack-keeps-the-caps", test_unpack_keeps_the_caps);
	g_test_add_func("/edge/every-kind-has-a-name", test_every_kind_has_a_name);
	return g_test_run();
}
