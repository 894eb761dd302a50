/* whole.h - read(2) and write(2) that go on until all is done, whatever interrupts them */
#ifndef SYSTEM_WHOLE_H
#define SYSTEM_WHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* All of @bytes: false with errno set. */
bool write_whole(int fd, const void *bytes, size_t length);
/* @size bytes, or as many as there are before the end; -1 with errno set. */
ssize_t read_whole(int fd, void *bytes, size_t size);

#endif
