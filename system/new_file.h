/* new_file.h - bytes into a file, all of them or none
 *
 * Until it is whole, a file has no name (open(2), O_TMPFILE): nothing is left of it by whoever is
 * killed.  Not all file systems have such files.
 */
#ifndef SYSTEM_NEW_FILE_H
#define SYSTEM_NEW_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* A descriptor to write the file that is to be @path, with @mode less what the umask takes; -1
 * where there are no files without a name, or nothing would give it one later. */
int nameless_open(const char *path, unsigned mode);
/* It is @path from now on: false with errno set, EEXIST where something is there already. */
bool nameless_name(int fd, const char *path);

/* Makes the file @path, with mode 0600, and waits until @bytes are in it on the disk.  False with
 * errno set, and then there is none; killed, too, where there are files without a name.  EEXIST
 * where something is there already, be it a link: that is somebody's, and stays as it is. */
bool new_file_write(const char *path, const void *bytes, size_t length);

#endif
