/* HTML made plain and drawn as text: html_tame.h, html.h. */
#include "mail/html.h"
#include "mail/html_tame.h"
#include "mail/link.h"
#include "mail/message.h"
#include "mail/text.h"
#include "tests/fuzz/fuzz.h"

/* A tag begins with its name, its values are quoted, and it ends. */
static void
check_tags(const char *at)
{
	while ((at = strchr(at, '<')) != NULL) {
		char quote = 0;

		at += at[1] == '/' ? 2 : 1;
		g_assert_true(g_ascii_islower(*at));
		for (; quote || *at != '>'; at++) {
			g_assert_true(*at && (quote || *at != '<'));
			if (quote)
				quote = *at == quote ? 0 : quote;
			else if (*at == '"' || *at == '\'')
				quote = *at;
		}
	}
}

static void
check_tame(const char *text)
{
	g_autoptr(HtmlTexts) texts = html_texts_new();
	g_autoptr(GString) css = g_string_new(NULL);
	GString *tamed = html_tame(text, strlen(text), css, texts);

	g_assert_cmpuint(strlen(tamed->str), ==, tamed->len);
	fuzz_assert_utf8(tamed->str);
	check_tags(tamed->str);
	g_string_free(tamed, TRUE);
}

/* Where hidden text begins and ends stands in turn, whatever brackets the mail has. */
static void
check_hidden(const char *text)
{
	bool hidden = false;

	for (; *text; text = g_utf8_next_char(text)) {
		if (g_str_has_prefix(text, "\u27e6")) {
			g_assert_true(g_str_has_prefix(text, HTML_HIDDEN) && !hidden);
			hidden = true;
		} else if (g_str_has_prefix(text, HTML_HIDDEN_END)) {
			g_assert_true(hidden);
			hidden = false;
		}
	}
	g_assert_false(hidden);
}

/* A reader can find each link that can be followed.  What <base> names is none, and a refresh
 * follows itself: @marked is false where there may be one. */
static void
check_link(const Html *html, guint index, bool marked)
{
	const HtmlLink *link = g_ptr_array_index(html->links, index);
	g_autofree char *mark = g_strdup_printf("[%u]", index + 1);

	fuzz_assert_utf8(link->url);
	fuzz_assert_utf8(link->text);
	if (marked && !html->cut && !(link->flags & LINK_IMAGE))
		g_assert_nonnull(strstr(html->text, mark));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = text_utf8((const char *)data, size);
	g_autoptr(Html) html = html_draw(text, strlen(text), 0);
	bool marked = !strcasestr(text, "base") && !strcasestr(text, "meta");

	check_tame(text);
	fuzz_assert_utf8(html->text);
	check_hidden(html->text);
	g_assert_cmpuint(strlen(html->text), <=, 4096 + 100 * strlen(text));
	for (guint i = 0; i < html->links->len; i++)
		check_link(html, i, marked);
	return 0;
}
