/* export.h - decisions and messages for other programs
 *
 * There are two sorts of format.  Records are lines, one a decision, in every such format
 * with the same fields; lists are what another system is to do, made of indicators
 * (indicator.h).
 *
 * To add a format: write store/export_NAME.c (export_rows.h helps with records, export_list.h
 * with lists), add its row in store/export.c, and a golden file tests/store/export/NAME.
 */
#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include "mail/redact.h"
#include "mail/site.h"
#include "store/message.h"
#include "store/tlp.h"

/* Where output goes; false with errno set stops the export. */
typedef bool (*ExportWrite)(const char *bytes, size_t length, void *data);

/* What is asked for, and where it goes; all borrowed. */
typedef struct Export {
	Store *store;
	const Query *query;   /* messages that it is about; NULL: all */
	int64_t since;        /* operation: only what came after it; 0: all */
	const Site *site;     /* for lists: what is never to be blocked; NULL: nothing is known */
	Redaction *redaction; /* without whom messages were for; or NULL */
	Tlp tlp;              /* for formats that say whom they may be handed on to */
	int64_t now;
	ExportWrite write;
	/* The file @name (no dot in front) begins; what is written goes there from now on.  One
	 * slash in it: it stands in a folder of its own.  For formats with `folder`; NULL in
	 * others. */
	bool (*begin)(const char *name, void *data, GError **error);
	/* A line for a person beside the output: what could not be carried, up to where it went.
	 * May be NULL. */
	void (*note)(const char *words, void *data);
	void *data; /* of all three */
} Export;

typedef struct ExportFormat {
	const char *name;    /* "csv" */
	const char *summary; /* one line for --help and the manual */
	bool folder;         /* it writes several files */
	bool whole;          /* what it writes replaces what was there: it takes no `since` */
	bool fresh;          /* its folder must be empty */
	bool marked;         /* it says whom it may be handed on to: `tlp` */
	bool (*run)(const Export *export, GError **error);
} ExportFormat;

const ExportFormat *const *export_formats(void);
const ExportFormat *export_format(const char *name); /* NULL if there is none */

/* One CSV cell, quoted where RFC 4180 asks for it, with a ' before a cell that a
 * spreadsheet would take for a formula: one that begins with = + - @ TAB CR LF or a
 * full-width form of these, blanks and quotes before it left out.  @text NULL is an
 * empty cell. */
void csv_cell(GString *line, const char *text);
bool csv_is_formula(const char *text);
/* The same as it is, for a program that takes cells by the letter. */
void csv_exact(GString *line, const char *text);

/* A message as the object `list --format jsonl` promises in lazaret(5), without
 * line end; and with headers, links, attachments, findings and decisions as well,
 * as `show --part json` does. */
char *json_of_row(const MessageRow *row);
char *json_of_message(Store *store, int64_t id, GError **error);

#endif
