#include "mail/dkim_canon.h"

#include <openssl/evp.h>
#include <string.h>

struct CanonHash {
	EVP_MD_CTX *digest;
	int64_t limit;
	int64_t length;
	size_t used; /* of the buffer, which saves a call a byte */
	char buffer[8192];
};

CanonHash *
canon_hash_new(int64_t limit)
{
	CanonHash *hash = g_new0(CanonHash, 1);
	int done;

	hash->digest = EVP_MD_CTX_new();
	hash->limit = limit;
	done = hash->digest ? EVP_DigestInit_ex(hash->digest, EVP_sha256(), NULL) : 0;
	g_assert(done == 1);
	return hash;
}

void
canon_hash_free(CanonHash *hash)
{
	if (!hash)
		return;
	EVP_MD_CTX_free(hash->digest);
	g_free(hash);
}

static void
flush(CanonHash *hash)
{
	int done = EVP_DigestUpdate(hash->digest, hash->buffer, hash->used);

	g_assert(done == 1);
	hash->used = 0;
}

static void
put(CanonHash *hash, char byte)
{
	if (hash->length++ >= hash->limit)
		return;
	hash->buffer[hash->used++] = byte;
	if (hash->used == sizeof(hash->buffer))
		flush(hash);
}

static void
put_line_end(CanonHash *hash)
{
	put(hash, '\r');
	put(hash, '\n');
}

void
canon_hash_finish(CanonHash *hash, uint8_t digest[DIGEST_SIZE])
{
	int done;

	flush(hash);
	done = EVP_DigestFinal_ex(hash->digest, digest, NULL);
	g_assert(done == 1);
}

int64_t
canon_hash_length(const CanonHash *hash)
{
	return hash->length;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* ---- header fields ---- */

/* What a field's value gives in one or two pieces: relaxed, with blanks gathered over
 * the gap. */
typedef struct ValueState {
	bool begun; /* something but blanks came */
	bool blank; /* blanks that came since */
} ValueState;

static void
put_relaxed(CanonHash *hash, ValueState *state, const char *at, const char *end)
{
	for (; at < end; at++) {
		if (*at == '\n' || (*at == '\r' && at + 1 < end && at[1] == '\n'))
			continue;
		if (is_blank(*at)) {
			state->blank = true;
			continue;
		}
		if (state->blank && state->begun)
			put(hash, ' ');
		state->begun = true;
		state->blank = false;
		put(hash, *at);
	}
}

static void
put_simple(CanonHash *hash, const char *at, const char *end)
{
	for (const char *start = at; at < end; at++) {
		if (*at == '\n' && (at == start || at[-1] != '\r'))
			put(hash, '\r');
		put(hash, *at);
	}
}

static const char *
before_line_end(const HeaderSpan *field)
{
	const char *end = field->end;

	if (end > field->value && end[-1] == '\n')
		end--;
	if (end > field->value && end < field->end && end[-1] == '\r')
		end--;
	return end;
}

void
canon_signature(
	CanonHash *hash, const HeaderSpan *field, Canon canon, const char *skip, const char *resume)
{
	const char *end = before_line_end(field);
	ValueState state = { false, false };

	if (canon == CANON_SIMPLE) {
		put_simple(hash, field->name, skip);
		put_simple(hash, resume, end);
		return;
	}
	for (size_t i = 0; i < field->name_length; i++)
		put(hash, g_ascii_tolower(field->name[i]));
	put(hash, ':');
	put_relaxed(hash, &state, field->value, skip);
	put_relaxed(hash, &state, resume, end);
}

void
canon_field(CanonHash *hash, const HeaderSpan *field, Canon canon)
{
	const char *end = before_line_end(field);

	canon_signature(hash, field, canon, end, end);
	put_line_end(hash);
}

/* ---- body ---- */

/* True when the line gave anything. */
static bool
put_relaxed_line(CanonHash *hash, const char *at, const char *end, int64_t *empty)
{
	while (end > at && is_blank(end[-1]))
		end--;
	if (at == end)
		return false;
	for (; *empty > 0; (*empty)--)
		put_line_end(hash);
	for (; at < end; at++) {
		if (!is_blank(*at))
			put(hash, *at);
		else if (!is_blank(at[1]))
			put(hash, ' ');
	}
	return true;
}

static bool
put_simple_line(CanonHash *hash, const char *at, const char *end, int64_t *empty)
{
	if (at == end)
		return false;
	for (; *empty > 0; (*empty)--)
		put_line_end(hash);
	for (; at < end; at++)
		put(hash, *at);
	return true;
}

/* Empty lines wait in *empty until something follows: those at the end do not count. */
void
canon_body(CanonHash *hash, const char *body, size_t size, Canon canon)
{
	const char *end = body + size;
	int64_t empty = 0;
	const char *next;

	for (const char *line = body; line < end; line = next) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *stop = newline ? newline : end;
		bool gave;

		next = newline ? newline + 1 : end;
		if (newline && stop > line && stop[-1] == '\r')
			stop--;
		gave = canon == CANON_RELAXED ? put_relaxed_line(hash, line, stop, &empty)
					      : put_simple_line(hash, line, stop, &empty);
		if (gave)
			put_line_end(hash);
		else
			empty++;
	}
	/* A body of nothing is one line end in simple, nothing in relaxed (sections
	 * 3.4.3 and 3.4.4). */
	if (canon == CANON_SIMPLE && canon_hash_length(hash) == 0)
		put_line_end(hash);
}
