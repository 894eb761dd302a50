#include "mail/own.h"

#include <string.h>

#include "mail/brands.h"
#include "mail/domain.h"
#include "mail/lookalike.h"
#include "mail/words.h"

enum {
	LEAST_LABEL = 4, /* letters of a domain's name that mean something in another's */
	LEAST_NEAR = 5,  /* and from which one slip of the pen leaves it known */
};

/* Settings have domains as people write them, "bücher.example". */
static bool
are_nested(const char *below, const char *above)
{
	g_autofree char *low = g_str_is_ascii(below) ? NULL : domain_to_ascii(below);
	g_autofree char *high = g_str_is_ascii(above) ? NULL : domain_to_ascii(above);

	return domain_is_under(low ? low : below, high ? high : above);
}

bool
own_is(const Site *site, const char *host)
{
	for (const char *const *own = site->own_domains; own && *own; own++)
		if (are_nested(host, *own))
			return true;
	return false;
}

bool
own_is_below(const Site *site, const char *domain)
{
	for (const char *const *own = site->own_domains; own && *own; own++)
		if (are_nested(*own, domain))
			return true;
	return false;
}

/* ---- domains ---- */

static bool
looks_alike(const char *label, const char *own)
{
	g_autofree char *seen = words_skeleton(label, WORDS_MAX_NAME);
	g_autofree char *meant = words_skeleton(own, WORDS_MAX_NAME);

	return strcmp(seen, meant) == 0;
}

/* @own is one of the words between dots and hyphens of @host. */
static bool
is_part(const char *host, const char *own)
{
	g_auto(GStrv) parts = g_strsplit_set(host, ".-", -1);

	return g_strv_contains((const char *const *)parts, own);
}

static bool
resembles(const char *host, const char *registrable, const char *own)
{
	g_autofree char *own_registrable = domain_registrable(own);
	g_autofree char *own_label = own_registrable ? domain_label(own_registrable) : g_strdup("");
	g_autofree char *label = domain_label(registrable);
	size_t length = strlen(own_label);

	if (length < LEAST_LABEL)
		return false;
	if (length >= LEAST_NEAR && lookalike_is_near(label, own_label))
		return true;
	return looks_alike(label, own_label) || is_part(host, own_label);
}

const char *
own_resembled(const Site *site, const char *host)
{
	g_autofree char *registrable = NULL;

	if (!site->own_domains || own_is(site, host))
		return NULL;
	registrable = domain_registrable(host);
	/* Its name below a service's domain is the organisation's place there. */
	if (!registrable || brands_own(site->brands, registrable))
		return NULL;
	for (const char *const *own = site->own_domains; *own; own++)
		if (resembles(host, registrable, *own))
			return *own;
	return NULL;
}

/* ---- people ---- */

static const char *const titles[] = { "ceo", "cfo", "coo", "cto", "dipl", "dr", "hr", "ing", "mr",
	"mrs", "ms", "mx", "prof", "sir", NULL };

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The words of @name as they look, without titles and initials, in one order.  Yours. */
static char *
name_key(const char *name)
{
	g_autofree char *words = words_of(name, WORDS_MAX_NAME);
	g_auto(GStrv) parts = g_strsplit(words, " ", -1);
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);

	for (char **part = parts; *part; part++) {
		char *skeleton;

		if (g_utf8_strlen(*part, -1) < 2 || g_strv_contains(titles, *part))
			continue;
		skeleton = words_skeleton(*part, WORDS_MAX_NAME);
		g_ptr_array_add(kept, g_strstrip(skeleton));
	}
	g_ptr_array_sort(kept, compare);
	g_ptr_array_add(kept, NULL);
	return g_strjoinv(" ", (char **)kept->pdata);
}

const char *
own_person(const Site *site, const char *name)
{
	g_autofree char *key = name_key(name);

	for (const char *const *person = site->own_people; *key && person && *person; person++) {
		g_autofree char *known = name_key(*person);

		if (strcmp(known, key) == 0)
			return *person;
	}
	return NULL;
}
