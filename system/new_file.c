#include "system/new_file.h"

#include <errno.h>
#include <fcntl.h>
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

bool
new_file_write(const char *path, const void *bytes, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool whole;
	int failure;

	if (fd < 0)
		return false;
	whole = write_whole(fd, bytes, length) && fsync(fd) == 0;
	failure = errno;
	if (close(fd) < 0 && whole) {
		whole = false;
		failure = errno;
	}
	if (!whole)
		(void)unlink(path);
	errno = failure;
	return whole;
}
