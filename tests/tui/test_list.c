#include "tui/list.h"

#include <glib/gstdio.h>

/* Rows are numbers, ascending; some are missing. */
typedef struct Numbers {
	int count;
	bool gone[5000];
	int reads; /* atomic */
	int live;  /* rows in memory; atomic */
	bool broken;
	int stop_in; /* reads until one is stopped; 0: none is */
	gulong slow; /* microseconds that a read takes */
} Numbers;

typedef struct Number {
	int64_t value;
	Numbers *numbers;
} Number;

typedef struct Fixture {
	Numbers numbers;
	char *folder, *path;
	Store *store; /* NULL: no thread reads */
	Worker *worker;
	List *list;
} Fixture;

/* What is tested: a kind of rows, and who reads them. */
typedef struct Kind {
	const ListSource *source;
	bool on_thread;
} Kind;

static void
free_number(void *data)
{
	Number *number = data;

	g_atomic_int_add(&number->numbers->live, -1);
	g_free(number);
}

static void
add_number(GPtrArray *rows, Numbers *numbers, int value, bool first)
{
	Number *number = g_new0(Number, 1);

	number->value = value;
	number->numbers = numbers;
	g_atomic_int_inc(&numbers->live);
	g_ptr_array_insert(rows, first ? 0 : -1, number);
}

static GPtrArray *
read_numbers(G_GNUC_UNUSED Store *store, const void *query, const ListPart *part, GError **error)
{
	Numbers *numbers = *(Numbers *const *)query;
	bool backwards = part->backwards;
	int step = backwards ? -1 : 1;
	int at = part->from_place ? (int)part->place + step : backwards ? numbers->count - 1 : 0;
	int limit = part->limit;
	GPtrArray *rows;

	g_atomic_int_inc(&numbers->reads);
	g_usleep(numbers->slow);
	if (numbers->broken) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_IO, "broken");
		return NULL;
	}
	if (numbers->stop_in > 0 && --numbers->stop_in == 0) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_STOPPED, "stopped");
		return NULL;
	}
	rows = g_ptr_array_new_with_free_func(free_number);
	for (; at >= 0 && at < numbers->count && (int)rows->len < limit; at += step) {
		if (!numbers->gone[at])
			add_number(rows, numbers, at, backwards);
	}
	return rows;
}

static int64_t
number_id(const void *row)
{
	return ((const Number *)row)->value;
}

static const ListSource source = { .read = read_numbers, .id = number_id };
static const ListSource forward = {
	.read = read_numbers,
	.id = number_id,
	.forward_only = true,
};

static List *
new_list(Fixture *fixture, const ListSource *kind)
{
	Numbers **query = g_atomic_rc_box_new(Numbers *);

	*query = &fixture->numbers;
	return list_new(kind, fixture->worker, query);
}

static void
settle(Fixture *fixture)
{
	worker_settle(fixture->worker);
}

/* A store that the thread opens, for no rows of it. */
static void
open_store(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	fixture->folder = g_dir_make_tmp("lazaret-XXXXXX", &error);
	g_assert_no_error(error);
	fixture->path = g_build_filename(fixture->folder, "mx1.db", NULL);
	fixture->store = store_open(fixture->path, STORE_CREATE, &error);
	g_assert_no_error(error);
}

static void
setup(Fixture *fixture, const void *data)
{
	const Kind *kind = data;

	if (kind->on_thread)
		open_store(fixture);
	fixture->numbers.count = 5000;
	fixture->worker = worker_new(fixture->store);
	worker_set_patience(fixture->worker, WORKER_NO_PATIENCE, WORKER_NO_PATIENCE);
	fixture->list = new_list(fixture, kind->source);
	g_assert_true(list_resize(fixture->list, 10, NULL));
	settle(fixture);
}

static void
teardown(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	static const char *const endings[] = { "", "-wal", "-shm" };

	list_free(fixture->list);
	worker_free(fixture->worker);
	g_assert_cmpint(fixture->numbers.live, ==, 0);
	if (!fixture->store)
		return;
	store_close(fixture->store);
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *file = g_strconcat(fixture->path, endings[i], NULL);

		g_unlink(file);
	}
	g_rmdir(fixture->folder);
	g_free(fixture->path);
	g_free(fixture->folder);
}

static int64_t
current(const Fixture *fixture)
{
	return number_id(list_current(fixture->list));
}

static int64_t
top(const Fixture *fixture)
{
	bool is_current;

	return number_id(list_at(fixture->list, 0, &is_current));
}

static void
move(Fixture *fixture, Move way, int count)
{
	g_autoptr(GError) error = NULL;

	list_move(fixture->list, way, count, &error);
	g_assert_no_error(error);
	settle(fixture);
}

static void
reload(Fixture *fixture)
{
	g_assert_true(list_reload(fixture->list, NULL, NULL));
	settle(fixture);
}

static void
test_moves(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	move(fixture, MOVE_UP, 1);
	g_assert_cmpint(current(fixture), ==, 0);
	move(fixture, MOVE_DOWN, 3);
	g_assert_cmpint(current(fixture), ==, 3);
	g_assert_cmpint(top(fixture), ==, 0);
	move(fixture, MOVE_PAGE_DOWN, 1);
	g_assert_cmpint(current(fixture), ==, 12);
	g_assert_cmpint(top(fixture), ==, 9);
	move(fixture, MOVE_HALF_UP, 1);
	g_assert_cmpint(current(fixture), ==, 7);
	move(fixture, MOVE_LAST, 1);
	g_assert_cmpint(current(fixture), ==, 4999);
	g_assert_cmpint(top(fixture), ==, 4990);
	move(fixture, MOVE_DOWN, 5);
	g_assert_cmpint(current(fixture), ==, 4999);
	move(fixture, MOVE_PAGE_UP, 100);
	g_assert_cmpint(current(fixture), ==, 4099);
	move(fixture, MOVE_FIRST, 1);
	g_assert_cmpint(current(fixture), ==, 0);
	g_assert_cmpint(top(fixture), ==, 0);
}

/* What is seen moves by a page, however few rows are here when the key comes. */
static void
test_pages(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	for (int i = 1; i <= 30; i++) {
		move(fixture, MOVE_PAGE_DOWN, 1);
		g_assert_cmpint(current(fixture), ==, 9 * i);
		g_assert_cmpint(top(fixture), ==, 9 * i);
	}
	for (int i = 29; i >= 0; i--) {
		move(fixture, MOVE_PAGE_UP, 1);
		g_assert_cmpint(current(fixture), ==, 9 * i);
		g_assert_cmpint(top(fixture), ==, 9 * i);
	}
}

/* Every row once, in order, both ways. */
static void
test_walks(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	for (int i = 0; i < 4999; i++) {
		g_assert_cmpint(current(fixture), ==, i);
		move(fixture, MOVE_DOWN, 1);
	}
	for (int i = 4999; i > 0; i--) {
		g_assert_cmpint(current(fixture), ==, i);
		move(fixture, MOVE_UP, 1);
	}
}

static void
test_reads_little(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	int before = fixture->numbers.reads;

	g_assert_cmpint(before, ==, 1);
	for (int i = 0; i < 9; i++)
		move(fixture, MOVE_DOWN, 1);
	g_assert_cmpint(fixture->numbers.reads, ==, before);
	for (int i = 0; i < 300; i++) {
		before = fixture->numbers.reads;
		move(fixture, MOVE_PAGE_DOWN, 1);
		g_assert_cmpint(fixture->numbers.reads - before, <=, 1);
	}
	for (int i = 0; i < 300; i++) {
		before = fixture->numbers.reads;
		move(fixture, MOVE_PAGE_UP, 1);
		g_assert_cmpint(fixture->numbers.reads - before, <=, 1);
	}
}

static void
test_memory(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	for (int i = 0; i < 500; i++) {
		move(fixture, MOVE_PAGE_DOWN, 1);
		g_assert_cmpint(fixture->numbers.live, <=, 240);
	}
	for (int i = 0; i < 500; i++) {
		move(fixture, MOVE_PAGE_UP, 1);
		g_assert_cmpint(fixture->numbers.live, <=, 240);
	}
}

/* Rows leave and come above and below; the cursor's row stays, on its line. */
static void
test_stays(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	move(fixture, MOVE_PAGE_DOWN, 20);
	move(fixture, MOVE_DOWN, 4);
	g_assert_cmpint(current(fixture), ==, 184);
	for (int i = 0; i < 184; i += 2)
		fixture->numbers.gone[i] = true;
	fixture->numbers.gone[185] = true;
	reload(fixture);
	g_assert_cmpint(current(fixture), ==, 184);
	move(fixture, MOVE_DOWN, 1);
	g_assert_cmpint(current(fixture), ==, 186);
	move(fixture, MOVE_UP, 2);
	g_assert_cmpint(current(fixture), ==, 183);
	fixture->numbers.gone[182] = false;
	reload(fixture);
	g_assert_cmpint(current(fixture), ==, 183);
	move(fixture, MOVE_UP, 1);
	g_assert_cmpint(current(fixture), ==, 182);
}

static void
test_successor(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	move(fixture, MOVE_DOWN, 3);
	fixture->numbers.gone[3] = true;
	reload(fixture);
	g_assert_cmpint(current(fixture), ==, 4);
	move(fixture, MOVE_LAST, 1);
	fixture->numbers.gone[4999] = true;
	reload(fixture);
	g_assert_cmpint(current(fixture), ==, 4998);
}

static void
test_empty(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	fixture->numbers.count = 0;
	reload(fixture);
	g_assert_true(list_is_empty(fixture->list));
	g_assert_null(list_current(fixture->list));
	move(fixture, MOVE_DOWN, 1);
	move(fixture, MOVE_PAGE_UP, 1);
	move(fixture, MOVE_LAST, 1);
	move(fixture, MOVE_FIRST, 1);
	fixture->numbers.count = 3;
	reload(fixture);
	g_assert_cmpint(current(fixture), ==, 0);
	move(fixture, MOVE_LAST, 1);
	g_assert_cmpint(current(fixture), ==, 2);
}

static void
test_goes(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_assert_true(list_go(fixture->list, 4321, 4321, NULL));
	settle(fixture);
	g_assert_cmpint(current(fixture), ==, 4321);
	g_assert_cmpint(top(fixture), ==, 4316);
}

static void
test_tags(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	list_tag(fixture->list, 3, 7);
	list_tag(fixture->list, 4, -1);
	list_tag(fixture->list, 3, 8);
	g_assert_cmpuint(list_tagged(fixture->list), ==, 2);
	fixture->numbers.gone[3] = true;
	g_assert_true(list_restart(fixture->list, NULL, NULL));
	settle(fixture);
	g_assert_true(list_is_tagged(fixture->list, 3));
	list_untag(fixture->list, 3);
	g_assert_false(list_is_tagged(fixture->list, 3));
	list_untag_all(fixture->list);
	g_assert_cmpuint(list_tagged(fixture->list), ==, 0);
}

static void
test_resize(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	bool is_current;

	move(fixture, MOVE_PAGE_DOWN, 3);
	g_assert_true(list_resize(fixture->list, 200, NULL));
	settle(fixture);
	g_assert_nonnull(list_at(fixture->list, 199, &is_current));
	g_assert_cmpint(current(fixture), ==, 27);
	g_assert_true(list_resize(fixture->list, 0, NULL));
	g_assert_cmpint(top(fixture), ==, 27);
}

/* An error leaves what was there. */
static void
test_broken(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;

	move(fixture, MOVE_DOWN, 2);
	fixture->numbers.broken = true;
	g_assert_false(list_reload(fixture->list, NULL, &error));
	g_assert_nonnull(error);
	g_assert_cmpint(current(fixture), ==, 2);
	g_assert_false(list_move(fixture->list, MOVE_PAGE_DOWN, 50, NULL));
	g_assert_cmpint(current(fixture), ==, 2);
	g_assert_false(list_move(fixture->list, MOVE_LAST, 1, NULL));
	g_assert_cmpint(current(fixture), ==, 2);
}

/* Moved before it was ever seen. */
static void
test_unseen(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	list_free(fixture->list);
	fixture->list = new_list(fixture, &forward);
	move(fixture, MOVE_UP, 1);
	g_assert_cmpint(current(fixture), ==, 0);
	move(fixture, MOVE_DOWN, 3);
	g_assert_cmpint(current(fixture), ==, 3);
}

static void
test_forward(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	move(fixture, MOVE_PAGE_DOWN, 50);
	g_assert_cmpint(current(fixture), ==, 450);
	reload(fixture);
	g_assert_cmpint(current(fixture), ==, 450);
	move(fixture, MOVE_LAST, 1);
	g_assert_cmpint(current(fixture), ==, 4999);
	move(fixture, MOVE_FIRST, 1);
	g_assert_cmpint(current(fixture), ==, 0);
}

/* Stopped between two of its parts, the rest is read anew, all of it. */
static void
test_forward_stopped(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	worker_set_patience(fixture->worker, G_USEC_PER_SEC, G_USEC_PER_SEC);
	fixture->numbers.stop_in = 3;
	move(fixture, MOVE_LAST, 1);
	g_assert_cmpint(fixture->numbers.stop_in, ==, 0);
	g_assert_cmpint(current(fixture), ==, 4999);
	move(fixture, MOVE_UP, 4990);
	g_assert_cmpint(current(fixture), ==, 9);
}

/* Any moves and changes: the cursor is on a row, the screen around the cursor. */
static void
test_random(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	for (int round = 0; round < 3000; round++) {
		bool is_current = false;
		bool seen = false;

		fixture->numbers.gone[g_test_rand_int_range(0, 5000)] = g_test_rand_int_range(0, 2);
		if (round % 3 == 0)
			reload(fixture);
		if (round % 50 == 0)
			g_assert_true(
				list_resize(fixture->list, g_test_rand_int_range(1, 60), NULL));
		settle(fixture);
		move(fixture, (Move)g_test_rand_int_range(0, MOVE_LAST + 1),
			g_test_rand_int_range(1, 20));
		for (int line = 0; list_at(fixture->list, line, &is_current); line++)
			seen = seen || is_current;
		g_assert_true(seen);
	}
}

/* ---- while rows are on their way ---- */

static void
test_keys_ahead(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	/* The cursor goes where it was to go, once there are rows; back again at once. */
	g_assert_true(list_move(fixture->list, MOVE_PAGE_DOWN, 10, NULL));
	g_assert_cmpint(current(fixture), ==, 0);
	g_assert_true(list_move(fixture->list, MOVE_PAGE_DOWN, 10, NULL));
	g_assert_true(list_move(fixture->list, MOVE_DOWN, 3, NULL));
	g_assert_cmpint(current(fixture), ==, 3);
	settle(fixture);
	g_assert_cmpint(current(fixture), ==, 183);
	g_assert_true(list_move(fixture->list, MOVE_LAST, 1, NULL));
	g_assert_true(list_move(fixture->list, MOVE_UP, 1, NULL));
	settle(fixture);
	g_assert_cmpint(current(fixture), ==, 4998);
	g_assert_true(list_move(fixture->list, MOVE_PAGE_UP, 100, NULL));
	g_assert_true(list_move(fixture->list, MOVE_FIRST, 1, NULL));
	settle(fixture);
	g_assert_cmpint(current(fixture), ==, 0);
}

/* So it does before there are any rows. */
static void
test_keys_before_rows(Fixture *fixture, const void *data)
{
	const Kind *kind = data;

	list_free(fixture->list);
	fixture->list = new_list(fixture, kind->source);
	g_assert_true(list_move(fixture->list, MOVE_DOWN, 3, NULL));
	g_assert_true(list_move(fixture->list, MOVE_DOWN, 2, NULL));
	g_assert_null(list_current(fixture->list));
	settle(fixture);
	g_assert_cmpint(current(fixture), ==, 5);
	list_free(fixture->list);
	fixture->list = new_list(fixture, kind->source);
	g_assert_true(list_move(fixture->list, MOVE_DOWN, 3, NULL));
	g_assert_true(list_move(fixture->list, MOVE_LAST, 1, NULL));
	g_assert_true(list_move(fixture->list, MOVE_UP, 2, NULL));
	settle(fixture);
	g_assert_cmpint(current(fixture), ==, 4997);
	g_assert_true(list_move(fixture->list, MOVE_LAST, 1, NULL));
	g_assert_true(list_move(fixture->list, MOVE_FIRST, 1, NULL));
	settle(fixture);
	g_assert_cmpint(current(fixture), ==, 0);
}

/* Held down, a key finds its rows there. */
static void
test_looks_ahead(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	for (int i = 0; i < 500; i++) {
		g_assert_cmpint(current(fixture), ==, i);
		g_assert_true(list_move(fixture->list, MOVE_DOWN, 1, NULL));
		g_assert_cmpint(current(fixture), ==, i + 1);
		settle(fixture);
	}
	for (int i = 500; i > 0; i--) {
		g_assert_true(list_move(fixture->list, MOVE_UP, 1, NULL));
		g_assert_cmpint(current(fixture), ==, i - 1);
		settle(fixture);
	}
}

/* What was read ahead is asked for once a key needs it, and can be given up then. */
static void
test_asked_after_all(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	fixture->numbers.slow = 20 * 1000;
	g_assert_true(list_move(fixture->list, MOVE_PAGE_DOWN, 1, NULL));
	g_assert_true(list_is_reading(fixture->list));
	g_assert_false(worker_is_asked(fixture->worker));
	g_assert_true(list_move(fixture->list, MOVE_PAGE_DOWN, 3, NULL));
	g_assert_cmpint(current(fixture), ==, 9);
	g_assert_true(worker_is_asked(fixture->worker));
	settle(fixture);
	g_assert_cmpint(current(fixture), ==, 36);
}

/* Rows that are missing below keep no key from the row that the cursor is on. */
static void
test_fills_below(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	bool is_current;

	fixture->numbers.slow = 20 * 1000;
	g_assert_true(list_resize(fixture->list, 60, NULL));
	g_assert_true(list_is_reading(fixture->list));
	g_assert_false(worker_is_asked(fixture->worker));
	g_assert_null(list_at(fixture->list, 59, &is_current));
	g_assert_true(list_move(fixture->list, MOVE_DOWN, 1, NULL));
	g_assert_cmpint(current(fixture), ==, 1);
	g_assert_false(worker_is_asked(fixture->worker));
	settle(fixture);
	g_assert_cmpint(current(fixture), ==, 1);
	g_assert_nonnull(list_at(fixture->list, 59, &is_current));
}

static void
test_given_up(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_assert_true(list_move(fixture->list, MOVE_PAGE_DOWN, 10, NULL));
	g_assert_true(worker_give_up(fixture->worker));
	settle(fixture);
	g_assert_cmpint(current(fixture), ==, 0);
	move(fixture, MOVE_DOWN, 1);
	g_assert_cmpint(current(fixture), ==, 1);
	g_assert_true(list_move(fixture->list, MOVE_LAST, 1, NULL));
	g_assert_true(worker_give_up(fixture->worker));
	settle(fixture);
	g_assert_cmpint(current(fixture), ==, 1);
	move(fixture, MOVE_PAGE_DOWN, 10);
	g_assert_cmpint(current(fixture), ==, 91);
}

static void
test_late_trouble(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	fixture->numbers.broken = true;
	move(fixture, MOVE_PAGE_DOWN, 10);
	g_assert_cmpint(current(fixture), ==, 0);
	fixture->numbers.broken = false;
	move(fixture, MOVE_PAGE_DOWN, 10);
	g_assert_cmpint(current(fixture), ==, 90);
}

/* Any keys, changes and ends while others are on their way. */
static void
test_random_ahead(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	for (int round = 0; round < 5000; round++) {
		bool is_current = false;
		bool seen = false;

		list_move(fixture->list, (Move)g_test_rand_int_range(0, MOVE_LAST + 1),
			g_test_rand_int_range(1, 20), NULL);
		if (round % 3 == 0)
			list_reload(fixture->list, NULL, NULL);
		if (round % 7 == 0)
			worker_collect(fixture->worker);
		if (round % 50 == 0)
			list_resize(fixture->list, g_test_rand_int_range(1, 60), NULL);
		if (round % 90 == 0)
			worker_give_up(fixture->worker);
		if (round % 400 == 0)
			list_restart(fixture->list, NULL, NULL);
		if (round % 30 == 0)
			list_go(fixture->list, round % 5000, round % 5000, NULL);
		for (int line = 0; list_at(fixture->list, line, &is_current); line++)
			seen = seen || is_current;
		g_assert_true(seen);
	}
	settle(fixture);
}

static const Kind at_once = { &source, false };
static const Kind on_thread = { &source, true };
static const Kind forward_at_once = { &forward, false };
static const Kind forward_on_thread = { &forward, true };

static void
add(const char *path, void (*test)(Fixture *, const void *), const Kind *kind)
{
	g_test_add(path, Fixture, kind, setup, test, teardown);
}

static void
add_both(const char *name, void (*test)(Fixture *, const void *), bool is_forward)
{
	g_autofree char *here = g_strconcat("/list/at-once/", name, NULL);
	g_autofree char *there = g_strconcat("/list/on-the-thread/", name, NULL);

	add(here, test, is_forward ? &forward_at_once : &at_once);
	add(there, test, is_forward ? &forward_on_thread : &on_thread);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_both("moves", test_moves, false);
	add_both("pages", test_pages, false);
	add_both("walks-over-every-row-once", test_walks, false);
	add("/list/at-once/a-key-reads-at-most-once", test_reads_little, &at_once);
	add_both("memory-stays-small", test_memory, false);
	add_both("cursor-stays-on-its-row", test_stays, false);
	add_both("successor-takes-the-place", test_successor, false);
	add_both("empty", test_empty, false);
	add_both("goes-to-a-row", test_goes, false);
	add_both("tags-outlive-rows", test_tags, false);
	add_both("any-height", test_resize, false);
	add("/list/at-once/an-error-changes-nothing", test_broken, &at_once);
	add_both("forward-only", test_forward, true);
	add_both("moved-before-it-is-seen", test_unseen, false);
	add_both("random", test_random, false);
	add("/list/on-the-thread/keys-go-ahead", test_keys_ahead, &on_thread);
	add("/list/on-the-thread/keys-before-rows", test_keys_before_rows, &on_thread);
	add("/list/on-the-thread/keys-before-rows/forward", test_keys_before_rows,
		&forward_on_thread);
	add("/list/on-the-thread/stopped/forward", test_forward_stopped, &forward_on_thread);
	add("/list/on-the-thread/looks-ahead", test_looks_ahead, &on_thread);
	add("/list/on-the-thread/asked-for-after-all", test_asked_after_all, &on_thread);
	add("/list/on-the-thread/fills-the-screen-below", test_fills_below, &on_thread);
	add("/list/on-the-thread/given-up", test_given_up, &on_thread);
	add("/list/on-the-thread/an-error-that-comes-late", test_late_trouble, &on_thread);
	add("/list/on-the-thread/random-keys-ahead", test_random_ahead, &on_thread);
	return g_test_run();
}
