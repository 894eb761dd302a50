#include "store/waits.h"

#include <stdbool.h>

enum {
	FINE_BITS = 7,
	FINE = 1 << FINE_BITS, /* seconds that are counted each; from there on each doubling has */
	COARSE = FINE / 2,     /* so many steps */
	MOST_BITS = 40,        /* 34,000 years */
	STEPS = FINE + (MOST_BITS - FINE_BITS) * COARSE,
};

struct Waits {
	GArray *exact;   /* of int64_t; while counts is NULL */
	int64_t *counts; /* STEPS of them */
	int64_t count;
};

Waits *
waits_new(void)
{
	Waits *waits = g_new0(Waits, 1);

	waits->exact = g_array_new(false, false, sizeof(int64_t));
	return waits;
}

void
waits_free(Waits *waits)
{
	if (!waits)
		return;
	g_array_unref(waits->exact);
	g_free(waits->counts);
	g_free(waits);
}

/* Doublings above what is counted each. */
static size_t
doublings(int64_t seconds)
{
	size_t bits = 0;

	while (seconds >> bits >= FINE)
		bits++;
	return bits;
}

static size_t
step_of(int64_t seconds)
{
	int64_t most = MIN(seconds, (INT64_C(1) << MOST_BITS) - 1);
	size_t shift = doublings(most);

	return shift == 0 ? (size_t)most : shift * COARSE + (size_t)(most >> shift);
}

/* The middle of what is counted there. */
static int64_t
seconds_of(size_t step)
{
	size_t shift = step < FINE ? 0 : step / COARSE - 1;
	int64_t least = (int64_t)(step - shift * COARSE) << shift;

	return least + ((INT64_C(1) << shift) - 1) / 2;
}

static void
count_one(Waits *waits, int64_t seconds)
{
	waits->counts[step_of(seconds)]++;
}

static void
begin_counting(Waits *waits)
{
	waits->counts = g_new0(int64_t, STEPS);
	for (guint i = 0; i < waits->exact->len; i++)
		count_one(waits, g_array_index(waits->exact, int64_t, i));
	g_array_set_size(waits->exact, 0);
}

void
waits_add(Waits *waits, int64_t seconds)
{
	waits->count++;
	if (!waits->counts && waits->count > WAITS_EXACT)
		begin_counting(waits);
	if (waits->counts)
		count_one(waits, seconds);
	else
		g_array_append_val(waits->exact, seconds);
}

int64_t
waits_count(const Waits *waits)
{
	return waits->count;
}

static int
compare(const void *a, const void *b)
{
	const int64_t first = *(const int64_t *)a;
	const int64_t second = *(const int64_t *)b;

	return (first > second) - (first < second);
}

static int64_t
exact_at(Waits *waits, int64_t rank)
{
	g_array_sort(waits->exact, compare);
	return g_array_index(waits->exact, int64_t, rank - 1);
}

static int64_t
counted_at(const Waits *waits, int64_t rank)
{
	size_t step = 0;

	for (int64_t seen = waits->counts[0]; seen < rank; seen += waits->counts[step])
		step++;
	return seconds_of(step);
}

int64_t
waits_percentile(Waits *waits, unsigned percent)
{
	int64_t rank = MAX((waits->count * percent + 99) / 100, 1);

	if (waits->count == 0)
		return -1;
	return waits->counts ? counted_at(waits, rank) : exact_at(waits, rank);
}
