/* rule_study.h - what rules would have done, and what that says about them
 *
 * Back-tests, proposals and audits only look; nothing here changes the store.
 */
#ifndef STORE_RULE_STUDY_H
#define STORE_RULE_STUDY_H

#include "store/rule.h"

/* What is here against a rule.  What a person decided counts where it stands, undone
 * decisions and those of rules do not. */
typedef struct RuleTest {
	int64_t matches;    /* messages it would settle, had it been there when they came */
	int64_t held;       /* of these: a deny rule blocks them, an allow rule leaves them */
	int64_t recipients; /* distinct, of those held */
	int64_t claimed;    /* of those held: by others than the owner, when the rule is made */
	int64_t agreed;     /* of `matches`: a person decided the same */
	int64_t against;    /* of `matches`: a person decided the other way */
	int64_t since;      /* of `against`: after the rule was made */
	int64_t identities; /* distinct accounts with their aligned domains among `matches` */
	int64_t unproven;   /* an allow rule leaves these alone, since nothing trusted vouches for
	                     * them; a deny rule takes their word that they are of its account */
	/* An allow rule's: of its identity, but left alone */
	int64_t out_of_scope;
	int64_t not_lifted; /* in scope, with a finding that it does not lift */
} RuleTest;

/* Owner, reason and expiry may still be missing; REFUSED when what it rests on may not be.
 * @rule gets the store's spelling. */
bool store_test_rule(Store *store, Rule *rule, const Site *site, RuleTest *test, GError **error);
/* Sentences for a person, a line each: "would have released 14 messages here, of which a
 * person blocked 1".  Of char *. */
GPtrArray *rule_test_words(const Rule *rule, const RuleTest *test);

/* Of what is held and a deny rule would block: those that are unlike the rest, at most
 * @limit.  Of Odd (store/odd.h). */
GPtrArray *store_rule_odd(Store *store, const Rule *rule, int limit, GError **error);

/* Narrows an allow rule to what was released by people of its identity, and to message
 * @with (0: none): the domains of their recipients and the findings on them, but for those of
 * history: these tell what is to stop a rule.  A deny rule stays as it is. */
bool store_narrow_rule(Store *store, Rule *rule, int64_t with, GError **error);

/* A rule that people's decisions suggest. */
typedef struct Suggestion {
	Rule *rule; /* owner is empty: whoever adds it */
	RuleTest test;
	int64_t decided; /* messages of the identity that people settled */
	int64_t agreed;  /* of these: as the rule would */
	double bound;    /* lower end of Wilson's 95 % interval of agreed / decided */
} Suggestion;
void suggestion_free(Suggestion *suggestion);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Suggestion, suggestion_free)

enum {
	SUGGEST_LEAST = 5, /* decisions below which nothing is suggested */
};

/* Strongest first: what has at least SUGGEST_LEAST decisions, nothing against it, and no
 * rule yet.  Reason and expiry are filled in. */
GPtrArray *store_suggest_rules(
	Store *store, RuleKind kind, const Site *site, int64_t now, GError **error);

/* What is doubtful about one rule. */
typedef struct Audited {
	Rule *rule;
	RuleTest test;
	GPtrArray *doubts; /* of char *: sentences */
} Audited;
void audited_free(Audited *audited);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Audited, audited_free)

/* Rules of @kind that are not removed and of which something is to be said, oldest first. */
GPtrArray *store_audit_rules(
	Store *store, RuleKind kind, const Site *site, int64_t now, GError **error);

/* The same of one rule, whether anything is to be said of it or not; NOT_FOUND when there
 * is none, or none any more. */
Audited *store_audit_rule(Store *store, int64_t id, const Site *site, int64_t now, GError **error);

/* Lower end of the 95 % interval for a share of which @part of @whole was seen: Wilson,
 * 'Probable Inference, the Law of Succession, and Statistical Inference' (1927); 0 for
 * none. */
double wilson_bound(int64_t part, int64_t whole);

#endif
