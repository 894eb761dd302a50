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
	bool keyed;    /* one value of an account, domain or campaign: each has an index in order */
	bool placed;   /* asks for nothing but id, state and ord */
	int64_t least; /* ord of what matches is not below this, */
	int64_t most;  /* or above */
} Reach;

enum {
	REACH_ALL = (1 << STATES) - 1
};

struct Query {
	GString *where;    /* about `message AS m`, with :q0, :q1 ...; "" for all */
	GString *each;     /* the same to be asked of one message: marked(:s0, m.id) for each set */
	GPtrArray *values; /* what is bound to :q0 ... */
	GPtrArray *sets;   /* of char *: SELECTs of message ids, what :s0 ... are */
	int open_set;      /* where the set that is being written begins in `where`; -1: none is */
	Reach reach;
};

Query *query_new(void);

/* Values for whichever of :q0 ... @stmt has. */
void query_bind(const Query *query, sqlite3_stmt *stmt);

/* Of Marks: what the sets have now.  NULL on error. */
GPtrArray *query_marks(Store *store, const Query *query, GError **error);
/* For @each; @marks is lent until the bindings are cleared. */
void query_bind_marks(const Query *query, const GPtrArray *marks, sqlite3_stmt *stmt);

/* ---- for the compilers of terms ---- */

/* Appends SQL that is a constant of this program. */
void query_emit(Query *query, const char *sql);
/* What is appended in between is a SELECT of message ids. */
void query_begin_set(Query *query);
void query_end_set(Query *query);
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
