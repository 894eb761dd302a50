#include "store/export_rows.h"
#include "store/json.h"

static json_t *
json_of_value(const ExportValue *value)
{
	switch (value->type) {
	case EXPORT_TEXT:
		return json_text(value->text);
	case EXPORT_NUMBER:
		return value->known ? json_integer(value->number) : json_null();
	case EXPORT_LIST:
		return json_texts(value->list);
	}
	g_assert_not_reached();
}

static void
append_line(GString *out, const ExportValue *values)
{
	g_autoptr(json_t) object = json_object();
	g_autofree char *line = NULL;

	for (int i = 0; i < export_fields(); i++)
		json_put(object, export_field_name(i), json_of_value(&values[i]));
	line = json_line(object);
	g_string_append(out, line);
	g_string_append_c(out, '\n');
}

static bool
run(const Export *export, GError **error)
{
	return export_decisions(export, append_line, error);
}

extern const ExportFormat export_jsonl;

const ExportFormat export_jsonl = {
	.name = "jsonl",
	.summary = "one JSON object a line",
	.run = run,
};
