/* DKIM: what libopendkim signed is verified, what was changed since is told apart, and
 * nothing that a message holds makes it take long. */
#include "mail/dkim.h"

#include "mail/dkim_canon.h"
#include "mail/ses.h"
#include "tests/mail/dkim/sign.h"
#include "tests/mail/mails.h"
#include "tests/processor.h"

#define RECEIVED                                                             \
	"Received: from a11-10.smtp-out.amazonses.com\n"                     \
	"\t(a11-10.smtp-out.amazonses.com [54.240.11.10]) by mx.example.net" \
	" with ESMTPS; Wed, 10 Jan 2024 16:59:45 +0000\n"

static const char header[] = "From:  \"Corner  Shop\"   <orders@shop.example>\n"
			     "To: user@example.net\n"
			     "Subject :\tYour order \n"
			     "\t of  today \t\n"
			     "Date: Wed, 10 Jan 2024 16:59:44 +0000\n"
			     "X-Empty:\n"
			     "Feedback-ID: ::1.us-east-1.Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9v"
			     "YmFyMDA=:AmazonSES\n";

static const char body[] = "Hello  there,\t \n"
			   "\n"
			   " \n"
			   "it\tarrives \t at noon. it does\n"
			   "\n"
			   "\t\n"
			   "\n";

static char *
mail(void)
{
	return g_strconcat(header, "\n", body, NULL);
}

static Message *
read_bytes(const char *bytes, size_t size)
{
	const Site site = { .authserv_ids = mails_trusted, .dkim_keys = mails_keys() };

	return message_read(bytes, size, &site, MESSAGE_FULL);
}

static Message *
read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static const Signature *
signature_at(const Message *message, guint index)
{
	g_assert_cmpuint(index, <, message->signatures->len);
	return g_ptr_array_index(message->signatures, index);
}

#define assert_result(message, expected)                                        \
	g_assert_cmpstr(dkim_result_name(signature_at(message, 0)->result), ==, \
		dkim_result_name(expected))

/* @text with the first @old replaced. */
static char *
changed(const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);

	g_assert_nonnull(at);
	return g_strdup_printf("%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

static char *
lf_only(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);

	return g_strjoinv("\n", lines);
}

/* ---- what holds ---- */

static const SignPlan pairs[] = {
	{ .relaxed_header = false, .relaxed_body = false },
	{ .relaxed_header = false, .relaxed_body = true },
	{ .relaxed_header = true, .relaxed_body = false },
	{ .relaxed_header = true, .relaxed_body = true },
};

/* As Amazon signs, beside its customer. */
static const char *const amazons_fields[] = { "From", "To", "Subject", "Date", "Feedback-ID",
	NULL };
static const SignPlan amazon = { .domain = "amazonses.com",
	.selector = "lazarettestlazarettestlazarettes",
	.relaxed_header = true,
	.covered = amazons_fields };

static void
test_all_pairs_hold_however_lines_end(void)
{
	g_autofree char *plain = mail();

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *crlf = sign(&pairs[i], plain);
		g_autofree char *lf = lf_only(crlf);
		g_autofree char *mixed = changed(crlf, "\r\n", "\n");
		g_autoptr(Message) first = read_text(crlf);
		g_autoptr(Message) second = read_text(lf);
		g_autoptr(Message) third = read_text(mixed);

		assert_result(first, DKIM_PASS);
		assert_result(second, DKIM_PASS);
		assert_result(third, DKIM_PASS);
		g_assert_cmpint(signature_at(first, 0)->bits, ==, 2048);
		g_assert_cmpint(signature_at(first, 0)->signed_at, ==, SIGNED_AT);
		g_assert_cmpint(signature_at(first, 0)->added, ==, 0);
		g_assert_nonnull(signature_at(first, 0)->key);
		g_assert_true(signature_covers(signature_at(first, 0), "SUBJECT"));
		g_assert_false(signature_covers(signature_at(first, 0), "Received"));
	}
}

/* Bodies that differ where the two ways do: nothing, one line end, blanks only, lines of
 * blanks at the end, and no line end at the end, which no wire had. */
static void
test_odd_bodies_hold(void)
{
	static const char *const bodies[] = { "\n", " \n", "\n\n\n", "a\n", "a \n \n",
		" a\n\n\n \n", "\ta  b\n\n\nc\n" };

	for (size_t b = 0; b < G_N_ELEMENTS(bodies); b++) {
		g_autofree char *plain = g_strconcat(header, "\n", bodies[b], NULL);

		for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
			g_autofree char *crlf = sign(&pairs[i], plain);
			g_autoptr(Message) message = read_text(crlf);
			g_autoptr(Message) cut = read_bytes(crlf, strlen(crlf) - 2);

			g_test_message("body %zu, pair %zu", b, i);
			assert_result(message, DKIM_PASS);
			assert_result(cut, DKIM_PASS);
		}
	}
}

typedef struct CanonCase {
	const char *body;
	const char *simple;
	const char *relaxed;
} CanonCase;

/* RFC 6376 section 3.4.5's example first; a CR alone is a character like others. */
static const CanonCase canon_cases[] = {
	{ " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n" },
	{ "", "\r\n", "" },
	{ "\r\n\n", "\r\n", "" },
	{ " \t", " \t\r\n", "" },
	{ "\r", "\r\r\n", "\r\r\n" },
	{ "a \rb\r\r\n", "a \rb\r\r\n", "a \rb\r\r\n" },
};

static void
assert_canon(const char *given, Canon canon, const char *expected)
{
	g_autoptr(CanonHash) hash = canon_hash_new(INT64_MAX);
	uint8_t is[DIGEST_SIZE];
	uint8_t should[DIGEST_SIZE];

	canon_body(hash, given, strlen(given), canon);
	canon_hash_finish(hash, is);
	digest_sha256(expected, strlen(expected), should);
	g_assert_cmpint(canon_hash_length(hash), ==, (int64_t)strlen(expected));
	g_assert_cmpmem(is, sizeof(is), should, sizeof(should));
}

static void
test_bodies_come_out_as_written(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(canon_cases); i++) {
		g_test_message("case %zu", i);
		assert_canon(canon_cases[i].body, CANON_SIMPLE, canon_cases[i].simple);
		assert_canon(canon_cases[i].body, CANON_RELAXED, canon_cases[i].relaxed);
	}
}

static void
test_a_gateways_fields_above_change_nothing(void)
{
	g_autofree char *plain = mail();
	g_autofree char *mail_signed = sign(&pairs[0], plain);
	g_autofree char *text = g_strconcat("From user@example.net Wed Jan 10 16:59:45 2024\n",
		RECEIVED, "X-Quarantine: yes\n", mail_signed, NULL);
	g_autoptr(Message) message = read_text(text);

	assert_result(message, DKIM_PASS);
}

/* RFC 8463 appendix A.3. */
static void
test_ed25519_holds(void)
{
	static const char text[] = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\n"
				   " d=football.example.com; i=@football.example.com;\n"
				   " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\n"
				   " subject : date : message-id : from : subject : date;\n"
				   " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\n"
				   " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\n"
				   " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\n"
				   "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n"
				   " d=football.example.com; i=@football.example.com;\n"
				   " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\n"
				   " date : message-id : from : subject : date;\n"
				   " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\n"
				   " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\n"
				   " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\n"
				   " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\n"
				   "From: Joe SixPack <joe@football.example.com>\n"
				   "To: Suzie Q <suzie@shopping.example.net>\n"
				   "Subject: Is dinner ready?\n"
				   "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\n"
				   "Message-ID: <20030712040037.46341.5F8J@football.example.com>\n"
				   "\n"
				   "Hi.\n"
				   "\n"
				   "We lost the game.  Are you hungry yet?\n"
				   "\n"
				   "Joe.\n";
	g_autoptr(Message) message = read_text(text);

	assert_result(message, DKIM_PASS);
	g_assert_cmpint(signature_at(message, 0)->bits, >, 250);
	g_assert_cmpint(signature_at(message, 1)->result, ==, DKIM_PASS);
	g_assert_cmpint(signature_at(message, 1)->bits, ==, 1024);
}

static void
test_two_signatures_are_two_results(void)
{
	g_autofree char *plain = mail();
	g_autofree char *first = sign(&pairs[2], plain);
	g_autofree char *both = sign(&amazon, first);
	g_autofree char *wrong = changed(both, "s=good", "s=other");
	g_autoptr(Message) message = read_text(both);
	g_autoptr(Message) half = read_text(wrong);

	assert_result(message, DKIM_PASS);
	g_assert_cmpint(signature_at(message, 1)->result, ==, DKIM_PASS);
	g_assert_true(dkim_passed(message, "amazonses.com") == signature_at(message, 0));
	g_assert_true(dkim_passed(message, "shop.example") == signature_at(message, 1));
	g_assert_null(dkim_passed(message, "bakery.example"));
	assert_result(half, DKIM_PASS);
	g_assert_cmpint(signature_at(half, 1)->result, ==, DKIM_HEADER_ALTERED);
}

/* ---- what does not ---- */

typedef struct Change {
	const char *what;
	const char *old;
	const char *new;
	DkimResult result;
} Change;

static const Change changes[] = {
	{ "a subject", "order", "0rder", DKIM_HEADER_ALTERED },
	{ "a body", "noon", "five", DKIM_BODY_ALTERED },
	{ "a body's end", "\t\r\n\r\n", "\r\n<a href=\"https://lure.example\">\r\n",
		DKIM_BODY_ALTERED },
	{ "a covered field gone", "To: user@example.net\r\n", "", DKIM_HEADER_ALTERED },
	{ "its algorithm", "a=rsa-sha256", "a=rsa-sha1", DKIM_UNREADABLE },
	{ "its version", "v=1", "v=2", DKIM_UNREADABLE },
	{ "a tag twice", "v=1;", "v=1; d=amazonses.com;", DKIM_UNREADABLE },
	{ "its key", "s=good", "s=other", DKIM_HEADER_ALTERED },
	{ "a key that is unknown", "s=good", "s=bad", DKIM_NO_KEY },
	{ "a key that is revoked", "s=good", "s=revoked", DKIM_REVOKED },
	{ "From is not covered", "h=From", "h=Frum", DKIM_UNREADABLE },
	{ "another speaks", "v=1;", "v=1; i=@bank.example;", DKIM_UNREADABLE },
	{ "a domain in no DNS", "d=shop.example", "d=shop..example", DKIM_NO_KEY },
};

static void
test_changes_are_told_apart(void)
{
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&pairs[3], plain);

	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autofree char *other = changed(text, changes[i].old, changes[i].new);
		g_autoptr(Message) message = read_text(other);

		g_test_message("%s", changes[i].what);
		assert_result(message, changes[i].result);
		g_assert_null(dkim_passed(message, "shop.example"));
	}
}

static void
test_a_small_key_is_named(void)
{
	static const SignPlan plan = { .selector = "weak", .key = "weak.pem" };
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&plan, plain);
	g_autoptr(Message) message = read_text(text);

	assert_result(message, DKIM_WEAK_KEY);
	g_assert_cmpint(signature_at(message, 0)->bits, ==, 512);
}

static void
test_second_from(void)
{
	static const char other[] = "From: PayPal <service@paypal.example>\r\n";
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&pairs[3], plain);
	g_autofree char *above = g_strconcat(other, text, NULL);
	g_autofree char *below =
		changed(text, "To: user", "From: PayPal <x@paypal.example>\r\nTo: user");
	g_autofree char *blank = g_strconcat("from : PayPal <x@paypal.example>\r\n", text, NULL);
	g_autoptr(Message) first = read_text(above);
	g_autoptr(Message) second = read_text(below);
	g_autoptr(Message) third = read_text(blank);

	/* The reason why it is looked for here. */
	g_assert_true(sign_other_says_pass(above, strlen(above), mails_keys()));
	assert_result(first, DKIM_SECOND_FROM);
	assert_result(second, DKIM_HEADER_ALTERED);
	assert_result(third, DKIM_SECOND_FROM);
}

/* A name once too often in h= stands for a field that must not come. */
static void
test_a_field_too_many_is_seen_where_it_was_forbidden(void)
{
	static const char *const covered[] = { "From", "Subject", NULL };
	const SignPlan once = { .covered = covered, .relaxed_header = true };
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&once, plain);
	g_autofree char *two = g_strconcat("Subject: verify your wallet\r\n", text, NULL);
	g_autoptr(Message) message = read_text(two);

	/* The lowest is the one that was signed: the other is a defect, not the domain's. */
	assert_result(message, DKIM_PASS);
	g_assert_true(message_has_defect(message, DEFECT_DUPLICATE_HEADER));
}

static void
test_expiry_is_judged_by_the_time_it_came(void)
{
	static const SignPlan plan = { .seconds = 60 };
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&plan, plain);
	g_autofree char *at_once = g_strconcat(RECEIVED, text, NULL);
	g_autofree char *late = changed(at_once, "16:59:45", "17:59:45");
	Site site = { .dkim_keys = mails_keys() };
	g_autoptr(Message) first = read_text(at_once);
	g_autoptr(Message) second = read_text(late);
	g_autoptr(Message) third = NULL;

	assert_result(first, DKIM_PASS);
	g_assert_cmpint(signature_at(first, 0)->expires, ==, SIGNED_AT + 60);
	assert_result(second, DKIM_EXPIRED);
	/* It doesn't say when it came: the site's time counts. */
	site.now = SIGNED_AT + 61;
	third = message_read(text, strlen(text), &site, MESSAGE_FULL);
	assert_result(third, DKIM_EXPIRED);
}

static void
test_text_behind_the_signed_part_is_measured(void)
{
	static const SignPlan plan = { .part = true };
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&plan, plain);
	g_autofree char *longer = g_strconcat(text, "more\r\n", NULL);
	g_autofree char *shorter = g_strndup(text, strlen(text) - 20);
	g_autoptr(Message) first = read_text(text);
	g_autoptr(Message) second = read_text(longer);
	g_autoptr(Message) third = read_text(shorter);

	assert_result(first, DKIM_PASS);
	g_assert_cmpint(signature_at(first, 0)->added, ==, 0);
	assert_result(second, DKIM_PASS);
	g_assert_cmpint(signature_at(second, 0)->added, >=, 6);
	assert_result(third, DKIM_BODY_ALTERED);
}

/* ---- what follows from it ---- */

static void
test_keys_used_prove_it_again(void)
{
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&pairs[1], plain);
	g_autoptr(Message) first = read_text(text);
	g_autofree char *used = dkim_keys_used(first);
	g_autoptr(GHashTable) keys = keys_parse(used, NULL);
	const Site site = { .found_keys = keys };
	g_autoptr(Message) second = message_read(text, strlen(text), &site, MESSAGE_FULL);

	g_assert_nonnull(keys);
	assert_result(second, DKIM_PASS);
}

static bool
is_changed(const Message *message, const char *text)
{
	return dkim_body_changed(message, text, strlen(text)) != NULL;
}

static void
test_a_body_can_be_checked_again(void)
{
	g_autofree char *plain = mail();

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *text = sign(&pairs[i], plain);
		g_autofree char *lf = lf_only(text);
		g_autofree char *line =
			g_strconcat("From a@b Wed Jan 10 16:59:44 2024\n", lf, NULL);
		g_autofree char *header_changed = changed(text, "order", "0rder");
		g_autofree char *body_changed = changed(text, "noon", "five");
		g_autofree char *longer = g_strconcat(text, "x\r\n", NULL);
		g_autoptr(Message) message = read_text(text);

		g_assert_false(is_changed(message, text));
		g_assert_false(is_changed(message, lf));
		g_assert_false(is_changed(message, line));
		g_assert_false(is_changed(message, header_changed));
		g_assert_true(is_changed(message, body_changed));
		g_assert_true(is_changed(message, longer));
		g_assert_true(is_changed(message, ""));
		((Signature *)message->signatures->pdata[0])->result = DKIM_BODY_ALTERED;
		g_assert_false(is_changed(message, body_changed));
		((Signature *)message->signatures->pdata[0])->result = DKIM_EXPIRED;
		((Signature *)message->signatures->pdata[0])->field = 4000;
		g_assert_true(is_changed(message, text));
	}
}

/* What l= leaves out may be anything, as when it was signed. */
static void
test_a_part_of_a_body_can_be_checked_again(void)
{
	static const SignPlan plan = { .part = true };
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&plan, plain);
	g_autofree char *longer = g_strconcat(text, "more\r\n", NULL);
	g_autofree char *shorter = g_strndup(text, strlen(text) - 20);
	g_autoptr(Message) message = read_text(text);

	g_assert_false(is_changed(message, text));
	g_assert_false(is_changed(message, longer));
	g_assert_true(is_changed(message, shorter));
}

static void
test_amazons_signature_proves_the_account(void)
{
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&amazon, plain);
	g_autofree char *forged = changed(text, "Zm9vYmFyZm9v", "Zm9vYmFyZm9w");
	g_autoptr(Message) proven = read_text(text);
	g_autoptr(Message) claimed = read_text(forged);
	const Site none = { 0 };
	g_autoptr(Message) unknown = message_read(text, strlen(text), &none, MESSAGE_FULL);

	g_assert_true(proven->ses->account_signed);
	g_assert_cmpint(proven->ses->class, ==, SES_CONFIRMED);
	g_assert_false(claimed->ses->account_signed);
	g_assert_nonnull(ses_account_signature(claimed));
	g_assert_cmpint(claimed->ses->class, !=, SES_CONFIRMED);
	g_assert_false(unknown->ses->account_signed);
	g_assert_cmpint(signature_at(unknown, 0)->result, ==, DKIM_NO_KEY);
}

static void
test_an_aligned_signature_authenticates(void)
{
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&pairs[3], plain);
	g_autofree char *altered = changed(text, "noon", "five");
	g_autoptr(Message) good = read_text(text);
	g_autoptr(Message) bad = read_text(altered);

	g_assert_cmpstr(good->account_domain, ==, "shop.example");
	g_assert_true(good->authenticated);
	g_assert_cmpstr(bad->account_domain, ==, "shop.example");
	g_assert_false(bad->authenticated);
}

/* ---- the detectors' mails ---- */

typedef struct Fixture {
	const char *name; /* under tests/mail/detect */
	SignPlan plan;
	const char *above; /* put on top when it is signed */
	const char *behind;
	const char *old, *new; /* or changed */
} Fixture;

#define LATER                                                                \
	"Received: from a11-10.smtp-out.amazonses.com\n"                     \
	"\t(a11-10.smtp-out.amazonses.com [54.240.11.10]) by mx.example.net" \
	" with ESMTPS; Fri, 12 Jan 2024 09:00:00 +0000\n"

static const Fixture fixtures[] = {
	{ .name = "dkim-second-from/hit-above", .above = "From: MetaMask <help@wallet.example>\n" },
	{ .name = "dkim-second-from/miss-one", .above = RECEIVED },
	{ .name = "dkim-body-altered/hit-link",
		.old = "arrives",
		.new = "waits at https://lure.example/pay" },
	{ .name = "dkim-body-altered/miss-whole", .above = RECEIVED },
	{ .name = "dkim-body-altered/miss-header-altered", .old = "order", .new = "wallet" },
	{ .name = "dkim-expired/hit-late", .plan = { .seconds = 3600 }, .above = LATER },
	{ .name = "dkim-expired/miss-in-time", .plan = { .seconds = 3600 }, .above = RECEIVED },
	{ .name = "dkim-expired/miss-forever", .above = LATER },
	{ .name = "dkim-added-text/hit-link",
		.plan = { .part = true },
		.behind = "Pay here: https://lure.example/pay\n" },
	{ .name = "dkim-added-text/miss-nothing", .plan = { .part = true } },
	{ .name = "dkim-added-text/miss-altered",
		.behind = "Pay here: https://lure.example/pay\n" },
};

static char *
fixture_mail(const Fixture *fixture)
{
	g_autofree char *plain = g_strconcat(header, "\nYour order arrives today.\n", NULL);
	g_autofree char *crlf = sign(&fixture->plan, plain);
	g_autofree char *lf = lf_only(crlf);
	g_autofree char *other =
		fixture->old ? changed(lf, fixture->old, fixture->new) : g_strdup(lf);

	return g_strconcat(fixture->above ? fixture->above : "", other,
		fixture->behind ? fixture->behind : "", NULL);
}

/* They are what this file makes; UPDATE=1 writes them. */
static void
test_detectors_mails_are_made_here(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fixtures); i++) {
		g_autofree char *path =
			g_strdup_printf("tests/mail/detect/%s.eml", fixtures[i].name);
		g_autofree char *folder = g_path_get_dirname(path);
		g_autofree char *made = fixture_mail(&fixtures[i]);
		g_autofree char *there = NULL;

		if (g_getenv("UPDATE")) {
			g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
			g_assert_true(g_file_set_contents(path, made, -1, NULL));
		}
		g_assert_true(g_file_get_contents(path, &there, NULL, NULL));
		g_assert_cmpstr(there, ==, made);
	}
}

/* ---- hostile ---- */

/* One byte changed anywhere: what libopendkim says of it is what we say. */
static void
test_one_byte_changed_is_judged_alike(void)
{
	g_autofree char *plain = mail();
	int passed = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *text = sign(&pairs[i], plain);
		size_t size = strlen(text);

		for (size_t at = 0; at < size; at++) {
			g_autofree char *copy = g_strdup(text);
			g_autoptr(Message) message = NULL;
			bool ours;

			/* It counts line ends anew, and refuses a tab before a colon, which
			 * RFC 6376 section 3.4.2 takes out. */
			if (copy[at] == '\r' || copy[at] == '\n' || copy[at + 1] == ':')
				continue;
			copy[at] = copy[at] == ' ' ? '\t'
				: copy[at] == '\t' ? ' '
						   : copy[at] ^ 0x20;
			message = read_bytes(copy, size);
			ours = message->signatures->len == 1 &&
				signature_at(message, 0)->result == DKIM_PASS;
			if (ours != sign_other_says_pass(copy, size, mails_keys()))
				g_test_message(
					"pair %zu, byte %zu: we say %d\n%s", i, at, ours, copy);
			g_assert_cmpint(ours, ==, sign_other_says_pass(copy, size, mails_keys()));
			passed += ours;
		}
	}
	g_assert_cmpint(passed, >, 10);
}

static void
test_random_bytes_do_no_harm(void)
{
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&pairs[3], plain);
	size_t size = strlen(text);
	g_autoptr(GRand) random = g_rand_new_with_seed(7);

	for (int round = 0; round < 3000; round++) {
		g_autofree char *copy = g_memdup2(text, size + 1);
		g_autoptr(Message) message = NULL;

		for (int i = 0; i < 1 + round % 9; i++)
			copy[g_rand_int_range(random, 0, (gint32)size)] =
				(char)g_rand_int_range(random, 0, 256);
		message = read_bytes(copy, (size_t)g_rand_int_range(random, 0, (gint32)size + 1));
		for (guint i = 0; i < message->signatures->len; i++)
			g_assert_true(g_utf8_validate(signature_at(message, i)->covered, -1, NULL));
	}
}

/* @count times @part. */
static char *
repeated(const char *part, int count)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < count; i++)
		g_string_append(text, part);
	return g_string_free(text, FALSE);
}

static void
test_what_is_huge_takes_no_time(void)
{
	g_autofree char *plain = mail();
	g_autofree char *text = sign(&pairs[3], plain);
	g_autofree char *names = repeated("From:X-Empty:", 200000);
	g_autofree char *tags = repeated("abc=;", 200000);
	g_autofree char *fields = repeated("X-Empty: 1\r\n", 3900);
	g_autofree char *copies = NULL;
	g_autofree char *field = g_strndup(text, (gsize)(strstr(text, "\r\nFrom") + 2 - text));

	g_autofree char *named = g_strconcat("h=", names, NULL);
	g_autofree char *tagged = g_strconcat("v=1;", tags, NULL);
	g_autofree char *with_names = changed(text, "h=", named);
	g_autofree char *with_tags = changed(text, "v=1;", tagged);
	g_autofree char *many = NULL;
	double begun = processor_seconds();

	copies = repeated(field, 3000);
	many = g_strconcat(fields, copies, text, NULL);
	for (const char *const *one = (const char *const[]){ with_names, with_tags, many, NULL };
		*one; one++) {
		g_autoptr(Message) message = read_text(*one);

		g_assert_cmpuint(message->signatures->len, >, 0);
	}
	g_assert_cmpfloat(processor_seconds() - begun, <, 10);
}

static void
test_real_mail_without_keys_proves_nothing(void)
{
	static const char *const folders[] = { "ses-phish", "ses-ham", "ses-decoy", "ses-synth",
		"torture", "ham" };
	const char *corpus = mails_corpus();
	const Site none = { 0 };
	int signatures = 0;
	int unreadable = 0;

	for (size_t f = 0; corpus && f < G_N_ELEMENTS(folders); f++) {
		g_autoptr(GPtrArray) paths = mails_list(corpus, folders[f]);

		for (guint i = 0; i < paths->len; i++) {
			g_autofree char *raw = NULL;
			gsize size = 0;
			g_autoptr(Message) message = NULL;

			g_assert_true(g_file_get_contents(
				g_ptr_array_index(paths, i), &raw, &size, NULL));
			message = message_read(raw, size, &none, MESSAGE_FULL);

			for (guint s = 0; s < message->signatures->len; s++) {
				DkimResult result = signature_at(message, s)->result;

				g_assert_cmpint(result, !=, DKIM_PASS);
				unreadable += result == DKIM_UNREADABLE;
				signatures++;
			}
		}
	}
	if (corpus)
		g_test_message("%d signatures, %d unreadable", signatures, unreadable);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	message_prepare();
	g_test_add_func(
		"/dkim/all-pairs-hold-however-lines-end", test_all_pairs_hold_however_lines_end);
	g_test_add_func("/dkim/odd-bodies-hold", test_odd_bodies_hold);
	g_test_add_func("/dkim/bodies-come-out-as-written", test_bodies_come_out_as_written);
	g_test_add_func("/dkim/gateways-fields-above-change-nothing",
		test_a_gateways_fields_above_change_nothing);
	g_test_add_func("/dkim/ed25519-holds", test_ed25519_holds);
	g_test_add_func(
		"/dkim/two-signatures-are-two-results", test_two_signatures_are_two_results);
	g_test_add_func("/dkim/changes-are-told-apart", test_changes_are_told_apart);
	g_test_add_func("/dkim/small-key-is-named", test_a_small_key_is_named);
	g_test_add_func("/dkim/second-from", test_second_from);
	g_test_add_func(
		"/dkim/second-subject", test_a_field_too_many_is_seen_where_it_was_forbidden);
	g_test_add_func("/dkim/expiry-is-judged-by-the-time-it-came",
		test_expiry_is_judged_by_the_time_it_came);
	g_test_add_func("/dkim/text-behind-the-signed-part-is-measured",
		test_text_behind_the_signed_part_is_measured);
	g_test_add_func("/dkim/keys-used-prove-it-again", test_keys_used_prove_it_again);
	g_test_add_func("/dkim/a-body-can-be-checked-again", test_a_body_can_be_checked_again);
	g_test_add_func("/dkim/a-part-of-a-body-can-be-checked-again",
		test_a_part_of_a_body_can_be_checked_again);
	g_test_add_func("/dkim/amazons-signature-proves-the-account",
		test_amazons_signature_proves_the_account);
	g_test_add_func(
		"/dkim/aligned-signature-authenticates", test_an_aligned_signature_authenticates);
	g_test_add_func("/dkim/detectors-mails-are-made-here", test_detectors_mails_are_made_here);
	g_test_add_func(
		"/dkim/one-byte-changed-is-judged-alike", test_one_byte_changed_is_judged_alike);
	g_test_add_func("/dkim/random-bytes-do-no-harm", test_random_bytes_do_no_harm);
	g_test_add_func("/dkim/huge-takes-no-time", test_what_is_huge_takes_no_time);
	g_test_add_func("/dkim/real-mail-without-keys", test_real_mail_without_keys_proves_nothing);
	return g_test_run();
}
