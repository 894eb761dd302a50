/* leased.h - what deliverers are at work on, for commands about the outbox */
#ifndef CLI_LEASED_H
#define CLI_LEASED_H

#include "cli/command.h"

/* A line that says how many deliveries are with a deliverer, whose and until when; nothing
 * when there are none.  *count is how many, if it is not NULL. */
bool print_leased(Session *session, int64_t *count, GError **error);

#endif
