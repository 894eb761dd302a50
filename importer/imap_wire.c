#include "importer/imap_wire.h"

#include <poll.h>
#include <string.h>

#include "importer/connection.h"
#include "system/peer.h"

enum {
	CHUNK = 16 * 1024,
	CONNECT_TIME = 60 * 1000, /* milliseconds */
};

struct ImapWire {
	CURL *curl; /* owns the socket */
	curl_socket_t socket;
	int interrupt; /* -1: none */
	int64_t patience;
	int64_t deadline;            /* monotonic microseconds, both */
	char words[CURL_ERROR_SIZE]; /* libcurl's, of why it did not connect */
	char buffer[CHUNK];
	size_t at, end; /* what is in it and not taken */
};

static bool
fail(GError **error, ImportError code, const char *why)
{
	g_set_error(error, IMPORT_ERROR, code, "%s", why);
	return false;
}

void
imap_wire_free(ImapWire *wire)
{
	static const char logout[] = "Z LOGOUT\r\n";
	size_t sent;

	if (!wire)
		return;
	if (wire->deadline)
		(void)curl_easy_send(wire->curl, logout, strlen(logout), &sent);
	curl_easy_cleanup(wire->curl);
	g_free(wire);
}

/* ---- to connect ---- */

/* libcurl's callback, asked about once a second: not 0 ends the attempt. */
static int
is_interrupted(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct pollfd watched = { ((const ImapWire *)data)->interrupt, POLLIN, 0 };

	(void)a, (void)b, (void)c, (void)d;
	return poll(&watched, 1, 0) > 0;
}

/* No user and no password are set: libcurl is content with greeting, capabilities and TLS. */
static void
set_options(ImapWire *wire, const ImapPlace *place, const char *ca_file)
{
	const char *scheme = place->tls ? "imaps" : "imap";
	g_autofree char *url = g_strdup_printf("%s://%s:%d/", scheme, place->host, place->port);
	long time = MIN((long)(wire->patience / 1000), CONNECT_TIME);
	bool may_do_without = !place->tls && peer_is_local(place->host);
	CURL *curl = wire->curl;

	peer_set(curl, scheme, ca_file);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(
		curl, CURLOPT_USE_SSL, (long)(may_do_without ? CURLUSESSL_TRY : CURLUSESSL_ALL));
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, wire->words);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, time);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, time);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_interrupted);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, wire);
}

static bool
set_connect_error(const ImapWire *wire, CURLcode code, GError **error)
{
	const char *words = *wire->words ? wire->words : curl_easy_strerror(code);

	if (connection_is_distrusted(code, "imap-ca", words, error))
		return false;
	switch (code) {
	case CURLE_ABORTED_BY_CALLBACK:
		return fail(error, IMPORT_ERROR_STOPPED, "interrupted");
	case CURLE_USE_SSL_FAILED:
		return fail(error, IMPORT_ERROR_IO,
			"the server offers no STARTTLS, and neither mail nor a password goes where "
			"others could hear it");
	case CURLE_OPERATION_TIMEDOUT:
		return fail(error, IMPORT_ERROR_IO, "the server did not answer in time");
	case CURLE_WEIRD_SERVER_REPLY:
		return fail(error, IMPORT_ERROR_DATA, "the server does not greet as IMAP does");
	case CURLE_COULDNT_CONNECT:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return fail(error, IMPORT_ERROR_LOST, words);
	default:
		return fail(error, IMPORT_ERROR_IO, words);
	}
}

ImapWire *
imap_wire_open(
	const ImapPlace *place, const char *ca_file, int patience, int interrupt, GError **error)
{
	g_autoptr(ImapWire) wire = g_new0(ImapWire, 1);
	CURLcode code;

	wire->interrupt = interrupt ? interrupt : -1;
	wire->patience = (int64_t)patience * G_USEC_PER_SEC;
	wire->curl = curl_easy_init();
	g_assert(wire->curl);
	set_options(wire, place, ca_file);
	code = curl_easy_perform(wire->curl);
	if (code == CURLE_OK)
		code = curl_easy_getinfo(wire->curl, CURLINFO_ACTIVESOCKET, &wire->socket);
	if (code != CURLE_OK) {
		set_connect_error(wire, code, error);
		return NULL;
	}
	imap_wire_allow(wire, patience);
	return g_steal_pointer(&wire);
}

/* ---- to wait ---- */

void
imap_wire_allow(ImapWire *wire, int seconds)
{
	wire->deadline = g_get_monotonic_time() + (int64_t)seconds * G_USEC_PER_SEC;
}

void
imap_wire_heed(ImapWire *wire, int interrupt)
{
	wire->interrupt = interrupt ? interrupt : -1;
}

static bool
wait_for(const ImapWire *wire, short events, GError **error)
{
	struct pollfd watched[] = { { wire->socket, events, 0 }, { wire->interrupt, POLLIN, 0 } };
	int64_t until = MIN(g_get_monotonic_time() + wire->patience, wire->deadline);
	int64_t left;

	while ((left = until - g_get_monotonic_time()) > 0) {
		if (poll(watched, G_N_ELEMENTS(watched), (int)(left / 1000 + 1)) <= 0)
			continue;
		return watched[1].revents == 0 || fail(error, IMPORT_ERROR_STOPPED, "interrupted");
	}
	return fail(error, IMPORT_ERROR_IO, "the server did not answer in time");
}

/* ---- to talk ---- */

bool
imap_wire_send(ImapWire *wire, const char *bytes, size_t length, GError **error)
{
	while (length > 0) {
		size_t sent = 0;
		CURLcode code = curl_easy_send(wire->curl, bytes, length, &sent);

		if (code == CURLE_AGAIN) {
			if (!wait_for(wire, POLLOUT, error))
				return false;
		} else if (code != CURLE_OK) {
			return fail(error, IMPORT_ERROR_LOST, "the server hung up");
		}
		bytes += sent;
		length -= sent;
	}
	return true;
}

/* One byte or more into the buffer, which is empty.  What drips without a pause never waits:
 * the clock is looked at all the same. */
static bool
fill(ImapWire *wire, GError **error)
{
	CURLcode code;

	if (g_get_monotonic_time() > wire->deadline)
		return fail(error, IMPORT_ERROR_IO, "the server takes too long for its answer");
	wire->at = wire->end = 0;
	while ((code = curl_easy_recv(wire->curl, wire->buffer, CHUNK, &wire->end)) == CURLE_AGAIN)
		if (!wait_for(wire, POLLIN, error))
			return false;
	return code == CURLE_OK && wire->end > 0
		? true
		: fail(error, IMPORT_ERROR_LOST, "the server hung up");
}

bool
imap_wire_line(ImapWire *wire, GString *line, size_t limit, GError **error)
{
	for (;;) {
		const char *start = wire->buffer + wire->at;
		const char *end = memchr(start, '\n', wire->end - wire->at);
		size_t length = end ? (size_t)(end - start) + 1 : wire->end - wire->at;

		wire->at += length;
		if (line->len + length > limit || memchr(start, '\0', length))
			return fail(error, IMPORT_ERROR_DATA, "the server says what is no IMAP");
		g_string_append_len(line, start, (gssize)length);
		if (end)
			break;
		if (!fill(wire, error))
			return false;
	}
	g_string_truncate(line, line->len - 1);
	if (line->len > 0 && line->str[line->len - 1] == '\r')
		g_string_truncate(line, line->len - 1);
	return true;
}

bool
imap_wire_take(ImapWire *wire, size_t length, GByteArray *bytes, GError **error)
{
	while (length > 0) {
		size_t some = MIN(length, wire->end - wire->at);

		if (bytes && some > 0)
			g_byte_array_append(
				bytes, (const guint8 *)wire->buffer + wire->at, (guint)some);
		wire->at += some;
		length -= some;
		if (length > 0 && !fill(wire, error))
			return false;
	}
	return true;
}
