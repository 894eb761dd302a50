/* export_intel.h - what formats share that are for people outside; private to store/
 *
 * They are one JSON document of objects that others keep under their ids, so that an id is made
 * from whose it is and what it says, and a later document replaces what an earlier one said.
 * What changes without a decision (counts, the last message) is not in them, nor what was typed
 * here: reasons and names of analysts are not for others.
 *
 * Only what is to be blocked: what others take such a document for is to block it, and what an
 * allow rule rests on, an aligned signature, neither can say.
 */
#ifndef STORE_EXPORT_INTEL_H
#define STORE_EXPORT_INTEL_H

#include <jansson.h>

#include "store/export_list.h"

typedef struct Intel {
	const Export *export;
	const char *producer;  /* the organisation's first domain, or "lazaret" */
	int64_t origin;        /* when the store's first decision was made: before all others */
	int64_t through;       /* operation */
	bool begun;            /* an object stands in the document already */
	GHashTable *campaigns; /* of int64_t: that stand in it */
} Intel;

typedef struct IntelFormat {
	bool (*line)(GString *out, const Indicator *indicator, void *data); /* ExportList.line */
	void (*begin)(GString *out, Intel *intel);
	void (*end)(GString *out, Intel *intel);
} IntelFormat;

/* The document: begin, its lines with an Intel as data, end; and the note. */
bool intel_run(const Export *export, const IntelFormat *format, GError **error);

/* Appends @object, which it takes, as the next of the document. */
void intel_add(GString *out, Intel *intel, json_t *object);
/* The UUID of what @format names, of this producer.  Yours. */
/* cppcheck-suppress unknownMacro */
char *intel_uuid(const Intel *intel, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Of @indicator: of its kind, value and action.  Yours. */
char *intel_indicator_uuid(const Intel *intel, const Indicator *indicator);
/* Whether @campaign is none that stands there already; it does from now on. */
bool intel_is_new(Intel *intel, int64_t campaign);

#endif
