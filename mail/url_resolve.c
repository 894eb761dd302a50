/* url_resolve.c - url_resolve(): a relative URL made absolute */
#include "mail/url.h"

#include <string.h>

static bool
is_slash(char character)
{
	return character == '/' || character == '\\';
}

/* The part of @base that @relative is put behind. */
static size_t
kept_of_base(const Url *base, const char *relative)
{
	size_t authority = (size_t)(base->path - base->text);
	size_t path = strcspn(base->path, "?#");

	if (is_slash(*relative))
		return authority;
	if (*relative == '?' || *relative == '#' || !*relative)
		return authority + path;
	while (path > 0 && !is_slash(base->path[path - 1]))
		path--;
	return authority + path;
}

char *
url_resolve(const char *base, const char *relative)
{
	g_autoptr(Url) from = url_parse(base);
	g_autoptr(Url) to = url_parse(relative);
	size_t kept;

	if (*to->scheme || !from->host)
		return g_strdup(relative);
	if (to->host)
		return g_strconcat(from->scheme, ":", to->text, NULL);
	kept = kept_of_base(from, to->text);
	return g_strdup_printf("%.*s%s%s", (int)kept, from->text,
		kept == (size_t)(from->path - from->text) && *to->text && !is_slash(*to->text) ? "/"
											       : "",
		to->text);
}
