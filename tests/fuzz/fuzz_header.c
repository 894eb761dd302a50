/* Header fields: split, unfolded, decoded; parameters, tags, Received, dates: header.h,
 * parameter.h, received.h, address.h. */
#include "mail/address.h"
#include "mail/header.h"
#include "mail/parameter.h"
#include "mail/received.h"
#include "tests/fuzz/fuzz.h"

/* Fields stand one behind the other, and the body behind them. */
static void
check_spans(const char *raw, size_t size)
{
	const char *line = raw, *end = raw + size, *before = raw;
	HeaderSpan span;

	while (header_next(&line, end, &span)) {
		g_assert_true(span.name >= before && span.name + span.name_length < span.value);
		g_assert_true(span.value <= span.end && span.end <= line && line <= end);
		g_assert_true(line > before);
		before = line;
	}
	g_assert_true(line >= before && line <= end);
}

/* What was unfolded and decoded can be shown, and reads the same again. */
static void
check_field(const HeaderField *field)
{
	g_autofree char *unfolded = header_unfold(field->raw);
	g_autofree char *again = header_unfold(unfolded);
	g_autofree char *tag = header_tag(unfolded, "d");
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Received) received = received_parse(unfolded);

	fuzz_assert_utf8(field->name);
	fuzz_assert_utf8(field->raw);
	fuzz_assert_utf8(field->value);
	g_assert_null(strchr(unfolded, '\n'));
	g_assert_cmpstr(unfolded, ==, again);
	parameter_values(unfolded, "boundary", values);
	parameter_values(unfolded, "name", values);
	message_parse_date(unfolded);
	g_assert_true(!tag || !strpbrk(tag, " \t;"));
	g_assert_true(!received->ip || g_hostname_is_ip_address(received->ip));
}

/* What may stand in an envelope ends no command, in whatever case its host is. */
static void
check_address(const char *text)
{
	g_autofree char *quoted = address_for_envelope(text);
	g_autofree char *normal = address_normal(text);
	g_autofree char *twice = address_normal(normal);

	g_assert_cmpstr(normal, ==, twice);
	g_assert_true(!quoted || !address_fault(quoted));
	g_assert_true(!quoted || !strpbrk(quoted, "\r\n<>"));
	g_assert_true(address_fault(text) || !strpbrk(text, "\r\n<>"));
	g_assert_cmpint(!address_fault(text), ==, !address_fault(normal));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *raw = (const char *)data;
	bool more = false, more_again = false;
	size_t body = 0, body_again = 0;
	g_autoptr(GPtrArray) fields = header_split(raw, size, &body, &more);
	g_autoptr(GPtrArray) again = NULL;
	g_autoptr(Message) message = message_read(raw, size, NULL, MESSAGE_HEADER_ONLY);

	g_assert_cmpuint(body, <=, size);
	again = header_split(raw, body, &body_again, &more_again);
	g_assert_cmpuint(again->len, ==, fields->len);
	g_assert_cmpuint(fields->len, <=, MESSAGE_MAX_HEADERS);
	check_spans(raw, size);
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		check_field(field);
		check_address(field->value);
	}
	return 0;
}
