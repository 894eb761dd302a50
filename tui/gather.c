#include "tui/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

struct Gather {
	int terminal;
	int memory; /* -1: there is none, everything goes straight to the terminal */
	FILE *stream;
};

Gather *
gather_new(int terminal)
{
	g_autoptr(Gather) gather = g_new0(Gather, 1);
	int twin = fcntl(terminal, F_DUPFD_CLOEXEC, 0);

	gather->terminal = terminal;
	gather->memory = memfd_create("frame", MFD_CLOEXEC);
	gather->stream = twin >= 0 ? fdopen(twin, "w") : NULL;
	return gather->stream ? g_steal_pointer(&gather) : NULL;
}

void
gather_free(Gather *gather)
{
	if (!gather)
		return;
	if (gather->memory >= 0)
		close(gather->memory);
	if (gather->stream)
		(void)fclose(gather->stream);
	g_free(gather);
}

FILE *
gather_stream(const Gather *gather)
{
	return gather->stream;
}

void
gather_begin(Gather *gather)
{
	if (gather->memory >= 0)
		dup3(gather->memory, fileno(gather->stream), O_CLOEXEC);
}

/* False when the terminal has gone, which the next look at it tells as well. */
static bool
send_all(int terminal, const char *bytes, gsize length)
{
	while (length > 0) {
		ssize_t sent = write(terminal, bytes, length);

		if (sent < 0 && errno != EINTR)
			return false;
		bytes += MAX(sent, 0);
		length -= (gsize)MAX(sent, 0);
	}
	return true;
}

void
gather_end(Gather *gather)
{
	off_t length = gather->memory >= 0 ? lseek(gather->memory, 0, SEEK_CUR) : 0;
	char bytes[16 * 1024];
	ssize_t got;

	if (gather->memory < 0)
		return;
	dup3(gather->terminal, fileno(gather->stream), O_CLOEXEC);
	lseek(gather->memory, 0, SEEK_SET);
	while (length > 0 &&
		(got = read(gather->memory, bytes, MIN((gsize)length, sizeof(bytes)))) > 0 &&
		send_all(gather->terminal, bytes, (gsize)got))
		length -= got;
	lseek(gather->memory, 0, SEEK_SET);
}
