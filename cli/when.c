#include "cli/when.h"

#include <glib.h>
#include <string.h>

typedef struct Unit {
	char letter;
	int64_t seconds;
} Unit;

static const Unit units[] = {
	{ 's', 1 },
	{ 'm', 60 },
	{ 'h', 3600 },
	{ 'd', 86400 },
};

enum {
	LONGEST_DAYS = 36500 /* a century: no date it makes overflows */
};

bool
duration_parse(const char *text, int64_t *seconds)
{
	char *end = NULL;
	guint64 count;

	if (!g_ascii_isdigit(*text))
		return false;
	count = g_ascii_strtoull(text, &end, 10);
	if (!*end || end[1] || count > LONGEST_DAYS * UINT64_C(86400))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (*end != units[i].letter)
			continue;
		*seconds = (int64_t)count * units[i].seconds;
		return *seconds <= LONGEST_DAYS * INT64_C(86400);
	}
	return false;
}

static bool
day_parse(const char *text, int64_t *at)
{
	g_autoptr(GDateTime) day = NULL;
	g_autofree char *moment = g_strconcat(text, "T00:00:00Z", NULL);

	if (strlen(text) != strlen("2026-05-01") || text[4] != '-')
		return false;
	day = g_date_time_new_from_iso8601(moment, NULL);
	if (!day)
		return false;
	*at = g_date_time_to_unix(day);
	return true;
}

bool
expiry_parse(const char *text, int64_t now, int64_t *at)
{
	int64_t seconds;

	if (!duration_parse(text, &seconds))
		return day_parse(text, at);
	*at = now + seconds;
	return true;
}

static char *
format(int64_t at, const char *pattern)
{
	g_autoptr(GDateTime) time = at ? g_date_time_new_from_unix_utc(at) : NULL;

	return time ? g_date_time_format(time, pattern) : NULL;
}

char *
when_text(int64_t at)
{
	char *text = format(at, "%Y-%m-%d %H:%M");

	return text ? text : g_strdup("-");
}

char *
when_iso(int64_t at)
{
	return format(at, "%Y-%m-%dT%H:%M:%SZ");
}
