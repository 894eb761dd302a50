#include "mail/queue_id.h"

#include <glib.h>
#include <string.h>

enum {
	MIN_SHORT = 6,
	MIN_LONG = 10,
	MAX = 24,
};

bool
queue_id_is_long(const char *queue_id)
{
	return strchr(queue_id, 'z') != NULL;
}

bool
queue_id_is(const char *text)
{
	static const char short_id[] = G_CSET_DIGITS "ABCDEF";
	static const char long_id[] = G_CSET_DIGITS "BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
	size_t length = strlen(text);

	if (length > MAX)
		return false;
	if (queue_id_is_long(text))
		return length >= MIN_LONG && strspn(text, long_id) == length;
	return length >= MIN_SHORT && strspn(text, short_id) == length;
}

char *
text_as_logged(const char *text)
{
	char *logged = g_strdup(text);

	for (char *p = logged; *p; p++) {
		if (!g_ascii_isprint(*p))
			*p = '?';
	}
	return logged;
}
