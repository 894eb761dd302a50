#include "release/secret.h"

#include "release/transport.h"
#include "system/private_file.h"

enum {
	LARGEST = 64 * 1024, /* bytes */
};

char *
secret_read(const char *path, GError **error)
{
	const char *fault;
	char *secret = private_file_read(path, LARGEST, &fault);

	if (!secret)
		g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_SECRET, "%s: %s", path, fault);
	return secret;
}

void
secret_free(char *secret)
{
	private_text_free(secret);
}
