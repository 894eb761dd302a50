#include "cli/out_files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MODE = 0640,
	FOLDER_MODE = 0750,
};

typedef struct OutFile {
	char *path;  /* it is to have */
	char *aside; /* it has until then; NULL: it has taken its place */
} OutFile;

struct OutFiles {
	char *folder;
	GPtrArray *files; /* of OutFile */
	Output *output;   /* of the last one; NULL: it is whole */
	int fd;
};

static void
out_file_free(OutFile *file)
{
	if (file->aside)
		g_unlink(file->aside);
	g_free(file->path);
	g_free(file->aside);
	g_free(file);
}

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
	files->fd = -1;
	return files;
}

static void
close_last(OutFiles *files)
{
	g_clear_pointer(&files->output, output_free);
	if (files->fd >= 0)
		close(files->fd);
	files->fd = -1;
}

void
out_files_free(OutFiles *files)
{
	if (!files)
		return;
	close_last(files);
	g_ptr_array_unref(files->files);
	g_free(files->folder);
	g_free(files);
}

/* All of the last one is on the disk. */
static bool
end_last(OutFiles *files, GError **error)
{
	const OutFile *last;
	bool whole;
	int number;

	if (!files->output)
		return true;
	whole = output_flush(files->output) && fsync(files->fd) == 0;
	number = errno;
	close_last(files);
	last = g_ptr_array_index(files->files, files->files->len - 1);
	return whole || fail(last->path, number, CLI_ERROR_WRITE, error);
}

bool
out_files_begin(OutFiles *files, const char *name, GError **error)
{
	OutFile *file;

	g_assert(*name && !strchr(name, '/'));
	if (!end_last(files, error))
		return false;
	file = g_new0(OutFile, 1);
	g_ptr_array_add(files->files, file);
	file->path = g_build_filename(files->folder, name, NULL);
	file->aside = g_strdup_printf("%s/.%s.XXXXXX", files->folder, name);
	files->fd = g_mkstemp_full(file->aside, O_WRONLY | O_CLOEXEC, MODE);
	if (files->fd < 0) {
		int number = errno;

		g_clear_pointer(&file->aside, g_free);
		return fail(file->path, number, CLI_ERROR_CREATE, error);
	}
	files->output = output_new(files->fd);
	return fchmod(files->fd, MODE) == 0 || fail(file->path, errno, CLI_ERROR_CREATE, error);
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
		OutFile *file = g_ptr_array_index(files->files, i);

		if (g_rename(file->aside, file->path) != 0)
			return fail(file->path, errno, CLI_ERROR_CREATE, error);
		g_clear_pointer(&file->aside, g_free);
	}
	return sync_folder(files, error);
}
