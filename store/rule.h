/* rule.h - allow and deny rules on an identity, applied to what comes in
 *
 * An allow rule needs an authenticated identity: an account that Amazon's signature
 * covers together with an aligned domain that is vouched for, and it matches these
 * exactly.  A deny rule may rest on the account or the domain alone; the domain is
 * then every name below it as well, in the From address or where it is aligned.  Where
 * an allow and a deny rule match, the message is blocked.  Making and removing a rule
 * is an operation in the log.
 */
#ifndef STORE_RULE_H
#define STORE_RULE_H

#include "store/message.h"

typedef enum {
	RULE_ALLOW,
	RULE_DENY,
	RULES
} RuleKind;
const char *rule_kind_name(RuleKind kind); /* "allow", "deny" */

typedef struct Rule {
	int64_t id;
	RuleKind kind;
	char *account; /* NULL: any (deny rules only) */
	char *domain;  /* aligned domain; NULL: any (deny rules only) */
	char *owner;
	char *reason;
	int64_t created;
	int64_t expires; /* 0: never (deny rules only) */
	int64_t hits;
	int64_t last_hit; /* 0: none yet */
	bool expired;     /* as of the listing's now */
} Rule;
void rule_free(Rule *rule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rule, rule_free)

/* What a rule of @kind made from @row rests on, and until when it is proposed: allow on
 * account and domain together, for 90 days; deny on the account alone, so that the
 * sender can't slip out by another domain, or on the From domain where there is no
 * account.  Owner and reason are the caller's to set.  NULL with REFUSED, and why, where
 * no such rule could match. */
Rule *rule_of_message(RuleKind kind, const MessageRow *row, int64_t now, GError **error);
/* 90 days from @now for an allow rule, 0 (never) for a deny rule. */
int64_t rule_default_expiry(RuleKind kind, int64_t now);

/* May @rule be added?  Its domain becomes lower-case ASCII, what is empty NULL.
 * REFUSED, with the reason said: no reason given, an allow rule without account, domain
 * or expiry, an expiry that has passed, a deny rule on nothing, what is no domain, a
 * public suffix, amazonses.com; free mail in an allow rule. */
bool rule_check(Rule *rule, GError **error);
/* Adds @rule, if rule_check() lets it: id is set. */
bool store_add_rule(Store *store, Rule *rule, GError **error);
/* The rule stays in the history; NOT_FOUND when it is none, or removed already. */
bool store_remove_rule(Store *store, int64_t id, const char *actor, int64_t now, GError **error);
/* Those not removed, expired ones included, oldest first. */
GPtrArray *store_rules(Store *store, int64_t now, GError **error);

/* Back-test: how many of the messages here the rule matches, how many of those are
 * held, and how many a person decided the other way.  Owner, reason and expiry may
 * still be missing; REFUSED when what it rests on may not be. */
typedef struct RuleTest {
	int64_t matches, held, against;
} RuleTest;
bool store_test_rule(Store *store, Rule *rule, RuleTest *test, GError **error);

#endif
