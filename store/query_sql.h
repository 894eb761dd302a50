/* query_sql.h - a query as an SQL condition; private to store/
 *
 * The condition is put together from constants; whatever a user wrote is bound.
 */
#ifndef STORE_QUERY_SQL_H
#define STORE_QUERY_SQL_H

#include "store/db.h"
#include "store/message.h"
#include "store/query.h"

/* What is known of a condition without running it. */
typedef struct Reach {
	unsigned may;  /* bit per MessageState: where it can hold */
	unsigned must; /* where it holds for every message */
	bool narrow;   /* begins with a set of ids: better than any index of a list */
} Reach;

enum {
	REACH_ALL = (1 << STATES) - 1
};

struct Query {
	GString *where;    /* about `message AS m`, with :q0, :q1 ...; "" for all */
	GPtrArray *values; /* what is bound to them */
	Reach reach;
};

Query *query_new(void);

void query_bind(const Query *query, sqlite3_stmt *stmt);

/* ---- for the compilers of terms ---- */

/* Appends SQL that is a constant of this program. */
void query_emit(Query *query, const char *sql);
/* Appends a parameter with this value. */
void query_emit_int(Query *query, int64_t value);
void query_emit_text(Query *query, const char *text);
void query_emit_blob(Query *query, const void *bytes, size_t length);
/* Appends to the text of parameter number @value. */
void query_extend_text(Query *query, int value, const char *text);
/* Appends parameter number @value once more. */
void query_emit_again(Query *query, int value);

typedef struct TermUse {
	Query *query;
	const QueryTerm *term; /* NULL for a bare word */
	const char *text;      /* without quotes and star */
	bool prefix;           /* a star stood behind it */
	int64_t now;
	Reach reach; /* preset to 'anywhere'; the compiler may say more */
} TermUse;

/* Is the bare word one that the word index knows? Then its expression, else NULL. */
char *term_words(const TermUse *use);
void term_compile_words(TermUse *use, const char *expression);
void term_compile_symbols(TermUse *use);

/* NULL if there is none. */
const QueryTerm *term_find(const char *name, size_t length);
/* The term whose name is most like it; NULL when none is near. */
const QueryTerm *term_nearest(const char *name, size_t length);

#endif
