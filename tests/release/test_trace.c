#include "release/trace.h"

#include "tests/release/shipment.h"

static char *
field_of(const char *raw, const char *sender, const char *recipient)
{
	g_autoptr(GBytes) bytes = bytes_of(raw);
	Shipment shipment = shipment_of(bytes, "");

	shipment.sender = sender;
	shipment.recipient = recipient;
	return trace_field(&shipment);
}

static void
test_is_a_received_field(void)
{
	g_autofree char *field = field_of("A: b\n\nc\n", "s@a.example", "r@b.example");

	g_assert_cmpstr(field, ==,
		"Received: by mx.example.net (lazaret) id 42\n"
		"\t(envelope-from <s@a.example>)\n"
		"\tfor <r@b.example>;\n"
		"\tFri, 21 Nov 2025 20:41:00 +0000\n");
}

static void
test_line_ends_are_the_messages(void)
{
	g_autofree char *crlf = field_of("A: b\r\n\r\nc\n", "s@a", "r@b");
	g_autofree char *none = field_of("A: b", "s@a", "r@b");
	g_autofree char *empty = field_of("", "s@a", "r@b");
	g_autofree char *first_lf = field_of("\nb\r\n", "s@a", "r@b");

	g_assert_cmpstr(crlf, ==,
		"Received: by mx.example.net (lazaret) id 42\r\n\t(envelope-from <s@a>)\r\n"
		"\tfor <r@b>;\r\n\tFri, 21 Nov 2025 20:41:00 +0000\r\n");
	g_assert_null(strchr(none, '\r'));
	g_assert_cmpstr(empty, ==, none);
	g_assert_cmpstr(first_lf, ==, none);
}

static void
test_null_sender(void)
{
	g_autofree char *field = field_of("a\n", "", "r@b");

	g_assert_nonnull(strstr(field, "\n\t(envelope-from <>)\n"));
}

static void
test_comment_can_not_be_left(void)
{
	g_autofree char *field = field_of("a\n", "\"x) by evil (\\\"\"@a", "r@b");

	g_assert_nonnull(
		strstr(field, "\n\t(envelope-from <\"x\\) by evil \\(\\\\\"\"@a>)\n\tfor"));
}

static void
test_stays_ascii(void)
{
	g_autofree char *field = field_of("a\n", "jos\303\251@a", "\303\266@b");

	g_assert_cmpstr(field, ==,
		"Received: by mx.example.net (lazaret) id 42;\n"
		"\tFri, 21 Nov 2025 20:41:00 +0000\n");
}

/* RFC 5322 section 2.1.1: 998 at most; 78 wherever addresses allow it. */
static void
test_lines_are_short(void)
{
	g_autofree char *local = g_strnfill(310, '(');
	g_autofree char *sender = g_strconcat("\"", local, "\"@b", NULL);
	g_autofree char *field = field_of("a\n", sender, "r@b");
	g_auto(GStrv) lines = g_strsplit(field, "\n", -1);

	for (char **line = lines; *line; line++)
		g_assert_cmpuint(strlen(*line), <=, strstr(*line, "envelope") ? 998 : 78);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trace/is-a-received-field", test_is_a_received_field);
	g_test_add_func("/trace/line-ends-are-the-messages", test_line_ends_are_the_messages);
	g_test_add_func("/trace/null-sender", test_null_sender);
	g_test_add_func("/trace/comment-can-not-be-left", test_comment_can_not_be_left);
	g_test_add_func("/trace/stays-ascii", test_stays_ascii);
	g_test_add_func("/trace/lines-are-short", test_lines_are_short);
	return g_test_run();
}
