/* indicator.h - what decisions and rules tell other systems to block or to let in
 *
 * An indicator is one value that stands for itself outside of this store.  It is said by a
 * rule that rests on it alone, or by messages that are blocked:
 *
 *   kind     by messages                           by a rule
 *   account  that Amazon's signature covers        deny
 *   domain   From's, where it is vouched for       deny; allow, and then with `account`
 *   sender   From's address, likewise              deny
 *   link     where links that are followed lead    deny
 *   url      likewise, on hosts that many share    deny
 *   sha256   of attachments                        deny
 *
 * A rule that rests on several of these at once says less than each alone would; one that
 * rests on a campaign says what the messages say that it blocked.
 *
 * What would do harm is not said but left out, with the reason: public suffixes, Amazon's own,
 * free mail, hosts that many share, what is common to many senders, the organisation's own,
 * brands', whom mail was for, what nothing vouches for (a forged From must never get the forged
 * domain blocked), what an allow rule lets in, and what stands in messages that people released:
 * of what a rule says, those released after it was made.  The addresses that mail was sent from are SES's, shared by all: never said.
 *
 * A format writes what has neither `left_out` nor `withdrawn`; it takes back what is
 * `withdrawn`, if it has words for that; and it may list what was left out, and why.
 */
#ifndef STORE_INDICATOR_H
#define STORE_INDICATOR_H

#include "mail/redact.h"
#include "mail/site.h"
#include "store/query.h"
#include "store/store.h"

typedef enum {
	INDICATOR_ACCOUNT, /* SES account, as Feedback-ID has it: letters (which count as written),
	                    * digits, + / = - _ */
	INDICATOR_DOMAIN,  /* who sends: the domain and all below it; to allow, the aligned DKIM
	                    * domain, and that alone */
	INDICATOR_SENDER,  /* From or envelope sender: an address, ASCII letters in lower case; its
	                    * local part may be quoted, with blanks, and have any letters */
	INDICATOR_LINK,    /* where links end: a domain and all below it */
	INDICATOR_URL,  /* likewise: as url_normal() has it, in visible ASCII without " < > ` \ */
	INDICATOR_FILE, /* an attachment's SHA-256, lower-case hex */
	INDICATOR_KINDS
} IndicatorKind;
const char *indicator_kind_name(IndicatorKind kind); /* "account" ... "link", "url", "sha256" */

typedef enum {
	INDICATOR_BLOCK,
	INDICATOR_ALLOW,
	INDICATOR_ACTIONS
} IndicatorAction;
const char *indicator_action_name(IndicatorAction action); /* "block", "allow" */

/* Strings are valid UTF-8 and hostile: a value has what its kind's spelling lets in, a reason
 * whatever somebody typed. */
typedef struct Indicator {
	IndicatorKind kind;
	IndicatorAction action;
	char *value;    /* without control characters, and but in a sender in visible ASCII */
	char *account;  /* to allow: only what this account sent as well; else NULL */
	char *left_out; /* why it is not said: one clause, "is free mail: ..."; NULL: it is said */
	bool withdrawn; /* it was said up to IndicatorRequest.since, and nothing says it any more:
	                 * undone, a rule removed or expired, released since */
	int64_t operation;   /* since which it is said; of what is withdrawn, which ended it, or 0
	                    * where time alone did */
	int64_t at;          /* when that was; when it ended */
	char *actor;         /* whose operation it was: a rule's owner, where a rule says it */
	char *reason;        /* they gave; NULL: none */
	int64_t rule;        /* that says it; 0: messages alone do */
	int64_t expires;     /* when that rule does; 0: never, or not known before */
	int64_t messages;    /* that have it: blocked ones which the query finds; to allow: hits */
	int64_t campaign;    /* of the latest of these; 0: none */
	int64_t first, last; /* received; 0: none */
} Indicator;
void indicator_free(Indicator *indicator);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Indicator, indicator_free)

typedef struct IndicatorRequest {
	/* Messages that count; and rules which decided about these.  NULL: all messages, and all
	 * rules, whether they were hit or not. */
	const Query *query;
	int64_t since;        /* operation: only what changed after it; 0: all that is said */
	const Site *site;     /* own domains and brands; NULL: none */
	Redaction *redaction; /* NULL; else reasons are without whom messages were for, and URLs
	                       * that only their sender can read are left out */
	bool abroad;          /* others read it: URLs with anybody's address, or a name that an
	                       * envelope recipient's has, are left out; so they are with redaction */
	int64_t now;          /* for rules that expire */
} IndicatorRequest;

/* Found ones, in the order of kind, value, action and account: the same store gives the same.
 * They stand in a temporary file where they are many, and no look at the store stays open. */
typedef struct Indicators Indicators;
Indicators *indicators_find(Store *store, const IndicatorRequest *request, GError **error);
void indicators_free(Indicators *indicators);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Indicators, indicators_free)

/* The latest operation that was looked at: the next request's `since`. */
int64_t indicators_through(const Indicators *indicators);
/* The next; *indicator is lent until then, and NULL behind the last. */
bool indicators_next(Indicators *indicators, const Indicator **indicator, GError **error);
/* From the first one again. */
void indicators_rewind(Indicators *indicators);

#endif
