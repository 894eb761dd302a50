/* indicator_board.h - what is said of each value, put together; private to store/
 *
 * A database of its own, in a file that has no name and ends with it: what is in memory does
 * not grow with what is said, and it comes out in order.
 */
#ifndef STORE_INDICATOR_BOARD_H
#define STORE_INDICATOR_BOARD_H

#include "store/db.h"
#include "store/indicator.h"

/* What is said for one reason: by one message, or by one rule. */
typedef struct Saying {
	IndicatorKind kind;
	IndicatorAction action;
	const char *value;
	const char *account; /* to allow; or NULL */
	bool unproven;       /* nothing vouches for it: said apart, and never for what is proven */
	bool now;            /* it says so now, */
	bool wanted;         /* and is one that was asked for; */
	bool before;         /* it said so at `since` */
	bool lapsed;         /* and time ended that, which an export since then may have seen */
	int64_t operation;   /* since which it says so; 0: it does not, now */
	int64_t operation_then; /* a rule: since which it said so at `since` */
	int64_t ended;   /* by which it says so no more; 0: it still does, or time ended it */
	int64_t message; /* 0: it is a rule's */
	int64_t campaign, received;
	int64_t rule;     /* 0: it is a message's */
	int64_t expires;  /* the rule: 0 never */
	const char *harm; /* why it is left out whatever else says it; or NULL */
} Saying;

/* A row of the board. */
typedef struct Said {
	IndicatorKind kind;
	IndicatorAction action;
	char *value, *account; /* account: "" where there is none */
	bool unproven;
	int64_t now, wanted, before; /* sayings of messages */
	int64_t rules_now, rules_wanted, rules_before, lapsed;
	int64_t operation, ended;
	int64_t campaign, first, last;
	int64_t rule, expires;
	int64_t rule_made, rule_made_then; /* the last of these rules: operation */
	int64_t released;                  /* operation by which people released it last; 0 */
	int64_t released_then;             /* the same at `since` */
	int64_t freed; /* operation since which such a one is not released any more */
	char *harm;
} Said;
void said_free(Said *said);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Said, said_free)

/* @path names the store in errors. */
Store *board_open(const char *path, GError **error);
bool board_add(Store *board, const Saying *saying, GError **error);

/* People released it, by @operation; or had at `since`, by @operation, until @freed (0: they
 * still have). */
bool board_mark_released(
	Store *board, IndicatorKind kind, const char *value, int64_t operation, GError **error);
bool board_mark_released_then(Store *board, IndicatorKind kind, const char *value,
	int64_t operation, int64_t freed, GError **error);
bool board_mark_harm(
	Store *board, IndicatorKind kind, const char *value, const char *harm, GError **error);
/* Whatever else is the reason: by this one it is known how it may be told. */
bool board_mark_victim(Store *board, const char *sender, const char *harm, GError **error);

/* Of Said: the next ones behind @after (NULL: the first); none at the end.  NULL on error. */
GPtrArray *board_page(Store *board, const Said *after, GError **error);
/* Registrable domains of the hosts of URLs that are said: of char *. */
GPtrArray *board_url_domains(Store *board, GError **error);

/* What is to be told, in the order it was put in. */
bool board_tell(Store *board, const Indicator *indicator, GError **error);
/* The first one behind place *@place, which moves there; NULL without error at the end. */
Indicator *board_told(Store *board, int64_t *place, GError **error);

#endif
