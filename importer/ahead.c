#include "importer/ahead.h"

#include <pthread.h>

#include "system/thread.h"

enum {
	SLOTS = 64, /* files that are read ahead at most; so many bytes, and one file more: */
	BYTES = 4 * 1024 * 1024,
	WORTH_A_THREAD = 16, /* new files in a row */
};

struct Ahead {
	const Folder *folder;
	const SourceSeen *seen;
	int new_in_a_row;
	GThread *thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	size_t first; /* entry that is to be asked for next, in slots[first % SLOTS] */
	size_t count; /* of entries that are read */
	size_t bytes; /* of these */
	bool full;    /* the thread waits until half of it is gone */
	bool awaited; /* by whoever asks */
	bool leaving;
	FileRead slots[SLOTS];
};

Ahead *
ahead_new(const Folder *folder, const SourceSeen *seen)
{
	Ahead *ahead = g_new0(Ahead, 1);

	ahead->folder = folder;
	ahead->seen = seen;
	pthread_mutex_init(&ahead->mutex, NULL);
	pthread_cond_init(&ahead->changed, NULL);
	return ahead;
}

static size_t
size_of(const FileRead *read)
{
	return read->raw ? g_bytes_get_size(read->raw) : 0;
}

/* ---- the thread ---- */

static FileRead
read_entry(const Ahead *ahead, size_t index)
{
	FileRead read = { 0 };
	g_autofree char *path = NULL;

	if (folder_kind(ahead->folder, index) != ENTRY_MESSAGE)
		return read;
	path = folder_path(ahead->folder, index);
	file_read(path, FILE_NO_FOLLOW, &read);
	return read;
}

/* Called and left with the mutex held, which is let go of while it reads. */
static void
read_next(Ahead *ahead)
{
	size_t index = ahead->first + ahead->count;
	FileRead read;

	pthread_mutex_unlock(&ahead->mutex);
	read = read_entry(ahead, index);
	pthread_mutex_lock(&ahead->mutex);
	ahead->slots[index % SLOTS] = read;
	ahead->count++;
	ahead->bytes += size_of(&read);
	ahead->full = ahead->count == SLOTS || ahead->bytes >= BYTES;
	if (ahead->awaited)
		pthread_cond_broadcast(&ahead->changed);
}

static void *
work(void *data)
{
	Ahead *ahead = data;

	pthread_mutex_lock(&ahead->mutex);
	while (!ahead->leaving && ahead->first + ahead->count < folder_length(ahead->folder)) {
		if (ahead->full)
			pthread_cond_wait(&ahead->changed, &ahead->mutex);
		else
			read_next(ahead);
	}
	pthread_mutex_unlock(&ahead->mutex);
	return NULL;
}

/* ---- who asks ---- */

/* Where no thread can be had it goes on without. */
static void
start(Ahead *ahead, size_t first)
{
	ahead->first = first;
	ahead->leaving = ahead->full = false;
	ahead->thread = thread_start("read ahead", work, ahead);
}

/* The oldest, which is whoever's asked. */
static FileRead
drop(Ahead *ahead)
{
	FileRead *slot = &ahead->slots[ahead->first % SLOTS];
	FileRead read = *slot;

	*slot = (FileRead){ 0 };
	ahead->first++;
	ahead->count--;
	ahead->bytes -= size_of(&read);
	if (ahead->full && ahead->count <= SLOTS / 2 && ahead->bytes <= BYTES / 2) {
		ahead->full = false;
		pthread_cond_broadcast(&ahead->changed);
	}
	return read;
}

static void
stop(Ahead *ahead)
{
	if (!ahead->thread)
		return;
	pthread_mutex_lock(&ahead->mutex);
	ahead->leaving = true;
	pthread_cond_broadcast(&ahead->changed);
	pthread_mutex_unlock(&ahead->mutex);
	g_thread_join(g_steal_pointer(&ahead->thread));
	while (ahead->count > 0) {
		FileRead read = drop(ahead);

		file_read_clear(&read);
	}
}

void
ahead_free(Ahead *ahead)
{
	if (!ahead)
		return;
	stop(ahead);
	pthread_mutex_destroy(&ahead->mutex);
	pthread_cond_destroy(&ahead->changed);
	g_free(ahead);
}

/* Entry @index, once it is read; what was left out before it is gone. */
static FileRead
wait_for(Ahead *ahead, size_t index)
{
	FileRead read = { 0 };

	pthread_mutex_lock(&ahead->mutex);
	g_assert(index >= ahead->first);
	while (ahead->first <= index) {
		ahead->awaited = ahead->count == 0;
		if (ahead->awaited) {
			pthread_cond_wait(&ahead->changed, &ahead->mutex);
			continue;
		}
		file_read_clear(&read);
		read = drop(ahead);
	}
	pthread_mutex_unlock(&ahead->mutex);
	return read;
}

SourceNext
ahead_take(
	Ahead *ahead, size_t index, const char *path, Fate *fate, SourceItem *item, GError **error)
{
	SourceNext next;

	if (ahead->thread) {
		FileRead read = wait_for(ahead, index);

		next = file_take_read(path, &read, ahead->seen, fate, item, error);
		file_read_clear(&read);
	} else {
		next = file_take_message(path, FILE_NO_FOLLOW, ahead->seen, fate, item, error);
	}
	ahead->new_in_a_row = next == SOURCE_ITEM ? ahead->new_in_a_row + 1 : 0;
	if (next == SOURCE_SEEN)
		stop(ahead);
	else if (!ahead->thread && ahead->new_in_a_row >= WORTH_A_THREAD && ahead->seen &&
		ahead->seen->ahead)
		start(ahead, index + 1);
	return next;
}
