/* listed.h - lists of indicators that others keep: what a message has of one is a finding
 *
 * A list is imported under a name, whole: what it has no more is gone, and what stays keeps
 * since when it is known.  Held messages that have something of it are judged again; nothing is
 * decided.  A value counts for what came before it expired.
 */
#ifndef STORE_LISTED_H
#define STORE_LISTED_H

#include "mail/site.h"
#include "store/indicator.h"
#include "store/store.h"

enum {
	LISTED_MAX_BYTES = 64 * 1024 * 1024, /* of a file */
	LISTED_MAX_VALUES = 1000000,
	LISTED_MAX_LINE = 64 * 1024, /* bytes of a line, a CSV record or a pattern */
	LISTED_MAX_TOLD = 20,
	LISTED_MAX_NAME = 64,
};

typedef struct ListedValue {
	IndicatorKind kind;
	char *value;   /* as Indicator.value; a URL as url_normal() has it */
	int64_t first; /* seen, as the list says; 0: it does not */
	int64_t expires;
} ListedValue;
void listed_value_free(ListedValue *value);

/* What a file says. */
typedef struct ListedText {
	GPtrArray *values; /* of ListedValue; one may be in it twice */
	GPtrArray *told;   /* of char *: "line 3: gmail.com is free mail ...", the first ones */
	int64_t left_out;  /* entries that are no values here */
} ListedText;
void listed_text_free(ListedText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ListedText, listed_text_free)

/* A plain list (a value a line; behind # is a comment), CSV with a head that names its columns,
 * or a STIX 2.1 bundle.  hxxp, [.], [@] and the like are understood.  A domain that is not said
 * to be one or the other is both a sender's and where links lead.  @site may be NULL.
 *
 * What would do harm were it blocked is left out, as indicators are (indicator.h).  REFUSED
 * where it is none of these, not UTF-8, too large, or broken: the message names the line. */
ListedText *listed_parse(const char *bytes, size_t length, const Site *site, GError **error);

typedef struct IndicatorList {
	char *name;
	int64_t imported; /* the last time */
	char *actor;
	int64_t values;
	int64_t expired; /* of these, at the listing's now */
	int64_t first;   /* the oldest was seen; 0: it has none */
} IndicatorList;
void indicator_list_free(IndicatorList *list);

/* A letter or digit, then these and . _ - */
bool indicator_list_name_is_good(const char *name);

typedef struct ListImport {
	const char *name;        /* indicator_list_name_is_good() */
	const GPtrArray *values; /* of ListedValue: all that the list is now */
	const char *actor;
	int64_t now;
} ListImport;
/* *judged: held messages that were judged again. */
bool store_import_list(Store *store, const ListImport *list, int64_t *judged, GError **error);
/* NOT_FOUND where there is none. */
bool store_remove_list(Store *store, const char *name, int64_t *judged, GError **error);
/* Of IndicatorList, by name. */
GPtrArray *store_lists(Store *store, int64_t now, GError **error);

#endif
