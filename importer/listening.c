#include "importer/listening.h"

#include <errno.h>
#include <unistd.h>

enum {
	MAX_HELD = 256 * 1024 * 1024, /* bytes of all messages that are coming in */
};

bool
listening_open(Listening *listening, const SourceOpening *opening, int patience, GError **error)
{
	const SourceOptions *options = opening->options;

	listening->place = g_strdup(opening->path);
	listening->socket.descriptor = -1;
	listening->budget.most = MAX_HELD;
	listening->patience =
		(int64_t)(options->patience > 0 ? options->patience : patience) * G_USEC_PER_SEC;
	listening->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (listening->epoll >= 0)
		return listen_socket_open(&listening->socket, opening->path, options->group, error);
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_IO, "epoll: %s", g_strerror(errno));
	return false;
}

void
listening_clear(Listening *listening)
{
	listen_socket_clear(&listening->socket);
	if (listening->epoll >= 0)
		close(listening->epoll);
	g_free(listening->place);
}

void
listening_watch(
	const Listening *listening, int operation, int descriptor, uint32_t events, void *data)
{
	struct epoll_event event = { .events = events, .data.ptr = data };

	(void)epoll_ctl(listening->epoll, operation, descriptor, &event);
}

int
listening_look(Listening *listening, struct epoll_event *events, int count)
{
	int seen = epoll_wait(listening->epoll, events, count, 0);
	int kept = 0;

	for (int i = 0; i < seen; i++) {
		if (events[i].data.ptr == &listening->interrupt)
			listening->told_to_end = true;
		else
			events[kept++] = events[i];
	}
	return kept;
}

void
listening_heed(Listening *listening, int interrupt)
{
	listening->interrupt = interrupt;
	if (interrupt > 0)
		listening_watch(
			listening, EPOLL_CTL_ADD, interrupt, EPOLLIN, &listening->interrupt);
}

SourceNext
listening_state(Listening *listening, GError **error)
{
	if (!listening->told_place) {
		listening->told_place = true;
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE, "listening on %s",
			listening->place);
		return SOURCE_ADVICE;
	}
	if (!listening->told_to_end)
		return SOURCE_WAIT;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_STOPPED, "interrupted");
	return SOURCE_FAILED;
}

bool
listening_is_to_sweep(Listening *listening, int64_t now)
{
	if (now - listening->swept < G_USEC_PER_SEC)
		return false;
	listening->swept = now;
	return true;
}
