/* program.h - runs a program of the mail server's and takes what it prints
 *
 * Apart from us, as spawn_program() has it.
 */
#ifndef IMPORTER_PROGRAM_H
#define IMPORTER_PROGRAM_H

#include <glib.h>
#include <stddef.h>

typedef struct ProgramRun {
	const char *const *argv; /* ends with NULL; the first is looked for where system programs
				  * are, so that nobody's PATH puts another before it */
	const char *input;       /* on standard input; NULL: nothing */
	size_t most;             /* bytes it may print */
	int interrupt;           /* as source_heed() */
} ProgramRun;

/* What it printed.  IMPORT_ERROR_NO_INPUT where there is no such program, IMPORT_ERROR_STOPPED,
 * IMPORT_ERROR_DATA where it prints more, else IMPORT_ERROR_IO in its own words. */
GBytes *program_run(const ProgramRun *run, GError **error);

#endif
