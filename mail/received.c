#include "mail/received.h"

#include <string.h>

#include "mail/message.h"

void
received_free(Received *received)
{
	if (!received)
		return;
	g_free(received->helo);
	g_free(received->rdns);
	g_free(received->ip);
	g_free(received->by);
	g_free(received->id);
	g_free(received->for_whom);
	g_free(received);
}

static bool
is_separator(char c)
{
	return g_ascii_isspace(c) || c == '(' || c == ')' || c == '[' || c == ']' || c == ';' ||
		c == '"' || c == '=' || c == ',';
}

/* The next word of a clause; brackets, quotes and equals signs part words. */
static char *
next_word(const char **at, const char *end)
{
	const char *start;

	while (*at < end && is_separator(**at))
		(*at)++;
	start = *at;
	while (*at < end && !is_separator(**at))
		(*at)++;
	return *at > start ? g_strndup(start, (gsize)(*at - start)) : NULL;
}

/* "IPv6:2001:db8::1", "::ffff:192.0.2.1", "192.0.2.1:33712" and the plain forms; NULL if
 * it is no address. */
static char *
word_address(const char *word)
{
	g_autofree char *copy = NULL;
	char *port;

	if (g_ascii_strncasecmp(word, "IPv6:", 5) == 0)
		word += 5;
	if (g_ascii_strncasecmp(word, "::ffff:", 7) == 0 && strchr(word, '.'))
		word += 7;
	copy = g_strdup(word);
	port = strchr(copy, ':');
	if (port && strchr(copy, '.') && !strchr(port + 1, ':'))
		*port = '\0';
	return g_hostname_is_ip_address(copy) ? g_steal_pointer(&copy) : NULL;
}

static bool
is_host(const char *word)
{
	return strchr(word, '.') && !strchr(word, '@') && !strchr(word, '/') &&
		g_ascii_isalnum(word[0]);
}

static char *
without_dot(const char *host)
{
	size_t length = strlen(host);

	return g_ascii_strdown(
		host, (gssize)(length && host[length - 1] == '.' ? length - 1 : length));
}

static bool
says_helo(const char *word)
{
	return g_ascii_strcasecmp(word, "EHLO") == 0 || g_ascii_strcasecmp(word, "HELO") == 0;
}

/* The words between "from" and "by", read one by one. */
typedef struct Client {
	Received *received;
	char *before;  /* the name that stands right before, or NULL */
	bool is_first; /* the next word is */
	bool is_helo;  /* the next word stands behind "EHLO" */
} Client;

static void
take_address(Client *client, const char *address)
{
	Received *received = client->received;

	if (client->is_helo)
		return;
	g_free(received->ip);
	g_free(received->rdns);
	received->ip = g_strdup(address);
	received->rdns = g_steal_pointer(&client->before);
}

static void
take_word(Client *client, const char *word)
{
	Received *received = client->received;

	g_clear_pointer(&client->before, g_free);
	if (g_ascii_strcasecmp(word, "forged") == 0) {
		g_clear_pointer(&received->rdns, g_free);
	} else if (is_host(word) && (client->is_first || client->is_helo)) {
		g_free(received->helo);
		received->helo = without_dot(word);
	} else if (is_host(word)) {
		client->before = without_dot(word);
	}
}

/* What stands between "from" and "by": the client's own word for itself, and in
 * brackets behind it what the server found.  Observed forms:
 *   a8-29.x (a8-29.x [192.0.2.1])         postfix, sendmail, Google
 *   a8-29.x (192.0.2.1)                    Exchange Online
 *   a8-29.x ([192.0.2.1]:33712 "EHLO a8-29.x" rhost-flags-OK)   vger
 *   192.0.2.1 (EHLO a8-29.x) (192.0.2.1)   Yahoo
 *   x (unknown [192.0.2.1]) / x ([192.0.2.1] helo=x)            postfix, exim
 *   x (y [192.0.2.1] (may be forged))      sendmail: the name and the address disagree
 * The client chooses what it calls itself, brackets and all: the last address counts
 * that does not stand behind HELO, and only the word right before it is the name that
 * was found. */
static void
read_from(Received *received, const char *at, const char *end)
{
	Client client = { .received = received, .is_first = true };
	g_autofree char *word = NULL;

	while ((word = next_word(&at, end))) {
		g_autofree char *address = word_address(word);

		if (address)
			take_address(&client, address);
		else
			take_word(&client, word);
		client.is_first = false;
		client.is_helo = says_helo(word);
		g_clear_pointer(&word, g_free);
	}
	g_free(client.before);
}

/* The position of clause word @word ("by") outside brackets, or NULL. */
static const char *
find_clause(const char *value, const char *end, const char *word)
{
	size_t length = strlen(word);
	int depth = 0;

	for (const char *at = value; at + length < end; at++) {
		if (*at == '(')
			depth++;
		else if (*at == ')' && depth > 0)
			depth--;
		else if (depth == 0 && (at == value || g_ascii_isspace(at[-1])) &&
			g_ascii_strncasecmp(at, word, length) == 0 && g_ascii_isspace(at[length]))
			return at;
	}
	return NULL;
}

/* What follows clause @word, which stands behind "by": up to the next blank or bracket. */
static char *
clause_word(const char *by, const char *end, const char *word)
{
	const char *at = find_clause(by, end, word);

	if (!at)
		return NULL;
	at += strlen(word) + 1;
	return next_word(&at, end);
}

/* An address may be quoted, and have blanks then: what stands between the brackets. */
static char *
for_address(const char *by, const char *end)
{
	const char *at = find_clause(by, end, "for");
	const char *close;

	if (!at)
		return NULL;
	at += strlen("for");
	while (at < end && g_ascii_isspace(*at))
		at++;
	close = at < end && *at == '<' ? g_strrstr_len(at, end - at, ">") : NULL;
	return close ? g_strndup(at + 1, (gsize)(close - at - 1)) : NULL;
}

Received *
received_parse(const char *value)
{
	Received *received = g_new0(Received, 1);
	const char *date = strrchr(value, ';');
	const char *end = date ? date : value + strlen(value);
	const char *by = find_clause(value, end, "by");

	if (g_ascii_strncasecmp(value, "from", 4) == 0 && g_ascii_isspace(value[4]))
		read_from(received, value + 5, by ? by : end);
	if (by) {
		const char *at = by + 3;
		g_autofree char *host = next_word(&at, end);

		received->by = host ? without_dot(host) : NULL;
		received->id = clause_word(by, end, "id");
		received->for_whom = for_address(by, end);
	}
	if (date)
		received->date = message_parse_date(date + 1);
	return received;
}
