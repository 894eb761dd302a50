/* Key files: all that zone files, dig(1) and opendkim-genkey(8) write is read; what is
 * none is named. */
#include "mail/keys.h"

#include <string.h>

#include "mail/site.h"

typedef struct Case {
	const char *text;
	const char *name;
	const char *record;
} Case;

#define NAME "s._domainkey.shop.example"

static const Case cases[] = {
	{ NAME " v=DKIM1; p=AA", NAME, "v=DKIM1; p=AA" },
	{ "S._DomainKey.Shop.Example. TXT v=DKIM1; p=AA\r\n", NAME, "v=DKIM1; p=AA" },
	{ NAME "\t3600\tIN\tTXT\t\"v=DKIM1\\; k=rsa\\; p=A\" \"B\"\n", NAME,
		"v=DKIM1; k=rsa; p=AB" },
	{ "# no\n\n; no\n$TTL 60\n" NAME " IN TXT ( \"p=\"\n\t\"A\" ) ; key s\n", NAME, "p=A" },
	{ NAME " TXT (\n\"p=A\" ; half\n\n\"B\"\n)\n", NAME, "p=AB" },
	{ NAME " \"p=\\065\\\"\"", NAME, "p=A\"" },
	{ NAME " TXT p=A\n" NAME " TXT p=B\n", NAME, "p=B" },
};

static void
test_all_ways_to_write_one(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GHashTable) keys = keys_parse(cases[i].text, &error);

		g_test_message("case %zu", i);
		g_assert_no_error(error);
		g_assert_cmpuint(g_hash_table_size(keys), ==, 1);
		g_assert_cmpstr(g_hash_table_lookup(keys, cases[i].name), ==, cases[i].record);
	}
}

typedef struct Bad {
	const char *text;
	const char *line;
} Bad;

static const Bad bad[] = {
	{ "shop.example TXT p=A", "line 1 " },
	{ "\n# x\n" NAME " TXT \"p=A\n", "line 3 " },
	{ NAME " TXT (\n\"p=A\"\n", "line 1 " },
	{ NAME " TXT (\n\"p=A\"\n)\nnonsense\n", "line 4 " },
	{ NAME " TXT \"p=A\" and more\n", "line 1 " },
	{ NAME "\n", "line 1 " },
	{ NAME " TXT \"\\", "line 1 " },
};

static void
test_what_is_none_is_named(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("case %zu", i);
		g_assert_null(keys_parse(bad[i].text, &error));
		g_assert_error(error, MAIL_ERROR, MAIL_ERROR_DATA);
		g_assert_true(g_str_has_prefix(error->message, bad[i].line));
	}
}

static void
test_what_is_written_is_read(void)
{
	static const char *const records[] = { "v=DKIM1; p=A", "p=\"\\(;)\t", " p=A ",
		"n=Zo\u00eb; p=A" };

	for (size_t i = 0; i < G_N_ELEMENTS(records); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(GHashTable) keys = NULL;

		keys_append(text, NAME, records[i]);
		keys = keys_parse(text->str, NULL);
		g_assert_nonnull(keys);
		g_assert_cmpstr(g_hash_table_lookup(keys, NAME), ==, records[i]);
	}
}

static void
test_random_text_does_no_harm(void)
{
	static const char alphabet[] = "s._domainkey.a TXT\"\"\\0()();\n\n\t=";
	g_autoptr(GRand) random = g_rand_new_with_seed(5);

	for (int round = 0; round < 20000; round++) {
		char text[64] = "s._domainkey.a ";
		size_t start = strlen(text);

		for (size_t i = start; i < sizeof(text) - 1; i++)
			text[i] = alphabet[g_rand_int_range(random, 0, sizeof(alphabet) - 1)];
		g_autoptr(GHashTable) keys = keys_parse(text, NULL);

		g_assert_true(!keys || g_hash_table_size(keys) < sizeof(text));
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/keys/all-ways-to-write-one", test_all_ways_to_write_one);
	g_test_add_func("/keys/none-is-named", test_what_is_none_is_named);
	g_test_add_func("/keys/written-is-read", test_what_is_written_is_read);
	g_test_add_func("/keys/random-text", test_random_text_does_no_harm);
	return g_test_run();
}
