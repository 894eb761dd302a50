#include "importer/ahead.h"
#include "importer/mover.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct Maildir {
	char *path;
	Folder *folder;
	Ahead *ahead; /* reads it */
	size_t next;
	/* Unique names (what stands before the ':') of messages that were gone when their
	 * turn came: a mail reader moves them from new to cur and renames them there. */
	GHashTable *gone;
	bool second_look; /* only for what was gone */
	const SourceSeen *seen;
	bool flag;         /* kept messages get the flag S, as if they had been read */
	Mover *mover;      /* NULL: they stay */
	GHashTable *taken; /* paths by their tokens, where one of the two is asked for */
	int64_t token;     /* the last one */
} Maildir;

static void
maildir_close(void *state)
{
	Maildir *maildir = state;

	if (!maildir)
		return;
	g_free(maildir->path);
	ahead_free(maildir->ahead);
	folder_free(maildir->folder);
	g_hash_table_unref(maildir->gone);
	g_hash_table_unref(maildir->taken);
	mover_free(maildir->mover);
	g_free(maildir);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Maildir, maildir_close)

static bool
maildir_detect(const SourceProbe *probe)
{
	return probe->folder && folder_is_maildir(probe->path);
}

static bool
list(Maildir *maildir, GError **error)
{
	g_autoptr(Folder) folder = folder_new(maildir->path);
	const char *const *only = maildir->seen ? maildir->seen->only : NULL;

	for (const char *const *path = only; path && *path; path++)
		folder_add_message(folder, *path);
	if (!only &&
		(!folder_add_messages(folder, "cur", error) ||
			!folder_add_messages(folder, "new", error)))
		return false;
	folder_sort(folder);
	g_clear_pointer(&maildir->ahead, ahead_free);
	g_clear_pointer(&maildir->folder, folder_free);
	maildir->folder = g_steal_pointer(&folder);
	maildir->ahead = ahead_new(maildir->folder, maildir->seen);
	maildir->next = 0;
	return true;
}

/* The new folder is a Maildir as well: what was new stays new. */
static bool
open_mover(Maildir *maildir, const char *folder, GError **error)
{
	static const char *const boxes[] = { "cur", "new", "tmp" };

	maildir->mover = mover_new(maildir->path, folder, error);
	for (size_t i = 0; i < G_N_ELEMENTS(boxes); i++) {
		g_autofree char *here = g_build_filename(maildir->path, boxes[i], NULL);
		g_autofree char *there = NULL;

		if (!maildir->mover || !mover_check_outside(maildir->mover, here, error))
			return false;
		there = g_build_filename(mover_folder(maildir->mover), boxes[i], NULL);
		if (strcmp(here, there) == 0)
			return mover_check_outside(maildir->mover, maildir->path, error);
		if (g_mkdir_with_parents(there, 0700) < 0) {
			g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT, "--move: %s: %s",
				there, g_strerror(errno));
			return false;
		}
	}
	return true;
}

static void *
maildir_open(const SourceOpening *opening, GError **error)
{
	g_autoptr(Maildir) maildir = g_new0(Maildir, 1);

	maildir->path = g_strdup(opening->path);
	maildir->seen = opening->seen;
	maildir->flag = opening->options->flag;
	maildir->gone = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	maildir->taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	if (!list(maildir, error))
		return NULL;
	if (opening->options->move_to && !open_mover(maildir, opening->options->move_to, error))
		return NULL;
	return g_steal_pointer(&maildir);
}

static char *
unique_name(const char *path)
{
	char *name = g_path_get_basename(path);

	name[strcspn(name, ":")] = '\0';
	return name;
}

/* ---- what became of them ---- */

/* Where the message is now that was at @path: a mail reader moves it from new to cur, and
 * flags are renames.  NULL: it is gone. */
static char *
found_now(const Maildir *maildir, const char *path)
{
	g_autofree char *name = unique_name(path);
	g_autofree char *cur = g_build_filename(maildir->path, "cur", NULL);
	g_autoptr(GDir) folder = NULL;
	const char *entry;

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return g_strdup(path);
	folder = g_dir_open(cur, 0, NULL);
	while (folder && (entry = g_dir_read_name(folder))) {
		size_t length = strlen(name);

		if (strncmp(entry, name, length) == 0 && (!entry[length] || entry[length] == ':'))
			return g_build_filename(cur, entry, NULL);
	}
	return NULL;
}

/* @path in cur with the flag S; flags stand in the order of ASCII (cr.yp.to/proto/maildir). */
static char *
with_flag(const Maildir *maildir, const char *path)
{
	g_autofree char *name = unique_name(path);
	const char *info = strstr(strrchr(path, '/'), ":2,");
	const char *flags = info ? info + 3 : "";
	size_t before = strspn(flags, "ABCDEFGHIJKLMNOPQR");

	if (flags[before] == 'S')
		return g_strdup(path);
	return g_strdup_printf(
		"%s/cur/%s:2,%.*sS%s", maildir->path, name, (int)before, flags, flags + before);
}

static bool
finish(Maildir *maildir, const char *path, GError **error)
{
	g_autofree char *here = found_now(maildir, path);
	g_autofree char *flagged = here && maildir->flag ? with_flag(maildir, here) : NULL;

	if (!here) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_VANISHED,
			"%s: removed before it could be flagged or moved", path);
		return false;
	}
	if (flagged && g_rename(here, flagged) < 0) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_IO, "%s: not flagged: %s", here,
			g_strerror(errno));
		return false;
	}
	return !maildir->mover || mover_move(maildir->mover, flagged ? flagged : here, error);
}

static bool
maildir_settle(void *state, const Settled *settled, size_t count, GError **error)
{
	Maildir *maildir = state;
	g_autoptr(GError) first = NULL;
	int failed = 0;

	for (size_t i = 0; i < count; i++) {
		const char *path = g_hash_table_lookup(maildir->taken, &settled[i].token);

		if (path && settled[i].fate == FATE_KEPT)
			failed += !finish(maildir, path, first ? NULL : &first);
		g_hash_table_remove(maildir->taken, &settled[i].token);
	}
	if (failed > 1)
		g_prefix_error(&first, "%d messages neither flagged nor moved; ", failed);
	if (first)
		g_propagate_error(error, g_steal_pointer(&first));
	return failed == 0;
}

static int64_t
note(Maildir *maildir, const char *path)
{
	int64_t *token = NULL;

	if (!maildir->flag && !maildir->mover)
		return 0;
	token = g_new(int64_t, 1);
	*token = ++maildir->token;
	g_hash_table_insert(maildir->taken, token, g_strdup(path));
	return *token;
}

/* What was kept before, and should have been flagged or moved then. */
static SourceNext
take_seen(Maildir *maildir, const char *path, Fate fate, GError **error)
{
	if (fate != FATE_KEPT || (!maildir->flag && !maildir->mover))
		return SOURCE_SEEN;
	return finish(maildir, path, error) ? SOURCE_SEEN : SOURCE_SKIP;
}

/* ---- one after the other ---- */

static SourceNext
take(Maildir *maildir, size_t index, const char *path, SourceItem *item, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Fate fate = FATE_LEFT_OUT;
	SourceNext next = ahead_take(maildir->ahead, index, path, &fate, item, &failure);

	if (next == SOURCE_SEEN)
		return take_seen(maildir, path, fate, error);
	if (next == SOURCE_LATER)
		return next;
	if (next == SOURCE_ITEM) {
		item->origin = g_strconcat("maildir:", path, NULL);
		item->token = note(maildir, path);
		return next;
	}
	/* Who watches hears of the new name. */
	if (g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_VANISHED) && maildir->seen &&
		maildir->seen->only)
		return SOURCE_END;
	if (g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_VANISHED) &&
		!maildir->second_look) {
		g_hash_table_add(maildir->gone, unique_name(path));
		return SOURCE_END;
	}
	g_propagate_error(error, g_steal_pointer(&failure));
	return SOURCE_SKIP;
}

/* Takes the next entry; SOURCE_END when it is not for this look. */
static SourceNext
take_entry(Maildir *maildir, SourceItem *item, GError **error)
{
	size_t index = maildir->next++;
	g_autofree char *path = folder_path(maildir->folder, index);
	g_autofree char *name = unique_name(path);

	if (maildir->second_look && !g_hash_table_remove(maildir->gone, name))
		return SOURCE_END;
	if (folder_kind(maildir->folder, index) == ENTRY_MESSAGE)
		return take(maildir, index, path, item, error);
	folder_set_error(maildir->folder, index, error);
	return SOURCE_SKIP;
}

/* After the second look: what nobody moved was deleted, and is said. */
static SourceNext
tell_gone(Maildir *maildir, GError **error)
{
	GHashTableIter iterator;
	void *name;

	g_hash_table_iter_init(&iterator, maildir->gone);
	if (!g_hash_table_iter_next(&iterator, &name, NULL))
		return SOURCE_END;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_VANISHED,
		"%s: message %s was removed while the folder was read", maildir->path,
		(const char *)name);
	g_hash_table_iter_remove(&iterator);
	return SOURCE_SKIP;
}

static SourceNext
maildir_next(void *state, SourceItem *item, GError **error)
{
	Maildir *maildir = state;

	for (;;) {
		while (maildir->next < folder_length(maildir->folder)) {
			SourceNext next = take_entry(maildir, item, error);

			if (next != SOURCE_END)
				return next;
		}
		if (maildir->second_look || g_hash_table_size(maildir->gone) == 0)
			return tell_gone(maildir, error);
		maildir->second_look = true;
		if (!list(maildir, error))
			return SOURCE_FAILED;
	}
}

static int64_t
maildir_total(void *state)
{
	const Maildir *maildir = state;

	return maildir->second_look ? -1 : (int64_t)folder_length(maildir->folder);
}

extern const SourceKind source_maildir;
const SourceKind source_maildir = {
	.name = "maildir",
	.summary = "a Maildir: what is in its cur and new",
	.takes = TAKES_MOVE | TAKES_FLAG,
	.swift = true,
	.news = NEWS_OF_BOXES,
	.detect = maildir_detect,
	.open = maildir_open,
	.next = maildir_next,
	.settle = maildir_settle,
	.total = maildir_total,
	.close = maildir_close,
};
