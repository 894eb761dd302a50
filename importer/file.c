#include "importer/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "mail/digest.h"
#include "system/whole.h"

enum {
	STREAM_BUFFER = 128 * 1024,
	GZIP_MAGIC_1 = 0x1f,
	GZIP_MAGIC_2 = 0x8b,
};

static void
set_system_error(GError **error, const char *path, int number)
{
	ImportError code = number == ENOENT ? IMPORT_ERROR_VANISHED : IMPORT_ERROR_NO_INPUT;

	if (number == EIO)
		code = IMPORT_ERROR_IO;
	g_set_error(error, IMPORT_ERROR, code, "%s: %s", path, g_strerror(number));
}

static void
set_data_error(GError **error, const char *path, const char *what)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA, "%s: %s", path, what);
}

static int
open_regular(const char *path, FileLinks links, struct stat *status, GError **error)
{
	/* NONBLOCK: opening a FIFO that nobody writes to would wait for ever. */
	int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int file = open(path, links == FILE_NO_FOLLOW ? flags | O_NOFOLLOW : flags);

	if (file < 0) {
		if (errno == ELOOP && links == FILE_NO_FOLLOW)
			set_data_error(error, path, "symbolic link, not followed");
		else
			set_system_error(error, path, errno);
		return -1;
	}
	if (fstat(file, status) < 0) {
		set_system_error(error, path, errno);
	} else if (!S_ISREG(status->st_mode)) {
		set_data_error(error, path, "not a regular file");
	} else {
		return file;
	}
	close(file);
	return -1;
}

int
file_open(const char *path, FileLinks links, GError **error)
{
	struct stat status;

	return open_regular(path, links, &status, error);
}

gzFile
file_stream_of(int descriptor)
{
	gzFile file = gzdopen(descriptor, "rb");

	if (!file)
		g_error("out of memory");
	gzbuffer(file, STREAM_BUFFER);
	return file;
}

gzFile
file_open_stream(const char *path, FileLinks links, GError **error)
{
	int descriptor = file_open(path, links, error);

	return descriptor < 0 ? NULL : file_stream_of(descriptor);
}

ssize_t
file_read_stream(gzFile file, const char *path, void *bytes, size_t size, GError **error)
{
	int length = gzread(file, bytes, (unsigned int)MIN(size, G_MAXINT));
	int number = Z_OK;
	const char *message = gzerror(file, &number);

	if (length > 0 || number == Z_OK || number == Z_STREAM_END)
		return length;
	if (number == Z_ERRNO)
		set_system_error(error, path, errno);
	else if (number == Z_BUF_ERROR)
		set_data_error(error, path, "gzip data break off");
	else
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA, "%s: damaged gzip data (%s)",
			path, message);
	return -1;
}

bool
file_read_head(const char *path, FileLinks links, FileHead *head, GError **error)
{
	g_auto(gzFile) file = file_open_stream(path, links, error);
	ssize_t length;

	if (!file)
		return false;
	length = file_read_stream(file, path, head->bytes, sizeof(head->bytes), error);
	if (length < 0)
		return false;
	head->length = (size_t)length;
	return true;
}

static bool
check_size(size_t size, const char *path, GError **error)
{
	if (size == 0) {
		set_data_error(error, path, "empty, no message in it");
		return false;
	}
	if (size > SOURCE_MAX_MESSAGE) {
		set_data_error(error, path, SOURCE_TOO_LARGE);
		return false;
	}
	return true;
}

static GBytes *
read_gzip(int descriptor, const char *path, GError **error)
{
	g_auto(gzFile) file = file_stream_of(descriptor);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	ssize_t length;

	do {
		guint end = bytes->len;

		g_byte_array_set_size(bytes, end + STREAM_BUFFER);
		length = file_read_stream(file, path, bytes->data + end, STREAM_BUFFER, error);
		if (length < 0)
			return NULL;
		g_byte_array_set_size(bytes, end + (guint)length);
	} while (length > 0 && bytes->len <= SOURCE_MAX_MESSAGE);
	if (!check_size(bytes->len, path, error))
		return NULL;
	return g_bytes_new(bytes->data, bytes->len);
}

static bool
same_moment(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* What grows under our eyes is being written: half a message must not be taken for a whole. */
static bool
check_unchanged(
	int file, const struct stat *before, size_t length, const char *path, GError **error)
{
	struct stat after;

	if (fstat(file, &after) == 0 && after.st_size == before->st_size &&
		(size_t)after.st_size == length && same_moment(&after.st_mtim, &before->st_mtim))
		return true;
	set_data_error(error, path, "changed while it was read; import it again");
	return false;
}

static GBytes *
read_plain(int file, const struct stat *status, const char *path, GError **error)
{
	size_t size = (size_t)status->st_size;
	g_autofree char *bytes = NULL;
	ssize_t length;

	if (!check_size(size, path, error))
		return NULL;
	bytes = g_malloc(size);
	length = read_whole(file, bytes, size);
	if (length < 0) {
		set_system_error(error, path, errno);
		return NULL;
	}
	if (!check_unchanged(file, status, (size_t)length, path, error))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&bytes), size);
}

bool
file_is_gzip(int descriptor)
{
	guint8 magic[2];

	return pread(descriptor, magic, sizeof(magic), 0) == (ssize_t)sizeof(magic) &&
		magic[0] == GZIP_MAGIC_1 && magic[1] == GZIP_MAGIC_2;
}

/* Closes @file. */
static GBytes *
read_message(int file, const struct stat *status, const char *path, GError **error)
{
	GBytes *bytes;

	if (file_is_gzip(file))
		return read_gzip(file, path, error);
	bytes = read_plain(file, status, path, error);
	close(file);
	return bytes;
}

GBytes *
file_read_message(const char *path, FileLinks links, GError **error)
{
	struct stat status;
	int file = open_regular(path, links, &status, error);

	return file < 0 ? NULL : read_message(file, &status, path, error);
}

/* What changes with every change of the file, and is as good as never the same of two. */
static int64_t
key_of(const struct stat *status)
{
	const int64_t facts[] = { (int64_t)status->st_dev, (int64_t)status->st_ino,
		(int64_t)status->st_size, status->st_mtim.tv_sec, status->st_mtim.tv_nsec,
		status->st_ctim.tv_sec, status->st_ctim.tv_nsec };
	uint8_t digest[DIGEST_SIZE];
	int64_t key;

	digest_sha256(facts, sizeof(facts), digest);
	memcpy(&key, digest, sizeof(key));
	return key ? key : 1;
}

/* 0: it has none, for it may change yet, or nobody asks. */
static int64_t
settled_key(const struct stat *status, const SourceSeen *seen)
{
	return seen && seen->ask && status->st_ctim.tv_sec < seen->before ? key_of(status) : 0;
}

bool
file_is_changing(const char *path, const struct stat *status, bool several, const SourceSeen *seen)
{
	return seen && seen->changing && seen->changing(path, status, several, seen->data);
}

static SourceNext
look(const char *path, const struct stat *status, const SourceSeen *seen, int64_t *key, Fate *fate)
{
	*key = settled_key(status, seen);
	if (source_seen_ask(seen, *key, fate))
		return SOURCE_SEEN;
	return file_is_changing(path, status, false, seen) ? SOURCE_LATER : SOURCE_ITEM;
}

SourceNext
file_look(const char *path, const SourceSeen *seen, Fate *fate)
{
	struct stat status;
	int64_t key;

	if (!seen || lstat(path, &status) < 0 || !S_ISREG(status.st_mode))
		return SOURCE_ITEM;
	return look(path, &status, seen, &key, fate);
}

SourceNext
file_take_message(const char *path, FileLinks links, const SourceSeen *seen, Fate *fate,
	SourceItem *item, GError **error)
{
	struct stat status;
	int file = open_regular(path, links, &status, error);
	SourceNext next;

	if (file < 0)
		return SOURCE_SKIP;
	next = look(path, &status, seen, &item->key, fate);
	if (next != SOURCE_ITEM) {
		close(file);
		return next;
	}
	item->raw = read_message(file, &status, path, error);
	return item->raw ? SOURCE_ITEM : SOURCE_SKIP;
}

void
file_read_clear(FileRead *read)
{
	g_clear_pointer(&read->raw, g_bytes_unref);
	g_clear_error(&read->failure);
}

void
file_read(const char *path, FileLinks links, FileRead *read)
{
	int file = open_regular(path, links, &read->status, &read->failure);
	const void *bytes;
	size_t size;

	if (file < 0) {
		read->status = (struct stat){ 0 };
		return;
	}
	read->raw = read_message(file, &read->status, path, &read->failure);
	if (!read->raw)
		return;
	bytes = g_bytes_get_data(read->raw, &size);
	digest_sha256(bytes, size, read->sha256);
}

SourceNext
file_take_read(const char *path, FileRead *read, const SourceSeen *seen, Fate *fate,
	SourceItem *item, GError **error)
{
	SourceNext next = SOURCE_ITEM;

	if (read->status.st_mode != 0)
		next = look(path, &read->status, seen, &item->key, fate);
	if (next != SOURCE_ITEM)
		return next;
	if (!read->raw) {
		g_propagate_error(error, g_steal_pointer(&read->failure));
		return SOURCE_SKIP;
	}
	item->raw = g_steal_pointer(&read->raw);
	item->hashed = true;
	memcpy(item->sha256, read->sha256, DIGEST_SIZE);
	return SOURCE_ITEM;
}

/* False where the wait was ended, or can't be. */
static bool
wait_for(int descriptor, int interrupt, const char *name, GError **error)
{
	struct pollfd watched[] = { { descriptor, POLLIN, 0 },
		{ interrupt ? interrupt : -1, POLLIN, 0 } };

	while (!watched[0].revents && !watched[1].revents) {
		if (poll(watched, G_N_ELEMENTS(watched), -1) >= 0 || errno == EINTR)
			continue;
		set_system_error(error, name, errno);
		return false;
	}
	if (!watched[1].revents)
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_STOPPED, "interrupted");
	return false;
}

ssize_t
file_read_waiting(
	int descriptor, int interrupt, const char *name, void *bytes, size_t size, GError **error)
{
	ssize_t length;

	do {
		if (!wait_for(descriptor, interrupt, name, error))
			return -1;
		length = read(descriptor, bytes, size);
	} while (length < 0 && (errno == EINTR || errno == EAGAIN));
	if (length < 0)
		set_system_error(error, name, errno);
	return length;
}

GBytes *
file_read_pipe(int descriptor, int interrupt, const char *name, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	ssize_t length;

	do {
		guint end = bytes->len;

		g_byte_array_set_size(bytes, end + STREAM_BUFFER);
		length = file_read_waiting(
			descriptor, interrupt, name, bytes->data + end, STREAM_BUFFER, error);
		if (length < 0)
			return NULL;
		g_byte_array_set_size(bytes, end + (guint)length);
	} while (length > 0 && bytes->len <= SOURCE_MAX_MESSAGE);
	if (!check_size(bytes->len, name, error))
		return NULL;
	return g_bytes_new(bytes->data, bytes->len);
}
