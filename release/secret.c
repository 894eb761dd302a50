#include "release/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "release/transport.h"

enum {
	LARGEST = 64 * 1024, /* bytes */
};

static bool
refuse(GError **error, const char *path, const char *why)
{
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_SECRET, "%s: %s", path, why);
	return false;
}

/* Of the open file, not of its name: that could be another's a moment later. */
static bool
is_private(int file, const char *path, GError **error)
{
	struct stat status;

	if (fstat(file, &status) < 0)
		return refuse(error, path, g_strerror(errno));
	if (!S_ISREG(status.st_mode))
		return refuse(error, path, "not a regular file");
	if (status.st_uid != geteuid())
		return refuse(
			error, path, "it belongs to another user, who can read what is in it");
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return refuse(error, path,
			"others may read or write it, and it holds secrets: chmod 600 it");
	if (status.st_size > LARGEST)
		return refuse(error, path, "larger than 64 KiB");
	return true;
}

static bool
read_all(int file, char *buffer, size_t *length)
{
	while (*length <= LARGEST) {
		ssize_t got = read(file, buffer + *length, LARGEST + 1 - *length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		*length += (size_t)got;
	}
	errno = EFBIG;
	return false;
}

static char *
read_private(int file, const char *path, GError **error)
{
	g_autoptr(Secret) buffer = NULL;
	size_t length = 0;

	if (!is_private(file, path, error))
		return NULL;
	buffer = g_malloc0(LARGEST + 2);
	if (!read_all(file, buffer, &length)) {
		refuse(error, path, g_strerror(errno));
		return NULL;
	}
	if (length == 0 || strlen(buffer) != length) {
		refuse(error, path, length ? "it holds a NUL" : "it is empty");
		return NULL;
	}
	return g_steal_pointer(&buffer);
}

char *
secret_read(const char *path, GError **error)
{
	/* Not blocking, so that a FIFO does not wait for its writer. */
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *secret;

	if (file < 0) {
		refuse(error, path, g_strerror(errno));
		return NULL;
	}
	secret = read_private(file, path, error);
	close(file);
	return secret;
}

void
secret_free(char *secret)
{
	if (!secret)
		return;
	explicit_bzero(secret, strlen(secret));
	g_free(secret);
}
