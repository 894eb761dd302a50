/* listing.h - rows of cells for a person (aligned) or a program (csv, jsonl)
 *
 * Cells are given exact.  An aligned table goes through text_visible() and is cut
 * to the terminal's width, in a pipe it is not cut: what is very long runs on, and
 * the rest of its line is out of line; csv and jsonl carry what was given.
 */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/output.h"

typedef enum {
	FORMAT_TABLE,
	FORMAT_CSV,
	FORMAT_JSONL,
	FORMATS
} Format;
const char *format_name(Format format);
/* NULL is FORMAT_TABLE; CLI_ERROR_USAGE when there is no such format. */
bool format_from_name(const char *name, Format *format, GError **error);

typedef enum {
	CELL_TEXT,
	CELL_NUMBER, /* decimal: a number in jsonl, right-aligned in a table */
	CELL_TIME,   /* decimal Unix seconds: UTC, ISO 8601 in csv and jsonl */
	CELL_BOOL,   /* "true", "false" */
} CellType;

typedef struct ListingColumn {
	const char *name; /* in csv, jsonl and --columns */
	CellType type;
	int width; /* most columns it takes on a terminal; 0: what is left */
	int spare; /* left out where it is narrow, the highest first; 0: never */
} ListingColumn;

typedef struct Listing Listing;

/* Columns are borrowed. */
Listing *listing_new(Output *output, Format format, const ListingColumn *columns, size_t count);
/* Prints what is left, and frees. */
void listing_end(Listing *listing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Listing, listing_end)

/* The next cell of the row; NULL is none.  A row is full after its last column. */
void listing_text(Listing *listing, const char *text);
void listing_number(Listing *listing, int64_t number);
void listing_id(Listing *listing, int64_t id); /* 0 is none */
void listing_bool(Listing *listing, bool yes);

#endif
