/* indicator_rows.h - how indicators are found; private to store/
 *
 * What blocked messages say (indicator_message.c) and what rules say (indicator_rule.c) is put
 * on a board; what good mail has as well is marked there (indicator_released.c); then each value
 * is judged (indicator.c).
 */
#ifndef STORE_INDICATOR_ROWS_H
#define STORE_INDICATOR_ROWS_H

#include "store/indicator_board.h"
#include "store/rule.h"

/* The operation that made `message AS m` what it is: all that is decided changes its state. */
#define LAST_OPERATION "(SELECT max(d.operation) FROM decision d WHERE d.message = m.id)"

/* Where recipients are: of char *. */
typedef struct Places {
	GHashTable *hosts;   /* of their addresses */
	GHashTable *domains; /* that were registered for these */
} Places;

/* One search. */
typedef struct Search {
	Store *store;
	Store *board;
	const IndicatorRequest *request;
	GArray *ids; /* sorted int64_t: messages that the query finds; NULL: all */
	/* Of Rule: those in force, now and at `since`, but deny rules that rest on several. */
	GPtrArray *rules, *rules_then;
	GPtrArray *standings; /* lends them */
	Places places;
	int64_t since_at; /* when request->since was */
	int64_t through;
} Search;

/* A value that a message has. */
typedef struct Trait {
	IndicatorKind kind;
	char *value;      /* in the store's spelling */
	bool unproven;    /* nobody vouches for it */
	const char *harm; /* why it must be left out; or NULL */
} Trait;

/* Of Trait: what the message :id has that others may share. */
GPtrArray *indicator_traits(Search *search, int64_t id, GError **error);

typedef bool (*TakeSaid)(Search *search, const Said *said, GError **error);
/* Each value on the board, in order. */
bool search_each(Search *search, TakeSaid take, GError **error);

/* What messages and rules say, and said by request->since, is put on the board. */
bool indicator_add_messages(Search *search, GError **error);
bool indicator_add_rules(Search *search, GError **error);
/* What people released is marked there, and what they had released by then; and those whom
 * mail is for. */
bool indicator_mark_released(Search *search, GError **error);
bool indicator_mark_released_then(Search *search, GError **error);
bool indicator_mark_recipients(Search *search, GError **error);

/* Why @account is none of Amazon's, whose have letters, digits, + / = - and _ alone; or NULL. */
const char *indicator_account_harm(const char *account);

#define HARM_RECIPIENT "is whom mail was for"
#define HARM_NAMES     "names whom mail was for"

/* Without an address in its local part: "ann=here.example@bounce.example". */
char *indicator_sender_masked(const char *sender);

/* Finds in a URL those message @id was for; @to: its To and Cc, or NULL.  Yours.
 *
 * To and its names are written by whoever sends the mail: a name of words that stand in a URL would
 * keep it out of all lists.  So it is the envelope's recipients that count, by their addresses and
 * those at the same hosts; where there is no envelope, a few of To; and addresses at own domains.
 * Where others read it, the names in the envelope's local parts as well. */
Redaction *indicator_names(Search *search, int64_t id, const char *to, GError **error);

/* @url, a page on a host of many, as it may be told to others; *harm is why it must be left out,
 * or NULL.  @names: indicator_names(). */
char *indicator_url(
	const char *url, Redaction *names, const IndicatorRequest *request, const char **harm);
/* What url_normal() made, in visible ASCII without quotes and angle brackets. */
char *indicator_url_ascii(const char *url);
/* Without the addresses in it: "?to=ann%40here.example". */
char *indicator_url_masked(const char *url);

/* Where @rule has what it rests on of @kind. */
char **indicator_basis(Rule *rule, IndicatorKind kind);
/* A deny rule that rests on it alone; @value in whatever spelling.  NULL where it is none. */
Rule *indicator_rule(IndicatorKind kind, const char *value);
/* What @rule, which is spelt, rests on of @kind; NULL: not on that. */
const char *indicator_of_rule(const Rule *rule, IndicatorKind kind);

#endif
