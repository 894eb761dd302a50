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

char *
password_read(const char *path, GError **error)
{
	char bytes[MAX_PASSWORD + 1];
	int file = file_open(path, FILE_FOLLOW, error);
	struct stat status;
	ssize_t length = -1;

	if (file < 0)
		return NULL;
	if (fstat(file, &status) == 0)
		length = read(file, bytes, sizeof(bytes));
	close(file);
	if (length < 0)
		return refuse(path, g_strerror(errno), error);
	if (status.st_mode & 077)
		return refuse(path, "others may read it; chmod 600 it", error);
	if (length > MAX_PASSWORD)
		return refuse(path, "too long for a password", error);
	bytes[length] = '\0';
	bytes[strcspn(bytes, "\r\n")] = '\0';
	return *bytes ? g_strdup(bytes) : refuse(path, "no password in its first line", error);
}
