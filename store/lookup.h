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
bool lookup_register(Store *store);

/* What is looked for in both tables, or where the large one certainly has no such entry (bloom.h)
 * in the small one. */
typedef struct LookupSql {
	const char *in_both, *in_small;
} LookupSql;

#define LOOKUP_NEW "SELECT row FROM lookup_new WHERE space = :space AND key = :key"
#define LOOKUP_ALL \
	LOOKUP_NEW " UNION ALL SELECT row FROM lookup WHERE space = :space AND key = :key"

/* @columns of the rows that may have it, as l.row; of the edge e of a kind that has a value; of the
 * raw mail r that has a digest; @rest follows. */
#define LOOKUP_SQL(columns, rest)                                                 \
	{                                                                         \
		.in_both = "SELECT " columns " FROM (" LOOKUP_ALL ") AS l" rest,  \
		.in_small = "SELECT " columns " FROM (" LOOKUP_NEW ") AS l" rest, \
	}
#define LOOKUP_EDGE_SQL(columns, rest) \
	LOOKUP_SQL(columns,            \
		" JOIN edge AS e ON e.id = l.row AND e.kind = :space AND e.value = :value" rest)
#define LOOKUP_RAW_SQL(columns, rest) \
	LOOKUP_SQL(columns, " JOIN raw AS r ON r.id = l.row AND r.sha256 = :sha256" rest)

/* One of the two, with what is looked for bound. */
Kept *lookup_prepare(
	Store *store, const LookupSql *sql, LookupSpace space, int64_t key, GError **error);
Kept *lookup_prepare_edge(
	Store *store, const LookupSql *sql, EdgeKind kind, const char *value, GError **error);
Kept *lookup_prepare_raw(
	Store *store, const LookupSql *sql, const uint8_t sha256[DIGEST_SIZE], GError **error);

/* The row that was found last by this key, as far as it is remembered; 0.  No more than a hint. */
int64_t lookup_hint(const Store *store, LookupSpace space, int64_t key);
/* While much is imported: bulk.h. */
void lookup_remember(Store *store, LookupSpace space, int64_t key, int64_t row);
void lookup_forget(Store *store);

bool lookup_add(Store *store, LookupSpace space, int64_t key, int64_t row, GError **error);
bool lookup_remove(Store *store, LookupSpace space, int64_t key, int64_t row, GError **error);

/* About how many there are: of edges, of raw mails, and of the files these came from. */
bool lookup_count(Store *store, int64_t *entries, GError **error);

/* Before a transaction that added some ends: moves a part of the new entries, @part or a few
 * more, to the others, as often as there are more than @most.  lookup_merge() knows how many. */
bool lookup_merge_parts(Store *store, int64_t most, int64_t part, GError **error);
bool lookup_merge(Store *store, GError **error);

#endif
