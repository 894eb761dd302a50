#include "cli/out_files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/new_file.h"

enum {
	MODE = 0640,
	FOLDER_MODE = 0750,
	NAMELESS = 200, /* files that are kept open until all take their places */
	TRIES = 100,
};

typedef struct OutFile {
	char *path;  /* it is to have */
	char *aside; /* it has until then; NULL: it has none, or has taken its place */
	int fd;      /* -1: it is closed */
	bool loose;  /* it waits for no others */
} OutFile;

struct OutFiles {
	char *folder;
	GPtrArray *files; /* of OutFile */
	Output *output;   /* of the last one; NULL: it is whole */
};

static void
close_file(OutFile *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

static void
out_file_free(OutFile *file)
{
	close_file(file);
	if (file->aside)
		g_unlink(file->aside);
	g_free(file->path);
	g_free(file->aside);
	g_free(file);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutFile, out_file_free)

static bool
fail(const char *path, int number, CliError code, GError **error)
{
	g_set_error(error, CLI_ERROR, code, "%s: %s", path, g_strerror(number));
	return false;
}

/* Whatever the umask is: who reads them is seldom who makes them. */
static bool
make_folder(const char *folder, GError **error)
{
	if (g_mkdir(folder, FOLDER_MODE) == 0)
		return chmod(folder, FOLDER_MODE) == 0 ||
			fail(folder, errno, CLI_ERROR_CREATE, error);
	return errno == EEXIST || fail(folder, errno, CLI_ERROR_CREATE, error);
}

OutFiles *
out_files_new(const char *folder, bool make, GError **error)
{
	OutFiles *files;

	if (make && !make_folder(folder, error))
		return NULL;
	files = g_new0(OutFiles, 1);
	files->folder = g_strdup(folder);
	files->files = g_ptr_array_new_with_free_func((GDestroyNotify)out_file_free);
	return files;
}

void
out_files_free(OutFiles *files)
{
	if (!files)
		return;
	g_clear_pointer(&files->output, output_free);
	g_ptr_array_unref(files->files);
	g_free(files->folder);
	g_free(files);
}

bool
out_files_check_empty(const OutFiles *files, GError **error)
{
	g_autoptr(GDir) folder = g_dir_open(files->folder, 0, NULL);

	if (folder && !g_dir_read_name(folder))
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_CREATE,
		"%s: the folder is not empty, and what is in it would be mixed up with what comes",
		files->folder);
	return false;
}

static OutFile *
last_file(const OutFiles *files)
{
	return g_ptr_array_index(files->files, files->files->len - 1);
}

static char *
name_aside(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *base = g_path_get_basename(path);

	return g_strdup_printf("%s/.%s.XXXXXX", folder, base);
}

/* No call puts a file without a name in another's place: it has one aside for a moment. */
static bool
give_aside(OutFile *file)
{
	char *aside = file->aside = name_aside(file->path);
	char *sign = aside + strlen(aside) - strlen("XXXXXX");
	int number = EEXIST;

	for (int i = 0; i < TRIES && number == EEXIST; i++) {
		g_snprintf(sign, sizeof("XXXXXX"), "%06x", g_random_int() & 0xffffff);
		if (nameless_name(file->fd, aside))
			return true;
		number = errno;
	}
	/* It is another's. */
	g_clear_pointer(&file->aside, g_free);
	errno = number;
	return false;
}

static bool
has_name(OutFile *file)
{
	if (file->aside || nameless_name(file->fd, file->path))
		return true;
	return errno == EEXIST && give_aside(file);
}

static bool
take_place(OutFile *file, GError **error)
{
	if (!has_name(file) || (file->aside && g_rename(file->aside, file->path) != 0))
		return fail(file->path, errno, CLI_ERROR_CREATE, error);
	close_file(file);
	g_clear_pointer(&file->aside, g_free);
	return true;
}

static bool
end_last(OutFiles *files, GError **error)
{
	OutFile *last;
	bool whole;
	int number;

	if (!files->output)
		return true;
	last = last_file(files);
	/* Loose ones can be made again, and are too many to wait for each. */
	whole = output_flush(files->output) && (last->loose || fsync(last->fd) == 0);
	number = errno;
	g_clear_pointer(&files->output, output_free);
	if (last->aside)
		close_file(last);
	if (!whole)
		return fail(last->path, number, CLI_ERROR_WRITE, error);
	if (!last->loose)
		return true;
	if (!take_place(last, error))
		return false;
	g_ptr_array_set_size(files->files, (int)files->files->len - 1);
	return true;
}

/* To take the place of /dev/null, of a pipe or of a link to a folder would break what others do. */
static bool
check_place(const char *path, GError **error)
{
	struct stat there;

	if (stat(path, &there) != 0 || S_ISREG(there.st_mode))
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_CREATE,
		"%s: that is there, and no file: without --out, output goes where the shell sends it",
		path);
	return false;
}

/* Where @name is to stand. */
static OutFile *
name_file(const OutFiles *files, const char *name, GError **error)
{
	g_autofree char *folder = NULL;
	g_autoptr(OutFile) file = g_new0(OutFile, 1);

	file->fd = -1;
	file->path = g_build_filename(files->folder, name, NULL);
	if (!check_place(file->path, error))
		return NULL;
	file->loose = strchr(name, '/') != NULL;
	folder = g_path_get_dirname(file->path);
	if (file->loose && !make_folder(folder, error))
		return NULL;
	return g_steal_pointer(&file);
}

static bool
open_file(const OutFiles *files, OutFile *file, GError **error)
{
	int number;

	if (files->files->len < NAMELESS)
		file->fd = nameless_open(file->path, MODE);
	if (file->fd >= 0)
		return true;
	file->aside = name_aside(file->path);
	file->fd = g_mkstemp_full(file->aside, O_WRONLY | O_CLOEXEC, MODE);
	if (file->fd >= 0)
		return true;
	number = errno;
	g_clear_pointer(&file->aside, g_free);
	return fail(file->path, number, CLI_ERROR_CREATE, error);
}

bool
out_files_begin(OutFiles *files, const char *name, GError **error)
{
	g_autoptr(OutFile) file = NULL;

	g_assert(*name && *name != '/');
	if (!end_last(files, error) || !(file = name_file(files, name, error)) ||
		!open_file(files, file, error))
		return false;
	files->output = output_new(file->fd);
	g_ptr_array_add(files->files, g_steal_pointer(&file));
	return fchmod(last_file(files)->fd, MODE) == 0 ||
		fail(last_file(files)->path, errno, CLI_ERROR_CREATE, error);
}

bool
out_files_write(OutFiles *files, const char *bytes, size_t length)
{
	g_assert(files->output);
	output_bytes(files->output, bytes, length);
	return !output_failed(files->output);
}

static bool
sync_folder(const OutFiles *files, GError **error)
{
	int fd = open(files->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;
	int number = errno;

	if (fd >= 0)
		close(fd);
	return synced || fail(files->folder, number, CLI_ERROR_WRITE, error);
}

bool
out_files_finish(OutFiles *files, GError **error)
{
	if (!end_last(files, error))
		return false;
	for (guint i = 0; i < files->files->len; i++) {
		if (!take_place(g_ptr_array_index(files->files, i), error))
			return false;
	}
	return sync_folder(files, error);
}
