#include "release/smtp.h"

#include <curl/curl.h>
#include <poll.h>
#include <string.h>

#include "mail/address.h"
#include "release/transport.h"

enum {
	DEFAULT_PORT = 25,
	MAX_GREETING = 16 * 1024, /* bytes of the greeting and the EHLO reply that are kept */
	MAX_LINE = 4096,          /* RFC 5321 section 4.5.3.1.5 says 512 */
	MAX_LINES = 100,
	MAX_TEXT = 2048, /* bytes of a reply that are kept */
};

struct Smtp {
	CURL *curl;
	curl_socket_t socket;
	int interrupt;     /* -1: none */
	GString *greeting; /* what the server said until now, lines ended by CRLF */
	GString *pending;  /* read, and not yet part of a reply */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURLU, curl_url_cleanup)

void
smtp_reply_clear(SmtpReply *reply)
{
	if (reply->text)
		g_string_free(reply->text, TRUE);
	*reply = (SmtpReply){ 0 };
}

void
smtp_free(Smtp *smtp)
{
	if (!smtp)
		return;
	curl_easy_cleanup(smtp->curl);
	g_string_free(smtp->greeting, TRUE);
	g_string_free(smtp->pending, TRUE);
	g_free(smtp);
}

static bool
refuse(GError **error, const char *address, const char *why)
{
	g_set_error(
		error, RELEASE_ERROR, RELEASE_ERROR_TRANSPORT, "smtp://%.80s: %s", address, why);
	return false;
}

/* @host may be an address in brackets. */
static bool
is_host(const char *host)
{
	size_t length = strlen(host);
	g_autofree char *inner = NULL;

	if (*host != '[')
		return host_name_is_plain(host);
	if (length < 4 || host[length - 1] != ']')
		return false;
	inner = g_strndup(host + 1, length - 2);
	return strchr(inner, ':') && g_hostname_is_ip_address(inner) && !strchr(inner, '%');
}

bool
smtp_parse(const char *address, char **host, int *port, GError **error)
{
	const char *bracket = *address == '[' ? strchr(address, ']') : NULL;
	const char *colon = strchr(bracket ? bracket : address, ':');
	g_autofree char *name =
		colon ? g_strndup(address, (gsize)(colon - address)) : g_strdup(address);
	guint64 number = DEFAULT_PORT;

	if (strchr(address, '@')) {
		g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_TRANSPORT,
			"smtp: a user and password do not belong into a transport's name; "
			"write smtp://HOST:PORT");
		return false;
	}
	if (!is_host(name))
		return refuse(error, address, "not of the form smtp://HOST:PORT");
	if (colon && !g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT16, &number, NULL))
		return refuse(error, address, "the port must be a number from 1 to 65535");
	*host = g_steal_pointer(&name);
	*port = (int)number;
	return true;
}

/* libcurl's callback for each line the server says until EHLO is answered. */
static size_t
keep_line(char *line, size_t size, size_t count, void *data)
{
	GString *greeting = ((Smtp *)data)->greeting;

	if (greeting->len + size * count <= MAX_GREETING)
		g_string_append_len(greeting, line, (gssize)(size * count));
	return size * count;
}

/* libcurl's callback, asked about once a second: not 0 ends the attempt. */
static int
is_interrupted(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct pollfd watched = { ((const Smtp *)data)->interrupt, POLLIN, 0 };

	(void)a, (void)b, (void)c, (void)d;
	return poll(&watched, 1, 0) > 0;
}

static void
set_options(Smtp *smtp, CURLU *url, int seconds)
{
	CURL *curl = smtp->curl;

	curl_easy_setopt(curl, CURLOPT_CURLU, url);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp");
	curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* the environment's is not asked */
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)seconds);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_line);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, smtp);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_interrupted);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, smtp);
}

/* The path of an SMTP URL is what libcurl says in EHLO. */
static CURLU *
url_of(const char *address, const char *helo, GError **error)
{
	g_autofree char *url = NULL;
	g_autofree char *host = NULL;
	g_autoptr(CURLU) parsed = curl_url();
	int port;

	if (!smtp_parse(address, &host, &port, error))
		return NULL;
	url = g_strdup_printf("smtp://%s:%d/%s", host, port, helo);
	if (curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK)
		return g_steal_pointer(&parsed);
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LOST, "%s is no URL", url);
	return NULL;
}

static bool
stopped(GError **error)
{
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_STOPPED, "interrupted");
	return false;
}

/* The server's last line, if it said anything at all, is the better reason. */
static void
set_connect_error(GError **error, const char *address, CURLcode code, const GString *greeting)
{
	g_autofree char *said = g_strchomp(g_strdup(greeting->str));
	const char *line_end = strrchr(said, '\n');
	const char *last = line_end ? line_end + 1 : said;

	g_set_error(error, RELEASE_ERROR,
		code == CURLE_OPERATION_TIMEDOUT ? RELEASE_ERROR_TIMEOUT : RELEASE_ERROR_LOST,
		"smtp://%s: %s%s%s", address, curl_easy_strerror(code), *last ? ": " : "", last);
}

Smtp *
smtp_open(const char *address, const char *helo, int seconds, int interrupt, GError **error)
{
	g_autoptr(CURLU) url = url_of(address, helo, error);
	g_autoptr(Smtp) smtp = NULL;
	CURLcode code;

	if (!url)
		return NULL;
	smtp = g_new0(Smtp, 1);
	smtp->greeting = g_string_new(NULL);
	smtp->pending = g_string_new(NULL);
	smtp->interrupt = interrupt ? interrupt : -1;
	smtp->curl = curl_easy_init();
	g_assert(smtp->curl);
	set_options(smtp, url, seconds);
	code = curl_easy_perform(smtp->curl);
	if (code == CURLE_OK)
		code = curl_easy_getinfo(smtp->curl, CURLINFO_ACTIVESOCKET, &smtp->socket);
	if (code == CURLE_OK)
		return g_steal_pointer(&smtp);
	if (code == CURLE_ABORTED_BY_CALLBACK)
		stopped(error);
	else
		set_connect_error(error, address, code, smtp->greeting);
	return NULL;
}

void
smtp_ignore_interrupt(Smtp *smtp)
{
	smtp->interrupt = -1;
}

bool
smtp_offers(const Smtp *smtp, const char *extension)
{
	g_auto(GStrv) lines = g_strsplit(smtp->greeting->str, "\r\n", -1);
	size_t length = strlen(extension);

	for (char **line = lines; *line; line++)
		if (strncmp(*line, "250", 3) == 0 && strlen(*line) >= 4 + length &&
			g_ascii_strncasecmp(*line + 4, extension, length) == 0 &&
			strchr(" =", (*line)[4 + length]))
			return true;
	return false;
}

static bool
lost(GError **error, const char *what)
{
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LOST, "%s", what);
	return false;
}

/* Until the socket is ready for @events or @deadline (monotonic microseconds) has come. */
static bool
wait_for(const Smtp *smtp, short events, int64_t deadline, GError **error)
{
	struct pollfd watched[] = { { smtp->socket, events, 0 }, { smtp->interrupt, POLLIN, 0 } };
	int64_t left;

	while ((left = deadline - g_get_monotonic_time()) > 0) {
		if (poll(watched, G_N_ELEMENTS(watched), (int)(left / 1000 + 1)) <= 0)
			continue;
		return watched[0].revents ? true : stopped(error);
	}
	g_set_error(
		error, RELEASE_ERROR, RELEASE_ERROR_TIMEOUT, "the server did not answer in time");
	return false;
}

static int64_t
deadline_in(int seconds)
{
	return g_get_monotonic_time() + (int64_t)seconds * G_USEC_PER_SEC;
}

bool
smtp_send(Smtp *smtp, const void *bytes, size_t length, int seconds, GError **error)
{
	int64_t deadline = deadline_in(seconds);
	size_t done = 0;

	/* A reply too many would be taken for the answer to this, and in the end for the
	 * receipt of a message that was never taken. */
	if (smtp->pending->len > 0)
		return lost(error, "the server said more than it was asked");
	while (done < length) {
		size_t sent = 0;
		CURLcode code = curl_easy_send(
			smtp->curl, (const char *)bytes + done, length - done, &sent);

		if (code != CURLE_OK && code != CURLE_AGAIN)
			return lost(error, "the server hung up");
		done += sent;
		if (code == CURLE_AGAIN && !wait_for(smtp, POLLOUT, deadline, error))
			return false;
	}
	return true;
}

static bool
receive(Smtp *smtp, int64_t deadline, GError **error)
{
	char buffer[1024];
	size_t got = 0;
	CURLcode code = curl_easy_recv(smtp->curl, buffer, sizeof(buffer), &got);

	if (code == CURLE_AGAIN)
		return wait_for(smtp, POLLIN, deadline, error);
	if (code != CURLE_OK || got == 0)
		return lost(error, "the server hung up");
	g_string_append_len(smtp->pending, buffer, (gssize)got);
	return true;
}

/* The next line, without its line end. */
static char *
read_line(Smtp *smtp, int64_t deadline, GError **error)
{
	const char *end;
	char *line;

	while (!(end = memchr(smtp->pending->str, '\n', smtp->pending->len))) {
		if (smtp->pending->len > MAX_LINE) {
			lost(error, "the server's reply is too long");
			return NULL;
		}
		if (!receive(smtp, deadline, error))
			return NULL;
	}
	line = g_strndup(smtp->pending->str, (gsize)(end - smtp->pending->str));
	g_string_erase(smtp->pending, 0, end + 1 - smtp->pending->str);
	return g_strchomp(line);
}

/* "250-text", "250 text", "250"; *more when another line follows.  0: not a reply. */
static int
code_of(const char *line, bool *more)
{
	if (line[0] < '2' || line[0] > '5' || !g_ascii_isdigit(line[1]) ||
		!g_ascii_isdigit(line[2]) || (line[3] && !strchr(" -", line[3])))
		return 0;
	*more = line[3] == '-';
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

static void
append_text(GString *text, const char *line)
{
	if (text->len == 0)
		g_string_append(text, line);
	else if (text->len < MAX_TEXT && line[3])
		g_string_append_printf(text, " %s", line + 4);
}

bool
smtp_read(Smtp *smtp, int seconds, SmtpReply *reply, GError **error)
{
	int64_t deadline = deadline_in(seconds);
	bool more = true;

	smtp_reply_clear(reply);
	reply->text = g_string_new(NULL);
	for (int lines = 0; more; lines++) {
		g_autofree char *line = read_line(smtp, deadline, error);
		int code;

		if (!line)
			return false;
		code = code_of(line, &more);
		if (!code || (reply->code && code != reply->code) || lines == MAX_LINES)
			return lost(error, "the server's reply is none that SMTP knows");
		reply->code = code;
		append_text(reply->text, line);
		if (!more && reply->text->len > 3 && reply->text->str[3] == '-')
			reply->text->str[3] = ' ';
	}
	return true;
}

bool
smtp_command(Smtp *smtp, const char *line, int seconds, SmtpReply *reply, GError **error)
{
	g_autofree char *command = g_strconcat(line, "\r\n", NULL);

	g_assert(!strpbrk(line, "\r\n"));
	return smtp_send(smtp, command, strlen(command), seconds, error) &&
		smtp_read(smtp, seconds, reply, error);
}
