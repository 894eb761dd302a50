/* yara_files.h - the folder that setting yara-rules names */
#ifndef CLI_YARA_FILES_H
#define CLI_YARA_FILES_H

#include <glib.h>

#include "mail/yara.h"

typedef struct YaraFile {
	char *name;
	char *text;
} YaraFile;

/* Those in @folder that end in .yar or .yara, by name: of YaraFile, yours.  CLI_ERROR_CONFIG
 * when there is none, and when one can't be read. */
GPtrArray *yara_files_read(const char *folder, GError **error);

/* CLI_ERROR_CONFIG names the file and the line that is no rule. */
YaraRules *yara_files_compile(const GPtrArray *files, GError **error);

#endif
