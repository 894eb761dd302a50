/* Messages in the JSON of mail services and in zip archives, and what a box says it found there:
 * bundle.h, json_split.h. */
#include "mail/bundle.h"

#include "importer/json_split.h"
#include "mail/address.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count, (void)arguments;
	bundle_prepare();
	return 0;
}

static void
check_envelope(const Envelope *envelope)
{
	g_assert_true(!envelope->sender || !*envelope->sender || !address_fault(envelope->sender));
	for (guint i = 0; i < envelope->recipients->len; i++)
		g_assert_null(address_fault(g_ptr_array_index(envelope->recipients, i)));
}

/* Out of the box comes what was in it, and of it only what is an address. */
static void
check_found(const GPtrArray *bundle, int next, int64_t expanded)
{
	g_autoptr(GBytes) packed = bundle_pack(bundle, next, expanded);
	int next_again = 0;
	int64_t expanded_again = 0;
	g_autoptr(GPtrArray) again = bundle_unpack(packed, &next_again, &expanded_again);

	g_assert_nonnull(again);
	g_assert_cmpuint(again->len, ==, bundle->len);
	g_assert_cmpint(next_again, ==, next);
	g_assert_cmpint(expanded_again, ==, expanded);
	for (guint i = 0; i < again->len; i++) {
		const Bundled *bundled = g_ptr_array_index(again, i);

		fuzz_assert_utf8(bundled->name);
		g_assert_true(bundled->raw || bundled->fault);
		check_envelope(bundled->envelope);
	}
}

static void
check_zip(const char *bytes, size_t size)
{
	int next = 0;
	int64_t expanded = 0;

	do {
		g_autoptr(GPtrArray) bundle =
			bundle_read_zip(bytes, size, "secret", next, &next, &expanded);

		check_found(bundle, next, expanded);
	} while (next > 0);
}

static void
check_json(const char *bytes, size_t size)
{
	g_autoptr(GPtrArray) bundle = bundle_read_json(bytes, size);

	check_found(bundle, 0, 0);
}

/* An object ends at the same byte, however it is torn. */
static void
check_split(const char *bytes, size_t size)
{
	JsonSplit whole = { 0 }, torn = { 0 };
	size_t used = 0, used_torn = 0, used_now;
	SplitState state, state_torn = SPLIT_MORE;

	if (size == 0 || *bytes != '{')
		return;
	state = json_split(&whole, bytes, size, &used);
	for (size_t at = 0; at < size && state_torn == SPLIT_MORE; at++) {
		used_now = 0;
		state_torn = json_split(&torn, bytes + at, 1, &used_now);
		used_torn += used_now;
	}
	g_assert_cmpint(state, ==, state_torn);
	g_assert_cmpuint(used, <=, size);
	if (state == SPLIT_END)
		g_assert_cmpuint(used, ==, used_torn);
}

static void
check_unpack(const char *bytes, size_t size)
{
	g_autoptr(GBytes) packed = g_bytes_new(bytes, size);
	int next = 0;
	int64_t expanded = 0;
	g_autoptr(GPtrArray) bundle = bundle_unpack(packed, &next, &expanded);

	for (guint i = 0; bundle && i < bundle->len; i++) {
		const Bundled *bundled = g_ptr_array_index(bundle, i);

		check_envelope(bundled->envelope);
	}
}

/* The input: a byte that says what it is to be, and the bytes. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Fuzz fuzz = { data, size };
	uint8_t which = fuzz_byte(&fuzz);
	const char *bytes = (const char *)fuzz.at;

	switch (which % 3) {
	case 0:
		check_split(bytes, fuzz.left);
		check_json(bytes, fuzz.left);
		break;
	case 1:
		check_zip(bytes, fuzz.left);
		break;
	default:
		check_unpack(bytes, fuzz.left);
	}
	return 0;
}
