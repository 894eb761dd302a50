#include "release/transport.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/release/shipment.h"

enum {
	KILLS = 60,
};

typedef struct Fixture {
	char *folder; /* temporary */
	char *box;    /* in it, not there yet */
	char *spec;
	GBytes *raw;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->folder = g_dir_make_tmp("lazaret-maildir-XXXXXX", NULL);
	g_assert_nonnull(fixture->folder);
	fixture->box = g_build_filename(fixture->folder, "box", NULL);
	fixture->spec = g_strconcat("maildir:", fixture->box, NULL);
	fixture->raw = bytes_of("From: a@b\n\nbody\n.\nFrom x\n");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	const char *argv[] = { "rm", "-rf", fixture->folder, NULL };

	(void)data;
	g_spawn_sync(
		NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
	g_free(fixture->folder);
	g_free(fixture->box);
	g_free(fixture->spec);
	g_bytes_unref(fixture->raw);
}

static ShipmentResult
ship(const char *spec, int64_t delivery, GBytes *raw, char **reply)
{
	g_autoptr(GError) error = NULL;
	const char *address = NULL;
	const Transport *transport = transport_of(spec, &address, &error);
	Shipment shipment = shipment_of(raw, address);

	g_assert_no_error(error);
	shipment.delivery = delivery;
	return transport_ship(transport, &shipment, reply);
}

static ShipmentResult
ship_quietly(const char *spec, int64_t delivery, GBytes *raw)
{
	g_autofree char *reply = NULL;

	return ship(spec, delivery, raw, &reply);
}

/* Paths of what is in @box/@name. */
static GPtrArray *
entries(const char *box, const char *name)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = g_build_filename(box, name, NULL);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *entry;

	g_assert_nonnull(folder);
	while ((entry = g_dir_read_name(folder)))
		g_ptr_array_add(paths, g_build_filename(path, entry, NULL));
	return paths;
}

static GBytes *
file_bytes(const char *path)
{
	char *text = NULL;
	size_t length = 0;

	g_assert_true(g_file_get_contents(path, &text, &length, NULL));
	return g_bytes_new_take(text, length);
}

static void
test_bytes_behind_the_trace_are_the_stored_ones(Fixture *fixture, gconstpointer data)
{
	static const char crlf[] = "A: b\r\n\r\nx\r.\ry\0z\xff\r\n.\r\n";
	g_autoptr(GBytes) other = g_bytes_new(crlf, sizeof(crlf) - 1);
	GBytes *const mails[] = { fixture->raw, other };

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autofree char *box = g_strdup_printf("%s%zu", fixture->box, i);
		g_autofree char *spec = g_strconcat("maildir:", box, NULL);
		g_autoptr(GPtrArray) paths = NULL;
		g_autoptr(GBytes) file = NULL;
		g_autoptr(GBytes) rest = NULL;

		g_assert_cmpint(ship_quietly(spec, 1, mails[i]), ==, SHIPMENT_ACCEPTED);
		paths = entries(box, "new");
		g_assert_cmpuint(paths->len, ==, 1);
		file = file_bytes(paths->pdata[0]);
		rest = without_trace(file);
		assert_bytes(rest, mails[i]);
	}
}

/* A mailbox put it there; what comes behind it is the message. */
static void
test_a_from_line_stays_behind(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) kept = bytes_of("From a@b.c Thu Jan  1 00:00:00 1970\n"
					  "Subject: x\n\nFrom here on\n");
	g_autoptr(GBytes) alone = bytes_of("Subject: x\n\nFrom here on\n");
	g_autoptr(GPtrArray) mails = NULL;
	g_autoptr(GBytes) mail = NULL;
	g_autoptr(GBytes) behind = NULL;

	(void)data;
	g_assert_cmpint(ship_quietly(fixture->spec, 42, kept), ==, SHIPMENT_ACCEPTED);
	mails = entries(fixture->box, "new");
	g_assert_cmpuint(mails->len, ==, 1);
	mail = file_bytes(g_ptr_array_index(mails, 0));
	behind = without_trace(mail);
	assert_bytes(behind, alone);
}

static void
test_nothing_is_left_in_tmp(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) drafts = NULL;

	(void)data;
	g_assert_cmpint(ship_quietly(fixture->spec, 1, fixture->raw), ==, SHIPMENT_ACCEPTED);
	g_assert_cmpint(ship_quietly(fixture->spec, 1, fixture->raw), ==, SHIPMENT_ACCEPTED);
	drafts = entries(fixture->box, "tmp");
	g_assert_cmpuint(drafts->len, ==, 0);
}

static int
mode_of(const char *path)
{
	struct stat status;

	g_assert_cmpint(lstat(path, &status), ==, 0);
	return (int)(status.st_mode & 07777);
}

static void
test_only_the_owner_may_read(Fixture *fixture, gconstpointer data)
{
	static const char *const folders[] = { "", "tmp", "new", "cur" };
	mode_t before = umask(0);
	g_autoptr(GPtrArray) paths = NULL;

	(void)data;
	g_assert_cmpint(ship_quietly(fixture->spec, 1, fixture->raw), ==, SHIPMENT_ACCEPTED);
	umask(before);
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *path = g_build_filename(fixture->box, folders[i], NULL);

		g_assert_cmpint(mode_of(path), ==, 0700);
	}
	paths = entries(fixture->box, "new");
	g_assert_cmpint(mode_of(paths->pdata[0]), ==, 0600);
}

static void
test_a_second_try_finds_the_first(Fixture *fixture, gconstpointer data)
{
	g_autofree char *reply = NULL;
	g_autoptr(GPtrArray) paths = NULL;

	(void)data;
	ship_quietly(fixture->spec, 7, fixture->raw);
	g_assert_cmpint(ship(fixture->spec, 7, fixture->raw, &reply), ==, SHIPMENT_ACCEPTED);
	g_assert_true(g_str_has_prefix(reply, "is there already"));
	paths = entries(fixture->box, "new");
	g_assert_cmpuint(paths->len, ==, 1);
}

static void
test_a_second_try_finds_what_was_read(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) fresh = NULL;
	g_autoptr(GPtrArray) paths = NULL;
	g_autofree char *name = NULL;
	g_autofree char *read_path = NULL;

	(void)data;
	ship_quietly(fixture->spec, 7, fixture->raw);
	fresh = entries(fixture->box, "new");
	name = g_path_get_basename(fresh->pdata[0]);
	read_path = g_strdup_printf("%s/cur/%s:2,RS", fixture->box, name);
	g_assert_cmpint(g_rename(fresh->pdata[0], read_path), ==, 0);
	g_assert_cmpint(ship_quietly(fixture->spec, 7, fixture->raw), ==, SHIPMENT_ACCEPTED);
	paths = entries(fixture->box, "new");
	g_assert_cmpuint(paths->len, ==, 0);
}

static void
test_other_deliveries_and_other_mails_stand_beside_it(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) other = bytes_of("another\n");
	g_autoptr(GPtrArray) paths = NULL;

	(void)data;
	ship_quietly(fixture->spec, 1, fixture->raw);
	ship_quietly(fixture->spec, 11, fixture->raw); /* 1 is the start of its name */
	ship_quietly(fixture->spec, 1, other);         /* as a new store would number it */
	paths = entries(fixture->box, "new");
	g_assert_cmpuint(paths->len, ==, 3);
}

static void
test_symlinks_are_refused(Fixture *fixture, gconstpointer data)
{
	static const char *const inner[] = { "tmp", "new", "cur" };
	g_autofree char *other = g_build_filename(fixture->folder, "other", NULL);
	g_autofree char *slash = g_strconcat(fixture->spec, "/", NULL);
	g_autoptr(GDir) untouched = NULL;

	(void)data;
	g_assert_cmpint(g_mkdir(other, 0700), ==, 0);
	g_assert_cmpint(symlink(other, fixture->box), ==, 0);
	g_assert_cmpint(ship_quietly(fixture->spec, 1, fixture->raw), ==, SHIPMENT_REFUSED);
	g_assert_cmpint(ship_quietly(slash, 1, fixture->raw), ==, SHIPMENT_REFUSED);
	g_assert_cmpint(unlink(fixture->box), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(inner); i++) {
		g_autofree char *link = g_build_filename(fixture->box, inner[i], NULL);

		g_mkdir(fixture->box, 0700);
		g_rmdir(link);
		g_assert_cmpint(symlink(other, link), ==, 0);
		g_assert_cmpint(ship_quietly(fixture->spec, 1, fixture->raw), ==, SHIPMENT_REFUSED);
		g_assert_cmpint(unlink(link), ==, 0);
	}
	untouched = g_dir_open(other, 0, NULL);
	g_assert_null(g_dir_read_name(untouched));
}

static void
test_a_file_in_the_way_is_refused_in_words(Fixture *fixture, gconstpointer data)
{
	g_autofree char *reply = NULL;

	(void)data;
	g_assert_true(g_file_set_contents(fixture->box, "precious", -1, NULL));
	g_assert_cmpint(ship(fixture->spec, 1, fixture->raw, &reply), ==, SHIPMENT_REFUSED);
	g_assert_nonnull(strstr(reply, fixture->box));
	g_assert_nonnull(strstr(reply, "no folder"));
}

static void
test_a_missing_disk_is_waited_for(Fixture *fixture, gconstpointer data)
{
	g_autofree char *spec = g_strconcat(fixture->spec, "/deeper/box", NULL);
	g_autofree char *reply = NULL;

	(void)data;
	g_assert_cmpint(ship(spec, 1, fixture->raw, &reply), ==, SHIPMENT_DOWN);
	g_assert_nonnull(strstr(reply, "No such file"));
	g_assert_false(g_file_test(fixture->box, G_FILE_TEST_EXISTS));
}

/* On a file system of 64 KB, which only a namespace of one's own allows. Exit 77: no such. */
static int
fill_small_disk(const Fixture *fixture)
{
	g_autofree char *half = g_strnfill(40 * 1024, 'x');
	g_autoptr(GBytes) raw = bytes_of(half);
	g_autoptr(GPtrArray) drafts = NULL;
	g_autofree char *reply = NULL;

	g_mkdir(fixture->box, 0700);
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("tmpfs", fixture->box, "tmpfs", 0, "size=64k") < 0)
		return 77;
	if (ship_quietly(fixture->spec, 1, raw) != SHIPMENT_ACCEPTED)
		return 1;
	if (ship(fixture->spec, 2, raw, &reply) != SHIPMENT_DEFERRED || !strstr(reply, "No space"))
		return 2;
	drafts = entries(fixture->box, "tmp");
	return drafts->len == 0 ? 0 : 3;
}

static void
test_a_full_disk_is_waited_for(Fixture *fixture, gconstpointer data)
{
	int status = 0;
	pid_t child = fork();

	(void)data;
	if (child == 0)
		_exit(fill_small_disk(fixture));
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		g_test_skip("no right to mount a small file system");
		return;
	}
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

/* Killed anywhere, then tried again: there is one. */
static void
test_killed_and_tried_again_there_is_one(Fixture *fixture, gconstpointer data)
{
	g_autofree char *text = g_strnfill(512 * 1024, 'x');
	g_autoptr(GBytes) raw = bytes_of(text);
	g_autoptr(GPtrArray) paths = NULL;

	(void)data;
	ship_quietly(fixture->spec, KILLS, raw);
	for (int i = 0; i < KILLS; i++) {
		pid_t child = fork();

		if (child == 0) {
			ship_quietly(fixture->spec, i, raw);
			pause();
		}
		g_usleep((gulong)g_random_int_range(0, 4000));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		g_assert_cmpint(ship_quietly(fixture->spec, i, raw), ==, SHIPMENT_ACCEPTED);
	}
	paths = entries(fixture->box, "new");
	g_assert_cmpuint(paths->len, ==, KILLS + 1);
	for (guint i = 0; i < paths->len; i++) {
		g_autoptr(GBytes) file = file_bytes(paths->pdata[i]);
		g_autoptr(GBytes) rest = without_trace(file);

		assert_bytes(rest, raw);
	}
}

static void
add(const char *name, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_autofree char *path = g_strconcat("/maildir/", name, NULL);

	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("bytes-behind-the-trace-are-the-stored-ones",
		test_bytes_behind_the_trace_are_the_stored_ones);
	add("a-from-line-stays-behind", test_a_from_line_stays_behind);
	add("nothing-is-left-in-tmp", test_nothing_is_left_in_tmp);
	add("only-the-owner-may-read", test_only_the_owner_may_read);
	add("a-second-try-finds-the-first", test_a_second_try_finds_the_first);
	add("a-second-try-finds-what-was-read", test_a_second_try_finds_what_was_read);
	add("other-deliveries-and-other-mails-stand-beside-it",
		test_other_deliveries_and_other_mails_stand_beside_it);
	add("symlinks-are-refused", test_symlinks_are_refused);
	add("a-file-in-the-way-is-refused-in-words", test_a_file_in_the_way_is_refused_in_words);
	add("a-missing-disk-is-waited-for", test_a_missing_disk_is_waited_for);
	add("a-full-disk-is-waited-for", test_a_full_disk_is_waited_for);
	add("killed-and-tried-again-there-is-one", test_killed_and_tried_again_there_is_one);
	return g_test_run();
}
