#include <string.h>

#include "mail/link.h"
#include "mail/rewrite_private.h"
#include "mail/text.h"
#include "mail/url.h"

static bool
has_scheme(const char *url)
{
	return g_ascii_strncasecmp(url, "http:", 5) == 0 ||
		g_ascii_strncasecmp(url, "https:", 6) == 0;
}

/* Where @written leads on the web, absolute; NULL when it does not.  Yours. */
static char *
target_of(const char *base, const char *written)
{
	g_autofree char *whole = base ? url_resolve(base, written) : g_strdup(written);
	g_autoptr(Url) url = url_parse(whole);

	if (url_is_web(url))
		return has_scheme(url->text) ? g_strdup(url->text)
					     : g_strconcat("http://", url->text, NULL);
	/* Mail has no scheme of its own that "//host/path" could take. */
	if (!*url->scheme && url->host && strspn(url->text, "/\\") >= 2)
		return g_strconcat("http:", url->text, NULL);
	return NULL;
}

static char *
as_markup(const char *url, const char *quote)
{
	g_auto(GStrv) pieces = g_strsplit(url, "&", -1);
	g_autofree char *escaped = g_strjoinv("&amp;", pieces);

	return g_strconcat(quote, escaped, quote, NULL);
}

void
rewrite_add(RewriteText *text, const char *base, const char *written, RewriteSpan span,
	const char *quote)
{
	g_autofree char *target = span.end > span.start ? target_of(base, written) : NULL;
	g_autofree char *url = target ? text->replace(target, text->data) : NULL;
	Edit edit = { .span = span };

	if (!url)
		return;
	edit.text = quote ? as_markup(url, quote) : g_steal_pointer(&url);
	g_array_append_val(text->edits, edit);
}

void
rewrite_plain(RewriteText *text)
{
	const char *at = text->scanned;
	const char *start;
	const char *stop;

	while (link_scan_next(text->scanned, &at, text->scanned + text->length, &start, &stop)) {
		bool known;
		g_autofree char *written = text_from_charset(text->bytes + (start - text->scanned),
			(size_t)(stop - start), text->charset, &known);

		rewrite_add(text, NULL, written,
			(RewriteSpan){
				(size_t)(start - text->scanned), (size_t)(stop - text->scanned) },
			NULL);
	}
}
