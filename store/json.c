#include "store/json.h"

#include <stdlib.h>

#include "store/export_rows.h"

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
	g_autofree char *text = export_time(at);

	json_put_text(object, key, text);
}

char *
json_line(const json_t *value)
{
	char *dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	char *line;

	g_assert(dump);
	line = g_strdup(dump);
	free(dump);
	return line;
}
