#include "tui/worker.h"
#include "system/flag.h"
#include "system/thread.h"

#include <pthread.h>
#include <unistd.h>

enum {
	HURRY = 250 * 1000, /* microseconds: what a decision may take without seeming stuck */
};

typedef struct Task {
	int64_t id;
	TaskKind kind;
	const TaskOps *ops;
	void *data;
	GError *error;
	int64_t cost; /* microseconds that run() took */
	bool again;   /* it was stopped to let another one go first */
	bool stopped; /* a person gave it up: what it read does not count */
	bool dropped; /* nobody wants to know */
} Task;

struct Worker {
	Store *store;
	int descriptor;
	int64_t patience[2]; /* by TaskKind */
	int64_t turned;      /* when the last turn began */
	int64_t hurry;       /* what worker_hurry() said; 0: nothing */
	int64_t until;       /* what is tried at once ends then */
	int64_t last_id;
	GHashTable *costs; /* const TaskOps * -> microseconds, of the last one */
	GThread *thread;

	/* For all that follows, and for what the tasks in it say of themselves.  Not GLib's, which
	 * -fsanitize=thread does not see. */
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	GQueue waiting; /* of Task: in the order they are read */
	Task *running;
	GQueue finished; /* of Task */
	bool leaving;
	int stop; /* atomic: the one that runs is to end */
};

/* ---- tasks ---- */

static Task *
task_new(Worker *worker, TaskKind kind, const TaskOps *ops, void *data)
{
	Task *task = g_new0(Task, 1);

	task->id = ++worker->last_id;
	task->kind = kind;
	task->ops = ops;
	task->data = data;
	return task;
}

static void
task_free(Task *task)
{
	g_clear_error(&task->error);
	task->ops->free(task->data);
	g_free(task);
}

static bool
was_stopped(const Task *task)
{
	return g_error_matches(task->error, STORE_ERROR, STORE_ERROR_STOPPED);
}

static void
task_run(Task *task, Store *store)
{
	int64_t began = g_get_monotonic_time();

	g_clear_error(&task->error);
	if (task->ops->run(store, task->data, &task->error))
		g_clear_error(&task->error);
	else
		g_assert(task->error);
	task->cost = g_get_monotonic_time() - began;
}

/* ---- on the thread ---- */

static bool
is_to_end(void *data)
{
	return g_atomic_int_get((int *)data) != 0;
}

/* What only fills in waits behind what was asked for. */
static void
put_in_order(GQueue *waiting, Task *task)
{
	GList *place = waiting->head;

	while (place && ((Task *)place->data)->kind >= task->kind)
		place = place->next;
	g_queue_insert_before(waiting, place, task);
}

/* Opened when it is needed, and again when it could not be. */
static void
run_here(Worker *worker, Store **store, Task *task)
{
	g_clear_error(&task->error);
	if (!*store) {
		*store = store_open(store_path(worker->store), STORE_READ, &task->error);
		if (!*store)
			return;
		store_spare_memory(*store);
		store_set_stop(*store, is_to_end, &worker->stop);
	}
	task_run(task, *store);
}

static void
tell(Worker *worker)
{
	flag_raise(worker->descriptor);
	pthread_cond_broadcast(&worker->changed);
}

static void *
work(void *data)
{
	Worker *worker = data;
	g_autoptr(Store) store = NULL;
	Task *task;

	pthread_mutex_lock(&worker->mutex);
	while (!worker->leaving) {
		task = g_queue_pop_head(&worker->waiting);
		if (!task) {
			pthread_cond_wait(&worker->changed, &worker->mutex);
			continue;
		}
		worker->running = task;
		g_atomic_int_set(&worker->stop, 0);
		pthread_mutex_unlock(&worker->mutex);
		run_here(worker, &store, task);
		pthread_mutex_lock(&worker->mutex);
		worker->running = NULL;
		if (task->again && !task->dropped && !task->stopped && was_stopped(task))
			put_in_order(&worker->waiting, task);
		else
			g_queue_push_tail(&worker->finished, task);
		task->again = false;
		tell(worker);
	}
	pthread_mutex_unlock(&worker->mutex);
	return NULL;
}

/* False where none can be had, or nothing by which it could tell what it read. */
static bool
start_thread(Worker *worker)
{
	if (!worker->thread && worker->descriptor >= 0)
		worker->thread = thread_start("reads", work, worker);
	return worker->thread != NULL;
}

/* ---- on the caller's ---- */

Worker *
worker_new(Store *store)
{
	Worker *worker = g_new0(Worker, 1);

	worker->store = store;
	worker->descriptor = flag_new();
	worker->costs = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	pthread_mutex_init(&worker->mutex, NULL);
	pthread_cond_init(&worker->changed, NULL);
	worker_set_patience(worker, WORKER_PATIENCE, WORKER_FILL_PATIENCE);
	return worker;
}

static void
free_all(GQueue *tasks)
{
	Task *task;

	while ((task = g_queue_pop_head(tasks)))
		task_free(task);
}

void
worker_free(Worker *worker)
{
	if (!worker)
		return;
	pthread_mutex_lock(&worker->mutex);
	worker->leaving = true;
	g_atomic_int_set(&worker->stop, 1);
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->mutex);
	if (worker->thread)
		g_thread_join(worker->thread);
	free_all(&worker->waiting);
	free_all(&worker->finished);
	g_hash_table_unref(worker->costs);
	pthread_mutex_destroy(&worker->mutex);
	pthread_cond_destroy(&worker->changed);
	if (worker->descriptor >= 0)
		close(worker->descriptor);
	g_free(worker);
}

void
worker_set_patience(Worker *worker, int64_t asked, int64_t fills)
{
	worker->patience[TASK_ASKED] = asked;
	worker->patience[TASK_FILLS] = fills;
	worker_turn(worker);
}

void
worker_turn(Worker *worker)
{
	worker->turned = g_get_monotonic_time();
	worker->hurry = 0;
}

void
worker_hurry(Worker *worker)
{
	worker->turned = g_get_monotonic_time();
	worker->hurry = HURRY;
}

static void
remember_cost(Worker *worker, const Task *task)
{
	int64_t *cost = g_hash_table_lookup(worker->costs, task->ops);

	if (!cost) {
		cost = g_new(int64_t, 1);
		g_hash_table_insert(worker->costs, (void *)task->ops, cost);
	}
	*cost = task->cost;
}

static int64_t
patience_with(const Worker *worker, const Task *task)
{
	return MAX(worker->patience[task->kind], worker->hurry);
}

/* What took too long last time is not tried. */
static bool
is_worth_trying(const Worker *worker, const Task *task)
{
	const int64_t *cost = g_hash_table_lookup(worker->costs, task->ops);
	int64_t patience = patience_with(worker, task);

	return (!cost || *cost <= patience) && g_get_monotonic_time() < worker->turned + patience;
}

static bool
is_late(void *data)
{
	const Worker *worker = data;

	return g_get_monotonic_time() >= worker->until;
}

static bool
try_at_once(Worker *worker, Task *task)
{
	if (!worker->store) {
		task_run(task, NULL);
		return true;
	}
	if (!is_worth_trying(worker, task))
		return false;
	worker->until = worker->turned + patience_with(worker, task);
	store_set_stop(worker->store, is_late, worker);
	task_run(task, worker->store);
	store_set_stop(worker->store, NULL, NULL);
	if (was_stopped(task))
		return false;
	remember_cost(worker, task);
	return true;
}

/* What only fills in is stopped for what was asked for, and goes on after it. */
static void
line_up(Worker *worker, Task *task)
{
	put_in_order(&worker->waiting, task);
	if (worker->running && worker->running->kind < task->kind) {
		worker->running->again = true;
		g_atomic_int_set(&worker->stop, 1);
	}
	pthread_cond_broadcast(&worker->changed);
}

/* False: nobody takes it. */
static bool
hand_over(Worker *worker, Task *task)
{
	if (!start_thread(worker))
		return false;
	pthread_mutex_lock(&worker->mutex);
	line_up(worker, task);
	pthread_mutex_unlock(&worker->mutex);
	return true;
}

int64_t
worker_do(Worker *worker, TaskKind kind, const TaskOps *ops, void *data)
{
	Task *task = task_new(worker, kind, ops, data);
	int64_t id = task->id;

	if (!try_at_once(worker, task)) {
		if (hand_over(worker, task))
			return id;
		task_run(task, worker->store); /* then the key waits after all */
	}
	ops->done(data, task->error);
	task_free(task);
	return 0;
}

static Task *
find_task(const GQueue *tasks, int64_t id)
{
	for (GList *place = tasks->head; place; place = place->next) {
		Task *task = place->data;

		if (task->id == id)
			return task;
	}
	return NULL;
}

void
worker_press(Worker *worker, int64_t task)
{
	Task *waiting;

	pthread_mutex_lock(&worker->mutex);
	waiting = find_task(&worker->waiting, task);
	if (worker->running && worker->running->id == task)
		worker->running->kind = TASK_ASKED;
	if (waiting && waiting->kind != TASK_ASKED) {
		g_queue_remove(&worker->waiting, waiting);
		waiting->kind = TASK_ASKED;
		line_up(worker, waiting);
	}
	pthread_mutex_unlock(&worker->mutex);
}

void
worker_drop(Worker *worker, int64_t task)
{
	Task *found;

	if (task == 0)
		return;
	pthread_mutex_lock(&worker->mutex);
	if (worker->running && worker->running->id == task) {
		worker->running->dropped = true;
		g_atomic_int_set(&worker->stop, 1);
	}
	found = find_task(&worker->finished, task);
	if (found)
		found->dropped = true;
	found = find_task(&worker->waiting, task);
	if (found)
		g_queue_remove(&worker->waiting, found);
	pthread_mutex_unlock(&worker->mutex);
	if (found)
		task_free(found);
}

static void
give_up_task(Task *task, bool *any)
{
	if (task->kind != TASK_ASKED || task->dropped || task->stopped)
		return;
	task->stopped = true;
	*any = true;
}

bool
worker_give_up(Worker *worker)
{
	bool any = false;
	Task *task;

	pthread_mutex_lock(&worker->mutex);
	if (worker->running && worker->running->kind == TASK_ASKED) {
		give_up_task(worker->running, &any);
		g_atomic_int_set(&worker->stop, 1);
	}
	for (GList *place = worker->finished.head; place; place = place->next)
		give_up_task(place->data, &any);
	while ((task = g_queue_peek_head(&worker->waiting)) && task->kind == TASK_ASKED) {
		give_up_task(task, &any);
		g_queue_push_tail(&worker->finished, g_queue_pop_head(&worker->waiting));
	}
	if (any)
		tell(worker);
	pthread_mutex_unlock(&worker->mutex);
	return any;
}

static bool
is_asked(const Task *task)
{
	return task->kind == TASK_ASKED && !task->dropped && !task->stopped;
}

bool
worker_is_asked(const Worker *worker)
{
	Worker *locked = (Worker *)worker;
	const Task *first;
	bool asked;

	pthread_mutex_lock(&locked->mutex);
	first = g_queue_peek_head(&locked->waiting);
	asked = (first && is_asked(first)) || (locked->running && is_asked(locked->running));
	for (GList *place = locked->finished.head; place && !asked; place = place->next)
		asked = is_asked(place->data);
	pthread_mutex_unlock(&locked->mutex);
	return asked;
}

int
worker_descriptor(const Worker *worker)
{
	return worker->descriptor;
}

static void
finish(Worker *worker, Task *task)
{
	if (task->stopped && !was_stopped(task)) {
		g_clear_error(&task->error);
		g_set_error_literal(&task->error, STORE_ERROR, STORE_ERROR_STOPPED,
			"what was read was stopped");
	}
	if (!task->dropped && !task->stopped)
		remember_cost(worker, task);
	if (!task->dropped)
		task->ops->done(task->data, task->error);
	task_free(task);
}

/* One by one: what one of them does may drop the others. */
bool
worker_collect(Worker *worker)
{
	bool any = false;

	flag_lower(worker->descriptor);
	for (;;) {
		Task *task;

		pthread_mutex_lock(&worker->mutex);
		task = g_queue_pop_head(&worker->finished);
		pthread_mutex_unlock(&worker->mutex);
		if (!task)
			return any;
		any = any || !task->dropped;
		finish(worker, task);
	}
}

void
worker_settle(Worker *worker)
{
	bool busy = true;

	while (busy) {
		worker_collect(worker);
		pthread_mutex_lock(&worker->mutex);
		while (worker->finished.length == 0 &&
			(worker->running || worker->waiting.length > 0))
			pthread_cond_wait(&worker->changed, &worker->mutex);
		busy = worker->finished.length > 0;
		pthread_mutex_unlock(&worker->mutex);
	}
}
