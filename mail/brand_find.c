/* brand_find.c - whose name stands in a text, and who may bear it */
#include "mail/brands.h"

#include <string.h>

#include "mail/brands_private.h"
#include "mail/domain.h"
#include "mail/free_mail.h"
#include "mail/lookalike.h"
#include "mail/words.h"

/* What may stand beside a brand that is an ordinary word. */
static const char *const service_words[] = { "account", "accounts", "activity", "advisory", "alert",
	"alerts", "app", "bank", "billing", "care", "center", "centre", "client", "com", "customer",
	"department", "desk", "fr", "global", "help", "helpdesk", "id", "inc", "info", "limited",
	"live", "llc", "ltd", "mail", "member", "no", "noreply", "notice", "notification",
	"notifications", "official", "online", "reply", "safe", "security", "service", "services",
	"support", "system", "team", "the", "update", "updates", "verification", "verify", "wallet",
	NULL };

/* ---- own domains ---- */

/* "amazon.*" owns amazon.de and amazon.co.uk, not amazon.shop. */
static bool
is_of_a_country(const char *domain, const char *label, size_t length)
{
	const char *last = strrchr(domain, '.');

	return strncmp(domain, label, length) == 0 && domain[length] == '.' && strlen(last) == 3;
}

static bool
pattern_owns(const char *pattern, const char *domain)
{
	if (g_str_has_suffix(pattern, ".*"))
		return is_of_a_country(domain, pattern, strlen(pattern) - 2);
	if (*pattern == '.')
		return domain_is_under(domain, pattern + 1);
	return strcmp(domain, pattern) == 0;
}

bool
brand_owns(const Brand *brand, const char *domain)
{
	for (char **pattern = brand->domains; domain && *pattern; pattern++) {
		if (pattern_owns(*pattern, domain))
			return true;
	}
	return false;
}

/* ---- words ---- */

/* How the words of a text may name a brand. */
typedef enum {
	FIND_WORDS, /* at word boundaries */
	FIND_WITHIN /* or, long ones, inside a word */
} FindHow;

/* As strncmp(a, b, 2), of which there are some at each letter of a text. */
static int
compare_two(const char *a, const char *b)
{
	int first = (unsigned char)a[0] - (unsigned char)b[0];

	return first != 0 || !a[0] ? first : (unsigned char)a[1] - (unsigned char)b[1];
}

/* The first of @words (sorted BrandWords) that does not sort before the two bytes at @at. */
static guint
first_candidate(const GArray *words, const char *at)
{
	guint low = 0;
	guint high = words->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (compare_two(g_array_index(words, BrandWord, middle).word, at) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_long(const BrandWord *entry)
{
	return entry->length >= (entry->written ? BRAND_LONG_WORD : BRAND_LONG_JOINED);
}

/* @entry is what stands at @at of @words. */
static bool
stands_at(const BrandWord *entry, const char *at, FindHow how)
{
	if (strncmp(at, entry->word, entry->length) != 0)
		return false;
	if (entry->unspaced || (at[-1] == ' ' && at[entry->length] == ' '))
		return true;
	return how == FIND_WITHIN && is_long(entry);
}

/* Every BrandWord of @sorted that @words hold, as often as they do. */
static GPtrArray *
find_words(const GArray *sorted, const char *words, FindHow how)
{
	GPtrArray *found = g_ptr_array_new();

	for (const char *at = words + 1; at[0] && at[1]; at++) {
		bool spaced = g_ascii_isalnum(*at) && at[-1] != ' ';

		if (*at == ' ' || (spaced && how == FIND_WORDS))
			continue;
		for (guint i = first_candidate(sorted, at); i < sorted->len; i++) {
			const BrandWord *entry = &g_array_index(sorted, BrandWord, i);

			if (compare_two(entry->word, at) != 0)
				break;
			if (stands_at(entry, at, how))
				g_ptr_array_add(found, (void *)entry);
		}
	}
	return found;
}

static bool
is_service_word(const char *word)
{
	return strpbrk(word, "0123456789") || g_strv_contains(service_words, word);
}

/* Nothing in @words is beside @word but what a help desk's name is made of. */
static bool
stands_alone(const char *words, const char *word)
{
	g_auto(GStrv) parts = g_strsplit(words, " ", -1);

	for (char **part = parts; *part; part++) {
		if (**part && strcmp(*part, word) != 0 && !is_service_word(*part))
			return false;
	}
	return true;
}

/* What was found so far of a text that was sent from one domain. */
typedef struct Search {
	const char *domain;    /* registrable, or NULL */
	const Brand *borrowed; /* the first of the list that does not own it */
	bool own;              /* one that does own it is named too */
} Search;

static void
search_take(Search *search, const Brand *brand)
{
	if (brand_owns(brand, search->domain))
		search->own = true;
	else if (!search->borrowed || brand->order < search->borrowed->order)
		search->borrowed = brand;
}

static const Brand *
search_result(const Search *search)
{
	return search->own ? NULL : search->borrowed;
}

static void
search_name(Search *search, const Brands *brands, const char *words)
{
	g_autoptr(GPtrArray) found = find_words(brands->words, words, FIND_WORDS);

	for (guint i = 0; i < found->len; i++) {
		const BrandWord *entry = g_ptr_array_index(found, i);

		if (!entry->ordinary || stands_alone(words, entry->word))
			search_take(search, entry->brand);
	}
}

static void
search_text(Search *search, const Brands *brands, const char *words, FindHow how)
{
	g_autoptr(GPtrArray) found = find_words(brands->words, words, how);

	for (guint i = 0; i < found->len; i++) {
		const BrandWord *entry = g_ptr_array_index(found, i);

		if (!entry->ordinary)
			search_take(search, entry->brand);
	}
}

const Brand *
brand_in_name(const Brands *brands, const char *name, const char *domain)
{
	/* Anyone has an address there, so the name of the house proves nothing. */
	Search search = { .domain = domain && free_mail_is(domain) ? NULL : domain };
	g_auto(GStrv) readings = words_readings(name);

	for (char **reading = readings; brands && *reading; reading++)
		search_name(&search, brands, *reading);
	return search_result(&search);
}

const Brand *
brand_in_text(const Brands *brands, const char *text, const char *domain)
{
	Search search = { .domain = domain };
	g_autofree char *words = words_of(text, WORDS_MAX_SUBJECT);

	if (brands)
		search_text(&search, brands, words, FIND_WORDS);
	return search_result(&search);
}

/* ---- hosts and addresses ---- */

/* The labels of @host that somebody chose: without the public suffix. */
static char *
own_labels(const char *host, const char *domain)
{
	const char *suffix = strchr(domain, '.');

	if (!suffix || !g_str_has_suffix(host, suffix))
		return g_strdup(host);
	return g_strndup(host, strlen(host) - strlen(suffix));
}

const Brand *
brand_in_host(const Brands *brands, const char *host, const char *domain)
{
	Search search = { .domain = domain };
	g_autofree char *labels = own_labels(host, domain);
	g_autofree char *words = words_of(labels, WORDS_MAX_NAME);

	if (brands)
		search_text(&search, brands, words, FIND_WITHIN);
	return search_result(&search);
}

static void
search_long_words(Search *search, const Brands *brands, const char *words)
{
	g_autoptr(GPtrArray) found = find_words(brands->words, words, FIND_WITHIN);

	for (guint i = 0; i < found->len; i++) {
		const BrandWord *entry = g_ptr_array_index(found, i);

		if (!entry->ordinary && is_long(entry))
			search_take(search, entry->brand);
	}
}

const Brand *
brand_in_address(const Brands *brands, const char *address, const char *domain)
{
	const char *host = domain_of_address(address);
	const Brand *in_host = host ? brand_in_host(brands, host, domain) : NULL;
	Search search = { .domain = domain };
	g_autofree char *words = words_of(address, WORDS_MAX_NAME);

	if (!in_host && brands)
		search_long_words(&search, brands, words);
	return in_host ? in_host : search_result(&search);
}

/* ---- look-alikes ---- */

static bool
is_spelt_out(const Brands *brands, const Brand *brand, char **readings)
{
	for (char **reading = readings; *reading; reading++) {
		g_autoptr(GPtrArray) found = find_words(brands->words, *reading, FIND_WORDS);

		for (guint i = 0; i < found->len; i++) {
			const BrandWord *entry = g_ptr_array_index(found, i);

			if (entry->brand == brand)
				return true;
		}
	}
	return false;
}

const Brand *
brand_disguised(const Brands *brands, const char *name)
{
	g_autofree char *skeleton = NULL;
	g_auto(GStrv) readings = NULL;
	g_autoptr(GPtrArray) found = NULL;

	if (!brands)
		return NULL;
	skeleton = words_skeleton(name, WORDS_MAX_NAME);
	found = find_words(brands->skeletons, skeleton, FIND_WORDS);
	readings = found->len > 0 ? words_readings(name) : NULL;
	for (guint i = 0; i < found->len; i++) {
		const BrandWord *entry = g_ptr_array_index(found, i);

		if (!is_spelt_out(brands, entry->brand, readings))
			return entry->brand;
	}
	return NULL;
}

bool
brands_own(const Brands *brands, const char *domain)
{
	size_t length = strcspn(domain, ".");
	g_autofree char *label = g_strndup(domain, length);

	if (!brands || g_hash_table_contains(brands->own_domains, domain))
		return brands != NULL;
	return g_hash_table_contains(brands->own_names, label) &&
		is_of_a_country(domain, label, length);
}

/* One letter of five replaced by another makes too many names that are names themselves. */
static bool
is_slip(const char *label, const char *meant)
{
	size_t length = strlen(meant);
	int differ = 0;

	if (length > BRAND_LONG_LABEL || strlen(label) != length)
		return lookalike_is_near(label, meant);
	for (size_t i = 0; i < length; i++)
		differ += label[i] != meant[i];
	return differ > 1 && lookalike_is_near(label, meant);
}

static const Brand *
label_near(const Brands *brands, const char *label)
{
	for (guint i = 0; i < brands->labels->len; i++) {
		const BrandLabel *entry = &g_array_index(brands->labels, BrandLabel, i);

		/* Who mistypes a name gets its beginning right. */
		if (!entry->ordinary && entry->label[0] == label[0] && is_slip(label, entry->label))
			return entry->brand;
	}
	return NULL;
}

const Brand *
brand_resembled(const Brands *brands, const char *domain)
{
	g_autofree char *label = NULL;
	g_autofree char *skeleton = NULL;
	const Brand *brand;

	if (!brands || brands_own(brands, domain) || free_mail_is(domain))
		return NULL;
	label = domain_label(domain);
	/* The very name below another top-level domain is brand_in_host()'s to find. */
	if (g_utf8_strlen(label, -1) < BRAND_LONG_LABEL ||
		g_hash_table_contains(brands->spelt, label))
		return NULL;
	skeleton = words_skeleton(label, WORDS_MAX_NAME);
	brand = g_hash_table_lookup(brands->looks, skeleton);
	return brand ? brand : label_near(brands, label);
}
