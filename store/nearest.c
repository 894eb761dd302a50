#include "store/nearest.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

enum {
	LONGEST = 40 /* names of ours are shorter; the cost is its square */
};

static bool
same(char a, char b)
{
	return g_ascii_tolower(a) == g_ascii_tolower(b);
}

/* Levenshtein distance; both are at most LONGEST bytes long. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[LONGEST + 1];
	size_t length = strlen(b);

	for (unsigned j = 0; j <= length; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1]; i++) {
		unsigned corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			unsigned change = corner + (same(a[i - 1], b[j - 1]) ? 0 : 1);

			corner = row[j];
			row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
		}
	}
	return row[length];
}

const char *
nearest_name(const char *word, const char *const *names)
{
	const char *best = NULL;
	unsigned best_distance = 0;

	if (strlen(word) > LONGEST)
		return NULL;
	for (; *names; names++) {
		unsigned edits;

		if (strlen(*names) > LONGEST)
			continue;
		edits = distance(word, *names);
		/* Something of the word must be left. */
		if (edits <= strlen(*names) / 2 && edits < strlen(word) &&
			(!best || edits < best_distance)) {
			best = *names;
			best_distance = edits;
		}
	}
	return best;
}
