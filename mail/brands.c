#include "mail/brands.h"

#include <string.h>

#include "mail/brands_private.h"
#include "mail/domain.h"
#include "mail/shipped.h"
#include "mail/words.h"

enum {
	MAX_LINES = 20000,
	FIELDS = 3,
	LEAST_WORD = 2, /* bytes: one letter names nobody */
};

/* ---- rows ---- */

static void
row_free(void *data)
{
	BrandRow *row = data;

	if (!row)
		return;
	g_free(row->brand.name);
	g_strfreev(row->brand.domains);
	g_strfreev(row->words);
	g_free(row);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BrandRow, row_free)

static void
word_clear(void *data)
{
	g_free(((BrandWord *)data)->word);
}

static void
label_clear(void *data)
{
	g_free(((BrandLabel *)data)->label);
}

static GArray *
rows_of(size_t size, GDestroyNotify clear)
{
	GArray *array = g_array_new(FALSE, TRUE, (guint)size);

	g_array_set_clear_func(array, clear);
	return array;
}

Brands *
brands_new(void)
{
	Brands *brands = g_new0(Brands, 1);

	brands->rows = g_ptr_array_new_with_free_func(row_free);
	brands->words = rows_of(sizeof(BrandWord), word_clear);
	brands->skeletons = rows_of(sizeof(BrandWord), word_clear);
	brands->labels = rows_of(sizeof(BrandLabel), label_clear);
	brands->looks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	brands->spelt = g_hash_table_new(g_str_hash, g_str_equal);
	brands->own_domains = g_hash_table_new(g_str_hash, g_str_equal);
	brands->own_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return brands;
}

void
brands_free(Brands *brands)
{
	if (!brands)
		return;
	g_hash_table_unref(brands->own_names);
	g_hash_table_unref(brands->own_domains);
	g_hash_table_unref(brands->spelt);
	g_hash_table_unref(brands->looks);
	g_array_unref(brands->labels);
	g_array_unref(brands->skeletons);
	g_array_unref(brands->words);
	g_ptr_array_unref(brands->rows);
	g_free(brands);
}

guint
brands_count(const Brands *brands)
{
	return brands->rows->len;
}

/* ---- the list ---- */

static bool G_GNUC_PRINTF(3, 4) fail_line(int line, GError **error, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list arguments;

	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, MAIL_ERROR, MAIL_ERROR_DATA, "line %d: %s", line, message);
	return false;
}

/* The parts of @field between commas, without blanks round them and empty ones. */
static char **
split_field(const char *field)
{
	g_auto(GStrv) parts = g_strsplit(field, ",", -1);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (char **part = parts; *part; part++) {
		if (*g_strstrip(*part))
			g_strv_builder_add(builder, *part);
	}
	return g_strv_builder_end(builder);
}

/* @written, ~ or not, in the form of words.h.  Yours. */
static char *
normal_word(const char *written)
{
	char *words = words_of(written + (*written == '~'), WORDS_MAX_NAME);

	return g_strstrip(words);
}

static bool
check_words(char **words, int line, GError **error)
{
	if (!*words)
		return fail_line(line, error, "no word names this brand");
	for (char **word = words; *word; word++) {
		g_autofree char *normal = normal_word(*word);

		if (strlen(normal) < LEAST_WORD)
			return fail_line(line, error, "'%s' is too little to be found by", *word);
	}
	return true;
}

static bool
check_domains(char **domains, int line, GError **error)
{
	if (!*domains)
		return fail_line(line, error, "no domain is this brand's own");
	for (char **domain = domains; *domain; domain++) {
		g_autofree char *registrable = domain_registrable(*domain);

		if (!strchr(*domain, '.'))
			return fail_line(line, error, "'%s' is no domain", *domain);
		if (**domain != '.' && !g_str_has_suffix(*domain, ".*") &&
			strcmp(registrable, *domain) != 0)
			return fail_line(line, error, "what was registered is '%s'", registrable);
	}
	return true;
}

static BrandRow *
parse_row(const char *text, int line, GError **error)
{
	g_auto(GStrv) fields = g_strsplit(text, "|", -1);
	g_autoptr(BrandRow) row = g_new0(BrandRow, 1);

	if (g_strv_length(fields) != FIELDS || !*g_strstrip(fields[0])) {
		fail_line(line, error, "it is no 'NAME | WORD, ... | DOMAIN, ...'");
		return NULL;
	}
	row->brand.name = g_strdup(fields[0]);
	row->words = split_field(fields[1]);
	row->brand.domains = split_field(fields[2]);
	if (!check_words(row->words, line, error) ||
		!check_domains(row->brand.domains, line, error))
		return NULL;
	return g_steal_pointer(&row);
}

static void
forget(Brands *brands, const char *name)
{
	for (guint i = brands->rows->len; i > 0; i--) {
		const BrandRow *row = g_ptr_array_index(brands->rows, i - 1);

		if (strcmp(name, "*") == 0 || g_ascii_strcasecmp(row->brand.name, name) == 0)
			g_ptr_array_remove_index(brands->rows, i - 1);
	}
}

static bool
take_line(Brands *brands, const char *text, int line, GError **error)
{
	BrandRow *row;

	if (*text == '-') {
		g_autofree char *name = g_strstrip(g_strdup(text + 1));

		forget(brands, name);
		return true;
	}
	row = parse_row(text, line, error);
	if (!row)
		return false;
	forget(brands, row->brand.name);
	g_ptr_array_add(brands->rows, row);
	return true;
}

/* ---- the index ---- */

/* Chinese and Japanese set no blanks, Korean hangs its endings onto the name. */
static bool
is_unspaced(const char *word)
{
	switch (g_unichar_get_script(g_utf8_get_char(word))) {
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
	case G_UNICODE_SCRIPT_HANGUL:
	case G_UNICODE_SCRIPT_THAI:
		return true;
	default:
		return false;
	}
}

/* Takes @word. */
static void
add_word(GArray *words, const Brand *brand, char *word, bool ordinary, bool written)
{
	BrandWord entry = {
		.word = word,
		.length = strlen(word),
		.brand = brand,
		.ordinary = ordinary,
		.written = written,
		.unspaced = is_unspaced(word),
	};

	g_array_append_val(words, entry);
}

/* "trust wallet" as hosts have it, "trustwallet"; short ones are other words. */
static char *
joined(const char *word)
{
	g_auto(GStrv) parts = g_strsplit(word, " ", -1);
	g_autofree char *whole = g_strjoinv("", parts);

	return parts[1] && strlen(whole) >= BRAND_LONG_WORD ? g_steal_pointer(&whole) : NULL;
}

static void
index_word(Brands *brands, const Brand *brand, const char *written)
{
	g_autofree char *word = normal_word(written);
	bool ordinary = *written == '~';
	char *one = joined(word);

	if (strlen(word) >= BRAND_LONG_WORD) {
		char *skeleton = g_strstrip(words_skeleton(word, WORDS_MAX_NAME));

		add_word(brands->skeletons, brand, skeleton, ordinary, true);
	}
	if (one)
		add_word(brands->words, brand, one, ordinary, false);
	add_word(brands->words, brand, g_steal_pointer(&word), ordinary, true);
}

static bool
is_ordinary(char **words, const char *label)
{
	for (char **word = words; *word; word++) {
		if (**word == '~' && g_ascii_strcasecmp(*word + 1, label) == 0)
			return true;
	}
	return false;
}

static void
index_domain(Brands *brands, BrandRow *row, const char *domain)
{
	g_autofree char *label = NULL;
	g_autofree char *looks = NULL;
	BrandLabel entry = { .brand = &row->brand };

	if (*domain == '.')
		return;
	label = domain_label(domain);
	if (g_str_has_suffix(domain, ".*"))
		g_hash_table_add(brands->own_names, g_strdup(label));
	else
		g_hash_table_add(brands->own_domains, (char *)domain);
	if (strlen(label) < BRAND_LONG_LABEL)
		return;
	looks = words_skeleton(label, WORDS_MAX_NAME);
	if (!g_hash_table_contains(brands->looks, looks))
		g_hash_table_insert(brands->looks, g_steal_pointer(&looks), &row->brand);
	entry.ordinary = is_ordinary(row->words, label);
	entry.label = g_steal_pointer(&label);
	g_hash_table_add(brands->spelt, entry.label);
	g_array_append_val(brands->labels, entry);
}

static int
compare_words(const void *a, const void *b)
{
	const BrandWord *first = a;
	const BrandWord *second = b;
	int order = strcmp(first->word, second->word);

	return order ? order : (int)first->brand->order - (int)second->brand->order;
}

static void
index_rows(Brands *brands)
{
	g_array_set_size(brands->words, 0);
	g_array_set_size(brands->skeletons, 0);
	g_array_set_size(brands->labels, 0);
	g_hash_table_remove_all(brands->spelt);
	g_hash_table_remove_all(brands->looks);
	g_hash_table_remove_all(brands->own_domains);
	g_hash_table_remove_all(brands->own_names);
	for (guint i = 0; i < brands->rows->len; i++) {
		BrandRow *row = g_ptr_array_index(brands->rows, i);

		row->brand.order = i;
		for (char **word = row->words; *word; word++)
			index_word(brands, &row->brand, *word);
		for (char **domain = row->brand.domains; *domain; domain++)
			index_domain(brands, row, *domain);
	}
	g_array_sort(brands->words, compare_words);
	g_array_sort(brands->skeletons, compare_words);
}

bool
brands_add(Brands *brands, const char *list, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(list, "\n", MAX_LINES);

	for (int i = 0; lines[i]; i++) {
		char *line = lines[i];

		line[strcspn(line, "#")] = '\0';
		g_strstrip(line);
		if (*line && !take_line(brands, line, i + 1, error))
			return false;
	}
	index_rows(brands);
	return true;
}

Brands *
brands_shipped(void)
{
	Brands *brands = brands_new();
	bool whole = brands_add(brands, shipped_brands, NULL);

	g_assert(whole);
	return brands;
}
