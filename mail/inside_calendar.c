/* inside_calendar.c - calendar files that are no text parts */
#include <string.h>

#include "mail/calendar.h"
#include "mail/extension.h"
#include "mail/inside.h"

static bool
knows(const char *name, const char *head, size_t length G_GNUC_UNUSED)
{
	return g_ascii_strcasecmp(extension_of(name), ".ics") == 0 ||
		g_str_has_prefix(head, "BEGIN:VCALENDAR");
}

static void
read_calendar(Inside *inside, const InsideFile *file)
{
	g_autofree char *text = file->shown ? NULL : inside_text(inside, file);

	if (text)
		calendar_read(inside_links(inside), text, file->where);
}

extern const InsideReader inside_calendar;
const InsideReader inside_calendar = {
	.name = "calendar",
	.knows = knows,
	.read = read_calendar,
};
