/* rule.h - allow and deny rules, applied to what comes in
 *
 * An allow rule rests on an authenticated identity: an account that Amazon's signature
 * covers together with an aligned domain that is vouched for, and it matches these
 * exactly.  Its scope narrows it to recipients and From domains, and it releases only
 * what has no finding that weighs against it but those it lifts.
 *
 * A deny rule rests on one indicator or several, which must then all hold: it blocks
 * what is held here and matches, in the operation that makes it, and what comes.  A
 * domain or link domain is then every name below it as well.
 *
 * Where an allow and a deny rule match, the message is blocked; of two of a kind the
 * older decides.  Making and removing a rule is an operation, which can be undone.
 */
#ifndef STORE_RULE_H
#define STORE_RULE_H

#include "mail/site.h"
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
	/* What it rests on: all of these that are given must hold. */
	char *account;
	char *domain;     /* allow: the aligned domain; deny: that or From's, or one above it */
	char *sender;     /* deny: envelope sender or From address */
	char *link;       /* deny: where a link ends: a registrable domain or a host below */
	char *url;        /* deny: where a link ends, as url_normal() has it */
	char *file;       /* deny: an attachment's SHA-256, lower-case hex */
	int64_t campaign; /* 0: whichever; follows where it is joined into another */
	/* Scope of an allow rule; of char *, NULL or empty: no bounds. */
	GPtrArray *recipients;   /* addresses, and domains that stand for all below them; every
	                          * recipient must be one of these */
	GPtrArray *from_domains; /* From's domain is one of these or below */
	GPtrArray *lifts;        /* finding ids; NULL or empty: none */
	bool lifts_all;          /* whatever was found */
	char *owner;
	char *reason;
	int64_t created;
	int64_t expires;  /* at that time; 0: never */
	int64_t idle;     /* so many seconds after its last hit, or after it was made; 0: never */
	int64_t hits;     /* of what came; what was held when it was made is none */
	int64_t last_hit; /* 0: none yet */
	bool expired;     /* as of the listing's now */
} Rule;
void rule_free(Rule *rule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rule, rule_free)

/* "allow account AbCd domain shop.example", and "to here.example, lifting link-leaves":
 * what it rests on, and how it is bounded ("" for a deny rule).  Yours. */
char *rule_words(const Rule *rule);
char *rule_bounds(const Rule *rule);
/* "until 2026-05-01", "until 45 days pass without a hit", "until it is removed". */
char *rule_term(const Rule *rule);

/* What a rule of @kind made from @row rests on, and until when it is proposed: allow on
 * account and domain together, for 90 days; deny on the account alone, so that the
 * sender can't slip out by another domain, or on the From domain where there is no
 * account.  Scope, lifts, owner and reason are the caller's to set.  NULL with REFUSED,
 * and why, where no such rule could match. */
Rule *rule_of_message(RuleKind kind, const MessageRow *row, int64_t now, GError **error);
/* 90 days from @now for an allow rule, 0 (never) for a deny rule. */
int64_t rule_default_expiry(RuleKind kind, int64_t now);

/* May @rule be added?  It gets the store's spelling: domains in lower-case ASCII, a URL in
 * its normal form, and what is empty becomes NULL.  @site says what is the
 * organisation's own and which domains are brands'; NULL: nothing is.
 *
 * REFUSED, with the reason said: no reason given, an allow rule without account, domain
 * or expiry, an expiry that has passed, a deny rule on nothing; what is no domain,
 * address, URL or digest; amazonses.com, public suffixes, and in an allow rule free mail;
 * as a link domain also the organisation's own, a brand's, and hosts where anybody can
 * put a page; what only the other kind can have. */
bool rule_check(Rule *rule, const Site *site, GError **error);
/* Adds @rule, if rule_check() lets it: id is set, and what a deny rule matches that is
 * held here is blocked.  The operation's id; 0 on error. */
int64_t store_add_rule(Store *store, Rule *rule, const Site *site, GError **error);
/* The rule stays in the history, and what it decided stands; NOT_FOUND when it is none,
 * or removed already.  The operation's id; 0 on error. */
int64_t store_remove_rule(Store *store, int64_t id, const char *actor, int64_t now, GError **error);
/* Those not removed, expired ones included, oldest first. */
GPtrArray *store_rules(Store *store, int64_t now, GError **error);

#endif
