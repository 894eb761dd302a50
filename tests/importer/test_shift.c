/* A crew in a thread of its own, and one that works when it is asked to: the same comes out. */
#include "importer/shift.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/importer/child.h"

enum {
	MANY = 300,
	BREAKS = 7, /* every so many mails one breaks the box that reads it in full */
	ROUNDS = 600,
	PATIENCE = 100,         /* milliseconds */
	LONG = 60 * 1000,       /* the same: a wait that nothing but what is waited for may end */
	TICK = 250 * 1000,      /* microseconds after which the thread looks about uncalled */
	SLOW = 2 * 1000 * 1000, /* the same, which a slow mail takes */
};

static Site site;

/* A mail can break the box, or take long. */
static void
serve(const BoxTask *task, BoxProduct *product)
{
	if (memmem(task->raw, task->size, "slow", 4))
		g_usleep(SLOW);
	if (memmem(task->raw, task->size, "breaks all", 10) ||
		(task->job == BOX_INSPECT && memmem(task->raw, task->size, "breaks", 6)))
		abort();
	box_inspect(task, product);
}

static Parcel *
parcel_of(int number, const char *what)
{
	g_autofree char *mail =
		g_strdup_printf("From: a@shop.example\r\nSubject: %d\r\n\r\n%s\r\n", number, what);
	SourceItem item = { .raw = g_bytes_new(mail, strlen(mail)) };

	return parcel_new(&item);
}

typedef struct Work {
	Nursery *nursery;
	Shift *shift;
	GPtrArray *parcels;
} Work;

static Work
work_begin(bool apart)
{
	g_autoptr(GError) error = NULL;
	Work work = { .parcels = g_ptr_array_new() };
	Crew *crew = crew_new(serve, &site, NULL, 2);

	work.nursery = nursery_start_worker(serve, &site, NULL, &error);
	g_assert_no_error(error);
	crew_settle(crew, work.nursery);
	work.shift = shift_new(crew, apart);
	return work;
}

static void
work_end(Work *work)
{
	g_clear_pointer(&work->shift, shift_free);
	g_ptr_array_set_free_func(work->parcels, (GDestroyNotify)parcel_free);
	g_ptr_array_unref(work->parcels);
	g_clear_pointer(&work->nursery, nursery_free);
}

static Parcel *
add(Work *work, const char *what)
{
	Parcel *parcel = parcel_of((int)work->parcels->len, what);

	g_ptr_array_add(work->parcels, parcel);
	shift_add(work->shift, parcel);
	return parcel;
}

static void
wait_for(Work *work, const Parcel *parcel)
{
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < ROUNDS && !parcel_is_done(parcel); i++) {
		shift_work(work->shift, 1, PATIENCE, -1, &error);
		g_assert_no_error(error);
	}
	g_assert_true(parcel_is_done(parcel));
}

static const char *
what_of(int number)
{
	if (number % BREAKS != 0)
		return "hello";
	return number % (2 * BREAKS) == 0 ? "breaks all" : "breaks";
}

static void
assert_read(const Parcel *parcel, int number)
{
	g_autofree char *subject = g_strdup_printf("%d", number);

	g_assert_cmpint(parcel->unread, ==, number % (2 * BREAKS) == 0);
	g_assert_cmpint(parcel->reason != NULL, ==, number % BREAKS == 0);
	g_assert_cmpstr(parcel->reply.message->subject, ==,
		parcel->unread ? "(could not be parsed)" : subject);
}

/* Some are dropped while others are at work. */
static void
test_all_come_out(gconstpointer apart)
{
	Work work = work_begin(GPOINTER_TO_INT(apart));

	for (int i = 0; i < MANY; i++)
		add(&work, what_of(i));
	for (int i = 0; i < MANY; i++) {
		Parcel *parcel = work.parcels->pdata[i];

		wait_for(&work, parcel);
		assert_read(parcel, i);
		shift_drop(work.shift, parcel);
		shift_tend(work.shift);
	}
	g_ptr_array_set_size(work.parcels, 0);
	work_end(&work);
}

/* In one wait, which ends long before its time. */
static void
wait_once(Work *work, const Parcel *parcel)
{
	int64_t begun = g_get_monotonic_time();

	while (!parcel_is_done(parcel)) {
		g_assert_true(shift_work(work->shift, MANY, LONG, -1, NULL));
		g_assert_cmpint(g_get_monotonic_time() - begun, <, LONG * 1000 / 2);
	}
}

/* As who writes a batch: nobody waits. */
static void
tend_until(Work *work, const Parcel *parcel)
{
	for (int i = 0; i < ROUNDS && !parcel_is_done(parcel); i++) {
		shift_tend(work->shift);
		g_usleep(1000);
	}
}

/* Mails that come one at a time, with nothing behind them that would have them looked at: @wait is
 * over before the thread would have looked about by itself. */
static void
assert_prompt(gconstpointer apart, void (*wait)(Work *work, const Parcel *parcel))
{
	Work work = work_begin(GPOINTER_TO_INT(apart));
	int64_t fastest = INT64_MAX;

	wait_once(&work, add(&work, "a box is there"));
	for (int i = 1; i < BREAKS; i++) {
		int64_t begun;

		g_usleep(PATIENCE * 1000 / 5); /* it sleeps by now */
		begun = g_get_monotonic_time();
		wait(&work, add(&work, "hello"));
		fastest = MIN(fastest, g_get_monotonic_time() - begun);
	}
	g_assert_cmpint(fastest, <, TICK / 2);
	work_end(&work);
}

/* Who waits is told, and more are not waited for than there are. */
static void
test_one_at_a_time(gconstpointer apart)
{
	assert_prompt(apart, wait_once);
}

/* Too few are added to call for: boxes that have nothing to do get them. */
static void
test_dry_boxes_are_fed(gconstpointer apart)
{
	assert_prompt(apart, tend_until);
}

static void
test_descriptor_ends_the_wait(gconstpointer apart)
{
	Work work = work_begin(GPOINTER_TO_INT(apart));
	const Parcel *parcel;
	int ends[2];

	g_assert_cmpint(pipe(ends), ==, 0);
	wait_for(&work, add(&work, "a box is there"));
	parcel = add(&work, "slow");
	g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
	g_assert_true(shift_work(work.shift, 1, LONG, ends[0], NULL));
	g_assert_false(parcel_is_done(parcel));
	close(ends[0]);
	close(ends[1]);
	work_end(&work);
}

static void
test_leaves_what_is_undone(gconstpointer apart)
{
	Work work = work_begin(GPOINTER_TO_INT(apart));

	for (int i = 0; i < MANY; i++)
		add(&work, "slow");
	wait_for(&work, work.parcels->pdata[0]);
	work_end(&work);
}

/* Who writes sees that no box can be had, and is told why. */
static void
test_gone_nursery_is_told(gconstpointer apart)
{
	g_autoptr(GError) error = NULL;
	Work work = work_begin(GPOINTER_TO_INT(apart));
	pid_t child = only_child();

	if (child != 0) {
		kill(child, SIGKILL);
		add(&work, "hello");
		for (int i = 0; i < ROUNDS && !error; i++)
			shift_work(work.shift, 1, PATIENCE, -1, &error);
		g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_BOX);
		g_clear_error(&error);
		g_assert_false(shift_work(work.shift, 1, PATIENCE, -1, &error));
		g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_BOX);
	}
	work_end(&work);
}

static void
add_both(const char *name, GTestDataFunc test)
{
	g_autofree char *apart = g_strdup_printf("/shift/apart/%s", name);
	g_autofree char *here = g_strdup_printf("/shift/here/%s", name);

	g_test_add_data_func(apart, GINT_TO_POINTER(true), test);
	g_test_add_data_func(here, GINT_TO_POINTER(false), test);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	box_prepare();
	add_both("all-come-out", test_all_come_out);
	add_both("one-at-a-time", test_one_at_a_time);
	add_both("descriptor-ends-the-wait", test_descriptor_ends_the_wait);
	add_both("dry-boxes-are-fed", test_dry_boxes_are_fed);
	add_both("leaves-what-is-undone", test_leaves_what_is_undone);
	add_both("gone-nursery-is-told", test_gone_nursery_is_told);
	return g_test_run();
}
