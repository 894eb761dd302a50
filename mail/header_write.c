#include "mail/header_write.h"

enum {
	WORD_BYTES = 39, /* of text in one word: 52 of base64, 64 with what goes round it */
};

void
header_write_date(GString *out, int64_t at)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);

	if (!time)
		time = g_date_time_new_from_unix_utc(0);
	g_string_append_printf(out, "%s, %02d %s %04d %02d:%02d:%02d +0000",
		days[g_date_time_get_day_of_week(time) - 1], g_date_time_get_day_of_month(time),
		months[g_date_time_get_month(time) - 1], g_date_time_get_year(time),
		g_date_time_get_hour(time), g_date_time_get_minute(time),
		g_date_time_get_second(time));
}

void
header_write_encoded(GString *out, const char *text)
{
	const char *joint = "";

	while (*text) {
		const char *end = text;
		g_autofree char *base64 = NULL;

		while (*end && g_utf8_next_char(end) - text <= WORD_BYTES)
			end = g_utf8_next_char(end);
		base64 = g_base64_encode((const guchar *)text, (gsize)(end - text));
		g_string_append_printf(out, "%s=?UTF-8?B?%s?=", joint, base64);
		joint = "\r\n ";
		text = end;
	}
}
