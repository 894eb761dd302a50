/* Brands and the words they are found by. */
#include "mail/brands.h"

#include <glib.h>
#include <string.h>

#include "mail/domain.h"
#include "mail/words.h"

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
	g_assert_true(words_have(" verify your wallet ", "your wallet"));
	g_assert_true(words_have(" wallets wallet ", "wallet"));
	g_assert_false(words_have(" wallets ", "wallet"));
	g_assert_false(words_have(" mywallet ", "wallet"));
	g_assert_false(words_have(" ", "wallet"));
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

/* A row spelt in another form than words.h makes would never be found. */
static void
test_rows_are_in_the_form_they_are_compared_in(void)
{
	for (const Brand *brand = brands; brand->name; brand++) {
		g_assert_nonnull(brand->words[0]);
		g_assert_nonnull(brand->domains[0]);
		for (size_t i = 0; i < G_N_ELEMENTS(brand->words) && brand->words[i]; i++) {
			g_autofree char *words = words_of(brand->words[i], WORDS_MAX_NAME);

			g_assert_cmpstr(g_strstrip(words), ==, brand->words[i]);
		}
	}
}

static void
test_domains_are_registrable(void)
{
	for (const Brand *brand = brands; brand->name; brand++) {
		for (size_t i = 0; i < G_N_ELEMENTS(brand->domains) && brand->domains[i]; i++) {
			const char *domain = brand->domains[i];
			g_autofree char *registrable = domain_registrable(domain);

			if (!g_str_has_suffix(domain, ".*") && *domain != '.')
				g_assert_cmpstr(registrable, ==, domain);
		}
	}
}

static void
test_own_domains_are_no_loan(void)
{
	assert_brand(brand_in_name("MetaMask", "metamask.io"), NULL);
	assert_brand(brand_in_name("MetaMask", "metamask.example"), "MetaMask");
	assert_brand(brand_in_name("MetaMask", NULL), "MetaMask");
	assert_brand(brand_in_name(NULL, "metamask.io"), NULL);
	assert_brand(brand_in_name("Amazon.fr", "amazon.fr"), NULL);
	assert_brand(brand_in_name("Amazon", "amazon.co.uk"), NULL);
	assert_brand(brand_in_name("Amazon", "amazon.shop"), "Amazon");
	assert_brand(brand_in_name("Amazon", "amazonia.br"), "Amazon");
	assert_brand(brand_in_name("HMRC", "tax.service.gov.uk"), NULL);
	assert_brand(brand_in_name("Google Drive and Dropbox", "dropbox.com"), NULL);
}

static void
test_free_mail_is_nobodys_own(void)
{
	assert_brand(brand_in_name("Microsoft account team", "outlook.com"), "Microsoft");
	assert_brand(brand_in_name("Yahoo Mail", "yahoo.com"), "Yahoo");
}

static void
test_ordinary_words_need_company(void)
{
	assert_brand(brand_in_name("Ledger", "bakery.example"), "Ledger");
	assert_brand(brand_in_name("Ledger Support Team 28220", "bakery.example"), "Ledger");
	assert_brand(brand_in_name("Heath Ledger", "bakery.example"), NULL);
	assert_brand(brand_in_text("an apple a day", "bakery.example"), NULL);
	assert_brand(brand_in_text("your Apple ID", "bakery.example"), "Apple");
}

static void
test_hosts_are_read_without_their_suffix(void)
{
	assert_brand(brand_in_host("login.metamask.evil.example", "evil.example"), "MetaMask");
	assert_brand(brand_in_host("coinbase-id.example", "coinbase-id.example"), "Coinbase");
	assert_brand(
		brand_in_host("securepaypallogin.example", "securepaypallogin.example"), "PayPal");
	assert_brand(brand_in_host("www.paypal.com", "paypal.com"), NULL);
	assert_brand(brand_in_host("bakery.github.io", "bakery.github.io"), NULL);
	assert_brand(brand_in_host("startups.example", "startups.example"), NULL);
}

static void
test_addresses_may_hold_initials(void)
{
	assert_brand(
		brand_in_address("no-reply-coinbasewallet@a.example", "a.example"), "Coinbase");
	assert_brand(brand_in_address("jo@dhl-parcel.example", "dhl-parcel.example"), "DHL");
	assert_brand(brand_in_address("sfr@a.example", "a.example"), NULL);
	assert_brand(brand_in_address("jo@gmail.com", "gmail.com"), NULL);
	assert_brand(brand_in_address("jo@huaweicloud.example", "huaweicloud.example"), NULL);
}

static void
test_disguise_is_seen_through(void)
{
	assert_brand(brand_disguised("Trust-WaIIet"), "Trust Wallet");
	assert_brand(brand_disguised("\xd0\xa1oinb\xd0\xb0se"), "Coinbase");
	assert_brand(brand_disguised("Trust Wallet"), NULL);
	assert_brand(brand_disguised("TRUST WALLET"), NULL);
	assert_brand(brand_disguised("Corner Bakery"), NULL);
	assert_brand(brand_disguised("Jo Baker (Oracle)"), NULL);
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
	g_test_add_func("/brands/rows-are-in-the-form-they-are-compared-in",
		test_rows_are_in_the_form_they_are_compared_in);
	g_test_add_func("/brands/domains-are-registrable", test_domains_are_registrable);
	g_test_add_func("/brands/own-domains-are-no-loan", test_own_domains_are_no_loan);
	g_test_add_func("/brands/free-mail-is-nobodys-own", test_free_mail_is_nobodys_own);
	g_test_add_func("/brands/ordinary-words-need-company", test_ordinary_words_need_company);
	g_test_add_func("/brands/hosts-are-read-without-their-suffix",
		test_hosts_are_read_without_their_suffix);
	g_test_add_func("/brands/addresses-may-hold-initials", test_addresses_may_hold_initials);
	g_test_add_func("/brands/disguise-is-seen-through", test_disguise_is_seen_through);
	return g_test_run();
}
