/* The links of a message replaced, and nothing else: rewrite.h. */
#include "mail/rewrite.h"

#include "mail/from_line.h"
#include "mail/message.h"
#include "tests/fuzz/fuzz.h"

#define NEW "https://go.example/?u="

static char *
keep(const char *target, void *data)
{
	fuzz_assert_utf8(target);
	++*(int *)data;
	return NULL;
}

static char *
replace(const char *target, void *data)
{
	++*(int *)data;
	fuzz_assert_utf8(target);
	return g_strdup(NEW "x");
}

static void
assert_said(const Rewrite *rewrite)
{
	g_assert_true((rewrite->bytes == NULL) == (rewrite->fault != NULL));
	if (rewrite->fault)
		fuzz_assert_utf8(rewrite->fault);
}

/* Where no link is replaced, no byte is. */
static void
check_kept(const char *raw, size_t size)
{
	g_auto(Rewrite) rewrite = { 0 };
	size_t line = from_line_length(raw, size);
	int asked = 0;

	rewrite_message(raw, size, keep, &asked, &rewrite);
	assert_said(&rewrite);
	g_assert_cmpint(rewrite.links, ==, 0);
	if (rewrite.bytes)
		g_assert_cmpmem(g_bytes_get_data(rewrite.bytes, NULL),
			g_bytes_get_size(rewrite.bytes), raw + line, size - line);
}

/* The second time there is nothing to replace: each link is ours. */
static void
check_replaced(const char *raw, size_t size)
{
	g_auto(Rewrite) rewrite = { 0 };
	g_autofree char *missed = NULL;
	int asked = 0;

	rewrite_message(raw, size, replace, &asked, &rewrite);
	assert_said(&rewrite);
	if (!rewrite.bytes)
		return;
	g_assert_cmpint(rewrite.links, ==, asked);
	missed = rewrite_missed(&rewrite, NEW);
	g_assert_true(!missed || g_utf8_validate(missed, -1, NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_kept((const char *)data, size);
	check_replaced((const char *)data, size);
	return 0;
}
