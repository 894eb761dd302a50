/* rule.h - allow and block rules on an identity, applied to what comes in
 *
 * An allow rule needs an authenticated identity: the account together with an
 * aligned domain that a trusted result vouches for.  A block rule may rest on the
 * account or the domain alone.
 */
#ifndef STORE_RULE_H
#define STORE_RULE_H

#include "store/store.h"

typedef enum {
	RULE_ALLOW,
	RULE_BLOCK,
	RULES
} RuleKind;
const char *rule_kind_name(RuleKind kind); /* "allow", "deny" */

typedef struct Rule {
	int64_t id;
	RuleKind kind;
	char *account; /* NULL: any (block rules only) */
	char *domain;  /* aligned domain; NULL: any (block rules only) */
	char *owner;
	char *reason;
	int64_t created;
	int64_t expires; /* 0: never (block rules only) */
	int64_t hits;
	int64_t last_hit; /* 0: none yet */
	bool expired;     /* as of the listing's now */
} Rule;
void rule_free(Rule *rule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rule, rule_free)

/* Adds @rule (id is set).  REFUSED, with the reason said: no reason given, an
 * allow rule without account, domain or expiry, a public suffix, amazonses.com. */
bool store_add_rule(Store *store, Rule *rule, GError **error);
bool store_remove_rule(Store *store, int64_t id, const char *actor, int64_t now, GError **error);
GPtrArray *store_rules(Store *store, int64_t now, GError **error);

/* Back-test: how many of the messages here the rule would have settled, and how
 * many of those a person decided the other way. */
typedef struct RuleTest {
	int64_t matches, held, against;
} RuleTest;
bool store_test_rule(Store *store, const Rule *rule, RuleTest *test, GError **error);

#endif
