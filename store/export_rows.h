/* export_rows.h - the decisions an export tells of; private to store/
 *
 * Every format writes the same fields in the same order: lazaret(5) lists them.  There are some
 * more for formats that need them: from_name, links, attachments.
 */
#ifndef STORE_EXPORT_ROWS_H
#define STORE_EXPORT_ROWS_H

#include "store/export.h"

typedef enum {
	EXPORT_TEXT,
	EXPORT_NUMBER,
	EXPORT_LIST,
} ExportType;

typedef struct ExportValue {
	ExportType type;
	bool known;      /* false: number is not to be used */
	int64_t number;  /* EXPORT_NUMBER */
	char *text;      /* EXPORT_TEXT; NULL when unknown */
	GPtrArray *list; /* EXPORT_LIST, of char *; empty when unknown */
} ExportValue;

/* Names of the fields that all have, in order. */
int export_fields(void);
const char *export_field_name(int field);

/* The one that is called so: it must be one. */
const ExportValue *export_value(const ExportValue *values, const char *name);

/* Appends one decision to @out; @values are as many as there are fields. */
typedef void (*ExportLine)(GString *out, const ExportValue *values);

/* Every decision about a message that the query finds, oldest first, each as @line writes it;
 * written in pieces: what is in memory does not grow with the store, and no transaction is
 * open while export->write waits. */
bool export_decisions(const Export *export, ExportLine line, GError **error);
bool export_write(const Export *export, const GString *text, GError **error);

#endif
