/* moment.h - times as text: all of them UTC */
#ifndef STORE_MOMENT_H
#define STORE_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/* RFC 3339: "2026-05-01T12:00:00Z"; NULL for 0 and for what is no year of four digits.
 * Yours. */
char *moment_text(int64_t at);

/* The beginning of the day "2026-05-01"; false when @text is none. */
bool moment_of_day(const char *text, int64_t *at);

#endif
