/* What a store that speaks S3 answers, lists and errors: s3.h, aws_xml.h, s3_answer.h. */
#include "importer/s3.h"

#include "importer/aws_xml.h"
#include "importer/s3_answer.h"
#include "tests/fuzz/fuzz.h"

/* In the place of importer/s3_wire.c, all of it: its answer is the input. */
struct S3Wire {
	GBytes *answer;
};

S3Wire *
s3_wire_new(const S3Settings *settings, const char *credentials, GError **error)
{
	(void)settings, (void)credentials, (void)error;
	return NULL;
}

void
s3_wire_free(S3Wire *wire)
{
	(void)wire;
}

void
s3_wire_heed(S3Wire *wire, int interrupt)
{
	(void)wire, (void)interrupt;
}

void
s3_exchange_free(S3Exchange *exchange)
{
	(void)exchange;
}

S3Exchange *
s3_wire_begin(S3Wire *wire, const S3Request *request)
{
	(void)wire, (void)request;
	return NULL;
}

GBytes *
s3_wire_finish(S3Wire *wire, S3Exchange *exchange, GError **error)
{
	(void)exchange, (void)error;
	return g_bytes_ref(wire->answer);
}

char *
s3_wire_host(const S3Wire *wire, const char *bucket)
{
	(void)wire;
	return g_strdup(bucket);
}

static void
check_list(GBytes *bytes)
{
	S3Wire wire = { bytes };
	g_auto(S3Page) page = { 0 };
	g_autoptr(GError) error = NULL;
	bool done = s3_finish_list(&wire, NULL, &page, &error);

	fuzz_assert_said(done, error);
	for (guint i = 0; page.objects && i < page.objects->len; i++) {
		const S3Object *object = g_ptr_array_index(page.objects, i);

		g_assert_nonnull(object->key);
		g_assert_cmpint(object->size, >=, 0);
		g_assert_true(!object->etag || !strpbrk(object->etag, " \r\n"));
		g_assert_cmpint(s3_seen_key(&wire, "b", object, NULL), !=, 0);
		s3_is_no_mail(object->key, object->size);
		g_assert_true(!s3_key_is_plain(object->key) || !strpbrk(object->key, "\r\n"));
	}
}

static void
check_answer(GBytes *bytes, uint8_t how)
{
	static const long codes[] = { 200, 301, 307, 400, 403, 404, 412, 500, 503, 0 };
	const S3Answer answer = {
		.status = codes[how % G_N_ELEMENTS(codes)],
		.body = bytes,
		.region = how & 0x40 ? "eu-west-1" : NULL,
		.about_object = how & 0x20,
		.may_fail_late = how & 0x10,
	};
	g_autoptr(GError) error = NULL;
	S3Verdict verdict = s3_answer_judge(&answer, &error);

	fuzz_assert_said(verdict == S3_GOOD, error);
	g_assert_true(verdict != S3_GOOD || answer.status / 100 == 2);
	if (error)
		fuzz_assert_utf8(error->message);
}

/* The input: a byte that says how it is answered, and the body. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Fuzz fuzz = { data, size };
	uint8_t how = fuzz_byte(&fuzz);
	g_autoptr(GBytes) bytes = g_bytes_new(fuzz.at, fuzz.left);

	check_list(bytes);
	check_answer(bytes, how);
	return 0;
}
