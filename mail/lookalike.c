#include "mail/lookalike.h"

#include <string.h>
#include <unicode/uspoof.h>

#include "mail/text.h"

enum {
	FIRST_TRY = 512,     /* bytes: names and labels are shorter */
	ASCII_SKELETON = 16, /* bytes of that of one character, NUL and all */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(USpoofChecker, uspoof_close)

/* ICU shares one copy of its tables between all checkers: opening one is cheap
 * when any was opened before. */
static USpoofChecker *
open_checker(void)
{
	UErrorCode status = U_ZERO_ERROR;
	USpoofChecker *checker = uspoof_open(&status);

	return U_SUCCESS(status) ? checker : NULL;
}

static char *
skeleton_by(const USpoofChecker *checker, const char *text, int length)
{
	char first[FIRST_TRY];
	UErrorCode status = U_ZERO_ERROR;
	int needed = uspoof_getSkeletonUTF8(checker, 0, text, length, first, FIRST_TRY, &status);
	char *skeleton = NULL;

	if (U_SUCCESS(status) && needed < FIRST_TRY)
		return g_strndup(first, (gsize)needed);
	skeleton = g_malloc0((gsize)MAX(needed, 0) + 1);
	status = U_ZERO_ERROR;
	uspoof_getSkeletonUTF8(checker, 0, text, length, skeleton, needed + 1, &status);
	if (U_SUCCESS(status))
		return skeleton;
	g_free(skeleton);
	return NULL;
}

static char *
ask_icu(const char *text, size_t length)
{
	g_autoptr(USpoofChecker) checker = open_checker();
	char *skeleton = checker ? skeleton_by(checker, text, (int)length) : NULL;

	return skeleton ? skeleton : g_strndup(text, length);
}

/* What ICU makes of each character of ASCII: of several it makes the same one by one, and most
 * names and all domains are of these alone. */
typedef char AsciiSkeletons[0x80][ASCII_SKELETON];

static const AsciiSkeletons *
ascii_skeletons(void)
{
	static AsciiSkeletons skeletons;
	static gsize made = 0;

	if (!g_once_init_enter(&made))
		return &skeletons;
	for (int character = 1; character < 0x80; character++) {
		const char text[] = { (char)character, '\0' };
		g_autofree char *skeleton = ask_icu(text, 1);

		g_strlcpy(skeletons[character], skeleton, ASCII_SKELETON);
	}
	g_once_init_leave(&made, 1);
	return &skeletons;
}

void
lookalike_prepare(void)
{
	ascii_skeletons();
}

char *
lookalike_skeleton(const char *text, size_t max)
{
	const AsciiSkeletons *ascii = ascii_skeletons();
	const char *end = text;
	GString *skeleton;

	text_is_valid(text, strnlen(text, max), &end);
	if (text_skip_ascii(text, end) < end)
		return ask_icu(text, (size_t)(end - text));
	skeleton = g_string_sized_new((gsize)(end - text) + ASCII_SKELETON);
	for (; text < end; text++) {
		const char *one = (*ascii)[(unsigned char)*text];

		if (one[0] && !one[1])
			g_string_append_c(skeleton, one[0]);
		else
			g_string_append(skeleton, one);
	}
	return g_string_free(skeleton, FALSE);
}

static bool
is_latin(gunichar character)
{
	return g_unichar_isalpha(character) &&
		g_unichar_get_script(character) == G_UNICODE_SCRIPT_LATIN;
}

bool
lookalike_is_latin(gunichar character)
{
	char text[6 + 1] = { 0 };
	g_autofree char *skeleton = NULL;

	if (!g_unichar_isalpha(character) || is_latin(character))
		return false;
	g_unichar_to_utf8(character, text);
	skeleton = lookalike_skeleton(text, sizeof(text));
	return is_latin(g_utf8_get_char(skeleton));
}

bool
lookalike_is_near(const char *a, const char *b)
{
	size_t a_left;
	size_t b_left;

	while (*a && *a == *b) {
		a++;
		b++;
	}
	a_left = strlen(a);
	b_left = strlen(b);
	while (a_left > 0 && b_left > 0 && a[a_left - 1] == b[b_left - 1]) {
		a_left--;
		b_left--;
	}
	if (a_left == 2 && b_left == 2)
		return a[0] == b[1] && a[1] == b[0];
	return a_left <= 1 && b_left <= 1 && a_left + b_left > 0;
}
