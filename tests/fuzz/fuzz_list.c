/* Lists of indicators that a site sets: brands, weights, DKIM keys, own hosts and people:
 * brands.h, weights.h, keys.h, own.h. */
#include "mail/brands.h"
#include "mail/keys.h"
#include "mail/own.h"
#include "mail/weights.h"
#include "tests/fuzz/fuzz.h"

static void
check_brands(const char *list)
{
	g_autoptr(Brands) brands = brands_new();
	g_autoptr(GError) error = NULL;
	const Brand *brand;
	guint count;

	fuzz_assert_said(brands_add(brands, list, &error), error);
	if (error)
		return;
	count = brands_count(brands);
	/* The same again replaces what is there; -NAME may stand before its NAME. */
	brands_add(brands, list, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(brands_count(brands), <=, 2 * count + strlen(list));
	brand = brand_in_name(brands, "PayPal support", "evil.example");
	g_assert_true(!brand || !brand_owns(brand, "evil.example"));
	brand_in_text(brands, list, NULL);
	brand_disguised(brands, list);
	brand_resembled(brands, "paypa1.com");
	brands_add(brands, "-*\n", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(brands_count(brands), ==, 0);
}

static void
check_weights(const char *list)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Weights) weights = weights_parse(list, &error);
	int points;

	fuzz_assert_said(weights != NULL, error);
	points = weights_of(weights, "brand-name", 7);
	g_assert_cmpint(points, >=, -WEIGHT_MOST);
	g_assert_cmpint(points, <=, WEIGHT_MOST);
	fuzz_assert_utf8(weights_version(weights));
}

/* Written anew and read, they are the same. */
static void
check_keys(const char *list)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GHashTable) keys = keys_parse(list, &error);
	g_autoptr(GHashTable) again = NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	GHashTableIter iter;
	void *name, *record;

	fuzz_assert_said(keys != NULL, error);
	if (!keys)
		return;
	g_hash_table_iter_init(&iter, keys);
	while (g_hash_table_iter_next(&iter, &name, &record))
		keys_append(text, name, record);
	again = keys_parse(text->str, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(g_hash_table_size(again), ==, g_hash_table_size(keys));
	g_hash_table_iter_init(&iter, keys);
	while (g_hash_table_iter_next(&iter, &name, &record))
		g_assert_cmpstr(g_hash_table_lookup(again, name), ==, record);
}

static void
check_own(char *text)
{
	g_auto(GStrv) words = g_strsplit_set(text, " ,;\n", -1);
	const Site site = {
		.own_hosts = (const char *const *)words,
		.own_domains = (const char *const *)words,
		.own_people = (const char *const *)words,
	};

	own_is(&site, "mx.shop.example");
	own_resembled(&site, "sh0p.example");
	own_person(&site, "Jane Doe");
}

/* The input: a byte that says which list, and its text. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Fuzz fuzz = { data, size };
	uint8_t which = fuzz_byte(&fuzz);
	g_autofree char *text = fuzz_rest(&fuzz);

	switch (which % 4) {
	case 0:
		check_brands(text);
		break;
	case 1:
		check_weights(text);
		break;
	case 2:
		check_keys(text);
		break;
	default:
		check_own(text);
	}
	return 0;
}
