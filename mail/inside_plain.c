/* inside_plain.c - files of no kind that is known: the URLs in them */
#include <string.h>

#include "mail/inside.h"

/* Text in any characters, or UTF-16 with its mark. */
static bool
knows(const char *name G_GNUC_UNUSED, const char *head, size_t length)
{
	return length > 0 &&
		(!memchr(head, '\0', length) || memcmp(head, "\xff\xfe", 2) == 0 ||
			memcmp(head, "\xfe\xff", 2) == 0);
}

static void
read_plain(Inside *inside, const InsideFile *file)
{
	g_autofree char *text = file->shown ? NULL : inside_text(inside, file);

	if (text)
		inside_scan(inside, text, LINK_SCAN, file->where);
}

extern const InsideReader inside_plain;
const InsideReader inside_plain = {
	.name = "plain",
	.knows = knows,
	.read = read_plain,
};
