#include "mail/detect.h"

#include <string.h>

enum {
	MAX_COMPARED = 8 * 1024, /* bytes of each: who says something else does so from the start */
	SET_BITS = 1 << 15,
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

/* Words by their hash: two of a thousand that fall together change nothing here. */
typedef struct WordSet {
	uint64_t bits[SET_BITS / 64];
	guint words;
} WordSet;

static void
word_set_add(WordSet *set, uint32_t hash)
{
	uint64_t *bits = &set->bits[hash % SET_BITS / 64];
	uint64_t bit = UINT64_C(1) << hash % 64;

	set->words += !(*bits & bit);
	*bits |= bit;
}

static bool
is_letter(char character)
{
	return g_ascii_isalpha(character) || (unsigned char)character >= 0x80;
}

/* Of a letter. */
static char
lower(char letter)
{
	return (char)((unsigned char)letter < 0x80 ? letter | 0x20 : letter);
}

static void
word_set_fill(WordSet *set, const char *text)
{
	const char *end = text + strnlen(text, MAX_COMPARED);
	const char *at = text;

	while (at < end) {
		const char *start = at;
		uint32_t hash = 5381;

		for (; at < end && is_letter(*at); at++)
			hash = hash * 33 + (unsigned char)lower(*at);
		if (at - start >= LEAST_LETTERS)
			word_set_add(set, hash ^ hash >> 16);
		at += at < end;
	}
}

/* Percent of the words in the smaller one that the other has, 100 if it has too few. */
static guint
shared_percent(const WordSet *a, const WordSet *b)
{
	guint size = MIN(a->words, b->words);
	guint shared = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(a->bits); i++)
		for (uint64_t both = a->bits[i] & b->bits[i]; both; both &= both - 1)
			shared++;
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
	g_autofree char *where = NULL;
	WordSet plain_words = { 0 };
	WordSet html_words = { 0 };
	guint shared;

	if (!html)
		return;
	word_set_fill(&plain_words, plain->text);
	word_set_fill(&html_words, html->text);
	shared = shared_percent(&plain_words, &html_words);
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
