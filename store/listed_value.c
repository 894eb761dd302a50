/* listed_value.c - one entry of a list: what it is, and whether it may count */
#include <string.h>

#include "mail/domain.h"
#include "mail/link.h"
#include "mail/url.h"
#include "store/harm.h"
#include "store/indicator_rows.h"
#include "store/listed_read.h"
#include "store/moment.h"
#include "store/rule_rows.h"

void
listed_tell(ListedRead *read, const char *format, ...)
{
	ListedText *text = read->text;
	va_list arguments;

	text->left_out++;
	if (text->told->len >= LISTED_MAX_TOLD)
		return;
	va_start(arguments, format);
	g_autofree char *words = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_ptr_array_add(text->told,
		g_strdup_printf("%s %" G_GINT64_FORMAT ": %s", read->unit, read->place, words));
}

bool
listed_refuse(const ListedRead *read, GError **error, const char *words)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED, "%s %" G_GINT64_FORMAT ": %s",
		read->unit, read->place, words);
	return false;
}

bool
listed_is_full(const ListedRead *read, GError **error)
{
	return read->text->values->len < LISTED_MAX_VALUES ||
		listed_refuse(read, error, "a list has no more than 1000000 values");
}

/* ---- spelling ---- */

typedef struct Fang {
	const char *written;
	const char *meant;
} Fang;

static const Fang fangs[] = {
	{ "[://]", "://" },
	{ "[.]", "." },
	{ "(.)", "." },
	{ "{.}", "." },
	{ "[dot]", "." },
	{ "(dot)", "." },
	{ "{dot}", "." },
	{ "[:]", ":" },
	{ "[/]", "/" },
	{ "[@]", "@" },
	{ "[at]", "@" },
	{ "(at)", "@" },
};

/* The fang that @text begins with; NULL: none. */
static const Fang *
fang_at(const char *text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fangs); i++) {
		if (g_ascii_strncasecmp(text, fangs[i].written, strlen(fangs[i].written)) == 0)
			return &fangs[i];
	}
	return NULL;
}

char *
listed_refang(const char *text)
{
	g_autoptr(GString) meant = g_string_new(NULL);

	if (g_ascii_strncasecmp(text, "hxxp", strlen("hxxp")) == 0) {
		g_string_append(meant, "http");
		text += strlen("hxxp");
	}
	while (*text) {
		const Fang *fang = fang_at(text);

		g_string_append_len(
			meant, fang ? fang->meant : text, fang ? (gssize)strlen(fang->meant) : 1);
		text += fang ? strlen(fang->written) : 1;
	}
	g_strstrip(meant->str);
	return g_strdup(meant->str);
}

static bool
is_digest(const char *value)
{
	return strlen(value) >= 32 && value[strspn(value, "0123456789abcdefABCDEF")] == '\0';
}

unsigned
listed_guess(const char *value)
{
	g_autofree char *meant = listed_refang(value);

	if (strstr(meant, "://"))
		return LISTED_KIND(INDICATOR_URL);
	if (strchr(meant, '@'))
		return LISTED_KIND(INDICATOR_SENDER);
	return is_digest(meant) ? LISTED_KIND(INDICATOR_FILE) : LISTED_DOMAINS;
}

/* As a rule would have it; NULL where it is none. */
static char *
spell(IndicatorKind kind, const char *value, GError **error)
{
	g_autoptr(Rule) rule = g_new0(Rule, 1);
	char **place = indicator_basis(rule, kind);

	*place = g_strdup(value);
	return rule_spell(rule, error) ? g_steal_pointer(place) : NULL;
}

/* ---- harm ---- */

#define EMPTY_FILE "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* The front page of a host that is somebody's alone is theirs; of a service it is nobody's. */
static const char *
harm_of_url(const char *url, const Site *site)
{
	g_autofree char *host = link_host(url);

	return host && harm_of_link(host, site) ? harm_of_page(url, site) : NULL;
}

static const char *
harm_of(IndicatorKind kind, const char *value, const Site *site)
{
	switch (kind) {
	case INDICATOR_DOMAIN:
		return harm_of_senders(value, site);
	case INDICATOR_SENDER:
		return harm_of_sender(domain_of_address(value), site);
	case INDICATOR_LINK:
		return harm_of_link(value, site);
	case INDICATOR_URL:
		return harm_of_url(value, site);
	case INDICATOR_FILE:
		return strcmp(value, EMPTY_FILE) == 0 ? "is the empty file's" : NULL;
	case INDICATOR_ACCOUNT:
		return indicator_account_harm(value);
	case INDICATOR_KINDS:
		break;
	}
	return NULL;
}

/* ---- an entry ---- */

static bool
add_as(ListedRead *read, IndicatorKind kind, const char *meant, int64_t first, int64_t expires)
{
	g_autoptr(GError) fault = NULL;
	g_autofree char *spelt = spell(kind, meant, &fault);
	const char *harm = spelt ? harm_of(kind, spelt, read->site) : NULL;
	ListedValue *value;

	if (!spelt)
		listed_tell(read, "%s", fault ? fault->message : "it is empty");
	else if (harm)
		listed_tell(read, "%s %s", spelt, harm);
	if (!spelt || harm)
		return false;
	value = g_new0(ListedValue, 1);
	value->kind = kind;
	value->value = g_steal_pointer(&spelt);
	value->first = first;
	value->expires = expires;
	g_ptr_array_add(read->text->values, value);
	return true;
}

/* Where one name is both a sender's and a link's, what one of them can't be is said once. */
void
listed_add(ListedRead *read, unsigned kinds, const char *value, int64_t first, int64_t expires)
{
	g_autofree char *meant = listed_refang(value);
	bool fits = true;

	if (strlen(meant) > URL_MAX) {
		listed_tell(read, "it is too long");
		return;
	}
	for (IndicatorKind kind = 0; kind < INDICATOR_KINDS && fits; kind++) {
		if (kinds & LISTED_KIND(kind))
			fits = add_as(read, kind, meant, first, expires);
	}
}

int64_t
listed_time(const char *text)
{
	g_autofree char *iso = g_strdup(text);
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) time = NULL;
	int64_t day = 0;

	g_strstrip(iso);
	if (moment_of_day(iso, &day))
		return MAX(day, 0);
	if (g_str_has_suffix(iso, " UTC"))
		iso[strlen(iso) - strlen(" UTC")] = '\0';
	g_strdelimit(iso, " ", 'T');
	time = g_date_time_new_from_iso8601(iso, utc);
	return time ? MAX(g_date_time_to_unix(time), 0) : 0;
}
