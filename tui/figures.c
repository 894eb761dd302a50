#include "tui/figures.h"

#include <glib.h>
#include <stdbool.h>

enum {
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	WEEK = 7 * DAY,
	YEAR = 365 * DAY,
	MOST_DAYS = 99, /* ahead of now: four columns are enough to say it is wrong */
};

static char *
format_utc(int64_t time, const char *format)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);

	return date ? g_date_time_format(date, format) : g_strdup("?");
}

char *
figure_age(int64_t now, int64_t then)
{
	int64_t seconds = now - then;

	if (then == 0)
		return g_strdup("");
	if (seconds < -DAY)
		return g_strdup_printf("+%dd", (int)MIN(-seconds / DAY, MOST_DAYS));
	if (seconds < MINUTE)
		return g_strdup("now");
	if (seconds < HOUR)
		return g_strdup_printf("%dm", (int)(seconds / MINUTE));
	if (seconds < (int64_t)2 * DAY)
		return g_strdup_printf("%dh", (int)(seconds / HOUR));
	if (seconds < (int64_t)3 * WEEK)
		return g_strdup_printf("%dd", (int)(seconds / DAY));
	if (seconds < YEAR)
		return g_strdup_printf("%dw", (int)(seconds / WEEK));
	return g_strdup_printf("%dy", (int)(seconds / YEAR));
}

char *
figure_time(int64_t time)
{
	return time == 0 ? g_strdup("–") : format_utc(time, "%Y-%m-%d %H:%M");
}

/* Not as the locale has it: the console speaks English. */
static char *
day_of(int64_t time, bool with_year)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
	const char *month = date ? months[g_date_time_get_month(date) - 1] : NULL;

	if (!date)
		return g_strdup("?");
	if (!with_year)
		return g_strdup_printf("%d %s", g_date_time_get_day_of_month(date), month);
	return g_strdup_printf(
		"%d %s %d", g_date_time_get_day_of_month(date), month, g_date_time_get_year(date));
}

static int
year_of(int64_t time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);

	return date ? g_date_time_get_year(date) : 0;
}

char *
figure_days(int64_t now, int64_t first, int64_t last)
{
	g_autofree char *begin = day_of(first, year_of(first) != year_of(now));
	g_autofree char *end = day_of(last, year_of(last) != year_of(now));

	if (g_str_equal(begin, end))
		return g_steal_pointer(&begin);
	return g_strdup_printf("%s – %s", begin, end);
}

char *
figure_length(int64_t seconds)
{
	return seconds < MINUTE ? g_strdup("<1m") : figure_age(seconds + 1, 1);
}

char *
figure_span(int64_t seconds)
{
	if (seconds < (int64_t)2 * MINUTE)
		return g_strdup_printf("%d s", (int)MAX(seconds, 0));
	if (seconds < (int64_t)2 * HOUR)
		return g_strdup_printf("%d min", (int)(seconds / MINUTE));
	return g_strdup_printf("%d h", (int)(seconds / HOUR));
}

char *
figure_size(int64_t bytes)
{
	static const char *const units[] = { "KB", "MB", "GB", "TB" };
	double size = (double)bytes / 1000;
	gsize unit = 0;

	if (bytes < 1000)
		return g_strdup_printf("%d B", (int)bytes);
	while (size >= 1000 && unit + 1 < G_N_ELEMENTS(units)) {
		size /= 1000;
		unit++;
	}
	return g_strdup_printf("%.1f %s", size, units[unit]);
}

char *
figure_count(int64_t count, const char *noun)
{
	return g_strdup_printf("%" G_GINT64_FORMAT " %s%s", count, noun, count == 1 ? "" : "s");
}

char *
figure_rate(const int64_t *counts, int count)
{
	static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	const int64_t highest = G_N_ELEMENTS(bars);
	GString *line = g_string_new(NULL);
	int64_t most = 1;

	for (int i = 0; i < count; i++)
		most = MAX(most, counts[i]);
	for (int i = 0; i < count; i++) {
		double height = (double)counts[i] / (double)most * (double)highest;

		g_string_append(line,
			counts[i] <= 0 ? " "
				       : bars[CLAMP((int64_t)(height + 0.5), 1, highest) - 1]);
	}
	return g_string_free(line, FALSE);
}
