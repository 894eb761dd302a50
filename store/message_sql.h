/* message_sql.h - what the SQL of messages shares; private to store/ */
#ifndef STORE_MESSAGE_SQL_H
#define STORE_MESSAGE_SQL_H

#include "store/db.h"
#include "store/message.h"

/* message.ord: score, time received and the low bits of the id, from the top down;
 * message.arrived: the same without the score. */
enum {
	ORDER_ARRIVED_SHIFT = 22,
	ORDER_SCORE_SHIFT = 56,
};
int64_t message_order(int score, int64_t received, int64_t id);

/* Its MessageLog, parted in the same way: message_log_read(). */
#define MESSAGE_LOG_COLUMN                                                                   \
	"(SELECT l.server || char(0) || l.queue_id || char(0) || ifnull(l.client_name, '')"  \
	" || char(0) || ifnull(l.client_ip, '') || char(0) || ifnull(l.helo, '') || char(0)" \
	" || ifnull(l.login, '') || char(0) || ml.restored || char(0) || ml.matched"         \
	" FROM message_log ml JOIN logged l ON l.id = ml.logged WHERE ml.message = m.id)"
MessageLog *message_log_read(sqlite3_stmt *stmt, int column);

/* Who purged it: message_row_read() makes the words. */
#define MESSAGE_PURGED_COLUMN                                                                    \
	"(SELECT o.at || ' ' || o.id || ' ' || o.actor FROM purged p JOIN operation o ON o.id =" \
	" p.operation WHERE p.message = m.id)"
/* "purged 2026-11-30 by alice (operation 7)"; yours. */
char *purge_mark_words(int64_t at, const char *actor, int64_t operation);

/* A MessageRow of `message AS m`, behind its position.  Recipients come in the same
 * row, parted by NUL, which no address has. */
#define MESSAGE_ROW_COLUMNS                                                                       \
	"m.id, m.version, m.state, m.score, m.received, m.date, m.subject, m.from_address,"       \
	" m.from_name, m.domain, m.sender,"                                                       \
	" (SELECT group_concat(address, char(0)) FROM"                                            \
	" (SELECT address FROM recipient WHERE message = m.id ORDER BY position)),"               \
	" m.header_to, m.region, m.account, m.identity_domain, m.ip, m.config_set, m.message_id," \
	" m.account_signed, m.authenticated, m.seen, m.ses, m.sha256, m.size, m.campaign,"        \
	" m.source, m.links, m.attachments, m.link_domain, m.top_finding, m.claimed_by,"          \
	" m.claimed_until, " MESSAGE_PURGED_COLUMN ", " MESSAGE_LOG_COLUMN
MessageRow *message_row_read(sqlite3_stmt *stmt);

/* The one row that @sql has for message :id; NULL with NOT_FOUND when it has none. */
Kept *message_find_row(Store *store, const char *sql, int64_t id, GError **error);

/* NOT_A_STORE: @what of message @id is damaged.  False. */
bool message_fail_damaged(Store *store, int64_t id, const char *what, GError **error);

/* The address that `message AS m` was sent from: as the mail says, or else as a log does. */
#define MESSAGE_IP                                                                                 \
	"coalesce(m.ip, (SELECT l.client_ip FROM message_log ml JOIN logged l ON l.id = ml.logged" \
	" WHERE ml.message = m.id))"

/* A Finding whose id, weight, text, evidence and place are the first columns. */
Finding *finding_of_row(sqlite3_stmt *stmt);

/* Adds to @rows what @take makes, which is theirs then, of each row that @sql has for message :id. */
bool message_load_rows(Store *store, const char *sql, int64_t id, void *(*take)(sqlite3_stmt *stmt),
	GPtrArray *rows, GError **error);

/* PURGED, and true, where the mail of message @id was removed; true on an error as well. */
bool message_fail_purged(Store *store, int64_t id, GError **error);

/* Adds those of message @id, in order. */
bool message_load_findings(Store *store, int64_t id, GPtrArray *findings, GError **error);

/* What was read backwards stands in list order again. */
void rows_turn_round(GPtrArray *rows);

/* store_load_record(), and of a message that is still being purged all of it; where it fails with
 * OUTDATED, *whole is false, and links, or what has no table of its own, are missing. */
Message *message_load_parts(Store *store, int64_t id, bool *whole, GError **error);

/* What a list of @sort is ordered by: a column of `message AS m`. */
const char *list_order(ListSort sort);
/* The order it is read in, which is not the order of its rows where it is read backwards. */
bool list_ascends(const StoreList *list);

/* `SELECT position, @columns` of what @list lists, in order; bind with message_list_bind(). */
char *message_list_sql(const StoreList *list, const char *columns);
/* The same by what they have in common, in no list's order until it is sorted. */
char *message_search_sql(const StoreList *list, const char *columns);
void message_list_bind(const StoreList *list, sqlite3_stmt *stmt);

#endif
