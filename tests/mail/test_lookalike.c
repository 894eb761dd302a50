/* What looks alike, by Unicode's table and by one slip of the pen. */
#include "mail/lookalike.h"

#include <string.h>
#include <time.h>

#include "mail/words.h"

static void
assert_alike(const char *a, const char *b, bool alike)
{
	g_autofree char *first = words_skeleton(a, WORDS_MAX_NAME);
	g_autofree char *second = words_skeleton(b, WORDS_MAX_NAME);

	if ((strcmp(first, second) == 0) != alike)
		g_error("'%s' is '%s', '%s' is '%s'", a, first, b, second);
}

static void
test_figures_and_signs_stand_for_letters(void)
{
	assert_alike("amaz0n", "Amazon", true);
	assert_alike("PAYPA1", "PayPal", true);
	assert_alike("Coinba$e", "coinbase", true);
	assert_alike("rnicrosoft", "Microsoft", true);
	assert_alike("MICROSOFT", "microsoft", true);
	assert_alike("vvells fargo", "Wells Fargo", true);
	assert_alike("amazone", "amazon", false);
	assert_alike("amozan", "amazon", false);
}

static void
test_other_scripts_have_doubles(void)
{
	assert_alike("СОІNВАЅЕ", "COINBASE", true); /* Cyrillic but for N */
	assert_alike("аррӏе", "apple", true);
	assert_alike("Αmαzοn", "amazon", true); /* Greek */
	assert_alike("ꓑаураӏ", "paypal", true); /* Lisu */
	assert_alike("𝗣𝗮𝘆𝗣𝗮𝗹", "paypal", true);
	assert_alike("ᴘᴀʏᴘᴀʟ", "paypal", true);
	assert_alike("Ｎｅｔｆｌｉｘ", "netflix", true);
	assert_alike("pay\u200bpal", "paypal", true);
	assert_alike("Сбербанк", "sberbank", false);
}

static void
test_letters_are_told_apart(void)
{
	g_assert_true(lookalike_is_latin(0x0430));  /* Cyrillic a */
	g_assert_true(lookalike_is_latin(0x03bf));  /* Greek omicron */
	g_assert_false(lookalike_is_latin(0x0416)); /* Cyrillic zhe */
	g_assert_false(lookalike_is_latin(0x697d)); /* Han */
	g_assert_false(lookalike_is_latin('a'));
	g_assert_false(lookalike_is_latin('0'));
}

static void
test_one_slip_is_near(void)
{
	g_assert_true(lookalike_is_near("micosoft", "microsoft"));
	g_assert_true(lookalike_is_near("microsofft", "microsoft"));
	g_assert_true(lookalike_is_near("microsopt", "microsoft"));
	g_assert_true(lookalike_is_near("mircosoft", "microsoft"));
	g_assert_true(lookalike_is_near("", "a"));
	g_assert_false(lookalike_is_near("microsoft", "microsoft"));
	g_assert_false(lookalike_is_near("mircosfot", "microsoft"));
	g_assert_false(lookalike_is_near("macrosopt", "microsoft"));
	g_assert_false(lookalike_is_near("abab", "baba"));
	g_assert_false(lookalike_is_near("", "ab"));
}

/* Whatever bytes come, and however many marks stand on one letter. */
static void
test_hostile_text_is_read_in_no_time(void)
{
	GString *marks = g_string_new("a");
	g_autofree char *text = NULL;
	g_autofree char *skeleton = NULL;
	g_autofree char *broken = words_skeleton("a\xff\xc0", WORDS_MAX_NAME);
	clock_t before = clock();

	for (int i = 0; i < 100 * 1000; i++)
		g_string_append(marks, i % 2 ? "\u0336" : "\u0301");
	text = g_string_free(marks, FALSE);
	skeleton = words_skeleton(text, WORDS_MAX_SUBJECT);
	g_assert_cmpstr(skeleton, ==, " a ");
	g_assert_cmpstr(broken, ==, " a ");
	g_assert_cmpint(clock() - before, <, CLOCKS_PER_SEC / 10);
}

/* Where a character of another alphabet stands behind it, ICU is asked for all of a text. */
static void
test_ascii_alone_reads_as_among_others(void)
{
	for (int i = 0; i < 2000; i++) {
		char text[24] = { 0 };
		g_autofree char *with_other = NULL;
		g_autofree char *alone = NULL;
		g_autofree char *among = NULL;

		for (int at = 0; at < g_test_rand_int_range(1, sizeof(text) - 1); at++)
			text[at] = (char)g_test_rand_int_range(1, 0x80);
		with_other = g_strconcat(text, "\xe4\xb8\xad", NULL);
		alone = lookalike_skeleton(text, strlen(text));
		among = lookalike_skeleton(with_other, strlen(with_other));
		g_assert_true(g_str_has_prefix(among, alone));
		g_assert_cmpuint(strlen(among) - strlen(alone), ==, strlen("\xe4\xb8\xad"));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	lookalike_prepare();
	g_test_add_func("/lookalike/figures-and-signs-stand-for-letters",
		test_figures_and_signs_stand_for_letters);
	g_test_add_func("/lookalike/other-scripts-have-doubles", test_other_scripts_have_doubles);
	g_test_add_func("/lookalike/letters-are-told-apart", test_letters_are_told_apart);
	g_test_add_func("/lookalike/one-slip-is-near", test_one_slip_is_near);
	g_test_add_func(
		"/lookalike/hostile-text-is-read-in-no-time", test_hostile_text_is_read_in_no_time);
	g_test_add_func(
		"/lookalike/ascii-alone-and-among-others", test_ascii_alone_reads_as_among_others);
	return g_test_run();
}
