#include "release/credentials.h"

#include <string.h>

#include "release/secret.h"
#include "release/transport.h"

enum {
	MAX_WORD = 1000, /* bytes: a command line of AUTH must hold two of them in base64 */
};

struct Credentials {
	GPtrArray *lines; /* of Credential */
};

static void
credential_free(Credential *credential)
{
	g_free(credential->host);
	secret_free(credential->user);
	secret_free(credential->password);
	g_free(credential);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Credential, credential_free)

void
credentials_free(Credentials *credentials)
{
	if (!credentials)
		return;
	g_ptr_array_unref(credentials->lines);
	g_free(credentials);
}

/* The word at *at, which moves behind it and the blanks that follow. */
static char *
take_word(const char **at)
{
	size_t length = strcspn(*at, " \t");
	char *word = g_strndup(*at, length);

	*at += length;
	*at += strspn(*at, " \t");
	return word;
}

/* NULL when it is no such line; no words of it are repeated anywhere. */
static Credential *
read_line(const char *line)
{
	g_autoptr(Credential) credential = g_new0(Credential, 1);
	g_auto(Endpoint) endpoint = { 0 };
	g_autofree char *server = take_word(&line);

	if (!endpoint_parse("", server, 0, &endpoint, NULL))
		return NULL;
	credential->host = g_steal_pointer(&endpoint.host);
	credential->port = endpoint.port;
	credential->user = take_word(&line);
	credential->password = g_strdup(line);
	if (!*credential->user || !*credential->password || strlen(credential->user) > MAX_WORD ||
		strlen(credential->password) > MAX_WORD)
		return NULL;
	return g_steal_pointer(&credential);
}

static bool
read_lines(Credentials *credentials, char *text, const char *path, GError **error)
{
	int number = 0;

	for (char *line = text, *next; line; line = next) {
		Credential *credential;
		char *end = strchr(line, '\n');

		number++;
		next = end ? end + 1 : NULL;
		if (end)
			*(end > line && end[-1] == '\r' ? end - 1 : end) = '\0';
		line += strspn(line, " \t");
		if (!*line || *line == '#')
			continue;
		credential = read_line(line);
		if (!credential) {
			g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_SECRET,
				"%s: line %d is not of the form HOST[:PORT] USER PASSWORD", path,
				number);
			return false;
		}
		g_ptr_array_add(credentials->lines, credential);
	}
	return true;
}

Credentials *
credentials_load(const char *path, GError **error)
{
	g_autoptr(Credentials) credentials = g_new0(Credentials, 1);
	g_autoptr(Secret) text = secret_read(path, error);
	size_t length = text ? strlen(text) : 0;
	bool good;

	credentials->lines = g_ptr_array_new_with_free_func((GDestroyNotify)credential_free);
	if (!text)
		return NULL;
	good = read_lines(credentials, text, path, error);
	/* Lines were cut inside it: secret_free() would overwrite the first alone. */
	explicit_bzero(text, length);
	return good ? g_steal_pointer(&credentials) : NULL;
}

const Credential *
credentials_for(const Credentials *credentials, const Endpoint *endpoint)
{
	for (guint i = 0; credentials && endpoint->host && i < credentials->lines->len; i++) {
		const Credential *line = g_ptr_array_index(credentials->lines, i);

		if (g_ascii_strcasecmp(line->host, endpoint->host) == 0 &&
			(line->port == 0 || line->port == endpoint->port))
			return line;
	}
	return NULL;
}
