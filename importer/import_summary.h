/* import_summary.h - what an import came to; private to importer/ */
#ifndef IMPORTER_IMPORT_SUMMARY_H
#define IMPORTER_IMPORT_SUMMARY_H

#include "importer/crew.h"
#include "importer/importer.h"

/* Counts @parcel, which is new in the store. */
void import_summary_fresh(ImportSummary *summary, const Parcel *parcel);
/* Adds what is in @from, a batch that is committed. */
void import_summary_add(ImportSummary *to, const ImportSummary *from);
/* Fills untrusted_id: the most frequent; among equals the first by name, so that it is
 * always the same. */
void import_summary_choose(ImportSummary *summary);

#endif
