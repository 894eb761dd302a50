#include "importer/imap_login.h"

#include <string.h>

#include "importer/password.h"
#include "system/helper.h"

enum {
	MAX_FILE = 64 * 1024,
	MAX_PASSWORD = 1024,
};

void
imap_login_clear(ImapLogin *login)
{
	g_clear_pointer(&login->user, password_free);
	g_clear_pointer(&login->password, password_free);
}

static bool
refuse(GError **error, const char *what, const char *why)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT, "%s: %s", what, why);
	return false;
}

/* ---- from a file ---- */

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

static bool
is_server(const char *word, const ImapPlace *place)
{
	g_autofree char *with_port = g_strdup_printf("%s:%d", place->host, place->port);

	return g_ascii_strcasecmp(word, place->host) == 0 ||
		g_ascii_strcasecmp(word, with_port) == 0;
}

/* Whether @line is for @place; then it is in *login. */
static bool
read_line(const char *line, const ImapPlace *place, ImapLogin *login)
{
	g_autofree char *server = take_word(&line);
	g_autoptr(Password) user = take_word(&line);

	if (*server == '#' || !*user || !*line || !is_server(server, place) ||
		(place->user && strcmp(place->user, user) != 0))
		return false;
	login->user = g_steal_pointer(&user);
	login->password = g_strdup(line);
	return true;
}

bool
imap_login_read(const char *path, const ImapPlace *place, ImapLogin *login, GError **error)
{
	g_autofree char *text = password_read_all(path, MAX_FILE, error);
	size_t length = text ? strlen(text) : 0;
	bool found = false;

	for (char *line = text, *next; line && !found; line = next) {
		char *end = strchr(line, '\n');

		next = end ? end + 1 : NULL;
		if (end)
			*(end > line && end[-1] == '\r' ? end - 1 : end) = '\0';
		found = read_line(line + strspn(line, " \t"), place, login);
	}
	if (!text)
		return false;
	explicit_bzero(text, length);
	if (found)
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT,
		"%s: no line of the form HOST[:PORT] USER PASSWORD is for %s%s%s:%d", path,
		place->user ? place->user : "", place->user ? " at " : "", place->host,
		place->port);
	return false;
}

/* ---- from a command ---- */

static const char setting[] = "imap-password-command";

bool
imap_login_ask(const char *command, const ImapPlace *place, int interrupt, ImapLogin *login,
	GError **error)
{
	char bytes[MAX_PASSWORD + 1] = "";
	bool told;

	if (!place->user)
		return refuse(error, setting, "it says a password alone; name the user in the URL");
	told = helper_run(setting, command, interrupt, bytes, MAX_PASSWORD, error) ||
		import_error_of_system(error);
	bytes[strcspn(bytes, "\r\n")] = '\0';
	if (told && !*bytes)
		told = refuse(error, setting, "it prints no password");
	if (told) {
		login->user = g_strdup(place->user);
		login->password = g_strdup(bytes);
	}
	explicit_bzero(bytes, sizeof(bytes));
	return told;
}
