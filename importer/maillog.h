/* maillog.h - read mail servers' logs, and give messages what these tell of them
 *
 * What log lines say of mails is kept in the store some thousand lines at a time, together
 * with where the log stood, so that what a killed reading leaves is a whole one of less, and
 * the next goes on there.  Reading the same lines twice changes nothing.  Once all is read,
 * messages are asked which mail they are: store/maillog.h.
 */
#ifndef IMPORTER_MAILLOG_H
#define IMPORTER_MAILLOG_H

#include "importer/source.h"
#include "store/maillog.h"

typedef struct MaillogOptions {
	const char *const *paths; /* NULL-terminated; "-" is standard input */
	bool all;                 /* keep what is told of mail that is not SES's */
	bool again;               /* from the beginning, wherever a reading ended */
	int64_t keep;             /* seconds for which mails are remembered that no message is of */
	LogJoin join;             /* .until, .stop and .data apart */
	void (*progress)(int64_t lines, int64_t bytes, void *data); /* or NULL */
	void (*skipped)(const GError *error, void *data);           /* a log that can't be read */
	bool (*stop)(void *data);                                   /* or NULL */
	int interrupt;                                              /* as source_heed() */
	void *data;
} MaillogOptions;

typedef struct MaillogSummary {
	int64_t lines;
	int64_t bytes;
	int64_t facts;  /* lines that told something of a mail */
	int64_t broken; /* lines that could not be read */
	int64_t failed; /* logs that could not be read, or not to their end */
	bool stopped;
	LogJoinSummary join;
} MaillogSummary;

/* Adds to *summary.  False: the store is in trouble; a log that can't be read is skipped, and being
 * stopped is no error. */
bool maillog_read(
	Store *store, const MaillogOptions *options, MaillogSummary *summary, GError **error);

#endif
