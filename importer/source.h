/* source.h - where messages come from
 *
 * To add one: write importer/source_NAME.c, add its row in importer/source.c.
 */
#ifndef IMPORTER_SOURCE_H
#define IMPORTER_SOURCE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define IMPORT_ERROR (import_error_quark())
GQuark import_error_quark(void);

typedef enum {
	IMPORT_ERROR_NO_INPUT, /* no such file, or not to be read */
	IMPORT_ERROR_DATA,     /* it is there, and is no mail or mailbox */
	IMPORT_ERROR_USAGE,    /* no such kind of source */
	IMPORT_ERROR_BOX,      /* no box could be started */
	IMPORT_ERROR_IO,
} ImportError;

enum {
	SOURCE_MAX_MESSAGE = 64 * 1024 * 1024
}; /* larger ones are named and skipped */

typedef struct SourceItem {
	GBytes *raw;  /* the message, byte for byte as it was quarantined */
	char *origin; /* where it is: "maildir:/q/cur/17.a", "mbox:/q/box#12" */
} SourceItem;
void source_item_clear(SourceItem *item);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SourceItem, source_item_clear)

typedef enum {
	SOURCE_ITEM, /* *item is filled */
	SOURCE_SKIP, /* one entry could not be read: *error names it; go on */
	SOURCE_END,
} SourceNext;

typedef struct Source Source;
typedef struct SourceKind {
	const char *name; /* "maildir": what stands before the colon in maildir:PATH */
	const char *summary;
	bool (*detect)(const char *path); /* is @path of this kind? NULL: only by name */
	void *(*open)(const char *path, GError **error); /* NULL on error */
	SourceNext (*next)(void *state, SourceItem *item, GError **error);
	int64_t (*total)(
		void *state); /* bytes or entries ahead as known, for progress; -1 unknown */
	void (*close)(void *state);
} SourceKind;

const SourceKind *const *source_kinds(void);

/* @spec is PATH, KIND:PATH or "-". */
Source *source_open(const char *spec, GError **error);
SourceNext source_next(Source *source, SourceItem *item, GError **error);
int64_t source_total(Source *source);
void source_close(Source *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Source, source_close)

#endif
