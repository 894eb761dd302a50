#include "store/moment.h"

#include <string.h>

#include <glib.h>

char *
moment_text(int64_t at)
{
	g_autoptr(GDateTime) time = at != 0 ? g_date_time_new_from_unix_utc(at) : NULL;

	return time ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

bool
moment_of_day(const char *text, int64_t *at)
{
	static const char form[] = "dddd-dd-dd";
	g_autoptr(GDateTime) day = NULL;

	if (strlen(text) != strlen(form))
		return false;
	for (size_t i = 0; form[i]; i++) {
		if (form[i] == 'd' ? !g_ascii_isdigit(text[i]) : text[i] != form[i])
			return false;
	}
	day = g_date_time_new_utc((int)g_ascii_strtoll(text, NULL, 10),
		(int)g_ascii_strtoll(text + 5, NULL, 10), (int)g_ascii_strtoll(text + 8, NULL, 10),
		0, 0, 0);
	if (!day)
		return false;
	*at = g_date_time_to_unix(day);
	return true;
}
