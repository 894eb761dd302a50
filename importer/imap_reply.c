#include "importer/imap_reply.h"

#include <string.h>

enum {
	MAX_TEXT = 4 * 1024 * 1024, /* a search in the widest range fits */
	MAX_LITERALS = 64,          /* of one reply */
	MAX_LET_GO = 1024 * 1024 * 1024,
};

static const char body_name[] = "BODY[] ";

void
imap_reply_clear(ImapReply *reply)
{
	if (reply->text)
		g_string_free(reply->text, TRUE);
	reply->text = NULL;
	g_clear_pointer(&reply->body, g_bytes_unref);
}

/* ---- to read ---- */

/* A line of words for people: it has no literals, whatever it ends with. */
static bool
is_words(const GString *text)
{
	static const char *const kinds[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
	const char *word = text->str + 2;

	if (strncmp(text->str, "* ", 2) != 0)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		size_t length = strlen(kinds[i]);

		if (g_ascii_strncasecmp(word, kinds[i], length) == 0 &&
			(word[length] == ' ' || word[length] == '\0'))
			return true;
	}
	return false;
}

/* Where, from @start on, the length of a literal stands that follows; NULL: none does. */
static const char *
find_literal(const GString *text, size_t start, guint64 *length)
{
	const char *brace = strrchr(text->str + start, '{');
	g_autofree char *digits = NULL;

	if (!brace || text->str[text->len - 1] != '}')
		return NULL;
	digits = g_strndup(brace + 1, strlen(brace) - 2);
	return g_ascii_string_to_unsigned(digits, 10, 0, G_MAXUINT32, length, NULL) ? brace : NULL;
}

static bool
is_body(const GString *text, const char *brace)
{
	size_t length = strlen(body_name);

	return (size_t)(brace - text->str) >= length &&
		g_ascii_strncasecmp(brace - length, body_name, length) == 0;
}

static bool
read_literal(ImapWire *wire, const char *brace, size_t length, size_t room, ImapReply *reply,
	GError **error)
{
	bool body = is_body(reply->text, brace) && reply->announced < 0;
	g_autoptr(GByteArray) bytes = body && length <= room ? g_byte_array_new() : NULL;

	if (body)
		reply->announced = (int64_t)length;
	if (!bytes && length > MAX_LET_GO) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"the server announces %zu bytes at once", length);
		return false;
	}
	if (!imap_wire_take(wire, length, bytes, error))
		return false;
	if (bytes)
		reply->body = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
	return true;
}

bool
imap_reply_read(ImapWire *wire, size_t room, ImapReply *reply, GError **error)
{
	g_assert(!reply->text);
	reply->text = g_string_new(NULL);
	reply->announced = -1;
	/* A line goes on behind a literal, if with nothing. */
	for (int literals = 0; literals <= MAX_LITERALS; literals++) {
		size_t start = reply->text->len;
		const char *brace;
		guint64 length = 0;

		if (!imap_wire_line(wire, reply->text, MAX_TEXT, error))
			return false;
		brace = is_words(reply->text) ? NULL : find_literal(reply->text, start, &length);
		if (!brace)
			return true;
		if (!read_literal(wire, brace, (size_t)length, room, reply, error))
			return false;
	}
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
		"the server answers with more parts than a reply has");
	return false;
}

/* ---- to understand ---- */

const char *
imap_reply_after(const ImapReply *reply, const char *word)
{
	const char *text = reply->text->str;
	size_t length = strlen(word);

	if (strncmp(text, "* ", 2) != 0 || g_ascii_strncasecmp(text + 2, word, length) != 0)
		return NULL;
	if (text[2 + length] != ' ' && text[2 + length] != '\0')
		return NULL;
	return text + 2 + length + (text[2 + length] == ' ');
}

/* Behind the quoted string at @at; at the end where it is not closed. */
static const char *
skip_quoted(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

static const char *
skip_value(const char *at)
{
	int depth = 0;

	for (; *at; at++) {
		if (*at == '"') {
			at = skip_quoted(at) - 1;
			continue;
		}
		if (*at == ')' && depth-- == 0)
			break;
		if (*at == ' ' && depth == 0)
			break;
		if (*at == '(')
			depth++;
	}
	return at;
}

static bool
is_named(const char *at, const char *name)
{
	size_t length = strlen(name);

	return g_ascii_strncasecmp(at, name, length) == 0 && at[length] == ' ';
}

/* The number at @at; -1: none that a message has. */
static int64_t
number_at(const char *at)
{
	char *end;
	guint64 number = g_ascii_strtoull(at, &end, 10);

	return g_ascii_isdigit(*at) && (*end == ' ' || *end == ')') && number <= G_MAXUINT32
		? (int64_t)number
		: -1;
}

bool
imap_reply_fetched(const ImapReply *reply, ImapFetched *fetched)
{
	const char *at = reply->text->str;

	*fetched = (ImapFetched){ .uid = 0, .size = -1 };
	if (strncmp(at, "* ", 2) != 0 || !g_ascii_isdigit(at[2]))
		return false;
	at += 2 + strspn(at + 2, "0123456789");
	if (g_ascii_strncasecmp(at, " FETCH (", strlen(" FETCH (")) != 0)
		return false;
	at += strlen(" FETCH (");
	while (*at && *at != ')') {
		const char *value = at + strcspn(at, " ");

		value += strspn(value, " ");
		if (is_named(at, "UID"))
			fetched->uid = (guint32)MAX(number_at(value), 0);
		else if (is_named(at, "RFC822.SIZE"))
			fetched->size = number_at(value);
		else if (is_named(at, "BODY[]") && *value == '"')
			fetched->quoted = value;
		at = skip_value(value);
		at += strspn(at, " ");
	}
	return true;
}

GBytes *
imap_unquoted(const char *quoted)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (const char *at = quoted + 1; *at && *at != '"'; at++) {
		if (*at == '\\' && at[1])
			at++;
		g_string_append_c(text, *at);
	}
	return g_string_free_to_bytes(g_steal_pointer(&text));
}
