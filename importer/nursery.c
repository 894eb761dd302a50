#include "importer/nursery.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "importer/box_private.h"
#include "importer/source.h"

struct Nursery {
	pid_t pid;
	int control; /* one request or answer a packet */
	BoxLimits limits;
};

typedef enum {
	ORDER_BEAR, /* a box, whose end of its socket comes with it; answered with its pid */
	ORDER_BURY, /* end it; answered with its wait status */
} Order;

typedef struct Request {
	Order order;
	pid_t pid;
} Request;

typedef struct Answer {
	int value; /* pid or wait status */
	int fault; /* errno, where it could not be done */
} Answer;

/* Room for the one descriptor that goes with a request. */
typedef union Passed {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
} Passed;

/* ---- the child ---- */

/* False at the end: whoever asks is gone.  *socket is -1 where none came. */
static bool
hear(Request *request, int *socket)
{
	Passed passed = { 0 };
	struct iovec vector = { request, sizeof(*request) };
	struct msghdr message = {
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = passed.bytes,
		.msg_controllen = sizeof(passed.bytes),
	};
	const struct cmsghdr *header;
	ssize_t length;

	do {
		length = recvmsg(BOX_SOCKET, &message, MSG_CMSG_CLOEXEC);
	} while (length < 0 && errno == EINTR);
	header = CMSG_FIRSTHDR(&message);
	*socket = -1;
	if (length > 0 && header && header->cmsg_level == SOL_SOCKET &&
		header->cmsg_type == SCM_RIGHTS)
		memcpy(socket, CMSG_DATA(header), sizeof(*socket));
	return length == (ssize_t)sizeof(*request);
}

static Answer
bear(int socket, BoxWorker worker, const Site *site, const BoxLimits *limits)
{
	pid_t pid = fork();

	/* It takes the place of our own socket, which so is closed in it. */
	if (pid == 0)
		box_serve(socket, worker, site, limits);
	return (Answer){ .value = pid, .fault = pid < 0 ? errno : 0 };
}

/* Until it is waited for, its pid is nobody else's. */
static Answer
bury(pid_t pid)
{
	Answer answer = { 0 };

	kill(pid, SIGKILL);
	while (waitpid(pid, &answer.value, 0) < 0) {
		if (errno != EINTR)
			return (Answer){ .fault = errno };
	}
	return answer;
}

/* Where the kernel shares out time by sessions (sched(7), "The autogroup feature"), boxes of this one
 * would have as much as the importer, who is one and takes what all of them answer, however nice
 * each is.  It hears one process of the machine in a tenth of a second: whoever it does not hear
 * is as before. */
static void
make_session_nice(void)
{
	int file = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);

	if (file < 0)
		return;
	(void)!write(file, NURSERY_NICENESS, strlen(NURSERY_NICENESS));
	close(file);
}

/* The keyboard's interrupt is for the importer, which ends its batch first. */
static void
leave_session(void)
{
	if (setsid() > 0)
		make_session_nice();
}

G_NORETURN static void
serve(int control, BoxWorker worker, const Site *site, const BoxLimits *limits)
{
	Request request;
	int socket;

	box_prepare();
	leave_session();
	if (dup2(control, BOX_SOCKET) < 0 || !box_part("lazaret nursery", NULL))
		_exit(1);
	while (hear(&request, &socket)) {
		Answer answer = request.order == ORDER_BEAR ? bear(socket, worker, site, limits)
							    : bury(request.pid);

		if (socket >= 0)
			close(socket);
		if (send(BOX_SOCKET, &answer, sizeof(answer), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

/* ---- the parent ---- */

Nursery *
nursery_start_worker(BoxWorker worker, const Site *site, const BoxLimits *limits, GError **error)
{
	Nursery *nursery;
	BoxLimits all = box_limits(limits);
	int ends[2];
	pid_t pid = -1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
		box_fail_start(error, g_strerror(errno));
		return NULL;
	}
	pid = fork();
	if (pid == 0)
		serve(ends[1], worker, site, &all);
	close(ends[1]);
	if (pid < 0) {
		box_fail_start(error, g_strerror(errno));
		close(ends[0]);
		return NULL;
	}
	nursery = g_new0(Nursery, 1);
	nursery->pid = pid;
	nursery->control = ends[0];
	nursery->limits = all;
	return nursery;
}

Nursery *
nursery_start(const Site *site, const BoxLimits *limits, GError **error)
{
	return nursery_start_worker(box_inspect, site, limits, error);
}

void
nursery_free(Nursery *nursery)
{
	if (!nursery)
		return;
	close(nursery->control);
	while (waitpid(nursery->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	g_free(nursery);
}

const BoxLimits *
nursery_limits(const Nursery *nursery)
{
	return &nursery->limits;
}

/* Asks, with @socket (-1: none), and hears the answer. */
static Answer
ask(const Nursery *nursery, Request request, int socket)
{
	Passed passed = { 0 };
	struct iovec vector = { &request, sizeof(request) };
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
	Answer answer = { .fault = ECHILD };
	ssize_t length;

	if (socket >= 0) {
		message.msg_control = passed.bytes;
		message.msg_controllen = sizeof(passed.bytes);
		passed.header.cmsg_level = SOL_SOCKET;
		passed.header.cmsg_type = SCM_RIGHTS;
		passed.header.cmsg_len = CMSG_LEN(sizeof(socket));
		memcpy(CMSG_DATA(&passed.header), &socket, sizeof(socket));
	}
	if (sendmsg(nursery->control, &message, MSG_NOSIGNAL) < 0)
		return answer;
	do {
		length = recv(nursery->control, &answer, sizeof(answer), 0);
	} while (length < 0 && errno == EINTR);
	return length == (ssize_t)sizeof(answer) ? answer : (Answer){ .fault = ECHILD };
}

pid_t
nursery_bear(Nursery *nursery, int socket, GError **error)
{
	Answer answer = ask(nursery, (Request){ .order = ORDER_BEAR }, socket);

	if (answer.fault == 0)
		return answer.value;
	box_fail_start(error,
		answer.fault == ECHILD ? "the nursery of boxes is gone" : g_strerror(answer.fault));
	return -1;
}

int
nursery_bury(Nursery *nursery, pid_t pid)
{
	return ask(nursery, (Request){ .order = ORDER_BURY, .pid = pid }, -1).value;
}
