#include "importer/shift.h"

#include <pthread.h>
#include <unistd.h>

#include "system/flag.h"
#include "system/thread.h"

enum {
	PATIENCE = 250, /* milliseconds: boxes are to be asked about as often (box_poll()) */
	ENOUGH = 16,    /* parcels that are worth a call, where boxes have others */
};

struct Shift {
	Crew *crew;
	GThread *thread; /* or NULL: the crew works when it is asked to */
	int called;      /* a flag: the thread is to look at what follows */
	int told;        /* a flag: whoever waits is to look at it */
	pthread_mutex_t mutex;
	GQueue added;   /* of Parcel, for the crew */
	GQueue dropped; /* of Parcel */
	bool asleep;    /* the thread waits, for boxes or a call */
	bool leaving;
	int64_t given;   /* parcels that were added ever, */
	int64_t done;    /* and that the crew was done with, */
	int64_t seen;    /* when it was last asked, */
	int64_t awaited; /* and are to be done before who waits is told; INT64_MAX: nobody waits */
	GError *failure; /* what ended the thread */
};

/* ---- the thread ---- */

/* All of @from, which is empty then. */
static GQueue
take_all(GQueue *from)
{
	GQueue all = *from;

	g_queue_init(from);
	return all;
}

/* What keeps a box from being started may pass: for want of processes, say. */
static bool
try_twice(Shift *shift, int milliseconds, GError **error)
{
	if (crew_work(shift->crew, milliseconds, shift->called, NULL))
		return true;
	g_usleep(PATIENCE * 1000L);
	return crew_work(shift->crew, 0, -1, error);
}

/* Called and left with the mutex held, which is let go of while the crew works. */
static void
work_once(Shift *shift)
{
	GQueue added = take_all(&shift->added);
	GQueue dropped = take_all(&shift->dropped);
	g_autoptr(GError) failure = NULL;
	bool idle = added.length + dropped.length == 0;
	Parcel *parcel;

	shift->asleep = idle;
	pthread_mutex_unlock(&shift->mutex);
	while ((parcel = g_queue_pop_head(&added)))
		crew_add(shift->crew, parcel);
	while ((parcel = g_queue_pop_head(&dropped)))
		parcel_free(parcel);
	try_twice(shift, idle ? PATIENCE : 0, &failure);
	if (idle)
		flag_lower(shift->called);
	pthread_mutex_lock(&shift->mutex);
	shift->asleep = false;
	shift->done = crew_done(shift->crew);
	shift->failure = g_steal_pointer(&failure);
	if (shift->awaited != INT64_MAX && (shift->failure || shift->done >= shift->awaited)) {
		shift->awaited = INT64_MAX;
		flag_raise(shift->told);
	}
}

static void *
work(void *data)
{
	Shift *shift = data;

	pthread_mutex_lock(&shift->mutex);
	while (!shift->leaving && !shift->failure)
		work_once(shift);
	pthread_mutex_unlock(&shift->mutex);
	return NULL;
}

/* ---- who asks ---- */

Shift *
shift_new(Crew *crew, bool apart)
{
	Shift *shift = g_new0(Shift, 1);

	shift->crew = crew;
	g_queue_init(&shift->added);
	g_queue_init(&shift->dropped);
	shift->awaited = INT64_MAX;
	pthread_mutex_init(&shift->mutex, NULL);
	shift->called = apart ? flag_new() : -1;
	shift->told = apart ? flag_new() : -1;
	if (shift->called >= 0 && shift->told >= 0)
		shift->thread = thread_start("boxes", work, shift);
	return shift;
}

void
shift_free(Shift *shift)
{
	Parcel *parcel;

	if (!shift)
		return;
	if (shift->thread) {
		pthread_mutex_lock(&shift->mutex);
		shift->leaving = true;
		pthread_mutex_unlock(&shift->mutex);
		flag_raise(shift->called);
		g_thread_join(shift->thread);
	}
	while ((parcel = g_queue_pop_head(&shift->dropped)))
		parcel_free(parcel);
	g_queue_clear(&shift->added);
	crew_free(shift->crew);
	if (shift->called >= 0)
		close(shift->called);
	if (shift->told >= 0)
		close(shift->told);
	pthread_mutex_destroy(&shift->mutex);
	g_clear_error(&shift->failure);
	g_free(shift);
}

/* All that is not done was added since the thread looked last. */
static bool
boxes_are_dry(const Shift *shift)
{
	return shift->added.length > 0 && shift->given - shift->done <= shift->added.length;
}

/* With the mutex held.  Once the thread waits; before, it looks at what came anyway. */
static void
call(Shift *shift, guint enough)
{
	bool much = shift->added.length + shift->dropped.length >= enough;

	if (!shift->asleep || (!much && !boxes_are_dry(shift)))
		return;
	shift->asleep = false;
	flag_raise(shift->called);
}

void
shift_add(Shift *shift, Parcel *parcel)
{
	if (!shift->thread) {
		crew_add(shift->crew, parcel);
		return;
	}
	pthread_mutex_lock(&shift->mutex);
	g_queue_push_tail(&shift->added, parcel);
	shift->given++;
	call(shift, ENOUGH);
	pthread_mutex_unlock(&shift->mutex);
}

/* The mail itself goes at once: it is what a queue is measured by. */
void
shift_drop(Shift *shift, Parcel *parcel)
{
	g_assert(parcel_is_done(parcel));
	g_clear_pointer(&parcel->item.raw, g_bytes_unref);
	if (!shift->thread) {
		parcel_free(parcel);
		return;
	}
	pthread_mutex_lock(&shift->mutex);
	g_queue_push_tail(&shift->dropped, parcel);
	call(shift, ENOUGH);
	pthread_mutex_unlock(&shift->mutex);
}

/* With the mutex held: true when there is something to wait for. */
static bool
await(Shift *shift, int wanted)
{
	int64_t left = shift->given - shift->seen;

	shift->awaited = shift->seen + MAX(MIN(wanted, left), 1);
	return !shift->failure && shift->done < shift->awaited;
}

static bool
collect(Shift *shift, GError **error)
{
	shift->awaited = INT64_MAX;
	shift->seen = shift->done;
	if (!shift->failure)
		return true;
	g_propagate_error(error, g_error_copy(shift->failure));
	return false;
}

bool
shift_work(Shift *shift, int wanted, int milliseconds, int descriptor, GError **error)
{
	struct pollfd polls[] = { { .fd = shift->told, .events = POLLIN },
		{ .fd = descriptor, .events = POLLIN } };
	bool waits, works;

	if (!shift->thread)
		return crew_work(shift->crew, milliseconds, descriptor, error);
	pthread_mutex_lock(&shift->mutex);
	call(shift, 1);
	waits = milliseconds > 0 && await(shift, wanted);
	pthread_mutex_unlock(&shift->mutex);
	if (waits) {
		(void)poll(polls, G_N_ELEMENTS(polls), milliseconds);
		flag_lower(shift->told);
	}
	pthread_mutex_lock(&shift->mutex);
	works = collect(shift, error);
	pthread_mutex_unlock(&shift->mutex);
	return works;
}

void
shift_tend(Shift *shift)
{
	if (!shift->thread)
		crew_tend(shift->crew);
}

bool
shift_must_fork(const Shift *shift)
{
	return !shift->thread && crew_must_fork(shift->crew);
}
