#include "importer/box.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "importer/box_private.h"
#include "importer/source.h"
#include "mail/bundle.h"
#include "mail/pack.h"

enum {
	READ_SIZE = 256 * 1024,
	SOCKET_BUFFER = 1024 * 1024,
	KEPT_BUFFER = 4 * 1024 * 1024,
	START_MILLISECONDS = 30 * 1000,
	MAX_FAULT = 400, /* bytes of BoxReply.fault */
	LONGEST_LOOK = G_USEC_PER_SEC,
};

static const BoxLimits default_limits = {
	.cpu_seconds = 10,
	.wall_seconds = 14,
	.memory = INT64_C(512) * 1024 * 1024,
	.messages = 500,
};

typedef struct Task {
	BoxRequest request;
	char *detail;
	GBytes *raw;
	size_t sent; /* of all three together */
} Task;

struct Box {
	pid_t pid;
	Nursery *nursery; /* whose child it is; NULL: ours */
	int socket;
	BoxLimits limits;
	int given;
	bool broken;
	GQueue *tasks;    /* of Task, the oldest first */
	GByteArray *read; /* what came of the next answers */
	size_t taken;     /* of that, in answers that were taken */
	int64_t begun;    /* when the oldest task became the oldest */
	int64_t looked;   /* when we last looked */
};

void
box_reply_clear(BoxReply *reply)
{
	g_clear_pointer(&reply->message, message_free);
	g_clear_pointer(&reply->body, g_bytes_unref);
	g_clear_pointer(&reply->bytes, g_bytes_unref);
	g_clear_pointer(&reply->fault, g_free);
}

static void
task_free(Task *task)
{
	g_free(task->detail);
	g_bytes_unref(task->raw);
	g_free(task);
}

void
box_prepare(void)
{
	static gsize prepared = 0;

	if (!g_once_init_enter(&prepared))
		return;
	message_prepare();
	bundle_prepare();
	g_once_init_leave(&prepared, 1);
}

/* ---- starting and ending ---- */

BoxLimits
box_limits(const BoxLimits *limits)
{
	BoxLimits all = default_limits;

	if (limits && limits->cpu_seconds > 0)
		all.cpu_seconds = limits->cpu_seconds;
	if (limits && limits->wall_seconds > 0)
		all.wall_seconds = limits->wall_seconds;
	if (limits && limits->memory > 0)
		all.memory = limits->memory;
	if (limits && limits->messages > 0)
		all.messages = limits->messages;
	return all;
}

static Box *
box_new(Nursery *nursery, pid_t pid, int socket, const BoxLimits *limits)
{
	Box *box = g_new0(Box, 1);

	box->nursery = nursery;
	box->pid = pid;
	box->socket = socket;
	box->limits = *limits;
	box->tasks = g_queue_new();
	box->read = g_byte_array_new();
	box->looked = g_get_monotonic_time();
	return box;
}

/* Ends it, if it has not ended; its wait status. */
static int
end(Box *box)
{
	int status = 0;

	if (box->pid == 0)
		return status;
	if (box->nursery) {
		status = nursery_bury(box->nursery, box->pid);
	} else {
		kill(box->pid, SIGKILL);
		while (waitpid(box->pid, &status, 0) < 0 && errno == EINTR)
			continue;
	}
	box->pid = 0;
	return status;
}

void
box_free(Box *box)
{
	if (!box)
		return;
	end(box);
	close(box->socket);
	g_queue_free_full(box->tasks, (GDestroyNotify)task_free);
	g_byte_array_unref(box->read);
	g_free(box);
}

bool
box_fail_start(GError **error, const char *what)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_BOX, "can't start a parser: %s", what);
	return false;
}

/* A signal does not make it wait longer, nor for ever. */
static bool
wait_for_greeting(const Box *box)
{
	int64_t deadline = g_get_monotonic_time() + (int64_t)START_MILLISECONDS * 1000;
	struct pollfd wait = { .fd = box->socket, .events = POLLIN };
	int64_t left;

	while ((left = deadline - g_get_monotonic_time()) > 0)
		if (poll(&wait, 1, (int)(left / 1000 + 1)) > 0)
			return true;
	return false;
}

static bool
read_greeting(Box *box, GError **error)
{
	BoxAnswer head;
	char reason[400] = "";

	if (!wait_for_greeting(box))
		return box_fail_start(error, "it does not answer");
	if (recv(box->socket, &head, sizeof(head), MSG_WAITALL) != (ssize_t)sizeof(head))
		return box_fail_start(error, "it died at once");
	if (head.kind == ANSWER_READY)
		return true;
	if (recv(box->socket, reason, MIN(head.bytes, sizeof(reason) - 1), MSG_WAITALL) < 0)
		return box_fail_start(error, g_strerror(errno));
	return box_fail_start(error, reason);
}

/* Only for speed: the kernel may give less. */
static void
widen(int socket)
{
	int size = SOCKET_BUFFER;

	(void)setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static bool
make_ends(int ends[2], GError **error)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return box_fail_start(error, g_strerror(errno));
	widen(ends[0]);
	widen(ends[1]);
	return true;
}

/* Once it is there: @pid, or -1, where *error says why not. */
static Box *
begin(Nursery *nursery, pid_t pid, const int ends[2], const BoxLimits *limits, GError **error)
{
	g_autoptr(Box) box = NULL;

	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return NULL;
	}
	box = box_new(nursery, pid, ends[0], limits);
	return read_greeting(box, error) ? g_steal_pointer(&box) : NULL;
}

Box *
box_start_worker(BoxWorker worker, const Site *site, const BoxLimits *limits, GError **error)
{
	BoxLimits all = box_limits(limits);
	int ends[2];
	pid_t pid;

	box_prepare();
	if (!make_ends(ends, error))
		return NULL;
	pid = fork();
	if (pid == 0) {
		setsid(); /* the keyboard's interrupt is for us, who end a batch first */
		box_serve(ends[1], worker, site, &all);
	}
	if (pid < 0)
		box_fail_start(error, g_strerror(errno));
	return begin(NULL, pid, ends, &all, error);
}

Box *
box_start_in(Nursery *nursery, GError **error)
{
	int ends[2];

	if (!make_ends(ends, error))
		return NULL;
	return begin(nursery, nursery_bear(nursery, ends[1], error), ends, nursery_limits(nursery),
		error);
}

Box *
box_start(const Site *site, const BoxLimits *limits, GError **error)
{
	return box_start_worker(box_inspect, site, limits, error);
}

/* ---- what it has to do ---- */

bool
box_is_spent(const Box *box)
{
	return box->broken || box->given >= box->limits.messages;
}

int
box_pending(const Box *box)
{
	return (int)box->tasks->length;
}

bool
box_has_room(const Box *box)
{
	return !box_is_spent(box) && box_pending(box) < BOX_DEPTH;
}

void
box_give(Box *box, BoxJob job, GBytes *raw, const char *detail)
{
	Task *task = g_new0(Task, 1);

	g_assert(box_has_room(box));
	task->detail = g_strdup(detail ? detail : "");
	task->raw = g_bytes_ref(raw);
	task->request.job = job;
	task->request.detail = (uint32_t)strlen(task->detail);
	task->request.raw = g_bytes_get_size(raw);
	if (box_pending(box) == 0)
		box->begun = box->looked = g_get_monotonic_time();
	g_queue_push_tail(box->tasks, task);
	box->given++;
}

static size_t
task_size(const Task *task)
{
	return sizeof(task->request) + task->request.detail + task->request.raw;
}

static const Task *
oldest(const Box *box)
{
	return box->tasks->head->data;
}

static Task *
unsent(const Box *box)
{
	for (GList *link = box->tasks->head; link; link = link->next) {
		Task *task = link->data;

		if (task->sent < task_size(task))
			return task;
	}
	return NULL;
}

/* From one look to the next no more than a second is the parser's: while we were away for longer (a
 * commit, a stopped process) nobody emptied the box's socket. */
static void
note_look(Box *box)
{
	int64_t now = g_get_monotonic_time();

	box->begun += MAX(now - box->looked - LONGEST_LOOK, 0);
	box->looked = now;
}

struct pollfd
box_poll(Box *box)
{
	struct pollfd wait = { .fd = box->socket, .events = POLLIN };

	note_look(box);
	if (unsent(box))
		wait.events |= POLLOUT;
	return wait;
}

int64_t
box_deadline(const Box *box)
{
	if (box_pending(box) == 0)
		return INT64_MAX;
	return box->begun + (int64_t)box->limits.wall_seconds * G_USEC_PER_SEC;
}

/* ---- to the box ---- */

/* The part of @vector that was not sent. */
static void
skip(struct iovec *vector, size_t count, size_t sent)
{
	for (size_t i = 0; i < count; i++) {
		size_t here = MIN(sent, vector[i].iov_len);

		vector[i].iov_base = (char *)vector[i].iov_base + here;
		vector[i].iov_len -= here;
		sent -= here;
	}
}

static ssize_t
send_more(const Box *box, const Task *task)
{
	struct iovec vector[] = {
		{ (void *)&task->request, sizeof(task->request) },
		{ task->detail, task->request.detail },
		{ (void *)g_bytes_get_data(task->raw, NULL), task->request.raw },
	};
	struct msghdr message = { .msg_iov = vector, .msg_iovlen = G_N_ELEMENTS(vector) };

	skip(vector, G_N_ELEMENTS(vector), task->sent);
	return sendmsg(box->socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* A box that is gone shows when it is read from. */
static void
send_tasks(Box *box)
{
	Task *task;

	while ((task = unsent(box))) {
		ssize_t sent = send_more(box, task);

		if (sent <= 0)
			return;
		task->sent += (size_t)sent;
	}
}

/* ---- from the box ---- */

static char *
words_for_signal(const Box *box, int number)
{
	switch (number) {
	case SIGSYS:
		return g_strdup("the parser tried a system call that is not allowed");
	case SIGPROF:
	case SIGXCPU:
		return g_strdup_printf(
			"ran longer than %d s of processor time", box->limits.cpu_seconds);
	case SIGTRAP:
	case SIGABRT:
		return g_strdup_printf("needed more than %" G_GINT64_FORMAT " MiB, or aborted",
			box->limits.memory >> 20);
	case SIGKILL:
		return g_strdup("was killed; perhaps the machine is out of memory");
	default:
		return g_strdup_printf("crashed the parser: %s", g_strsignal(number));
	}
}

static BoxState
broken(Box *box, ImportError code, const char *words, GError **error)
{
	box->broken = true;
	g_set_error_literal(error, IMPORT_ERROR, (gint)code, words);
	return BOX_BROKEN;
}

void
box_add_defects(Message *message, BoxJob job, const char *why)
{
	message_add_defect(message, DEFECT_UNPARSED, why, "");
	if (job == BOX_INSPECT_ATTACKED)
		message_add_defect(message, DEFECT_PARSER_ATTACKED, why, "");
}

BoxJob
box_job_after(const GError *failure)
{
	return g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_ATTACK) ? BOX_INSPECT_ATTACKED
									   : BOX_INSPECT_HEADER;
}

static BoxState
died(Box *box, GError **error)
{
	int status = end(box);
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	g_autofree char *words =
		number ? words_for_signal(box, number) : g_strdup("the parser ended early");

	return broken(box, number == SIGSYS ? IMPORT_ERROR_ATTACK : IMPORT_ERROR_BOX, words, error);
}

static BoxState
overran(Box *box, GError **error)
{
	g_autofree char *words = g_strdup_printf("took longer than %d s", box->limits.wall_seconds);

	end(box);
	return broken(box, IMPORT_ERROR_BOX, words, error);
}

static BoxState
nonsense(Box *box, GError **error)
{
	end(box);
	return broken(box, IMPORT_ERROR_BOX, "the parser answered with nonsense", error);
}

static bool
is_rewriting(const Task *task)
{
	return task->request.job == BOX_LINKS || task->request.job == BOX_REWRITE;
}

static bool
is_bundle(const Task *task)
{
	return task->request.job == BOX_JSON || task->request.job == BOX_ZIP;
}

/* No answer may be larger than its message can make it; of one that is inspected nothing but
 * what was packed is to come. */
static bool
plausible(const Task *task, const BoxAnswer *head)
{
	uint64_t most = task->request.raw;

	if (head->packed > BOX_MAX_PACKED)
		return false;
	if (is_rewriting(task))
		most += BOX_MAX_PACKED;
	else if (is_bundle(task))
		most += BUNDLE_ENOUGH + 2 * BUNDLE_MAX_MESSAGE;
	else if (task->request.job != BOX_EXTRACT)
		most = 0;
	return head->bytes <= most;
}

static bool
fill_reply(const Task *task, const BoxAnswer *head, const guint8 *body, BoxReply *reply)
{
	g_autoptr(GBytes) packed = g_bytes_new_static(body, head->packed);
	const guint8 *bytes = body + head->packed;

	if (task->request.job == BOX_EXTRACT || is_rewriting(task) || is_bundle(task)) {
		if (head->kind == ANSWER_RESULT)
			reply->bytes = g_bytes_new(bytes, head->bytes);
		else if (head->kind == ANSWER_FAULT)
			reply->fault = g_utf8_make_valid(
				(const char *)bytes, (gssize)MIN(head->bytes, MAX_FAULT));
		return true;
	}
	reply->message = message_unpack(packed);
	if (!reply->message)
		return false;
	reply->body = message_packed_body(packed);
	return true;
}

static void
finish_oldest(Box *box, size_t used)
{
	task_free(g_queue_pop_head(box->tasks));
	box->taken += used;
	box->begun = g_get_monotonic_time();
}

/* Once for all answers that came together: what is left is moved. */
static void
drop_taken(Box *box)
{
	bool large = box->taken > KEPT_BUFFER;

	g_byte_array_remove_range(box->read, 0, (guint)box->taken);
	box->taken = 0;
	if (large && box->read->len == 0) {
		g_byte_array_unref(box->read);
		box->read = g_byte_array_new();
	}
}

/* The answer to the oldest task, as far as it is here. */
static BoxState
parse(Box *box, BoxReply *reply, GError **error)
{
	const guint8 *next = box->read->data + box->taken;
	size_t left = box->read->len - box->taken;
	BoxAnswer head;
	size_t size;

	if (left == 0)
		return BOX_WAIT;
	if (box_pending(box) == 0)
		return nonsense(box, error);
	if (left < sizeof(head))
		return BOX_WAIT;
	memcpy(&head, next, sizeof(head));
	if (!plausible(oldest(box), &head))
		return nonsense(box, error);
	if (head.kind == ANSWER_TOO_LARGE) {
		end(box);
		return broken(
			box, IMPORT_ERROR_BOX, "holds more than can be kept of one message", error);
	}
	size = sizeof(head) + head.packed + head.bytes;
	if (left < size)
		return BOX_WAIT;
	if (!fill_reply(oldest(box), &head, next + sizeof(head), reply))
		return nonsense(box, error);
	finish_oldest(box, size);
	return BOX_DONE;
}

/* As recv(2). */
static ssize_t
receive(Box *box)
{
	guint length;
	ssize_t more;

	drop_taken(box);
	length = box->read->len;
	g_byte_array_set_size(box->read, length + READ_SIZE);
	do {
		more = recv(box->socket, box->read->data + length, READ_SIZE, MSG_DONTWAIT);
	} while (more < 0 && errno == EINTR);
	g_byte_array_set_size(box->read, length + (guint)MAX(more, 0));
	return more;
}

BoxState
box_take(Box *box, BoxReply *reply, GError **error)
{
	g_assert(!box->broken);
	note_look(box);
	send_tasks(box);
	for (;;) {
		BoxState state = parse(box, reply, error);
		ssize_t more;

		if (state != BOX_WAIT)
			return state;
		more = receive(box);
		if (more < 0 && errno == EAGAIN)
			break;
		if (more <= 0)
			return died(box, error);
	}
	return g_get_monotonic_time() > box_deadline(box) ? overran(box, error) : BOX_WAIT;
}

/* ---- one message alone ---- */

BoxState
box_wait(Box *box, BoxReply *reply, GError **error)
{
	for (;;) {
		BoxState state = box_take(box, reply, error);
		struct pollfd wait;
		int64_t left;

		if (state != BOX_WAIT)
			return state;
		wait = box_poll(box);
		left = box_deadline(box) - g_get_monotonic_time();
		poll(&wait, 1, (int)CLAMP(left / 1000 + 1, 0, 1000));
	}
}

static bool
run_in_fresh_box(const Site *site, BoxJob job, GBytes *raw, const char *detail, BoxReply *reply,
	GError **error)
{
	/* A bundle stands there several times over: as it came, parsed, taken out, packed. */
	static const BoxLimits for_bundles = {
		.memory = (int64_t)1024 * 1024 * 1024, .cpu_seconds = 30, .wall_seconds = 60
	};
	bool bundle = job == BOX_JSON || job == BOX_ZIP;
	g_autoptr(Box) box = box_start(site, bundle ? &for_bundles : NULL, error);

	if (!box)
		return false;
	box_give(box, job, raw, detail);
	return box_wait(box, reply, error) == BOX_DONE;
}

bool
box_run(const Site *site, BoxJob job, GBytes *raw, const char *detail, BoxReply *reply,
	GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (!run_in_fresh_box(site, job, raw, detail, reply, &failure)) {
		if (job != BOX_INSPECT) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return false;
		}
		return run_in_fresh_box(
			site, box_job_after(failure), raw, failure->message, reply, error);
	}
	if (job == BOX_EXTRACT && !reply->bytes) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT, "no part %s", detail);
		return false;
	}
	return true;
}
