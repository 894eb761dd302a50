#include "store/match.h"

#include <string.h>

#include <glib.h>

#include "mail/domain.h"

char *
match_fold(const char *text)
{
	return g_utf8_casefold(text, -1);
}

/* ASCII letters are the same bytes in every UTF-8 text, so an ASCII needle needs no
 * folded copy of the text.  Bytes that are not UTF-8 can only come from a store
 * somebody tampered with. */
static bool
holds(const char *text, const char *needle, bool prefix)
{
	g_autofree char *folded = NULL;

	if (g_str_is_ascii(needle) || !g_utf8_validate(text, -1, NULL))
		return prefix ? g_ascii_strncasecmp(text, needle, strlen(needle)) == 0
			      : strcasestr(text, needle) != NULL;
	folded = g_utf8_casefold(text, -1);
	return prefix ? g_str_has_prefix(folded, needle) : strstr(folded, needle) != NULL;
}

static void
sql_holds(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]);
	const char *needle = (const char *)sqlite3_value_text(values[1]);
	bool prefix = sqlite3_value_int(values[2]);

	g_assert(count == 3);
	sqlite3_result_int(context, text && needle && holds(text, needle, prefix));
}

static void
sql_under(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *address = (const char *)sqlite3_value_text(values[0]);
	const char *domain = (const char *)sqlite3_value_text(values[1]);
	const char *host = address ? domain_of_address(address) : NULL;

	g_assert(count == 2);
	sqlite3_result_int(context, host && domain && domain_is_under(host, domain));
}

bool
match_register(sqlite3 *db)
{
	/* DIRECTONLY: not from the schema of a store that came from elsewhere. */
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	return sqlite3_create_function_v2(
		       db, "holds", 3, flags, NULL, sql_holds, NULL, NULL, NULL) == SQLITE_OK &&
		sqlite3_create_function_v2(
			db, "under", 2, flags, NULL, sql_under, NULL, NULL, NULL) == SQLITE_OK;
}
