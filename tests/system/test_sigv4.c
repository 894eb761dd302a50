#include "system/sigv4.h"

#include <glib.h>
#include <string.h>

/* Amazon S3 API Reference, "Signature Calculations for the Authorization Header", examples of
 * 24 May 2013, with the keys that are printed there. */
typedef struct Vector {
	const char *name, *method, *path, *query;
	const char *headers[8];
	const char *signature;
} Vector;

#define HOST   "host:examplebucket.s3.amazonaws.com"
#define NOBODY "x-amz-content-sha256:" SIGV4_NO_BODY
#define DATE   "x-amz-date:20130524T000000Z"

static const Vector vectors[] = {
	{ "get-object", "GET", "/test.txt", "", { HOST, "range:bytes=0-9", NOBODY, DATE },
		"f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41" },
	{ "put-object", "PUT", "/test%24file.text", "",
		{ "date:Fri, 24 May 2013 00:00:00 GMT", HOST,
			"x-amz-content-sha256:"
			"44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
			DATE, "x-amz-storage-class:REDUCED_REDUNDANCY" },
		"98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd" },
	{ "get-bucket-lifecycle", "GET", "/", "lifecycle=", { HOST, NOBODY, DATE },
		"fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543" },
	{ "list-objects", "GET", "/", "max-keys=2&prefix=J", { HOST, NOBODY, DATE },
		"34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7" },
};

static void
test_vector(gconstpointer data)
{
	const Vector *row = data;
	static const AwsKeys keys = { .id = "AKIAIOSFODNN7EXAMPLE",
		.secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
	char date[SIGV4_DATE];
	const SigV4 request = { .method = row->method,
		.path = row->path,
		.query = row->query,
		.headers = row->headers,
		.date = date,
		.region = "us-east-1",
		.service = "s3" };
	g_autofree char *authorization = NULL;

	sigv4_date(1369353600, date);
	g_assert_cmpstr(date, ==, "20130524T000000Z");
	authorization = sigv4_authorization(&request, &keys);
	g_test_message("%s", authorization);
	g_assert_true(g_str_has_prefix(authorization,
		"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/"
		"aws4_request,SignedHeaders="));
	g_assert_true(g_str_has_suffix(authorization, row->signature));
}

static void
test_escape(void)
{
	g_autofree char *key = sigv4_escape("a/b c+\xc3\xbc~%2F'()*?", "/");
	g_autofree char *value = sigv4_escape("a/b=&", "");

	g_assert_cmpstr(key, ==, "a/b%20c%2B%C3%BC~%252F%27%28%29%2A%3F");
	g_assert_cmpstr(value, ==, "a%2Fb%3D%26");
}

/* Another service is another key: by botocore 1.29.27, SigV4Auth, of the same request. */
static void
test_other_service(void)
{
	static const AwsKeys keys = { .id = "AKIAIOSFODNN7EXAMPLE",
		.secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
	static const char *const headers[] = { "host:abuse.us-east-1.amazonaws.com",
		"x-amz-content-sha256:" SIGV4_NO_BODY, DATE, NULL };
	const SigV4 request = { .method = "GET",
		.path = "/v1/abuse/R0123456789abcdef0123",
		.query = "",
		.headers = headers,
		.date = "20130524T000000Z",
		.region = "us-east-1",
		.service = "abuse" };
	g_autofree char *authorization = sigv4_authorization(&request, &keys);

	g_assert_true(g_str_has_suffix(authorization,
		"Signature=4dbcac24efcf7a6e8fdcf614b5d44e08acbbd0718376dbebf033e5e841183c9a"));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
		g_autofree char *path = g_strconcat("/sigv4/", vectors[i].name, NULL);

		g_test_add_data_func(path, &vectors[i], test_vector);
	}
	g_test_add_func("/sigv4/escape", test_escape);
	g_test_add_func("/sigv4/other-service", test_other_service);
	return g_test_run();
}
