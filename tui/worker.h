/* worker.h - reads of the store that no key waits for
 *
 * What is read because of a key is tried at once, so that nothing flickers; what takes
 * longer than a key may wait is given up and handed to a thread, which reads it anew
 * through a Store of its own.  Both ways a task ends in done(), on the caller's side:
 * before worker_do() returns, or in worker_collect() once the descriptor can be read.
 *
 * The thread touches nothing but what a task's data points to for run().  It starts, and
 * opens its Store, with the first task that is handed to it.  What a person asked for goes
 * before what only fills in, which is begun anew behind it.  A task is given up by
 * store_set_stop(), which is asked by the thread itself: no interrupt that comes between
 * two statements is lost.
 */
#ifndef TUI_WORKER_H
#define TUI_WORKER_H

#include "store/store.h"

typedef struct Worker Worker;

typedef enum {
	TASK_FILLS, /* a preview, a count: nobody waits for it */
	TASK_ASKED, /* a key asked for it, and Esc gives it up */
} TaskKind;

/* Also what a task is known by: those with the same ops are as slow as the last one was. */
typedef struct TaskOps {
	/* Reads into @data.  May be called once more after it was stopped: what an earlier
	 * call left behind is replaced.  On either thread. */
	bool (*run)(Store *store, void *data, GError **error);
	/* What was read is there, or @error (borrowed) says why not: STORE_ERROR_STOPPED where
	 * a person gave it up.  On the caller's thread, as is free(). */
	void (*done)(void *data, const GError *error);
	void (*free)(void *data);
} TaskOps;

enum {
	WORKER_PATIENCE = 4000,      /* microseconds a key may wait for what it asked for */
	WORKER_FILL_PATIENCE = 1000, /* and for what fills in */
	WORKER_NO_PATIENCE = 0,      /* everything is read by the thread */
};

/* @store, the caller's, must outlive it; NULL: run() gets NULL and always runs at once. */
Worker *worker_new(Store *store);
/* Drops all tasks; waits for the one that runs to notice. */
void worker_free(Worker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Worker, worker_free)

/* How long reads are tried at once from now on, all of them together until the next
 * worker_turn(): microseconds. */
void worker_set_patience(Worker *worker, int64_t asked, int64_t fills);
/* Another key, or another second: patience begins anew. */
void worker_turn(Worker *worker);
/* Something was decided: the next key is about what stands there then, so until it comes
 * reads are tried at once for as long as a decision may take. */
void worker_hurry(Worker *worker);

/* Takes @data.  A number to drop the task by; 0: it is done already. */
int64_t worker_do(Worker *worker, TaskKind kind, const TaskOps *ops, void *data);
/* A key asks now for what only filled in. */
void worker_press(Worker *worker, int64_t task);
/* Forgets the task, if there still is one: done() is not called. */
void worker_drop(Worker *worker, int64_t task);
/* Gives up what was asked for; false: nothing was. */
bool worker_give_up(Worker *worker);
/* Is anything that was asked for still being read? */
bool worker_is_asked(const Worker *worker);

/* To poll: readable when there is something to collect.  -1: it can't be had, so all is
 * read at once. */
int worker_descriptor(const Worker *worker);
/* Calls done() of what was read; true: of something. */
bool worker_collect(Worker *worker);
/* Waits until all is read and done. */
void worker_settle(Worker *worker);

#endif
