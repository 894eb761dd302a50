#include "system/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <unistd.h>

#include "system/whole.h"

int
nameless_open(const char *path, unsigned mode)
{
	g_autofree char *folder = g_path_get_dirname(path);

	if (access("/proc/self/fd", X_OK) != 0)
		return -1;
	return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
}

bool
nameless_name(int fd, const char *path)
{
	char open_file[sizeof("/proc/self/fd/") + 11];

	g_snprintf(open_file, sizeof(open_file), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, open_file, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

bool
new_file_write(const char *path, const void *bytes, size_t length)
{
	int fd = nameless_open(path, 0600);
	bool named = fd < 0;
	bool whole;
	int failure;

	if (named)
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	whole = write_whole(fd, bytes, length) && fsync(fd) == 0;
	if (whole && !named)
		whole = named = nameless_name(fd, path);
	failure = errno;
	if (close(fd) < 0 && whole) {
		whole = false;
		failure = errno;
	}
	if (!whole && named)
		(void)unlink(path);
	errno = failure;
	return whole;
}
