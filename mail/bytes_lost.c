#include "mail/bytes_lost.h"

#include <string.h>

/* A character of UTF-8 above ASCII has two to four bytes, each of them a '?' then: "f??r" for
 * für, "don???t" for don't with a curly apostrophe, a long run for a word in another script.
 * People write "what??" too, but not within a word. */
enum {
	LONG_RUN = 6,
	ENOUGH = 3,         /* places in a message that says it has 8-bit bytes */
	ENOUGH_ALTERED = 1, /* where a signature says that the body is another */
	EVIDENCE = 40,      /* bytes that are quoted */
};

/* Places that look so, and the first of them. */
typedef struct Places {
	int count;
	const char *first;
} Places;

static bool
has_8bit(const char *raw, size_t size)
{
	uint64_t all = 0;
	size_t i = 0;

	for (; i + sizeof(all) <= size; i += sizeof(all)) {
		uint64_t eight;

		memcpy(&eight, raw + i, sizeof(eight));
		all |= eight;
	}
	for (; i < size; i++)
		all |= (uint64_t)(unsigned char)raw[i];
	return (all & G_GUINT64_CONSTANT(0x8080808080808080)) != 0;
}

/* Some part says that it is 8bit or binary (RFC 2045 section 6.2). */
static bool
declares_8bit(const char *raw, size_t size)
{
	static const char field[] = "\nContent-Transfer-Encoding:";
	const char *end = raw + size;
	size_t length = strlen(field);

	for (const char *at = raw; (at = memchr(at, '\n', (size_t)(end - at)));) {
		if ((size_t)(end - at) < length + 6)
			return false;
		if (g_ascii_strncasecmp(at, field, length) != 0) {
			at++;
			continue;
		}
		at += length;
		at += *at == ' ';
		if (end - at >= 6 &&
			(g_ascii_strncasecmp(at, "8bit", 4) == 0 ||
				g_ascii_strncasecmp(at, "binary", 6) == 0))
			return true;
	}
	return false;
}

static void
note(Places *places, const char *at)
{
	if (places->count++ == 0)
		places->first = at;
}

/* A run of two and more within a word, or of many anywhere. */
static void
count_runs(const char *raw, size_t size, Places *places)
{
	const char *end = raw + size;

	for (const char *at = raw; (at = memmem(at, (size_t)(end - at), "??", 2));) {
		const char *stop = at;
		bool within;

		while (stop < end && *stop == '?')
			stop++;
		within =
			at > raw && g_ascii_isalpha(at[-1]) && stop < end && g_ascii_isalpha(*stop);
		if (within || stop - at >= LONG_RUN)
			note(places, at);
		at = stop;
	}
}

static bool
is_altered(const Message *message)
{
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		if (signature->result == DKIM_BODY_ALTERED)
			return true;
	}
	return false;
}

void
bytes_lost_check(Message *message, const char *raw, size_t size)
{
	Places places = { 0 };
	bool altered;
	g_autofree char *evidence = NULL;
	size_t before;

	count_runs(raw, size, &places);
	if (places.count < ENOUGH_ALTERED || has_8bit(raw, size))
		return;
	altered = is_altered(message);
	if (!altered && (places.count < ENOUGH || !declares_8bit(raw, size)))
		return;
	before = MIN((size_t)(places.first - raw), EVIDENCE / 2);
	evidence = g_strndup(
		places.first - before, MIN(EVIDENCE, size - (size_t)(places.first - raw) + before));
	message_add_defect(message, DEFECT_BYTES_LOST, g_strdelimit(evidence, "\r\n\t", ' '),
		"the whole message");
}
