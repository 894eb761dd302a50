/* Links replaced, and nothing else; on hand-made mails and on real ones. */
#include "mail/rewrite.h"

#include <string.h>

#include "mail/from_line.h"
#include "mail/message.h"
#include "tests/processor.h"

#define NEW "https://go.example/?u=x"

typedef struct Links {
	GPtrArray *targets; /* of char * */
	const char *link;   /* what takes their place, or NULL */
} Links;

static char *
replace(const char *target, void *data)
{
	Links *links = data;

	g_ptr_array_add(links->targets, g_strdup(target));
	return g_strdup(links->link);
}

/* What @raw becomes; yours. */
static char *
rewritten(const char *raw, const char *link, Links *links, Rewrite *rewrite)
{
	gsize length;
	const char *bytes;

	links->targets = g_ptr_array_new_with_free_func(g_free);
	links->link = link;
	rewrite_message(raw, strlen(raw), replace, links, rewrite);
	g_assert_cmpint(rewrite->bytes != NULL, ==, rewrite->fault == NULL);
	if (!rewrite->bytes)
		return NULL;
	g_assert_cmpint(rewrite->links, ==, link ? (int)links->targets->len : 0);
	bytes = g_bytes_get_data(rewrite->bytes, &length);
	return g_strndup(bytes ? bytes : "", length);
}

typedef struct Case {
	const char *text;
	const char *wanted; /* NEW is the link; NULL: as it is */
	const char *target; /* of the one link */
} Case;

static void
assert_cases(const char *header, const Case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		g_autofree char *raw = g_strconcat(header, cases[i].text, NULL);
		g_autofree char *wanted = g_strconcat(
			header, cases[i].wanted ? cases[i].wanted : cases[i].text, NULL);
		Links links;
		g_auto(Rewrite) rewrite = { 0 };
		g_autofree char *got = rewritten(raw, NEW, &links, &rewrite);
		g_autofree char *missed = got ? rewrite_missed(&rewrite, NEW) : NULL;

		g_test_message("%s", cases[i].text);
		g_assert_cmpstr(rewrite.fault, ==, NULL);
		g_assert_cmpstr(got, ==, wanted);
		g_assert_cmpstr(missed, ==, NULL);
		g_assert_cmpuint(links.targets->len, ==, cases[i].wanted != NULL);
		if (cases[i].wanted)
			g_assert_cmpstr(links.targets->pdata[0], ==, cases[i].target);
		g_ptr_array_unref(links.targets);
	}
}

static const Case plain_cases[] = {
	{ "See https://a.example/x?b=1&c=2.\n", "See " NEW ".\n", "https://a.example/x?b=1&c=2" },
	{ "<http://a.example/>\r\n", "<" NEW ">\r\n", "http://a.example/" },
	{ "(see HTTPS://a.example/(x))\n", "(see " NEW ")\n", "HTTPS://a.example/(x)" },
	{ "www.a.example/x is it\n", NEW " is it\n", "http://www.a.example/x" },
	{ "ftp://a.example mailto:a@b.example a.example\n", NULL, NULL },
	{ "https:// and http:\n", NULL, NULL },
	{ "no line end http://a.example", "no line end " NEW, "http://a.example" },
};

static const Case html_cases[] = {
	{ "<a href=\"https://a.example/?x=1&amp;y=2\">go</a>", "<a href=\"" NEW "\">go</a>",
		"https://a.example/?x=1&y=2" },
	{ "<A class=b HREF='http://a.example/\"q'>x</A>", "<A class=b HREF='" NEW "'>x</A>",
		"http://a.example/\"q" },
	{ "<a href=http://a.example/x>y</a>", "<a href=\"" NEW "\">y</a>", "http://a.example/x" },
	{ "<a/href=http://a.example/x/>y</a>", "<a/href=\"" NEW "\">y</a>", "http://a.example/x/" },
	{ "<a\nhref\n=\n\"http://a.example\"\n>y</a>", "<a\nhref\n=\n\"" NEW "\"\n>y</a>",
		"http://a.example" },
	{ "<a href=\" ht\ntp://a.ex\tample/x \">y</a>", "<a href=\"" NEW "\">y</a>",
		"http://a.example/x" },
	{ "<a href=\"&#104;ttps&colon;//a.example&sol;x\">y</a>", "<a href=\"" NEW "\">y</a>",
		"https://a.example/x" },
	{ "<a href=\"//a.example/x\">y</a>", "<a href=\"" NEW "\">y</a>", "http://a.example/x" },
	{ "<a href=\"mailto:a@b.example\">y</a><a href=\"#top\">z</a><a href=\"tel:1\">1</a>", NULL,
		NULL },
	{ "<map><area href='https://a.example'></map>", "<map><area href='" NEW "'></map>",
		"https://a.example" },
	{ "<form action=https://a.example/x><input type=submit></form>",
		"<form action=\"" NEW "\"><input type=submit></form>", "https://a.example/x" },
	{ "<button formaction='https://a.example/x'>b</button>",
		"<button formaction='" NEW "'>b</button>", "https://a.example/x" },
	{ "<meta http-equiv=refresh content=\"0; URL='https://a.example/x'\">",
		"<meta http-equiv=refresh content=\"0; URL='" NEW "'\">", "https://a.example/x" },
	{ "<meta http-equiv=refresh content='0;https://a.example/x?curl=https://b.example'>",
		"<meta http-equiv=refresh content='0;" NEW "'>",
		"https://a.example/x?curl=https://b.example" },
	{ "<base href=https://a.example><meta http-equiv=refresh content=30>"
	  "<meta http-equiv=content-type content='text/html; charset=utf-8'>"
	  "<meta name=date content=2026-05-01>",
		NULL, NULL },
	{ "<iframe src=\"https://a.example/x\"></iframe>", "<iframe src=\"" NEW "\"></iframe>",
		"https://a.example/x" },
	{ "<img src=\"https://a.example/x.png\"><link href='https://a.example/y.css'>"
	  "<td background=\"https://a.example/z\"></td>",
		NULL, NULL },
	{ "<p>Or https://a.example/x?a=1&amp;b=2, now</p>", "<p>Or " NEW ", now</p>",
		"https://a.example/x?a=1&b=2" },
	{ "<a href=\"https://a.example/x\">https://shown.example</a>",
		"<a href=\"" NEW "\">https://shown.example</a>", "https://a.example/x" },
	{ "<table><td><a name=x href=#y>z</td><td>https://a.example/x</td></table>",
		"<table><td><a name=x href=#y>z</td><td>" NEW "</td></table>",
		"https://a.example/x" },
	{ "<!--[if mso]><v:roundrect href=\"https://a.example/x\"><![endif]-->",
		"<!--[if mso]><v:roundrect href=\"" NEW "\"><![endif]-->", "https://a.example/x" },
	{ "<!-- <a href=\" --><a href=\"https://a.example/x\">y</a>",
		"<!-- <a href=\" --><a href=\"" NEW "\">y</a>", "https://a.example/x" },
	{ "<!-- --!><a href=\"https://a.example/x\">y</a><!-- -->",
		"<!-- --!><a href=\"" NEW "\">y</a><!-- -->", "https://a.example/x" },
	{ "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0//EN\" "
	  "\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">"
	  "<html xmlns=\"http://www.w3.org/1999/xhtml\"><style>@import url(http://a.example)"
	  "</style><script>x='http://a.example'</script><title>http://a.example</title>",
		NULL, NULL },
	{ "a < b https://a.example/x > c", "a < b " NEW " > c", "https://a.example/x" },
	{ "<base href=\"https://a.example/d/\"><a href=\"x?y\">z</a>",
		"<base href=\"https://a.example/d/\"><a href=\"" NEW "\">z</a>",
		"https://a.example/d/x?y" },
	{ "<svg><a xlink:href=\"https://a.example/x\">y</a></svg>",
		"<svg><a xlink:href=\"" NEW "\">y</a></svg>", "https://a.example/x" },
};

static void
test_plain_text(void)
{
	assert_cases("Subject: x\n\n", plain_cases, G_N_ELEMENTS(plain_cases));
}

static void
test_html(void)
{
	assert_cases(
		"Content-Type: text/html; charset=utf-8\n\n", html_cases, G_N_ELEMENTS(html_cases));
}

static void
test_quoted_printable(void)
{
	static const Case cases[] = {
		{ "caf=C3=A9 https://a.example/?x=3D1=\n&y=3D2 end=20\nnext=\n line\n",
			"caf=C3=A9 =\nhttps://go.example/?u=3Dx=\n end=20\nnext=\n line\n",
			"https://a.example/?x=1&y=2" },
		{ "https://a.example\nx\n", "https://go.example/?u=3Dx\nx\n", "https://a.example" },
		{ "tail \t\nht=74p://a.example/=41", "tail \t\nhttps://go.example/?u=3Dx",
			"http://a.example/A" },
	};

	assert_cases("Content-Transfer-Encoding: quoted-printable\n\n", cases, G_N_ELEMENTS(cases));
}

static void
test_base64(void)
{
	static const char text[] = "One https://a.example/x two, and what comes behind it.\r\n";
	g_autofree char *before = g_base64_encode((const guchar *)text, strlen(text));
	g_autofree char *new_text =
		g_strconcat("One ", NEW, " two, and what comes behind it.\r\n", NULL);
	g_autofree char *after = g_base64_encode((const guchar *)new_text, strlen(new_text));
	g_autofree char *lines = g_strdup_printf("%.20s\r\n%s\r\n\r\n", before, before + 20);
	GString *wanted = g_string_new(NULL);
	Case one = { .text = lines, .target = "https://a.example/x" };

	for (size_t at = 0; at < strlen(after); at += 20)
		g_string_append_printf(wanted, "%s%.20s", at ? "\r\n" : "", after + at);
	g_string_append(wanted, "\r\n\r\n");
	one.wanted = wanted->str;
	assert_cases("Content-Transfer-Encoding: BASE64\r\n\r\n", &one, 1);
	g_string_free(wanted, TRUE);
}

/* Mail may have no line longer than 998 bytes: such a part becomes quoted-printable. */
static void
test_a_line_too_long_is_quoted(void)
{
	g_autofree char *link = g_strdup_printf("https://go.example/?u=%0990d", 0);
	static const char raw[] = "Content-Type: text/plain\nContent-Transfer-Encoding: 7bit\n"
				  "X: y\n\na=b http://a.example\n.\n";
	Links links;
	g_auto(Rewrite) rewrite = { 0 };
	g_autofree char *got = rewritten(raw, link, &links, &rewrite);
	g_autoptr(GBytes) body = message_extract(got, strlen(got), "1");
	g_autofree char *wanted = g_strdup_printf("a=b %s\n.\n", link);
	g_auto(GStrv) lines = g_strsplit(got, "\n", -1);

	g_assert_true(g_str_has_prefix(got,
		"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\nX: y\n\n"
		"a=3Db "));
	for (char **line = lines; *line; line++)
		g_assert_cmpuint(strlen(*line), <=, 76);
	g_assert_cmpmem(
		g_bytes_get_data(body, NULL), g_bytes_get_size(body), wanted, strlen(wanted));
	g_ptr_array_unref(links.targets);
}

#define TEXT_PART "--b\nContent-Type: text/plain\n\nhttp://a.example/1\n"
#define NEW_PART  "--b\nContent-Type: text/plain\n\n" NEW "\n"
#define ATTACHED                                                                    \
	"--b\nContent-Type: text/html; name=x.html\n"                               \
	"Content-Disposition: attachment\n\n<a href=http://a.example/2>x</a>\n"     \
	"--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n" \
	"aHR0cDovL2EuZXhhbXBsZS8z\n"

static void
test_structure_and_attachments_stay(void)
{
	static const Case cases[] = {
		{ "preamble http\n" TEXT_PART ATTACHED "--b--\nepilogue\n",
			"preamble http\n" NEW_PART ATTACHED "--b--\nepilogue\n",
			"http://a.example/1" },
		{ "--b\nContent-Type: multipart/alternative; boundary=\"c d\"\n\n--c d  \n\n"
		  "http://a.example/1\n--c d--\n--b\n\nx\n--b--",
			"--b\nContent-Type: multipart/alternative; boundary=\"c d\"\n\n--c d  \n\n" NEW
			"\n--c d--\n--b\n\nx\n--b--",
			"http://a.example/1" },
		{ "--b\nContent-Type: message/rfc822\n\nSubject: s\n\nhttp://a.example/1\n--b--\n",
			"--b\nContent-Type: message/rfc822\n\nSubject: s\n\n" NEW "\n--b--\n",
			"http://a.example/1" },
		{ "--b\nContent-Type: text/calendar\n\nURL:http://a.example\n--b--\n", NULL, NULL },
		{ TEXT_PART, NEW_PART, "http://a.example/1" },
	};

	assert_cases("Content-Type: multipart/mixed; boundary=b\n\n", cases, G_N_ELEMENTS(cases));
}

/* In a part that shifts, characters of several bytes look like ASCII. */
static void
test_shifted_text_is_not_taken_for_tags(void)
{
	static const Case cases[] = {
		{ "\033$B<a$<\"<a\033(B <a href=\"http://a.example/1\">x</a>",
			"\033$B<a$<\"<a\033(B <a href=\"" NEW "\">x</a>", "http://a.example/1" },
	};

	assert_cases(
		"Content-Type: text/html; charset=ISO-2022-JP\n\n", cases, G_N_ELEMENTS(cases));
}

static void
test_what_readers_differ_on_is_refused(void)
{
	static const struct {
		const char *raw, *words;
	} cases[] = {
		{ "Content-Type: text/plain; charset=utf-16\n\nx\n", "charset" },
		{ "Content-Type: text/html; charset=UTF-7\n\nx\n", "charset" },
		{ "Content-Type: text/plain\n\n\377\376h\n", "charset" },
		{ "Content-Transfer-Encoding: x-uuencode\n\nx\n", "encoding" },
		{ "Content-Transfer-Encoding: rot13\n\nx\n", "encoding" },
		{ "Content-Type: text/plain\nContent-Type: text/html\n\nx\n", "says twice" },
		{ "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nx\n",
			"says twice" },
		{ "Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nx\n--a--\n",
			"where its parts begin" },
		{ "Content-Type: multipart/mixed\n\n--a\n\nx\n", "where its parts begin" },
		{ "Content-Type: multipart/mixed; boundary=a\n\nhttp://a.example\n",
			"parts can't be found" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Links links;
		g_auto(Rewrite) rewrite = { 0 };
		g_autofree char *got = rewritten(cases[i].raw, NEW, &links, &rewrite);

		g_test_message("%s", cases[i].raw);
		g_assert_null(got);
		g_assert_nonnull(strstr(rewrite.fault, cases[i].words));
		g_ptr_array_unref(links.targets);
	}
}

static void
test_a_missed_link_is_named(void)
{
	static const char raw[] = "Content-Type: text/html\n\n<a href=" NEW ">1</a>"
				  "<img src=http://a.example/i><a href=http://a.example/2>x</a>";
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	const Rewrite rewrite = { .bytes = bytes, .bases = none };
	g_autofree char *missed = rewrite_missed(&rewrite, NEW);

	g_assert_cmpstr(missed, ==, "http://a.example/2");
}

/* What has no end is read once. */
static void
test_hostile_markup_is_linear(void)
{
	static const char *const units[] = { "<!--", "<!-->", "<script>", "<a href=\"", "<a ",
		"<style><!--", "</", "<!", "<base href=x>", "<a href=http://a.example/>" };

	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		GString *raw = g_string_new("Content-Type: text/html\n\n");
		double begun = processor_seconds();
		Links links;
		g_auto(Rewrite) rewrite = { 0 };
		g_autofree char *got = NULL;

		while (raw->len < (i + 1 == G_N_ELEMENTS(units) ? 100000 : 1000000))
			g_string_append(raw, units[i]);
		got = rewritten(raw->str, NEW, &links, &rewrite);
		g_test_message("%s %.3f s", units[i], processor_seconds() - begun);
		g_assert_cmpfloat(processor_seconds() - begun, <, 8);
		g_ptr_array_unref(links.targets);
		g_string_free(raw, TRUE);
	}
}

/* Whatever is broken: what is not replaced stays as it was, and no byte is read beyond. */
static void
test_broken_mails_stay_as_they_are(void)
{
	static const char mail[] =
		"From: a@b\nContent-Type: multipart/mixed; boundary=\"b\"\n\n" TEXT_PART
		"--b\nContent-Type: text/html; charset=utf-8\n"
		"Content-Transfer-Encoding: quoted-printable\n\n"
		"<!-- x --><a href=3D\"https://a.example/=\n2\" class=3Dx>y</a> caf=C3=A9 &amp;\n"
		"--b\nContent-Transfer-Encoding: base64\n\naHR0cDovL2EuZXhhbXBsZQ==\n" ATTACHED
		"--b--\n";
	int changed = 0;

	for (int i = 0; i < 20000; i++) {
		g_autofree char *raw = g_memdup2(mail, sizeof(mail) - 1);
		size_t size = (size_t)g_test_rand_int_range(1, sizeof(mail));
		g_auto(Rewrite) same = { 0 };
		g_auto(Rewrite) rewrite = { 0 };
		Links links = { .targets = g_ptr_array_new_with_free_func(g_free) };
		size_t before;

		for (int j = 0; j < 4; j++)
			raw[g_test_rand_int_range(0, (int)size)] = i % 2
				? "<>=-\"'\n\r &"[g_test_rand_int_range(0, 10)]
				: (char)g_test_rand_int_range(0, 256);
		before = from_line_length(raw, size); /* the field's colon became a blank */
		rewrite_message(raw, size, replace, &links, &same);
		if (same.bytes)
			g_assert_cmpmem(g_bytes_get_data(same.bytes, NULL),
				g_bytes_get_size(same.bytes), raw + before, size - before);
		links.link = NEW;
		rewrite_message(raw, size, replace, &links, &rewrite);
		changed += rewrite.links;
		g_ptr_array_unref(links.targets);
	}
	g_assert_cmpint(changed, >, 1000);
}

/* ---- real mail ---- */

typedef struct Tally {
	int mails, links, refused, missed;
} Tally;

/* What stands between the new links in @after stands in @before, in order, with nothing but
 * links between. */
static void
assert_equal_but_links(GBytes *before, GBytes *after)
{
	gsize size;
	const char *old = g_bytes_get_data(before, &size);
	const char *end = old + size;
	gsize new_size;
	const char *new = g_bytes_get_data(after, &new_size);
	const char *new_end = new + new_size;

	while (new < new_end) {
		const char *link = memmem(new, (size_t)(new_end - new), NEW, strlen(NEW));
		const char *stop = link ? link : new_end;
		bool quoted = link && stop > new &&stop[-1] == '"' &&
			link + strlen(NEW) < new_end &&link[strlen(NEW)] == '"';
		size_t length = (size_t)(stop - new);
		const char *at = memmem(old, (size_t)(end - old), new, length);

		/* A value without quotes has them now. */
		if (!at && quoted)
			at = memmem(old, (size_t)(end - old), new, --length);
		else
			quoted = false;
		g_assert_nonnull(at);
		old = at + length;
		new = link ? link + strlen(NEW) + quoted : new_end;
	}
}

static void
assert_parts_stay(const char *raw, size_t size, const char *new, size_t new_size)
{
	const Site site = { 0 };
	g_autoptr(Message) before = message_read(raw, size, &site, MESSAGE_FULL);
	g_autoptr(Message) after = message_read(new, new_size, &site, MESSAGE_FULL);

	/* What is no mail for one reader is none for the other. */
	if (before->parts->len == 0)
		return;
	g_assert_cmpuint(before->parts->len, ==, after->parts->len);
	for (guint i = 0; i < before->parts->len; i++) {
		const Part *old = before->parts->pdata[i];
		const Part *now = after->parts->pdata[i];

		g_assert_cmpstr(old->path, ==, now->path);
		g_assert_cmpstr(old->type, ==, now->type);
		if (g_str_has_prefix(old->type, "text/"))
			assert_equal_but_links(old->body, now->body);
		else if (!g_str_has_prefix(old->type, "message/") && !strstr(old->path, "other"))
			g_assert_true(g_bytes_equal(old->body, now->body));
	}
	g_assert_cmpuint(before->headers->len, <=, after->headers->len);
}

static void
try_mail(const char *raw, size_t size, Tally *tally)
{
	size_t line = from_line_length(raw, size);
	Links links;
	g_auto(Rewrite) same = { 0 };
	g_auto(Rewrite) rewrite = { 0 };
	g_autofree char *missed = NULL;
	gsize new_size;
	const char *new;

	links = (Links){ .targets = g_ptr_array_new_with_free_func(g_free) };
	rewrite_message(raw, size, replace, &links, &same);
	tally->mails++;
	tally->refused += same.fault != NULL;
	if (same.bytes) {
		g_assert_cmpmem(g_bytes_get_data(same.bytes, NULL), g_bytes_get_size(same.bytes),
			raw + line, size - line);
		links.link = NEW;
		rewrite_message(raw, size, replace, &links, &rewrite);
		new = g_bytes_get_data(rewrite.bytes, &new_size);
		missed = rewrite_missed(&rewrite, NEW);
		tally->missed += missed != NULL;
		tally->links += rewrite.links;
		if (missed)
			g_test_message("missed: %.200s", missed);
		else
			assert_parts_stay(raw, size, new, new_size);
	} else {
		g_test_message("refused: %s", same.fault);
	}
	g_ptr_array_unref(links.targets);
}

static void
try_folder(const char *path, Tally *tally, int depth)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder && depth < 6 && (name = g_dir_read_name(folder))) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		g_autofree char *text = NULL;
		gsize length = 0;

		if (g_file_test(file, G_FILE_TEST_IS_DIR)) {
			try_folder(file, tally, depth + 1);
			continue;
		}
		if (!g_str_has_suffix(name, ".eml") ||
			!g_file_get_contents(file, &text, &length, NULL))
			continue;
		g_test_message("%s", file);
		try_mail(text, length, tally);
	}
}

static void
test_real_mail(gconstpointer data)
{
	const char *corpus = g_getenv("CORPUS") ? g_getenv("CORPUS") : "../shared/corpus";
	g_autofree char *path = g_build_filename(corpus, data, NULL);
	Tally tally = { 0 };

	try_folder(path, &tally, 0);
	if (tally.mails == 0) {
		g_test_skip("no folder of real mail: set CORPUS");
		return;
	}
	g_test_message("%d mails, %d links, %d refused, %d with a link missed", tally.mails,
		tally.links, tally.refused, tally.missed);
	g_print("# %s: %d mails, %d links, %d refused, %d with a link missed\n", (const char *)data,
		tally.mails, tally.links, tally.refused, tally.missed);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	message_prepare();
	g_test_add_func("/rewrite/plain-text", test_plain_text);
	g_test_add_func("/rewrite/html", test_html);
	g_test_add_func("/rewrite/quoted-printable", test_quoted_printable);
	g_test_add_func("/rewrite/base64", test_base64);
	g_test_add_func("/rewrite/a-line-too-long-is-quoted", test_a_line_too_long_is_quoted);
	g_test_add_func(
		"/rewrite/structure-and-attachments-stay", test_structure_and_attachments_stay);
	g_test_add_func("/rewrite/shifted-text-is-not-taken-for-tags",
		test_shifted_text_is_not_taken_for_tags);
	g_test_add_func("/rewrite/what-readers-differ-on-is-refused",
		test_what_readers_differ_on_is_refused);
	g_test_add_func("/rewrite/a-missed-link-is-named", test_a_missed_link_is_named);
	g_test_add_func("/rewrite/hostile-markup-is-linear", test_hostile_markup_is_linear);
	g_test_add_func(
		"/rewrite/broken-mails-stay-as-they-are", test_broken_mails_stay_as_they_are);
	g_test_add_data_func("/rewrite/ses-synth", "ses-synth", test_real_mail);
	g_test_add_data_func("/rewrite/ses-phish", "ses-phish", test_real_mail);
	g_test_add_data_func("/rewrite/ses-ham", "ses-ham", test_real_mail);
	g_test_add_data_func("/rewrite/ham", "ham", test_real_mail);
	g_test_add_data_func("/rewrite/torture", "torture", test_real_mail);
	return g_test_run();
}
