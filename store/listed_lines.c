/* listed_lines.c - lists of lines: plain ones, and comma-separated values */
#include <string.h>

#include "store/listed_read.h"

/* ---- records ---- */

/* Text that is taken record by record. */
typedef struct Lines {
	const char *at;
	int64_t line; /* that at is in */
} Lines;

static bool
is_line_end(char character)
{
	return character == '\n' || character == '\0';
}

/* In quotes, a line end belongs to the cell.  False where they don't end. */
static bool
read_quoted(Lines *lines, GString *cell)
{
	const char *start = lines->at++;

	for (; *lines->at && lines->at - start < LISTED_MAX_LINE; lines->at++) {
		if (*lines->at == '"' && lines->at[1] != '"') {
			lines->at++;
			return true;
		}
		lines->line += *lines->at == '\n';
		lines->at += *lines->at == '"';
		g_string_append_c(cell, *lines->at);
	}
	return false;
}

/* The next cell (yours), up to its comma or line end; NULL where its quotes don't end. */
static char *
read_cell(Lines *lines)
{
	g_autoptr(GString) cell = g_string_new(NULL);

	while (*lines->at == ' ' || *lines->at == '\t')
		lines->at++;
	if (*lines->at == '"' && !read_quoted(lines, cell))
		return NULL;
	for (; !is_line_end(*lines->at) && *lines->at != ','; lines->at++)
		g_string_append_c(cell, *lines->at);
	g_strstrip(cell->str);
	return g_strdup(cell->str);
}

enum {
	MAX_CELLS = 200,
};

/* One record (RFC 4180), behind whose line end it goes on; NULL where it is none. */
static GPtrArray *
read_record(Lines *lines)
{
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);

	do {
		char *cell = cells->len < MAX_CELLS ? read_cell(lines) : NULL;

		if (!cell)
			return NULL;
		g_ptr_array_add(cells, cell);
	} while (*lines->at == ',' && lines->at++);
	if (*lines->at == '\n') {
		lines->at++;
		lines->line++;
	}
	return g_steal_pointer(&cells);
}

/* ---- columns ---- */

typedef enum {
	COLUMN_VALUE,
	COLUMN_KIND,
	COLUMN_STATUS,
	COLUMN_FIRST,
	COLUMN_EXPIRES,
	COLUMNS
} ColumnUse;

typedef struct ColumnName {
	const char *name;
	ColumnUse use;
	unsigned kinds; /* of a value; 0: what it looks like, or the column of kinds says */
} ColumnName;

/* As lazaret itself, MISP, abuse.ch and the like name them. */
static const ColumnName column_names[] = {
	{ "value", COLUMN_VALUE, 0 },
	{ "indicator", COLUMN_VALUE, 0 },
	{ "ioc", COLUMN_VALUE, 0 },
	{ "ioc_value", COLUMN_VALUE, 0 },
	{ "url", COLUMN_VALUE, LISTED_KIND(INDICATOR_URL) },
	{ "domain", COLUMN_VALUE, LISTED_DOMAINS },
	{ "hostname", COLUMN_VALUE, LISTED_DOMAINS },
	{ "sha256", COLUMN_VALUE, LISTED_KIND(INDICATOR_FILE) },
	{ "sha256_hash", COLUMN_VALUE, LISTED_KIND(INDICATOR_FILE) },
	{ "email", COLUMN_VALUE, LISTED_KIND(INDICATOR_SENDER) },
	{ "kind", COLUMN_KIND, 0 },
	{ "type", COLUMN_KIND, 0 },
	{ "ioc_type", COLUMN_KIND, 0 },
	{ "status", COLUMN_STATUS, 0 },
	{ "first_seen", COLUMN_FIRST, 0 },
	{ "first_seen_utc", COLUMN_FIRST, 0 },
	{ "first_received", COLUMN_FIRST, 0 },
	{ "dateadded", COLUMN_FIRST, 0 },
	{ "date", COLUMN_FIRST, 0 },
	{ "expires", COLUMN_EXPIRES, 0 },
	{ "valid_until", COLUMN_EXPIRES, 0 },
};

/* What the head of a file said. */
typedef struct Head {
	int columns[COLUMNS]; /* -1: there is none */
	unsigned kinds;       /* ColumnName.kinds of the value's */
	bool own;             /* its kinds are lazaret's words */
} Head;

/* False where no column of @cells is one of values. */
static bool
head_read(Head *head, const GPtrArray *cells)
{
	*head = (Head){ .columns = { -1, -1, -1, -1, -1 } };
	for (guint i = 0; i < cells->len; i++) {
		const char *cell = g_ptr_array_index(cells, i);

		for (size_t k = 0; k < G_N_ELEMENTS(column_names); k++) {
			const ColumnName *column = &column_names[k];

			if (g_ascii_strcasecmp(column->name, cell) != 0 ||
				head->columns[column->use] >= 0)
				continue;
			head->columns[column->use] = (int)i;
			head->kinds |= column->kinds;
			head->own = head->own || strcmp(column->name, "kind") == 0;
		}
	}
	return head->columns[COLUMN_VALUE] >= 0;
}

/* "" where there is none. */
static const char *
cell_of(const Head *head, const GPtrArray *cells, ColumnUse use)
{
	int column = head->columns[use];

	return column >= 0 && column < (int)cells->len ? g_ptr_array_index(cells, column) : "";
}

typedef struct TypeName {
	const char *name;
	unsigned kinds;
} TypeName;

static const TypeName types[] = {
	{ "domain", LISTED_DOMAINS },
	{ "domain-name", LISTED_DOMAINS },
	{ "hostname", LISTED_DOMAINS },
	{ "url", LISTED_KIND(INDICATOR_URL) },
	{ "uri", LISTED_KIND(INDICATOR_URL) },
	{ "email", LISTED_KIND(INDICATOR_SENDER) },
	{ "email-addr", LISTED_KIND(INDICATOR_SENDER) },
	{ "email-src", LISTED_KIND(INDICATOR_SENDER) },
	{ "sha256", LISTED_KIND(INDICATOR_FILE) },
	{ "sha256_hash", LISTED_KIND(INDICATOR_FILE) },
	{ "filehash-sha256", LISTED_KIND(INDICATOR_FILE) },
};

/* 0: nothing that mail is matched with. */
static unsigned
kinds_of_type(const Head *head, const char *type)
{
	for (IndicatorKind kind = 0; head->own && kind < INDICATOR_KINDS; kind++) {
		if (strcmp(indicator_kind_name(kind), type) == 0)
			return LISTED_KIND(kind);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (g_ascii_strcasecmp(types[i].name, type) == 0)
			return types[i].kinds;
	}
	return 0;
}

/* As csv_cell() writes it: a ' before what a spreadsheet would take for a formula. */
static const char *
without_guard(const char *value)
{
	return value[0] == '\'' && value[1] && strchr("=+-@", value[1]) ? value + 1 : value;
}

static void
add_record(ListedRead *read, const Head *head, const GPtrArray *cells)
{
	const char *value = without_guard(cell_of(head, cells, COLUMN_VALUE));
	const char *type = cell_of(head, cells, COLUMN_KIND);
	const char *status = cell_of(head, cells, COLUMN_STATUS);
	unsigned kinds = *type ? kinds_of_type(head, type) : head->kinds;

	if (!*value || (head->own && *status && strcmp(status, "block") != 0))
		return;
	if (*type && !kinds)
		listed_tell(read, "the type '%s' is nothing that mail is matched with", type);
	else
		listed_add(read, kinds ? kinds : listed_guess(value), value,
			listed_time(cell_of(head, cells, COLUMN_FIRST)),
			listed_time(cell_of(head, cells, COLUMN_EXPIRES)));
}

static bool
read_csv(ListedRead *read, const Head *head, Lines *lines, GError **error)
{
	while (*lines->at) {
		g_autoptr(GPtrArray) cells = NULL;

		read->place = lines->line;
		if (*lines->at == '#') {
			lines->at += strcspn(lines->at, "\n");
			lines->line += *lines->at == '\n';
			lines->at += *lines->at == '\n';
			continue;
		}
		cells = read_record(lines);
		if (!cells)
			return listed_refuse(
				read, error, "a quote does not end, or there are too many cells");
		if (!listed_is_full(read, error))
			return false;
		add_record(read, head, cells);
	}
	return true;
}

/* ---- plain ones ---- */

/* Of "0.0.0.0 evil.example", as hosts(5) has it, the name. */
static const char *
behind_address(const char *line)
{
	static const char *const sinks[] = { "0.0.0.0", "127.0.0.1", "::1", "::" };
	size_t word = strcspn(line, " \t");

	for (size_t i = 0; i < G_N_ELEMENTS(sinks) && line[word]; i++) {
		if (strlen(sinks[i]) == word && strncmp(sinks[i], line, word) == 0)
			return line + word + strspn(line + word, " \t");
	}
	return line;
}

/* A comment begins a line, or stands behind a blank: a URL may have # in it. */
static void
cut_comment(char *line)
{
	for (char *at = line; *at; at++) {
		if (*at == '#' && (at == line || g_ascii_isspace(at[-1])))
			*at = '\0';
	}
	if (line[0] == ';')
		line[0] = '\0';
	g_strstrip(line);
}

static bool
read_plain(ListedRead *read, const char *text, GError **error)
{
	for (read->place = 1; *text; read->place++) {
		size_t length = strcspn(text, "\n");
		g_autofree char *line = g_strndup(text, MIN(length, LISTED_MAX_LINE));
		const char *value;

		text += length + (text[length] == '\n');
		cut_comment(line);
		value = behind_address(line);
		if (!listed_is_full(read, error))
			return false;
		if (*value)
			listed_add(read, listed_guess(value), value, 0, 0);
	}
	return true;
}

/* ---- which of them ---- */

/* The head stands in the first line that is no comment; or is one, as abuse.ch has it. */
static bool
find_head(Head *head, Lines *lines)
{
	bool comment = true;

	while (*lines->at && comment) {
		Lines line = *lines;
		g_autoptr(GPtrArray) cells = NULL;

		comment = *line.at == '#' || is_line_end(*line.at) || *line.at == '\r';
		line.at += strspn(line.at, "# ");
		cells = read_record(&line);
		if (cells && (!comment || cells->len > 1) && head_read(head, cells)) {
			*lines = line;
			return true;
		}
		lines->at += strcspn(lines->at, "\n");
		lines->line += *lines->at == '\n';
		lines->at += *lines->at == '\n';
	}
	return false;
}

bool
listed_read_lines(ListedRead *read, const char *text, GError **error)
{
	Lines lines = { text, 1 };
	Head head;

	read->unit = "line";
	return find_head(&head, &lines) ? read_csv(read, &head, &lines, error)
					: read_plain(read, text, error);
}
