/* stats.h - what `lazaret stats` counts beside messages */
#ifndef CLI_STATS_H
#define CLI_STATS_H

#include "cli/command.h"
#include "cli/listing.h"

/* --by lesson: what decisions taught, strongest first. */
#define STATS_BY_LESSON "lesson"
bool stats_lessons(Session *session, Format format, GError **error);

/* In per cent of all, rounded. */
int64_t stats_share(int64_t messages, int64_t all);

/* --window: who sends more than they used to; @by NULL: by account.  Opens the store. */
bool stats_bursts(
	Session *session, Format format, const char *window, const char *by, GError **error);

/* --decisions: what was decided, as it was written on the command line; NULL: not given. */
typedef struct StatsWindow {
	const char *by;
	const char *since, *until;
	int limit;
} StatsWindow;
/* Opens the store. */
bool stats_decisions(Session *session, Format format, const StatsWindow *asked, GError **error);

#endif
