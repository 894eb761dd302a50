#include "mail/html.h"

#include <string.h>
#include <time.h>

#include "mail/link.h"
#include "mail/message.h"
#include "mail/url.h"

static Html *
draw(const char *source)
{
	return html_draw(source, strlen(source), 0);
}

/* The URL of the only link, or of the first. */
static const char *
first_url(const Html *html)
{
	const HtmlLink *link = html->links->len > 0 ? g_ptr_array_index(html->links, 0) : NULL;

	return link ? link->url : NULL;
}

typedef struct Sample {
	const char *name, *source, *expected;
} Sample;

// clang-format off
static const Sample texts[] = {
	{ "blanks-fold", "<p>a \n\t b&nbsp; c</p>", "a b c" },
	{ "blocks", "<div>a<div>b</div></div>c<br>d<br><br><br><br>e", "a\nb\nc\nd\n\ne" },
	{ "paragraphs", "<h1>T</h1><p>a<p>b", "T\n\na\n\nb" },
	{ "lists", "<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n- c" },
	{ "tables", "<table><tr><td>a<td>b<tr><th>c</th><td>d</table>", "a  b\nc  d" },
	{ "preformatted", "<pre>a  b\n  c</pre>d  e", "a  b\n  c\n\nd e" },
	{ "preformatted-indent", "x<pre>  a</pre>", "x\n\n  a" },
	{ "script-and-style", "a<script>x < y; '<b>'</script><style>p{}</style><title>t</title>b", "ab" },
	{ "unclosed-script-is-shown", "a<script>b <p>c", "ab\n\nc" },
	{ "unclosed-comment-is-shown", "a <!-- b", "a b" },
	{ "comments", "a<!-- <p>x</p> -->b<!-->c<!---->d", "abcd" },
	{ "declarations", "<!DOCTYPE html><?xml version='1.0'?>a<![endif]>b</ x>", "ab" },
	{ "stray-angle", "1 < 2 <3 a<", "1 < 2 <3 a<" },
	{ "references", "&lt;b&gt; &amp; &eacute; &#x20AC; &colon; &unknown; & &#", "<b> & é € : &unknown; & &#" },
	{ "windows-references", "it&#146;s &#x80;5&#150", "it’s €5–" },
	{ "hidden-text-is-drawn", "<div style='display:none'>x</div><span hidden>y</span>", "⟦hidden: x\ny⟧" },
	{ "brackets-of-the-mail", "a⟦hidden: b⟧c<img alt='⟧'>", "a[[hidden: b]]c[image: ]]]" },
	{ "open-pixel", "a<img src=http://i.test width=1 height=1> <img src=http://i.test style='display:none'><img src=cid:x width=1 height=1>", "a[open pixel] [open pixel][image 1x1]" },
	{ "hidden-in-a-word-stays", "pay&#8203;pal", "pay\u200Bpal" },
	{ "invisible-words-fold", "a &zwnj;&nbsp;&zwnj; &#847; b", "a b" },
	{ "outlook-only", "<!--[if mso]><p>mso</p><![endif]--><!--[if !mso]><!--><p>web</p><!--<![endif]-->", "mso\n\nweb" },
	{ "office-settings", "<!--[if gte mso 9]><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml><![endif]-->a", "a" },
	{ "image", "<img src=x width=600 height='200px'>", "[image 600x200]" },
	{ "image-without-a-source", "<img width=1 height=1>a", "[image 1x1]a" },
	{ "image-alternative", "<img alt='a \"b\"' width=100%>", "[image: a \"b\"]" },
	{ "link-marks", "go <a href=http://a.test>here</a>, <a href=http://b.test><b>there</b> </a>now", "go here [1], there [2] now" },
	{ "link-marks-count-images", "<a href=http://a.test><img src=http://i.test></a> <a href=http://b.test>b</a>", "[image] [1] b [3]" },
	{ "link-round-a-table", "<a href=http://a.test><table><tr><td>Pay</td></tr></table></a>next", "Pay [1]\nnext" },
	{ "link-in-a-link", "<a href=http://a.test>a<a href=http://b.test>b</a>", "a [1]b [2]" },
	{ "form", "<form action=http://f.test><input name=a placeholder=Name><input type=password><input type=hidden value=x><input type=submit value=Go></form>", "[form] [1] [field: Name] [password field] [Go]" },
	{ "frame", "<iframe src=http://f.test></iframe>", "[frame] [1]" },
	{ "uppercase", "<A HREF=http://a.test>x</A>", "x [1]" },
	{ "charset-is-not-switched", "<meta charset=utf-16><meta http-equiv=content-type content='text/html; charset=utf-7'>é+ADw-", "é+ADw-" },
	{ "empty", "", "" },
};

/* Each hides "x" and nothing else of "a x b". */
static const Sample hidden[] = {
	{ "display", "a <b style='color:red; DISPLAY : NONE !important'>x</b> b", NULL },
	{ "comment-in-style", "a <b style='display:/**/none'>x</b> b", NULL },
	{ "escape-in-style", "a <b style='d\\69splay:n\\6f ne'>x</b> b", NULL },
	{ "escape-in-sheet", "<style>.no{di\\73 play:none}</style>a <b class=no>x</b> b", NULL },
	{ "white-by-hue", "a <b style='color:hsl(0,0%,100%)'>x</b> b", NULL },
	{ "colour-by-hue", "<div style='background:#ff0000'>a <b style='color:hsl(0 100% 50%)'>x</b> b</div>", NULL },
	{ "template", "a <template>x</template> b", NULL },
	{ "visibility", "a <b style='visibility:hidden'>x</b> b", NULL },
	{ "visibility-of-a-child", "<div style='visibility:hidden'><b style='visibility:visible'>a</b> x <b style='visibility:visible'>b</b></div>", NULL },
	{ "opacity", "a <b style='opacity:0.01'>x</b> b", NULL },
	{ "font-size", "a <b style='font-size:0'>x</b> b", NULL },
	{ "font-size-of-one", "a <b style='font-size:1px;line-height:1px'>x</b> b", NULL },
	{ "font-short", "a <b style='font:0/0 a'>x</b> b", NULL },
	{ "font-of-a-child", "<div style='font-size:0'><b style='font-size:14px'>a</b> x <b style='font-size:14px'>b</b></div>", NULL },
	{ "no-room", "a <b style='width:0;height:0px;overflow:hidden'>x</b> b", NULL },
	{ "max-height", "a <b style='max-height:0'>x</b> b", NULL },
	{ "indent", "a <b style='text-indent:-9999px'>x</b> b", NULL },
	{ "left", "a <b style='position:absolute;left:-999px'>x</b> b", NULL },
	{ "margin", "a <b style='margin:-999px 0 0 0'>x</b> b", NULL },
	{ "clip", "a <b style='clip:rect(0 0 0 0);position:absolute'>x</b> b", NULL },
	{ "white-on-white", "a <font color=white>x</font> b", NULL },
	{ "nearly-white-on-white", "a <b style='color:#FEFEFE'>x</b> b", NULL },
	{ "rgb", "a <b style='color: rgb(250, 250 ,250)'>x</b> b", NULL },
	{ "transparent", "a <b style='color:rgba(0,0,0,0)'>x</b> b", NULL },
	{ "on-its-own-ground", "a <b style='background:#123456;color:#123457'>x</b> b", NULL },
	{ "ground-of-an-ancestor", "<table bgcolor='#222222'><tr><td><font color=white>a</font> <i><b style='color:#222'>x</b></i> <font color=white>b</font></table>", NULL },
	{ "ground-of-the-page", "<body style='background-color:black;color:white'>a <b style='color:black'>x</b> b</body>", NULL },
	{ "attribute", "a <b hidden>x</b> b", NULL },
	{ "outlook", "a <b style='mso-hide:all'>x</b> b", NULL },
	{ "class", "<style>p{margin:0} .q , .no{display:none}</style>a <b class='z no'>x</b> b", NULL },
	{ "class-in-a-comment", "<style><!-- .no{display:none} --></style>a <b class=no>x</b> b", NULL },
	{ "id", "<style>#no{visibility:hidden}</style>a <b id=no>x</b> b", NULL },
	{ "element", "<style>b{display:none}</style>a <b>x</b> b", NULL },
	{ "element-with-class", "<style>b.no{display:none} i.no{color:red}</style>a <b class=no>x</b> <i class=no>b</i>", NULL },
	{ "class-colour", "<style>body{background:#fff} .w{color:#fff}</style>a <b class=w>x</b> b", NULL },
	{ "every-screen", "<style>@import url(y); @media screen { .no{display:none} } .m{color:red}</style>a <b class=no>x</b> <b class=m>b</b>", NULL },
	{ "own-style-over-class", "<style>.no{display:none}</style><b class=no style='display:inline'>a</b> <b class=no>x</b> b", NULL },
	{ "deep", "a <b style='display:none'><i><u><i><u>x</u></i></u></i></b> b", NULL },
	{ "after-a-paragraph-in-it", "a <span style='display:none'>x</span> b", NULL },
};

/* Nothing is hidden in these. */
static const Sample seen[] = {
	{ "white-on-colour", "<td bgcolor=#0067b8><font color=white>x</font></td>", "x" },
	{ "white-on-a-picture", "<td background=cid:y><font color=white>x</font></td>", "x" },
	{ "white-on-a-picture-by-style", "<td style=\"background:url('y;z') #fff\"><font color=white>x</font></td>", "x" },
	{ "white-in-a-drawing", "<v:roundrect fillcolor=#0067b8><font color=white>x</font></v:roundrect>", "x" },
	{ "link-in-white-cell", "<td style='color:#fff'><a href=#>x</a></td>", "x" },
	{ "phones-alone", "<style>@media (max-width:600px){.no{display:none}} .y{color:red}</style><b class=no>x</b>", "x" },
	{ "outlook-alone", "<!--[if mso]><style>.no{display:none}</style><![endif]--><b class=no>x</b>", "x" },
	{ "ground-of-outlook-alone", "<!--[if mso]><table bgcolor=black><tr><td style='display:none'><![endif]--><font color=black>x</font>", "x" },
	{ "button-beside-outlooks", "<!--[if mso]><v:rect>y</v:rect><![endif]--><b style='mso-hide:all'>x</b>", "yx" },
	{ "inside-of-something", "<style>.m .no{display:none}</style><b class=no>x</b>", "x" },
	{ "small", "<b style='font-size:0.8em;opacity:.6;max-height:40px;left:-10px'>x</b>", "x" },
	{ "no-width-that-grows", "<b style='width:0'>x</b>", "x" },
	{ "hidden-input", "<input type=hidden value=y>x", "x" },
	{ "closed-before", "<b style='display:none'></b>x", "x" },
	{ "percent-of-nothing", "<b style='font-size:90%'>x</b>", "x" },
};

/* The URL that must be found in each. */
static const Sample urls[] = {
	{ "anchor", "<a href=\"https://x.test/?a=1&amp;b=2\">", "https://x.test/?a=1&b=2" },
	{ "slash-for-blank", "<a/href=https://x.test>", "https://x.test" },
	{ "no-blank-between", "<a title=\"a\"href='https://x.test'>", "https://x.test" },
	{ "blanks-and-lines", "<a\n\thref \n=\n https://x.test\n>", "https://x.test" },
	{ "html5-reference", "<a href='https&colon;&sol;&sol;x&period;test'>", "https://x.test" },
	{ "numeric-without-semicolon", "<a href='&#104ttps://x.test'>", "https://x.test" },
	{ "first-attribute-counts", "<a href=https://x.test href=https://y.test>", "https://x.test" },
	{ "angle-in-a-value", "<a title='>' href=https://x.test>", "https://x.test" },
	{ "tag-without-end", "<a href=https://x.test", "https://x.test" },
	{ "value-without-end", "<a href=\"https://x.test", "https://x.test" },
	{ "area", "<map><area href=https://x.test></map>", "https://x.test" },
	{ "image", "<img src=https://x.test>", "https://x.test" },
	{ "form", "<form action=https://x.test>", "https://x.test" },
	{ "formaction", "<button formaction=https://x.test>", "https://x.test" },
	{ "refresh", "<meta http-equiv=Refresh content=\"0; URL='https://x.test'\">", "https://x.test" },
	{ "refresh-without-a-name", "<meta http-equiv=refresh content='0;https://x.test/?curl=1'>", "https://x.test/?curl=1" },
	{ "refresh-by-a-comma", "<meta http-equiv=refresh content=' 1.5 , url = https://x.test '>", "https://x.test" },
	{ "refresh-in-quotes", "<meta http-equiv=refresh content='0;\"https://x.test\"more'>", "https://x.test" },
	{ "refresh-of-itself", "<meta http-equiv=refresh content='5'>", NULL },
	{ "iframe", "<iframe src=https://x.test>", "https://x.test" },
	{ "frame", "<frameset><frame src=https://x.test></frameset>", "https://x.test" },
	{ "embed", "<embed src=https://x.test>", "https://x.test" },
	{ "object", "<object data=https://x.test>", "https://x.test" },
	{ "script", "<script src=https://x.test></script>", "https://x.test" },
	{ "stylesheet", "<link rel=stylesheet href=https://x.test>", "https://x.test" },
	{ "background", "<td background=https://x.test>", "https://x.test" },
	{ "body-background", "<p>a<body background=https://x.test>", "https://x.test" },
	{ "svg", "<svg><a xlink:href=https://x.test>", "https://x.test" },
	{ "input-image", "<input type=image src=https://x.test>", "https://x.test" },
	{ "vml", "<v:roundrect href=https://x.test>", "https://x.test" },
	{ "vml-for-outlook", "<!--[if mso]><v:roundrect href=https://x.test><![endif]-->", "https://x.test" },
	{ "base", "<base href=https://x.test/d/>", "https://x.test/d/" },
	{ "script-kept", "<a href=' java\nscript:x()'>", " java\nscript:x()" },
	{ "unknown-element", "<x-y href=https://x.test>", "https://x.test" },
	{ "page-anchor-is-none", "<a href=#top>", NULL },
	{ "inline-image-is-none", "<img src=cid:a><img src='data:image/png;base64,xx'>", NULL },
};
// clang-format on

static void
test_text(gconstpointer data)
{
	const Sample *sample = data;
	g_autoptr(Html) html = draw(sample->source);

	g_assert_cmpstr(html->text, ==, sample->expected);
	g_assert_false(html->cut);
}

static void
test_hidden(gconstpointer data)
{
	const Sample *sample = data;
	g_autoptr(Html) html = draw(sample->source);

	g_assert_cmpstr(html->text, ==, "a ⟦hidden: x⟧ b");
}

static void
test_hidden_links(void)
{
	g_autoptr(Html) html =
		draw("<a href=http://a.test style='display:none'>x</a>"
		     "<a href=http://b.test>see<b style='font-size:0'>p</b>n</a>"
		     "<div style='display:none'><img src=http://i.test><form><input type=password>"
		     "<a href=http://c.test>y</a></form></div>");
	const HtmlLink *gone = g_ptr_array_index(html->links, 0);
	const HtmlLink *there = g_ptr_array_index(html->links, 1);
	const HtmlLink *image = g_ptr_array_index(html->links, 2);
	const HtmlLink *inner = g_ptr_array_index(html->links, 3);

	g_assert_cmpuint(gone->flags, ==, LINK_HIDDEN);
	g_assert_cmpstr(gone->text, ==, "x");
	g_assert_cmpuint(there->flags, ==, 0);
	g_assert_cmpstr(there->text, ==, "seen");
	g_assert_cmpuint(image->flags, ==, LINK_HIDDEN | LINK_IMAGE);
	g_assert_cmpuint(inner->flags, ==, LINK_HIDDEN);
	g_assert_true(image->pixel);
	g_assert_cmpint(html->forms, ==, 1);
	g_assert_cmpint(html->passwords, ==, 1);
	g_assert_cmpstr(html->text, ==,
		"⟦hidden: x [1]⟧see⟦hidden: p⟧n [2]\n[open pixel]\n⟦hidden: [password field] y [4]⟧");
}

/* Behind more open elements than are kept, what was hidden stays so. */
static void
test_hiding_is_not_outnested(void)
{
	GString *source = g_string_new("<div style='display:none'>");
	g_autoptr(Html) html = NULL;
	g_autofree char *text = NULL;

	for (int i = 0; i < 5000; i++)
		g_string_append(source, "<div>");
	for (int i = 0; i < 5000; i++)
		g_string_append(source, "</div>");
	g_string_append(source, "x");
	text = g_string_free(source, FALSE);
	html = draw(text);
	g_assert_cmpstr(html->text, ==, "⟦hidden: x⟧");
}

static void
test_url(gconstpointer data)
{
	const Sample *sample = data;
	g_autoptr(Html) html = draw(sample->source);

	g_assert_cmpstr(first_url(html), ==, sample->expected);
}

static void
test_link_text_and_flags(void)
{
	static const char source[] = "<a href=https://a.test> Sign <b>in</b>\n</a>"
				     "<img src=https://i.test><form action=https://f.test>";
	g_autoptr(Html) html = html_draw(source, strlen(source), 7);
	const HtmlLink *anchor = g_ptr_array_index(html->links, 0);
	const HtmlLink *image = g_ptr_array_index(html->links, 1);
	const HtmlLink *form = g_ptr_array_index(html->links, 2);

	g_assert_cmpstr(html->text, ==, "Sign in [8] [image]\n[form] [10]");
	g_assert_cmpstr(anchor->text, ==, "Sign in");
	g_assert_cmpuint(anchor->flags, ==, 0);
	g_assert_cmpuint(image->flags, ==, LINK_IMAGE);
	g_assert_cmpuint(form->flags, ==, LINK_FORM);
}

static void
test_base(void)
{
	static const Sample rows[] = {
		{ "", "<a href=b?c>", "https://x.test/d/b?c" },
		{ "", "<a href=/b>", "https://x.test/b" },
		{ "", "<a href=//y.test/b>", "https://y.test/b" },
		{ "", "<a href=?q>", "https://x.test/d/a?q" },
		{ "", "<a href=mailto:a@b.test>", "mailto:a@b.test" },
		{ "", "<a href=https://z.test>", "https://z.test" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *source =
			g_strconcat(rows[i].source, "<base href=https://x.test/d/a>", NULL);
		g_autoptr(Html) html = draw(source);

		g_assert_cmpstr(first_url(html), ==, rows[i].expected);
	}
}

/* A link below @depth opened elements, and stray end tags for each. */
static void
test_depth(gconstpointer data)
{
	int depth = GPOINTER_TO_INT(data);
	g_autoptr(GString) source = g_string_new(NULL);
	g_autoptr(Html) html = NULL;
	clock_t before;

	for (int i = 0; i < depth; i++)
		g_string_append(source, i % 2 ? "<div>" : "<font>");
	g_string_append(source, "<a href=https://deep.test/>text</a>");
	for (int i = 0; i < depth; i++)
		g_string_append(source, "</i>");
	before = clock();
	html = html_draw(source->str, source->len, 0);
	g_assert_cmpint(clock() - before, <, 3 * CLOCKS_PER_SEC);
	g_assert_cmpstr(first_url(html), ==, "https://deep.test/");
	g_assert_cmpstr(html->text, ==, "text [1]");
}

/* What makes parsers slow: each up to the cap, in well under the box's seconds. */
static void
test_storms(void)
{
	static const char *const storms[] = { "<b></i>", "<p>", "<td><table>", "<", "&", "<!--",
		"<!--[if]>", "<!--[if]><xml", "<script>", "<title>", "<a href=\"", "<a href=x>",
		"</a>", "<img src=a>", "<svg><a>", "\u200c", "<select><option>", "<!", "</",
		"&#65;", "<body><head>", "<li>", "<pre>\n", "</p>", "<frameset><frame>", "=\"'",
		"<b style='display:none'>a</b>b", "<b class='a b c d' id=e>", "<style>a{",
		"<style>.a,.b{color:red}</style>", "<style>@media{</style>", "<style>/*</style>",
		"<b style='a:/*", "<b style='(;" };

	for (size_t i = 0; i < G_N_ELEMENTS(storms); i++) {
		g_autoptr(GString) source = g_string_new(NULL);
		g_autoptr(Html) html = NULL;
		clock_t before = clock();

		while (source->len < MESSAGE_MAX_TEXT)
			g_string_append(source, storms[i]);
		html = html_draw(source->str, source->len, 0);
		g_assert_cmpuint(strlen(html->text), <=, MESSAGE_MAX_TEXT);
		g_assert_cmpuint(html->links->len, <=, MESSAGE_MAX_LINKS);
		g_test_message(
			"%s: %.2f s", storms[i], (double)(clock() - before) / CLOCKS_PER_SEC);
		g_assert_cmpint(clock() - before, <, 8 * CLOCKS_PER_SEC);
	}
}

static void
test_attributes(void)
{
	g_autoptr(GString) source = g_string_new("<a");
	g_autoptr(Html) html = NULL;
	clock_t before = clock();

	for (int i = 0; source->len < 1024 * 1024; i++)
		g_string_append_printf(source, " a%d=\"%d\"", i, i);
	g_string_append(source, " href=https://x.test>x</a>");
	html = html_draw(source->str, source->len, 0);
	g_assert_cmpstr(first_url(html), ==, "https://x.test");
	g_assert_cmpint(clock() - before, <, CLOCKS_PER_SEC);
}

static void
test_caps(void)
{
	g_autoptr(GString) source = g_string_new(NULL);
	g_autoptr(Html) many = NULL;
	g_autoptr(Html) large = NULL;

	for (int i = 0; i < MESSAGE_MAX_LINKS + 1; i++)
		g_string_append(source, "<a href=http://x.test/>x</a>");
	many = html_draw(source->str, source->len, 0);
	g_assert_cmpuint(many->links->len, ==, MESSAGE_MAX_LINKS);
	g_assert_true(many->cut);

	while (source->len <= MESSAGE_MAX_TEXT)
		g_string_append(source, "text ");
	large = html_draw(source->str, source->len, 0);
	g_assert_true(large->cut);
}

static void
test_random_bytes(void)
{
	static const char *const pieces[] = { "<", ">", "\"", "'", "=", "/", " ", "a",
		"<a href=", "<!--", "-->", "[if", "]>", "<script>", "</script>", "&", ";", "&#",
		"x41", "<td>", "</td>", "<p>", "\xff", "\xe2\x80\x8b", "é",
		"<base href=http://x.test/>", "<pre>", "\n", "</a>",
		"<img src=", "<meta http-equiv=refresh content=", "url=", "<title>", "<", "!" };
	g_autoptr(GRand) random = g_rand_new_with_seed(5);

	for (int round = 0; round < 20000; round++) {
		g_autoptr(GString) source = g_string_new(NULL);
		g_autoptr(Html) html = NULL;

		for (int i = g_rand_int_range(random, 0, 40); i > 0; i--)
			g_string_append(
				source, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
		if (source->len > 0 && round % 8 == 0)
			source->str[g_rand_int_range(random, 0, (gint32)source->len)] = '\0';
		html = html_draw(source->str, source->len, 0);
		g_assert_true(g_utf8_validate(html->text, -1, NULL));
		for (guint i = 0; i < html->links->len; i++) {
			const HtmlLink *link = g_ptr_array_index(html->links, i);

			g_assert_true(g_utf8_validate(link->url, -1, NULL));
			g_assert_true(g_utf8_validate(link->text, -1, NULL));
		}
	}
}

static void
add_samples(const char *prefix, const Sample *samples, size_t count, GTestDataFunc run)
{
	for (size_t i = 0; i < count; i++) {
		g_autofree char *path = g_strconcat(prefix, samples[i].name, NULL);

		g_test_add_data_func(path, &samples[i], run);
	}
}

/* libxml2 reads nothing behind an end tag that ends nothing at all. */
static void
test_a_stray_end_tag_does_not_end_the_page(void)
{
	static const char *const starts[] = { "</p>", " </table>", "</html>\n</div>", "&#1;</p>",
		"\x01</p>", "\xef\xbf\xbe</p>", "<!-- x --></b>", "<title>t</title></i>",
		"<script>x</script></p>" };

	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
		g_autofree char *page =
			g_strconcat(starts[i], "pay <a href='http://a.example/'>here</a>", NULL);
		g_autoptr(Html) html = html_draw(page, strlen(page), 0);

		g_assert_cmpstr(html->text, ==, "pay here [1]");
		g_assert_cmpuint(html->links->len, ==, 1);
	}
}

/* Runs of text pass the parser as one character each, of a plane for private use: none of the
 * mail's own is taken for one. */
static void
test_private_characters_stay_themselves(void)
{
	static const char *const pages[][2] = {
		{ "one two three \xf3\xb0\x80\x80 four", "one two three \xf3\xb0\x80\x80 four" },
		{ "one two three &#983040; four", "one two three \xf3\xb0\x80\x80 four" },
		{ "one two three &#xF0000 &#XF0001; four",
			"one two three \xf3\xb0\x80\x80 \xf3\xb0\x80\x81 four" },
		{ "\xf3\xb0\x80\x80<b>one two three</b>", "\xf3\xb0\x80\x80one two three" },
		/* A tag that is not drawn stands between, as in browsers. */
		{ "one two three &#9830</body>40; four", "one two three \u266640; four" },
		{ "one two three \xf3\xbf\xbf\xbe \xf4\x80\x80\x80",
			"one two three \xf3\xbf\xbf\xbe \xf4\x80\x80\x80" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
		g_autoptr(Html) html = html_draw(pages[i][0], strlen(pages[i][0]), 0);

		g_assert_cmpstr(html->text, ==, pages[i][1]);
	}
}

/* More runs than there are characters to stand for them. */
static void
test_many_runs(void)
{
	g_autoptr(GString) page = g_string_new(NULL);
	g_autoptr(GString) wanted = g_string_new(NULL);
	g_autoptr(Html) html = NULL;

	for (int i = 0; i < 70 * 1000; i++) {
		g_string_append_printf(page, "<b>run %06d</b>", i);
		g_string_append_printf(wanted, "run %06d", i);
	}
	html = html_draw(page->str, page->len, 0);
	g_assert_cmpstr(html->text, ==, wanted->str);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_samples("/html/text/", texts, G_N_ELEMENTS(texts), test_text);
	add_samples("/html/url/", urls, G_N_ELEMENTS(urls), test_url);
	add_samples("/html/hidden/", hidden, G_N_ELEMENTS(hidden), test_hidden);
	add_samples("/html/seen/", seen, G_N_ELEMENTS(seen), test_text);
	g_test_add_func("/html/hidden-links", test_hidden_links);
	g_test_add_func("/html/hiding-is-not-outnested", test_hiding_is_not_outnested);
	g_test_add_func("/html/link-text-and-flags", test_link_text_and_flags);
	g_test_add_func("/html/base", test_base);
	g_test_add_data_func("/html/link-at-depth-255", GINT_TO_POINTER(255), test_depth);
	g_test_add_data_func("/html/link-at-depth-5000", GINT_TO_POINTER(5000), test_depth);
	g_test_add_data_func("/html/link-at-depth-100000", GINT_TO_POINTER(100000), test_depth);
	g_test_add_func("/html/storms", test_storms);
	g_test_add_func("/html/a-megabyte-of-attributes", test_attributes);
	g_test_add_func("/html/caps", test_caps);
	g_test_add_func("/html/random-bytes", test_random_bytes);
	g_test_add_func("/html/stray-end-tag", test_a_stray_end_tag_does_not_end_the_page);
	g_test_add_func("/html/private-characters", test_private_characters_stay_themselves);
	g_test_add_func("/html/many-runs", test_many_runs);
	return g_test_run();
}
