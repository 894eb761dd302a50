#include "mail/dmarc.h"
#include "tests/mail/mails.h"

#define TRUSTED "Authentication-Results: mx.example.net; "
#define BOUNDARY                                                                            \
	"\r\nReceived: from out.other.com (out.other.com [203.0.113.5]) by mx.example.net;" \
	" Wed, 10 Jan 2024 16:59:45 +0000\r\n"
#define FROM "From: Shop <a@news.shop.co.uk>\r\n"
#define REST "Subject: hi\r\n\r\nhello\r\n"

typedef struct Case {
	const char *name;
	const char *mail;
	uint32_t alignment;
	const char *text;
} Case;

static const Case cases[] = {
	{ "dkim", TRUSTED "dkim=pass header.d=mail.shop.co.uk" BOUNDARY FROM REST, ALIGNED_BY_DKIM,
		"aligned with shop.co.uk by DKIM" },
	{ "spf", TRUSTED "spf=pass smtp.mailfrom=b@bounce.shop.co.uk" BOUNDARY FROM REST,
		ALIGNED_BY_SPF, "aligned with shop.co.uk by SPF" },
	{ "both",
		TRUSTED
		"spf=pass smtp.mailfrom=b@shop.co.uk; dkim=pass header.i=@shop.co.uk" BOUNDARY FROM
			REST,
		ALIGNED_BY_DKIM | ALIGNED_BY_SPF, "aligned with shop.co.uk by DKIM and SPF" },
	{ "dmarc-alone", TRUSTED "dmarc=pass header.from=news.shop.co.uk" BOUNDARY FROM REST,
		ALIGNED_BY_DMARC, "aligned with shop.co.uk, says a server you trust: dmarc=pass" },
	{ "neither",
		TRUSTED "spf=pass smtp.mailfrom=b@bulk.example; dkim=pass header.d=amazonses.com;"
			" dkim=pass header.d=bulk.example" BOUNDARY FROM REST,
		0,
		"not aligned with shop.co.uk: DKIM of amazonses.com and bulk.example, SPF of bulk.example" },
	{ "public-suffix-is-no-organisation",
		TRUSTED "dkim=pass header.d=evil.co.uk" BOUNDARY FROM REST, 0,
		"not aligned with shop.co.uk: DKIM of evil.co.uk" },
	{ "failed", TRUSTED "dkim=fail header.d=shop.co.uk" BOUNDARY FROM REST, 0,
		"not aligned with shop.co.uk: nothing passed that counts here" },
	{ "only-claimed",
		"X-First: x" BOUNDARY TRUSTED "dkim=pass header.d=shop.co.uk" BOUNDARY TRUSTED
		"dkim=pass header.d=shop.co.uk\r\n" FROM REST,
		0, "not aligned with shop.co.uk: nothing passed that counts here" },
	{ "arc-is-a-claim",
		"ARC-Authentication-Results: i=1; mx.example.net; dkim=pass header.d=shop.co.uk" BOUNDARY
			FROM REST,
		0, "not aligned with shop.co.uk: nothing passed that counts here" },
	{ "two-from-fields",
		TRUSTED "dkim=pass header.d=shop.co.uk" BOUNDARY FROM
			"From: b@evil.example\r\n" REST,
		0, "not aligned: there are several From fields" },
	{ "no-from", TRUSTED "dkim=pass header.d=shop.co.uk" BOUNDARY REST, 0,
		"not aligned: From names no domain" },
};

static void
test_case(gconstpointer data)
{
	const Case *row = data;
	g_autoptr(Message) message = mails_read(row->mail);
	g_autofree char *text = dmarc_text(message);

	g_assert_cmpuint(dmarc_alignment(message), ==, row->alignment);
	g_assert_cmpstr(text, ==, row->text);
}

/* What was verified here counts like a trusted result. */
static void
test_verified_signature_counts(void)
{
	g_autoptr(Message) message = mails_read(
		"DKIM-Signature: v=1; d=shop.co.uk; s=x; h=From; bh=x; b=y\r\n" FROM REST);
	Signature *signature;

	g_assert_cmpuint(message->signatures->len, ==, 1);
	signature = g_ptr_array_index(message->signatures, 0);
	signature->result = DKIM_HEADER_ALTERED;
	g_assert_cmpuint(dmarc_alignment(message), ==, 0);
	signature->result = DKIM_PASS;
	g_assert_cmpuint(dmarc_alignment(message), ==, ALIGNED_BY_DKIM);
}

static void
test_claimant_of_an_arc_set(void)
{
	g_autoptr(Message) message = mails_read(
		"ARC-Seal: i=2; a=rsa-sha256; d=two.example; s=x; cv=pass; b=y\r\n"
		"ARC-Seal: i=1; a=rsa-sha256; d=one.example; s=x; cv=none; b=y\r\n"
		"ARC-Authentication-Results: i=1; mx.one.example; spf=pass smtp.mailfrom=a.example\r\n"
		"Authentication-Results-Original: mx.two.example; spf=fail smtp.mailfrom=a.example\r\n"
		"Authentication-Results: spf=none smtp.mailfrom=a.example\r\n" FROM REST);
	static const char *const claimants[] = {
		"mx.one.example in ARC set 1, sealed by one.example",
		"mx.two.example in Authentication-Results-Original", "a server that gives no name"
	};

	g_assert_cmpuint(message->auth->len, ==, G_N_ELEMENTS(claimants));
	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);
		g_autofree char *claimant = auth_claimant(message, result);

		g_assert_false(result->trusted);
		g_assert_cmpstr(claimant, ==, claimants[i]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strconcat("/dmarc/", cases[i].name, NULL);

		g_test_add_data_func(path, &cases[i], test_case);
	}
	g_test_add_func("/dmarc/verified-signature-counts", test_verified_signature_counts);
	g_test_add_func("/dmarc/claimant-of-an-arc-set", test_claimant_of_an_arc_set);
	return g_test_run();
}
