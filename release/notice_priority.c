#include "release/notice_facts.h"

#define HOUR ((int64_t)3600)
#define DAY  (24 * HOUR)

enum {
	CLOSE_OF_BUSINESS = 17, /* o'clock */
	WEEK = 7,
	FRIDAY = 5, /* Monday is 1 */
};

/* Seconds that people have at least. */
static const int64_t least[NOTICE_PRIORITIES] = {
	[NOTICE_URGENT] = 4 * HOUR,
	[NOTICE_HIGH] = DAY,
	[NOTICE_NORMAL] = 5 * DAY,
};

NoticePriority
notice_priority_of(const NoticeFacts *facts, int64_t now, unsigned *reasons)
{
	bool reached = facts->counts.departed > 0;
	bool dangerous = facts->secrets || facts->files_run;
	bool recent = now - facts->counts.last < DAY;

	*reasons = (reached ? 1U << NOTICE_REACHED : 0) |
		(facts->secrets ? 1U << NOTICE_WANTS_SECRETS : 0) |
		(facts->files_run ? 1U << NOTICE_RUNS_FILES : 0) |
		(recent ? 1U << NOTICE_IS_RECENT : 0);
	if (reached && dangerous)
		return NOTICE_URGENT;
	return reached || (recent && dangerous) ? NOTICE_HIGH : NOTICE_NORMAL;
}

/* Close of business, @days after the day of @start. */
static GDateTime *
close_of_business(GDateTime *start, int days)
{
	g_autoptr(GDateTime) day = g_date_time_add_days(start, days);

	return g_date_time_new(g_date_time_get_timezone(day), g_date_time_get_year(day),
		g_date_time_get_month(day), g_date_time_get_day_of_month(day), CLOSE_OF_BUSINESS, 0,
		0);
}

int64_t
notice_deadline_of(NoticePriority priority, int64_t now, GTimeZone *zone)
{
	int64_t earliest = now + least[priority];
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(earliest);
	g_autoptr(GDateTime) start = utc ? g_date_time_to_timezone(utc, zone) : NULL;

	for (int days = 0; start && days <= WEEK; days++) {
		g_autoptr(GDateTime) close = close_of_business(start, days);

		if (close && g_date_time_get_day_of_week(close) <= FRIDAY &&
			g_date_time_to_unix(close) >= earliest)
			return g_date_time_to_unix(close);
	}
	return earliest;
}
