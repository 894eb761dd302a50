/* history.h - what a quarantine knew of a message's keys, and what that adds to its score
 *
 * The store fills a History before a message is added and whenever it is judged again;
 * nothing here asks it for more.  Findings of history stand at HISTORY_PLACE, beside those
 * of reading, and are replaced whenever history is asked again.  Their weights are the
 * authors': share/weights is fitted to mails, which come without decisions.
 */
#ifndef MAIL_HISTORY_H
#define MAIL_HISTORY_H

#include <stdint.h>

#include "mail/edge.h"
#include "mail/finding.h"
#include "mail/site.h"

#define HISTORY_PLACE   "history" /* Finding.where */
#define HISTORY_LEARNED "learned" /* the finding that only sorts: no rule minds it */

enum {
	HISTORY_FINDING = EDGE_KINDS, /* Record.kind of a finding: its value is the id */
	HISTORY_MAX_BRANDS = 20,      /* of one account that are looked at */
	LEARNED_MOST = 15, /* points, either way, that decisions alone can move a message */
};

/* What is known of one key: an edge (mail/edge.h), or a finding. */
typedef struct Record {
	int kind; /* EdgeKind or HISTORY_FINDING */
	char *value;
	int64_t first;             /* received; 0: never before */
	int64_t released, blocked; /* messages, by people whose decision stands; no rule's */
} Record;
void record_free(Record *record);
const char *record_kind_name(const Record *record); /* "account", ..., "finding" */

/* One key that sends more than it used to. */
typedef struct Burst {
	const char *key; /* "account", "config", "ip" */
	char *value;
	int64_t messages; /* within the window that ends with this message */
	int64_t usual;  /* what nine in ten of its earlier windows had at most; 0: none is known */
	int64_t window; /* seconds */
} Burst;
void burst_free(Burst *burst);

/* What of the message stands on a list of indicators that others keep. */
typedef struct Listed {
	char *kind, *value; /* "link", "evil.example" */
	char *list;
	int64_t first; /* seen there */
} Listed;
void listed_free(Listed *listed);

typedef struct History {
	int64_t received;          /* the message at hand */
	int64_t since;             /* the first message of the quarantine; 0: there is none */
	int64_t messages;          /* in the quarantine */
	GPtrArray *records;        /* of Record */
	GPtrArray *brands;         /* of char *: that its account borrowed, in this message too */
	GPtrArray *bursts;         /* of Burst */
	GPtrArray *listed;         /* of Listed, the oldest first */
	int64_t released, blocked; /* as in Record, of the whole quarantine */
	bool learn;                /* decisions may move the message */
} History;
History *history_new(void);
void history_free(History *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(History, history_free)

/* One thing that history can find. */
typedef struct HistoryCheck {
	const char *id;      /* as Detector.id */
	const char *summary; /* one line for the manual */
	int weight;          /* where the weights have no other; of "learned" the most it gives */
	/* The finding's sentence, or NULL; sets *evidence, and *points to what part of the
	 * weight it gives, from -1 to 1, where that is not all. */
	char *(*run)(const History *history, char **evidence, double *points);
} HistoryCheck;

/* All of them; ends with id NULL. */
const HistoryCheck *history_checks(void);

bool finding_is_of_history(const Finding *finding);

/* The brand that a finding of the brand detectors is about, or NULL.  Yours. */
char *finding_brand(const Finding *finding);

/* Of Finding, heaviest first: those of @findings that reading made, and what @history
 * finds.  @weights may be NULL.  *found tells whether history found any. */
GPtrArray *history_judge(
	const GPtrArray *findings, const History *history, const Weights *weights, bool *found);

/* ---- history_learned.c ---- */

/* What decisions about its likes say of a message: above 0 they were blocked.  0 where
 * too little was decided.  *evidence (yours) names the features that said most. */
double history_learned(const History *history, char **evidence);

/* How much a feature speaks for blocking: the logarithm of how much more frequent it is
 * in what was blocked than in what was released.  0 where that is not known. */
double history_log_odds(const Record *record, int64_t released, int64_t blocked);

#endif
