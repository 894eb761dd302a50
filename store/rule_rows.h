/* rule_rows.h - rules as the database has them; private to store/ */
#ifndef STORE_RULE_ROWS_H
#define STORE_RULE_ROWS_H

#include "store/db.h"
#include "store/rule.h"

/* Of `rule AS r`, as rule_of_row() takes them. */
#define RULE_COLUMNS                                                                          \
	"r.id, r.kind, r.account, r.domain, r.owner, r.reason, r.created, r.expires, r.hits," \
	" r.last_hit"

Rule *rule_of_row(sqlite3_stmt *stmt, int64_t now);
/* NULL with NOT_FOUND when there is none, or none any more. */
Rule *rule_read(Store *store, int64_t id, int64_t now, GError **error);

/* rule_check() without what the back-test does not need: owner, reason, expiry. */
bool rule_check_identity(Rule *rule, GError **error);

/* An allow rule matches `message AS m` only when that is so. */
#define RULE_PROVEN                            \
	"m.account_signed AND m.authenticated" \
	" AND m.account IS NOT NULL AND m.identity_domain IS NOT NULL"

#endif
