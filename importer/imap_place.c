#include "importer/imap_place.h"

#include <string.h>

#include "importer/connection.h"
#include "importer/source.h"

enum {
	PORT_IMAPS = 993,
	PORT_IMAP = 143,
	MAX_FOLDER = 1000, /* bytes */
};

void
imap_place_clear(ImapPlace *place)
{
	g_clear_pointer(&place->user, g_free);
	g_clear_pointer(&place->host, g_free);
	g_clear_pointer(&place->folder, g_free);
}

static bool
refuse(GError **error, bool tls, const char *why)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE, "%s: %s", tls ? "imaps" : "imap", why);
	return false;
}

/* ---- the URL ---- */

/* Without its %XX; NULL when it is not UTF-8 then, or holds a control character. */
static char *
decoded(const char *text)
{
	g_autofree char *plain = g_uri_unescape_string(text, NULL);

	if (!plain || !*plain || !g_utf8_validate(plain, -1, NULL))
		return NULL;
	for (const char *at = plain; *at; at = g_utf8_next_char(at))
		if (g_unichar_iscntrl(g_utf8_get_char(at)))
			return NULL;
	return g_steal_pointer(&plain);
}

static bool
parse_user(const char *text, ImapPlace *place, GError **error)
{
	if (strchr(text, ':'))
		return refuse(error, place->tls,
			"no password belongs into a URL, where others see it: it goes into a file "
			"for --credentials");
	if (strchr(text, ';'))
		return refuse(error, place->tls, "the URL may say a user, and nothing more of him");
	place->user = decoded(text);
	return place->user ? true : refuse(error, place->tls, "what stands before @ is no user");
}

static bool
parse_server(const char *text, ImapPlace *place, GError **error)
{
	const char *fault;

	place->port = place->tls ? PORT_IMAPS : PORT_IMAP;
	fault = connection_read_server(text, &place->host, &place->port);
	return !fault || refuse(error, place->tls, fault);
}

static bool
parse(const char *text, ImapPlace *place, GError **error)
{
	g_autofree char *server = g_strdup(g_str_has_prefix(text, "//") ? text + 2 : "");
	g_autofree char *quoted = NULL;
	char *slash = strchr(server, '/');
	char *at;

	if (slash)
		*slash = '\0';
	at = strrchr(server, '@');
	if (at)
		*at = '\0';
	if (at && !parse_user(server, place, error))
		return false;
	if (!slash || !slash[1])
		return refuse(error, place->tls,
			"name server and folder, as in //USER@HOST/FOLDER or //USER@HOST/INBOX");
	if (!parse_server(at ? at + 1 : server, place, error))
		return false;
	place->folder = decoded(slash + 1);
	quoted = place->folder ? imap_quote_folder(place->folder) : NULL;
	return quoted ? true : refuse(error, place->tls, "no folder has such a name");
}

bool
imap_place_parse(const char *text, bool tls, ImapPlace *place, GError **error)
{
	g_auto(ImapPlace) read = { .tls = tls };

	if (!parse(text, &read, error))
		return false;
	*place = read;
	read = (ImapPlace){ 0 };
	return true;
}

/* ---- the folder's name ---- */

/* Characters outside of ASCII are UTF-16 in a base64 with a comma for the slash and no
 * padding. */
static void
add_shifted(GString *name, const char *text, size_t length)
{
	glong units = 0;
	g_autofree gunichar2 *wide = g_utf8_to_utf16(text, (glong)length, NULL, &units, NULL);
	g_autofree guchar *bytes = g_malloc((gsize)units * 2 + 1);
	g_autofree char *base64 = NULL;

	for (glong i = 0; i < units; i++) {
		bytes[i * 2] = (guchar)(wide[i] >> 8);
		bytes[i * 2 + 1] = (guchar)wide[i];
	}
	base64 = g_base64_encode(bytes, (gsize)units * 2);
	base64[strcspn(base64, "=")] = '\0';
	g_strdelimit(base64, "/", ',');
	g_string_append_printf(name, "&%s-", base64);
}

char *
imap_quote_folder(const char *folder)
{
	g_autoptr(GString) name = g_string_new("\"");

	if (!*folder || strlen(folder) > MAX_FOLDER || !g_utf8_validate(folder, -1, NULL))
		return NULL;
	while (*folder) {
		size_t shifted = 0;

		while (folder[shifted] & 0x80)
			shifted++;
		if (shifted > 0)
			add_shifted(name, folder, shifted);
		folder += shifted;
		if (!*folder)
			break;
		if (g_ascii_iscntrl(*folder))
			return NULL;
		if (*folder == '"' || *folder == '\\')
			g_string_append_c(name, '\\');
		g_string_append_c(name, *folder);
		if (*folder++ == '&')
			g_string_append_c(name, '-');
	}
	g_string_append_c(name, '"');
	return g_string_free(g_steal_pointer(&name), FALSE);
}
