#include "mail/domain.h"

#include <glib.h>
#include <idn2.h>
#include <libpsl.h>
#include <string.h>

#include "mail/text.h"

enum {
	HOST_MAX = 253, /* RFC 1035 section 2.3.4, without the root's dot */
	HOST_MAX_UTF8 = HOST_MAX * 4,
};

static size_t
length_without_dots(const char *host)
{
	size_t length = strlen(host);

	while (length > 0 && host[length - 1] == '.')
		length--;
	return length;
}

char *
domain_to_ascii(const char *host)
{
	g_autofree char *text = text_utf8(host, length_without_dots(host));
	g_autofree char *lower = g_ascii_strdown(text, -1);
	g_autofree char *ascii = NULL;
	char *converted = NULL;

	if (g_str_is_ascii(lower) || strlen(lower) > HOST_MAX_UTF8)
		return g_steal_pointer(&lower);
	if (idn2_to_ascii_8z(lower, &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return g_steal_pointer(&lower);
	ascii = g_strndup(converted, length_without_dots(converted));
	idn2_free(converted);
	/* What only becomes a delimiter ("shop.example\uff0fa", "\u2100") ends no host: browsers
	 * refuse it, and nothing behind it may be taken for a path. */
	return strpbrk(ascii, DOMAIN_HAS_NONE) ? g_steal_pointer(&lower) : g_steal_pointer(&ascii);
}

char *
domain_to_unicode(const char *host)
{
	char *converted = NULL;
	char *reading;

	if (strlen(host) > HOST_MAX || idn2_to_unicode_8z8z(host, &converted, 0) != IDN2_OK)
		return g_strdup(host);
	reading = g_strdup(converted);
	idn2_free(converted);
	return reading;
}

/* libpsl looks at every label in turn; no name that resolves is longer, and
 * what was registered stands at the end. */
static const char *
resolvable_tail(const char *host)
{
	size_t length = strlen(host);
	const char *dot;

	if (length <= HOST_MAX)
		return host;
	dot = strchr(host + length - HOST_MAX, '.');
	return dot ? dot + 1 : host;
}

static bool
is_address_literal(const char *host)
{
	return host[0] == '[' || g_hostname_is_ip_address(host);
}

char *
domain_registrable(const char *host)
{
	g_autofree char *ascii = NULL;
	const char *tail;
	const char *registrable = NULL;

	if (!host || !*host)
		return NULL;
	ascii = domain_to_ascii(host);
	if (!*ascii)
		return NULL;
	tail = resolvable_tail(ascii);
	if (strlen(tail) <= HOST_MAX && !is_address_literal(tail))
		registrable = psl_registrable_domain(psl_builtin(), tail);
	return g_strdup(registrable ? registrable : ascii);
}

bool
domain_has_known_suffix(const char *host)
{
	g_autofree char *ascii = domain_to_ascii(host);
	const char *top = strrchr(ascii, '.');

	return top && top != ascii &&
		psl_is_public_suffix2(psl_builtin(), top + 1, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}

char *
domain_label(const char *registrable)
{
	g_autofree char *label = g_strndup(registrable, strcspn(registrable, "."));
	char *decoded = NULL;

	if (g_str_has_prefix(label, "xn--"))
		decoded = g_hostname_to_unicode(label);
	return decoded ? decoded : g_steal_pointer(&label);
}

bool
domain_same_org(const char *a, const char *b)
{
	g_autofree char *first = domain_registrable(a);
	g_autofree char *second = domain_registrable(b);

	return first && second && strcmp(first, second) == 0;
}

const char *
domain_of_address(const char *address)
{
	const char *at = address ? strrchr(address, '@') : NULL;

	return at && at[1] ? at + 1 : NULL;
}

bool
domain_is_under(const char *host, const char *domain)
{
	size_t host_length = length_without_dots(host);
	size_t domain_length = length_without_dots(domain);
	const char *tail;

	if (domain_length == 0 || host_length < domain_length)
		return false;
	tail = host + host_length - domain_length;
	return (tail == host || tail[-1] == '.') &&
		g_ascii_strncasecmp(tail, domain, domain_length) == 0;
}
