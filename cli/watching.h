/* watching.h - import --watch: what it says while it goes on */
#ifndef CLI_WATCHING_H
#define CLI_WATCHING_H

#include "cli/importing.h"

/* Watches the operands of @session, as @options import them, until a signal says so. */
bool watch_sources(
	Session *session, const ImportTools *tools, const ImportOptions *options, GError **error);

#endif
