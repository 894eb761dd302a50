/* secret.h - a password in a file that nobody else may read */
#ifndef IMPORTER_SECRET_H
#define IMPORTER_SECRET_H

#include "importer/source.h"

/* The first line of the file at @path, of 0600 or less, without its line end.  Yours. */
char *secret_read(const char *path, GError **error);

#endif
