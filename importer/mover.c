#include "importer/mover.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	COPY_SIZE = 256 * 1024,
	MAX_NAMES = 10000, /* tried for one file */
};

struct Mover {
	char *root;
	char *folder;
	GHashTable *noted; /* of Noted by its token */
	int64_t last;      /* token */
};

/* A file as it was when it was read. */
typedef struct Noted {
	int64_t token;
	char *path;
	struct stat status;
} Noted;

static void
noted_free(void *data)
{
	Noted *noted = data;

	g_free(noted->path);
	g_free(noted);
}

static bool
set_error(GError **error, const char *path, const char *what)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_IO, "%s: not moved: %s", path, what);
	return false;
}

static bool
set_system_error(GError **error, const char *path)
{
	return set_error(error, path, g_strerror(errno));
}

Mover *
mover_new(const char *root, const char *folder, GError **error)
{
	g_autoptr(Mover) mover = g_new0(Mover, 1);
	char real[PATH_MAX];

	mover->root = g_strdup(root);
	mover->noted = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, noted_free);
	if (g_mkdir_with_parents(folder, 0700) < 0 || !realpath(folder, real)) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT, "--move: %s: %s", folder,
			g_strerror(errno));
		return NULL;
	}
	mover->folder = g_strdup(real);
	return g_steal_pointer(&mover);
}

void
mover_free(Mover *mover)
{
	if (!mover)
		return;
	g_free(mover->root);
	g_free(mover->folder);
	g_hash_table_unref(mover->noted);
	g_free(mover);
}

const char *
mover_folder(const Mover *mover)
{
	return mover->folder;
}

bool
mover_check_outside(const Mover *mover, const char *path, GError **error)
{
	size_t length = strlen(path);
	const char *folder = mover->folder;

	if (strncmp(path, folder, length) != 0 || (folder[length] && folder[length] != '/'))
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE,
		"--move: %s is where messages come from; name a folder outside of it", folder);
	return false;
}

int64_t
mover_note(Mover *mover, const char *path)
{
	Noted *noted = g_new0(Noted, 1);

	noted->token = ++mover->last;
	noted->path = g_strdup(path);
	if (lstat(path, &noted->status) < 0)
		noted->status = (struct stat){ 0 };
	g_hash_table_insert(mover->noted, &noted->token, noted);
	return noted->token;
}

/* ---- to where ---- */

/* @path's place below the new folder; its folder is made. */
static char *
target_of(const Mover *mover, const char *path, GError **error)
{
	size_t length = strlen(mover->root);
	const char *relative = path[length] == '/' ? path + length + 1 : strrchr(path, '/') + 1;
	g_autofree char *target = g_build_filename(mover->folder, relative, NULL);
	g_autofree char *parent = g_path_get_dirname(target);

	if (g_mkdir_with_parents(parent, 0700) < 0) {
		set_system_error(error, parent);
		return NULL;
	}
	return g_steal_pointer(&target);
}

/* @target with a number in its name: before the flags of a Maildir or the extension. */
static char *
numbered(const char *target, int number)
{
	const char *name = strrchr(target, '/') + 1;
	const char *end = strchr(name, ':');

	if (!end)
		end = strrchr(name, '.');
	if (!end || end == name)
		end = name + strlen(name);
	return g_strdup_printf("%.*s.%d%s", (int)(end - target), target, number, end);
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
		a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* The copy of a move that was killed before it removed the original. */
static bool
same_bytes(const char *one, const char *other)
{
	g_autoptr(GMappedFile) a = g_mapped_file_new(one, FALSE, NULL);
	g_autoptr(GMappedFile) b = g_mapped_file_new(other, FALSE, NULL);
	size_t length = a ? g_mapped_file_get_length(a) : 0;

	return a && b && length == g_mapped_file_get_length(b) &&
		(length == 0 ||
			memcmp(g_mapped_file_get_contents(a), g_mapped_file_get_contents(b),
				length) == 0);
}

/* ---- how ---- */

/* As rename(2), but -1 and EEXIST where something is there. */
static int
rename_without_replacing(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* A file system that can't do that. */
	return link(from, to) < 0 ? -1 : unlink(from);
}

static bool
copy_bytes(int from, int to)
{
	g_autofree char *bytes = g_malloc(COPY_SIZE);
	ssize_t length;

	while ((length = read(from, bytes, COPY_SIZE)) > 0) {
		for (ssize_t done = 0, more; done < length; done += more) {
			more = write(to, bytes + done, (size_t)(length - done));
			if (more < 0)
				return false;
		}
	}
	return length == 0;
}

/* A whole copy of @from on the disk, under the hidden name @temporary (a template). */
static bool
copy(const char *from, char *temporary, GError **error)
{
	int source = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int target = source < 0 ? -1 : g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0600);
	struct stat status;
	bool copied = false;

	if (target >= 0 && fstat(source, &status) == 0 && copy_bytes(source, target)) {
		const struct timespec times[] = { status.st_atim, status.st_mtim };

		copied = fchmod(target, status.st_mode & 0777) == 0 &&
			futimens(target, times) == 0 && fsync(target) == 0;
	}
	if (!copied)
		set_system_error(error, from);
	if (source >= 0)
		close(source);
	if (target >= 0 && close(target) < 0 && copied)
		copied = set_system_error(error, from);
	if (!copied && target >= 0)
		unlink(temporary);
	return copied;
}

static void
sync_folder(const char *folder)
{
	int handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (handle < 0)
		return;
	fsync(handle);
	close(handle);
}

/* Gives @from the name @target, or one near it; @original is what it is a copy of, or
 * itself.  False and an error, or true. */
static bool
place(const char *from, const char *original, const char *target, GError **error)
{
	for (int number = 1; number < MAX_NAMES; number++) {
		g_autofree char *name = number == 1 ? g_strdup(target) : numbered(target, number);

		if (rename_without_replacing(from, name) == 0)
			return true;
		if (errno != EEXIST)
			return set_system_error(error, original);
		if (same_bytes(original, name))
			return unlink(from) == 0 || set_system_error(error, original);
	}
	return set_error(error, original, "too many files of that name");
}

static bool
move_across(const char *from, const char *target, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(target);
	g_autofree char *temporary = g_build_filename(folder, ".moving-XXXXXX", NULL);

	if (!copy(from, temporary, error))
		return false;
	if (!place(temporary, from, target, error)) {
		unlink(temporary);
		return false;
	}
	sync_folder(folder);
	return unlink(from) == 0 || set_system_error(error, from);
}

bool
mover_move(Mover *mover, const char *path, GError **error)
{
	g_autofree char *target = target_of(mover, path, error);
	g_autofree char *folder = NULL;
	struct stat here;
	struct stat there;

	if (!target)
		return false;
	folder = g_path_get_dirname(target);
	if (lstat(path, &here) < 0 || stat(folder, &there) < 0)
		return set_system_error(error, path);
	return here.st_dev == there.st_dev ? place(path, path, target, error)
					   : move_across(path, target, error);
}

static bool
move_noted(Mover *mover, const Noted *noted, GError **error)
{
	struct stat now;

	if (lstat(noted->path, &now) < 0)
		return set_system_error(error, noted->path);
	if (!same_file(&noted->status, &now))
		return set_error(error, noted->path, "it changed since it was read");
	return mover_move(mover, noted->path, error);
}

bool
mover_settle(Mover *mover, const Settled *settled, size_t count, GError **error)
{
	g_autoptr(GError) first = NULL;
	int failed = 0;

	for (size_t i = 0; i < count; i++) {
		const Noted *noted = g_hash_table_lookup(mover->noted, &settled[i].token);

		if (noted && settled[i].fate == FATE_KEPT)
			failed += !move_noted(mover, noted, first ? NULL : &first);
		g_hash_table_remove(mover->noted, &settled[i].token);
	}
	if (failed > 1)
		g_prefix_error(&first, "%d files not moved; ", failed);
	if (first)
		g_propagate_error(error, g_steal_pointer(&first));
	return failed == 0;
}
