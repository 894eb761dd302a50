/* new_file.h - bytes into a file, all of them or none */
#ifndef SYSTEM_NEW_FILE_H
#define SYSTEM_NEW_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all of @bytes, whatever interrupts that: false with errno set. */
bool write_whole(int fd, const void *bytes, size_t length);

/* Makes the file @path, with mode 0600, and waits until @bytes are in it on the disk.  False with
 * errno set, and then there is none; EEXIST where something is there already, be it a link: that
 * is somebody's, and stays as it is. */
bool new_file_write(const char *path, const void *bytes, size_t length);

#endif
