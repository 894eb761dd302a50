/* edge_text.c - digests that subjects and texts alike have in common
 *
 * A text is the set of its runs of SHINGLE words, with numbers folded and addresses left
 * out.  Of each of HASHES hash functions the smallest value over that set is kept
 * (MinHash: Broder, 'On the resemblance and containment of documents', 1997): two texts
 * agree on one with the probability that is their likeness.  ROWS of them together are a
 * band, and a band is an edge, so that texts of likeness 0.9 share one of EDGE_TEXT_BANDS
 * in 96 of 100 cases, those of likeness 0.5 in 6.
 */
#include <string.h>

#include "mail/brands.h"
#include "mail/edge.h"
#include "mail/words.h"

enum {
	SHINGLE = 3,
	ROWS = 6,
	HASHES = ROWS * EDGE_TEXT_BANDS,
	LANES = 8,            /* hash functions that are computed at once */
	LEAST_WORDS = 12,     /* shorter texts are compared whole */
	LEAST_SHORT = 5,      /* and below this not at all */
	MOST_WORDS = 2000,    /* of one text that are looked at */
	MOST_BYTES = 64,      /* of one word, its numbers folded */
	LEAST_SUBJECT = 3,    /* words */
	MAX_TEXT = 64 * 1024, /* bytes */
};

/* The finisher of SplitMix64, by Sebastiano Vigna, in the public domain; of one number or of
 * several at once. */
#define MIX_FIRST(value)  (((value) ^ ((value) >> 30)) * UINT64_C(0xbf58476d1ce4e5b9))
#define MIX_SECOND(value) (((value) ^ ((value) >> 27)) * UINT64_C(0x94d049bb133111eb))
#define MIX_THIRD(value)  ((value) ^ ((value) >> 31))

static uint64_t
mix(uint64_t value)
{
	value = MIX_FIRST(value);
	value = MIX_SECOND(value);
	return MIX_THIRD(value);
}

static char
lower(char character)
{
	return (char)(character >= 'A' && character <= 'Z' ? character | 0x20 : character);
}

static bool
is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

/* The hash (FNV-1a) of a word with its numbers folded, up to a blank; 0 for what is no word of
 * the text: an address, or the number of a link. */
static uint64_t
hash_word(const char **at, const char *end)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	bool other = **at == '[';
	bool digit = false;
	int size = 0;

	for (; *at < end && !is_blank(**at); (*at)++) {
		char here = **at;
		bool again = digit;

		other = other || here == '@' || here == '/';
		digit = g_ascii_isdigit(here);
		if (size == MOST_BYTES || (digit && again))
			continue;
		hash = (hash ^ (unsigned char)(digit ? '0' : lower(here))) *
			UINT64_C(0x100000001b3);
		size++;
	}
	return other ? 0 : mix(hash);
}

/* Of uint64_t: a hash for each word of @text. */
static GArray *
hash_words(const char *text)
{
	GArray *words = g_array_sized_new(false, false, sizeof(uint64_t), MOST_WORDS);
	const char *end = text + strnlen(text, MAX_TEXT);

	while (text < end && words->len < MOST_WORDS) {
		uint64_t hash = is_blank(*text) ? 0 : hash_word(&text, end);

		if (hash != 0)
			g_array_append_val(words, hash);
		while (text < end && is_blank(*text))
			text++;
	}
	return words;
}

static uint64_t
hash_run(const uint64_t *words, guint count)
{
	uint64_t hash = 0;

	for (guint i = 0; i < count; i++)
		hash = mix(hash + words[i]);
	return hash;
}

static void
add_digest(Message *message, EdgeKind kind, uint64_t hash, bool stays)
{
	g_autofree char *value =
		g_strdup_printf("%s%016" G_GINT64_MODIFIER "x", stays ? "" : EDGE_LEADS_AWAY, hash);

	message_add_edge(message, kind, value);
}

/* All hash functions of all runs are most of the work: several at once where the machine can. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SEVERAL_AT_ONCE __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define SEVERAL_AT_ONCE
#endif

typedef uint64_t Lanes __attribute__((vector_size(LANES * sizeof(uint64_t))));

/* The smallest value of each hash function over all runs of @words. */
SEVERAL_AT_ONCE static void
find_least(const GArray *words, Lanes least[HASHES / LANES])
{
	Lanes step[HASHES / LANES];

	for (unsigned j = 0; j < HASHES; j++)
		step[j / LANES][j % LANES] = j * UINT64_C(0x9e3779b97f4a7c15);
	memset(least, 0xff, sizeof(step));
	for (guint i = 0; i + SHINGLE <= words->len; i++) {
		uint64_t run = hash_run(&g_array_index(words, uint64_t, i), SHINGLE);

		for (unsigned j = 0; j < HASHES / LANES; j++) {
			Lanes value = step[j] + run;
			Lanes smaller;

			value = MIX_FIRST(value);
			value = MIX_SECOND(value);
			value = MIX_THIRD(value);
			smaller = (Lanes)(value < least[j]);
			least[j] = (value & smaller) | (least[j] & ~smaller);
		}
	}
}

static void
add_bands(Message *message, const GArray *words, bool stays)
{
	Lanes lanes[HASHES / LANES];
	uint64_t least[HASHES];

	find_least(words, lanes);
	memcpy(least, lanes, sizeof(least));
	for (unsigned band = 0; band < EDGE_TEXT_BANDS; band++)
		add_digest(message, EDGE_TEXT,
			mix(hash_run(least + (size_t)band * ROWS, ROWS) + band), stays);
}

/* HTML is what readers show first; the plain text beside it is often none.  NULL where
 * neither says anything. */
static GArray *
read_words(const Message *message)
{
	g_autoptr(GArray) best = NULL;

	for (guint i = 0; i < message->texts->len; i++) {
		const PartText *text = g_ptr_array_index(message->texts, i);
		bool html = g_str_equal(text->type, "text/html");
		g_autoptr(GArray) words = html || !best ? hash_words(text->text) : NULL;

		if (!words || words->len < LEAST_SHORT)
			continue;
		if (html)
			return g_steal_pointer(&words);
		best = g_steal_pointer(&words);
	}
	return g_steal_pointer(&best);
}

static void
edges_of_text(Message *message, bool stays)
{
	g_autoptr(GArray) words = read_words(message);

	if (!words)
		return;
	if (words->len < LEAST_WORDS)
		add_digest(message, EDGE_TEXT,
			hash_run((const uint64_t *)(void *)words->data, words->len), stays);
	else
		add_bands(message, words, stays);
}

/* Runs of digits become one 0, and blanks at the ends go. */
static char *
fold_numbers(const char *words)
{
	GString *folded = g_string_new(NULL);

	for (const char *p = words; *p; p++) {
		bool digit = g_ascii_isdigit(*p);

		if (!digit)
			g_string_append_c(folded, *p);
		else if (p == words || !g_ascii_isdigit(p[-1]))
			g_string_append_c(folded, '0');
	}
	return g_strstrip(g_string_free(folded, false));
}

static guint
count_words(const char *words)
{
	guint count = 0;

	for (const char *p = words; *p; p++)
		count += *p == ' ';
	return *words ? count + 1 : 0;
}

/* The brand that the name borrows, however it spells it; else the name. */
static char *
name_of(const Message *message, const Site *site)
{
	const Brands *brands = site ? site->brands : NULL;
	const char *name = message->from->name;
	const Brand *brand = brand_in_name(brands, name, message->from_domain);
	g_autofree char *words = NULL;

	if (!brand)
		brand = brand_disguised(brands, name);
	words = words_of(brand ? brand->name : name, WORDS_MAX_NAME);
	return fold_numbers(words);
}

/* A subject alone is not much: only with the name that it comes under. */
static void
edge_of_subject(Message *message, const Site *site, bool stays)
{
	g_autofree char *words = words_of(message->subject, WORDS_MAX_SUBJECT);
	g_autofree char *subject = fold_numbers(words);
	g_autofree char *name = name_of(message, site);
	g_autofree char *value = NULL;

	if (count_words(subject) < LEAST_SUBJECT)
		return;
	value = g_strdup_printf("%s%s: %s", stays ? "" : EDGE_LEADS_AWAY, name, subject);
	message_add_edge(message, EDGE_SUBJECT, value);
}

/* Does any link stay at the sender's domain? */
static bool
links_stay(const Message *message)
{
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		if (link_is_followed(link) && !(link->flags & LINK_LEAVES))
			return true;
	}
	return false;
}

void
edges_of_texts(Message *message, const Site *site)
{
	bool stays = links_stay(message);

	edges_of_text(message, stays);
	edge_of_subject(message, site, stays);
}
