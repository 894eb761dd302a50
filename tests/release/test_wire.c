#include "release/wire.h"

#include <string.h>

#define TRACE "Received: by h\n\tfor <a@b>\n"
#define WIRED "Received: by h\r\n\tfor <a@b>\r\n"

typedef struct Piece {
	const char *bytes;
	size_t length;
} Piece;

/* A literal with NULs inside. */
#define PIECE(text)                      \
	{                                \
		(text), sizeof(text) - 1 \
	}

static Wire *
wire_of(Piece piece)
{
	g_autoptr(GBytes) raw = g_bytes_new(piece.bytes, piece.length);

	return wire_new(TRACE, raw);
}

static void
test_line_ends_and_dots(void)
{
	static const struct {
		Piece raw, wired;
	} cases[] = {
		{ PIECE(""), PIECE("") },
		{ PIECE("a"), PIECE("a\r\n") },
		{ PIECE("a\n"), PIECE("a\r\n") },
		{ PIECE("a\r\nb\r\n"), PIECE("a\r\nb\r\n") },
		{ PIECE("a\rb"), PIECE("a\r\nb\r\n") },
		{ PIECE("a\r"), PIECE("a\r\n") },
		{ PIECE("a\r\r\nb"), PIECE("a\r\n\r\nb\r\n") },
		{ PIECE("a\n\rb"), PIECE("a\r\n\r\nb\r\n") },
		{ PIECE("\n\n"), PIECE("\r\n\r\n") },
		{ PIECE(".\n"), PIECE("..\r\n") },
		{ PIECE("."), PIECE("..\r\n") },
		{ PIECE("..a\n.b\n"), PIECE("...a\r\n..b\r\n") },
		{ PIECE("a.\n b.c\n"), PIECE("a.\r\n b.c\r\n") },
		{ PIECE("a\r.\r\nb"), PIECE("a\r\n..\r\nb\r\n") },
		{ PIECE("a\0b\n"), PIECE("a\0b\r\n") },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Wire) wire = wire_of(cases[i].raw);
		g_autoptr(GByteArray) wanted = g_byte_array_new();

		g_byte_array_append(wanted, (const guint8 *)WIRED, strlen(WIRED));
		g_byte_array_append(
			wanted, (const guint8 *)cases[i].wired.bytes, (guint)cases[i].wired.length);
		g_byte_array_append(wanted, (const guint8 *)".\r\n", 3);
		g_assert_cmpmem(wire->data->data, wire->data->len, wanted->data, wanted->len);
	}
}

/* How often a server that takes any of these for the end would find one. */
static int
count_ends(const Wire *wire)
{
	static const Piece ends[] = { PIECE("\n.\n"), PIECE("\n.\r\n"), PIECE("\r.\r"),
		PIECE("\r.\r\n"), PIECE("\r\n.\r"), PIECE("\r\n.\n"), PIECE("\n.\r"),
		PIECE("\r.\n") };
	int count = 0;

	for (guint i = 0; i < wire->data->len; i++)
		for (size_t j = 0; j < G_N_ELEMENTS(ends); j++)
			if (wire->data->len - i >= ends[j].length &&
				memcmp(wire->data->data + i, ends[j].bytes, ends[j].length) == 0) {
				count++;
				break;
			}
	return count;
}

static void
test_no_form_of_the_end_is_left_inside(void)
{
	static const Piece ends[] = { PIECE("\n.\n"), PIECE("\n.\r\n"), PIECE("\r.\r"),
		PIECE("\r.\r\n"), PIECE("\r\n.\r"), PIECE("\r\n.\n"), PIECE("\r\n.\r\n"),
		PIECE("\r\n\0.\r\n"), PIECE("\n\r.\r\r"), PIECE("\r\r\n.\r\r\n") };
	g_autoptr(Wire) plain = wire_of((Piece)PIECE("Subject: a\r\n\r\nbody"));
	int wanted = count_ends(plain); /* the end itself, found at its CR and at its LF */

	g_assert_cmpint(wanted, >, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autoptr(GByteArray) mail = g_byte_array_new();
		g_autoptr(Wire) wire = NULL;

		g_byte_array_append(mail, (const guint8 *)"Subject: a\r\n\r\nbody", 18);
		g_byte_array_append(mail, (const guint8 *)ends[i].bytes, (guint)ends[i].length);
		g_byte_array_append(mail, (const guint8 *)"MAIL FROM:<x@y>\r\n", 17);
		wire = wire_of((Piece){ (const char *)mail->data, mail->len });
		g_assert_cmpint(count_ends(wire), ==, wanted);
	}
}

/* All strings of five bytes over the four that matter: 1,024 of them. */
static void
test_every_short_string_has_one_end(void)
{
	static const char alphabet[] = "\r\n.a";
	g_autoptr(Wire) plain = wire_of((Piece)PIECE("a"));
	int wanted = count_ends(plain);

	for (int number = 0; number < 1024; number++) {
		char text[5];
		g_autoptr(Wire) wire = NULL;

		for (int i = 0; i < 5; i++)
			text[i] = alphabet[number >> (2 * i) & 3];
		wire = wire_of((Piece){ text, 5 });
		g_assert_cmpint(count_ends(wire), ==, wanted);
	}
}

static void
test_counts_what_a_person_should_know(void)
{
	g_autoptr(Wire) wire = wire_of((Piece)PIECE("a\rb\0\0\r\n\303\251\n.c\r"));
	g_autoptr(Wire) plain = wire_of((Piece)PIECE("abc\r\n"));

	g_assert_cmpint(wire->bare_cr, ==, 2);
	g_assert_cmpint(wire->nul, ==, 2);
	g_assert_true(wire->eight_bit);
	g_assert_cmpint(plain->bare_cr, ==, 0);
	g_assert_cmpint(plain->nul, ==, 0);
	g_assert_false(plain->eight_bit);
}

static void
test_size_is_without_dots(void)
{
	g_autoptr(Wire) wire = wire_of((Piece)PIECE(".a\n"));

	g_assert_cmpuint(wire->size, ==, strlen(WIRED) + 4);
	g_assert_cmpuint(wire->data->len, ==, strlen(WIRED) + 5 + 3);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wire/line-ends-and-dots", test_line_ends_and_dots);
	g_test_add_func(
		"/wire/no-form-of-the-end-is-left-inside", test_no_form_of_the_end_is_left_inside);
	g_test_add_func(
		"/wire/every-short-string-has-one-end", test_every_short_string_has_one_end);
	g_test_add_func(
		"/wire/counts-what-a-person-should-know", test_counts_what_a_person_should_know);
	g_test_add_func("/wire/size-is-without-dots", test_size_is_without_dots);
	return g_test_run();
}
