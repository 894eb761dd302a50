#include "mail/detect.h"

#include "mail/brands.h"
#include "mail/lookalike.h"
#include "mail/words.h"

enum {
	OVERLAY_CLASS = 1, /* canonical combining class of marks that strike through */
	MANY_STRAY_MARKS = 3,
	MANY_LONE_LETTERS = 4
};

/* What one walk over a name counts. */
typedef struct NameCount {
	gunichar before;
	int overlays;
	int stray_marks; /* marks that no alphabet puts on the letter below them */
	int invisible;   /* between two letters */
	int doubles;     /* a letter of another script that looks like a Latin one, beside one */
} NameCount;

static bool
is_latin(gunichar character)
{
	return g_unichar_isalpha(character) &&
		g_unichar_get_script(character) == G_UNICODE_SCRIPT_LATIN;
}

static void
count_mark(NameCount *count, gunichar mark)
{
	gunichar composed;

	if (g_unichar_combining_class(mark) == OVERLAY_CLASS)
		count->overlays++;
	else if (is_latin(count->before) && !g_unichar_compose(count->before, mark, &composed))
		count->stray_marks++;
}

static void
count_character(NameCount *count, gunichar here, gunichar after)
{
	if (g_unichar_ismark(here)) {
		count_mark(count, here);
		return;
	}
	if (g_unichar_type(here) == G_UNICODE_FORMAT)
		count->invisible += is_latin(count->before) && is_latin(after);
	if ((lookalike_is_latin(here) && is_latin(count->before)) ||
		(is_latin(here) && lookalike_is_latin(count->before)))
		count->doubles++;
	count->before = here;
}

static NameCount
count_name(const char *name)
{
	NameCount count = { .before = ' ' };
	int read = 0;

	for (const char *at = name; *at && read < WORDS_MAX_NAME; at = g_utf8_next_char(at)) {
		count_character(&count, g_utf8_get_char(at), g_utf8_get_char(g_utf8_next_char(at)));
		read++;
	}
	return count;
}

/* "C o i n b a s e" */
static bool
is_spaced_out(const char *name)
{
	g_autofree char *words = words_of(name, WORDS_MAX_NAME);
	g_auto(GStrv) parts = g_strsplit(words, " ", -1);
	int run = 0;

	for (char **part = parts; *part && run < MANY_LONE_LETTERS; part++) {
		bool letter =
			g_utf8_strlen(*part, -1) == 1 && g_unichar_isalpha(g_utf8_get_char(*part));

		if (**part)
			run = letter ? run + 1 : 0;
	}
	return run >= MANY_LONE_LETTERS;
}

static const char *
describe(const char *name)
{
	NameCount count = count_name(name);

	if (count.overlays > 0)
		return "is struck through with combining marks";
	if (count.stray_marks >= MANY_STRAY_MARKS)
		return "is covered with combining marks";
	if (count.invisible > 0)
		return "has invisible characters between its letters";
	if (count.doubles > 0)
		return "mixes scripts whose letters look alike";
	if (is_spaced_out(name))
		return "is spaced out letter by letter";
	return NULL;
}

static void
run(const Detector *self, Message *message)
{
	const char *name = message->from->name;
	const Brand *brand = name ? brand_disguised(message->site->brands, name) : NULL;
	const char *how = name ? describe(name) : NULL;

	if (how)
		detector_found(self, message, name, "header From", "display name %s", how);
	else if (brand)
		detector_found(self, message, name, "header From",
			"display name looks like \"%s\" and is spelt otherwise", brand->name);
}

/* On 4 % of phish and on no ham at all: nobody writes their own name so. */
const Detector detect_name_obfuscated = {
	.id = "name-obfuscated",
	.summary =
		"the display name is spaced out, struck through, of mixed scripts or look-alikes",
	.weight = 40,
	.run = run,
};
