#include "cli/table.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "cli/command.h"
#include "cli/when.h"
#include "mail/text.h"
#include "store/export.h"

/* Column widths come from this many rows, so that a list of any length begins at
 * once and takes no memory; they only grow after that. */
enum {
	ROWS_HELD = 1000,
	NARROWEST = 8, /* what a flexible column keeps on a narrow terminal */
	GAP = 2,
};

struct Table {
	Output *output;
	Format format;
	const Column *columns;
	size_t count;
	GPtrArray *cells; /* of char *, or NULL; row after row */
	int *widths;
	bool headed;
};

static const char *const format_names[FORMATS] = {
	[FORMAT_TABLE] = "table",
	[FORMAT_CSV] = "csv",
	[FORMAT_JSONL] = "jsonl",
};

bool
format_from_name(const char *name, Format *format, GError **error)
{
	*format = FORMAT_TABLE;
	if (!name)
		return true;
	for (Format i = 0; i < FORMATS; i++) {
		if (strcmp(name, format_names[i]) != 0)
			continue;
		*format = i;
		return true;
	}
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "no format '%s': table, csv or jsonl", name);
	return false;
}

Table *
table_new(Output *output, Format format, const Column *columns, size_t count)
{
	Table *table = g_new0(Table, 1);

	table->output = output;
	table->format = format;
	table->columns = columns;
	table->count = count;
	table->cells = g_ptr_array_new_with_free_func(g_free);
	table->widths = g_new0(int, count);
	return table;
}

static const Column *
column_of(const Table *table, size_t cell)
{
	g_assert(table->count > 0);
	return &table->columns[cell % table->count];
}

/* ---- for a person ---- */

static int
text_width(const char *text)
{
	int width = 0;

	for (; *text; text = g_utf8_next_char(text))
		width += text_columns(g_utf8_get_char(text));
	return width;
}

/* At most @width columns of @text, with an ellipsis where it was cut. */
static void
append_cut(GString *line, const char *text, int width)
{
	int used = 0;

	if (text_width(text) <= width) {
		g_string_append(line, text);
		return;
	}
	for (; *text; text = g_utf8_next_char(text)) {
		gunichar character = g_utf8_get_char(text);

		used += text_columns(character);
		if (used > width - 1)
			break;
		g_string_append_unichar(line, character);
	}
	g_string_append(line, "…");
}

static void
append_aligned(GString *line, const char *text, const Column *column, int width, bool last)
{
	int blanks = MAX(0, width - text_width(text));
	bool right = column->type == CELL_NUMBER;

	if (line->len > 0)
		g_string_append_printf(line, "%*s", GAP, "");
	if (right)
		g_string_append_printf(line, "%*s", blanks, "");
	append_cut(line, text, width);
	if (!right && !last)
		g_string_append_printf(line, "%*s", blanks, "");
}

/* The cell as a table shows it. */
static char *
cell_shown(const Column *column, const char *cell)
{
	g_autoptr(Visible) visible = NULL;

	if (!cell)
		return g_strdup("-");
	if (column->type == CELL_TIME)
		return when_text(g_ascii_strtoll(cell, NULL, 10));
	visible = text_visible(cell, (ssize_t)strlen(cell));
	return g_strdup(visible_string(visible));
}

/* Flexible columns give way, the widest first, until the line fits. */
static void
fit_terminal(Table *table)
{
	int room = output_columns(table->output);
	int total = -GAP;

	for (size_t i = 0; i < table->count; i++)
		total += table->widths[i] + GAP;
	while (room > 0 && total > room) {
		int *widest = NULL;

		for (size_t i = 0; i < table->count; i++)
			if (table->columns[i].width == 0 && table->widths[i] > NARROWEST &&
				(!widest || table->widths[i] > *widest))
				widest = &table->widths[i];
		if (!widest)
			break;
		(*widest)--;
		total--;
	}
}

static int
width_wanted(const Table *table, const Column *column, const char *text)
{
	int most = MAX(column->width, (int)strlen(column->name));
	int width = text_width(text);

	return output_terminal(table->output) && column->width > 0 ? MIN(width, most) : width;
}

static void
measure(Table *table, const GPtrArray *shown)
{
	for (guint row = 0; row < shown->len; row += table->count)
		for (size_t i = 0; i < table->count; i++) {
			const char *text = g_ptr_array_index(shown, row + i);

			table->widths[i] = MAX(
				table->widths[i], width_wanted(table, &table->columns[i], text));
		}
	fit_terminal(table);
}

static void
print_head(Table *table)
{
	g_autoptr(GString) line = g_string_new(NULL);

	for (size_t i = 0; i < table->count; i++) {
		g_autofree char *title = g_ascii_strup(table->columns[i].name, -1);

		append_aligned(
			line, title, &table->columns[i], table->widths[i], i + 1 == table->count);
	}
	output_line(table->output, "%s", line->str);
	table->headed = true;
}

static void
print_aligned(Table *table)
{
	g_autoptr(GPtrArray) shown = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < table->cells->len; i++)
		g_ptr_array_add(
			shown, cell_shown(column_of(table, i), g_ptr_array_index(table->cells, i)));
	for (size_t i = 0; !table->headed && i < table->count; i++)
		table->widths[i] = (int)strlen(table->columns[i].name);
	measure(table, shown);
	if (!table->headed)
		print_head(table);
	for (size_t row = 0; row < table->cells->len; row += table->count) {
		g_autoptr(GString) line = g_string_new(NULL);

		for (size_t i = 0; i < table->count; i++)
			append_aligned(line, g_ptr_array_index(shown, row + i), &table->columns[i],
				table->widths[i], i + 1 == table->count);
		output_line(table->output, "%s", line->str);
	}
}

/* ---- for a program ---- */

/* The cell as csv and jsonl have it; NULL is none. */
static char *
cell_exact(const Column *column, const char *cell)
{
	return cell && column->type == CELL_TIME ? when_iso(g_ascii_strtoll(cell, NULL, 10))
						 : g_strdup(cell);
}

static void
end_csv(Table *table, GString *line)
{
	g_string_append(line, "\r\n");
	output_bytes(table->output, line->str, line->len);
	g_string_truncate(line, 0);
}

static void
print_csv(Table *table)
{
	g_autoptr(GString) line = g_string_new(NULL);

	for (size_t i = 0; !table->headed && i < table->count; i++) {
		g_string_append(line, i ? "," : "");
		csv_cell(line, table->columns[i].name);
	}
	if (!table->headed)
		end_csv(table, line);
	table->headed = true;
	for (size_t i = 0; i < table->cells->len; i++) {
		size_t column = i % table->count;
		g_autofree char *cell =
			cell_exact(&table->columns[column], g_ptr_array_index(table->cells, i));

		g_string_append(line, column ? "," : "");
		csv_cell(line, cell);
		if (column + 1 == table->count)
			end_csv(table, line);
	}
}

static json_t *
json_cell(const Column *column, const char *text)
{
	g_autofree char *cell = cell_exact(column, text);

	if (!cell)
		return json_null();
	switch (column->type) {
	case CELL_NUMBER:
		return json_integer(g_ascii_strtoll(cell, NULL, 10));
	case CELL_BOOL:
		return json_boolean(strcmp(cell, "true") == 0);
	case CELL_TEXT:
	case CELL_TIME:
		break;
	}
	return json_string(cell);
}

static void
print_jsonl(Table *table)
{
	for (size_t row = 0; row < table->cells->len; row += table->count) {
		json_t *object = json_object();
		char *text;

		for (size_t i = 0; i < table->count; i++)
			json_object_set_new(object, table->columns[i].name,
				json_cell(&table->columns[i],
					g_ptr_array_index(table->cells, row + i)));
		text = json_dumps(object, JSON_COMPACT);
		output_record(table->output, text, strlen(text));
		free(text);
		json_decref(object);
	}
}

static void
print_rows(Table *table)
{
	switch (table->format) {
	case FORMAT_TABLE:
		print_aligned(table);
		break;
	case FORMAT_CSV:
		print_csv(table);
		break;
	case FORMAT_JSONL:
		print_jsonl(table);
		break;
	case FORMATS:
		g_assert_not_reached();
	}
	g_ptr_array_set_size(table->cells, 0);
}

void
table_end(Table *table)
{
	if (!table)
		return;
	if (table->cells->len > 0 || (!table->headed && table->format == FORMAT_CSV))
		print_rows(table);
	g_ptr_array_unref(table->cells);
	g_free(table->widths);
	g_free(table);
}

static void
add(Table *table, char *cell)
{
	g_ptr_array_add(table->cells, cell);
	if (table->cells->len == ROWS_HELD * table->count)
		print_rows(table);
}

void
table_text(Table *table, const char *text)
{
	add(table, g_strdup(text));
}

void
table_number(Table *table, int64_t number)
{
	add(table, g_strdup_printf("%" G_GINT64_FORMAT, number));
}

void
table_id(Table *table, int64_t id)
{
	if (id)
		table_number(table, id);
	else
		table_text(table, NULL);
}

void
table_bool(Table *table, bool yes)
{
	add(table, g_strdup(yes ? "true" : "false"));
}
