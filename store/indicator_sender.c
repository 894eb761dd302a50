/* indicator_sender.c - addresses that hold whom mail was for */
#include <string.h>

#include "store/indicator_rows.h"

/* A host with a dot in it begins at @text, and ends before the sign at @last. */
static bool
is_host(const char *text, const char *last)
{
	static const char part[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
	size_t length = MIN(strspn(text, part), (size_t)(last - text));
	const char *dot = memchr(text, '.', length);

	return dot && dot > text && dot + 1 < text + length;
}

/* As bounce addresses have it, so that each tells who did not get it; some put that in a From. */
char *
indicator_sender_masked(const char *sender)
{
	const char *last = strrchr(sender, '@');

	for (const char *at = sender; last && at < last; at++) {
		if (strchr("@=%", *at) && is_host(at + 1, last))
			return g_strconcat("<redacted>", last, NULL);
	}
	return g_strdup(sender);
}
