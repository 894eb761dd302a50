/* query.h - the query language: one for console, command line, rules and exports
 *
 *   from:bakery -domain:example.org (score:>70 OR has:attachment) "reset link"
 *
 * Terms are ANDed, - negates, OR and parentheses group, "..." is a phrase, a bare
 * word searches subject, addresses, text and URLs.  A TEXT stands anywhere in its
 * field, TEXT* at its beginning.  lazaret(7) has the terms, made from query_terms().
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Query Query;
struct TermUse;

#define QUERY_ERROR (query_error_quark())
GQuark query_error_quark(void);

typedef enum {
	QUERY_ERROR_SYNTAX, /* unbalanced, dangling, empty value */
	QUERY_ERROR_TERM,   /* no such term */
	QUERY_ERROR_VALUE,  /* not a value of this term */
} QueryError;

/* @text NULL or "" matches all.  @now is what age: counts from.  The error's
 * message says what was expected; *column (may be NULL) is the 1-based character
 * it stands at. */
Query *query_parse(const char *text, int64_t now, int *column, GError **error);
void query_free(Query *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Query, query_free)

typedef struct QueryTerm {
	const char *name;    /* "from" */
	const char *value;   /* what it takes: "TEXT", "held|released|blocked", "[<>=]N" */
	const char *summary; /* for the manual and completion */

	/* How it is compiled: query_term.c's own. */
	bool (*compile)(struct TermUse *use, GError **error);
	const char *sql;
} QueryTerm;
const QueryTerm *query_terms(void); /* ends with name NULL */

/* @value as a query has it in quotation marks, with these: what it holds is read as it is.
 * Yours. */
char *query_quoted(const char *value);

#endif
