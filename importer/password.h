/* password.h - a password in a file that nobody else may read */
#ifndef IMPORTER_PASSWORD_H
#define IMPORTER_PASSWORD_H

#include "importer/source.h"

/* The first line of the file at @path, of 0600 or less, without its line end.  Yours. */
char *password_read(const char *path, GError **error);

#endif
