/* generate - write N mails of lazaret's own making into a Maildir
 *
 *   generate FOLDER N [SEED]
 *
 * Sizes are like real mail's (log-normal, mean about 22 KB); texts are made of
 * syllables.  Nine in ten claim to come from SES, as a quarantine of SES mail does. */
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ACCOUNTS = 400,
	FIRST_DAY = 1767225600, /* 2026-01-01 */
};

static const char *const syllables[] = { "ka", "lo", "mi", "ter", "san", "ve", "dor", "pi", "an",
	"qu", "el", "ri", "sto", "na", "bel", "co" };

/* One of some 4,000 words, the first ones far more often, as in any language. */
static void
add_word(GString *text, GRand *rand)
{
	int number = (int)(4000 * pow(g_rand_double(rand), 3));

	do {
		g_string_append(text, syllables[number % (int)G_N_ELEMENTS(syllables)]);
		number /= (int)G_N_ELEMENTS(syllables);
	} while (number > 0);
}

static void
add_words(GString *text, GRand *rand, int count)
{
	for (int i = 0; i < count; i++) {
		if (i > 0)
			g_string_append_c(text, i % 12 ? ' ' : '\n');
		add_word(text, rand);
	}
}

/* The same account always has the same name: 43 characters and '='. */
static void
account_name(int account, char name[45])
{
	g_autofree char *seed = g_strdup_printf("account %d", account);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *base64 = NULL;
	guint8 digest[32];
	gsize length = sizeof(digest);

	g_checksum_update(sum, (const guchar *)seed, -1);
	g_checksum_get_digest(sum, digest, &length);
	base64 = g_base64_encode(digest, sizeof(digest));
	g_strlcpy(name, base64, 45);
}

static void
add_header(GString *mail, GRand *rand, int number)
{
	int account = (int)(ACCOUNTS * pow(g_rand_double(rand), 3));
	int host = g_rand_int_range(rand, 1, 250);
	int64_t at = FIRST_DAY + (int64_t)number * 37;
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);
	g_autofree char *date = g_date_time_format(time, "%a, %d %b %Y %H:%M:%S +0000");
	g_autofree char *day = g_date_time_format(time, "%Y.%m.%d");
	char name[45];

	account_name(account, name);
	g_string_append_printf(mail,
		"Return-Path: <0100%012" G_GINT64_MODIFIER
		"x-228c0b4f-d408-4013-b275-%012x-000000@amazonses.com>\n"
		"X-Original-To: user%d@example.net\n",
		at * 1000, (unsigned)number, number % 997);
	if (number % 10)
		g_string_append_printf(mail,
			"Authentication-Results: mx.example.net; dkim=pass header.d=shop%d.example;"
			" dkim=pass header.d=amazonses.com\n"
			"Received: from a8-%d.smtp-out.amazonses.com (a8-%d.smtp-out.amazonses.com"
			" [54.240.8.%d])\n\tby mx.example.net (Postfix) with ESMTPS id 4F%d\n"
			"\tfor <user%d@example.net>; %s\n"
			"DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple;\n"
			"\ts=224i4yxa5dv7c2xz3womw6peuasteono; d=amazonses.com; t=%" G_GINT64_FORMAT
			";\n\th=From:To:Subject:Date:Message-ID:Feedback-ID; bh=AAAA; b=BBBB\n"
			"Feedback-ID: ::1.us-east-1.%s:AmazonSES\nX-SES-Outgoing: %s-54.240.8.%d\n",
			account, host, host, host, number, number % 997, date, at, name, day, host);
	g_string_append_printf(mail,
		"From: \"Shop %d\" <news@shop%d.example>\nTo: user%d@example.net\n"
		"Message-ID: <0100%012" G_GINT64_MODIFIER
		"x-228c0b4f-d408-4013-b275-%012x-000000@email.amazonses.com>\n"
		"Date: %s\nMIME-Version: 1.0\nSubject: ",
		account, account, number % 997, at * 1000, (unsigned)number, date);
	add_words(mail, rand, 6);
	g_string_append_c(mail, '\n');
}

static void
add_html(GString *mail, GRand *rand, gsize size)
{
	g_string_append(mail, "<html><body>\n");
	for (int block = 0; mail->len < size; block++) {
		g_string_append(mail,
			"<table width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\""
			" style=\"border-collapse:collapse;margin:0 auto\"><tr><td align=\"left\""
			" style=\"padding:12px 24px;color:#333333;font-family:Helvetica,Arial,"
			"sans-serif;font-size:14px;line-height:20px\">");
		add_words(mail, rand, 60);
		g_string_append(mail, "</td></tr></table>\n");
		if (block % 3 == 0)
			g_string_append_printf(mail,
				"<a href=\"https://abcd1234.r.us-east-1.awstrack.me/L0/"
				"https:%%2F%%2Fwww.shop%d.example%%2Fp%%2F%d/1/"
				"0100018cf450cae5-228c0b4f-d408-4013-b275-5f4d775559cb-000000/"
				"AAAAAAAAAAAAAAAAAAAAAAAAAAA=1\">look</a>\n",
				g_rand_int_range(rand, 0, ACCOUNTS),
				g_rand_int_range(rand, 0, 1000));
	}
	g_string_append(mail, "</body></html>\n");
}

static void
add_attachment(GString *mail, GRand *rand, gsize bytes)
{
	g_autofree guchar *noise = g_malloc(bytes);
	g_autofree char *base64 = NULL;

	for (gsize i = 0; i < bytes; i++)
		noise[i] = (guchar)g_rand_int(rand);
	memcpy(noise, "%PDF-1.4\n", MIN(bytes, 9));
	base64 = g_base64_encode(noise, bytes);
	g_string_append(mail,
		"--b\nContent-Type: application/pdf; name=\"a.pdf\"\n"
		"Content-Transfer-Encoding: base64\n\n");
	for (const char *at = base64; *at; at += MIN(strlen(at), 76))
		g_string_append_printf(mail, "%.76s\n", at);
}

/* ln N(mu, sigma) with mean 22 KB: most are a few KB, some are megabytes. */
static gsize
draw_size(GRand *rand)
{
	double u = MAX(g_rand_double(rand), 1e-9);
	double normal = sqrt(-2 * log(u)) * cos(2 * G_PI * g_rand_double(rand));

	return (gsize)CLAMP(exp(9.28 + 1.2 * normal), 1200, 4e6);
}

static void
make_mail(GString *mail, GRand *rand, int number)
{
	gsize size = draw_size(rand);

	g_string_truncate(mail, 0);
	add_header(mail, rand, number);
	g_string_append(mail,
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
		"Content-Type: text/plain; charset=utf-8\n\n");
	add_words(mail, rand, (int)MIN(size / 30, 600));
	g_string_append(mail, "\n--b\nContent-Type: text/html; charset=utf-8\n\n");
	add_html(mail, rand, MIN(size, 60000));
	if (size > 60000)
		add_attachment(mail, rand, (size - 60000) / 4 * 3);
	g_string_append(mail, "--b--\n");
}

static bool
write_all(const char *folder, int count, guint32 seed)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	g_autoptr(GString) mail = g_string_new(NULL);
	static const char *const sub[] = { "cur", "new", "tmp" };

	for (size_t i = 0; i < G_N_ELEMENTS(sub); i++) {
		g_autofree char *path = g_build_filename(folder, sub[i], NULL);

		if (g_mkdir_with_parents(path, 0700) != 0)
			return false;
	}
	for (int i = 0; i < count; i++) {
		g_autofree char *path = g_strdup_printf("%s/cur/%08d.lazaret:2,", folder, i);

		make_mail(mail, rand, i);
		if (!g_file_set_contents_full(path, mail->str, (gssize)mail->len,
			    G_FILE_SET_CONTENTS_NONE, 0600, NULL))
			return false;
	}
	return true;
}

int
main(int argc, char **argv)
{
	if (argc < 3 || atoi(argv[2]) <= 0) {
		fprintf(stderr, "usage: generate FOLDER N [SEED]\n");
		return 64;
	}
	if (!write_all(argv[1], atoi(argv[2]), argc > 3 ? (guint32)atoi(argv[3]) : 1)) {
		perror(argv[1]);
		return 73;
	}
	return 0;
}
