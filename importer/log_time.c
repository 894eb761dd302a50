#include "importer/log_time.h"

#include <glib.h>
#include <string.h>

enum {
	DAY = 24 * 60 * 60,
	HOUR = 60 * 60,
	FIRST_UNIX = 1000000000, /* 2001: shorter numbers are no time of a log */
};

typedef struct Stamp {
	int year; /* 0: none was written */
	int month, day, hour, minute, second;
	bool zoned;
	int offset; /* seconds east of UTC, where it is zoned */
} Stamp;

static bool
take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* Exactly @digits digits, the first of which may be a blank. */
static bool
take_number(const char **at, int digits, int *value)
{
	*value = 0;
	for (int i = 0; i < digits; i++, (*at)++) {
		if (i == 0 && digits == 2 && **at == ' ')
			continue;
		if (!g_ascii_isdigit(**at))
			return false;
		*value = *value * 10 + (**at - '0');
	}
	return true;
}

static void
skip_digits(const char **at)
{
	while (g_ascii_isdigit(**at))
		(*at)++;
}

static bool
take_clock(const char **at, Stamp *stamp)
{
	if (!take_number(at, 2, &stamp->hour) || !take_char(at, ':') ||
		!take_number(at, 2, &stamp->minute) || !take_char(at, ':') ||
		!take_number(at, 2, &stamp->second))
		return false;
	if (**at == '.' || **at == ',') {
		(*at)++;
		skip_digits(at);
	}
	return stamp->hour < 24 && stamp->minute < 60 && stamp->second <= 60;
}

static bool
take_date(const char **at, Stamp *stamp)
{
	return take_number(at, 4, &stamp->year) && take_char(at, '-') &&
		take_number(at, 2, &stamp->month) && take_char(at, '-') &&
		take_number(at, 2, &stamp->day);
}

/* "Z", "+01:00", "+0100", or nothing. */
static bool
take_offset(const char **at, Stamp *stamp)
{
	int sign = **at == '-' ? -1 : 1;
	int hours, minutes;

	stamp->zoned = true;
	if (take_char(at, 'Z'))
		return true;
	stamp->zoned = **at == '+' || **at == '-';
	if (!stamp->zoned)
		return true;
	(*at)++;
	if (!take_number(at, 2, &hours))
		return false;
	(void)take_char(at, ':');
	if (!take_number(at, 2, &minutes))
		return false;
	stamp->offset = sign * (hours * HOUR + minutes * 60);
	return true;
}

static bool
take_iso(const char **at, Stamp *stamp)
{
	return take_date(at, stamp) && (take_char(at, 'T') || take_char(at, ' ')) &&
		take_clock(at, stamp) && take_offset(at, stamp);
}

/* Of other zones' names only their machine knows what they are: that is this one. */
static bool
take_full(const char **at, Stamp *stamp)
{
	size_t length;

	if (!take_date(at, stamp) || !take_char(at, ' ') || !take_clock(at, stamp) ||
		!take_char(at, ' '))
		return false;
	length = strspn(*at, G_CSET_A_2_Z);
	stamp->zoned = strncmp(*at, "UTC ", 4) == 0 || strncmp(*at, "GMT ", 4) == 0;
	*at += length;
	return length > 0;
}

/* The place of the three letters at *@at in @names; -1 if they are none of these. */
static int
take_name(const char **at, const char *names)
{
	for (int i = 0; names[i]; i += 3) {
		if (strncmp(*at, names + i, 3) != 0 || (*at)[3] != ' ')
			continue;
		*at += 4;
		return i / 3;
	}
	return -1;
}

static bool
take_traditional(const char **at, Stamp *stamp)
{
	const char *year;

	stamp->month = take_name(at, "JanFebMarAprMayJunJulAugSepOctNovDec") + 1;
	if (stamp->month == 0 || !take_number(at, 2, &stamp->day) || !take_char(at, ' '))
		return false;
	year = *at;
	if (!take_number(&year, 4, &stamp->year) || !take_char(&year, ' '))
		stamp->year = 0;
	else
		*at = year;
	return take_clock(at, stamp);
}

/* Of an hour of that day, in its zone; -1 where there is no such day. */
static int64_t
hour_began(const Stamp *stamp, int year)
{
	g_autoptr(GTimeZone) zone =
		stamp->zoned ? g_time_zone_new_offset(stamp->offset) : g_time_zone_new_local();
	g_autoptr(GDateTime) time =
		g_date_time_new(zone, year, stamp->month, stamp->day, stamp->hour, 0, 0);

	return time ? g_date_time_to_unix(time) : -1;
}

/* The 29th of February is in few years: the last of these. */
static int64_t
guess_hour(const LogClock *clock, const Stamp *stamp)
{
	g_autoptr(GDateTime) latest = g_date_time_new_from_unix_utc(clock->latest + DAY);
	int year = latest ? g_date_time_get_year(latest) + 1 : 1970;

	for (int back = 0; back < 10; back++) {
		int64_t began = hour_began(stamp, year - back);

		if (began >= 0 && began <= clock->latest + DAY)
			return began;
	}
	return -1;
}

/* Most lines are of the hour of the line before. */
static int64_t
began(LogClock *clock, const Stamp *stamp)
{
	char hour[sizeof(clock->hour)];

	g_snprintf(hour, sizeof(hour), "%04d%02d%02d%02d%c%d", stamp->year, stamp->month,
		stamp->day, stamp->hour, stamp->zoned ? 'z' : 'l', stamp->offset / 60);
	if (strcmp(hour, clock->hour) != 0) {
		memcpy(clock->hour, hour, sizeof(hour));
		clock->began =
			stamp->year ? hour_began(stamp, stamp->year) : guess_hour(clock, stamp);
	}
	return clock->began;
}

static bool
take_unix(const char **at, int64_t *seconds)
{
	char *end;

	*seconds = (int64_t)g_ascii_strtoull(*at, &end, 10);
	*at = end;
	if (*seconds < FIRST_UNIX)
		return false;
	if (take_char(at, '.'))
		skip_digits(at);
	return **at == ' ';
}

static bool
take_stamp(const char **at, Stamp *stamp)
{
	if (g_ascii_isdigit(**at))
		return take_iso(at, stamp);
	return take_name(at, "MonTueWedThuFriSatSun") >= 0 ? take_full(at, stamp)
							   : take_traditional(at, stamp);
}

static void
skip_priority(const char **at)
{
	const char *end = *at + 1;

	if (**at != '<')
		return;
	skip_digits(&end);
	if (take_char(&end, '>'))
		*at = end;
}

bool
log_time_take(LogClock *clock, const char **line, int64_t *at)
{
	const char *from = *line;
	Stamp stamp = { 0 };

	skip_priority(&from);
	if (g_ascii_isdigit(*from) && from[strspn(from, G_CSET_DIGITS)] != '-') {
		if (!take_unix(&from, at))
			return false;
	} else {
		int64_t hour;

		if (!take_stamp(&from, &stamp) || stamp.day < 1 || stamp.month < 1)
			return false;
		hour = began(clock, &stamp);
		if (hour < 0)
			return false;
		*at = hour + (int64_t)stamp.minute * 60 + stamp.second;
	}
	if (*from != ' ')
		return false;
	*line = from + strspn(from, " ");
	return true;
}
