/* fuzz.h - what the harnesses have in common
 *
 * A harness is one function that libFuzzer calls with bytes it made up.  What must hold for all
 * bytes is asserted: a finding is an assertion, a report of a sanitizer, a GLib critical, a leak
 * or a run over the limits in tests/fuzz/run.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Once, before the first of these; a harness may have none. */
int LLVMFuzzerInitialize(int *count, char ***arguments);

/* What of the input is not taken yet. */
typedef struct Fuzz {
	const uint8_t *at;
	size_t left;
} Fuzz;

static inline uint8_t
fuzz_byte(Fuzz *fuzz)
{
	if (fuzz->left == 0)
		return 0;
	fuzz->left--;
	return *fuzz->at++;
}

/* A C string up to the next line end, which is taken too; a NUL ends it, and the rest of its
 * line is lost.  Yours. */
static inline char *
fuzz_line(Fuzz *fuzz)
{
	const uint8_t *end = fuzz->left ? memchr(fuzz->at, '\n', fuzz->left) : NULL;
	size_t length = end ? (size_t)(end - fuzz->at) : fuzz->left;
	char *line = g_strndup((const char *)fuzz->at, length);

	length += end != NULL;
	fuzz->at += length;
	fuzz->left -= length;
	return line;
}

/* All that is left, as a C string.  Yours. */
static inline char *
fuzz_rest(Fuzz *fuzz)
{
	char *rest = g_strndup((const char *)fuzz->at, fuzz->left);

	fuzz->left = 0;
	return rest;
}

static inline void
fuzz_assert_utf8(const char *text)
{
	g_assert_nonnull(text);
	g_assert_true(g_utf8_validate(text, -1, NULL));
}

/* It failed and says why, or neither. */
static inline void
fuzz_assert_said(bool done, const GError *error)
{
	g_assert_true(done == (error == NULL));
	if (error)
		g_assert_cmpstr(error->message, !=, "");
}

#endif
