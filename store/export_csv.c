#include "store/export_rows.h"

#include <string.h>

static const char full_width_triggers[][4] = { "＝", "＋", "－", "＠" };

static bool
starts_formula(const char *text)
{
	if (strchr("=+-@\t\r\n", *text))
		return *text != '\0';
	for (size_t i = 0; i < G_N_ELEMENTS(full_width_triggers); i++) {
		if (g_str_has_prefix(text, full_width_triggers[i]))
			return true;
	}
	return false;
}

/* Spreadsheets drop blanks, quotes and what has no width before they look. */
static bool
is_skipped(gunichar character)
{
	return g_unichar_isspace(character) || g_unichar_iszerowidth(character) ||
		character == '"' || character == '\'' || character == 0x00a0 || character == 0xfeff;
}

bool
csv_is_formula(const char *text)
{
	while (*text) {
		gunichar character = g_utf8_get_char_validated(text, -1);

		if (starts_formula(text))
			return true;
		if (character >= (gunichar)-2 || !is_skipped(character))
			return false;
		text = g_utf8_next_char(text);
	}
	return false;
}

static void
append_cell(GString *line, const char *guard, const char *text)
{
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	if (quoted)
		g_string_append_c(line, '"');
	g_string_append(line, guard);
	for (; *text; text++) {
		if (*text == '"')
			g_string_append_c(line, '"');
		g_string_append_c(line, *text);
	}
	if (quoted)
		g_string_append_c(line, '"');
}

void
csv_cell(GString *line, const char *text)
{
	if (text)
		append_cell(line, csv_is_formula(text) ? "'" : "", text);
}

void
csv_exact(GString *line, const char *text)
{
	if (text)
		append_cell(line, "", text);
}

static void
append_list(GString *line, const GPtrArray *list)
{
	g_autoptr(GString) joined = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++) {
		if (i > 0)
			g_string_append(joined, ", ");
		g_string_append(joined, g_ptr_array_index(list, i));
	}
	csv_cell(line, joined->str);
}

static void
append_value(GString *line, const ExportValue *value)
{
	switch (value->type) {
	case EXPORT_TEXT:
		csv_cell(line, value->text);
		break;
	case EXPORT_NUMBER:
		if (value->known)
			g_string_append_printf(line, "%" G_GINT64_FORMAT, value->number);
		break;
	case EXPORT_LIST:
		append_list(line, value->list);
		break;
	}
}

static void
append_line(GString *out, const ExportValue *values)
{
	for (int i = 0; i < export_fields(); i++) {
		if (i > 0)
			g_string_append_c(out, ',');
		append_value(out, &values[i]);
	}
	g_string_append(out, "\r\n");
}

static bool
write_header(const Export *export, GError **error)
{
	g_autoptr(GString) header = g_string_new(NULL);

	for (int i = 0; i < export_fields(); i++) {
		if (i > 0)
			g_string_append_c(header, ',');
		csv_cell(header, export_field_name(i));
	}
	g_string_append(header, "\r\n");
	return export_write(export, header, error);
}

static bool
run(const Export *export, GError **error)
{
	return write_header(export, error) && export_decisions(export, append_line, error);
}

extern const ExportFormat export_csv;

const ExportFormat export_csv = {
	.name = "csv",
	.summary = "comma-separated values (RFC 4180), safe to open in a spreadsheet",
	.run = run,
};
