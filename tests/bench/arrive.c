/* arrive - how long a message takes from its folder into the store
 *
 *   arrive STORE MAILS MAILDIR COUNT
 *
 * Moves COUNT files of MAILS/cur into MAILDIR/new, as who delivers into a Maildir does, each once
 * the one before is in STORE and a little later, and prints milliseconds from the move to the
 * first look that sees the message: p50, p99 and the largest.  Somebody else imports. */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/message.h"

enum {
	PATIENCE = 30 * G_USEC_PER_SEC,
	LOOK = 200,     /* us between two looks */
	PAUSE = 120000, /* us at most, between two mails */
	SEED = 20261130,
};

static int64_t
messages_in(Store *store, GError **error)
{
	int64_t counts[STATES];
	int64_t sum = 0;

	if (!store_counts(store, counts, error))
		return -1;
	for (int i = 0; i < STATES; i++)
		sum += counts[i];
	return sum;
}

/* Milliseconds; negative when it does not come or the store can't be read. */
static double
wait_for_one_more(Store *store, int64_t before, GError **error)
{
	int64_t start = g_get_monotonic_time();
	int64_t now = start;
	int64_t seen = before;

	while (seen == before && now - start < PATIENCE) {
		g_usleep(LOOK);
		seen = messages_in(store, error);
		now = g_get_monotonic_time();
	}
	if (seen == before)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_AGAIN, "nobody imports it");
	return seen > before ? (double)(now - start) / 1000 : -1;
}

static bool
move(const char *from, const char *to, const char *name, GError **error)
{
	g_autofree char *old = g_build_filename(from, "cur", name, NULL);
	g_autofree char *bare = g_strndup(name, strcspn(name, ":"));
	g_autofree char *new = g_build_filename(to, "new", bare, NULL);

	if (g_rename(old, new) == 0)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_IO, "%s: can't be moved to %s", old, new);
	return false;
}

/* Adds what it took; false at the end of @mails or on error. */
static bool
send_next(Store *store, GDir *mails, char **arguments, GArray *times, GError **error)
{
	const char *name = g_dir_read_name(mails);
	int64_t before = messages_in(store, error);
	double time;

	if (!name || before < 0 || !move(arguments[2], arguments[3], name, error))
		return false;
	time = wait_for_one_more(store, before, error);
	if (time >= 0)
		g_array_append_val(times, time);
	return time >= 0;
}

static int
by_value(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return (a > b) - (a < b);
}

static void
print(GArray *times)
{
	const double *values = (const double *)(void *)times->data;

	if (times->len == 0)
		return;
	qsort(times->data, times->len, sizeof(double), by_value);
	printf("%u messages, ms from the move to the store: p50 %.1f, p99 %.1f, most %.1f\n",
		times->len, values[times->len / 2], values[(times->len * 99 - 1) / 100],
		values[times->len - 1]);
}

static bool
run(char **arguments, int count, GError **error)
{
	g_autoptr(Store) store = store_open(arguments[1], STORE_READ, error);
	g_autofree char *folder = g_build_filename(arguments[2], "cur", NULL);
	g_autoptr(GDir) mails = store ? g_dir_open(folder, 0, error) : NULL;
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GRand) rand = g_rand_new_with_seed(SEED);
	GError *failure = NULL;

	if (!mails)
		return false;
	for (int i = 0; i < count && send_next(store, mails, arguments, times, &failure); i++)
		g_usleep((gulong)g_rand_int_range(rand, 0, PAUSE));
	print(times);
	if (!failure)
		return true;
	g_propagate_error(error, failure);
	return false;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	if (argc != 5 || atoi(argv[4]) <= 0) {
		fprintf(stderr, "usage: arrive STORE MAILS MAILDIR COUNT\n");
		return 64;
	}
	if (!run(argv, atoi(argv[4]), &error)) {
		fprintf(stderr, "arrive: %s\n", error->message);
		return 74;
	}
	return 0;
}
