/* unwrap_urldefense.c - URL Defense of Proofpoint
 *
 *     v1   /v1/url?u=TARGET&k=...
 *     v2   /v2/url?u=TARGET&d=...    with '-' for '%' and '_' for '/'
 *     v3   /v3/__TARGET__;CHARACTERS!!...
 *
 * In a v3 target '*' stands for the next of CHARACTERS, which are base64url of
 * UTF-8, and '**X' for as many as X says.  As Proofpoint's published decoder
 * (help.proofpoint.com, "How do I decode a rewritten URL?") reads them.
 */
#include "mail/unwrap.h"

#include <string.h>

enum {
	SHORTEST_RUN = 2, /* which 'A' stands for */
};

static UnwrapResult
unwrap_v2(const Url *url, Unwrapped *unwrapped)
{
	g_autofree char *value = url_parameter(url, "u");

	if (!value)
		return UNWRAP_OPAQUE;
	g_strdelimit(value, "-", '%');
	g_strdelimit(value, "_", '/');
	return unwrap_text(unwrapped, url_decode(value, strlen(value)));
}

/* 0 if @letter is none. */
static size_t
run_length(char letter)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-_";
	const char *found = letter ? strchr(letters, letter) : NULL;

	return found ? (size_t)(found - letters) + SHORTEST_RUN : 0;
}

/* Appends that many of the characters at *@characters; false if there are fewer. */
static bool
append_run(GString *target, const char **characters, size_t count)
{
	const char *end = *characters;

	for (; count > 0 && *end; count--)
		end = g_utf8_next_char(end);
	g_string_append_len(target, *characters, end - *characters);
	*characters = end;
	return count == 0;
}

static char *
put_characters(const char *text, const char *characters)
{
	g_autoptr(GString) target = g_string_new(NULL);

	while (*text) {
		size_t run = text[0] == '*' && text[1] == '*' ? run_length(text[2]) : 1;

		if (*text != '*') {
			g_string_append_c(target, *text++);
			continue;
		}
		if (run == 0 || !append_run(target, &characters, run))
			return NULL;
		text += text[1] == '*' ? strlen("**X") : strlen("*");
	}
	return g_string_free(g_steal_pointer(&target), FALSE);
}

/* NULL if @text does not begin with @prefix. */
static const char *
skip_prefix(const char *text, const char *prefix)
{
	return g_str_has_prefix(text, prefix) ? text + strlen(prefix) : NULL;
}

static UnwrapResult
unwrap_v3(const Url *url, Unwrapped *unwrapped)
{
	const char *start = skip_prefix(url->path, "/v3/__");
	const char *end = start ? strstr(start, "__;") : NULL;
	g_autofree char *code = NULL;
	g_autofree char *characters = NULL;
	g_autofree char *text = NULL;

	if (!end)
		return UNWRAP_OPAQUE;
	code = g_strndup(end + strlen("__;"), strcspn(end + strlen("__;"), "!"));
	characters = *code ? unwrap_base64(code) : g_strdup("");
	if (!characters)
		return UNWRAP_OPAQUE;
	text = url_decode(start, (size_t)(end - start));
	return unwrap_text(unwrapped, put_characters(text, characters));
}

static UnwrapResult
unwrap_urldefense_link(const Url *url, Unwrapped *unwrapped)
{
	if (g_str_has_prefix(url->path, "/v1/"))
		return unwrap_parameter(url, "u", unwrapped);
	if (g_str_has_prefix(url->path, "/v2/"))
		return unwrap_v2(url, unwrapped);
	return unwrap_v3(url, unwrapped);
}

static const WrapForm forms[] = {
	{ .host = "urldefense.proofpoint.com" },
	{ .host = "urldefense.com" },
	{ .host = "urldefense.us" },
	{ NULL },
};

const Unwrapper unwrap_urldefense = {
	.id = "urldefense",
	.summary = "Proofpoint URL Defense",
	.forms = forms,
	.unwrap = unwrap_urldefense_link,
};
