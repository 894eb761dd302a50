/* job.h - a lazaret subcommand that runs beside the console
 *
 * Started from an argv, never through a shell, with LAZARET_STORE naming the
 * store; what it prints is collected.  Nothing waits for it.
 */
#ifndef TUI_JOB_H
#define TUI_JOB_H

#include <glib.h>
#include <stdbool.h>

typedef struct Job Job;

/* @arguments: the program first.  @columns: how wide its tables may be; 0: as in a
 * pipe.  @output: a descriptor for its standard output,
 * -1: collect that as well as standard error. */
Job *job_start(
	const char *const *arguments, const char *store, int columns, int output, GError **error);
/* Stops it if it runs. */
void job_free(Job *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Job, job_free)

/* The same; its process id, to be asked for with job_has_ended() until it has.
 * 0: it had ended. */
int job_stop(Job *job);

/* To poll for reading; what is there is taken by job_read().  -1: it closed its output
 * and has yet to end. */
int job_descriptor(const Job *job);
/* False when it has ended: then the status and all output are there. */
bool job_read(Job *job);

const char *job_name(const Job *job);
const char *job_output(const Job *job, gsize *length);
/* Ended, and with exit status 0. */
bool job_succeeded(const Job *job);

/* Starts the program and lets it live on its own; its process id, 0 on error. */
int job_detach(const char *const *arguments, const char *store, GError **error);
/* Gives a program of PATH @input (some KB at most) on its standard input, and a moment in which
 * it is to take it: false when it failed. */
bool job_feed(const char *const *arguments, const char *input, GError **error);
/* Has the process @pid, detached or stopped, ended? */
bool job_has_ended(int pid);

#endif
