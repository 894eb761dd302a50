#include "mail/detect.h"

#include <string.h>

#include "mail/words.h"

enum {
	LEAST_WORDS = 20,  /* below that there is nothing to compare */
	LEAST_LETTERS = 4, /* of a word that says something */
	SHARED = 25        /* percent of one's words that the other must have */
};

/* "1.2" and "1.3" stand beside each other. */
static bool
are_beside(const char *a, const char *b)
{
	const char *a_dot = strrchr(a, '.');
	const char *b_dot = strrchr(b, '.');
	size_t a_length = a_dot ? (size_t)(a_dot - a) : 0;
	size_t b_length = b_dot ? (size_t)(b_dot - b) : 0;

	return a_length == b_length && strncmp(a, b, a_length) == 0;
}

static GHashTable *
words_in(const char *text)
{
	g_autofree char *words = words_of(text, WORDS_MAX_BODY);
	g_auto(GStrv) parts = g_strsplit(words, " ", -1);
	GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (char **part = parts; *part; part++)
		if (g_utf8_strlen(*part, -1) >= LEAST_LETTERS && !strpbrk(*part, "0123456789"))
			g_hash_table_add(set, g_strdup(*part));
	return set;
}

/* Percent of the words in the smaller one that the other has, 100 if it has too few. */
static guint
shared_percent(GHashTable *a, GHashTable *b)
{
	bool a_smaller = g_hash_table_size(a) < g_hash_table_size(b);
	GHashTable *small = a_smaller ? a : b;
	GHashTable *large = a_smaller ? b : a;
	guint size = g_hash_table_size(small);
	guint shared = 0;
	GHashTableIter iter;
	void *word;

	g_hash_table_iter_init(&iter, small);
	while (g_hash_table_iter_next(&iter, &word, NULL))
		shared += g_hash_table_contains(large, word);
	return size < LEAST_WORDS ? 100 : shared * 100 / size;
}

static const PartText *
find_text(const Message *message, const char *type, const char *beside)
{
	for (guint i = 0; i < message->texts->len; i++) {
		const PartText *part = g_ptr_array_index(message->texts, i);

		if (strcmp(part->type, type) == 0 && (!beside || are_beside(part->path, beside)))
			return part;
	}
	return NULL;
}

static void
run(const Detector *self, Message *message)
{
	const PartText *plain = find_text(message, "text/plain", NULL);
	const PartText *html = plain ? find_text(message, "text/html", plain->path) : NULL;
	g_autoptr(GHashTable) plain_words = NULL;
	g_autoptr(GHashTable) html_words = NULL;
	g_autofree char *where = NULL;
	guint shared;

	if (!html)
		return;
	plain_words = words_in(plain->text);
	html_words = words_in(html->text);
	shared = shared_percent(plain_words, html_words);
	if (shared >= SHARED)
		return;
	where = g_strdup_printf("part %s", plain->path);
	detector_found(self, message, plain->text, where,
		"the plain text says something else than the HTML: they share %u %% of their words",
		shared);
}

/* What one reader shows is not what the filter read; but some senders never look at the
 * plain half that their tool makes. */
const Detector detect_alternatives = {
	.id = "alternatives-differ",
	.summary = "plain text and HTML of one mail say different things",
	.weight = 5,
	.run = run,
};
