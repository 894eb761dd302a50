/* json_split.h - where a JSON object ends, found without parsing it
 *
 * Objects stand one behind the other, a line each or not, or in one array.  Only as much of
 * the grammar is known as to find the end of an object, and to see soon that there will be
 * none: whether it is JSON is for the box to say.
 */
#ifndef IMPORTER_JSON_SPLIT_H
#define IMPORTER_JSON_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct JsonSplit {
	int depth;
	uint64_t arrays; /* a bit for each level: it is one, no object */
	bool quoted;
	bool escaped;
	char last; /* character outside of strings that is no blank */
} JsonSplit;

typedef enum {
	SPLIT_MORE,   /* all was looked at, the end is not there */
	SPLIT_END,    /* the object ends with the last one looked at */
	SPLIT_BROKEN, /* this becomes no JSON */
} SplitState;

/* Looks at @bytes, which go on where the last call ended; *used counts those looked at.  The
 * first byte of all is the object's brace. */
SplitState json_split(JsonSplit *split, const char *bytes, size_t length, size_t *used);

#endif
