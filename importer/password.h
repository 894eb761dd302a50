/* password.h - a password in a file that nobody else may read */
#ifndef IMPORTER_PASSWORD_H
#define IMPORTER_PASSWORD_H

#include "importer/source.h"

/* The first line of the file at @path, of 0600 or less, without its line end.  Yours. */
char *password_read(const char *path, GError **error);

/* All of it, up to @limit bytes; for password_free(). */
char *password_read_all(const char *path, size_t limit, GError **error);

/* Overwrites it first. */
void password_free(char *password);

typedef char Password;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Password, password_free)

#endif
