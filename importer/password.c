#include "importer/password.h"

#include <string.h>

#include "system/private_file.h"

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
password_read_all(const char *path, size_t limit, GError **error)
{
	const char *fault;
	char *text = private_file_read(path, limit, &fault);

	return text ? text : refuse(path, fault, error);
}

char *
password_read(const char *path, GError **error)
{
	g_autoptr(Password) password = password_read_all(path, MAX_PASSWORD, error);
	size_t length = password ? strcspn(password, "\r\n") : 0;

	if (!password)
		return NULL;
	if (length == 0)
		return refuse(path, "no password in its first line", error);
	explicit_bzero(password + length, strlen(password + length));
	return g_steal_pointer(&password);
}

void
password_free(char *password)
{
	private_text_free(password);
}
