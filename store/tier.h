/* tier.h - scattered rows in two tables, a small one before a large one; private to store/
 *
 * In a large B-tree each row whose key is anywhere changes a page of its own, which is written to
 * the log and to the store.  So rows go into a small table first, whose pages stay in the cache, and from there to
 * the large one in the order of their keys, a part of the small one at a time: then many go to a
 * page.  Whoever reads them reads both.
 */
#ifndef STORE_TIER_H
#define STORE_TIER_H

#include "store/db.h"

typedef struct Tier {
	const char *count; /* of the small table's rows */
	const char *end;   /* the key of the last of :part rows behind :a, :b, :c */
	const char *copy;  /* what is behind these, up to :end_a, :end_b, :end_c */
	const char *clear; /* the same, from the small table */
	const char *place; /* where the last part ended, in a table of one row */
	const char *advance;
	const char *restart; /* before all keys */
} Tier;

#define TIER_BETWEEN(a, b, c)                         \
	" WHERE (" a ", " b ", " c ") > (:a, :b, :c)" \
	" AND (" a ", " b ", " c ") <= (:end_a, :end_b, :end_c)"

/* Tables @large and @small of columns @a, @b, @c, which are the key, and @rest; @taken is what is
 * selected of these, @conflict what becomes of a row that is in both, @first a key before all.
 * @rest is "" or begins with a comma.  @ended has the place, and counts the merges. */
#define TIER(large, small, ended, a, b, c, rest, taken, conflict, first)                           \
	{                                                                                          \
		.count = "SELECT count(*) FROM " small,                                            \
		.end = "SELECT * FROM (SELECT " a ", " b ", " c " FROM " small " WHERE (" a ", " b \
		       ", " c ") > (:a, :b, :c) ORDER BY 1, 2, 3 LIMIT :part)"                     \
		       " ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT 1",                                 \
		.copy = "INSERT INTO " large " (" a ", " b ", " c rest ") SELECT " taken           \
			" FROM " small                                                             \
			TIER_BETWEEN(a, b, c) " ORDER BY " a ", " b ", " c conflict,               \
		.clear = "DELETE FROM " small TIER_BETWEEN(a, b, c),                               \
		.place = "SELECT " a ", " b ", " c " FROM " ended,                                 \
		.advance = "UPDATE " ended " SET " a " = :a, " b " = :b, " c " = :c,"              \
			   " merges = merges + 1",                                                 \
		.restart = "UPDATE " ended " SET (" a ", " b ", " c ") = (" first ")",             \
	}

/* Before a transaction that added rows ends: moves a part of the new ones, @part or a few more,
 * to the others, as often as there are more than @most. */
bool tier_merge(Store *store, const Tier *tier, int64_t most, int64_t part, GError **error);

/* Whether there are. */
bool tier_is_above(Store *store, const Tier *tier, int64_t most, bool *above, GError **error);

typedef struct TierLimits {
	int64_t most, part;
} TierLimits;

/* Of a table that has about @rows in all, when it is time to ask that: once in a while, as those of
 * a large store are counted in a millisecond or more.  *due is the caller's, 0 at first. */
bool tier_is_due(int64_t rows, int64_t *due, TierLimits *limits);

#endif
