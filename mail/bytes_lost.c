#include "mail/bytes_lost.h"

#include <string.h>

/* A character of UTF-8 above ASCII has two to four bytes, each of them a '?' then: "f??r" for
 * für, "don???t" for don't with a curly apostrophe, a long run for a word in another script.
 * People write "what??" too, but no letter follows.  Of 2,243 whole messages without 8-bit
 * bytes this takes none for destroyed; of 225 that were destroyed it finds 85, as the others
 * lost a byte or two. */
enum {
	LONG_RUN = 6,
	ENOUGH = 2,         /* places in a message that says it has 8-bit bytes */
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

/* It may have had 8-bit bytes: a part says so (RFC 2045 section 6.2), or none says anything. */
static bool
may_have_had_8bit(const char *raw, size_t size)
{
	static const char field[] = "\nContent-Transfer-Encoding:";
	const char *end = raw + size;
	size_t length = strlen(field);
	bool said = false;

	for (const char *at = raw; (at = memchr(at, '\n', (size_t)(end - at)));) {
		if ((size_t)(end - at) < length + 7)
			break;
		if (g_ascii_strncasecmp(at, field, length) != 0) {
			at++;
			continue;
		}
		said = true;
		at += length;
		at += *at == ' ';
		if (g_ascii_strncasecmp(at, "8bit", 4) == 0 ||
			g_ascii_strncasecmp(at, "binary", 6) == 0)
			return true;
	}
	return !said;
}

static void
note(Places *places, const char *at)
{
	if (places->count++ == 0)
		places->first = at;
}

/* A run of two and more before a letter, or of many anywhere. */
static void
count_runs(const char *raw, size_t size, Places *places)
{
	const char *end = raw + size;

	for (const char *at = raw; (at = memchr(at, '?', (size_t)(end - at)));) {
		const char *stop = at;

		while (stop < end && *stop == '?')
			stop++;
		if (stop - at < 2) {
			at = stop;
			continue;
		}
		if ((stop < end && g_ascii_isalpha(*stop)) || stop - at >= LONG_RUN)
			note(places, at);
		at = stop;
	}
}

static bool
any_signature(const Message *message, DkimResult result)
{
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		if (signature->result == result)
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
	altered = any_signature(message, DKIM_BODY_ALTERED);
	if (!altered && (places.count < ENOUGH || !may_have_had_8bit(raw, size)))
		return;
	/* What is as it was signed was written so. */
	if (any_signature(message, DKIM_PASS))
		return;
	before = MIN((size_t)(places.first - raw), EVIDENCE / 2);
	evidence = g_strndup(
		places.first - before, MIN(EVIDENCE, size - (size_t)(places.first - raw) + before));
	message_add_defect(message, DEFECT_BYTES_LOST, g_strdelimit(evidence, "\r\n\t", ' '),
		"the whole message");
}
