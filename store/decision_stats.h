/* decision_stats.h - a shift or a month of decisions, counted */
#ifndef STORE_DECISION_STATS_H
#define STORE_DECISION_STATS_H

#include "store/decision.h"
#include "store/query.h"

/* What decisions are counted by: names and help stand in decision_keys[]. */
typedef enum {
	DECISIONS_BY_KIND,
	DECISIONS_BY_WHO, /* a person or a rule */
	DECISIONS_BY_ACTOR,
	DECISIONS_BY_RULE,
	DECISIONS_BY_ACCOUNT,
	DECISIONS_BY_FINDING,
	DECISIONS_BY_DAY,
	DECISIONS_BY_HOUR,
	DECISION_KEYS
} DecisionKey;
typedef struct DecisionKeyName {
	const char *name;
	const char *help;
} DecisionKeyName;
extern const DecisionKeyName decision_keys[DECISION_KEYS];
bool decision_key_from_name(const char *name, DecisionKey *key);

/* A score that whoever releases should have looked at: help is made of it. */
#define DECISION_HIGH 70

/* Decisions of one value.  An undo or redo is none: it shows in those it took back.
 * Taken back and overturned are false alarms and misses: what a rule blocked and a person released
 * after it, what was released although it scored high or had a finding. */
typedef struct DecisionRow {
	char *value; /* NULL: what they are counted by is not known of these */
	int64_t decisions, by_kind[DECISIONS];
	int64_t by_rule;    /* that a rule made */
	int64_t undone;     /* that an undo took back */
	int64_t overturned; /* blocked, and released by a later decision */
	int64_t missed;     /* released, and blocked by a later one */
	int64_t high;       /* released by a person, though the score is DECISION_HIGH or more */
	/* What people settled that was held, and how long it waited: seconds since the gateway
	 * received it, and since it was added here.  Of none settled -1. */
	int64_t settled;
	int64_t median, p90;
	int64_t added_median, added_p90;
} DecisionRow;
void decision_row_free(DecisionRow *row);

/* All borrowed. */
typedef struct DecisionWindow {
	DecisionKey key;
	int64_t since, until; /* decided at or after, before; until 0: whenever */
	const Query *query;   /* about messages that it finds; NULL: all */
	int limit;            /* rows; 0: all */
} DecisionWindow;

/* Most decisions first; days and hours in order, the latest of them where there is a limit.
 * Costs what was decided in the window, and a look at every operation. */
GPtrArray *store_decision_stats(Store *store, const DecisionWindow *window, GError **error);

#endif
