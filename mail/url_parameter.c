/* url_parameter.c - url_parameter(): one value of a URL's query */
#include "mail/url.h"

#include <string.h>

char *
url_parameter(const Url *url, const char *name)
{
	const char *query = url->path + strcspn(url->path, "?#");
	size_t length = strlen(name);

	while (*query == '?' || *query == '&') {
		size_t pair = strcspn(++query, "&#");

		if (pair > length && strncmp(query, name, length) == 0 && query[length] == '=')
			return g_strndup(query + length + 1, pair - length - 1);
		query += pair;
	}
	return NULL;
}
