#include "mail/glyph.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

static char *
encode(Glyphs glyphs, const char *text)
{
	g_autoptr(Visible) visible = text_visible(text, -1);

	return glyphs_encode(glyphs, visible);
}

static void
shows(Glyphs glyphs, const char *text, const char *wanted)
{
	g_autofree char *got = encode(glyphs, text);

	g_assert_cmpstr(got, ==, wanted);
}

static void
test_ascii(void)
{
	g_assert_nonnull(setlocale(LC_ALL, "C"));
	g_assert_cmpint(glyphs_of_locale("xterm"), ==, GLYPHS_CHARSET);
	shows(GLYPHS_CHARSET, "▸ 3 · 5 – … → ✓ ✗ ─│ “x”", "> 3 - 5 - ~ > + x -| \"x\"");
	shows(GLYPHS_CHARSET, "▁▂▃▄▅▆▇█", "..::||##");
	shows(GLYPHS_CHARSET, "Größe", "Gr??e");
	/* In each of the columns that it takes. */
	shows(GLYPHS_CHARSET, "契約🖋 x", "????? x");
	shows(GLYPHS_CHARSET, "👍 x", "?? x");
	/* The letter alone would say less than there is. */
	shows(GLYPHS_CHARSET, "e\u0301x M\u0336", "?x ?");
}

static void
test_every_sign_has_its_letter(void)
{
	g_assert_nonnull(setlocale(LC_ALL, "C"));
	shows(GLYPHS_CHARSET, "«·»×‐‑‒–—‘’‚“”„•…‹›€←→✓✗▸●⟦⟧─│┼",
		"<->x-----'',\"\"\"*~<>E<>+x>o[]-|+");
}

static void
test_utf8(void)
{
	g_assert_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	g_assert_cmpint(glyphs_of_locale("xterm"), ==, GLYPHS_ALL);
	g_assert_cmpint(glyphs_of_locale(NULL), ==, GLYPHS_ALL);
	shows(GLYPHS_ALL, "▸ Größe 契約 e\u0301", "▸ Größe 契約 e\u0301");
}

static void
test_console(void)
{
	g_assert_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	g_assert_cmpint(glyphs_of_locale("linux"), ==, GLYPHS_FEW);
	shows(GLYPHS_FEW, "▸ Größe · ─│█ → ✓ “жук”", "> Größe · ─│█ > + \"жук\"");
	shows(GLYPHS_FEW, "契約 e\u0301 👍", "???? ? ??");
}

/* Its fonts end with Cyrillic, but for the lines and blocks of code page 437. */
static void
test_console_bounds(void)
{
	g_assert_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	shows(GLYPHS_FEW, "\u04ff\u0500 \u24ff\u2500\u256c\u256d \u2587\u2588\u2589",
		"\u04ff? ?\u2500\u256c? #\u2588?");
}

/* What terminals disagree on how wide it is, from its first to its last. */
static void
test_disputed(void)
{
	static const gunichar disputed[][2] = {
		{ 0x600, 0x1dff },
		{ 0x2600, 0x2712 },
		{ 0x2714, 0x2716 },
		{ 0x2718, 0x27e5 },
		{ 0x27e8, 0x2e7f },
		{ 0x4dc0, 0x4dff },
		{ 0xa4d0, 0xabff },
		{ 0xd7a4, 0xf8ff },
		{ 0xfb00, 0xfe2f },
		{ 0xfe70, 0xff00 },
		{ 0xffe7, 0x1ffff },
		{ 0x3fffe, 0x10ffff },
	};
	gunichar character = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(disputed); i++) {
		while (character < disputed[i][0])
			g_assert_false(glyph_is_disputed(character++));
		while (character <= disputed[i][1])
			g_assert_true(glyph_is_disputed(character++));
	}
}

/* Column for column, whatever is shown. */
static void
test_columns(void)
{
	static const char text[] = "▸ 契約 e\u0301 👍 – Größe ｱ ﷺ ｅ ㉈ ䷀ ⟦x⟧";
	g_autoptr(Visible) visible = text_visible(text, -1);
	g_autofree char *bytes = NULL;
	int columns = 0;

	g_assert_nonnull(setlocale(LC_ALL, "C"));
	for (const char *at = visible_string(visible); *at; at = g_utf8_next_char(at))
		columns += text_columns(g_utf8_get_char(at));
	bytes = glyphs_encode(GLYPHS_CHARSET, visible);
	g_assert_cmpuint(strlen(bytes), ==, columns);
}

static void
test_latin(void)
{
	g_autofree char *folder = g_dir_make_tmp("lazaret-locale-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "en_US.ISO-8859-1", NULL);
	const char *const arguments[] = { "localedef", "-i", "en_US", "-f", "ISO-8859-1", path,
		NULL };
	g_autofree char *remove = g_strdup_printf("rm -rf '%s'", folder);
	int status = 0;

	if (!g_spawn_sync(NULL, (char **)arguments, NULL,
		    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
		    NULL, NULL, NULL, NULL, &status, NULL) ||
		!g_setenv("LOCPATH", folder, TRUE) || !setlocale(LC_ALL, "en_US.ISO-8859-1")) {
		g_test_skip("localedef makes no locale here");
	} else {
		g_assert_cmpint(glyphs_of_locale("xterm"), ==, GLYPHS_CHARSET);
		shows(GLYPHS_CHARSET, "Größe · × ▸ – 契 жук",
			"Gr\xf6\xdf"
			"e \xb7 \xd7 > - ?? ???");
	}
	g_unsetenv("LOCPATH");
	g_assert_nonnull(setlocale(LC_ALL, "C"));
	g_assert_true(g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/glyph/ascii-alone", test_ascii);
	g_test_add_func("/glyph/every-sign-has-its-letter", test_every_sign_has_its_letter);
	g_test_add_func("/glyph/utf-8-as-it-is", test_utf8);
	g_test_add_func("/glyph/linux-console", test_console);
	g_test_add_func("/glyph/linux-console-bounds", test_console_bounds);
	g_test_add_func("/glyph/disputed", test_disputed);
	g_test_add_func("/glyph/columns-stay", test_columns);
	g_test_add_func("/glyph/charset-of-the-locale", test_latin);
	return g_test_run();
}
