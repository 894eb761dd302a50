#include "tests/release/notice.h"

#include "mail/detect.h"
#include "mail/history.h"
#include "mail/shipped.h"
#include "mail/text.h"
#include "release/notice_facts.h"
#include "release/notice_signs.h"
#include "release/notice_wrap.h"
#include "store/campaign.h"

static const char samples[] = "share/samples/mail";
static const char golden[] = "tests/release/notice";

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All sample mails that are lures, in the order of their names; the id of the first of them that
 * asks for a password. */
static int64_t
fill(Sample *sample)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) folder = g_dir_open(samples, 0, NULL);
	const char *name;
	int64_t asking = 0;

	g_assert_nonnull(folder);
	while ((name = g_dir_read_name(folder))) {
		if (g_str_has_prefix(name, "phish-"))
			g_ptr_array_add(names, g_strdup(name));
	}
	g_ptr_array_sort(names, compare_names);
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *path = g_build_filename(samples, names->pdata[i], NULL);
		int64_t id = notice_add_file(sample, path);

		if (asking == 0 && strstr(path, "phish-006"))
			asking = id;
	}
	g_assert_true(store_part_campaigns(sample->store, NULL));
	g_assert_cmpint(asking, >, 0);
	return asking;
}

static void
compare_golden(const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(golden, name, NULL);
	g_autofree char *wanted = NULL;

	if (g_getenv("UPDATE")) {
		g_assert_true(g_file_set_contents(path, text, -1, NULL));
		return;
	}
	g_assert_true(g_file_get_contents(path, &wanted, NULL, NULL));
	g_assert_cmpstr(text, ==, wanted);
}

static GTimeZone *
zone_of(NoticeLanguage language)
{
	return g_time_zone_new_identifier(language == NOTICE_JA ? "+09:00" : "UTC");
}

static void
make_all(const Sample *sample, int64_t campaign, const char *ending)
{
	for (int audience = 0; audience < NOTICE_AUDIENCES; audience++) {
		for (int language = 0; language < NOTICE_LANGUAGES; language++) {
			g_autoptr(GTimeZone) zone = zone_of((NoticeLanguage)language);
			NoticeRequest request = notice_request(
				campaign, (NoticeAudience)audience, (NoticeLanguage)language, zone);
			g_autoptr(Notice) notice = notice_make(sample, &request);
			g_autofree char *text = notice_text(notice);
			g_autofree char *name = g_strdup_printf("%s%s.%s",
				notice_audience_name((NoticeAudience)audience), ending,
				notice_language_name((NoticeLanguage)language));

			compare_golden(name, text);
		}
	}
}

static void
test_golden(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t asking = fill(sample);

	make_all(sample, notice_campaign(sample, asking), "");
	notice_deliver(sample, asking);
	make_all(sample, notice_campaign(sample, asking), "-delivered");
}

/* ---- priority ---- */

static NoticePriority
priority(int64_t departed, bool secrets, int64_t age)
{
	const NoticeFacts facts = {
		.counts = { .departed = departed, .last = NOTICE_NOW - age },
		.secrets = secrets,
	};
	unsigned reasons;

	return notice_priority_of(&facts, NOTICE_NOW, &reasons);
}

static void
test_priority(void)
{
	g_assert_cmpint(priority(1, true, 90 * 86400), ==, NOTICE_URGENT);
	g_assert_cmpint(priority(1, false, 90 * 86400), ==, NOTICE_HIGH);
	g_assert_cmpint(priority(0, true, 86399), ==, NOTICE_HIGH);
	g_assert_cmpint(priority(0, true, 86400), ==, NOTICE_NORMAL);
	g_assert_cmpint(priority(0, false, 0), ==, NOTICE_NORMAL);
}

static void
test_deadline(void)
{
	static const struct {
		const char *now;
		NoticePriority priority;
		const char *deadline;
	} cases[] = {
		{ "2026-05-28T10:00:00Z", NOTICE_URGENT, "2026-05-28T17:00:00Z" },
		{ "2026-05-28T13:00:00Z", NOTICE_URGENT, "2026-05-28T17:00:00Z" },
		{ "2026-05-28T13:00:01Z", NOTICE_URGENT, "2026-05-29T17:00:00Z" },
		{ "2026-05-29T20:00:00Z", NOTICE_URGENT, "2026-06-01T17:00:00Z" }, /* a Friday */
		{ "2026-05-28T10:00:00Z", NOTICE_HIGH, "2026-05-29T17:00:00Z" },
		{ "2026-05-25T10:00:00Z", NOTICE_NORMAL, "2026-06-01T17:00:00Z" },
	};
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GDateTime) now = g_date_time_new_from_iso8601(cases[i].now, zone);
		g_autoptr(GDateTime) wanted = g_date_time_new_from_iso8601(cases[i].deadline, zone);

		g_assert_cmpint(
			notice_deadline_of(cases[i].priority, g_date_time_to_unix(now), zone), ==,
			g_date_time_to_unix(wanted));
	}
}

/* Whatever a person says counts, and is said to be theirs. */
static void
test_given(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t asking = fill(sample);
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
	NoticeRequest request =
		notice_request(notice_campaign(sample, asking), NOTICE_STAFF, NOTICE_EN, zone);
	g_autoptr(Notice) notice = NULL;

	request.priority_given = true;
	request.priority = NOTICE_URGENT;
	request.deadline = NOTICE_NOW + 60;
	request.contact = "CSIRT, ext. 4711";
	notice = notice_make(sample, &request);
	g_assert_cmpint(notice->priority, ==, NOTICE_URGENT);
	g_assert_nonnull(strstr(notice->subject, "20:27"));
	g_assert_nonnull(strstr(notice->body, "Priority: as given."));
	g_assert_nonnull(strstr(notice->body, "\nCSIRT, ext. 4711\n"));
	g_assert_null(strstr(notice->body, "[Fill in"));
}

/* ---- hostile mail ---- */

static const char hostile_mail[] =
	"Received: from a8-1.smtp-out.amazonses.com (a8-1.smtp-out.amazonses.com [54.240.8.1])\r\n"
	" by mx.here.example with ESMTPS id 1 for <ann.victim@here.example>;"
	" Thu, 28 May 2026 18:00:00 +0000\r\n"
	"Delivered-To: ann.victim@here.example\r\n"
	"From: =?utf-8?B?"
	/* DocuSign{deadline}{/subjects} ESC]0;x BEL U+202E https://evil.example/ " */
	"RG9jdVNpZ257ZGVhZGxpbmV9ey9zdWJqZWN0c30gG10wO3gHIOKAriBodHRwczovL2V2aWwuZXhhbXBsZS8gIg==?="
	" <no-reply@evil.example>\r\n"
	"To: Ann Victim <ann.victim@here.example>\r\n"
	"Subject: =?utf-8?B?"
	/* ann.victim@here.example LF ---- LF {contact} =cmd $(id) %n <script> www.evil.example */
	"YW5uLnZpY3RpbUBoZXJlLmV4YW1wbGUKLS0tLQp7Y29udGFjdH0gPWNtZCAkKGlkKSAlbiA8c2NyaXB0PiB3d3cu"
	"ZXZpbC5leGFtcGxl?=\r\n"
	"Feedback-ID: ::1.us-east-1.AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg=:AmazonSES\r\n"
	"Date: Thu, 28 May 2026 17:59:00 +0000\r\n"
	"Message-ID: <1@email.amazonses.com>\r\n"
	"MIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
	"<p>Dear Ann Victim,</p><form action=\"https://evil.example/f\"><input type=password></form>"
	"<a href=\"https://evil.example/?u=ann.victim%40here.example\">https://bank.example/</a>"
	"<a href=\"https://docs.google.com/x?u=YW5uLnZpY3RpbUBoZXJlLmV4YW1wbGU=%0a{deadline}\">x</a>\r\n"
	"--b\r\nContent-Type: application/pdf; name=\"Victim {id}\x1b[2J.pdf.exe\"\r\n"
	"Content-Disposition: attachment; filename=\"Victim {id}\x1b[2J.pdf.exe\"\r\n\r\nMZ\r\n--b--\r\n";

static void
assert_tame(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autofree char *lower = g_ascii_strdown(text, -1);

	for (char **line = lines; *line; line++) {
		g_autoptr(Visible) visible = text_visible(*line, -1);

		g_assert_cmpstr(visible_string(visible), ==, *line);
	}
	g_assert_null(strstr(lower, "http"));
	g_assert_null(strstr(lower, "evil.example"));
	g_assert_null(strstr(lower, "victim"));
	g_assert_null(strstr(lower, "yw5ulnz"));
	g_assert_null(strstr(lower, "here.example"));
	/* Once for each of the mail's own, and nothing of them was filled in. */
	g_assert_nonnull(strstr(text, "{deadline}"));
}

static void
test_hostile(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t id = notice_add(sample, hostile_mail, sizeof(hostile_mail) - 1);

	for (int audience = 0; audience < NOTICE_AUDIENCES; audience++) {
		for (int language = 0; language < NOTICE_LANGUAGES; language++) {
			g_autoptr(GTimeZone) zone = zone_of((NoticeLanguage)language);
			NoticeRequest request = notice_request(notice_campaign(sample, id),
				(NoticeAudience)audience, (NoticeLanguage)language, zone);
			g_autoptr(Notice) notice = notice_make(sample, &request);
			g_autofree char *text = notice_text(notice);

			assert_tame(text);
			g_assert_null(strchr(notice->subject, '\n'));
			g_assert_cmpint(notice->priority, ==, NOTICE_HIGH);
		}
	}
	make_all(sample, notice_campaign(sample, id), "-hostile");
}

/* A mail without envelope still says in its header whom it was for; and one to one of them may
 * name another. */
static void
test_victims_of_the_header(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const mails[] = {
		"Received: from x.example (x.example [192.0.2.1]) by mx.here.example with ESMTP id 1"
		" for <zoe.quiet@there.example>; Thu, 28 May 2026 18:00:00 +0000\r\n"
		"From: a@evil.example\r\nSubject: invoice for zoe.quiet\r\n\r\nx\r\n",
		"From: a@evil.example\r\nX-Forwarded-To: otto.silent@there.example\r\n"
		"Subject: otto.silent and zoe.quiet\r\n\r\nx\r\n",
	};
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
	g_autoptr(GError) error = NULL;
	int64_t two[2];

	for (gsize i = 0; i < G_N_ELEMENTS(mails); i++)
		two[i] = notice_campaign(sample, notice_add(sample, mails[i], strlen(mails[i])));
	if (two[0] != two[1])
		store_join_campaigns(sample->store, two, "alice", NULL, NOTICE_NOW, &error);
	g_assert_no_error(error);
	for (int audience = 0; audience < NOTICE_AUDIENCES; audience++) {
		NoticeRequest request =
			notice_request(two[0], (NoticeAudience)audience, NOTICE_EN, zone);
		g_autoptr(Notice) notice = notice_make(sample, &request);

		g_assert_nonnull(strstr(notice->body, "2 messages"));
		g_assert_nonnull(strstr(notice->body, "recipient-"));
		g_assert_null(strstr(notice->body, "zoe"));
		g_assert_null(strstr(notice->body, "otto"));
	}
}

/* ---- templates ---- */

/* What indicators leave out since good mail has it too, no admin is told to block. */
static void
test_harm(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char mail[] =
		"From: a@gmail.com\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n"
		"<a href=\"https://evil.example/a\">a</a> <a href=\"https://trustpilot.com/a\">a</a>"
		"<a href=\"https://sites.google.com/\">a</a> <a href=\"https://here.example/a\">a</a>"
		"<a href=\"https://sites.google.com/view/lure\">a</a>\r\n";
	static const char *const own[] = { "mail.here.example", NULL };
	const Site site = { .own_domains = own, .now = NOTICE_NOW };
	int64_t campaign = notice_campaign(sample, notice_add(sample, mail, strlen(mail)));
	g_autoptr(GError) error = NULL;
	g_autoptr(NoticeFacts) facts = notice_facts_new(sample->store, campaign, &site, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(facts->domains->len, ==, 0);
	g_assert_cmpuint(facts->sites->len, ==, 1);
	g_assert_cmpstr(
		((NoticeTally *)g_ptr_array_index(facts->sites, 0))->text, ==, "evil.example");
	g_assert_cmpuint(facts->urls->len, ==, 1);
	g_assert_cmpstr(((NoticeTally *)g_ptr_array_index(facts->urls, 0))->text, ==,
		"https://sites.google.com/view/lure");
}

static void
test_template_errors(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		const char *template, *error;
	} cases[] = {
		{ "", "t: line 1: it does not begin with 'Subject: ...'" },
		{ "Hello\n", "t: line 1: it does not begin with 'Subject: ...'" },
		{ "Subject: x\n\n{url}\n", "t: line 3: there is no place {url}; is {urls} meant?" },
		{ "Subject: x\n{dedline}",
			"t: line 2: there is no place {dedline}; is {deadline} meant?" },
		{ "Subject: {nothing-of-the-kind}",
			"t: line 1: there is no place {nothing-of-the-kind}; lazaret notice --help"
			" lists them" },
		{ "Subject: x\n{deadline", "t: line 2: a { has no }; {{ is a brace" },
		{ "Subject: x\n{subjects}",
			"t: line 2: {subjects} is a list: {#subjects} and"
			" {/subjects} go round it" },
		{ "Subject: x\n{value}",
			"t: line 2: {value} is of an item: it stands within a list" },
		{ "Subject: x\n{#subjects}\n{value}\n",
			"t: line 2: no {/subjects} ends what begins here" },
		{ "Subject: x\n{#subjects}\n{/senders}\n",
			"t: line 2: no {/subjects} ends what begins here" },
		{ "Subject: x\n{/subjects}\n", "t: line 2: {/subjects} ends nothing that is open" },
		{ "Subject: x\na {#subjects} b\n",
			"t: line 2: {#subjects} stands on a line of its own" },
		/* What is not shown is read all the same. */
		{ "Subject: x\n{#delivered}\n{vlue}\n{/delivered}\n",
			"t: line 3: there is no place {vlue}; is {value} meant?" },
		{ "Subject: \xff\n", "t: line 1: the file is not UTF-8" },
	};
	int64_t id = notice_add(sample, hostile_mail, sizeof(hostile_mail) - 1);
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
	NoticeRequest request =
		notice_request(notice_campaign(sample, id), NOTICE_STAFF, NOTICE_EN, zone);

	request.name = "t";
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		request.template = cases[i].template;
		g_assert_null(notice_new(sample->store, &request, &error));
		g_assert_nonnull(error);
		g_assert_cmpstr(error->message, ==, cases[i].error);
	}
}

static void
test_template_language(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t id = notice_add(sample, hostile_mail, sizeof(hostile_mail) - 1);
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
	NoticeRequest request =
		notice_request(notice_campaign(sample, id), NOTICE_STAFF, NOTICE_EN, zone);
	g_autoptr(Notice) notice = NULL;
	const char *body;

	request.contact = "us";
	request.template = "{! a remark }\n\nSubject:  {{{contact}}  \n\n\n"
			   "{#delivered}\nreached\n{/delivered}\n"
			   "{^delivered}\nstopped\n{/delivered}\n\n\n"
			   "{#domains}\n{value} {campaign}\n{#contact}\n{contact}\n{/contact}\n"
			   "{/domains}\n{^urls}\nno\n{/urls}\nend";
	notice = notice_make(sample, &request);
	g_assert_cmpstr(notice->subject, ==, "{us}");
	body = strstr(notice->body, "----\n\n");
	g_assert_cmpstr(body, ==, "----\n\nstopped\n\nevil[.]example 1\nus\nend\n");
	/* Whatever the template says, a person is told to look. */
	g_assert_true(g_str_has_prefix(notice->body, "*** DRAFT: A PERSON MUST CHECK THIS"));
}

static void
test_signs(void)
{
	static const char *const wrong[] = { "brand-name\n", "brand-name all\n",
		"brand-name nobody Text.\n", "a all One.\na all Two.\n" };
	g_autoptr(GError) error = NULL;
	g_autoptr(GHashTable) signs =
		notice_signs_read("s", "# remark\n\n a-b \t admins  Two words.\n", &error);
	const NoticeSign *sign = g_hash_table_lookup(signs, "a-b");

	g_assert_no_error(error);
	g_assert_false(sign->all);
	g_assert_cmpstr(sign->sentence, ==, "Two words.");
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) why = NULL;

		g_assert_null(notice_signs_read("s", wrong[i], &why));
		g_assert_true(g_str_has_prefix(why->message, "s: line "));
	}
}

/* A finding without a sentence is English in a Japanese notice, and is missing for staff. */
static void
assert_has_signs(GHashTable *signs, const char *id)
{
	if (!g_hash_table_contains(signs, id))
		g_test_message("no sentence for %s", id);
	g_assert_true(g_hash_table_contains(signs, id));
}

static void
test_every_finding_has_its_sentence(void)
{
	for (int language = 0; language < NOTICE_LANGUAGES; language++) {
		g_autoptr(GHashTable) signs = notice_signs_read(
			"shipped", notice_signs_shipped((NoticeLanguage)language), NULL);
		g_auto(GStrv) weights = g_strsplit(shipped_weights, "\n", -1);

		g_assert_nonnull(signs);
		for (char **line = weights; *line; line++) {
			g_autofree char *id = g_strndup(*line, strcspn(*line, " \t#"));

			if (*id)
				assert_has_signs(signs, id);
		}
		for (const HistoryCheck *check = history_checks(); check->id; check++)
			assert_has_signs(signs, check->id);
		for (int kind = 0; kind < DEFECT_KINDS; kind++)
			assert_has_signs(signs, defect_detector((DefectKind)kind)->id);
	}
}

/* ---- lines ---- */

static void
test_wrap(void)
{
	static const struct {
		const char *text, *wrapped;
		int columns;
	} cases[] = {
		{ "one two three", "one two\nthree\n", 8 },
		{ "one  two", "one\ntwo\n", 4 },
		{ "- one two three", "- one\n  two\n  three\n", 7 },
		{ "12. one two", "12. one\n    two\n", 8 },
		{ "  indented text", "  indented\n  text\n", 10 },
		{ "a hxxps://very[.]long[.]example/path b",
			"a\nhxxps://very[.]long[.]example/path\nb\n", 10 },
		{ "・日本語の文章", "・日本語\n  の文章\n", 8 },
		/* No full stop at a line's beginning, no bracket at its end. */
		{ "日本語です。次", "日本語で\nす。次\n", 10 },
		{ "あいう（えお）か", "あいう\n（えお）\nか\n", 8 },
		{ "メールserver名", "メール\nserver名\n", 8 },
		{ "\n\nx\n", "\n\nx\n", 10 },
		{ "", "", 10 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *wrapped = notice_wrap(cases[i].text, cases[i].columns);

		g_assert_cmpstr(wrapped, ==, cases[i].wrapped);
	}
}

/* ---- drafts ---- */

static char *
draft_of(const char *subject, const char *body)
{
	const Notice notice = {
		.language = NOTICE_JA,
		.subject = (char *)subject,
		.body = (char *)body,
	};

	return notice_draft(&notice);
}

static void
test_draft(void)
{
	g_autofree char *subject = g_strnfill(200, 'a');
	g_autofree char *long_line = g_strconcat(subject, subject, "\n", NULL);
	g_autofree char *body =
		g_strconcat("件名 = x \nFrom here\n.\n..dots\ntab\t\n\n", long_line, NULL);
	g_autofree char *draft =
		draft_of("【注意喚起】=?utf-8?q?x?= 対応期限：2026年5月28日（木）", body);
	g_auto(GStrv) lines = g_strsplit(draft, "\r\n", -1);

	for (char **line = lines; *line; line++) {
		g_assert_cmpuint(strlen(*line), <=, 76);
		g_assert_true(g_str_is_ascii(*line));
		g_assert_null(strpbrk(*line, "\r\n"));
		g_assert_false(g_str_has_prefix(*line, "From "));
		g_assert_false(g_str_has_prefix(*line, "."));
		g_assert_false(g_str_has_suffix(*line, " "));
	}
	g_assert_true(g_str_has_prefix(draft, "X-Unsent: 1\r\nSubject: =?UTF-8?B?"));
	g_assert_null(strstr(draft, "\r\nTo:"));
	g_assert_nonnull(strstr(draft, "=20\r\n=46rom here\r\n=2E\r\n=2E.dots\r\ntab=09\r\n"));
}

static void
test_draft_plain_subject(void)
{
	g_autofree char *draft = draft_of("plain", "x\n");

	g_assert_nonnull(strstr(draft, "\r\nSubject: plain\r\n"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	message_prepare();
	sample_test("/notice/golden", test_golden);
	g_test_add_func("/notice/priority-is-by-what-arrived-and-when", test_priority);
	g_test_add_func("/notice/deadline-is-a-close-of-business", test_deadline);
	sample_test("/notice/what-a-person-gives-counts", test_given);
	sample_test("/notice/hostile-mail-is-tame-and-names-no-victim", test_hostile);
	sample_test(
		"/notice/victims-that-the-header-names-are-not-named", test_victims_of_the_header);
	sample_test("/notice/what-would-do-harm-to-block-is-not-named", test_harm);
	sample_test("/notice/template-errors-name-line-and-place", test_template_errors);
	sample_test("/notice/template-language", test_template_language);
	g_test_add_func("/notice/signs-are-read", test_signs);
	g_test_add_func(
		"/notice/every-finding-has-its-sentence", test_every_finding_has_its_sentence);
	g_test_add_func("/notice/wrapped-by-columns-as-japanese-is", test_wrap);
	g_test_add_func("/notice/draft-is-a-mail", test_draft);
	g_test_add_func("/notice/draft-with-a-plain-subject", test_draft_plain_subject);
	return g_test_run();
}
