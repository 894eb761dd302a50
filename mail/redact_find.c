#include "mail/redact_find.h"

#include <string.h>

#include "mail/redact.h"

enum {
	MAX_LAYERS = 4,   /* encodings of single characters in each other */
	MAX_DEPTH = 2,    /* base64 or hex in each other */
	SHORTEST_RUN = 8, /* of base64 or hex that could hold somebody */
	TOKEN = 16,       /* characters */
	MAX_NAME = 255,   /* bytes of a host or local part */
	LONGEST_COMMENT = 200,
};

/* ---- a text, and what it is decoded ---- */

/* Where in the text a byte is from.  There is one for each byte, so it is small. */
typedef struct Place {
	guint32 start, end;
} Place;

/* Bytes, each with its place. */
typedef struct Layer {
	GByteArray *bytes;
	GArray *places; /* of Place */
} Layer;

/* With room for @length bytes. */
static void
layer_init(Layer *layer, size_t length)
{
	g_assert(length <= REDACT_LONGEST);
	layer->bytes = g_byte_array_sized_new((guint)length);
	layer->places = g_array_sized_new(FALSE, FALSE, sizeof(Place), (guint)length);
}

static void
layer_clear(Layer *layer)
{
	g_byte_array_unref(layer->bytes);
	g_array_unref(layer->places);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Layer, layer_clear)

static void
layer_add(Layer *layer, int byte, size_t start, size_t end)
{
	const guint8 value = (guint8)byte;
	const Place place = { .start = (guint32)start, .end = (guint32)end };

	g_byte_array_append(layer->bytes, &value, 1);
	g_array_append_val(layer->places, place);
}

static void
layer_read(Layer *layer, const char *text, size_t length)
{
	layer_init(layer, length);
	for (size_t i = 0; i < length; i++)
		layer_add(layer, text[i], i, i + 1);
}

static size_t
start_of(const Layer *layer, size_t at)
{
	return g_array_index(layer->places, Place, at).start;
}

static size_t
end_of(const Layer *layer, size_t at)
{
	return g_array_index(layer->places, Place, at).end;
}

static int
hex_at(const char *at, const char *end)
{
	if (end - at < 2 || !g_ascii_isxdigit(at[0]) || !g_ascii_isxdigit(at[1]))
		return -1;
	return g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1]);
}

/* "&#64;", "&#x40;" and the names of what addresses have: *length of it; -1 if it is none. */
static int
reference_at(const char *at, const char *end, size_t *length)
{
	static const struct {
		const char *name;
		int byte;
	} names[] = { { "&commat;", '@' }, { "&period;", '.' }, { "&amp;", '&' }, { "&plus;", '+' },
		{ "&lowbar;", '_' }, { "&equals;", '=' }, { "&percnt;", '%' }, { "&num;", '#' } };
	const char *p = at + 2;
	int value = 0;
	bool hex;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		*length = strlen(names[i].name);
		if ((size_t)(end - at) >= *length && memcmp(at, names[i].name, *length) == 0)
			return names[i].byte;
	}
	if (end - at < 3 || at[1] != '#')
		return -1;
	hex = *p == 'x' || *p == 'X';
	p += hex;
	for (; p < end && value < 256 && (hex ? g_ascii_isxdigit(*p) : g_ascii_isdigit(*p)); p++)
		value = value * (hex ? 16 : 10) + g_ascii_xdigit_value(*p);
	if (value == 0 || value > 126)
		return -1;
	*length = (size_t)(p - at) + (p < end && *p == ';');
	return value;
}

/* Characters that nobody sees: zero-width ones and the soft hyphen. */
static size_t
unseen_at(const char *at, const char *end)
{
	static const char *const unseen[] = { "\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d",
		"\xe2\x81\xa0", "\xef\xbb\xbf", "\xc2\xad", "&zwnj;", "&zwj;", "&shy;" };

	for (size_t i = 0; i < G_N_ELEMENTS(unseen); i++) {
		size_t length = strlen(unseen[i]);

		if ((size_t)(end - at) >= length && memcmp(at, unseen[i], length) == 0)
			return length;
	}
	return 0;
}

/* The byte that is written at @at, and *length of how it is; -1: nothing, for so long. */
static int
decode_at(const char *at, const char *end, size_t *length)
{
	int byte = -1;

	*length = unseen_at(at, end);
	if (*length > 0)
		return -1;
	*length = 3;
	if (*at == '%' || *at == '=')
		byte = hex_at(at + 1, end);
	if (*at == '=' && end - at >= 2 && (at[1] == '\n' || (at[1] == '\r' && end - at >= 3))) {
		*length = at[1] == '\n' ? 2 : 3;
		return -1;
	}
	if (*at == '\\' && end - at >= 4 && at[1] == 'x') {
		*length = 4;
		byte = hex_at(at + 2, end);
	}
	if (*at == '\\' && end - at >= 6 && at[1] == 'u' && at[2] == '0' && at[3] == '0') {
		*length = 6;
		byte = hex_at(at + 4, end);
	}
	if (*at == '&')
		byte = reference_at(at, end, length);
	if (byte >= 0)
		return byte;
	*length = 1;
	return (guchar)*at;
}

/* False when that made no difference. */
static bool
decode_layer(const Layer *layer, Layer *decoded)
{
	const char *bytes = (const char *)layer->bytes->data;
	const char *end = bytes + layer->bytes->len;
	size_t length;

	for (const char *at = bytes; at < end; at += length) {
		int byte = decode_at(at, end, &length);
		size_t first = (size_t)(at - bytes);

		if (byte >= 0)
			layer_add(decoded, byte, start_of(layer, first),
				end_of(layer, first + length - 1));
	}
	return decoded->bytes->len != layer->bytes->len;
}

/* ---- who is in it ---- */

typedef struct Search {
	const Layer *layer; /* its bytes in lower case: */
	const char *bytes;
	const char *end;
	const Person *person;
	GArray *spans;
} Search;

static void
found(const Search *search, const char *start, const char *end)
{
	const RedactSpan span = {
		.start = start_of(search->layer, (size_t)(start - search->bytes)),
		.end = end_of(search->layer, (size_t)(end - 1 - search->bytes)),
		.person = search->person->number,
	};

	g_array_append_val(search->spans, span);
}

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && g_ascii_isspace(*at))
		at++;
	return at;
}

/* One that ends nowhere near is none. */
static const char *
skip_comment(const char *at, const char *end)
{
	size_t most = MIN((size_t)(end - at), LONGEST_COMMENT);
	const char *close = at < end && *at == '(' ? memchr(at, ')', most) : NULL;

	return close ? skip_blanks(close + 1, end) : at;
}

/* Behind the sign at @at that stands for an @; NULL if none does. */
static const char *
behind_sign(const char *at, const char *end)
{
	static const char *const signs[] = { "@", "=", "#", "*", "|", "(at)", "[at]", "{at}",
		"_at_", "-at-", ".at.", "at " };

	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
		size_t length = strlen(signs[i]);

		if ((size_t)(end - at) >= length && memcmp(at, signs[i], length) == 0)
			return at + length;
	}
	return NULL;
}

/* Behind what stands for the @ of an address; NULL if nothing does.  RFC 5322 section 3.2.2 allows
 * a comment on either side. */
static const char *
behind_at(const char *at, const char *end)
{
	const char *behind;

	at = skip_blanks(at, end);
	if (at < end && *at == '"')
		at = skip_blanks(at + 1, end);
	behind = behind_sign(at, end);
	if (!behind)
		behind = behind_sign(skip_comment(at, end), end);
	return behind ? skip_comment(skip_blanks(behind, end), end) : NULL;
}

/* Behind @domain at @at, with "[.]" for its dots as well; NULL if it is not there. */
static const char *
behind_domain(const char *at, const char *end, const char *domain)
{
	for (; *domain; domain++) {
		if (*domain == '.' && end - at >= 3 && at[0] == '[' && at[1] == '.' && at[2] == ']')
			at += 3;
		else if (at < end && *at == *domain)
			at++;
		else
			return NULL;
	}
	return at;
}

static const char *
behind_tag(const char *at, const char *end)
{
	if (at == end || *at != '+')
		return at;
	while (at < end && (g_ascii_isalnum(*at) || strchr("+._-", *at)))
		at++;
	return at;
}

static void
find_address(const Search *search)
{
	const char *local = search->person->local;
	size_t length = local ? strlen(local) : 0;
	const char *at = search->bytes;

	while (length > 0 && (at = memmem(at, (size_t)(search->end - at), local, length)) != NULL) {
		const char *behind = behind_at(behind_tag(at + length, search->end), search->end);

		if (behind)
			behind = behind_domain(behind, search->end, search->person->domain);
		if (behind)
			found(search, at, behind);
		at = behind ? behind : at + 1;
	}
}

static bool
is_word_at(const Search *search, const char *at, size_t length)
{
	return (at == search->bytes || !g_ascii_isalnum(at[-1])) &&
		(at + length == search->end || !g_ascii_isalnum(at[length]));
}

static void
find_text(const Search *search, const char *text, bool word)
{
	size_t length = strlen(text);
	const char *at = search->bytes;

	while ((at = memmem(at, (size_t)(search->end - at), text, length)) != NULL) {
		if (!word || is_word_at(search, at, length))
			found(search, at, at + length);
		at += length;
	}
}

static void
find_person(const Search *search)
{
	find_address(search);
	for (guint i = 0; i < search->person->words->len; i++)
		find_text(search, g_ptr_array_index(search->person->words, i), true);
	for (guint i = 0; i < search->person->exact->len; i++)
		find_text(search, g_ptr_array_index(search->person->exact, i), false);
}

/* Bytes may hold anything, NUL too. */
static char *
lower_copy(const GByteArray *bytes)
{
	char *lower = g_malloc(bytes->len + 1);

	for (guint i = 0; i < bytes->len; i++)
		lower[i] = g_ascii_tolower((gchar)bytes->data[i]);
	lower[bytes->len] = '\0';
	return lower;
}

/* ---- others of the organisation ---- */

/* Of an address in a text: what else may stand there belongs to what is around it. */
static bool
is_in_local(char c)
{
	return g_ascii_isalnum(c) || (guchar)c >= 0x80 || (c && strchr("._+-~'", c));
}

static bool
is_in_host(char c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '.';
}

/* Back from @at over what @is_part of it, not far. */
static const char *
begin_of(const char *start, const char *at, bool (*is_part)(char c))
{
	int most = MAX_NAME;

	while (at > start && most-- > 0 && is_part(at[-1]))
		at--;
	return at;
}

/* The host that ends with the domain at @at is that or below it, and ends at @end. */
static bool
is_host_at(const Search *search, const char *host, const char *at, const char *end)
{
	if (host < at && at[-1] != '.')
		return false;
	if (end < search->end && *end == '.')
		return end + 1 == search->end || !g_ascii_isalnum(end[1]);
	return end == search->end || !is_in_host(*end);
}

/* ann@here.example, and ann=here.example@ of a bounce address: what is before the sign. */
static void
find_own(const Search *search, const char *domain)
{
	size_t length = strlen(domain);
	const char *at = search->bytes;

	for (; (at = memmem(at, (size_t)(search->end - at), domain, length)); at += length) {
		const char *host = begin_of(search->bytes, at, is_in_host);
		const char *end = at + length;
		const char *sign = host > search->bytes ? host - 1 : NULL;
		const char *local;

		if (!sign || !is_host_at(search, host, at, end) ||
			!(*sign == '@' || (*sign == '=' && end < search->end && *end == '@')))
			continue;
		local = begin_of(search->bytes, sign, is_in_local);
		if (local < sign)
			found(search, local, sign);
	}
}

static void
find_people(const Layer *layer, const Sought *sought, GArray *spans)
{
	g_autofree char *bytes = lower_copy(layer->bytes);

	for (guint i = 0; i < sought->people->len; i++) {
		const Search search = {
			.layer = layer,
			.bytes = bytes,
			.end = bytes + layer->bytes->len,
			.person = g_ptr_array_index(sought->people, i),
			.spans = spans,
		};

		find_person(&search);
	}
	for (guint i = 0; i < sought->domains->len; i++) {
		const Person nobody = { .number = REDACT_NOBODY };
		const Search search = {
			.layer = layer,
			.bytes = bytes,
			.end = bytes + layer->bytes->len,
			.person = &nobody,
			.spans = spans,
		};

		find_own(&search, g_ptr_array_index(sought->domains, i));
	}
}

/* ---- base64 and hex ---- */

static void find_decoded(const Layer *layer, const Sought *sought, int depth, GArray *spans);

/* Somebody in @bytes, which are what a run means: all of the run goes. */
static int
person_in(const void *bytes, size_t length, const Sought *sought, int depth)
{
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(RedactSpan));
	g_auto(Layer) layer = { 0 };

	layer_read(&layer, bytes, length);
	find_decoded(&layer, sought, depth + 1, spans);
	return spans->len > 0 ? g_array_index(spans, RedactSpan, 0).person : 0;
}

static int
person_in_base64(const char *run, size_t length, const Sought *sought, int depth)
{
	int person = 0;

	/* Something else may stand before it, with no sign between. */
	for (size_t skip = 0; skip < 4 && skip + SHORTEST_RUN <= length && !person; skip++) {
		/* Padding is often left out in links, and GLib reads whole groups alone. */
		g_autofree char *text = g_strdup_printf("%.*s==", (int)(length - skip), run + skip);
		g_autofree guchar *bytes = NULL;
		gsize size = 0;

		g_strdelimit(text, "-", '+');
		g_strdelimit(text, "_", '/');
		bytes = g_base64_decode(text, &size);
		person = person_in(bytes, size, sought, depth);
	}
	return person;
}

static int
person_in_hex(const char *run, size_t length, const Sought *sought, int depth)
{
	int person = 0;

	for (size_t skip = 0; skip < 2 && !person; skip++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();

		for (size_t at = skip; at + 1 < length; at += 2) {
			int value = hex_at(run + at, run + length);
			const guint8 byte = (guint8)value;

			if (value < 0)
				break;
			g_byte_array_append(bytes, &byte, 1);
		}
		if (bytes->len >= SHORTEST_RUN / 2)
			person = person_in(bytes->data, bytes->len, sought, depth);
	}
	return person;
}

static bool
is_in_run(char c)
{
	return g_ascii_isalnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

static void
find_runs(const Layer *layer, const Sought *sought, int depth, GArray *spans)
{
	const char *text = (const char *)layer->bytes->data;
	size_t length = layer->bytes->len;

	for (size_t at = 0, end; at < length; at = end + 1) {
		int person;

		for (end = at; end < length && is_in_run(text[end]); end++)
			;
		if (end - at < SHORTEST_RUN)
			continue;
		person = person_in_base64(text + at, end - at, sought, depth);
		if (!person)
			person = person_in_hex(text + at, end - at, sought, depth);
		if (person) {
			const RedactSpan span = {
				.start = start_of(layer, at),
				.end = end_of(layer, end - 1),
				.person = person,
			};

			g_array_append_val(spans, span);
		}
	}
}

static void
find_decoded(const Layer *layer, const Sought *sought, int depth, GArray *spans)
{
	Layer layers[2] = { { 0 } };
	const Layer *from = layer;

	for (int i = 0; i < MAX_LAYERS && from->bytes->len > 0; i++) {
		Layer *to = &layers[i % 2];

		find_people(from, sought, spans);
		if (depth < MAX_DEPTH)
			find_runs(from, sought, depth, spans);
		if (to->bytes)
			layer_clear(to);
		layer_init(to, from->bytes->len);
		if (!decode_layer(from, to))
			break;
		from = to;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(layers); i++)
		if (layers[i].bytes)
			layer_clear(&layers[i]);
}

void
redact_find(const char *text, size_t length, const Sought *sought, GArray *spans)
{
	g_auto(Layer) layer = { 0 };

	layer_read(&layer, text, length);
	find_decoded(&layer, sought, 0, spans);
}

/* ---- tokens ---- */

static bool
is_in_token(char c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '~';
}

static bool
is_token(const char *run, size_t length)
{
	bool digit = false;
	bool letter = false;

	for (size_t i = 0; i < length; i++) {
		digit = digit || g_ascii_isdigit(run[i]);
		letter = letter || g_ascii_isalpha(run[i]);
	}
	return length >= TOKEN && digit && letter;
}

static bool
ends_url(char c)
{
	return g_ascii_isspace(c) || strchr("\"'<>`", c);
}

/* The word at @at, if it is a token; behind it. */
static size_t
find_token(const char *text, size_t length, size_t at, GArray *spans)
{
	size_t end = at;

	while (end < length && is_in_token(text[end]))
		end++;
	if (is_token(text + at, end - at)) {
		const RedactSpan span = { .start = at, .end = end };

		g_array_append_val(spans, span);
	}
	return MAX(end, at + 1);
}

/* Behind the host of a URL that begins at @at. */
static size_t
find_in_url(const char *text, size_t length, size_t at, GArray *spans)
{
	while (at < length && !ends_url(text[at]) && !strchr("/?#", text[at]))
		at++;
	while (at < length && !ends_url(text[at]))
		at = find_token(text, length, at, spans);
	return at;
}

void
redact_find_tokens(const char *text, size_t length, GArray *spans)
{
	for (size_t at = 0; at < length;) {
		const char *url = memmem(text + at, length - at, "://", 3);

		if (!url)
			return;
		at = find_in_url(text, length, (size_t)(url + 3 - text), spans);
	}
}

void
redact_find_local_tokens(const char *address, GArray *spans)
{
	const char *sign = strrchr(address, '@');
	size_t length = sign ? (size_t)(sign - address) : 0;

	for (size_t at = 0; at < length;)
		at = find_token(address, length, at, spans);
}
