#include "tui/key.h"

#include <glib.h>
#include <string.h>

static void
test_names(void)
{
	char name[KEY_NAME_BYTES];

	g_assert_cmpstr(key_to_name('j', name), ==, "j");
	g_assert_cmpstr(key_to_name(KEY_CONTROL('d'), name), ==, "Ctrl-d");
	g_assert_cmpstr(key_to_name(' ', name), ==, "Space");
	g_assert_cmpstr(key_to_name(KEY_CODE_PAGE_DOWN, name), ==, "PageDown");
	g_assert_cmpstr(key_to_name(0xe4, name), ==, "ä");
	/* What can't be printed is not. */
	g_assert_cmpstr(key_to_name(0x9b, name), ==, "?");
	g_assert_cmpstr(key_to_name(0x202e, name), ==, "?");
}

static void
test_round_trip(void)
{
	char name[KEY_NAME_BYTES];

	for (Key key = 1; key <= KEY_CODE_WHEEL_DOWN; key = key == 0x2ff ? KEY_CODE_UP : key + 1) {
		const char *text = key_to_name(key, name);

		if (g_str_equal(text, "?"))
			continue;
		/* What a terminal sends for a named key has that name. */
		if (key < ' ' &&
			(!g_ascii_isalpha((char)(key | 0x40)) || strchr("\t\n\r\b", (int)key)))
			continue;
		g_assert_cmpuint(key_from_name(text), ==, key);
	}
}

static void
test_modifiers(void)
{
	char name[KEY_NAME_BYTES];

	g_assert_cmpuint(key_from_name("F1"), ==, KEY_CODE_F1);
	g_assert_cmpuint(key_from_name("f12"), ==, KEY_CODE_F12);
	g_assert_cmpuint(key_from_name("F13"), ==, KEY_CODE_NONE);
	g_assert_cmpuint(key_from_name("Alt-x"), ==, (KEY_ALT | 'x'));
	g_assert_cmpuint(key_from_name("alt-X"), ==, (KEY_ALT | 'X'));
	g_assert_cmpstr(key_to_name(KEY_ALT | 'x', name), ==, "Alt-x");
	g_assert_cmpstr(key_to_name(KEY_ALT | ' ', name), ==, "Alt-Space");
	g_assert_cmpuint(key_from_name("Alt-space"), ==, (KEY_ALT | ' '));
	/* Behind ESC a terminal begins its own keys with these. */
	g_assert_cmpuint(key_from_name("Alt-["), ==, KEY_CODE_NONE);
	g_assert_cmpuint(key_from_name("Alt-]"), ==, KEY_CODE_NONE);
	g_assert_cmpuint(key_from_name("Alt-P"), ==, KEY_CODE_NONE);
	g_assert_cmpuint(key_from_name("Alt-p"), ==, (KEY_ALT | 'p'));
	g_assert_cmpuint(key_from_name("Alt-Up"), ==, KEY_CODE_NONE);
	/* Names say the key that is pressed, not the one that was written. */
	g_assert_cmpuint(key_from_name("Ctrl-M"), ==, KEY_CODE_ENTER);
	g_assert_cmpuint(key_from_name("pagedown"), ==, KEY_CODE_PAGE_DOWN);
}

static void
test_unknown(void)
{
	g_assert_cmpuint(key_from_name(""), ==, KEY_CODE_NONE);
	g_assert_cmpuint(key_from_name("jj"), ==, KEY_CODE_NONE);
	g_assert_cmpuint(key_from_name("Ctrl-"), ==, KEY_CODE_NONE);
	g_assert_cmpuint(key_from_name("Ctrl-dd"), ==, KEY_CODE_NONE);
	g_assert_cmpuint(key_from_name("\xff"), ==, KEY_CODE_NONE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/key/names", test_names);
	g_test_add_func("/key/names-and-back", test_round_trip);
	g_test_add_func("/key/with-alt-and-function-keys", test_modifiers);
	g_test_add_func("/key/unknown-names", test_unknown);
	return g_test_run();
}
