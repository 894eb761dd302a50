/* words.h - words of lazaret's own making */
#ifndef TESTS_BENCH_WORDS_H
#define TESTS_BENCH_WORDS_H

#include <glib.h>

static const char *const syllables[] = { "ka", "lo", "mi", "ter", "san", "ve", "dor", "pi", "an",
	"qu", "el", "ri", "sto", "na", "bel", "co" };

/* Each number has its own word; "pibello" is 487. */
static inline void
append_word(GString *text, unsigned number)
{
	do {
		g_string_append(text, syllables[number % G_N_ELEMENTS(syllables)]);
		number /= G_N_ELEMENTS(syllables);
	} while (number > 0);
}

#endif
