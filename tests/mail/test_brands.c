/* Brands and the words they are found by. */
#include "mail/brands.h"

#include <glib.h>
#include <string.h>

#include "mail/words.h"
#include "tests/mail/mails.h"

static void
assert_words(const char *text, const char *expected)
{
	g_autofree char *words = words_of(text, WORDS_MAX_NAME);

	g_assert_cmpstr(words, ==, expected);
}

static void
test_words_forget_case_accents_and_punctuation(void)
{
	assert_words("Verify: YOUR\twallet!", " verify your wallet ");
	assert_words("V\xc3\xa9rifiez", " verifiez ");
	assert_words("Ve\xcc\x81rifiez", " verifiez ");
	assert_words("Coin\xe2\x80\x8b"
		     "base",
		" coinbase ");
	assert_words("M\xcc\xb6icrosoft", " microsoft ");
	assert_words("", " ");
	assert_words(NULL, " ");
}

static void
test_words_are_cut_between_characters(void)
{
	g_autofree char *words = words_of("ab\xe2\x82\xac"
					  "cd",
		4);

	g_assert_cmpstr(words, ==, " ab ");
}

static void
test_phrases_stand_at_word_boundaries(void)
{
	static const char *const phrases[] = { "wallet", "your wallet", NULL };
	const char *first = NULL;

	g_assert_cmpuint(words_count(" verify your wallet ", phrases, &first), ==, 2);
	g_assert_cmpuint(words_count(" wallets wallet ", phrases, &first), ==, 1);
	g_assert_cmpstr(first, ==, "wallet");
	g_assert_cmpuint(words_count(" wallets ", phrases, &first), ==, 0);
	g_assert_cmpuint(words_count(" mywallet ", phrases, &first), ==, 0);
	g_assert_cmpuint(words_count(" ", phrases, &first), ==, 0);
}

static void
test_name_is_read_in_every_way(void)
{
	g_auto(GStrv) capitals = words_readings("FTXTeam.");
	g_auto(GStrv) letters = words_readings("C o i n  Shop");

	g_assert_true(g_strv_contains((const char *const *)capitals, " ftxteam "));
	g_assert_true(g_strv_contains((const char *const *)capitals, " ftx team "));
	g_assert_true(g_strv_contains((const char *const *)letters, " coin shop "));
}

static void
test_skeletons_meet(void)
{
	g_autofree char *seen = words_skeleton("Trust-WaIIet", WORDS_MAX_NAME);
	g_autofree char *meant = words_skeleton("trust wallet", WORDS_MAX_NAME);
	g_autofree char *cyrillic = words_skeleton("\xd0\xa1oinb\xd0\xb0se", WORDS_MAX_NAME);
	g_autofree char *latin = words_skeleton("Coinbase", WORDS_MAX_NAME);

	g_assert_cmpstr(seen, ==, meant);
	g_assert_cmpstr(cyrillic, ==, latin);
}

static void
assert_brand(const Brand *brand, const char *name)
{
	g_assert_cmpstr(brand ? brand->name : NULL, ==, name);
}

static const Brands *
shipped(void)
{
	return mails_brands();
}

static Brands *
list(const char *text)
{
	g_autoptr(GError) error = NULL;
	Brands *brands = brands_new();

	brands_add(brands, text, &error);
	g_assert_no_error(error);
	return brands;
}

static void
test_shipped_list_is_whole(void)
{
	g_assert_cmpuint(brands_count(shipped()), >, 400);
}

static void
test_lists_add_replace_and_forget(void)
{
	g_autoptr(Brands) brands = list("A | acme | acme.example\n"
					"B | Bücher Möbel, ~rind | buecher.example # sold\n");

	assert_brand(brand_in_name(brands, "bucher mobel", NULL), "B");
	assert_brand(brand_in_name(brands, "Rind Support", NULL), "B");
	assert_brand(brand_in_name(brands, "Hans Rind", NULL), NULL);
	g_assert_true(brands_add(brands, "a | apex | apex.example\n- b", NULL));
	assert_brand(brand_in_name(brands, "Acme", NULL), NULL);
	assert_brand(brand_in_name(brands, "Apex", NULL), "a");
	g_assert_cmpuint(brands_count(brands), ==, 1);
	g_assert_true(brands_add(brands, "-*", NULL));
	g_assert_cmpuint(brands_count(brands), ==, 0);
}

static void
test_bad_lines_are_named(void)
{
	static const char *const rows[][2] = {
		{ "A | acme", "line 1: it is no 'NAME | WORD, ... | DOMAIN, ...'" },
		{ "# x\n\n | acme | acme.example", "line 3: it is no 'NAME |*" },
		{ "A | , | acme.example", "line 1: no word names this brand" },
		{ "A | & | acme.example", "line 1: '&' is too little to be found by" },
		{ "A | acme |", "line 1: no domain is this brand's own" },
		{ "A | acme | acme", "line 1: 'acme' is no domain" },
		{ "A | acme | www.acme.com", "line 1: what was registered is 'acme.com'" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Brands) brands = brands_new();
		g_autoptr(GError) error = NULL;

		g_assert_false(brands_add(brands, rows[i][0], &error));
		g_assert_error(error, MAIL_ERROR, MAIL_ERROR_DATA);
		if (!g_pattern_match_simple(rows[i][1], error->message))
			g_assert_cmpstr(error->message, ==, rows[i][1]);
	}
}

static void
test_no_list_knows_no_brand(void)
{
	assert_brand(brand_in_name(NULL, "PayPal", NULL), NULL);
	assert_brand(brand_in_text(NULL, "PayPal", NULL), NULL);
	assert_brand(brand_in_host(NULL, "paypal.evil.example", "evil.example"), NULL);
	assert_brand(brand_in_address(NULL, "paypal@evil.example", "evil.example"), NULL);
	assert_brand(brand_disguised(NULL, "PayPaI"), NULL);
	assert_brand(brand_resembled(NULL, "paypa1.com"), NULL);
}

static void
test_scripts_without_blanks_are_read(void)
{
	assert_brand(
		brand_in_text(shipped(), "【楽天カード】重要なお知らせ", "a.example"), "Rakuten");
	assert_brand(brand_in_text(shipped(), "ヤマト運輸からのお届け", "a.example"), "Yamato");
	assert_brand(brand_in_name(shipped(), "楽天市場", "rakuten.co.jp"), NULL);
}

static void
test_words_are_found_joined(void)
{
	assert_brand(brand_in_name(shipped(), "TrustWallet", "a.example"), "Trust Wallet");
	assert_brand(brand_in_host(shipped(), "bankofamerica.a.example", "a.example"),
		"Bank of America");
	assert_brand(brand_in_host(shipped(), "campusbank.example", "campusbank.example"), NULL);
}

static void
test_domains_are_taken_for_others(void)
{
	assert_brand(brand_resembled(shipped(), "paypa1.com"), "PayPal");
	assert_brand(brand_resembled(shipped(), "amaz0n.net"), "Amazon");
	assert_brand(brand_resembled(shipped(), "rnicrosoft.com"), "Microsoft");
	assert_brand(brand_resembled(shipped(), "micosoft.com"), "Microsoft");
	assert_brand(brand_resembled(shipped(), "netfilx.com"), "Netflix");
	assert_brand(brand_resembled(shipped(), "xn--80ak6aa92e.com"), "Apple");
	assert_brand(brand_resembled(shipped(), "paypal.com"), NULL);
	assert_brand(brand_resembled(shipped(), "amazon.de"), NULL);
	assert_brand(brand_resembled(shipped(), "email.com"), NULL);
	assert_brand(brand_resembled(shipped(), "bakery.example"), NULL);
	assert_brand(brand_resembled(shipped(), "apples.example"), NULL);
}

static void
test_own_domains_are_no_loan(void)
{
	assert_brand(brand_in_name(shipped(), "MetaMask", "metamask.io"), NULL);
	assert_brand(brand_in_name(shipped(), "MetaMask", "metamask.example"), "MetaMask");
	assert_brand(brand_in_name(shipped(), "MetaMask", NULL), "MetaMask");
	assert_brand(brand_in_name(shipped(), NULL, "metamask.io"), NULL);
	assert_brand(brand_in_name(shipped(), "Amazon.fr", "amazon.fr"), NULL);
	assert_brand(brand_in_name(shipped(), "Amazon", "amazon.co.uk"), NULL);
	assert_brand(brand_in_name(shipped(), "Amazon", "amazon.shop"), "Amazon");
	assert_brand(brand_in_name(shipped(), "Amazon", "amazonia.br"), "Amazon");
	assert_brand(brand_in_name(shipped(), "HMRC", "tax.service.gov.uk"), NULL);
	assert_brand(brand_in_name(shipped(), "Google Drive and Dropbox", "dropbox.com"), NULL);
}

static void
test_free_mail_is_nobodys_own(void)
{
	assert_brand(
		brand_in_name(shipped(), "Microsoft account team", "outlook.com"), "Microsoft");
	assert_brand(brand_in_name(shipped(), "Yahoo Mail", "yahoo.com"), "Yahoo");
}

static void
test_ordinary_words_need_company(void)
{
	assert_brand(brand_in_name(shipped(), "Ledger", "bakery.example"), "Ledger");
	assert_brand(
		brand_in_name(shipped(), "Ledger Support Team 28220", "bakery.example"), "Ledger");
	assert_brand(brand_in_name(shipped(), "Heath Ledger", "bakery.example"), NULL);
	assert_brand(brand_in_text(shipped(), "an apple a day", "bakery.example"), NULL);
	assert_brand(brand_in_text(shipped(), "your Apple ID", "bakery.example"), "Apple");
}

static void
test_hosts_are_read_without_their_suffix(void)
{
	assert_brand(brand_in_host(shipped(), "login.metamask.evil.example", "evil.example"),
		"MetaMask");
	assert_brand(
		brand_in_host(shipped(), "coinbase-id.example", "coinbase-id.example"), "Coinbase");
	assert_brand(
		brand_in_host(shipped(), "securepaypallogin.example", "securepaypallogin.example"),
		"PayPal");
	assert_brand(brand_in_host(shipped(), "www.paypal.com", "paypal.com"), NULL);
	assert_brand(brand_in_host(shipped(), "bakery.github.io", "bakery.github.io"), NULL);
	assert_brand(brand_in_host(shipped(), "startups.example", "startups.example"), NULL);
}

static void
test_addresses_may_hold_initials(void)
{
	assert_brand(brand_in_address(shipped(), "no-reply-coinbasewallet@a.example", "a.example"),
		"Coinbase");
	assert_brand(
		brand_in_address(shipped(), "jo@dhl-parcel.example", "dhl-parcel.example"), "DHL");
	assert_brand(brand_in_address(shipped(), "sfr@a.example", "a.example"), NULL);
	assert_brand(brand_in_address(shipped(), "jo@gmail.com", "gmail.com"), NULL);
	assert_brand(
		brand_in_address(shipped(), "jo@toxicloud.example", "toxicloud.example"), NULL);
}

static void
test_disguise_is_seen_through(void)
{
	assert_brand(brand_disguised(shipped(), "Trust-WaIIet"), "Trust Wallet");
	assert_brand(brand_disguised(shipped(), "\xd0\xa1oinb\xd0\xb0se"), "Coinbase");
	assert_brand(brand_disguised(shipped(), "Trust Wallet"), NULL);
	assert_brand(brand_disguised(shipped(), "TRUST WALLET"), NULL);
	assert_brand(brand_disguised(shipped(), "Corner Bakery"), NULL);
	assert_brand(brand_disguised(shipped(), "Jo Baker (Oracle)"), NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/words/forget-case-accents-and-punctuation",
		test_words_forget_case_accents_and_punctuation);
	g_test_add_func("/words/are-cut-between-characters", test_words_are_cut_between_characters);
	g_test_add_func(
		"/words/phrases-stand-at-word-boundaries", test_phrases_stand_at_word_boundaries);
	g_test_add_func("/words/name-is-read-in-every-way", test_name_is_read_in_every_way);
	g_test_add_func("/words/skeletons-meet", test_skeletons_meet);
	g_test_add_func("/brands/shipped-list-is-whole", test_shipped_list_is_whole);
	g_test_add_func("/brands/lists-add-replace-and-forget", test_lists_add_replace_and_forget);
	g_test_add_func("/brands/bad-lines-are-named", test_bad_lines_are_named);
	g_test_add_func("/brands/no-list-knows-no-brand", test_no_list_knows_no_brand);
	g_test_add_func(
		"/brands/scripts-without-blanks-are-read", test_scripts_without_blanks_are_read);
	g_test_add_func("/brands/words-are-found-joined", test_words_are_found_joined);
	g_test_add_func("/brands/domains-are-taken-for-others", test_domains_are_taken_for_others);
	g_test_add_func("/brands/own-domains-are-no-loan", test_own_domains_are_no_loan);
	g_test_add_func("/brands/free-mail-is-nobodys-own", test_free_mail_is_nobodys_own);
	g_test_add_func("/brands/ordinary-words-need-company", test_ordinary_words_need_company);
	g_test_add_func("/brands/hosts-are-read-without-their-suffix",
		test_hosts_are_read_without_their_suffix);
	g_test_add_func("/brands/addresses-may-hold-initials", test_addresses_may_hold_initials);
	g_test_add_func("/brands/disguise-is-seen-through", test_disguise_is_seen_through);
	return g_test_run();
}
