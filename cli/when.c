#include "cli/when.h"

#include <glib.h>
#include <string.h>

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

/* "08:00" as seconds. */
static bool
time_of_day_parse(const char *text, int64_t *seconds)
{
	int hours;
	int minutes;

	if (strlen(text) != strlen("08:00") || text[2] != ':' || !g_ascii_isdigit(text[0]) ||
		!g_ascii_isdigit(text[1]) || !g_ascii_isdigit(text[3]) || !g_ascii_isdigit(text[4]))
		return false;
	hours = (text[0] - '0') * 10 + text[1] - '0';
	minutes = (text[3] - '0') * 10 + text[4] - '0';
	*seconds = (int64_t)hours * 3600 + (int64_t)minutes * 60;
	return hours < 24 && minutes < 60;
}

bool
moment_parse(const char *text, int64_t now, int64_t *at)
{
	const char *blank = strchr(text, ' ');
	g_autofree char *day = NULL;
	int64_t seconds = 0;

	if (duration_parse(text, &seconds)) {
		*at = now - seconds;
		return true;
	}
	day = blank ? g_strndup(text, (gsize)(blank - text)) : g_strdup(text);
	if (!moment_of_day(day, at) || (blank && !time_of_day_parse(blank + 1, &seconds)))
		return false;
	*at += seconds;
	return true;
}

char *
when_text(int64_t at)
{
	g_autoptr(GDateTime) time = at ? g_date_time_new_from_unix_utc(at) : NULL;
	char *text = time ? g_date_time_format(time, "%Y-%m-%d %H:%M") : NULL;

	return text ? text : g_strdup("-");
}
