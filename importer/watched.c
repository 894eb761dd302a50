#include "importer/watched.h"

#include <errno.h>
#include <string.h>

#include "importer/folder.h"

enum {
	QUIET = 20 * 1000,  /* nothing new for so long: they are read together */
	BOUND = 250 * 1000, /* but the first does not wait longer */
	MOST_NAMED = 10000, /* beyond, all is looked through */
	MOST_SAID = 10000,
	MOST_DOUBLINGS = 16,
};

Watched *
watched_new(const char *spec, Lookout *lookout, int64_t scan)
{
	Watched *watched = g_new0(Watched, 1);

	watched->spec = g_strdup(spec);
	watched->lookout = lookout;
	watched->scan = scan * G_USEC_PER_SEC;
	watched->named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	watched->reading = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	watched->said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	watched->settling = settling_new();
	watched->first = INT64_MAX;
	return watched;
}

void
watched_free(Watched *watched)
{
	if (!watched)
		return;
	g_free(watched->spec);
	g_free(watched->path);
	g_free(watched->trouble);
	g_hash_table_unref(watched->named);
	g_hash_table_unref(watched->reading);
	g_hash_table_unref(watched->said);
	settling_free(watched->settling);
	g_free(watched);
}

/* ---- what is to be read ---- */

static void
note_time(Watched *watched, int64_t now)
{
	watched->first = MIN(watched->first, now);
	watched->last = now;
}

void
watched_miss(Watched *watched, int64_t now)
{
	note_time(watched, now);
	watched->all = true;
}

/* Its place came or went: what was wrong with it may be over. */
static void
miss_at_once(Watched *watched, int64_t now)
{
	watched->retry_at = 0;
	watched_miss(watched, now);
}

static void
name(Watched *watched, const char *path, bool whole, int64_t now)
{
	note_time(watched, now);
	if (g_hash_table_size(watched->named) >= MOST_NAMED)
		watched->all = true;
	else
		g_hash_table_insert(watched->named, g_strdup(path), GINT_TO_POINTER(whole));
}

int64_t
watched_due(const Watched *watched)
{
	int64_t due = MIN(watched->scan_at, settling_due(watched->settling));

	if (watched->first != INT64_MAX)
		due = MIN(due, MIN(watched->last + QUIET, watched->first + BOUND));
	return MAX(due, watched->retry_at);
}

static void
name_settled(const char *path, void *data)
{
	Watched *watched = data;

	g_hash_table_insert(watched->named, g_strdup(path), GINT_TO_POINTER(false));
}

bool
watched_begin(Watched *watched, int64_t now)
{
	GHashTable *named = watched->named;
	bool all = watched->all || watched->scan_at <= now;

	settling_look(watched->settling, now, name_settled, watched);
	watched->named = watched->reading;
	watched->reading = named;
	g_hash_table_remove_all(watched->named);
	watched->all = false;
	watched->first = INT64_MAX;
	watched->readings += all;
	return all;
}

static gboolean
was_not_met(void *words, void *reading, void *data)
{
	(void)words;
	/* One may be passed over because it was written to. */
	return GPOINTER_TO_INT(reading) < ((const Watched *)data)->readings - 2;
}

void
watched_end(Watched *watched, bool whole, int64_t now)
{
	settling_sweep(watched->settling);
	watched->failures = 0;
	watched->retry_at = 0;
	watched->in_order = true;
	if (!whole)
		return;
	watched->scan_at = now + watched->scan;
	g_hash_table_foreach_remove(watched->said, was_not_met, watched);
}

void
watched_fail(Watched *watched, int64_t longest, int64_t now)
{
	int64_t seconds = INT64_C(1) << MIN(watched->failures, MOST_DOUBLINGS);

	settling_sweep(watched->settling);
	watched->all = true;
	watched->failures++;
	watched->scan_at = now;
	watched->retry_at = now + MIN(seconds, MAX(longest, 1)) * G_USEC_PER_SEC;
}

bool
watched_is_changing(
	Watched *watched, const char *path, const struct stat *status, bool several, int64_t clock)
{
	if (!several && g_hash_table_lookup(watched->reading, path)) {
		settling_forget(watched->settling, path);
		return false;
	}
	return settling_is_changing(
		watched->settling, path, status, clock - SETTLING_TIME, g_get_monotonic_time());
}

bool
watched_is_new(Watched *watched, const char *words)
{
	bool known = g_hash_table_contains(watched->said, words);

	if (!known && g_hash_table_size(watched->said) >= MOST_SAID)
		g_hash_table_remove_all(watched->said);
	g_hash_table_insert(watched->said, g_strdup(words), GINT_TO_POINTER(watched->readings));
	return !known;
}

/* ---- what comes ---- */

static bool
is_below(const Watched *watched, const char *path)
{
	size_t length = watched->path ? strlen(watched->path) : 0;

	return length > 0 && strncmp(path, watched->path, length) == 0 && path[length] == '/';
}

static void
watch_folder(const char *path, void *data)
{
	Watched *watched = data;

	/* What can't be watched for another reason can't be read either, and that is said. */
	if (watched->lookout && lookout_add(watched->lookout, watched, path, NULL) == ENOSPC)
		watched->out_of_watches = true;
}

static void
hear_folder(Watched *watched, const char *path, int64_t now)
{
	g_autoptr(Folder) folder = folder_new(watched->path);

	folder_walk(folder, watch_folder, watched);
	folder_add_below(folder, path);
	for (size_t i = 0; i < folder_length(folder); i++) {
		g_autofree char *entry = folder_path(folder, i);

		name(watched, entry, false, now);
	}
}

/* In a tree or a Maildir.  Some make a file, give it its name and write it then: a file that was
 * moved while it was written is not whole (PMG::MailQueue, new_fileid). */
static void
hear_entry(Watched *watched, const Sighting *sighting, int64_t now)
{
	switch (sighting->kind) {
	case SIGHTED_BEGUN:
		settling_note(watched->settling, sighting->path, now);
		break;
	case SIGHTED_CLOSED:
		settling_forget(watched->settling, sighting->path);
		name(watched, sighting->path, true, now);
		break;
	case SIGHTED_LEFT:
		watched->cookie = sighting->cookie;
		watched->moved_open = settling_forget(watched->settling, sighting->path);
		break;
	case SIGHTED_CAME:
		if (watched->moved_open && watched->cookie == sighting->cookie)
			settling_note(watched->settling, sighting->path, now);
		else
			name(watched, sighting->path, true, now);
		break;
	case SIGHTED_FOLDER:
		if (watched->news == NEWS_OF_TREE)
			hear_folder(watched, sighting->path, now);
		else
			miss_at_once(watched, now);
		break;
	case SIGHTED_LOST:
	case SIGHTED_UNMOUNTED:
	case SIGHTED_MISSED:
		break;
	}
}

/* Of the one file, or of what bears its name.  A mailbox that is moved away is read to its end
 * where it is then. */
static void
hear_file(Watched *watched, const Sighting *sighting, int64_t now)
{
	bool moved = sighting->kind == SIGHTED_CAME && sighting->cookie == watched->cookie;
	bool itself = g_strcmp0(sighting->path, watched->path) == 0;

	if (sighting->kind == SIGHTED_LEFT && itself)
		watched->cookie = sighting->cookie;
	if (moved || (itself && sighting->kind != SIGHTED_LEFT))
		name(watched, sighting->path, false, now);
	else
		miss_at_once(watched, now);
}

static void
unmount(Watched *watched)
{
	watched->unmounted = true;
	if (!watched->path || stat(watched->path, &watched->bare) < 0)
		watched->bare = (struct stat){ 0 };
}

/* Not about what is in it, but about itself, or what is on the way to it. */
static bool
is_about_place(const Watched *watched, const Sighting *sighting)
{
	if (sighting->kind == SIGHTED_LOST || sighting->kind == SIGHTED_UNMOUNTED)
		return true;
	return watched->news != NEWS_OF_FILE && !is_below(watched, sighting->path);
}

void
watched_hear(Watched *watched, const Sighting *sighting, int64_t now)
{
	if (sighting->kind == SIGHTED_UNMOUNTED && g_strcmp0(sighting->path, watched->path) == 0)
		unmount(watched);
	if (is_about_place(watched, sighting))
		miss_at_once(watched, now);
	else if (watched->news == NEWS_OF_FILE)
		hear_file(watched, sighting, now);
	else
		hear_entry(watched, sighting, now);
}

/* ---- what it is ---- */

static bool
is_same_place(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

void
watched_mounts(Watched *watched, int64_t now)
{
	struct stat status;

	if (watched->failures > 0)
		miss_at_once(watched, now);
	if (!watched->path || watched->news == NEWS_NONE || watched->news == NEWS_OF_FILE)
		return;
	if (stat(watched->path, &status) < 0 || !is_same_place(&status, &watched->root))
		miss_at_once(watched, now);
}

/* Its name in the folder above; where that is missing too, in the first there is. */
static void
watch_name(Watched *watched, const char *path)
{
	g_autofree char *below = g_canonicalize_filename(path, NULL);
	int failure = ENOENT;

	while (failure == ENOENT && strcmp(below, "/") != 0) {
		g_autofree char *above = g_path_get_dirname(below);
		g_autofree char *last = g_path_get_basename(below);

		failure = lookout_add(watched->lookout, watched, above, last);
		g_free(below);
		below = g_steal_pointer(&above);
	}
	if (failure == ENOSPC)
		watched->out_of_watches = true;
}

static void
watch_boxes(Watched *watched)
{
	static const char *const boxes[] = { "cur", "new" };

	for (size_t i = 0; i < G_N_ELEMENTS(boxes); i++) {
		g_autofree char *box = g_build_filename(watched->path, boxes[i], NULL);

		watch_name(watched, box);
		watch_folder(box, watched);
	}
}

static void
watch_tree(Watched *watched)
{
	g_autoptr(Folder) folder = folder_new(watched->path);

	folder_walk(folder, watch_folder, watched);
	/* What can't be listed is said by who reads it. */
	(void)folder_add_tree(folder, NULL);
}

static void
watch_place(Watched *watched)
{
	if (!watched->lookout || watched->news == NEWS_NONE)
		return;
	watch_name(watched, source_place(watched->spec));
	watch_name(watched, watched->path);
	if (watched->news == NEWS_OF_BOXES)
		watch_boxes(watched);
	else if (watched->news == NEWS_OF_TREE)
		watch_tree(watched);
}

/* The kind of a folder stays what it was found to be: one that comes back bit by bit is not
 * another thing meanwhile.  A file may be another when it is written. */
static void
keep_kind(Watched *watched, const char *kind)
{
	g_autofree char *given = g_strdup(source_place(watched->spec));

	g_free(watched->spec);
	watched->spec = g_strconcat(kind, ":", given, NULL);
}

static void
take_place(Watched *watched, const Source *source, const struct stat *root)
{
	bool same = g_strcmp0(watched->path, source_path(source)) == 0 &&
		is_same_place(root, &watched->root);

	if (!same && watched->lookout)
		lookout_forget(watched->lookout, watched);
	g_free(watched->path);
	watched->path = g_strdup(source_path(source));
	watched->root = *root;
	watched->news = source_news(source);
	if (watched->news == NEWS_OF_TREE && !S_ISDIR(root->st_mode))
		watched->news = NEWS_OF_FILE;
	if (watched->news != NEWS_OF_FILE)
		keep_kind(watched, source_kind_name(source));
	if (watched->unmounted && !is_same_place(root, &watched->bare))
		watched->unmounted = false;
}

bool
watched_find(Watched *watched, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Source) source = source_find(watched->spec, &failure);
	struct stat root = { 0 };

	watched->out_of_watches = false;
	if (!source) {
		if (watched->lookout &&
			g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT))
			watch_name(watched, source_place(watched->spec));
		g_propagate_error(error, g_steal_pointer(&failure));
		return false;
	}
	if (source_news(source) != NEWS_NONE && stat(source_path(source), &root) < 0)
		root = (struct stat){ 0 };
	take_place(watched, source, &root);
	watch_place(watched);
	return true;
}
