#include "release/stream.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "release/tls.h"
#include "release/transport.h"

struct Stream {
	CURL *curl; /* owns the socket */
	curl_socket_t socket;
	int interrupt; /* -1: none */
	Tls *tls;      /* or NULL */
};

void
stream_free(Stream *stream)
{
	if (!stream)
		return;
	tls_free(stream->tls);
	curl_easy_cleanup(stream->curl);
	g_free(stream);
}

static bool
lost(GError **error)
{
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LOST, "the server hung up");
	return false;
}

static bool
stopped(GError **error)
{
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_STOPPED, "interrupted");
	return false;
}

/* ---- to connect ---- */

/* libcurl's callback, asked about once a second: not 0 ends the attempt. */
static int
is_interrupted(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct pollfd watched = { ((const Stream *)data)->interrupt, POLLIN, 0 };

	(void)a, (void)b, (void)c, (void)d;
	return poll(&watched, 1, 0) > 0;
}

/* Of the protocols for which libcurl only connects and then says nothing, HTTP is one. */
static void
set_options(Stream *stream, const Endpoint *endpoint, int64_t deadline)
{
	g_autofree char *url = endpoint->host
		? g_strdup_printf("http://%s:%d", endpoint->host, endpoint->port)
		: g_strdup("http://localhost");
	int64_t left = MAX((deadline - g_get_monotonic_time()) / 1000, 1);
	CURL *curl = stream->curl;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	if (endpoint->path)
		curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, endpoint->path);
	curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* the environment's is not asked */
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)left);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_interrupted);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, stream);
}

static void
set_connect_error(GError **error, CURLcode code)
{
	if (code == CURLE_ABORTED_BY_CALLBACK)
		stopped(error);
	else
		g_set_error(error, RELEASE_ERROR,
			code == CURLE_OPERATION_TIMEDOUT ? RELEASE_ERROR_TIMEOUT
							 : RELEASE_ERROR_LOST,
			"%s", curl_easy_strerror(code));
}

Stream *
stream_open(const Endpoint *endpoint, int64_t deadline, int interrupt, GError **error)
{
	g_autoptr(Stream) stream = g_new0(Stream, 1);
	CURLcode code;

	stream->interrupt = interrupt ? interrupt : -1;
	stream->curl = curl_easy_init();
	g_assert(stream->curl);
	set_options(stream, endpoint, deadline);
	code = curl_easy_perform(stream->curl);
	if (code == CURLE_OK)
		code = curl_easy_getinfo(stream->curl, CURLINFO_ACTIVESOCKET, &stream->socket);
	if (code == CURLE_OK)
		return g_steal_pointer(&stream);
	set_connect_error(error, code);
	return NULL;
}

void
stream_ignore_interrupt(Stream *stream)
{
	stream->interrupt = -1;
}

bool
stream_is_local(const Stream *stream)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_storage room;
	} peer = { 0 };
	socklen_t length = sizeof(peer);

	if (getpeername(stream->socket, &peer.any, &length) < 0)
		return false;
	switch (peer.any.sa_family) {
	case AF_UNIX:
		return true;
	case AF_INET:
		return ntohl(peer.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(&peer.v6.sin6_addr);
	default:
		return false;
	}
}

/* ---- to wait ---- */

static bool
wait_for(const Stream *stream, short events, int64_t deadline, GError **error)
{
	struct pollfd watched[] = { { stream->socket, events, 0 },
		{ stream->interrupt, POLLIN, 0 } };
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

/* ---- to talk ---- */

bool
stream_secure(Stream *stream, const char *host, bool verify, const char *ca_file, int64_t deadline,
	GError **error)
{
	const TlsRequest request = { .host = host, .verify = verify, .ca_file = ca_file };
	g_autoptr(Tls) tls = tls_new(stream->socket, &request, error);
	TlsState state = TLS_OVER;

	while (tls && (state = tls_shake(tls, error)) == TLS_WAIT)
		if (!wait_for(stream, tls_events(tls), deadline, error))
			return false;
	if (state != TLS_DONE)
		return false;
	stream->tls = g_steal_pointer(&tls);
	return true;
}

const char *
stream_tls(const Stream *stream)
{
	return stream->tls ? tls_version(stream->tls) : NULL;
}

/* As a Tls does it. */
static TlsState
state_of(ssize_t moved)
{
	if (moved >= 0)
		return TLS_DONE;
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? TLS_WAIT : TLS_OVER;
}

static TlsState
send_some(const Stream *stream, const char *bytes, size_t length, size_t *sent, short *events)
{
	TlsState state;
	ssize_t moved;

	*events = POLLOUT;
	if (stream->tls) {
		state = tls_send(stream->tls, bytes, length, sent);
		*events = tls_events(stream->tls);
		return state;
	}
	moved = send(stream->socket, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	state = state_of(moved);
	if (state == TLS_DONE)
		*sent = (size_t)moved;
	return state;
}

static TlsState
receive_some(const Stream *stream, char *bytes, size_t length, size_t *got, short *events)
{
	TlsState state;
	ssize_t moved;

	*events = POLLIN;
	if (stream->tls) {
		state = tls_receive(stream->tls, bytes, length, got);
		*events = tls_events(stream->tls);
		return state;
	}
	moved = recv(stream->socket, bytes, length, MSG_DONTWAIT);
	state = state_of(moved);
	if (state == TLS_DONE)
		*got = (size_t)moved;
	return state;
}

bool
stream_send(Stream *stream, const void *bytes, size_t length, int64_t deadline, GError **error)
{
	size_t done = 0;

	while (done < length) {
		size_t sent = 0;
		short events;
		TlsState state = send_some(
			stream, (const char *)bytes + done, length - done, &sent, &events);

		if (state == TLS_OVER)
			return lost(error);
		if (state == TLS_WAIT && !wait_for(stream, events, deadline, error))
			return false;
		done += sent;
	}
	return true;
}

bool
stream_receive(Stream *stream, GString *received, int64_t deadline, GError **error)
{
	char buffer[1024];
	size_t got = 0;
	short events;

	for (;;) {
		TlsState state = receive_some(stream, buffer, sizeof(buffer), &got, &events);

		if (state == TLS_OVER || (state == TLS_DONE && got == 0))
			return lost(error);
		if (state == TLS_DONE)
			break;
		if (!wait_for(stream, events, deadline, error))
			return false;
	}
	g_string_append_len(received, buffer, (gssize)got);
	return true;
}
