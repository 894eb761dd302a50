/* generate - write N mails of lazaret's own making into a Maildir
 *
 *   generate FOLDER N [SEED [FIRST]]      FIRST: the number of the first one, 0 if not given
 *
 * Nine in ten claim to come from SES, as a quarantine of SES mail does.  What costs time and
 * room is as it was measured on real mail (131 lures and bulk mails sent through SES, 244 of
 * SES by lists, 785 other): sizes (log-normal, mean about 22 KB), a header of some 4 KB whose
 * signatures and seals are noise, pages of much markup and few words with hidden text, links
 * that bear a token each, words by Zipf's law of which a dozen stand in no other mail,
 * quoted-printable and Base64, body hashes that hold, campaigns whose messages differ little. */
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/words.h"

enum {
	FIRST_DAY = 1767225600, /* 2026-01-01 */
	VOCABULARY = 60000,
	LONGEST_TEXT = 7000,  /* bytes; what is larger has an attachment */
	LONGEST_PAGE = 90000, /* likewise */
	NEW_EVERY = 8,
};

typedef enum {
	ENCODING_NONE,
	ENCODING_QUOTED_PRINTABLE,
	ENCODING_BASE64,
} Encoding;

/* What the messages of one campaign have in common is drawn from @common, which begins anew
 * with each of them; what they have not, from @own. */
typedef struct Maker {
	GRand *own, *common;
	GString *mail, *header, *page;
	GString *said; /* the prose of @page */
	int number, campaign;
	bool ses, tracked, page_alone, text_alone;
	Encoding encoding;
	char *site, *id, *sender;
} Maker;

/* ---- words and noise ---- */

/* A word's rank by Zipf's law: the first ones make half of a text. */
static unsigned
draw_rank(GRand *rand)
{
	return (unsigned)exp(pow(g_rand_double(rand), 1.15) * log(VOCABULARY));
}

static void
add_words(GString *text, GRand *rand, int count)
{
	for (int i = 0; i < count; i++) {
		if (i > 0)
			g_string_append_c(text, i % 12 ? ' ' : '\n');
		append_word(text, draw_rank(rand));
	}
}

static void
keep_said(const Maker *maker, gsize since)
{
	g_string_append(maker->said, maker->page->str + since);
	g_string_append_c(maker->said, '\n');
}

/* Words that all messages of a campaign have, but for one in eight. */
static void
add_prose(const Maker *maker, int count)
{
	gsize before = maker->page->len;

	for (int i = 0; i < count; i++) {
		bool common = g_rand_int_range(maker->common, 0, 8) > 0;

		if (i > 0)
			g_string_append_c(maker->page, i % 12 ? ' ' : '\n');
		append_word(maker->page, draw_rank(common ? maker->common : maker->own));
	}
	keep_said(maker, before);
}

/* Nothing compresses it. */
static char *
noise(GRand *rand, gsize bytes)
{
	g_autofree guint32 *words = g_new(guint32, bytes / 4 + 1);

	for (gsize i = 0; i < bytes / 4 + 1; i++)
		words[i] = g_rand_int(rand);
	return g_base64_encode((const guchar *)words, bytes);
}

/* Folded like a signature is. */
static void
add_noise(GString *text, GRand *rand, gsize bytes)
{
	g_autofree char *base64 = noise(rand, bytes);

	for (const char *at = base64; *at; at += MIN(strlen(at), 64))
		g_string_append_printf(text, "\n\t%.64s", at);
}

/* Such as a link bears: letters and digits. */
static void
add_token(GString *text, GRand *rand, int length)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	for (int i = 0; i < length; i++)
		g_string_append_c(
			text, letters[g_rand_int_range(rand, 0, (gint)sizeof(letters) - 1)]);
}

static char *
sha256_base64(const char *bytes, gsize length)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize size = sizeof(digest);

	g_checksum_update(sum, (const guchar *)bytes, (gssize)length);
	g_checksum_get_digest(sum, digest, &size);
	return g_base64_encode(digest, sizeof(digest));
}

/* ---- how text travels ---- */

/* RFC 2045 section 6.7. */
static void
add_quoted_printable(GString *mail, const char *text)
{
	int column = 0;

	for (const char *p = text; *p; p++) {
		bool quoted = *p == '=' || (guchar)*p > 126 || (*p == ' ' && p[1] == '\n');
		int width = quoted ? 3 : 1;

		if (*p != '\n' && column + width > 75) {
			g_string_append(mail, "=\n");
			column = 0;
		}
		if (quoted)
			g_string_append_printf(mail, "=%02X", (guchar)*p);
		else
			g_string_append_c(mail, *p);
		column = *p == '\n' ? 0 : column + width;
	}
}

static void
add_base64(GString *mail, const void *bytes, gsize length)
{
	g_autofree char *base64 = g_base64_encode(bytes, length);
	gsize size = strlen(base64);

	for (gsize at = 0; at < size; at += 76) {
		g_string_append_len(mail, base64 + at, (gssize)MIN(size - at, 76));
		g_string_append_c(mail, '\n');
	}
}

static void
add_text_part(const Maker *maker, const char *type, const GString *text)
{
	static const char *const names[] = { "8bit", "quoted-printable", "base64" };

	g_string_append_printf(maker->mail,
		"Content-Type: %s; charset=utf-8\nContent-Transfer-Encoding: %s\n\n", type,
		names[maker->encoding]);
	switch (maker->encoding) {
	case ENCODING_NONE:
		g_string_append_len(maker->mail, text->str, (gssize)text->len);
		break;
	case ENCODING_QUOTED_PRINTABLE:
		add_quoted_printable(maker->mail, text->str);
		break;
	case ENCODING_BASE64:
		add_base64(maker->mail, text->str, text->len);
		break;
	}
}

/* ---- bodies ---- */

/* SES wraps the links of every fourth campaign. */
static void
add_url(const Maker *maker, int number)
{
	GString *page = maker->page;

	if (maker->tracked)
		g_string_append_printf(page,
			"https://abcd1234.r.us-east-1.awstrack.me/L0/"
			"https:%%2F%%2Fwww.%s%%2Fp%%2F%d%%3Futm_source=mail/%d/%s/",
			maker->site, number, number + 1, maker->id);
	else
		g_string_append_printf(page,
			"https://www.%s/p/%d?utm_source=mail&amp;utm_campaign=%d&amp;u=",
			maker->site, number, maker->campaign);
	add_token(page, maker->own, 27);
	if (maker->tracked)
		g_string_append(page, "=412");
}

static void
add_color(GString *page, GRand *rand)
{
	g_string_append_printf(page, "#%06x", g_rand_int(rand) & 0xffffff);
}

static void
add_style(const Maker *maker)
{
	GString *page = maker->page;

	g_string_append(page,
		"<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\"><head>\n"
		"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n<style>\n");
	for (int i = g_rand_int_range(maker->common, 4, 16); i > 0; i--) {
		g_string_append(page, ".");
		append_word(page, draw_rank(maker->common));
		g_string_append_printf(page, "%d { padding: %dpx %dpx; font-size: %dpx; color: ", i,
			g_rand_int_range(maker->common, 0, 30),
			g_rand_int_range(maker->common, 0, 30),
			g_rand_int_range(maker->common, 9, 30));
		add_color(page, maker->common);
		g_string_append(page, "; }\n");
	}
	g_string_append(page, "</style></head><body>\n");
}

static void
add_block(const Maker *maker, int number)
{
	GString *page = maker->page;
	GRand *common = maker->common;

	g_string_append(page,
		"<!--[if (mso)|(IE)]><table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\""
		" border=\"0\"><tr><td align=\"center\" style=\"background-color:");
	add_color(page, common);
	g_string_append_printf(page,
		"\"><![endif]-->\n<div class=\"col num%d\" style=\"margin:0 auto;min-width:320px;"
		"max-width:%dpx;overflow-wrap:break-word\">\n<table role=\"presentation\""
		" width=\"%d%%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\""
		" style=\"border-collapse:collapse\"><tr><td align=\"%s\" valign=\"top\""
		" style=\"padding:%dpx %dpx %dpx;font-family:%s,sans-serif;font-size:%dpx;"
		"line-height:%dpx;color:",
		g_rand_int_range(common, 1, 13), g_rand_int_range(common, 300, 720),
		g_rand_int_range(common, 30, 101), g_rand_boolean(common) ? "left" : "center",
		g_rand_int_range(common, 0, 30), g_rand_int_range(common, 0, 30),
		g_rand_int_range(common, 0, 30), g_rand_boolean(common) ? "Arial" : "Helvetica",
		g_rand_int_range(common, 9, 24), g_rand_int_range(common, 12, 30));
	add_color(page, common);
	g_string_append(page, "\">");
	add_prose(maker, g_rand_int_range(common, 0, 26));
	if (number % 2 == 0) {
		g_string_append(page, " <a href=\"");
		add_url(maker, number);
		g_string_append(page, "\" target=\"_blank\" style=\"text-decoration:none\">");
		add_prose(maker, 3);
		g_string_append(page, "</a>");
	}
	if (number % 5 == 4)
		g_string_append_printf(page,
			"<img src=\"https://cdn.%s/i/%08x.png\" width=\"%d\" alt=\"\">",
			maker->site, g_rand_int(common), g_rand_int_range(common, 20, 600));
	g_string_append(page,
		"</td></tr></table></div>\n"
		"<!--[if (mso)|(IE)]></td></tr></table><![endif]-->\n");
}

/* What only this message says. */
static void
add_own_line(const Maker *maker)
{
	gsize before = maker->page->len;

	g_string_append_printf(maker->page, "user%d, ", maker->number % 1997);
	add_words(maker->page, maker->own, 4);
	for (int i = 0; i < 4; i++)
		g_string_append_printf(maker->page, " %u", g_rand_int(maker->own));
	keep_said(maker, before);
}

/* @size is about what it takes as it travels. */
static void
make_page(const Maker *maker, gsize size)
{
	g_string_truncate(maker->page, 0);
	g_string_truncate(maker->said, 0);
	add_style(maker);
	if (g_rand_int_range(maker->common, 0, 5) < 3) {
		g_string_append(maker->page, "<div style=\"display:none;max-height:0\">");
		add_words(maker->page, maker->common, 12);
		g_string_append(maker->page, "</div>\n");
	}
	g_string_append(maker->page, "<p>");
	add_own_line(maker);
	g_string_append(maker->page, "</p>\n");
	for (int block = 0; block == 0 || maker->page->len < size; block++)
		add_block(maker, block);
	g_string_append_printf(maker->page, "<p>\xc2\xa9 2026 %s", maker->site);
	if (maker->tracked)
		g_string_append_printf(maker->page,
			"<img src=\"https://abcd1234.r.us-east-1.awstrack.me/I0/%s/"
			"AAAAAAAAAAAAAAAAAAAAAAAAAAA=412\" width=\"1\" height=\"1\" alt=\"\">",
			maker->id);
	g_string_append(maker->page, "</p></body></html>\n");
}

static void
make_text(const Maker *maker, gsize size)
{
	GString *text = maker->page;

	g_string_truncate(text, 0);
	add_own_line(maker);
	while (text->len < size) {
		g_string_append(text, "\n\n");
		add_prose(maker, g_rand_int_range(maker->common, 10, 60));
	}
	g_string_append_printf(text, "\n\nhttps://www.%s/p/%d?u=", maker->site, maker->campaign);
	add_token(text, maker->own, 16);
	g_string_append_printf(text, "\n\xc2\xa9 2026 %s\n", maker->site);
}

static void
add_attachment(const Maker *maker, gsize bytes)
{
	g_autofree char *filler = noise(maker->own, bytes);
	gsize length = 0;

	g_base64_decode_inplace(filler, &length);
	memcpy(filler, "%PDF-1.4\n", MIN(length, 9));
	g_string_append_printf(maker->mail,
		"--b%d\nContent-Type: application/pdf; name=\"%d.pdf\"\n"
		"Content-Disposition: attachment; filename=\"%d.pdf\"\n"
		"Content-Transfer-Encoding: base64\n\n",
		maker->campaign, maker->number, maker->number);
	add_base64(maker->mail, filler, length);
}

static void
add_texts(const Maker *maker, gsize size)
{
	if (maker->text_alone) {
		make_text(maker, MIN(size, LONGEST_TEXT));
		add_text_part(maker, "text/plain", maker->page);
		return;
	}
	if (maker->page_alone) {
		make_page(maker, MIN(size, LONGEST_PAGE));
		add_text_part(maker, "text/html", maker->page);
		return;
	}
	g_string_append_printf(maker->mail,
		"Content-Type: multipart/alternative; boundary=a%d\n\n--a%d\n", maker->campaign,
		maker->campaign);
	make_page(maker, MIN(size, LONGEST_PAGE));
	add_text_part(maker, "text/plain", maker->said);
	g_string_append_printf(maker->mail, "--a%d\n", maker->campaign);
	add_text_part(maker, "text/html", maker->page);
	g_string_append_printf(maker->mail, "--a%d--\n", maker->campaign);
}

/* Those that are large have one, and few of the others. */
static gsize
draw_attachment(const Maker *maker, gsize size)
{
	gsize most = maker->text_alone ? LONGEST_TEXT : LONGEST_PAGE;

	if (size > most)
		return (size - most) / 4 * 3;
	return g_rand_int_range(maker->own, 0, 14) == 0 ? size / 2 : 0;
}

/* Fields of the top entity's content are the header's last ones. */
static void
make_body(const Maker *maker, gsize size)
{
	gsize attached = draw_attachment(maker, size);

	g_string_truncate(maker->mail, 0);
	if (attached == 0) {
		add_texts(maker, size);
		return;
	}
	g_string_append_printf(maker->mail,
		"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", maker->campaign,
		maker->campaign);
	add_texts(maker, size / 2);
	add_attachment(maker, attached);
	g_string_append_printf(maker->mail, "--b%d--\n", maker->campaign);
}

/* ---- header ---- */

/* RFC 6376 section 3.4.3: as the body travels, with CRLF; ours ends in one. */
static char *
body_hash(const GString *mail)
{
	g_autoptr(GString) body = g_string_new(strstr(mail->str, "\n\n") + 2);

	g_string_replace(body, "\n", "\r\n", 0);
	return sha256_base64(body->str, body->len);
}

static void
add_signature(const Maker *maker, const char *domain, const char *selector, const char *hash,
	gsize bytes, int64_t at)
{
	g_string_append_printf(maker->header,
		"DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple;\n"
		"\ts=%s; d=%s; t=%" G_GINT64_FORMAT ";\n"
		"\th=From:To:Subject:Date:Message-ID:MIME-Version:Content-Type%s;\n\tbh=%s;\n\tb=",
		selector, domain, at, g_str_equal(domain, "amazonses.com") ? ":Feedback-ID" : "",
		hash);
	add_noise(maker->header, maker->own, bytes);
	g_string_append_c(maker->header, '\n');
}

static void
add_seal(const Maker *maker, const char *begins)
{
	g_string_append(maker->header, begins);
	add_noise(maker->header, maker->own, 128);
	g_string_append_c(maker->header, '\n');
}

static void
add_filter_results(const Maker *maker)
{
	g_string_append_printf(maker->header,
		"X-Virus-Scanned: by mx.example.net\n"
		"X-Spam-Status: No, score=%d.%d required=6.3\n"
		"\ttests=[DKIM_SIGNED=0.1, DKIM_VALID=-0.1, DKIM_VALID_AU=-0.1,\n"
		"\tHTML_MESSAGE=0.001, RCVD_IN_DNSWL_NONE=-0.0001, SPF_HELO_NONE=0.001,\n"
		"\tSPF_PASS=-0.001, T_KAM_HTML_FONT_INVALID=0.01] autolearn=no\n"
		"Authentication-Results: mx.example.net;\n"
		"\tdkim=pass (1024-bit key) header.d=%s header.i=@%s;\n",
		g_rand_int_range(maker->own, 0, 6), g_rand_int_range(maker->own, 0, 1000),
		maker->site, maker->site);
	if (maker->ses)
		g_string_append(maker->header,
			"\tdkim=pass (1024-bit key) header.d=amazonses.com"
			" header.i=@amazonses.com;\n");
	g_string_append_printf(maker->header,
		"\tspf=pass smtp.mailfrom=%s;\n\tdmarc=pass header.from=%s\n", maker->sender,
		maker->site);
	add_seal(maker, "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.net; s=arc; b=");
	add_seal(maker,
		"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net;\n"
		"\ts=arc; h=From:To:Subject:Date:Message-ID; b=");
}

/* What stands above what SES sent: our own gateway's, which seals what it says. */
static void
add_gateway(const Maker *maker, int host, const char *date)
{
	g_autofree char *name = maker->ses ? g_strdup_printf("a8-%d.smtp-out.amazonses.com", host)
					   : g_strdup_printf("out.%s", maker->site);
	g_autofree char *ip = maker->ses ? g_strdup_printf("54.240.8.%d", host)
					 : g_strdup_printf("198.51.100.%d", host);
	int user = maker->number % 1997;

	g_string_append_printf(maker->header,
		"X-Original-To: user%d@example.net\nDelivered-To: user%d@example.net\n"
		"Received: from mx.example.net (localhost [127.0.0.1])\n"
		"\tby mail.example.net (Postfix) with ESMTP id 4%08X\n"
		"\tfor <user%d@example.net>; %s\n",
		user, user, g_rand_int(maker->own), user, date);
	add_filter_results(maker);
	g_string_append_printf(maker->header,
		"Received: from %s (%s [%s])\n\t(using TLSv1.3 with cipher"
		" TLS_AES_256_GCM_SHA384 (256/256 bits))\n"
		"\tby mx.example.net (Postfix) with ESMTPS id 4%08X\n"
		"\tfor <user%d@example.net>; %s\n",
		name, name, ip, g_rand_int(maker->own), user, date);
}

/* A receiver before ours wrote what it thought, in words that say nothing to others. */
static void
add_foreign_report(const Maker *maker)
{
	g_string_append(maker->header, "X-Report-Untrusted: BCL:0;\nX-Antispam-Message-Info:");
	add_noise(maker->header, maker->own, 3300);
	g_string_append_c(maker->header, '\n');
}

static void
add_subject(const Maker *maker)
{
	g_autoptr(GString) subject = g_string_new(NULL);
	g_autofree char *base64 = NULL;

	add_words(subject, maker->common, 5);
	g_string_append_printf(subject, " %d", maker->number % 100);
	base64 = g_base64_encode((const guchar *)subject->str, subject->len);
	if (maker->campaign % 5 == 1)
		g_string_append_printf(maker->header, "Subject: =?UTF-8?B?%s?=\n", base64);
	else
		g_string_append_printf(maker->header, "Subject: %s\n", subject->str);
}

static void
make_header(const Maker *maker, int64_t at)
{
	GString *header = maker->header;
	int host = 1 + maker->campaign % 250;
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);
	g_autofree char *date = g_date_time_format(time, "%a, %d %b %Y %H:%M:%S +0000");
	g_autofree char *day = g_date_time_format(time, "%Y.%m.%d");
	g_autofree char *hash = body_hash(maker->mail);
	g_autofree char *name = g_strdup_printf("account %d", maker->campaign / 3);
	g_autofree char *account = sha256_base64(name, strlen(name));

	g_string_truncate(header, 0);
	g_string_append_printf(header, "Return-Path: <%s>\n", maker->sender);
	add_gateway(maker, host, date);
	if (maker->campaign % 5 == 2)
		add_foreign_report(maker);
	add_signature(maker, maker->site, "d6i7ujkppllnvet7z72vxxx7hxlzrwji", hash, 128, at);
	if (maker->ses)
		add_signature(
			maker, "amazonses.com", "224i4yxa5dv7c2xz3womw6peuasteono", hash, 128, at);
	g_string_append_printf(header,
		"Date: %s\nFrom: \"Shop %d\" <news@%s>\nTo: user%d@example.net\n"
		"Message-ID: <%s@%s>\n",
		date, maker->campaign / 3, maker->site, maker->number % 1997, maker->id,
		maker->ses ? "email.amazonses.com" : maker->site);
	add_subject(maker);
	g_string_append_printf(header, "List-Unsubscribe: <https://www.%s/u/", maker->site);
	add_token(header, maker->own, 40);
	g_string_append(header, ">\nMIME-Version: 1.0\n");
	if (maker->ses)
		g_string_append_printf(header,
			"Feedback-ID: ::1.us-east-1.%s:AmazonSES\nX-SES-Outgoing: %s-54.240.8.%d\n",
			account, day, host);
}

/* ---- mails ---- */

/* ln N(mu, sigma): most are some KB, a few hundreds of them. */
static gsize
draw_size(GRand *rand)
{
	double u = MAX(g_rand_double(rand), 1e-9);
	double normal = sqrt(-2 * log(u)) * cos(2 * G_PI * g_rand_double(rand));

	return (gsize)CLAMP(exp(9.03 + 1.18 * normal), 300, 3e6);
}

/* How many messages before @number the last one of its campaign came.  Of 312 messages of SES mail
 * whose campaign was known, 40 in a hundred came within a day of that one, 34 within a week, 14
 * within a month, 12 later; a day are 300 messages here. */
static int
draw_gap(GRand *rand, int number)
{
	static const struct {
		double share;
		int most;
	} gaps[] = { { 0.40, 300 }, { 0.74, 2100 }, { 0.88, 9000 }, { 1, G_MAXINT } };
	double drawn = g_rand_double(rand);
	int least = 1;
	size_t i = 0;

	while (drawn >= gaps[i].share)
		least = gaps[i++].most;
	return g_rand_int_range(rand, MIN(least, number), MIN(gaps[i].most, number) + 1);
}

/* Every eighth message is the first of a campaign. */
static int
campaign_of(GRand *rand, int number)
{
	while (number % NEW_EVERY != 0) {
		g_rand_set_seed(rand, (guint32)number);
		number -= draw_gap(rand, number);
	}
	return number / NEW_EVERY;
}

static void
choose_campaign(Maker *maker)
{
	maker->campaign = campaign_of(maker->common, maker->number);
	g_rand_set_seed(maker->common, (guint32)maker->campaign + 1);
	maker->ses = maker->campaign % 10 != 9;
	maker->tracked = maker->ses && maker->campaign % 4 == 0;
	maker->text_alone = maker->campaign % 7 == 3;
	maker->page_alone = maker->campaign % 2 == 0;
	maker->encoding = maker->campaign % 8 < 5 ? ENCODING_QUOTED_PRINTABLE
		: maker->campaign % 8 < 7         ? ENCODING_NONE
						  : ENCODING_BASE64;
	g_free(maker->site);
	maker->site = g_strdup_printf("shop%d.example", maker->campaign / 3);
}

/* Two customers of SES in five have an envelope domain of their own. */
static void
make_ids(Maker *maker, int64_t at)
{
	g_free(maker->id);
	g_free(maker->sender);
	if (maker->ses)
		maker->id = g_strdup_printf("0100%012" G_GINT64_MODIFIER
					    "x-%08x-d408-4013-b275-%012x-000000",
			at * 1000, g_rand_int(maker->own), (unsigned)maker->number);
	else
		maker->id = g_strdup_printf("%08x.%d", g_rand_int(maker->own), maker->number);
	if (maker->ses && maker->campaign % 5 > 1)
		maker->sender = g_strdup_printf("%s@amazonses.com", maker->id);
	else
		maker->sender = g_strdup_printf("%s@mail.%s", maker->id, maker->site);
}

static void
make_mail(Maker *maker)
{
	int64_t at = FIRST_DAY + (int64_t)maker->number * 37;
	gsize size = draw_size(maker->own);

	choose_campaign(maker);
	make_ids(maker, at);
	make_body(maker, size);
	make_header(maker, at);
	g_string_prepend_len(maker->mail, maker->header->str, (gssize)maker->header->len);
}

static bool
make_folders(const char *folder)
{
	static const char *const sub[] = { "cur", "new", "tmp" };

	for (size_t i = 0; i < G_N_ELEMENTS(sub); i++) {
		g_autofree char *path = g_build_filename(folder, sub[i], NULL);

		if (g_mkdir_with_parents(path, 0700) != 0)
			return false;
	}
	return true;
}

static bool
write_all(Maker *maker, const char *folder, int count)
{
	for (int i = 0; i < count; i++, maker->number++) {
		g_autofree char *path =
			g_strdup_printf("%s/cur/%08d.lazaret:2,", folder, maker->number);

		make_mail(maker);
		if (!g_file_set_contents_full(path, maker->mail->str, (gssize)maker->mail->len,
			    G_FILE_SET_CONTENTS_NONE, 0600, NULL))
			return false;
	}
	return true;
}

static void
maker_clear(Maker *maker)
{
	g_rand_free(maker->own);
	g_rand_free(maker->common);
	g_string_free(maker->mail, TRUE);
	g_string_free(maker->header, TRUE);
	g_string_free(maker->page, TRUE);
	g_string_free(maker->said, TRUE);
	g_free(maker->site);
	g_free(maker->id);
	g_free(maker->sender);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Maker, maker_clear)

int
main(int argc, char **argv)
{
	int first = argc > 4 ? atoi(argv[4]) : 0;
	guint32 seed = (argc > 3 ? (guint32)atoi(argv[3]) : 1) + (guint32)first;
	g_auto(Maker) maker = {
		.own = g_rand_new_with_seed(seed),
		.common = g_rand_new_with_seed(1),
		.mail = g_string_new(NULL),
		.header = g_string_new(NULL),
		.page = g_string_new(NULL),
		.said = g_string_new(NULL),
		.number = first,
	};

	if (argc < 3 || atoi(argv[2]) <= 0) {
		fprintf(stderr, "usage: generate FOLDER N [SEED [FIRST]]\n");
		return 64;
	}
	if (!make_folders(argv[1]) || !write_all(&maker, argv[1], atoi(argv[2]))) {
		perror(argv[1]);
		return 73;
	}
	return 0;
}
