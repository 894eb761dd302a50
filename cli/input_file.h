/* input_file.h - files that the command line or a setting names, whole */
#ifndef CLI_INPUT_FILE_H
#define CLI_INPUT_FILE_H

#include <glib.h>

/* All of the file at @path, with a NUL behind it; *length, unless NULL, is without that.  Read
 * rather than mapped, since it may be cut off meanwhile.  IMPORT_ERROR_NO_INPUT where it can't be
 * read, IMPORT_ERROR_DATA where it is a pipe or a device, CLI_ERROR_DATA where it has more than
 * @most bytes.  Yours. */
char *input_file_read(const char *path, gsize most, gsize *length, GError **error);

#endif
