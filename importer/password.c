#include "importer/password.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "importer/file.h"

enum {
	MAX_PASSWORD = 1024
};

static char *
refuse(const char *path, const char *what, GError **error)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT, "%s: %s", path, what);
	return NULL;
}

/* Of the open file, not of its name: that could be another's a moment later. */
static bool
is_private(int file, const char *path, GError **error)
{
	struct stat status;

	if (fstat(file, &status) < 0)
		return refuse(path, g_strerror(errno), error) != NULL;
	if (status.st_uid != geteuid())
		return refuse(path, "it belongs to another user, who can read what is in it",
			       error) != NULL;
	return !(status.st_mode & 077) ||
		refuse(path, "others may read it; chmod 600 it", error) != NULL;
}

static bool
read_all(int file, char *bytes, size_t room, size_t *length)
{
	*length = 0;
	while (*length < room) {
		ssize_t got = read(file, bytes + *length, room - *length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		*length += (size_t)got;
	}
	return true;
}

char *
password_read_all(const char *path, size_t limit, GError **error)
{
	int file = file_open(path, FILE_FOLLOW, error);
	g_autofree char *bytes = NULL;
	size_t length = 0;
	bool private, read;

	if (file < 0)
		return NULL;
	bytes = g_malloc0(limit + 2);
	private = is_private(file, path, error);
	read = private && read_all(file, bytes, limit + 1, &length);
	close(file);
	if (private && read && length <= limit && !memchr(bytes, '\0', length))
		return g_steal_pointer(&bytes);
	explicit_bzero(bytes, length);
	if (private && !read)
		return refuse(path, g_strerror(errno), error);
	if (private)
		return refuse(
			path, length > limit ? "too long for a password" : "it holds a NUL", error);
	return NULL;
}

char *
password_read(const char *path, GError **error)
{
	char *password = password_read_all(path, MAX_PASSWORD, error);
	size_t length = password ? strcspn(password, "\r\n") : 0;

	if (!password || length > 0) {
		if (password)
			password[length] = '\0';
		return password;
	}
	g_free(password);
	return refuse(path, "no password in its first line", error);
}

void
password_free(char *password)
{
	if (!password)
		return;
	explicit_bzero(password, strlen(password));
	g_free(password);
}
