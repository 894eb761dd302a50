#include "importer/log_file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "importer/file.h"
#include "mail/digest.h"

enum {
	BUFFER = 64 * 1024,
	MAX_LINE = 16 * 1024,
};

struct LogFile {
	char *path;
	gzFile file; /* NULL: standard input */
	int interrupt;
	int64_t changed;
	char buffer[BUFFER];
	size_t at, filled;
	bool ended;
	GString *line;
	bool cut;                    /* more of the line came than is kept */
	size_t length;               /* of the line as it is */
	int64_t offset;              /* behind the last line that was given */
	size_t last;                 /* its length, with its end */
	uint8_t digest[DIGEST_SIZE]; /* and what it was */
};

static bool
is_packed_otherwise(const char *head, size_t length)
{
	static const char xz[] = "\xfd"
				 "7zXZ";
	static const char zstd[] = "\x28\xb5\x2f\xfd";
	static const char bzip2[] = "BZh";

	return (length >= 5 && memcmp(head, xz, 5) == 0) ||
		(length >= 4 && memcmp(head, zstd, 4) == 0) ||
		(length >= 3 && memcmp(head, bzip2, 3) == 0);
}

static void
hash_line(const char *line, uint8_t digest[DIGEST_SIZE])
{
	digest_sha256(line, strlen(line), digest);
}

char *
log_file_name(const char *path, GError **error)
{
	FileHead head = { .length = 0 };
	const char *end;
	char hex[DIGEST_HEX];
	uint8_t digest[DIGEST_SIZE];

	if (!file_read_head(path, FILE_FOLLOW, &head, error))
		return NULL;
	if (is_packed_otherwise(head.bytes, head.length)) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"%s: of what is packed only gzip is read here; unpack it into standard input",
			path);
		return NULL;
	}
	end = memchr(head.bytes, '\n', head.length);
	if (!end && head.length < FILE_HEAD)
		return NULL;
	digest_sha256(head.bytes, end ? (size_t)(end - head.bytes) : head.length, digest);
	digest_hex(digest, hex);
	return g_strdup(hex);
}

LogFile *
log_file_open(const char *path, int interrupt, GError **error)
{
	g_autoptr(LogFile) file = g_new0(LogFile, 1);
	struct stat status;

	file->path = g_strdup(path);
	file->interrupt = interrupt;
	file->line = g_string_new(NULL);
	if (strcmp(path, "-") == 0)
		return g_steal_pointer(&file);
	file->file = file_open_stream(path, FILE_FOLLOW, error);
	if (!file->file)
		return NULL;
	if (stat(path, &status) == 0)
		file->changed = status.st_mtim.tv_sec;
	return g_steal_pointer(&file);
}

void
log_file_close(LogFile *file)
{
	if (!file)
		return;
	g_clear_pointer(&file->file, gzclose);
	g_string_free(file->line, TRUE);
	g_free(file->path);
	g_free(file);
}

int64_t
log_file_changed(const LogFile *file)
{
	return file->changed;
}

int64_t
log_file_offset(const LogFile *file)
{
	return file->offset;
}

/* ---- bytes ---- */

static bool
fill(LogFile *file, GError **error)
{
	ssize_t length = file->file
		? file_read_stream(file->file, file->path, file->buffer, BUFFER, error)
		: file_read_waiting(STDIN_FILENO, file->interrupt, "standard input", file->buffer,
			  BUFFER, error);

	if (length < 0)
		return false;
	file->at = 0;
	file->filled = (size_t)length;
	file->ended = length == 0;
	return true;
}

/* ---- lines ---- */

static void
keep(LogFile *file, const char *bytes, size_t length)
{
	size_t room = MAX_LINE - MIN(file->line->len, MAX_LINE);

	file->length += length;
	file->cut |= length > room;
	g_string_append_len(file->line, bytes, (gssize)MIN(length, room));
}

/* *whole: the line's end was there. */
static bool
gather(LogFile *file, bool *whole, GError **error)
{
	*whole = false;
	while (!*whole) {
		const char *from, *newline;
		size_t length;

		if (file->at == file->filled && !fill(file, error))
			return false;
		if (file->ended)
			return true;
		from = file->buffer + file->at;
		newline = memchr(from, '\n', file->filled - file->at);
		length = newline ? (size_t)(newline - from) : file->filled - file->at;
		keep(file, from, length);
		file->at += length + (newline ? 1 : 0);
		*whole = newline != NULL;
	}
	return true;
}

/* NUL ends a string and no line. */
static void
tidy(GString *line)
{
	for (gsize i = 0; i < line->len; i++) {
		if (line->str[i] == '\0')
			line->str[i] = '?';
	}
	if (line->len > 0 && line->str[line->len - 1] == '\r')
		g_string_truncate(line, line->len - 1);
}

LogFileNext
log_file_next(LogFile *file, const char **line, GError **error)
{
	bool whole;

	g_string_truncate(file->line, 0);
	file->length = 0;
	file->cut = false;
	if (!gather(file, &whole, error))
		return LOG_FILE_ERROR;
	if (!whole && (file->file || file->length == 0))
		return LOG_FILE_END;
	file->last = file->length + 1;
	file->offset += (int64_t)file->last;
	tidy(file->line);
	hash_line(file->line->str, file->digest);
	*line = file->line->str;
	return file->cut ? LOG_FILE_LONG : LOG_FILE_LINE;
}

/* ---- where it stands ---- */

char *
log_file_mark(const LogFile *file)
{
	char hex[DIGEST_HEX];

	digest_hex(file->digest, hex);
	return g_strdup_printf("%" G_GINT64_FORMAT " %zu %s", file->offset, file->last, hex);
}

static bool
go_to(LogFile *file, int64_t offset, GError **error)
{
	/* Something must have been read before zlib knows that a file is not packed. */
	if (file->offset == 0 && file->filled == 0 && !fill(file, error))
		return false;
	file->at = file->filled = 0;
	file->ended = false;
	file->offset = offset;
	if (gzseek(file->file, (z_off_t)offset, SEEK_SET) >= 0)
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_IO,
		"%s: can't go on at byte %" G_GINT64_FORMAT, file->path, offset);
	return false;
}

/* The line before the place is read again: it must be the one that was there. */
static bool
check_place(LogFile *file, const char *hex, bool *same, GError **error)
{
	const char *line;
	char found[DIGEST_HEX];

	switch (log_file_next(file, &line, error)) {
	case LOG_FILE_ERROR:
		return false;
	case LOG_FILE_END:
		*same = false;
		return true;
	case LOG_FILE_LINE:
	case LOG_FILE_LONG:
		break;
	}
	digest_hex(file->digest, found);
	*same = strcmp(found, hex) == 0;
	return true;
}

bool
log_file_resume(LogFile *file, const char *mark, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(mark ? mark : "", " ", 3);
	int64_t offset, last;
	bool same = false;

	if (!file->file || g_strv_length(parts) != 3)
		return true;
	offset = g_ascii_strtoll(parts[0], NULL, 10);
	last = g_ascii_strtoll(parts[1], NULL, 10);
	if (last < 1 || last > offset)
		return true;
	if (!go_to(file, offset - last, error) || !check_place(file, parts[2], &same, error))
		return false;
	return (same && file->offset == offset) || go_to(file, 0, error);
}
