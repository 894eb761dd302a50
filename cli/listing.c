#include "cli/listing.h"

#include <string.h>

#include "cli/command.h"
#include "cli/when.h"
#include "mail/text.h"
#include "store/export.h"
#include "store/json.h"
#include "store/moment.h"

/* ListingColumn widths come from this many rows, so that a list of any length begins at
 * once and takes no memory; they only grow after that. */
enum {
	ROWS_HELD = 1000,
	COMFORTABLE = 16, /* what a flexible column has before others are left out for it */
	NARROWEST = 6,    /* and what it keeps when none can be */
	WIDEST = 72, /* in a pipe: one long subject must not fill all other lines with blanks */
	GAP = 2,
	HIDDEN = -1, /* the width of a column that is left out */
};

struct Listing {
	Output *output;
	Format format;
	const ListingColumn *columns;
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

const char *
format_name(Format format)
{
	g_assert(format < FORMATS);
	return format_names[format];
}

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

Listing *
listing_new(Output *output, Format format, const ListingColumn *columns, size_t count)
{
	Listing *listing = g_new0(Listing, 1);

	listing->output = output;
	listing->format = format;
	listing->columns = columns;
	listing->count = count;
	listing->cells = g_ptr_array_new_with_free_func(g_free);
	listing->widths = g_new0(int, count);
	return listing;
}

static const ListingColumn *
column_of(const Listing *listing, size_t cell)
{
	g_assert(listing->count > 0);
	return &listing->columns[cell % listing->count];
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

/* At most @width columns of @text, with an ellipsis where it was cut.  Yours. */
static char *
text_cut(const char *text, int width)
{
	g_autoptr(GString) cut = g_string_new(NULL);
	int used = 0;

	if (text_width(text) <= width)
		return g_strdup(text);
	for (; *text; text = g_utf8_next_char(text)) {
		gunichar character = g_utf8_get_char(text);

		used += text_columns(character);
		if (used > width - 1)
			break;
		g_string_append_unichar(cut, character);
	}
	g_string_append(cut, "…");
	return g_string_free(g_steal_pointer(&cut), FALSE);
}

/* The next cell of a line; blanks at its end wait until another cell follows. */
static void
append_aligned(const Listing *listing, size_t column, const char *text, GString *line, int *wanted)
{
	bool number = listing->columns[column].type == CELL_NUMBER;
	int width = listing->widths[column];
	g_autofree char *cut = NULL;
	int blanks;

	if (width == HIDDEN)
		return;
	cut = output_terminal(listing->output) ? text_cut(text, width) : g_strdup(text);
	blanks = MAX(width - text_width(cut), 0);
	if (line->len > 0)
		*wanted += GAP;
	if (number)
		*wanted += blanks;
	g_string_append_printf(line, "%*s%s", *wanted, "", cut);
	*wanted = number ? 0 : blanks;
}

/* The cell as a table shows it. */
static char *
cell_shown(const ListingColumn *column, const char *cell)
{
	g_autoptr(Visible) visible = NULL;

	if (!cell)
		return g_strdup("-");
	if (column->type == CELL_TIME)
		return when_text(g_ascii_strtoll(cell, NULL, 10));
	visible = text_visible(cell, (ssize_t)strlen(cell));
	return g_strdup(visible_string(visible));
}

/* With flexible columns of at most that width. */
static int
line_width(const Listing *listing, int flexible)
{
	int total = -GAP;

	for (size_t i = 0; i < listing->count; i++) {
		bool gives = listing->columns[i].width == 0;
		int width = listing->widths[i];

		if (width != HIDDEN)
			total += GAP + (gives ? MIN(width, flexible) : width);
	}
	return total;
}

/* The column that is missed least; NULL when none can be spared. */
static int *
find_spare(const Listing *listing)
{
	int *spare = NULL;
	int most = 0;

	for (size_t i = 0; i < listing->count; i++) {
		if (listing->widths[i] == HIDDEN || listing->columns[i].spare <= most)
			continue;
		spare = &listing->widths[i];
		most = listing->columns[i].spare;
	}
	return spare;
}

/* The flexible column that can best give way; NULL when all are at their least. */
static int *
find_widest(const Listing *listing)
{
	int *widest = NULL;

	for (size_t i = 0; i < listing->count; i++) {
		int *width = &listing->widths[i];

		if (listing->columns[i].width == 0 && *width > NARROWEST &&
			(!widest || *width > *widest))
			widest = width;
	}
	return widest;
}

static void
fit_terminal(Listing *listing)
{
	int room = output_columns(listing->output);
	int *spare, *widest;

	while (room > 0 && line_width(listing, COMFORTABLE) > room && (spare = find_spare(listing)))
		*spare = HIDDEN;
	while (room > 0 && line_width(listing, G_MAXINT) > room && (widest = find_widest(listing)))
		(*widest)--;
}

static int
width_wanted(const Listing *listing, const ListingColumn *column, const char *text)
{
	int most = MAX(column->width, (int)strlen(column->name));
	int width = text_width(text);

	if (!output_terminal(listing->output))
		return MIN(width, WIDEST);
	return column->width > 0 ? MIN(width, most) : width;
}

static void
measure(Listing *listing, const GPtrArray *shown)
{
	for (guint row = 0; row < shown->len; row += listing->count)
		for (size_t i = 0; i < listing->count; i++) {
			const char *text = g_ptr_array_index(shown, row + i);

			if (listing->widths[i] != HIDDEN)
				listing->widths[i] = MAX(listing->widths[i],
					width_wanted(listing, &listing->columns[i], text));
		}
	fit_terminal(listing);
}

static void
print_line(Listing *listing, const char *const *cells)
{
	g_autoptr(GString) line = g_string_new(NULL);
	int blanks = 0;

	for (size_t i = 0; i < listing->count; i++)
		append_aligned(listing, i, cells[i], line, &blanks);
	output_line(listing->output, "%s", line->str);
}

static void
print_head(Listing *listing)
{
	g_autoptr(GPtrArray) titles = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < listing->count; i++)
		g_ptr_array_add(titles, g_ascii_strup(listing->columns[i].name, -1));
	print_line(listing, (const char *const *)titles->pdata);
	listing->headed = true;
}

static void
print_aligned(Listing *listing)
{
	g_autoptr(GPtrArray) shown = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < listing->cells->len; i++)
		g_ptr_array_add(shown,
			cell_shown(column_of(listing, i), g_ptr_array_index(listing->cells, i)));
	for (size_t i = 0; !listing->headed && i < listing->count; i++)
		listing->widths[i] = (int)strlen(listing->columns[i].name);
	measure(listing, shown);
	if (!listing->headed)
		print_head(listing);
	for (size_t row = 0; row < listing->cells->len; row += listing->count)
		print_line(listing, (const char *const *)shown->pdata + row);
}

/* ---- for a program ---- */

/* The cell as csv and jsonl have it; NULL is none. */
static char *
cell_exact(const ListingColumn *column, const char *cell)
{
	return cell && column->type == CELL_TIME ? moment_text(g_ascii_strtoll(cell, NULL, 10))
						 : g_strdup(cell);
}

/* A line break in a cell would begin another record, for whoever reads it on a terminal. */
static void
end_csv(Listing *listing, GString *line)
{
	if (output_terminal(listing->output)) {
		output_record(listing->output, line->str, line->len);
	} else {
		g_string_append(line, "\r\n");
		output_bytes(listing->output, line->str, line->len);
	}
	g_string_truncate(line, 0);
}

static void
print_csv(Listing *listing)
{
	g_autoptr(GString) line = g_string_new(NULL);

	for (size_t i = 0; !listing->headed && i < listing->count; i++) {
		g_string_append(line, i ? "," : "");
		csv_cell(line, listing->columns[i].name);
	}
	if (!listing->headed)
		end_csv(listing, line);
	listing->headed = true;
	for (size_t i = 0; i < listing->cells->len; i++) {
		size_t column = i % listing->count;
		g_autofree char *cell =
			cell_exact(&listing->columns[column], g_ptr_array_index(listing->cells, i));

		g_string_append(line, column ? "," : "");
		csv_cell(line, cell);
		if (column + 1 == listing->count)
			end_csv(listing, line);
	}
}

static json_t *
json_cell(const ListingColumn *column, const char *text)
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
	return json_text(cell);
}

static void
print_jsonl(Listing *listing)
{
	for (size_t row = 0; row < listing->cells->len; row += listing->count) {
		g_autoptr(json_t) object = json_object();
		g_autofree char *line = NULL;

		for (size_t i = 0; i < listing->count; i++)
			json_put(object, listing->columns[i].name,
				json_cell(&listing->columns[i],
					g_ptr_array_index(listing->cells, row + i)));
		line = json_line(object);
		output_record(listing->output, line, strlen(line));
	}
}

static void
print_rows(Listing *listing)
{
	switch (listing->format) {
	case FORMAT_TABLE:
		print_aligned(listing);
		break;
	case FORMAT_CSV:
		print_csv(listing);
		break;
	case FORMAT_JSONL:
		print_jsonl(listing);
		break;
	case FORMATS:
		g_assert_not_reached();
	}
	g_ptr_array_set_size(listing->cells, 0);
}

void
listing_end(Listing *listing)
{
	if (!listing)
		return;
	if (listing->cells->len > 0 || (!listing->headed && listing->format == FORMAT_CSV))
		print_rows(listing);
	g_ptr_array_unref(listing->cells);
	g_free(listing->widths);
	g_free(listing);
}

static void
add(Listing *listing, char *cell)
{
	g_ptr_array_add(listing->cells, cell);
	if (listing->cells->len == ROWS_HELD * listing->count)
		print_rows(listing);
}

void
listing_text(Listing *listing, const char *text)
{
	add(listing, g_strdup(text));
}

void
listing_number(Listing *listing, int64_t number)
{
	add(listing, g_strdup_printf("%" G_GINT64_FORMAT, number));
}

void
listing_id(Listing *listing, int64_t id)
{
	if (id)
		listing_number(listing, id);
	else
		listing_text(listing, NULL);
}

void
listing_bool(Listing *listing, bool yes)
{
	add(listing, g_strdup(yes ? "true" : "false"));
}
