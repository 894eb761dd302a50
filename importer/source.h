/* source.h - where messages come from
 *
 * To add one: write importer/source_NAME.c, add its row in importer/source.c.
 * A source never waits for anything but a disk, standard input excepted: FIFOs, devices and sockets are
 * named and passed over.  Symbolic links are followed only where they are what
 * was asked for.
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
	IMPORT_ERROR_VANISHED, /* the entry was there when the folder was listed */
	IMPORT_ERROR_STOPPED,  /* source_heed(): the wait was ended */
} ImportError;

enum {
	SOURCE_MAX_MESSAGE = 64 * 1024 * 1024
}; /* larger ones are named and skipped */

typedef struct SourceItem {
	GBytes *raw;  /* the message, byte for byte as it was quarantined; of an mbox
	               * without the From_ line that parts it from others */
	char *origin; /* where it is: "maildir:/q/cur/17.a", "mbox:/q/box#12" */
	char *sender; /* envelope sender the source knows beside the message ("" is the
	               * null sender); counts where the mail itself names none; or NULL */
} SourceItem;
void source_item_clear(SourceItem *item);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SourceItem, source_item_clear)

typedef enum {
	SOURCE_ITEM,   /* *item is filled */
	SOURCE_SKIP,   /* one entry could not be read: *error names it; go on */
	SOURCE_OTHER,  /* one entry is no mail, as LABELS.tsv beside messages; go on */
	SOURCE_FAILED, /* *error says why nothing more comes */
	SOURCE_END,
} SourceNext;

/* What is at a path, looked at once for all kinds. */
typedef struct SourceProbe {
	const char *path;
	bool folder;
	const char *head; /* how the file begins, unpacked when it is gzip */
	size_t length;
} SourceProbe;

typedef struct Source Source;
typedef struct SourceKind {
	const char *name; /* "maildir": what stands before the colon in maildir:PATH */
	const char *summary;
	bool (*detect)(const SourceProbe *probe); /* is it of this kind?  NULL: only by name */
	void *(*open)(const char *path, GError **error); /* NULL on error */
	SourceNext (*next)(void *state, SourceItem *item, GError **error);
	void (*heed)(void *state, int interrupt); /* source_heed(); NULL: it never waits */
	int64_t (*total)(void *state); /* entries in all, for progress; NULL or -1: unknown */
	void (*close)(void *state);
} SourceKind;

/* All kinds, NULL-terminated. */
const SourceKind *const *source_kinds(void);

/* @spec is PATH (its kind is detected), KIND:PATH, or "-" for one message on
 * standard input. */
Source *source_open(const char *spec, GError **error);
/* @interrupt is a descriptor that becomes readable when waiting is to end; 0: none. */
void source_heed(Source *source, int interrupt);
SourceNext source_next(Source *source, SourceItem *item, GError **error);
int64_t source_total(Source *source);
void source_close(Source *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Source, source_close)

/* For sources of single messages: the envelope sender in the From_ line that @raw begins
 * with, as SourceItem.sender; NULL where there is no such line.  Yours. */
char *source_from_line_sender(GBytes *raw);

#endif
