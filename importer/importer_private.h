/* importer_private.h - import through a worker of one's own; for the importer's tests */
#ifndef IMPORTER_IMPORTER_PRIVATE_H
#define IMPORTER_IMPORTER_PRIVATE_H

#include "importer/box_private.h"
#include "importer/importer.h"

typedef struct ImportRun {
	Store *store;
	const ImportOptions *options;
	BoxWorker worker;
} ImportRun;

bool import_run(const ImportRun *run, const char *spec, ImportSummary *summary, GError **error);

#endif
