/* describe.h - the commands as data: what completion is made from
 *
 * Options stand in each command's run(), beside what they fill in.  So they are asked of
 * it: in a session that describes, session_options() takes them down and ends the run
 * before anything else is done.
 */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include "cli/command.h"

/* Of @commands, which end with NULL; they and what is made from them must outlive it. */
typedef struct Description Description;
Description *describe_commands(const Command *const *commands);
void description_free(Description *description);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Description, description_free)

const CommandTable *description_table(const Description *description);

/* Appends @entries, which end with an empty one or are NULL, to @options. */
void describe_options(GPtrArray *options, const GOptionEntry *entries);

#endif
