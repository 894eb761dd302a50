#include "cli/when.h"

#include <glib.h>

#include "store/moment.h"

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

bool
expiry_parse(const char *text, int64_t now, int64_t *at)
{
	int64_t seconds;

	if (!duration_parse(text, &seconds))
		return moment_of_day(text, at);
	*at = now + seconds;
	return true;
}

char *
when_text(int64_t at)
{
	g_autoptr(GDateTime) time = at ? g_date_time_new_from_unix_utc(at) : NULL;
	char *text = time ? g_date_time_format(time, "%Y-%m-%d %H:%M") : NULL;

	return text ? text : g_strdup("-");
}
