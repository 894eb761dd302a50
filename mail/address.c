#include "mail/address.h"

#include <glib.h>
#include <string.h>

enum {
	/* Local part 64, domain 255 (RFC 5321 section 4.5.3.1) and the '@'.  Only the sum is
	 * held to: bounce addresses with longer local parts are in use. */
	ADDRESS_MAX = 320,
	HOST_MAX = 253,
	SHORTEST_NAME = 3, /* bytes of a local part that means someone where it stands alone */
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

/* ---- for logs ---- */

/* What an address may be made of where nobody quotes it; more than RFC 5321 has, since more is
 * said of. */
static bool
may_be_of_address(char byte)
{
	return (guchar)byte > ' ' && byte != 0x7f && !strchr("<>()[],;:\"\\", byte);
}

/* The begin of the local part that ends at @at, not before @words. */
static const char *
local_begin(const char *words, const char *at)
{
	const char *begin = at;

	if (begin > words && begin[-1] == '"') {
		begin--;
		while (begin > words && *--begin != '"')
			continue;
		return begin;
	}
	while (begin > words && may_be_of_address(begin[-1]))
		begin--;
	return begin;
}

/* "[192.0.2.1]" or "example.org", from @at on. */
static const char *
domain_end(const char *at)
{
	if (*at == '[')
		return at + strcspn(at, "] \t") + (strchr(at, ']') ? 1 : 0);
	while (*at && may_be_of_address(*at))
		at++;
	return at;
}

static bool
stands_alone(const char *words, const char *at, size_t length)
{
	return (at == words || !g_ascii_isalnum(at[-1])) && !g_ascii_isalnum(at[length]);
}

/* Where @known's local part stands in @words, as a word; NULL.  A short one is a word like others. */
static const char *
find_local(const char *words, const char *known)
{
	size_t length = strcspn(known, "@");

	for (const char *at = words; length >= SHORTEST_NAME && *at; at++)
		if (g_ascii_strncasecmp(at, known, length) == 0 && stands_alone(words, at, length))
			return at;
	return NULL;
}

#define HIDDEN "[address]"

static void
hide_local(GString *words, const char *known)
{
	const char *at;

	while (known && (at = find_local(words->str, known))) {
		gssize place = at - words->str;

		g_string_erase(words, place, (gssize)strcspn(known, "@"));
		g_string_insert(words, place, "\1");
	}
	g_string_replace(words, "\1", HIDDEN, 0);
}

char *
address_hide(const char *words, const char *known)
{
	GString *hidden = g_string_new(NULL);
	const char *next;

	for (const char *at; (at = strchr(words, '@')); words = next) {
		const char *begin = local_begin(words, at);

		next = domain_end(at + 1);
		g_string_append_len(hidden, words, begin - words);
		g_string_append(hidden, begin < at || next > at + 1 ? HIDDEN : "@");
	}
	g_string_append(hidden, words);
	hide_local(hidden, known);
	return g_string_free(hidden, FALSE);
}
