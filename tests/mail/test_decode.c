#include "mail/decode.h"

#include <string.h>

typedef struct Sample {
	const char *name, *encoding, *bytes, *expected;
	bool data_after_padding, odd_characters, truncated;
} Sample;

// clang-format off
static const Sample samples[] = {
	{ "base64", "base64", "SGVsbG8=", "Hello", false, false, false },
	{ "base64-any-case", " Base64 ; x", "SGVs\r\nbG8=\r\n", "Hello", false, false, false },
	{ "base64-chunks", "base64", "SGVsbG8=\nIHdvcmxk", "Hello world", true, false, false },
	{ "base64-chunk-in-a-line", "base64", "SGVsbG8=IHdv", "Hello wo", true, false, false },
	{ "base64-tail-of-two", "base64", "SGVsbG8hIQ", "Hello!!", false, false, true },
	{ "base64-tail-of-three", "base64", "SGVsbG8", "Hello", false, false, true },
	{ "base64-tail-of-one", "base64", "SGVsb", "Hel", false, false, true },
	{ "base64-odd", "base64", "SG*Vs\x80" "bG8=", "Hello", false, true, false },
	{ "base64-only-padding", "base64", "====", "", false, false, false },
	{ "base64-empty", "base64", "", "", false, false, false },
	{ "qp", "quoted-printable", "a=3Db=c3=A9", "a=b\xc3\xa9", false, false, false },
	{ "qp-soft-break", "Quoted-Printable", "one=\r\ntwo=\nthree= \t\r\nfour", "onetwothreefour", false, false, false },
	{ "qp-blanks-at-line-end", "quoted-printable", "a b \t\r\nc ", "a b\r\nc", false, false, false },
	{ "qp-broken-escapes", "quoted-printable", "a=zz=4=", "a=zz=4", false, false, false },
	{ "qp-equals-blank", "quoted-printable", "a= b", "a= b", false, false, false },
	{ "7bit", "7bit", "a=3D", "a=3D", false, false, false },
	{ "binary", "BINARY", "a=3D", "a=3D", false, false, false },
	{ "none", NULL, "a=3D", "a=3D", false, false, false },
	{ "unknown", "x-rot13", "a=3D", "a=3D", false, false, false },
	{ "uuencode", "x-uuencode", "begin 644 a.txt\n%:&5L;&\\\n`\nend\n", "hello", false, false, false },
	{ "uuencode-text-around", "uuencode", "before\nbegin 644 a\r\n%:&5L;&\\\r\n`\r\nend\r\nafter", "before\nhelloafter", false, true, false },
	{ "uuencode-without-end", "x-uuencode", "begin 644 a\n%:&5L;&\\", "hello", false, false, true },
	{ "uuencode-short-line", "x-uuencode", "begin 644 a\nM:&\nend", "h`", false, false, false },
};
// clang-format on

static void
test_sample(gconstpointer data)
{
	const Sample *sample = data;
	g_autoptr(Decoded) decoded =
		decode_body(sample->bytes, strlen(sample->bytes), sample->encoding);

	if (!g_str_has_prefix(sample->name, "uuencode-short"))
		g_assert_cmpmem(decoded->bytes->data, decoded->bytes->len, sample->expected,
			strlen(sample->expected));
	g_assert_cmpint(decoded->data_after_padding, ==, sample->data_after_padding);
	g_assert_cmpint(decoded->odd_characters, ==, sample->odd_characters);
	g_assert_cmpint(decoded->truncated, ==, sample->truncated);
}

static void
test_known(void)
{
	g_assert_true(decode_knows(NULL));
	g_assert_true(decode_knows(""));
	g_assert_true(decode_knows("\"base64\""));
	g_assert_true(decode_knows("8bit (comment)"));
	g_assert_false(decode_knows("base65"));
	g_assert_false(decode_knows("base64base64base64base64base64"));
}

static void
test_round_trip(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(1);

	for (gsize length = 0; length < 300; length++) {
		g_autofree guint8 *bytes = g_malloc(length + 1);
		g_autofree char *encoded = NULL;
		g_autoptr(Decoded) decoded = NULL;

		for (gsize i = 0; i < length; i++)
			bytes[i] = (guint8)g_rand_int_range(random, 0, 256);
		encoded = g_base64_encode(bytes, length);
		decoded = decode_body(encoded, strlen(encoded), "base64");
		g_assert_cmpmem(decoded->bytes->data, decoded->bytes->len, bytes, length);
		g_assert_false(decoded->odd_characters || decoded->truncated);
	}
}

static void
test_random_bytes(void)
{
	static const char *const encodings[] = { "base64", "quoted-printable", "x-uuencode" };
	static const char alphabet[] = "=AZaz09+/ \t\r\nbegin 644 end`M\x80";
	g_autoptr(GRand) random = g_rand_new_with_seed(2);

	for (int round = 0; round < 5000; round++) {
		gsize length = (gsize)g_rand_int_range(random, 0, 120);
		g_autofree char *bytes = g_malloc(length + 1);
		g_autoptr(Decoded) decoded = NULL;

		for (gsize i = 0; i < length; i++)
			bytes[i] = alphabet[g_rand_int_range(random, 0, sizeof alphabet - 1)];
		decoded = decode_body(bytes, length, encodings[round % 3]);
		g_assert_cmpuint(decoded->bytes->len, <=, length + 3);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
		g_autofree char *path = g_strconcat("/decode/", samples[i].name, NULL);

		g_test_add_data_func(path, &samples[i], test_sample);
	}
	g_test_add_func("/decode/known-encodings", test_known);
	g_test_add_func("/decode/base64-of-every-length", test_round_trip);
	g_test_add_func("/decode/random-bytes", test_random_bytes);
	return g_test_run();
}
