/* listed_read.h - how lists of indicators are read; private to store/ */
#ifndef STORE_LISTED_READ_H
#define STORE_LISTED_READ_H

#include "store/listed.h"

typedef struct ListedRead {
	ListedText *text;
	const Site *site;
	const char *unit; /* what @place counts: "line", "object" */
	int64_t place;    /* of the entry at hand */
} ListedRead;

/* As which an entry counts. */
#define LISTED_KIND(kind) (1U << (kind))
enum {
	LISTED_DOMAINS = LISTED_KIND(INDICATOR_DOMAIN) | LISTED_KIND(INDICATOR_LINK),
};

/* What @value can only be, or LISTED_DOMAINS. */
unsigned listed_guess(const char *value);
/* "hxxps[:]//evil[.]example" as it was meant.  Yours. */
char *listed_refang(const char *text);
/* The entry at hand: its @value, refanged, counts as each of @kinds.  What it can't be, or would
 * do harm as, is told. */
void listed_add(
	ListedRead *read, unsigned kinds, const char *value, int64_t first, int64_t expires);
/* It is left out, and why. */
void listed_tell(ListedRead *read, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* "2026-05-01", "2026-05-01 12:00:00" and RFC 3339; 0 for what is none.  UTC where it says no
 * zone. */
int64_t listed_time(const char *text);
bool listed_is_full(const ListedRead *read, GError **error);
bool listed_refuse(const ListedRead *read, GError **error, const char *words);

/* ---- one file each ---- */

bool listed_read_stix(ListedRead *read, const char *bytes, size_t length, GError **error);
/* @text of lines; valid UTF-8 without NUL. */
bool listed_read_lines(ListedRead *read, const char *text, GError **error);

#endif
