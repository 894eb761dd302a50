/* listed_stix.c - the indicators of a STIX 2.1 bundle */
#include <string.h>

#include "store/json.h"
#include "store/listed_read.h"

enum {
	MAX_PARTS = 4000000, /* of a bundle */
};

/* ---- patterns ---- */

typedef struct Path {
	const char *path;
	unsigned kinds;
	/* Behind MATCHES, what stands around a value that it is all of: as lazaret writes it. */
	const char *before, *after;
} Path;

static const Path paths[] = {
	{ "domain-name:value", LISTED_DOMAINS, "\\.", "$" },
	{ "url:value", LISTED_KIND(INDICATOR_URL), NULL, NULL },
	{ "email-addr:value", LISTED_KIND(INDICATOR_SENDER), NULL, NULL },
	{ "email-message:from_ref.value", LISTED_KIND(INDICATOR_SENDER), NULL, NULL },
	{ "email-message:sender_ref.value", LISTED_KIND(INDICATOR_SENDER), NULL, NULL },
	{ "file:hashes.'SHA-256'", LISTED_KIND(INDICATOR_FILE), NULL, NULL },
	{ "file:hashes.SHA-256", LISTED_KIND(INDICATOR_FILE), NULL, NULL },
	{ "email-message:from_ref.value", LISTED_KIND(INDICATOR_DOMAIN), "(?i)[@.]", "$" },
	{ "email-message:additional_header_fields.'Feedback-ID'", LISTED_KIND(INDICATOR_ACCOUNT),
		"\\.", ":AmazonSES$" },
};

/* The pattern that is left. */
typedef struct Pattern {
	const char *at;
} Pattern;

static void
skip_blanks(Pattern *pattern)
{
	pattern->at += strspn(pattern->at, " \t\r\n");
}

static bool
take(Pattern *pattern, const char *word)
{
	skip_blanks(pattern);
	if (!g_str_has_prefix(pattern->at, word))
		return false;
	pattern->at += strlen(word);
	return true;
}

/* A string literal, unescaped; NULL where there is none.  Yours. */
static char *
take_literal(Pattern *pattern)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (!take(pattern, "'"))
		return NULL;
	for (; *pattern->at; pattern->at++) {
		if (*pattern->at == '\'') {
			pattern->at++;
			return g_string_free(g_steal_pointer(&text), false);
		}
		if (*pattern->at == '\\' && pattern->at[1])
			pattern->at++;
		g_string_append_c(text, *pattern->at);
	}
	return NULL;
}

/* An object path, up to its operator; what is in quotes may have blanks.  Yours. */
static char *
take_path(Pattern *pattern)
{
	const char *start;

	skip_blanks(pattern);
	start = pattern->at;
	while (*pattern->at && !strchr(" =!<>[]()\t\r\n", *pattern->at)) {
		const char *quote = *pattern->at == '\'' ? strchr(pattern->at + 1, '\'') : NULL;

		pattern->at = quote ? quote + 1 : pattern->at + 1;
	}
	return g_strndup(start, (gsize)(pattern->at - start));
}

/* What a regular expression says that is one value and @before and @after; NULL where it is
 * something else.  Yours. */
static char *
value_of_expression(const char *expression, const Path *path)
{
	g_autoptr(GString) value = g_string_new(NULL);
	size_t before = path->before ? strlen(path->before) : 0;
	size_t after = path->after ? strlen(path->after) : 0;
	const char *end = expression + strlen(expression);

	if (!path->before || strlen(expression) < before + after ||
		!g_str_has_prefix(expression, path->before) ||
		!g_str_has_suffix(expression, path->after))
		return NULL;
	for (const char *at = expression + before; at < end - after; at++) {
		if (strchr(".*+?()[]{}|^$", *at))
			return NULL;
		at += *at == '\\' && at + 1 < end - after;
		g_string_append_c(value, *at);
	}
	return g_string_free(g_steal_pointer(&value), false);
}

/* Entries of one indicator are added when all of its pattern is understood. */
typedef struct Found {
	unsigned kinds;
	char *value;
} Found;

static void
found_free(void *found)
{
	g_free(((Found *)found)->value);
	g_free(found);
}

static guint
found_hash(const void *found)
{
	return g_str_hash(((const Found *)found)->value) ^ ((const Found *)found)->kinds;
}

static gboolean
found_equal(const void *a, const void *b)
{
	const Found *first = a;
	const Found *second = b;

	return first->kinds == second->kinds && strcmp(first->value, second->value) == 0;
}

/* In the order of the pattern.  The same twice is one: "is it, or ends with it". */
typedef struct Choice {
	GPtrArray *found; /* of Found */
	GHashTable *seen; /* the same */
} Choice;

static void
choice_init(Choice *choice)
{
	choice->found = g_ptr_array_new_with_free_func(found_free);
	choice->seen = g_hash_table_new(found_hash, found_equal);
}

static void
choice_clear(Choice *choice)
{
	g_hash_table_unref(choice->seen);
	g_ptr_array_unref(choice->found);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Choice, choice_clear)

static void
choice_add(Choice *choice, unsigned kinds, const char *value)
{
	const Found sought = { kinds, (char *)value };
	Found *one;

	if (g_hash_table_contains(choice->seen, &sought))
		return;
	one = g_new(Found, 1);
	*one = (Found){ kinds, g_strdup(value) };
	g_hash_table_add(choice->seen, one);
	g_ptr_array_add(choice->found, one);
}

/* Of what @path is compared with, the value that it says; NULL where it says none.  Yours. */
static char *
value_of(const Path *path, bool expression, const char *literal)
{
	if (expression)
		return value_of_expression(literal, path);
	return path->before && path->kinds != LISTED_DOMAINS ? NULL : g_strdup(literal);
}

static void
add_found(Choice *choice, const char *path, bool expression, const char *literal)
{
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autofree char *value = strcmp(paths[i].path, path) == 0
			? value_of(&paths[i], expression, literal)
			: NULL;

		if (value)
			choice_add(choice, paths[i].kinds, value);
	}
}

/* PATH = 'literal', or MATCHES; what is unknown is left, since all of them are alternatives. */
static bool
read_comparison(Pattern *pattern, Choice *choice)
{
	g_autofree char *path = take_path(pattern);
	g_autofree char *literal = NULL;
	bool equal = take(pattern, "=");
	bool expression = !equal && take(pattern, "MATCHES ");

	if (!equal && !expression && !take(pattern, "LIKE "))
		return false;
	literal = take_literal(pattern);
	if (literal && (equal || expression))
		add_found(choice, path, expression, literal);
	return literal != NULL;
}

/* Observations that are alternatives, of comparisons that are: [A OR B] OR [C].  False for
 * patterns that ask for more at once. */
static bool
read_pattern(const char *text, Choice *choice)
{
	Pattern pattern = { text };

	do {
		if (!take(&pattern, "["))
			return false;
		do {
			if (!read_comparison(&pattern, choice))
				return false;
		} while (take(&pattern, "OR "));
		if (!take(&pattern, "]"))
			return false;
	} while (take(&pattern, "OR "));
	skip_blanks(&pattern);
	return *pattern.at == '\0';
}

/* ---- objects ---- */

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void
add_indicator(ListedRead *read, const json_t *object)
{
	g_auto(Choice) choice = { 0 };
	const char *pattern = text_of(object, "pattern");
	const char *type = text_of(object, "pattern_type");

	choice_init(&choice);
	if ((*type && strcmp(type, "stix") != 0) || strlen(pattern) > LISTED_MAX_LINE ||
		!read_pattern(pattern, &choice)) {
		listed_tell(read, "its pattern is no choice of values");
		return;
	}
	if (choice.found->len == 0)
		listed_tell(read, "its pattern has nothing that mail is matched with");
	for (guint i = 0; i < choice.found->len; i++) {
		const Found *one = g_ptr_array_index(choice.found, i);

		listed_add(read, one->kinds, one->value, listed_time(text_of(object, "valid_from")),
			listed_time(text_of(object, "valid_until")));
	}
}

static bool
is_benign(const json_t *object)
{
	const json_t *types = json_object_get(object, "indicator_types");

	return g_strcmp0(json_string_value(json_array_get(types, 0)), "benign") == 0;
}

/* An object that takes two bytes of a file takes hundreds of memory.  What stands in strings is
 * counted too, and an indicator as feeds have it is some twenty. */
static bool
is_small(const char *bytes, size_t length)
{
	size_t parts = 0;

	for (size_t i = 0; i < length; i++)
		parts += bytes[i] == '{' || bytes[i] == '[' || bytes[i] == ',';
	return parts <= MAX_PARTS;
}

static json_t *
read_json(ListedRead *read, const char *bytes, size_t length, GError **error)
{
	json_error_t fault = { .line = 1, .text = "more than 4 million brackets and commas" };
	json_t *json = is_small(bytes, length)
		? json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &fault)
		: NULL;

	read->unit = "line";
	read->place = json ? 1 : fault.line;
	if (!json)
		listed_refuse(read, error, fault.text);
	return json;
}

bool
listed_read_stix(ListedRead *read, const char *bytes, size_t length, GError **error)
{
	g_autoptr(json_t) bundle = read_json(read, bytes, length, error);
	const json_t *object;
	size_t i;

	if (!bundle)
		return false;
	if (strcmp(text_of(bundle, "type"), "bundle") != 0)
		return listed_refuse(read, error, "this JSON is no STIX bundle");
	read->unit = "object";
	json_array_foreach(json_object_get(bundle, "objects"), i, object)
	{
		read->place = (int64_t)i + 1;
		if (!listed_is_full(read, error))
			return false;
		if (strcmp(text_of(object, "type"), "indicator") == 0 && !is_benign(object) &&
			!json_is_true(json_object_get(object, "revoked")))
			add_indicator(read, object);
	}
	return true;
}
