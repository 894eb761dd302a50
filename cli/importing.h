/* importing.h - what the commands share that bring messages into the store */
#ifndef CLI_IMPORTING_H
#define CLI_IMPORTING_H

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/site.h"
#include "importer/importer.h"

/* What an import needs beside the store. */
typedef struct ImportTools {
	LocalSite local;
	Nursery *nursery;   /* of boxes: older than what is read below */
	Resolver *resolver; /* NULL: nobody is asked */
	Scanner *scanner;   /* likewise */
	Progress *progress;
} ImportTools;
void import_tools_clear(ImportTools *tools);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImportTools, import_tools_clear)

/* As the settings say; @dkim_keys is a file beside theirs, or NULL. */
bool import_tools_fill(ImportTools *tools, Session *session, const char *dkim_keys, GError **error);

/* Its .data is the progress. */
ImportOptions import_tools_options(const ImportTools *tools, const Session *session);

/* "212 new (180 confirmed, 20 likely, 12 claimed), 14 known, 30 not SES".  Yours. */
char *import_summary_line(const ImportSummary *summary);
void import_print_summary(Session *session, const ImportSummary *summary);
/* What the one who imports had better know. */
void import_print_hints(Session *session, const ImportSummary *summary, const Resolver *resolver);

#endif
