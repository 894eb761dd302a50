/* log_time.h - the time stamps of log lines: rsyslog's, Postfix' own, journalctl's */
#ifndef IMPORTER_LOG_TIME_H
#define IMPORTER_LOG_TIME_H

#include <stdbool.h>
#include <stdint.h>

/* Stamps without a year or a zone are of this machine's zone, and of the last year in which
 * they are not after @latest (by more than a day, for clocks differ). */
typedef struct LogClock {
	int64_t latest; /* Unix time: when the file last changed, or now */
	char hour[24];  /* the stamp, as far as its hour, that was converted last, */
	int64_t began;  /* and when that began */
} LogClock;

/* The stamp that *@line begins with, as Unix time; *@line moves behind it and the blanks
 * after it.  False where there is none.  Known are
 *   2026-11-30T04:21:15.123456+01:00   rsyslog, journalctl -o short-iso and short-iso-precise
 *   Nov 30 04:21:15                    rsyslog's traditional one, maillog_file, journalctl
 *   Nov 30 04:21:15.123456             journalctl -o short-precise
 *   Mon 2026-11-30 04:21:15 UTC        journalctl -o short-full
 *   1764476475.123456                  journalctl -o short-unix
 * and each behind a priority, <22>. */
bool log_time_take(LogClock *clock, const char **line, int64_t *at);

#endif
