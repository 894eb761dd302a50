/* log_file.h - the lines of a log, which may grow, be rotated, and be packed by gzip
 *
 * A log is known by its first line, wherever it lies: rotation gives it another name and
 * another inode, and packs it.  Where a reading ended is a place in that log, together with
 * the line before it: what has another line there is another log.
 */
#ifndef IMPORTER_LOG_FILE_H
#define IMPORTER_LOG_FILE_H

#include "importer/source.h"

typedef struct LogFile LogFile;

/* @path is a file, or "-" for standard input.  @interrupt is as in source_heed(). */
LogFile *log_file_open(const char *path, int interrupt, GError **error);
void log_file_close(LogFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LogFile, log_file_close)

/* What the log at @path is known by; NULL where it has no line yet, or can't be read. */
char *log_file_name(const char *path, GError **error);

/* When it last changed: Unix time; 0: unknown. */
int64_t log_file_changed(const LogFile *file);

/* Goes on behind the place that @mark stands for; where that is not in this log any more,
 * or @mark is NULL, at the beginning. */
bool log_file_resume(LogFile *file, const char *mark, GError **error);

typedef enum {
	LOG_FILE_LINE,
	LOG_FILE_LONG, /* a line longer than any mail server's, cut */
	LOG_FILE_END,  /* for now; a line without its end may be being written, and is left */
	LOG_FILE_ERROR,
} LogFileNext;

/* *line is valid until the next call. */
LogFileNext log_file_next(LogFile *file, const char **line, GError **error);

/* Where it stands behind the last line: as log_file_resume() takes it.  Yours. */
char *log_file_mark(const LogFile *file);
int64_t log_file_offset(const LogFile *file);

#endif
