/* secret.h - files that hold what nobody else may know: passwords, keys
 */
#ifndef RELEASE_SECRET_H
#define RELEASE_SECRET_H

#include <glib.h>

/* As private_file_read(), 64 KiB at most; RELEASE_ERROR_SECRET.  Free it with secret_free(). */
char *secret_read(const char *path, GError **error);

/* Overwrites it first. */
void secret_free(char *secret);

typedef char Secret;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, secret_free)

#endif
