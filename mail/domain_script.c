/* domain_script.c - domain_mixes_scripts() */
#include "mail/domain.h"

#include <glib.h>

typedef enum {
	WRITES_LATIN = 1 << 0,
	WRITES_HAN = 1 << 1,
	WRITES_KANA = 1 << 2,
	WRITES_HANGUL = 1 << 3,
	WRITES_BOPOMOFO = 1 << 4,
} Writes;

/* What languages write together, and what stands alone. */
static const unsigned together[] = {
	WRITES_LATIN | WRITES_HAN | WRITES_KANA,
	WRITES_LATIN | WRITES_HAN | WRITES_HANGUL,
	WRITES_LATIN | WRITES_HAN | WRITES_BOPOMOFO,
};

/* 0 for the scripts that stand with no other. */
static unsigned
writes(GUnicodeScript script)
{
	static const unsigned known[] = {
		[G_UNICODE_SCRIPT_LATIN] = WRITES_LATIN,
		[G_UNICODE_SCRIPT_HAN] = WRITES_HAN,
		[G_UNICODE_SCRIPT_HIRAGANA] = WRITES_KANA,
		[G_UNICODE_SCRIPT_KATAKANA] = WRITES_KANA,
		[G_UNICODE_SCRIPT_HANGUL] = WRITES_HANGUL,
		[G_UNICODE_SCRIPT_BOPOMOFO] = WRITES_BOPOMOFO,
	};

	return (size_t)script < G_N_ELEMENTS(known) ? known[script] : 0;
}

static bool
is_of_all_scripts(GUnicodeScript script)
{
	return script == G_UNICODE_SCRIPT_COMMON || script == G_UNICODE_SCRIPT_INHERITED;
}

static bool
stand_together(unsigned written)
{
	for (size_t i = 0; i < G_N_ELEMENTS(together); i++) {
		if ((written & ~together[i]) == 0)
			return true;
	}
	return false;
}

/* What one label is written in. */
typedef struct Label {
	unsigned written;
	GUnicodeScript alone; /* a script that stands with no other; COMMON if none yet */
} Label;

static bool
fits(Label *label, GUnicodeScript script)
{
	if (is_of_all_scripts(script))
		return true;
	label->written |= writes(script);
	if (writes(script) == 0) {
		if (!is_of_all_scripts(label->alone) && label->alone != script)
			return false;
		label->alone = script;
	}
	return is_of_all_scripts(label->alone) ? stand_together(label->written)
					       : label->written == 0;
}

bool
domain_mixes_scripts(const char *host)
{
	g_autofree char *reading = domain_to_unicode(host);
	Label label = { .alone = G_UNICODE_SCRIPT_COMMON };

	if (!g_utf8_validate(reading, -1, NULL))
		return false;
	for (const char *at = reading; *at; at = g_utf8_next_char(at)) {
		if (*at == '.')
			label = (Label){ .alone = G_UNICODE_SCRIPT_COMMON };
		else if (!fits(&label, g_unichar_get_script(g_utf8_get_char(at))))
			return true;
	}
	return false;
}
