/* password.h - a password in a file that nobody else may read */
#ifndef IMPORTER_PASSWORD_H
#define IMPORTER_PASSWORD_H

#include "importer/source.h"

/* The first line of the file at @path, as private_file_read() takes it, without its line end.
 * Both: IMPORT_ERROR_NO_INPUT; for password_free(). */
char *password_read(const char *path, GError **error);

/* All of it, up to @limit bytes. */
char *password_read_all(const char *path, size_t limit, GError **error);

/* Overwrites it first. */
void password_free(char *password);

typedef char Password;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Password, password_free)

#endif
