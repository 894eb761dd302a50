/* import_envelope.h - whose word counts on a message's envelope; private to importer/ */
#ifndef IMPORTER_IMPORT_ENVELOPE_H
#define IMPORTER_IMPORT_ENVELOPE_H

#include "importer/crew.h"
#include "importer/importer.h"

/* As far as it is known before the mail is read: what the command line says counts more than what
 * the mail says, and what the gateway kept stands between.  Yours. */
Envelope *import_envelope_known(const ImportOptions *options, const SourceItem *item);

/* That of @parcel, whose mail is read: what is known beside the mail goes before what it says; what
 * the source has only a word of stands in where that says nothing. */
void import_envelope_settle(const ImportOptions *options, const Parcel *parcel);

#endif
