#include "importer/box.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "importer/box_private.h"
#include "importer/source.h"
#include "mail/pack.h"
#include "store/message.h"
#include "tests/importer/place.h"

static const char mail[] = "From: Alice <alice@example.com>\r\nSubject: hello\r\n\r\nbody\r\n";

static GBytes *
bytes_of(const char *text)
{
	return g_bytes_new(text, strlen(text));
}

/* ---- inside ---- */

/* What a taken-over parser might try, in the order of the first byte of a mail.
 * Each row ends the box, or the call is refused and the box goes on. */
typedef struct Attempt {
	const char *name;
	int (*run)(void); /* -1: refused */
	bool killed;      /* SIGSYS; otherwise refused with an error */
} Attempt;

static int
try_open(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int
try_create(void)
{
	return open("/tmp/lazaret-was-here", O_WRONLY | O_CREAT, 0600);
}

static int
try_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int
try_unix_socket(void)
{
	int ends[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}

static int
try_exec(void)
{
	return execl("/bin/true", "true", NULL);
}

static int
try_fork(void)
{
	return fork();
}

static int
try_kill_parent(void)
{
	return kill(getppid(), 0);
}

static int
try_kill_any(void)
{
	return kill(1, 0);
}

static int
try_ptrace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int
try_code(void)
{
	void *memory = mmap(
		NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? -1 : 0;
}

static int
try_code_later(void)
{
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	g_assert_true(memory != MAP_FAILED);
	return mprotect(memory, 4096, PROT_READ | PROT_EXEC);
}

static int
try_unlink(void)
{
	return unlink("/tmp/lazaret-was-here");
}

static int
try_other_descriptor(void)
{
	char byte;

	return (int)read(STDIN_FILENO, &byte, 1);
}

static int
try_duplicate(void)
{
	return dup(BOX_SOCKET);
}

static int
try_another_timer(void)
{
	struct itimerval none = { .it_value.tv_sec = 1 };

	return setitimer(ITIMER_REAL, &none, NULL);
}

static const Attempt attempts[] = {
	{ "open", try_open, false },
	{ "create", try_create, false },
	{ "socket", try_socket, true },
	{ "unix-socket", try_unix_socket, true },
	{ "exec", try_exec, true },
	{ "fork", try_fork, true },
	{ "kill-parent", try_kill_parent, true },
	{ "kill-any", try_kill_any, true },
	{ "ptrace", try_ptrace, true },
	{ "code", try_code, false },
	{ "code-later", try_code_later, false },
	{ "unlink", try_unlink, true },
	{ "other-descriptor", try_other_descriptor, true },
	{ "duplicate", try_duplicate, true },
	{ "another-timer", try_another_timer, true },
};

/* Runs the attempt that the mail names; a refused one is answered as 'no part'. */
static void
attempt(const BoxTask *task, BoxProduct *product)
{
	const Attempt *row = &attempts[(unsigned char)task->raw[0]];

	product->kind = row->run() == -1 ? ANSWER_NO_PART : ANSWER_RESULT;
}

static void
test_attempt(const void *data)
{
	const Attempt *row = data;
	const char index = (char)(row - attempts);
	g_autoptr(GError) error = NULL;
	g_autoptr(Box) box = box_start_worker(attempt, NULL, NULL, &error);
	g_autoptr(GBytes) raw = g_bytes_new(&index, 1);
	g_auto(BoxReply) reply = { 0 };
	BoxState state;

	g_assert_no_error(error);
	box_give(box, BOX_EXTRACT, raw, "");
	state = box_wait(box, &reply, &error);
	if (row->killed) {
		g_assert_cmpint(state, ==, BOX_BROKEN);
		g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_ATTACK);
		g_assert_nonnull(strstr(error->message, "system call that is not allowed"));
	} else {
		g_assert_no_error(error);
		g_assert_cmpint(state, ==, BOX_DONE);
		g_assert_null(reply.bytes);
	}
}

/* Who we are to a bucket may stand in the environment: neither names nor bytes of it are here. */
static void
look_at_environment(const BoxTask *task, BoxProduct *product)
{
	const char *place;

	memcpy(&place, task->raw, sizeof(place));
	product->kind = ANSWER_NO_PART;
	product->bytes = *place || getenv("LAZARET_TEST_SECRET") ? bytes_of("seen") : NULL;
	if (product->bytes)
		product->kind = ANSWER_RESULT;
}

static void
test_environment_is_gone(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) raw = NULL;
	g_autoptr(Box) box = NULL;
	g_auto(BoxReply) reply = { 0 };
	const char *place;

	g_setenv("LAZARET_TEST_SECRET", "wJalrXUtnFEMI", true);
	place = g_getenv("LAZARET_TEST_SECRET");
	raw = g_bytes_new(&place, sizeof(place));
	box = box_start_worker(look_at_environment, NULL, NULL, &error);
	g_assert_no_error(error);
	box_give(box, BOX_EXTRACT, raw, "");
	g_assert_cmpint(box_wait(box, &reply, &error), ==, BOX_DONE);
	g_assert_null(reply.bytes);
	g_assert_cmpstr(place, ==, "wJalrXUtnFEMI");
	g_unsetenv("LAZARET_TEST_SECRET");
}

/* The store's WAL index is memory shared with the parent: a box must not have it. */
static void
look_at_shared(const BoxTask *task, BoxProduct *product)
{
	int *shared;

	memcpy(&shared, task->raw, sizeof(shared));
	*shared = 2;
	product->kind = ANSWER_NO_PART;
}

static void
test_shared_memory_is_gone(void)
{
	g_autoptr(GError) error = NULL;
	int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	g_autoptr(GBytes) raw = g_bytes_new(&shared, sizeof(shared));
	g_autoptr(Box) box = box_start_worker(look_at_shared, NULL, NULL, &error);
	g_auto(BoxReply) reply = { 0 };

	g_assert_no_error(error);
	*shared = 1;
	box_give(box, BOX_EXTRACT, raw, "");
	g_assert_cmpint(box_wait(box, &reply, &error), ==, BOX_BROKEN);
	g_assert_cmpint(*shared, ==, 1);
	munmap(shared, 4096);
}

/* A process that closed itself off, says so, and waits to be looked at. */
G_NORETURN static void
be_closed_off(int socket)
{
	static const BoxLimits limits = { 10, 14, INT64_C(1) << 40, 500 };
	char byte = 0;

	if (dup2(socket, 100) == 100 && dup2(socket, BOX_SOCKET) == BOX_SOCKET &&
		box_lock(&limits, NULL) && write(BOX_SOCKET, &byte, 1) == 1 &&
		read(BOX_SOCKET, &byte, 1) == 1)
		_exit(0);
	_exit(1);
}

static int
count_descriptors(pid_t process)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/fd", (int)process);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	int count = 0;

	if (!folder)
		return -1;
	while (g_dir_read_name(folder))
		count++;
	return count;
}

static void
test_descriptors_are_gone(void)
{
	int file = open("/etc/passwd", O_RDONLY);
	int ends[2];
	int count;
	char byte;
	pid_t child;

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
	child = fork();
	if (child == 0)
		be_closed_off(ends[1]);
	g_assert_cmpint(read(ends[0], &byte, 1), ==, 1);
	count = count_descriptors(child);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ends[0]);
	close(ends[1]);
	close(file);
	if (count < 0)
		g_test_skip("only root may look");
	else
		g_assert_cmpint(count, ==, BOX_SOCKET + 1);
}

/* ---- what goes wrong inside ---- */

static void
spin(G_GNUC_UNUSED const BoxTask *task, G_GNUC_UNUSED BoxProduct *product)
{
	for (;;)
		__asm__ volatile("");
}

static void
spin_with_timer_off(const BoxTask *task, BoxProduct *product)
{
	struct itimerval none = { 0 };

	setitimer(ITIMER_PROF, &none, NULL);
	spin(task, product);
}

static void
hog(G_GNUC_UNUSED const BoxTask *task, G_GNUC_UNUSED BoxProduct *product)
{
	for (;;) {
		char *memory = g_malloc(1 << 20);

		memset(memory, 1, 1 << 20);
	}
}

static void
fall(G_GNUC_UNUSED const BoxTask *task, G_GNUC_UNUSED BoxProduct *product)
{
	int *volatile nowhere = (int *)g_ascii_strtoull("8", NULL, 10);

	*nowhere = 1;
}

static void
leave(G_GNUC_UNUSED const BoxTask *task, G_GNUC_UNUSED BoxProduct *product)
{
	_exit(0);
}

static void
lie_about_size(G_GNUC_UNUSED const BoxTask *task, G_GNUC_UNUSED BoxProduct *product)
{
	BoxAnswer head = { .kind = ANSWER_RESULT, .packed = UINT64_MAX, .bytes = 8 };

	if (write(BOX_SOCKET, &head, sizeof(head)) < 0)
		_exit(1);
}

static void
flood(G_GNUC_UNUSED const BoxTask *task, G_GNUC_UNUSED BoxProduct *product)
{
	static const char nothing[65536];

	while (write(BOX_SOCKET, nothing, sizeof(nothing)) > 0)
		continue;
}

/* Half an answer, then nothing: neither end of it comes. */
static void
stall(const BoxTask *task, BoxProduct *product)
{
	BoxAnswer head = { .kind = ANSWER_RESULT, .packed = 1000 };

	if (write(BOX_SOCKET, &head, sizeof(head)) < 0)
		_exit(1);
	spin_with_timer_off(task, product);
}

/* A well-formed message, and bytes that nobody asked for. */
static void
add_bytes(G_GNUC_UNUSED const BoxTask *task, BoxProduct *product)
{
	g_autoptr(Message) message = message_new();

	product->packed = message_pack(message);
	product->bytes = g_bytes_new("x", 1);
}

static void
answer_garbage(G_GNUC_UNUSED const BoxTask *task, BoxProduct *product)
{
	product->packed = g_bytes_new("garbage", 7);
}

enum {
	SLOW = 8, /* a busy machine gives one second of processor time late */
};

static const struct Fault {
	const char *name;
	BoxWorker worker;
	const char *words;
	bool in_sanitizer; /* it can be had there as well */
	int wall_seconds;
} faults[] = {
	{ "spin", spin, "ran longer than 1 s of processor time", true, SLOW },
	{ "spin-with-timer-off", spin_with_timer_off, "took longer than 2 s", true, 2 },
	{ "hog", hog, "needed more than 256 MiB, or aborted", false, SLOW },
	{ "fall", fall, "crashed the parser: Segmentation fault", true, SLOW },
	{ "leave", leave, "the parser ended early", true, SLOW },
	{ "lie-about-size", lie_about_size, "answered with nonsense", true, SLOW },
	{ "flood", flood, "answered with nonsense", true, SLOW },
	{ "stall", stall, "took longer than 2 s", true, 2 },
	{ "add-bytes", add_bytes, "answered with nonsense", true, SLOW },
	{ "answer-garbage", answer_garbage, "answered with nonsense", true, SLOW },
};

static void
test_fault(const void *data)
{
	const struct Fault *fault = data;
	const BoxLimits limits = {
		.cpu_seconds = 1,
		.wall_seconds = fault->wall_seconds,
		.memory = 256 * 1024 * 1024,
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(Box) box = NULL;
	g_autoptr(GBytes) raw = bytes_of(mail);
	g_auto(BoxReply) reply = { 0 };
	int64_t begun = g_get_monotonic_time();

#ifdef __SANITIZE_ADDRESS__
	if (!fault->in_sanitizer) {
		g_test_skip("the sanitizer needs all addresses");
		return;
	}
#endif
	box = box_start_worker(fault->worker, NULL, &limits, &error);
	g_assert_no_error(error);
	box_give(box, BOX_INSPECT, raw, NULL);
	g_assert_cmpint(box_wait(box, &reply, &error), ==, BOX_BROKEN);
	g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_BOX);
	if (!strstr(error->message, fault->words))
		g_error("'%s' is not '%s'", error->message, fault->words);
	g_assert_true(box_is_spent(box));
	g_assert_cmpint(g_get_monotonic_time() - begun, <, 60 * G_USEC_PER_SEC);
}

/* A box that takes nothing must not hold us up, however much we have for it. */
static void
test_deaf_box_blocks_nobody(void)
{
	static const BoxLimits limits = { .cpu_seconds = 5, .wall_seconds = 1 };
	g_autoptr(GError) error = NULL;
	g_autoptr(Box) box = box_start_worker(spin, NULL, &limits, &error);
	g_autofree char *large = g_strnfill(30 * 1024 * 1024, 'x');
	g_autoptr(GBytes) raw = bytes_of(large);
	g_auto(BoxReply) reply = { 0 };

	g_assert_no_error(error);
	for (int i = 0; i < BOX_DEPTH; i++)
		box_give(box, BOX_INSPECT, raw, NULL);
	g_assert_false(box_has_room(box));
	g_assert_cmpint(box_wait(box, &reply, &error), ==, BOX_BROKEN);
	g_assert_cmpint(box_pending(box), ==, BOX_DEPTH);
}

/* ---- what goes right ---- */

static void
test_inspect(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) raw = bytes_of(mail);
	g_autoptr(Message) body = message_new();
	g_auto(BoxReply) reply = { 0 };

	g_assert_true(box_run(NULL, BOX_INSPECT, raw, NULL, &reply, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(reply.message->subject, ==, "hello");
	g_assert_cmpstr(reply.message->from->address, ==, "alice@example.com");
	g_assert_true(message_unpack_body(reply.body, body));
	g_assert_cmpuint(body->headers->len, ==, reply.message->headers->len);
	g_assert_cmpuint(body->headers->len, >, 0);
}

static void
test_inspect_header_says_why(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) raw = bytes_of(mail);
	g_auto(BoxReply) reply = { 0 };
	const Defect *defect;

	g_assert_true(box_run(NULL, BOX_INSPECT_HEADER, raw, "took too long", &reply, &error));
	g_assert_cmpstr(reply.message->subject, ==, "hello");
	g_assert_cmpuint(reply.message->defects->len, >, 0);
	defect = g_ptr_array_index(reply.message->defects, reply.message->defects->len - 1);
	g_assert_cmpint(defect->kind, ==, DEFECT_UNPARSED);
	g_assert_cmpstr(defect->evidence, ==, "took too long");
	g_assert_cmpint(reply.message->score, >, 0);
}

static void
test_extract(void)
{
	static const char multipart[] =
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
		"--b\r\nContent-Type: text/plain\r\n\r\none\r\n"
		"--b\r\nContent-Type: application/pdf\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\ndHdv\r\n--b--\r\n";
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) raw = bytes_of(multipart);
	g_autoptr(GBytes) two = bytes_of("two");
	g_auto(BoxReply) reply = { 0 };
	g_auto(BoxReply) none = { 0 };

	g_assert_true(box_run(NULL, BOX_EXTRACT, raw, "2", &reply, &error));
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(reply.bytes, two));
	g_assert_false(box_run(NULL, BOX_EXTRACT, raw, "3", &none, &error));
	g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT);
}

static void
echo(const BoxTask *task, BoxProduct *product)
{
	product->bytes = g_bytes_new(task->raw, task->size);
}

/* Many, of all sizes, several at once: all come back, in order. */
static void
test_many_in_order(void)
{
	static const BoxLimits limits = { .messages = 300 };
	g_autoptr(GError) error = NULL;
	g_autoptr(Box) box = box_start_worker(echo, NULL, &limits, &error);
	guint given = 0;
	guint taken = 0;

	g_assert_no_error(error);
	while (taken < 300) {
		g_auto(BoxReply) reply = { 0 };

		while (box_has_room(box)) {
			g_autofree char *text = g_strnfill(given * 7919 % 400000 + 1, 'x');
			g_autoptr(GBytes) raw = bytes_of(text);

			box_give(box, BOX_EXTRACT, raw, "");
			given++;
		}
		g_assert_cmpint(box_wait(box, &reply, &error), ==, BOX_DONE);
		g_assert_cmpuint(g_bytes_get_size(reply.bytes), ==, taken * 7919 % 400000 + 1);
		taken++;
	}
	g_assert_cmpuint(given, ==, 300);
	g_assert_true(box_is_spent(box));
	g_assert_cmpint(box_pending(box), ==, 0);
}

static void
test_largest_message(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Box) box = box_start_worker(echo, NULL, NULL, &error);
	g_autofree char *text = g_strnfill(SOURCE_MAX_MESSAGE, 'x');
	g_autoptr(GBytes) raw = bytes_of(text);
	g_auto(BoxReply) reply = { 0 };

	box_give(box, BOX_EXTRACT, raw, "");
	g_assert_cmpint(box_wait(box, &reply, &error), ==, BOX_DONE);
	g_assert_true(g_bytes_equal(reply.bytes, raw));
}

static void
test_box_dies_with_its_owner(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Box) box = box_start_worker(spin, NULL, NULL, &error);
	g_autoptr(GBytes) raw = bytes_of(mail);
	g_auto(BoxReply) reply = { 0 };

	box_give(box, BOX_INSPECT, raw, NULL);
	g_assert_cmpint(box_take(box, &reply, &error), ==, BOX_WAIT);
	g_clear_pointer(&box, box_free);
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
}

/* As a parent's handler does that runs in the child still: cli/stop.c. */
static void
raise_what_is_blocked(void)
{
	sigset_t blocked;

	if (sigprocmask(SIG_BLOCK, NULL, &blocked) == 0 && sigismember(&blocked, SIGUSR2) == 1)
		(void)raise(SIGUSR2);
}

static void
test_signal_while_it_starts(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Box) box = NULL;
	sigset_t set;

	g_assert_cmpint(pthread_atfork(NULL, NULL, raise_what_is_blocked), ==, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	box = box_start_worker(echo, NULL, NULL, &error);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	g_assert_no_error(error);
	g_assert_nonnull(box);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++) {
		g_autofree char *path = g_strconcat("/box/refuses/", attempts[i].name, NULL);

		g_test_add_data_func(path, &attempts[i], test_attempt);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *path = g_strconcat("/box/fault/", faults[i].name, NULL);

		g_test_add_data_func(path, &faults[i], test_fault);
	}
	g_test_add_func("/box/environment-is-gone", test_environment_is_gone);
	g_test_add_func("/box/shared-memory-is-gone", test_shared_memory_is_gone);
	g_test_add_func("/box/descriptors-are-gone", test_descriptors_are_gone);
	g_test_add_func("/box/deaf-box-blocks-nobody", test_deaf_box_blocks_nobody);
	g_test_add_func("/box/inspect", test_inspect);
	g_test_add_func("/box/inspect-header-says-why", test_inspect_header_says_why);
	g_test_add_func("/box/extract", test_extract);
	g_test_add_func("/box/many-in-order", test_many_in_order);
	g_test_add_func("/box/largest-message", test_largest_message);
	g_test_add_func("/box/dies-with-its-owner", test_box_dies_with_its_owner);
	g_test_add_func("/box/signal-while-it-starts", test_signal_while_it_starts);
	return g_test_run();
}
