#include "mail/weights.h"

#include <stdbool.h>
#include <string.h>

#include "mail/digest.h"
#include "mail/shipped.h"

enum {
	MAX_LINES = 10000,
	MAX_ID = 40,
	VERSION_DIGITS = 12,
};

struct Weights {
	GHashTable *points; /* of id */
	char *version;
};

void
weights_free(Weights *weights)
{
	if (!weights)
		return;
	g_hash_table_unref(weights->points);
	g_free(weights->version);
	g_free(weights);
}

static bool
fail_line(int line, const char *what, GError **error)
{
	g_set_error(error, MAIL_ERROR, MAIL_ERROR_DATA, "line %d: %s", line, what);
	return false;
}

static bool
is_id(const char *word)
{
	size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return length > 0 && length <= MAX_ID && word[length] == '\0';
}

/* "brand-name 40"; @text is cut up. */
static bool
parse_line(Weights *weights, char *text, int line, GError **error)
{
	char *points = text + strcspn(text, " \t");
	gint64 number;

	if (*points)
		*points++ = '\0';
	g_strstrip(points);
	if (!is_id(text))
		return fail_line(line, "a finding's id is missing", error);
	if (!g_ascii_string_to_signed(points, 10, -WEIGHT_MOST, WEIGHT_MOST, &number, NULL))
		return fail_line(line, "its points are no number from -100 to 100", error);
	if (!g_hash_table_insert(weights->points, g_strdup(text), GINT_TO_POINTER((int)number)))
		return fail_line(line, "this finding stands twice", error);
	return true;
}

static char *
version_of(GHashTable *points)
{
	g_autoptr(GList) ids = g_list_sort(g_hash_table_get_keys(points), (GCompareFunc)strcmp);
	g_autoptr(GString) all = g_string_new(NULL);
	uint8_t digest[DIGEST_SIZE];
	char hex[DIGEST_HEX];

	for (const GList *id = ids; id; id = id->next)
		g_string_append_printf(all, "%s %d\n", (const char *)id->data,
			GPOINTER_TO_INT(g_hash_table_lookup(points, id->data)));
	digest_sha256(all->str, all->len, digest);
	digest_hex(digest, hex);
	return g_strndup(hex, VERSION_DIGITS);
}

Weights *
weights_parse(const char *text, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", MAX_LINES);
	g_autoptr(Weights) weights = g_new0(Weights, 1);

	weights->points = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int i = 0; lines[i]; i++) {
		char *line = lines[i];

		line[strcspn(line, "#")] = '\0';
		g_strstrip(line);
		if (*line && !parse_line(weights, line, i + 1, error))
			return NULL;
	}
	weights->version = version_of(weights->points);
	return g_steal_pointer(&weights);
}

Weights *
weights_shipped(void)
{
	Weights *weights = weights_parse(shipped_weights, NULL);

	g_assert(weights);
	return weights;
}

int
weights_of(const Weights *weights, const char *id, int otherwise)
{
	void *points;

	if (!weights || !g_hash_table_lookup_extended(weights->points, id, NULL, &points))
		return otherwise;
	return GPOINTER_TO_INT(points);
}

const char *
weights_version(const Weights *weights)
{
	return weights ? weights->version : "own";
}
