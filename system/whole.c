#include "system/whole.h"

#include <errno.h>
#include <unistd.h>

bool
write_whole(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t written = write(fd, at, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		at += written;
		length -= (size_t)written;
	}
	return true;
}

ssize_t
read_whole(int fd, void *bytes, size_t size)
{
	char *at = bytes;
	size_t length = 0;

	while (length < size) {
		ssize_t more = read(fd, at + length, size - length);

		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return -1;
		if (more == 0)
			break;
		length += (size_t)more;
	}
	return (ssize_t)length;
}
