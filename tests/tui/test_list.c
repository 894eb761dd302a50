#include "tui/list.h"

/* Rows are numbers, ascending; some are missing. */
typedef struct Numbers {
	int count;
	bool gone[5000];
	int reads;
	int live; /* rows in memory */
	bool broken;
} Numbers;

typedef struct Number {
	int64_t value;
	Numbers *numbers;
} Number;

typedef struct Fixture {
	Numbers numbers;
	Worker *worker;
	List *list;
} Fixture;

static void
free_number(void *data)
{
	Number *number = data;

	number->numbers->live--;
	g_free(number);
}

static void
add_number(GPtrArray *rows, Numbers *numbers, int value, bool first)
{
	Number *number = g_new0(Number, 1);

	number->value = value;
	number->numbers = numbers;
	numbers->live++;
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

	numbers->reads++;
	if (numbers->broken) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_IO, "broken");
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
setup(Fixture *fixture, const void *data)
{
	fixture->numbers.count = 5000;
	fixture->worker = worker_new(NULL);
	fixture->list = new_list(fixture, data ? data : &source);
	g_assert_true(list_resize(fixture->list, 10, NULL));
}

static void
teardown(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	list_free(fixture->list);
	worker_free(fixture->worker);
	g_assert_cmpint(fixture->numbers.live, ==, 0);
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
		g_assert_cmpint(fixture->numbers.live, <=, 200);
	}
	for (int i = 0; i < 500; i++) {
		move(fixture, MOVE_PAGE_UP, 1);
		g_assert_cmpint(fixture->numbers.live, <=, 200);
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
	g_assert_true(list_reload(fixture->list, NULL, NULL));
	g_assert_cmpint(current(fixture), ==, 184);
	move(fixture, MOVE_DOWN, 1);
	g_assert_cmpint(current(fixture), ==, 186);
	move(fixture, MOVE_UP, 2);
	g_assert_cmpint(current(fixture), ==, 183);
	fixture->numbers.gone[182] = false;
	g_assert_true(list_reload(fixture->list, NULL, NULL));
	g_assert_cmpint(current(fixture), ==, 183);
	move(fixture, MOVE_UP, 1);
	g_assert_cmpint(current(fixture), ==, 182);
}

static void
test_successor(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	move(fixture, MOVE_DOWN, 3);
	fixture->numbers.gone[3] = true;
	g_assert_true(list_reload(fixture->list, NULL, NULL));
	g_assert_cmpint(current(fixture), ==, 4);
	move(fixture, MOVE_LAST, 1);
	fixture->numbers.gone[4999] = true;
	g_assert_true(list_reload(fixture->list, NULL, NULL));
	g_assert_cmpint(current(fixture), ==, 4998);
}

static void
test_empty(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	fixture->numbers.count = 0;
	g_assert_true(list_reload(fixture->list, NULL, NULL));
	g_assert_true(list_is_empty(fixture->list));
	g_assert_null(list_current(fixture->list));
	move(fixture, MOVE_DOWN, 1);
	move(fixture, MOVE_PAGE_UP, 1);
	move(fixture, MOVE_LAST, 1);
	move(fixture, MOVE_FIRST, 1);
	fixture->numbers.count = 3;
	g_assert_true(list_reload(fixture->list, NULL, NULL));
	g_assert_cmpint(current(fixture), ==, 0);
	move(fixture, MOVE_LAST, 1);
	g_assert_cmpint(current(fixture), ==, 2);
}

static void
test_goes(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_assert_true(list_go(fixture->list, 4321, 4321, NULL));
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
	g_assert_true(list_reload(fixture->list, NULL, NULL));
	g_assert_cmpint(current(fixture), ==, 450);
	move(fixture, MOVE_LAST, 1);
	g_assert_cmpint(current(fixture), ==, 4999);
	move(fixture, MOVE_FIRST, 1);
	g_assert_cmpint(current(fixture), ==, 0);
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
			g_assert_true(list_reload(fixture->list, NULL, NULL));
		if (round % 50 == 0)
			g_assert_true(
				list_resize(fixture->list, g_test_rand_int_range(1, 60), NULL));
		move(fixture, (Move)g_test_rand_int_range(0, MOVE_LAST + 1),
			g_test_rand_int_range(1, 20));
		for (int line = 0; list_at(fixture->list, line, &is_current); line++)
			seen = seen || is_current;
		g_assert_true(seen);
	}
}

static void
add(const char *path, void (*test)(Fixture *, const void *), const ListSource *kind)
{
	g_test_add(path, Fixture, kind, setup, test, teardown);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/list/moves", test_moves, NULL);
	add("/list/walks-over-every-row-once", test_walks, NULL);
	add("/list/a-key-reads-at-most-once", test_reads_little, NULL);
	add("/list/memory-stays-small", test_memory, NULL);
	add("/list/cursor-stays-on-its-row", test_stays, NULL);
	add("/list/successor-takes-the-place", test_successor, NULL);
	add("/list/empty", test_empty, NULL);
	add("/list/goes-to-a-row", test_goes, NULL);
	add("/list/tags-outlive-rows", test_tags, NULL);
	add("/list/any-height", test_resize, NULL);
	add("/list/an-error-changes-nothing", test_broken, NULL);
	add("/list/forward-only", test_forward, &forward);
	add("/list/moved-before-it-is-seen", test_unseen, NULL);
	add("/list/random", test_random, NULL);
	return g_test_run();
}
