/* rule.h - allow and block rules on an identity, applied to what comes in
 *
 * An allow rule needs an authenticated identity: the account together with an
 * aligned domain that a trusted result vouches for.  A block rule may rest on the
 * account or the domain alone; the domain is then compared with the From field's
 * registrable domain as well.  Where an allow and a block rule match, the message
 * is blocked.  Making and removing a rule is an operation in the log.
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

/* Adds @rule: id is set, domain becomes lower-case ASCII.  REFUSED, with the reason
 * said: no reason given, an allow rule without account, domain or expiry, an expiry
 * that has passed, a block rule on nothing, what is no domain, a public suffix,
 * amazonses.com; free mail in an allow rule. */
bool store_add_rule(Store *store, Rule *rule, GError **error);
/* The rule stays in the history; NOT_FOUND when it is none, or removed already. */
bool store_remove_rule(Store *store, int64_t id, const char *actor, int64_t now, GError **error);
/* Those not removed, expired ones included, oldest first. */
GPtrArray *store_rules(Store *store, int64_t now, GError **error);

/* Back-test: how many of the messages here the rule matches, how many of those are
 * held, and how many a person decided the other way. */
typedef struct RuleTest {
	int64_t matches, held, against;
} RuleTest;
bool store_test_rule(Store *store, const Rule *rule, RuleTest *test, GError **error);

#endif
