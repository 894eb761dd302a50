#include "store/json.h"

#include <stdlib.h>

#include "store/moment.h"

json_t *
json_text(const char *text)
{
	g_autofree char *valid = NULL;

	if (!text)
		return json_null();
	if (g_utf8_validate(text, -1, NULL))
		return json_string_nocheck(text);
	valid = g_utf8_make_valid(text, -1);
	return json_string_nocheck(valid);
}

json_t *
json_texts(const GPtrArray *texts)
{
	json_t *list = json_array();

	for (guint i = 0; i < texts->len; i++)
		json_array_append_new(list, json_text(g_ptr_array_index(texts, i)));
	return list;
}

GPtrArray *
json_read_texts(const char *json)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(json_t) array = json ? json_loads(json, 0, NULL) : NULL;

	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *text = json_string_value(json_array_get(array, i));

		if (text)
			g_ptr_array_add(texts, g_strdup(text));
	}
	return texts;
}

void
json_put(json_t *object, const char *key, json_t *value)
{
	int result = json_object_set_new_nocheck(object, key, value);

	g_assert(result == 0);
}

void
json_put_text(json_t *object, const char *key, const char *text)
{
	json_put(object, key, json_text(text));
}

void
json_put_number(json_t *object, const char *key, int64_t number)
{
	json_put(object, key, json_integer(number));
}

void
json_put_id(json_t *object, const char *key, int64_t id)
{
	json_put(object, key, id != 0 ? json_integer(id) : json_null());
}

void
json_put_bool(json_t *object, const char *key, bool value)
{
	json_put(object, key, json_boolean(value));
}

void
json_put_time(json_t *object, const char *key, int64_t at)
{
	g_autofree char *text = moment_text(at);

	json_put_text(object, key, text);
}

/* Controls beyond those JSON itself forbids, and what reorders or hides text: a
 * terminal that shows the line must not act on them. */
static bool
is_escaped(gunichar character)
{
	switch (g_unichar_type(character)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
		return true;
	default:
		return false;
	}
}

void
json_append_escape(GString *out, gunichar character)
{
	if (character < 0x10000) {
		g_string_append_printf(out, "\\u%04X", character);
		return;
	}
	character -= 0x10000;
	g_string_append_printf(
		out, "\\u%04X\\u%04X", 0xd800 + (character >> 10), 0xdc00 + (character & 0x3ff));
}

/* What is not ASCII stands inside strings only, where an escape means the same. */
char *
json_line(const json_t *value)
{
	char *dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	g_autoptr(GString) line = g_string_new(NULL);

	g_assert(dump);
	for (const char *at = dump; *at; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (is_escaped(character))
			json_append_escape(line, character);
		else
			g_string_append_len(line, at, g_utf8_next_char(at) - at);
	}
	free(dump);
	return g_string_free(g_steal_pointer(&line), false);
}
