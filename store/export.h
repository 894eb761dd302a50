/* export.h - decisions and messages for other programs
 *
 * To add a format: write store/export_NAME.c, add its row in store/export.c,
 * and a golden file tests/store/export/NAME.
 */
#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include "mail/redact.h"
#include "store/message.h"

/* Where output goes; false with errno set stops the export. */
typedef bool (*ExportWrite)(const char *bytes, size_t length, void *data);

/* An export writes one line a decision about the messages that a query finds, the
 * oldest decision first, its fields being the same in all formats. */
typedef struct ExportFormat {
	const char *name;    /* "csv" */
	const char *summary; /* one line for --help and the manual */
	/* Without whom messages were for where @redaction is not NULL. */
	bool (*run)(Store *store, const Query *query, Redaction *redaction, ExportWrite write,
		void *data, GError **error);
} ExportFormat;

const ExportFormat *const *export_formats(void);
const ExportFormat *export_format(const char *name); /* NULL if there is none */

/* One CSV cell, quoted where RFC 4180 asks for it, with a ' before a cell that a
 * spreadsheet would take for a formula: one that begins with = + - @ TAB CR LF or a
 * full-width form of these, blanks and quotes before it left out.  @text NULL is an
 * empty cell. */
void csv_cell(GString *line, const char *text);

/* A message as the object `list --format jsonl` promises in lazaret(5), without
 * line end; and with headers, links, attachments, findings and decisions as well,
 * as `show --part json` does. */
char *json_of_row(const MessageRow *row);
char *json_of_message(Store *store, int64_t id, GError **error);

#endif
