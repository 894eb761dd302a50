/* figures.h - times, sizes and counts as people read them */
#ifndef TUI_FIGURES_H
#define TUI_FIGURES_H

#include <stdint.h>

/* Each result is yours. */

/* How long ago, in at most four columns: "now", "12m", "2h", "3d", "5w", "2y",
 * "+3d" for what is yet to come; "" for 0. */
char *figure_age(int64_t now, int64_t then);
/* "2026-11-14 10:22", UTC as in queries and on the command line; "–" for 0. */
char *figure_time(int64_t time);
/* From which day to which, "14 Nov – 21 Nov", "14 Nov"; with the year where that is not
 * the year of @now. */
char *figure_days(int64_t now, int64_t first, int64_t last);
/* How long, in at most four columns: "<1m", "12m", "2h", "3d", "5w", "2y". */
char *figure_length(int64_t seconds);
/* What is left: "12 s", "3 min". */
char *figure_span(int64_t seconds);
/* "812 B", "12.4 KB", "3.1 MB". */
char *figure_size(int64_t bytes);
/* "1 message", "2 messages": @noun takes an s. */
char *figure_count(int64_t count, const char *noun);

/* @counts as a line of bars, one column each, the largest highest: "▁ ▃█"; a blank is 0. */
char *figure_rate(const int64_t *counts, int count);

#endif
