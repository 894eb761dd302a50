#include "tests/mail/mails.h"

#define OUTSIDE                                                                                \
	"Received: from out.other.example (out.other.example [203.0.113.5]) by mx.example.net" \
	" with ESMTP; Wed, 10 Jan 2024 16:59:45 +0000\r\n"
#define AMAZON                                                                        \
	"Received: from a11-10.smtp-out.amazonses.com (a11-10.smtp-out.amazonses.com" \
	" [54.240.11.10]) by mx.example.net with ESMTPS; Wed, 10 Jan 2024 16:59:45 +0000\r\n"
#define INSIDE                                                                              \
	"Received: from mx.example.net (mx.example.net [10.0.0.5]) by box.example.net with" \
	" LMTP; Wed, 10 Jan 2024 16:59:46 +0000\r\n"
#define SIGNED                                                                 \
	"DKIM-Signature: v=1; d=mail.shop.example; s=x; h=From; bh=x; b=y\r\n" \
	"From: Shop <a@shop.example>\r\nSubject: hi\r\n\r\nhello\r\n"
#define GOOD                                                                                               \
	"Authentication-Results: mx.example.net;\r\n spf=pass (ok; really) smtp.mailfrom=b@x.example;\r\n" \
	" dkim=pass header.i=@mail.shop.example header.s=x;dmarc=pass action=none"                         \
	" header.from=shop.example\r\n"
#define FORGED                                                                          \
	"Authentication-Results: mx.example.net; dkim=pass header.d=mail.shop.example;" \
	" dmarc=pass header.from=shop.example\r\n"

static const AuthResult *
result_of(const Message *message, const char *method)
{
	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);

		if (strcmp(result->method, method) == 0)
			return result;
	}
	return NULL;
}

static void
test_trusted_field(void)
{
	g_autoptr(Message) message = mails_read(INSIDE GOOD OUTSIDE SIGNED);

	g_assert_cmpint(message->auth->len, ==, 3);
	g_assert_cmpstr(result_of(message, "spf")->domain, ==, "x.example");
	g_assert_cmpstr(result_of(message, "dkim")->domain, ==, "mail.shop.example");
	g_assert_cmpstr(auth_trusted(message, "dmarc"), ==, "pass");
	g_assert_cmpstr(message->account_domain, ==, "mail.shop.example");
	g_assert_true(message->authenticated);
}

/* The same words where a sender can put them. */
static const char *const forgeries[] = {
	OUTSIDE FORGED SIGNED,
	INSIDE OUTSIDE FORGED SIGNED,
	OUTSIDE
	"Authentication-Results: mx.example.net\r\n ; dkim=pass header.d=mail.shop.example\r\n" SIGNED,
	"ARC-Authentication-Results: i=1; mx.example.net; dkim=pass header.d=mail.shop.example\r\n" OUTSIDE
		SIGNED,
	"X-Original-Authentication-Results: mx.example.net; dkim=pass header.d=mail.shop.example\r\n" OUTSIDE
		SIGNED,
	"Authentication-Results: mx.evil.example; dkim=pass header.d=mail.shop.example\r\n" OUTSIDE
		SIGNED,
	"Authentication-Results: (mx.example.net) evil; dkim=pass header.d=mail.shop.example\r\n" OUTSIDE
		SIGNED,
	"Authentication-Results: evil; none=none (; mx.example.net; dkim=pass header.d=mail.shop.example)\r\n" OUTSIDE
		SIGNED,
	FORGED SIGNED, /* no hop at all: nobody received it */
	/* the client only calls itself inside */
	"Received: from x.outlook.com (203.0.113.9) by X.mail.protection.outlook.com\r\n"
	"Authentication-Results: dkim=pass header.d=mail.shop.example; dmarc=pass"
	" header.from=shop.example\r\n" OUTSIDE SIGNED,
	"Received: from a.b=mx.example.net (unknown [203.0.113.66]) by mx.example.net\r\n" FORGED
		OUTSIDE SIGNED,
	"Received: from [203.0.113.66] (helo=[10.0.0.1]) by mx.example.net\r\n" FORGED OUTSIDE
		SIGNED,
	"Received: from x (relay.example.net [203.0.113.66] (may be forged)) by mx.example.net\r\n" FORGED
		OUTSIDE SIGNED,
	"Received: from box.example.net (evil.example [203.0.113.9]) by mx.example.net\r\n" FORGED
		OUTSIDE SIGNED,
};

static void
test_forgeries_change_nothing(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(forgeries); i++) {
		g_autoptr(Message) message = mails_read(forgeries[i]);

		g_test_message("forgery %" G_GSIZE_FORMAT, i);
		g_assert_null(auth_trusted(message, "dkim"));
		g_assert_null(auth_trusted(message, "dmarc"));
		g_assert_false(message->authenticated);
	}
}

static void
test_exchange_names_no_id(void)
{
	g_autoptr(Message) message = mails_read(
		"Received: from A.namprd19.prod.outlook.com (2603:10b6:a03:4c3::16)\r\n by"
		" B.namprd19.prod.outlook.com with HTTPS; Sun, 30 Jul 2023 23:57:38 +0000\r\n"
		"Authentication-Results: spf=pass (sender IP is 54.240.9.29)\r\n"
		" smtp.mailfrom=amazonses.com; dkim=pass (signature was verified)\r\n"
		" header.d=mail.shop.example;dkim=pass (signature was verified)\r\n"
		" header.d=amazonses.com;dmarc=pass action=none header.from=shop.example;\r\n"
		"Received: from a9-29.smtp-out.amazonses.com (54.240.9.29) by\r\n"
		" X.mail.protection.outlook.com (10.13.181.33); Sun, 30 Jul 2023 23:57:36 +0000\r\n" SIGNED);

	g_assert_cmpint(message->auth->len, ==, 4);
	g_assert_cmpstr(result_of(message, "spf")->authserv_id, ==, "");
	g_assert_true(auth_dkim_passed(message, "amazonses.com"));
	g_assert_true(message->authenticated);
}

/* Google and milters write below their own hop; Amazon's clients can't get above its
 * signatures. */
static void
test_below_amazons_hop(void)
{
	g_autoptr(Message) real = mails_read(AMAZON GOOD SIGNED);
	g_autoptr(Message) forged = mails_read(AMAZON
		"DKIM-Signature: v=1; d=amazonses.com; s=x; h=From; bh=x; b=y\r\n" FORGED SIGNED);

	g_assert_true(real->authenticated);
	g_assert_false(forged->authenticated);
}

static void
test_unaligned_pass_vouches_for_nobody(void)
{
	g_autoptr(Message) message = mails_read(
		"Authentication-Results: mx.example.net; dkim=pass header.d=evil.example\r\n" OUTSIDE
		"DKIM-Signature: v=1; d=evil.example; s=x; h=From; bh=x; b=y\r\n"
		"From: Shop <a@shop.example>\r\n\r\nhello\r\n");

	g_assert_null(message->account_domain);
	g_assert_false(message->authenticated);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/auth/trusted-field", test_trusted_field);
	g_test_add_func("/auth/forgeries-change-nothing", test_forgeries_change_nothing);
	g_test_add_func("/auth/exchange-names-no-id", test_exchange_names_no_id);
	g_test_add_func("/auth/below-amazons-hop", test_below_amazons_hop);
	g_test_add_func("/auth/unaligned-pass", test_unaligned_pass_vouches_for_nobody);
	return g_test_run();
}
