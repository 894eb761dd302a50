#include "tests/mail/mails.h"

#define ID      "0100018cf450cae5-228c0b4f-d408-4013-b275-5f4d775559cb-000000"
#define ACCOUNT "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyMDA="
#define HOP                                                                                       \
	"Received: from a11-10.smtp-out.amazonses.com (a11-10.smtp-out.amazonses.com"             \
	" [54.240.11.10])\r\n by mx.example.net (Postfix) with ESMTPS; Wed, 10 Jan 2024 16:59:45" \
	" +0000\r\n"
#define FORGED_HOP                                                                     \
	"Received: from a11-10.smtp-out.amazonses.com (evil.example [203.0.113.9]) by" \
	" mx.example.net; Wed, 10 Jan 2024 16:59:45 +0000\r\n"
#define SIGNATURE                                                                    \
	"DKIM-Signature: v=1; a=rsa-sha256; s=224i4yxa5dv7c2xz3womw6peuasteono;\r\n" \
	" d=amazonses.com; t=1704905984; h=From:To:Feedback-ID; bh=x; b=y\r\n"
#define FEEDBACK "Feedback-ID: ::1.us-east-1." ACCOUNT ":AmazonSES\r\n"
#define OUTGOING "X-SES-Outgoing: 2024.01.10-54.240.11.10\r\n"
#define MID      "Message-ID: <" ID "@email.amazonses.com>\r\n"
#define PLAIN    "From: Shop <a@shop.example>\r\nTo: u@example.net\r\nSubject: hi\r\n\r\nhello\r\n"

typedef struct Case {
	const char *name;
	const char *mail;
	SesClass class;
	guint inconsistencies;
} Case;

static const Case cases[] = {
	{ "hop-and-all-marks", HOP SIGNATURE MID FEEDBACK OUTGOING PLAIN, SES_CONFIRMED, 0 },
	{ "hop-and-one-mark", HOP MID PLAIN, SES_CONFIRMED, 0 },
	{ "trusted-result-and-mark",
		"Authentication-Results: mx.example.net; dkim=pass header.d=amazonses.com\r\n"
		"Received: from out.other.example (out.other.example [203.0.113.5]) by mx.example.net\r\n" SIGNATURE
			PLAIN,
		SES_CONFIRMED, 0 },
	{ "result-below-the-boundary",
		"Received: from out.other.example (out.other.example [203.0.113.5]) by mx.example.net\r\n"
		"Authentication-Results: mx.example.net; dkim=pass header.d=amazonses.com\r\n" SIGNATURE
			PLAIN,
		SES_CLAIMED, 0 },
	{ "result-of-a-stranger",
		"Authentication-Results: mx.evil.example; dkim=pass header.d=amazonses.com\r\n"
		"Received: from out.other.example (out.other.example [203.0.113.5]) by mx.example.net\r\n" SIGNATURE
			PLAIN,
		SES_CLAIMED, 0 },
	{ "marks-without-boundary", SIGNATURE MID FEEDBACK OUTGOING PLAIN, SES_LIKELY, 0 },
	{ "hop-below-the-boundary",
		"Received: from evil.example (evil.example [203.0.113.9]) by mx.example.net;"
		" Wed, 10 Jan 2024 16:59:46 +0000\r\n" HOP SIGNATURE MID FEEDBACK OUTGOING PLAIN,
		SES_LIKELY, 0 },
	{ "invented-trace",
		"Received: from evil.example (evil.example [203.0.113.9]) by mx.example.net;"
		" Wed, 10 Jan 2024 16:59:46 +0000\r\n"
		"X-Received: from a11-10.smtp-out.amazonses.com (a11-10.smtp-out.amazonses.com"
		" [54.240.11.10]) by mx.google.com; Wed, 10 Jan 2024 16:59:45 +0000\r\n" MID PLAIN,
		SES_LIKELY, 0 },
	{ "forged-hop", FORGED_HOP PLAIN, SES_CLAIMED, 1 },
	{ "forged-hop-and-marks", FORGED_HOP SIGNATURE MID FEEDBACK OUTGOING PLAIN, SES_CLAIMED,
		1 },
	{ "days-apart", SIGNATURE MID FEEDBACK "X-SES-Outgoing: 2025.08.07-54.240.8.10\r\n" PLAIN,
		SES_CLAIMED, 1 },
	{ "foreign-address",
		SIGNATURE MID FEEDBACK "X-SES-Outgoing: 2024.01.10-203.0.113.9\r\n" PLAIN,
		SES_CLAIMED, 1 },
	{ "regions-differ",
		SIGNATURE MID "Feedback-ID: 1.eu-west-1." ACCOUNT ":AmazonSES\r\n" OUTGOING PLAIN,
		SES_CLAIMED, 1 },
	{ "code-differs-from-host",
		SIGNATURE FEEDBACK OUTGOING
		"Message-ID: <0102018cf450cae5-228c0b4f-d408-4013-b275-5f4d775559cb-000000"
		"@email.amazonses.com>\r\n" PLAIN,
		SES_CLAIMED, 1 },
	{ "random-id", "Message-ID: <EvLtLeD5aa0CUXSbZkFLSQ5NuW@email.amazonses.com>\r\n" PLAIN,
		SES_CLAIMED, 0 },
	{ "envelope-alone", "Return-Path: <" ID "@bounce.shop.example>\r\n" PLAIN, SES_CLAIMED, 0 },
	{ "mention-only", "References: <" ID "@email.amazonses.com>\r\n" PLAIN, SES_NONE, 0 },
	{ "look-alike-domain", "Message-ID: <" ID "@email.amazonses.com.evil.test>\r\n" PLAIN,
		SES_NONE, 0 },
	{ "another-service", "Feedback-ID: AmazonSES:campaign:7:otheresp\r\n" PLAIN, SES_NONE, 0 },
	{ "received-by-ses",
		"Received: from mail.example.org (mail.example.org [203.0.113.5]) by"
		" inbound-smtp.us-east-1.amazonaws.com with SMTP id x; Mon, 1 Jan 2024 00:00:00 +0000\r\n"
		"X-SES-Spam-Verdict: PASS\r\n"
		"Authentication-Results: amazonses.com; dkim=pass header.i=@example.org\r\n" PLAIN,
		SES_NONE, 0 },
	{ "wrong-arithmetic",
		"Received: from a11-11.smtp-out.amazonses.com (a11-11.smtp-out.amazonses.com"
		" [54.240.11.10]) by mx.example.net; Wed, 10 Jan 2024 16:59:45 +0000\r\n" MID PLAIN,
		SES_CLAIMED, 1 },
};

static void
test_class(gconstpointer data)
{
	const Case *c = data;
	g_autoptr(Message) message = mails_read(c->mail);

	g_assert_cmpstr(ses_class_name(message->ses->class), ==, ses_class_name(c->class));
	g_assert_cmpint(message->ses->inconsistencies->len, ==, c->inconsistencies);
}

static void
test_account_and_region(void)
{
	g_autoptr(Message) message = mails_read(HOP SIGNATURE MID FEEDBACK OUTGOING PLAIN);

	g_assert_cmpstr(message->ses->account, ==, ACCOUNT);
	g_assert_cmpstr(message->ses->region, ==, "us-east-1");
	g_assert_cmpstr(message->ses->ip, ==, "54.240.11.10");
	g_assert_cmpstr(message->ses->message_id, ==, ID);
	/* The signature says so, nobody else does. */
	g_assert_nonnull(ses_account_signature(message));
	g_assert_false(message->ses->account_signed);
}

static void
test_a_trusted_result_proves_the_account(void)
{
	g_autoptr(Message) message = mails_read(
		"Authentication-Results: mx.example.net; dkim=pass header.d=amazonses.com\r\n" HOP
			SIGNATURE MID FEEDBACK OUTGOING PLAIN);
	g_autoptr(Message) uncovered = mails_read(
		"Authentication-Results: mx.example.net; dkim=pass header.d=amazonses.com\r\n" HOP
			MID FEEDBACK OUTGOING PLAIN);
	/* The lowest is what a signature covers: another above it is anybody's. */
	g_autoptr(Message) above = mails_read(
		"Authentication-Results: mx.example.net; dkim=pass header.d=amazonses.com\r\n" HOP
			SIGNATURE MID FEEDBACK OUTGOING "Feedback-ID: x\r\n" PLAIN);

	g_assert_true(message->ses->account_signed);
	g_assert_false(uncovered->ses->account_signed);
	g_assert_false(above->ses->account_signed);
	g_assert_null(above->ses->account);
}

static void
test_customer_fields_before_the_account(void)
{
	g_autoptr(Message) message = mails_read(
		HOP MID "Feedback-ID: x@y.example:1.ap-south-1.AAAA:\r\n 1.us-east-1." ACCOUNT
			":AmazonSES\r\n" PLAIN);

	g_assert_cmpstr(message->ses->account, ==, ACCOUNT);
	g_assert_cmpstr(message->ses->region, ==, "us-east-1");
	g_assert_false(message->ses->account_signed);
}

static void
test_lowest_feedback_is_the_signed_one(void)
{
	g_autoptr(Message) message = mails_read(HOP MID
		"Feedback-ID: 1.eu-west-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AmazonSES\r\n" SIGNATURE
			FEEDBACK PLAIN);

	g_assert_cmpstr(message->ses->account, ==, ACCOUNT);
	g_assert_true(message_has_defect(message, DEFECT_DUPLICATE_HEADER));
}

static void
test_custom_mail_from(void)
{
	g_autoptr(Message) message =
		mails_read("Return-Path: <" ID "@bounce.shop.example>\r\n" HOP MID PLAIN);

	g_assert_cmpstr(message->ses->mail_from, ==, "bounce.shop.example");
}

static void
test_addresses(void)
{
	g_assert_true(ses_owns_address("54.240.127.255"));
	g_assert_false(ses_owns_address("54.240.128.0"));
	g_assert_true(ses_owns_address("199.255.195.255"));
	g_assert_false(ses_owns_address("199.255.196.0"));
	g_assert_false(ses_owns_address("54.240.1"));
	g_assert_false(ses_owns_address("54.240.1.1x"));
	g_assert_false(ses_owns_address("2001:db8::1"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strdup_printf("/ses/class/%s", cases[i].name);

		g_test_add_data_func(path, &cases[i], test_class);
	}
	g_test_add_func("/ses/account-and-region", test_account_and_region);
	g_test_add_func(
		"/ses/trusted-result-proves-the-account", test_a_trusted_result_proves_the_account);
	g_test_add_func("/ses/customer-fields", test_customer_fields_before_the_account);
	g_test_add_func("/ses/lowest-feedback", test_lowest_feedback_is_the_signed_one);
	g_test_add_func("/ses/custom-mail-from", test_custom_mail_from);
	g_test_add_func("/ses/addresses", test_addresses);
	return g_test_run();
}
