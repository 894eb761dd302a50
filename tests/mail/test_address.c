#include "mail/address.h"

#include <glib.h>
#include <string.h>

static void
test_usual_ones_pass(void)
{
	const char *const good[] = { "a@b", "anna@example.org",
		"0102018e8f6e1b1c-4f7b2c7d-5d0d-4b7c-b8a9-2c7a4d8e0f2b-000000@eu-west-1.amazonses.com",
		"SRS0=HHH=TT=example.org=alice@example.com", "a..b.@docomo.example", "-oQ/tmp@x",
		"root", "a-b", "%n%s@example.org", "=cmd|x@example.org", "\"a b,c\"@example.org",
		"\"a\\\"b\"@example.org", "joe@[192.0.2.1]", "joe@[IPv6:2001:db8::1]",
		"under_score@a_b.example", "jos\303\251@example.org",
		"a@\346\227\245\346\234\254.example" };

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_assert_cmpstr(address_fault(good[i]), ==, NULL);
	}
}

static void
test_dangerous_ones_are_refused(void)
{
	const char *const bad[] = { "", "@", "a@", "@b", "a@b@c", "a b@c", " a@b", "a@b ", "a@b c",
		"a@b\r\nRCPT TO:<x@y>", "a\n@b", "a@b\r", "a@b\t", "a\033@b", "a@b\177",
		"a\302\205@b", "<a@b>", "a@b> SIZE=1", "\"a>b\"@c", "a@b,c@d", "a@b;c@d",
		"';--@example.org", "a(x)@b", "a@b(x)", "@a,@b:c@d", "a:b@c", "a\\@b", "\"a@b",
		"\"a\"b@c", "\"a\\\"@b", "a@[", "a@[]", "a@[1.2.3.4", "a@[1.2.3.4]x", "a@b/c",
		"/etc/passwd", "-rf", "-x", "|/bin/sh", "\"|/bin/sh\"", "a\342\200\256@b",
		"a\342\200\213@b", "\377@b", "a@\300\200" };

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *shown = g_strescape(bad[i], NULL);

		g_test_message("%s", shown);
		g_assert_nonnull(address_fault(bad[i]));
	}
}

/* Byte by byte: what may stand alone in a local part, and that nothing else may. */
static void
test_every_byte_in_a_local_part(void)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		"!#$%&'*+-/=?^_`{|}~.";

	for (int byte = 1; byte < 256; byte++) {
		const char address[] = { 'a', (char)byte, 'b', '@', 'c', 0 };

		g_assert_cmpint(address_fault(address) == NULL, ==, strchr(allowed, byte) != NULL);
	}
}

static void
test_length_is_capped(void)
{
	g_autofree char *local = g_strnfill(318, 'x');
	g_autofree char *fits = g_strconcat(local, "@b", NULL);
	g_autofree char *exceeds = g_strconcat("x", fits, NULL);

	g_assert_null(address_fault(fits));
	g_assert_nonnull(address_fault(exceeds));
}

static void
test_only_the_host_has_no_case(void)
{
	static const char *const cases[][2] = {
		{ "Ann@HERE.Example", "Ann@here.example" },
		{ "\"A@B\"@C", "\"A@B\"@c" },
		{ "\"A@B\"", "\"A@B\"" },
		{ "Root", "Root" },
		{ "a@[IPv6:2001:DB8::1]", "a@[ipv6:2001:db8::1]" },
		{ "\303\204@B\303\204.Example", "\303\204@b\303\204.example" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *normal = address_normal(cases[i][0]);

		g_assert_cmpstr(normal, ==, cases[i][1]);
	}
}

static void
test_quotes_where_an_envelope_needs_them(void)
{
	static const char *const cases[][2] = {
		{ "a.b+c=d@example.org", "a.b+c=d@example.org" },
		{ "jos\303\251@example.org", "jos\303\251@example.org" },
		{ "root", "root" },
		{ "a b,c@example.org", "\"a b,c\"@example.org" },
		{ "a@b@example.org", "\"a@b\"@example.org" },
		{ "a\"\\b@example.org", "\"a\\\"\\\\b\"@example.org" },
		{ "@example.org", "\"\"@example.org" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *quoted = address_quoted(cases[i][0]);

		g_assert_cmpstr(quoted, ==, cases[i][1]);
		g_assert_null(address_fault(quoted));
	}
}

static void
test_host_names(void)
{
	g_autofree char *long_name = g_strnfill(254, 'a');

	g_assert_true(host_name_is_plain("mx-1.example.net"));
	g_assert_true(host_name_is_plain("my_host"));
	g_assert_false(host_name_is_plain(""));
	g_assert_false(host_name_is_plain("-a"));
	g_assert_false(host_name_is_plain("a/../b"));
	g_assert_false(host_name_is_plain("a b"));
	g_assert_false(host_name_is_plain("a\r\nb"));
	g_assert_false(host_name_is_plain("h\303\266st"));
	g_assert_false(host_name_is_plain(long_name));
}

static void
test_hidden_in_what_servers_say(void)
{
	static const struct {
		const char *words, *hidden;
	} said[] = {
		{ "", "" },
		{ "250 2.0.0 Ok: queued as 4F2A", "250 2.0.0 Ok: queued as 4F2A" },
		{ "550 <bob@inside.test>: no", "550 <[address]>: no" },
		{ "550 BOB@Inside.Test... User unknown", "550 [address] User unknown" },
		{ "550 bob... User unknown", "550 [address]... User unknown" },
		{ "550 user=bob;x=bobby", "550 user=[address];x=bobby" },
		{ "to=<\"a b\"@inside.test>, bob+x@[192.0.2.1]", "to=<[address]>, [address]" },
		{ "a@b@c.test d@ @e @", "[address] [address] [address] @" },
		{ "http://x.test/?r=bob@inside.test&c=1", "http:[address]" },
		{ "\"@\"@", "[address][address]" },
		{ "j\303\266rg@inside.test", "[address]" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(said); i++) {
		g_autofree char *hidden = address_hide(said[i].words, "bob@inside.test");

		g_test_message("%s -> %s", said[i].words, hidden);
		g_assert_cmpstr(hidden, ==, said[i].hidden);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/address/usual-ones-pass", test_usual_ones_pass);
	g_test_add_func("/address/dangerous-ones-are-refused", test_dangerous_ones_are_refused);
	g_test_add_func("/address/every-byte-in-a-local-part", test_every_byte_in_a_local_part);
	g_test_add_func("/address/length-is-capped", test_length_is_capped);
	g_test_add_func("/address/only-the-host-has-no-case", test_only_the_host_has_no_case);
	g_test_add_func("/address/quotes-where-an-envelope-needs-them",
		test_quotes_where_an_envelope_needs_them);
	g_test_add_func("/address/host-names", test_host_names);
	g_test_add_func("/address/hidden-in-what-servers-say", test_hidden_in_what_servers_say);
	return g_test_run();
}
