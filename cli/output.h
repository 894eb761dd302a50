/* output.h - standard output and standard error, the only way this folder writes
 *
 * What a person reads goes through text_visible(): a message, a server or a file
 * name can't move the cursor, hide a word or begin a line of its own.  What a
 * program reads is exact, unless it goes to a terminal.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Output Output;

Output *output_new(int fd);
void output_free(Output *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Output, output_free)

bool output_terminal(const Output *output);
/* Nobody looks on: neither a terminal nor the console's view.  What goes there is kept by a journal
 * or a mail of cron, which others than this quarantine's users read. */
bool output_is_log(const Output *output);
int output_columns(const Output *output); /* of the terminal; 0 in a pipe */

/* One line for a person. */
void output_line(Output *output, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Text of several lines for a person, each made visible by itself. */
void output_text(Output *output, const char *text);
/* One record for a program, without its line end: exact in a pipe. */
void output_record(Output *output, const char *record, size_t length);
/* Bytes as they are: exact in a pipe, visible line by line on a terminal. */
void output_bytes(Output *output, const char *bytes, size_t length);

/* True with errno set once a write has failed; what is printed after that is dropped. */
bool output_failed(const Output *output);
bool output_flush(Output *output); /* false when output_failed() */
/* Flushes; CLI_ERROR_WRITE when anything of all that was printed did not get out. */
bool output_finish(Output *output, GError **error);

/* One line on standard error: "lazaret: ...". */
void complain(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* Lines that belong under it, indented. */
void complain_more(const char *text);

#endif
