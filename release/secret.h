/* secret.h - files that hold what nobody else may know: passwords, keys
 *
 * What comes out of one goes to the server or into the computation it is for, and
 * nowhere else: no argument vector, no log, no store, no error's words.
 */
#ifndef RELEASE_SECRET_H
#define RELEASE_SECRET_H

#include <glib.h>

/* The whole text of the file at @path.  Refused, with RELEASE_ERROR_SECRET, unless it is a
 * regular file of this process's user that nobody else can read or write (mode 0600 or
 * 0400), or when it is empty or holds a NUL.  Free it with secret_free(). */
char *secret_read(const char *path, GError **error);

/* Overwrites it first. */
void secret_free(char *secret);

typedef char Secret;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, secret_free)

#endif
