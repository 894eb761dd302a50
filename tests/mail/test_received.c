#include "mail/received.h"

/* The forms receivers write, with documentation names. */
typedef struct Form {
	const char *name, *value, *helo, *rdns, *ip, *by;
} Form;

static const Form forms[] = {
	{ "postfix",
		"from a8-29.smtp-out.amazonses.com (a8-29.smtp-out.amazonses.com [54.240.8.29])"
		" (using TLSv1.3) by mx.example.net (Postfix) with ESMTPS id 4F; Wed, 10 Jan 2024 16:59:45 +0000",
		"a8-29.smtp-out.amazonses.com", "a8-29.smtp-out.amazonses.com", "54.240.8.29",
		"mx.example.net" },
	{ "google",
		"from a8-29.smtp-out.amazonses.com (a8-29.smtp-out.amazonses.com. [54.240.8.29]) by"
		" mx.google.com with ESMTPS id a1 for <u@example.net>; Wed, 10 Jan 2024 08:59:45 -0800 (PST)",
		"a8-29.smtp-out.amazonses.com", "a8-29.smtp-out.amazonses.com", "54.240.8.29",
		"mx.google.com" },
	{ "exchange",
		"from a8-29.smtp-out.amazonses.com (54.240.8.29) by X.mail.protection.outlook.com"
		" (10.13.181.33) with Microsoft SMTP Server id 15; Wed, 10 Jan 2024 16:59:45 +0000",
		"a8-29.smtp-out.amazonses.com", NULL, "54.240.8.29",
		"x.mail.protection.outlook.com" },
	{ "vger",
		"from a8-29.smtp-out.amazonses.com ([54.240.8.29]:33712 \"EHLO a8-29.smtp-out.amazonses.com\""
		" rhost-flags-OK-OK-OK-OK) by vger.example.org with ESMTP; Wed, 10 Jan 2024 16:59:45 +0000",
		"a8-29.smtp-out.amazonses.com", NULL, "54.240.8.29", "vger.example.org" },
	{ "yahoo",
		"from 54.240.8.29  (EHLO a8-29.smtp-out.amazonses.com) (54.240.8.29) by 10.0.0.1 with"
		" SMTPs; Wed, 10 Jan 2024 16:59:45 +0000",
		"a8-29.smtp-out.amazonses.com", NULL, "54.240.8.29", "10.0.0.1" },
	{ "unknown-name",
		"from mail.evil.example (unknown [IPv6:2001:db8::25]) by mx.example.net; Wed, 10 Jan 2024"
		" 16:59:45 +0000",
		"mail.evil.example", NULL, "2001:db8::25", "mx.example.net" },
	{ "courier",
		"from mail.other.example (out.other.example [::ffff:192.0.2.7]) (AUTH: LOGIN u) by"
		" mx.example.net with ESMTP; Wed, 10 Jan 2024 16:59:45 +0000",
		"mail.other.example", "out.other.example", "192.0.2.7", "mx.example.net" },
	{ "sendmail-doubts-the-name",
		"from a.example (mx.example.net [192.0.2.7] (may be forged)) by mx.example.net; Wed, 10 Jan"
		" 2024 16:59:45 +0000",
		"a.example", NULL, "192.0.2.7", "mx.example.net" },
	{ "brackets-in-what-it-calls-itself",
		"from x(mx.example.net[10.0.0.1]) (unknown [192.0.2.7]) by mx.example.net; Wed, 10 Jan"
		" 2024 16:59:45 +0000",
		NULL, NULL, "192.0.2.7", "mx.example.net" },
	{ "a-name-before-the-brackets",
		"from x (mx.example.net (out.evil.example [192.0.2.7]) by mx.example.net; Wed, 10 Jan"
		" 2024 16:59:45 +0000",
		NULL, "out.evil.example", "192.0.2.7", NULL },
	{ "by-in-a-comment",
		"from a.example (sent by b.example [192.0.2.7]) by mx.example.net; Wed, 10 Jan 2024"
		" 16:59:45 +0000",
		"a.example", "b.example", "192.0.2.7", "mx.example.net" },
};

static void
test_form(gconstpointer data)
{
	const Form *form = data;
	g_autoptr(Received) received = received_parse(form->value);

	g_assert_cmpstr(received->helo, ==, form->helo);
	g_assert_cmpstr(received->rdns, ==, form->rdns);
	g_assert_cmpstr(received->ip, ==, form->ip);
	g_assert_cmpstr(received->by, ==, form->by);
	g_assert_cmpint(received->date, ==, 1704905985);
}

/* The queue id and the one recipient stand behind the server; what a client calls itself can't
 * pretend to be either. */
static void
test_what_the_server_calls_it(void)
{
	static const struct {
		const char *value, *id, *for_whom;
	} fields[] = {
		{ "from a (a [192.0.2.7]) (using TLSv1.3 with cipher X) by mx (Postfix) with ESMTPS id"
		  " 4jdBHB2QvMz1bcM3 for <u@example.net>; Wed, 10 Jan 2024 16:59:45 +0000",
			"4jdBHB2QvMz1bcM3", "u@example.net" },
		{ "from a (a [192.0.2.7]) by mx (Postfix) with ESMTP id 4F; Wed, 10 Jan 2024", "4F",
			NULL },
		{ "from a (a [192.0.2.7]) by mx (Postfix) with ESMTP id 4F for <\"a> b\"@c>; Wed",
			"4F", "\"a> b\"@c" },
		{ "from id (for [192.0.2.7]) by mx (id 1) with ESMTP; Wed", NULL, NULL },
		{ "by mx (Postfix, from userid 0) id 4F; Wed", "4F", NULL },
		{ "from a ([192.0.2.7])", NULL, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_autoptr(Received) received = received_parse(fields[i].value);

		g_assert_cmpstr(received->id, ==, fields[i].id);
		g_assert_cmpstr(received->for_whom, ==, fields[i].for_whom);
	}
}

static void
test_nonsense(void)
{
	static const char *const values[] = { "", ";", "from", "from ", "by", "by ;", "((((",
		"from by by;", "from ((((((by x;;;", "x" };

	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autoptr(Received) received = received_parse(values[i]);

		g_assert_null(received->ip);
		g_assert_cmpint(received->date, ==, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autofree char *path = g_strdup_printf("/received/%s", forms[i].name);

		g_test_add_data_func(path, &forms[i], test_form);
	}
	g_test_add_func("/received/what-the-server-calls-it", test_what_the_server_calls_it);
	g_test_add_func("/received/nonsense", test_nonsense);
	return g_test_run();
}
