/* when.h - durations and dates as people write them; all dates are UTC */
#ifndef CLI_WHEN_H
#define CLI_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* "30s", "5m", "2h", "90d" as seconds; false when @text is none of these. */
bool duration_parse(const char *text, int64_t *seconds);

/* A duration from @now, or the day "2026-05-01" (its beginning); false for
 * neither. */
bool expiry_parse(const char *text, int64_t now, int64_t *at);

/* How long before @now ("8h"), the day "2026-05-01" (its beginning) or the minute
 * "2026-05-01 08:00"; false for none of these. */
bool moment_parse(const char *text, int64_t now, int64_t *at);

/* "2026-05-01 12:30", "-" for 0.  Yours. */
char *when_text(int64_t at);

#endif
