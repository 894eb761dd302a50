/* out_files.h - files that others read while they are made anew
 *
 * What is written stands beside the file that is meant, and takes its place only when all of it
 * is on the disk: whoever reads it meanwhile reads what was there before, or all of what is
 * there now.  Until then it has no name where the file system can do without (system/new_file.h),
 * so that nothing stays of it when this process is killed; else, and beyond two hundred files, it
 * is called .NAME.XXXXXX, and that stays.  No later export removes such a one: nothing says that
 * nobody is writing it.
 */
#ifndef CLI_OUT_FILES_H
#define CLI_OUT_FILES_H

#include "cli/command.h"

typedef struct OutFiles OutFiles;
/* In @folder, which with @make is made where it is missing: CLI_ERROR_CREATE when it can't be. */
OutFiles *out_files_new(const char *folder, bool make, GError **error);
/* CLI_ERROR_CREATE where something is there already. */
bool out_files_check_empty(const OutFiles *files, GError **error);
/* Removes what has not taken its place. */
void out_files_free(OutFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutFiles, out_files_free)

/* The next file, readable by its group; what is written goes there from here on.  With one slash
 * in @name it stands in a folder of its own, and takes its place when the next one begins.
 * CLI_ERROR_CREATE where something is there that is no file. */
bool out_files_begin(OutFiles *files, const char *name, GError **error);
/* False with errno set. */
bool out_files_write(OutFiles *files, const char *bytes, size_t length);
/* All take their places, in the order that they were begun. */
bool out_files_finish(OutFiles *files, GError **error);

#endif
