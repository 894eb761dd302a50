/* target.h - what a command's operands point at: messages by id, or a query */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include "cli/command.h"
#include "store/query.h"

/* @words joined by blanks as a query; on an error the session's hint shows it
 * with a mark below the column. */
Query *query_of(Session *session, char **words, GError **error);

/* A message or other id: CLI_ERROR_USAGE when @text is none. */
bool id_parse(const char *text, int64_t *id, GError **error);

/* All of @words, of which there may be none, are digits. */
bool words_are_ids(char **words);

/* They are an empty query. */
bool words_are_blank(char **words);

/* Ids of the messages that the operands name (all digits) or, when any of them is
 * no number, that their query finds.  None at all is CLI_ERROR_USAGE, no message
 * found CLI_ERROR_NO_INPUT.  An id is not looked up here. */
GArray *targets_of(Session *session, GError **error);

#endif
