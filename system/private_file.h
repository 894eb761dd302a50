/* private_file.h - the text of a file that holds what nobody else may know: passwords, keys
 *
 * What comes out of one goes to the server or into the computation it is for, and nowhere
 * else: no argument vector, no log, no store, no error's words.
 */
#ifndef SYSTEM_PRIVATE_FILE_H
#define SYSTEM_PRIVATE_FILE_H

#include <glib.h>
#include <stddef.h>

/* All of the file at @path, @limit bytes at most; for private_text_free().  NULL where *fault
 * says why: it must be a regular file of this process's user that nobody else can read or
 * write (mode 0600 or 0400), not empty and without a NUL. */
char *private_file_read(const char *path, size_t limit, const char **fault);

/* Overwrites @text, up to its NUL, first.  NULL is none. */
void private_text_free(char *text);

typedef char PrivateText;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PrivateText, private_text_free)

#endif
