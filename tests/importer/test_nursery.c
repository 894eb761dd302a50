/* Boxes of a nursery: as closed as others, and without what its parent read since it was started. */
#include "importer/nursery.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "importer/box_private.h"
#include "importer/source.h"
#include "tests/importer/child.h"

enum {
	PAGE = 4096,
	LOOKED_AT = 32, /* bytes */
};

/* What the mail asks for, by its first byte. */
enum {
	ASK_ECHO,
	ASK_LOOK, /* read the memory whose address follows */
	ASK_FORK,
};

static void
obey(const BoxTask *task, BoxProduct *product)
{
	const char *place;

	switch (task->raw[0]) {
	case ASK_LOOK:
		memcpy(&place, task->raw + 1, sizeof(place));
		product->bytes = g_bytes_new(place, LOOKED_AT);
		break;
	case ASK_FORK:
		product->bytes = g_bytes_new("f", fork() >= 0);
		break;
	default:
		product->bytes = g_bytes_new(task->raw, task->size);
	}
	product->kind = ANSWER_RESULT;
}

static Nursery *
nursery_new(void)
{
	g_autoptr(GError) error = NULL;
	Nursery *nursery = nursery_start_worker(obey, NULL, NULL, &error);

	g_assert_no_error(error);
	return nursery;
}

static Box *
box_of(Nursery *nursery)
{
	g_autoptr(GError) error = NULL;
	Box *box = box_start_in(nursery, &error);

	g_assert_no_error(error);
	return box;
}

/* What becomes of a mail that asks for @what at @place. */
static BoxState
ask(Box *box, char what, const void *place, BoxReply *reply, GError **error)
{
	char mail[1 + sizeof(place) + LOOKED_AT] = { what }; /* no answer may be longer */
	g_autoptr(GBytes) raw = NULL;

	memcpy(mail + 1, &place, sizeof(place));
	raw = g_bytes_new(mail, sizeof(mail));
	box_give(box, BOX_EXTRACT, raw, "");
	return box_wait(box, reply, error);
}

/* A page of its own, so that it is there for certain or not at all. */
static char *
page_of(char letter)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	g_assert_true(page != MAP_FAILED);
	memset(page, letter, PAGE);
	return page;
}

static void
test_what_came_later_is_not_there(void)
{
	char *early = page_of('e');
	g_autoptr(Nursery) nursery = nursery_new();
	char *late = page_of('l');
	g_autoptr(Box) first = box_of(nursery);
	g_autoptr(Box) second = box_of(nursery);
	g_autoptr(GError) error = NULL;
	g_auto(BoxReply) there = { 0 };
	g_auto(BoxReply) gone = { 0 };

	early[0] = 'x';
	g_assert_cmpint(ask(first, ASK_LOOK, early, &there, &error), ==, BOX_DONE);
	g_assert_cmpmem(g_bytes_get_data(there.bytes, NULL), 4, "eeee", 4);
	/* There is nothing, or something of the box's own. */
	if (ask(second, ASK_LOOK, late, &gone, &error) == BOX_DONE)
		g_assert_cmpint(memcmp(g_bytes_get_data(gone.bytes, NULL), late, LOOKED_AT), !=, 0);
	else
		g_assert_nonnull(error);
	munmap(early, PAGE);
	munmap(late, PAGE);
}

static void
test_it_is_closed(void)
{
	g_autoptr(Nursery) nursery = nursery_new();
	g_autoptr(Box) box = box_of(nursery);
	g_autoptr(GError) error = NULL;
	g_auto(BoxReply) reply = { 0 };

	g_assert_cmpint(ask(box, ASK_FORK, NULL, &reply, &error), ==, BOX_BROKEN);
	g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_ATTACK);
}

static void
test_one_ends_and_others_go_on(void)
{
	g_autoptr(Nursery) nursery = nursery_new();
	g_autoptr(Box) one = box_of(nursery);
	g_autoptr(Box) other = box_of(nursery);
	g_auto(BoxReply) reply = { 0 };
	g_auto(BoxReply) again = { 0 };

	g_clear_pointer(&one, box_free);
	g_assert_cmpint(ask(other, ASK_ECHO, NULL, &reply, NULL), ==, BOX_DONE);
	one = box_of(nursery);
	g_assert_cmpint(ask(one, ASK_ECHO, NULL, &again, NULL), ==, BOX_DONE);
}

/* A box that is ready, and our end of its socket. */
static pid_t
bear(Nursery *nursery, int *socket)
{
	BoxAnswer greeting = { 0 };
	int ends[2];
	pid_t pid;

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
	pid = nursery_bear(nursery, ends[1], NULL);
	g_assert_cmpint(pid, >, 0);
	close(ends[1]);
	g_assert_cmpint(
		recv(ends[0], &greeting, sizeof(greeting), MSG_WAITALL), ==, sizeof(greeting));
	g_assert_cmpuint(greeting.kind, ==, ANSWER_READY);
	*socket = ends[0];
	return pid;
}

static void
test_its_end_is_theirs(void)
{
	g_autoptr(Nursery) nursery = nursery_new();
	struct pollfd wait = { .fd = -1 };

	bear(nursery, &wait.fd);
	g_clear_pointer(&nursery, nursery_free);
	/* The other end is closed: its owner is gone. */
	g_assert_cmpint(poll(&wait, 1, 10000), ==, 1);
	g_assert_cmpint(wait.revents & POLLHUP, ==, POLLHUP);
	close(wait.fd);
}

/* What the kernel says of how @pid shares time with other sessions; NULL: it does not. */
static char *
session_of(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/autogroup", (int)pid);
	char *session = NULL;

	if (g_file_get_contents(path, &session, NULL, NULL))
		g_strchomp(session);
	return session;
}

/* It was heard: one process of the whole machine is, in a tenth of a second. */
static bool
is_nice_session(pid_t pid)
{
	g_autofree char *session = session_of(pid);

	return !session || g_str_has_suffix(session, " nice " NURSERY_NICENESS);
}

/* To whoever takes what they answer, who may lead a session himself, as a service does. */
static void
test_they_give_way(void)
{
	bool heard = false;

	setsid();

	for (int i = 0; i < 50 && !heard; i++) {
		g_autoptr(Nursery) nursery = nursery_new();
		int ends[2];
		pid_t one = bear(nursery, &ends[0]);
		pid_t other = bear(nursery, &ends[1]);

		g_assert_cmpint(getpriority(PRIO_PROCESS, (id_t)one), >, 0);
		g_assert_cmpint(getsid(one), !=, getsid(0));
		g_assert_cmpint(getsid(one), ==, getsid(other));
		heard = is_nice_session(one);
		close(ends[0]);
		close(ends[1]);
		if (!heard)
			g_usleep(G_USEC_PER_SEC / 7);
	}
	g_assert_true(heard);
}

static void
test_one_that_is_gone_says_so(void)
{
	g_autoptr(Nursery) nursery = nursery_new();
	g_autoptr(GError) error = NULL;
	pid_t child = only_child();

	if (child == 0)
		return;
	kill(child, SIGKILL);
	g_assert_null(box_start_in(nursery, &error));
	g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_BOX);
	g_assert_nonnull(strstr(error->message, "is gone"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nursery/what-came-later-is-not-there", test_what_came_later_is_not_there);
	g_test_add_func("/nursery/it-is-closed", test_it_is_closed);
	g_test_add_func("/nursery/one-ends-and-others-go-on", test_one_ends_and_others_go_on);
	g_test_add_func("/nursery/its-end-is-theirs", test_its_end_is_theirs);
	g_test_add_func("/nursery/they-give-way", test_they_give_way);
	g_test_add_func("/nursery/one-that-is-gone-says-so", test_one_that_is_gone_says_so);
	return g_test_run();
}
