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

/* @domain as it stands in the store; NULL when it can't be a domain.  Yours. */
char *rule_domain(const char *domain);

#endif
