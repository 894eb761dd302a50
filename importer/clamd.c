#include "importer/clamd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "mail/text.h"

enum {
	CHUNK = 64 * 1024,
	MAX_REPLY = 4096,
};

/* A question under way. */
typedef struct Talk {
	int socket;
	int64_t deadline; /* monotonic microseconds */
} Talk;

static void
talk_clear(Talk *talk)
{
	if (talk->socket >= 0)
		close(talk->socket);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Talk, talk_clear)

/* False, with errno, when it is not ready before the deadline. */
static bool
wait_for(const Talk *talk, short events)
{
	struct pollfd ready = { .fd = talk->socket, .events = events };

	for (;;) {
		int64_t left = (talk->deadline - g_get_monotonic_time()) / 1000;
		int result = left > 0 ? poll(&ready, 1, (int)left) : 0;

		if (result > 0)
			return true;
		if (result < 0 && errno == EINTR)
			continue;
		if (result == 0)
			errno = ETIMEDOUT;
		return false;
	}
}

static bool
open_talk(Talk *talk, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
	talk->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* A local socket connects at once or its queue is full: EAGAIN. */
	return talk->socket >= 0 &&
		connect(talk->socket, (const struct sockaddr *)&address, sizeof(address)) == 0;
}

static bool
send_bytes(const Talk *talk, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t sent = send(talk->socket, at, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno != EAGAIN)
			return false;
		if (sent < 0 && !wait_for(talk, POLLOUT))
			return false;
		at += MAX(sent, 0);
		length -= (size_t)MAX(sent, 0);
	}
	return true;
}

/* clamd(8): the command, then chunks with their length before them, the last one of
 * length 0. */
static bool
send_stream(const Talk *talk, const char *bytes, size_t length)
{
	static const char command[] = "zINSTREAM";
	uint32_t size;

	if (!send_bytes(talk, command, sizeof(command)))
		return false;
	for (size_t at = 0; at < length; at += CHUNK) {
		size_t chunk = MIN(length - at, CHUNK);

		size = htonl((uint32_t)chunk);
		if (!send_bytes(talk, &size, sizeof(size)) || !send_bytes(talk, bytes + at, chunk))
			return false;
	}
	size = 0;
	return send_bytes(talk, &size, sizeof(size));
}

/* Up to its NUL, or the end. */
static bool
read_reply(const Talk *talk, GString *reply)
{
	char buffer[512];

	while (reply->len < MAX_REPLY && !memchr(reply->str, '\0', reply->len)) {
		ssize_t got = recv(talk->socket, buffer, sizeof(buffer), 0);
		bool again =
			got < 0 && (errno == EINTR || (errno == EAGAIN && wait_for(talk, POLLIN)));

		if (got < 0 && !again)
			return false;
		if (got == 0)
			break;
		g_string_append_len(reply, buffer, MAX(got, 0));
	}
	g_string_truncate(reply, strnlen(reply->str, reply->len));
	if (reply->len == 0)
		errno = ECONNRESET;
	return reply->len > 0;
}

/* "stream: OK", "stream: NAME FOUND"; all else is why not. */
static ClamdAnswer
judge_reply(const GString *reply, char **words)
{
	static const char prefix[] = "stream: ";
	g_autofree char *text = text_utf8(reply->str, reply->len);
	const char *said = g_str_has_prefix(text, prefix) ? text + strlen(prefix) : text;

	if (strcmp(said, "OK") == 0)
		return CLAMD_CLEAN;
	if (g_str_has_suffix(said, " FOUND")) {
		*words = g_strndup(said, strlen(said) - strlen(" FOUND"));
		return CLAMD_FOUND;
	}
	*words = g_strdup_printf("clamd says: %s", said);
	return CLAMD_ERROR;
}

ClamdAnswer
clamd_ask(const char *socket, const void *bytes, size_t length, int milliseconds, char **words)
{
	g_auto(Talk) talk = {
		.socket = -1,
		.deadline = g_get_monotonic_time() + (int64_t)milliseconds * 1000,
	};
	g_autoptr(GString) reply = g_string_new(NULL);
	bool sent;

	*words = NULL;
	if (!open_talk(&talk, socket)) {
		*words = g_strdup_printf("clamd: %s: %s", socket, g_strerror(errno));
		return CLAMD_SILENT;
	}
	sent = send_stream(&talk, bytes, length);
	/* It hangs up on what is larger than it takes, and says so first. */
	if ((sent || errno == EPIPE || errno == ECONNRESET) && read_reply(&talk, reply))
		return judge_reply(reply, words);
	*words = g_strdup_printf("clamd: %s", g_strerror(errno));
	return CLAMD_SILENT;
}
