/* What a rule may rest on: nobody can slip one in that lets everybody through. */
#include "store/rule.h"

#include "mail/brands.h"
#include "mail/domain.h"
#include "mail/free_mail.h"
#include "tests/store/sample.h"

enum {
	ROUNDS = 2000,
};

static const char *const own_domains[] = { "here.example", "sub.our.example", NULL };

static Rule *
allow_rule(const char *domain)
{
	Rule *rule = g_new0(Rule, 1);

	rule->kind = RULE_ALLOW;
	rule->account = g_strdup(SAMPLE_ACCOUNT);
	rule->domain = g_strdup(domain);
	rule->owner = g_strdup("carol");
	rule->reason = g_strdup("known shop");
	rule->created = SAMPLE_NOW;
	rule->expires = SAMPLE_NOW + 1;
	return rule;
}

static Rule *
deny_rule(void)
{
	Rule *rule = allow_rule(NULL);

	rule->kind = RULE_DENY;
	g_clear_pointer(&rule->account, g_free);
	return rule;
}

static bool
is_permitted(const Site *site, Rule *rule)
{
	g_autoptr(GError) error = NULL;
	bool permitted = rule_check(rule, site, &error);

	g_assert_true(permitted || g_error_matches(error, STORE_ERROR, STORE_ERROR_REFUSED));
	return permitted;
}

static bool
is_allowed(const Site *site, const char *domain)
{
	g_autoptr(Rule) rule = allow_rule(domain);

	return is_permitted(site, rule);
}

/* The spellings in which a name can be slipped in: case, a dot behind, Unicode forms. */
static char *
disguise(const char *domain)
{
	GString *name = g_string_new(NULL);

	for (const char *at = domain; *at; at++) {
		if (g_ascii_isalpha(*at) && g_test_rand_bit())
			g_string_append_c(name, g_ascii_toupper(*at));
		else if (g_ascii_isalpha(*at) && g_test_rand_int_range(0, 8) == 0)
			g_string_append_unichar(name, (gunichar)(*at - 'a' + 0xff41));
		else if (*at == '.' && g_test_rand_int_range(0, 8) == 0)
			g_string_append_unichar(name, 0x3002);
		else
			g_string_append_c(name, *at);
	}
	if (g_test_rand_bit())
		g_string_append_c(name, '.');
	return g_string_free(name, false);
}

/* No allow rule ever rests on a domain that many share. */
static void
test_poisoning(const void *site)
{
	static const char *const shared[] = { "com", "co.uk", "example", "github.io",
		"s3.amazonaws.com", "kawasaki.jp", "blogspot.com", "amazonses.com",
		"eu-west-1.amazonses.com", "gmail.com", "mail.gmail.com", "outlook.com",
		"yahoo.co.uk", "web.de", "proton.me", "a.b.amazonses.com" };

	for (int i = 0; i < ROUNDS; i++) {
		const char *domain = shared[i % G_N_ELEMENTS(shared)];
		g_autofree char *name =
			i < (int)G_N_ELEMENTS(shared) ? g_strdup(domain) : disguise(domain);

		if (is_allowed(site, name))
			g_error("a rule for %s was let in", name);
	}
}

/* What stands in the store is a host name in one spelling, whatever was typed. */
static void
test_spelling(const void *site)
{
	static const char bytes[] =
		"abcxyzAZ09-_. @/\\%'\"<>()[]:;,*?#\t\n\x7f\xc3\xbc\xe2\x80\xae";

	for (int i = 0; i < ROUNDS; i++) {
		char domain[16] = "";
		g_autoptr(Rule) rule = NULL;

		for (int j = g_test_rand_int_range(0, 12); j > 0; j--)
			domain[j - 1] = bytes[g_test_rand_int_range(0, sizeof bytes - 1)];
		rule = allow_rule(domain);
		if (!is_permitted(site, rule))
			continue;
		g_assert_cmpuint(strspn(rule->domain, "abcdefghijklmnopqrstuvwxyz0123456789-_."),
			==, strlen(rule->domain));
		g_assert_nonnull(strchr(rule->domain, '.'));
		g_assert_true(is_allowed(site, rule->domain));
	}
}

/* An account is not enough, nor is a domain, nor anything a sender can write. */
static void
test_sole_key(const void *site)
{
	for (unsigned set = 0; set < 128; set++) {
		g_autoptr(Rule) rule = allow_rule(set & 1 ? "shop.example" : NULL);
		bool whole = set == 3 || set == (3 | 64);

		if (!(set & 2))
			g_clear_pointer(&rule->account, g_free);
		rule->sender = set & 4 ? g_strdup("a@shop.example") : NULL;
		rule->link = set & 8 ? g_strdup("lure.example") : NULL;
		rule->url = set & 16 ? g_strdup("https://lure.example/") : NULL;
		rule->file = set & 32 ? g_strnfill(64, 'a') : NULL;
		rule->campaign = set & 64 ? 7 : 0;
		g_assert_true(is_permitted(site, rule) == whole);
	}
}

static void
test_link_domains(const void *site)
{
	static const struct {
		const char *link;
		bool good;
	} cases[] = {
		{ "lure.example", true },
		{ "Deep.Lure.example.", true },
		{ "evil.github.io", true },
		{ "here.example.evil.example", true },
		{ "github.io", false },
		{ "co.uk", false },
		{ "here.example", false },
		{ "www.here.example", false },
		{ "our.example", false },
		{ "paypal.com", false },
		{ "www.paypal.com", false },
		{ "sharepoint.com", false },
		{ "evil.sharepoint.com", false },
		{ "docs.google.com", false },
		{ "bit.ly", false },
		{ "tinyurl.com", false },
		{ "www.w3.org", false },
		{ "abc.r.us-east-1.awstrack.me", false },
		{ "192.0.2.7", false },
		{ "0.2.7", false },
		{ "no domain", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Rule) rule = deny_rule();
		g_autoptr(Rule) whole = deny_rule();

		rule->link = g_strdup(cases[i].link);
		g_assert_true(is_permitted(site, rule) == cases[i].good);
		if (strchr(cases[i].link, ' '))
			continue;
		whole->url = g_strdup_printf("https://%s/kit/login.php", cases[i].link);
		g_assert_true(is_permitted(site, whole));
	}
}

static void
test_indicators(const void *site)
{
	static const struct {
		const char *sender, *url, *file, *wanted;
	} cases[] = {
		{ .sender = "News@Shop.Example", .wanted = "news@shop.example" },
		{ .sender = "x@b\xc3\xbc"
			    "cher.example",
			.wanted = "x@xn--bcher-kva.example" },
		{ .sender = "nobody" },
		{ .sender = "a b@shop.example" },
		{ .sender = "a@shop.example\r\nRCPT TO:<x@y.example>" },
		{ .url = "HTTPS://Lure.Example:443/x#you", .wanted = "https://lure.example/x" },
		{ .url = "javascript:alert(1)" },
		{ .file = "ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789",
			.wanted =
				"abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789" },
		{ .file = "abc" },
		{ .file = "zzcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Rule) rule = deny_rule();

		rule->sender = g_strdup(cases[i].sender);
		rule->url = g_strdup(cases[i].url);
		rule->file = g_strdup(cases[i].file);
		g_assert_true(is_permitted(site, rule) == (cases[i].wanted != NULL));
		if (cases[i].wanted)
			g_assert_cmpstr(rule->sender ? rule->sender
					: rule->url  ? rule->url
						     : rule->file,
				==, cases[i].wanted);
	}
}

static GPtrArray *
list_of(const char *text)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(list, g_strdup(text));
	return list;
}

static void
test_scope(const void *site)
{
	g_autoptr(Rule) good = allow_rule("mail.shop.example");
	g_autoptr(Rule) never = allow_rule("shop.example");
	g_autoptr(Rule) nowhere = allow_rule("shop.example");
	g_autoptr(Rule) deny = deny_rule();
	g_autoptr(Rule) crowd = allow_rule("shop.example");

	good->from_domains = list_of("News.Shop.Example");
	good->recipients = list_of("Ann@HERE.example");
	good->lifts = list_of("links-leave");
	g_assert_true(is_permitted(site, good));
	g_assert_cmpstr(g_ptr_array_index(good->from_domains, 0), ==, "news.shop.example");
	g_assert_cmpstr(g_ptr_array_index(good->recipients, 0), ==, "ann@here.example");
	never->from_domains = list_of("else.example");
	g_assert_false(is_permitted(site, never));
	nowhere->recipients = list_of("not one");
	g_assert_false(is_permitted(site, nowhere));
	deny->account = g_strdup("A");
	deny->recipients = list_of("here.example");
	g_assert_false(is_permitted(site, deny));
	crowd->recipients = list_of("a@here.example");
	for (int i = 0; i < 256; i++)
		g_ptr_array_add(crowd->recipients, g_strdup("a@here.example"));
	g_assert_false(is_permitted(site, crowd));
}

static void
test_term(const void *site)
{
	g_autoptr(Rule) endless = allow_rule("shop.example");
	g_autoptr(Rule) idle = allow_rule("shop.example");
	g_autoptr(Rule) backwards = allow_rule("shop.example");

	endless->expires = 0;
	g_assert_false(is_permitted(site, endless));
	idle->expires = 0;
	idle->idle = 86400;
	g_assert_true(is_permitted(site, idle));
	backwards->idle = -1;
	g_assert_false(is_permitted(site, backwards));
}

int
main(int argc, char **argv)
{
	g_autoptr(Brands) brands = brands_shipped();
	const Site site = { .own_domains = own_domains, .brands = brands };

	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/rule-check/domain-of-many-in-any-spelling", &site, test_poisoning);
	g_test_add_data_func("/rule-check/one-spelling-in-the-store", &site, test_spelling);
	g_test_add_data_func(
		"/rule-check/allow-rests-on-account-and-domain-alone", &site, test_sole_key);
	g_test_add_data_func("/rule-check/link-domain-or-whole-url", &site, test_link_domains);
	g_test_add_data_func("/rule-check/indicators", &site, test_indicators);
	g_test_add_data_func("/rule-check/scope", &site, test_scope);
	g_test_add_data_func("/rule-check/term", &site, test_term);
	return g_test_run();
}
