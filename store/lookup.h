/* lookup.h - which rows have a text or a digest; private to store/
 *
 * What would be UNIQUE, where the values are scattered: see tier.h.  Keys are numbers, a third as
 * large as what they stand for.
 *
 * An entry is a hint: whoever follows it compares what the row has.  Whoever adds a row adds its
 * entry in the same transaction, in which he looked for it first.
 */
#ifndef STORE_LOOKUP_H
#define STORE_LOOKUP_H

#include "mail/digest.h"
#include "mail/edge.h"
#include "store/db.h"

/* What is looked for: lookup.space in the database. */
typedef enum {
	LOOKUP_SEEN = -2,           /* files as they stood when they were read: no row, 0 */
	LOOKUP_RAW = -1,            /* raw by sha256 */
	LOOKUP_EDGE = EDGE_ACCOUNT, /* edge by value: and so on, by EdgeKind */
} LookupSpace;

/* The first 8 bytes of a SHA-256, so that keys have the order of the digests. */
int64_t lookup_digest_key(const uint8_t digest[DIGEST_SIZE]);
int64_t lookup_text_key(const char *text);
/* The same in SQL: lookup_key(blob) and lookup_key(text). */
bool lookup_register(sqlite3 *db);

/* The rows that may have it, as l.row; binds :space and :key. */
#define LOOKUP_ROWS                                                                             \
	"(SELECT row FROM lookup_new WHERE space = :space AND key = :key UNION ALL SELECT row " \
	"FROM lookup WHERE space = :space AND key = :key) AS l"
void lookup_bind(Kept *stmt, LookupSpace space, int64_t key);
/* What follows FROM where the edge e of a kind that has a value is looked for, or the raw mail r
 * that has a digest; what is bound then. */
#define LOOKUP_EDGE_ROW \
	LOOKUP_ROWS " JOIN edge AS e ON e.id = l.row AND e.kind = :space AND e.value = :value"
void lookup_bind_edge(Kept *stmt, EdgeKind kind, const char *value);
#define LOOKUP_RAW_ROW LOOKUP_ROWS " JOIN raw AS r ON r.id = l.row AND r.sha256 = :sha256"
void lookup_bind_raw(Kept *stmt, const uint8_t sha256[DIGEST_SIZE]);

bool lookup_add(Store *store, LookupSpace space, int64_t key, int64_t row, GError **error);
bool lookup_remove(Store *store, LookupSpace space, int64_t key, int64_t row, GError **error);

/* Before a transaction that added some ends: moves a part of the new entries, @part or a few
 * more, to the others, as often as there are more than @most.  lookup_merge() knows how many. */
bool lookup_merge_parts(Store *store, int64_t most, int64_t part, GError **error);
bool lookup_merge(Store *store, GError **error);

#endif
