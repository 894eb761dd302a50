#include "mail/address.h"

#include <glib.h>
#include <string.h>

enum {
	/* Local part 64, domain 255 (RFC 5321 section 4.5.3.1) and the '@'.  Only the sum is
	 * held to: bounce addresses with longer local parts are in use. */
	ADDRESS_MAX = 320,
	HOST_MAX = 253,
};

/* RFC 5321 atext and dots; dots in odd places are in use, too (a..b@, a.@). */
static bool
is_local(gunichar character)
{
	if (character >= 0x80)
		return g_unichar_isgraph(character);
	return g_ascii_isalnum((char)character) ||
		(character && strchr("!#$%&'*+-/=?^_`{|}~.", (int)character));
}

static bool
is_domain(gunichar character)
{
	if (character >= 0x80)
		return g_unichar_isgraph(character);
	return g_ascii_isalnum((char)character) || (character && strchr("-._", (int)character));
}

static bool
is_literal(gunichar character)
{
	return character < 0x80 &&
		(g_ascii_isalnum((char)character) || (character && strchr("-.:", (int)character)));
}

static const char *
skip(const char *text, bool (*belongs)(gunichar character))
{
	while (belongs(g_utf8_get_char(text)))
		text = g_utf8_next_char(text);
	return text;
}

/* Behind the quoted string at @text; @text itself when it does not end. */
static const char *
skip_quoted(const char *text)
{
	const char *end = text + 1;

	while (*end && *end != '"')
		end += *end == '\\' && end[1] ? 2 : 1;
	return *end == '"' ? end + 1 : text;
}

static bool
is_mailbox(const char *address)
{
	const char *domain = *address == '"' ? skip_quoted(address) : skip(address, is_local);
	const char *end;

	if (domain == address)
		return false;
	/* Without a domain it is the server's to complete, but neither file, command nor
	 * option. */
	if (!*domain)
		return *address != '-' && !strpbrk(address, "\"/|");
	if (*domain++ != '@')
		return false;
	if (*domain != '[') {
		end = skip(domain, is_domain);
		return end > domain && !*end;
	}
	end = skip(domain + 1, is_literal);
	return end > domain + 1 && strcmp(end, "]") == 0;
}

const char *
address_fault(const char *address)
{
	if (!*address)
		return "it is empty";
	if (strlen(address) > ADDRESS_MAX)
		return "it is longer than 320 bytes";
	if (!g_utf8_validate(address, -1, NULL))
		return "it is not UTF-8";
	for (const char *at = address; *at; at = g_utf8_next_char(at))
		if (g_unichar_iscntrl(g_utf8_get_char(at)))
			return "it holds a control character";
	if (strpbrk(address, "<>"))
		return "it holds an angle bracket";
	if (!is_mailbox(address))
		return "it is not of the form local@domain";
	return NULL;
}

char *
address_quoted(const char *plain)
{
	const char *at = strrchr(plain, '@');
	size_t length = at ? (size_t)(at - plain) : strlen(plain);
	g_autofree char *local = g_strndup(plain, length);
	GString *quoted;

	if (!g_utf8_validate(local, -1, NULL) || (length > 0 && !*skip(local, is_local)))
		return g_strdup(plain);
	quoted = g_string_new("\"");
	for (const char *byte = local; *byte; byte++) {
		if (*byte == '"' || *byte == '\\')
			g_string_append_c(quoted, '\\');
		g_string_append_c(quoted, *byte);
	}
	g_string_append_c(quoted, '"');
	g_string_append(quoted, plain + length);
	return g_string_free(quoted, FALSE);
}

char *
address_for_envelope(const char *plain)
{
	g_autofree char *address = address_quoted(plain);

	return address_fault(address) ? NULL : g_steal_pointer(&address);
}

char *
address_normal(const char *address)
{
	const char *at = strrchr(address, '@');
	char *normal = g_strdup(address);

	/* A quoted local part alone may have an @ of its own. */
	if (!at || g_str_has_suffix(address, "\""))
		return normal;
	for (char *byte = normal + (at - address); *byte; byte++)
		*byte = g_ascii_tolower(*byte);
	return normal;
}

bool
host_name_is_plain(const char *host)
{
	size_t length = strlen(host);

	if (length == 0 || length > HOST_MAX || *host == '-')
		return false;
	for (const char *at = host; *at; at++)
		if ((guchar)*at >= 0x80 || !is_domain((guchar)*at))
			return false;
	return true;
}
