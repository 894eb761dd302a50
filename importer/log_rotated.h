/* log_rotated.h - the logs that a log was before it was rotated */
#ifndef IMPORTER_LOG_ROTATED_H
#define IMPORTER_LOG_ROTATED_H

#include <glib.h>

/* Files beside @path named like it ("mail.log.1", "mail.log-20261130.gz") that changed after
 * the one that log_file_name() calls @name, and that one first; oldest first, of char *.
 * Empty where it is not there any more. */
GPtrArray *log_rotated_since(const char *path, const char *name);

/* @paths, the one that changed last at their end; "-" behind them all.  Of char *. */
GPtrArray *log_by_age(const char *const *paths);

#endif
