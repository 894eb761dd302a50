/* chain.h - the hash that ties each row of the history to all before it; private to store/
 *
 * Operations, decisions, purged and reported messages are one chain: an operation, its decisions
 * in the order of their ids, the messages it purged in the order of theirs, those it reported in
 * the order they were, the next operation.  Each
 * row's hash is the SHA-256 of the hash before it (none, for the first row), the name of its
 * table, and all its columns but the hash: so a decision's hash covers its operation too, and that
 * of a reported message what was reported of it, how and to whom.  Who
 * changes a row, takes one out or exchanges two has to write all later hashes anew, and the last
 * one with them.
 *
 * What is an operation's is appended before the next operation begins. */
#ifndef STORE_CHAIN_H
#define STORE_CHAIN_H

#include "store/store.h"

struct sqlite3;

/* The SQL function row_hash(PREVIOUS, VALUE...): the SHA-256 of its arguments, each with
 * its type and, where it has one, its length, so that no two lists give the same. */
bool chain_register(struct sqlite3 *db);

/* row_hash() of a row of these tables, from the expressions given for its columns. */
#define CHAIN_OPERATION(previous, id, at, actor, verb, reason, undoes, origin)             \
	"row_hash(" previous ", 'operation', " id ", " at ", " actor ", " verb ", " reason \
	", " undoes ", " origin ")"
#define CHAIN_DECISION(previous, id, operation, message, kind, before, after, rule)                \
	"row_hash(" previous ", 'decision', " id ", " operation ", " message ", " kind ", " before \
	", " after ", " rule ")"

#define CHAIN_PURGED(previous, message, operation) \
	"row_hash(" previous ", 'purged', " message ", " operation ")"

/* Of `reported AS t` and its `report AS r`: */
#define CHAIN_REPORTED(previous, id, operation, report, message)                                \
	"row_hash(" previous ", 'reported', " id ", " operation ", " report ", " message        \
	", r.campaign, r.account, r.way, r.destination, r.sender, r.token, r.redacted, r.test," \
	" r.size, r.sha256)"

/* The hash of the last row of operation `o`, which stands in `operation AS o`. */
#define CHAIN_LAST_OF_OPERATION                                                                \
	"coalesce((SELECT t.hash FROM reported t WHERE t.operation = o.id"                     \
	"  ORDER BY t.id DESC LIMIT 1), (SELECT p.hash FROM purged p WHERE p.operation = o.id" \
	"  ORDER BY p.message DESC LIMIT 1), (SELECT d.hash FROM decision d WHERE"             \
	"  d.operation = o.id ORDER BY d.id DESC LIMIT 1), o.hash)"

/* A migration's step: ties together what an older version left. */
bool chain_existing(Store *store, GError **error);

#endif
