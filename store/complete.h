/* complete.h - what a word may become: names, fixed values, and what the store has
 *
 * Completion never fails: what can't be read, or not in time, is left out, since whoever
 * types can go on typing.  Reads are bounded, whatever the store holds: of what is found by
 * an index so many, else what the newest messages have.
 *
 * A value stands in mail and may be anything.  Only one that is shown as it is, each of
 * its characters printable, is offered; so what is inserted is what was seen.
 */
#ifndef STORE_COMPLETE_H
#define STORE_COMPLETE_H

#include "store/query.h"
#include "store/store.h"

enum {
	COMPLETE_MOST = 200, /* candidates */
};

typedef struct Candidate {
	char *text; /* what is to stand there */
	char *help; /* what it means, "" for nothing; of mail, so not yet Visible */
	bool open;  /* more is to follow directly: no blank behind it */
} Candidate;

typedef struct Completion {
	gsize from, to; /* bytes of the line that a candidate takes the place of */
	GPtrArray *candidates;
	bool stopped; /* store_set_stop() ended a read: there may be more */
} Completion;

Completion *completion_new(gsize from, gsize to);
void completion_free(Completion *completion);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Completion, completion_free)

/* Adds @text, unless there are enough, it is not to be shown as it is, or is there
 * already.  @help NULL is "". */
void completion_add(Completion *completion, const char *text, const char *help, bool open);

/* Does @word begin with @prefix, case apart? */
bool completion_fits(const char *word, const char *prefix);

/* May @text be offered? */
bool completion_is_plain(const char *text);

/* What the token of the query @text that stands at byte @cursor may become: names of
 * terms, or behind NAME: values, quoted so that they parse back to what they are.
 * @store NULL: those alone that need none.  Yours. */
Completion *query_complete(Store *store, const char *text, gsize cursor, int64_t now);

/* Adds the values of query term @term that begin with @prefix, unquoted; beside terms, of
 * "operation" and "delivery" (one that can be sent again) the ids. */
void complete_values(
	Completion *completion, Store *store, const char *term, const char *prefix, int64_t now);

#endif
