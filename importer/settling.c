#include "importer/settling.h"

enum {
	MOST = 100000 /* files beyond are left to those who look through all */
};

typedef struct Unsettled {
	struct stat status;
	int64_t since; /* it is as .status says */
	bool open;     /* it was made, and nobody has closed it */
	bool ready;    /* given to be read, and not asked for yet */
} Unsettled;

struct Settling {
	GHashTable *files; /* Unsettled by path */
};

Settling *
settling_new(void)
{
	Settling *settling = g_new0(Settling, 1);

	settling->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return settling;
}

void
settling_free(Settling *settling)
{
	if (!settling)
		return;
	g_hash_table_unref(settling->files);
	g_free(settling);
}

static bool
same_moment(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
		same_moment(&a->st_mtim, &b->st_mtim) && same_moment(&a->st_ctim, &b->st_ctim);
}

static void
note(Settling *settling, const char *path, const struct stat *status, int64_t now)
{
	Unsettled *file = g_hash_table_lookup(settling->files, path);

	if (!file && g_hash_table_size(settling->files) >= MOST)
		return;
	if (!file) {
		file = g_new0(Unsettled, 1);
		g_hash_table_insert(settling->files, g_strdup(path), file);
	}
	*file = (Unsettled){ .status = *status, .since = now, .open = file->open };
}

void
settling_note(Settling *settling, const char *path, int64_t now)
{
	struct stat status;
	Unsettled *file;

	/* It may have another name by now, as will be heard. */
	if (lstat(path, &status) < 0)
		status = (struct stat){ 0 };
	note(settling, path, &status, now);
	file = g_hash_table_lookup(settling->files, path);
	if (file)
		file->open = true;
}

bool
settling_forget(Settling *settling, const char *path)
{
	return g_hash_table_remove(settling->files, path);
}

/* Its last change was to its bytes; that of what was linked was to its links. */
static bool
was_written(const struct stat *status)
{
	return S_ISREG(status->st_mode) && status->st_nlink == 1 &&
		(status->st_size == 0 || same_moment(&status->st_ctim, &status->st_mtim));
}

static int64_t
due(const Unsettled *file)
{
	bool open = file->open && was_written(&file->status);

	return file->since + (int64_t)(open ? SETTLING_OPEN : SETTLING_TIME) * G_USEC_PER_SEC;
}

bool
settling_is_changing(Settling *settling, const char *path, const struct stat *status,
	int64_t before, int64_t now)
{
	Unsettled *file = g_hash_table_lookup(settling->files, path);
	bool same = file && is_same(&file->status, status);
	bool old = status->st_ctim.tv_sec < before && !(file && file->open);

	if (old || (same && due(file) <= now)) {
		g_hash_table_remove(settling->files, path);
		return false;
	}
	if (same)
		file->ready = false;
	else
		note(settling, path, status, now);
	return true;
}

int64_t
settling_due(const Settling *settling)
{
	int64_t first = INT64_MAX;
	GHashTableIter iterator;
	void *value;

	g_hash_table_iter_init(&iterator, settling->files);
	while (g_hash_table_iter_next(&iterator, NULL, &value)) {
		const Unsettled *file = value;

		if (!file->ready)
			first = MIN(first, due(file));
	}
	return first;
}

void
settling_look(Settling *settling, int64_t now, SettlingReady ready, void *data)
{
	GHashTableIter iterator;
	void *path;
	void *value;

	g_hash_table_iter_init(&iterator, settling->files);
	while (g_hash_table_iter_next(&iterator, &path, &value)) {
		Unsettled *file = value;
		struct stat status;

		if (file->ready || due(file) > now)
			continue;
		if (lstat(path, &status) < 0) {
			g_hash_table_iter_remove(&iterator);
		} else if (!is_same(&file->status, &status)) {
			note(settling, path, &status, now);
		} else {
			file->ready = true;
			ready(path, data);
		}
	}
}

static gboolean
was_ready(void *path, void *value, void *data)
{
	(void)path, (void)data;
	return ((const Unsettled *)value)->ready;
}

void
settling_sweep(Settling *settling)
{
	g_hash_table_foreach_remove(settling->files, was_ready, NULL);
}
