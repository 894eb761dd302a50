/* campaign.h - messages that belong together, and why
 *
 * Messages that share an edge (mail/edge.h) are of one campaign; so are those that share
 * one with these, and so on.  Every message is in exactly one campaign, if only its own.
 * Campaigns are kept as messages come: one that shares edges with several joins them, and
 * the larger one's id stays; the others' ids go on naming it.  What was decided stays as it
 * was decided, whatever a message is found to belong to later.
 *
 * An edge that turns out to be common binds no more (store/campaign_common.c), nor does one
 * that a person cut.  Then what it alone held together falls apart, and the largest part
 * keeps the id.  Two campaigns that a person joins have an edge drawn between them.  Cutting
 * and joining are operations: in the log, and undone like any other.
 */
#ifndef STORE_CAMPAIGN_H
#define STORE_CAMPAIGN_H

#include "mail/edge.h"
#include "store/message.h"

/* Whether an edge binds: its number in the database. */
typedef enum {
	EDGE_BINDS,
	EDGE_CUT,    /* by a person */
	EDGE_COMMON, /* many have it who have nothing else in common */
	EDGE_STATES
} EdgeState;
const char *edge_state_name(EdgeState state); /* "binds", "cut", "common" */

/* What several messages of a campaign share. */
typedef struct CampaignEdge {
	int64_t id;
	EdgeKind kind;
	EdgeState state;
	char *value;
	int64_t messages; /* that have it */
	int64_t campaign; /* that all of these are in, while it binds; 0 */
} CampaignEdge;
void campaign_edge_free(CampaignEdge *edge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CampaignEdge, campaign_edge_free)

/* What a list shows of a campaign. */
typedef struct CampaignRow {
	int64_t id;
	int64_t position; /* place in the order it was listed by: CampaignList.after */
	int64_t counts[STATES];
	int64_t matching;    /* messages of it that the query lets through */
	int64_t first, last; /* received */
	int accounts;        /* of CAMPAIGN_LOOK of its messages, as the next two */
	int domains;         /* From domains */
	int recipients;      /* envelope recipients; 0 where CampaignList.recipients is not set */
	bool more;           /* there are more messages than were looked at for these */
	unsigned kinds;      /* 1 << EdgeKind for each kind that binds at least two of it */
	int score;           /* of the most dangerous of those that match, */
	MessageRow *top;     /* and that one; or the most dangerous whose mail was not purged */
} CampaignRow;
/* Messages of it, whatever was decided about them. */
int64_t campaign_total(const CampaignRow *row);
void campaign_row_free(CampaignRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CampaignRow, campaign_row_free)

enum {
	CAMPAIGN_LOOK = 200, /* held ones first, the most dangerous of these first */
};

typedef struct CampaignList {
	const Query *query; /* about messages: campaigns that have such; NULL is all */
	bool from_position; /* begin behind `after` (before it, when backwards) */
	int64_t after;      /* a CampaignRow.position */
	bool backwards;     /* the rows before; still returned in list order */
	int limit;          /* 0 is all */
	bool recipients;    /* they are counted: half of what a row costs */
} CampaignList;

/* The one with the most dangerous message that matches first, newest first among equals; of
 * what was decided, the one with the most dangerous message of all. */
GPtrArray *store_campaigns(Store *store, const CampaignList *list, GError **error);
int64_t store_count_campaigns(Store *store, const Query *query, GError **error); /* -1 on error */
/* Ids of all that the list would have: int64_t, in no order. */
GArray *store_campaign_ids(Store *store, const Query *query, GError **error);

/* The campaign that @id names, itself or what it was joined into; NOT_FOUND if none. */
bool store_campaign_id(Store *store, int64_t *id, GError **error);
/* What @query (NULL: all) lets through of the one campaign @id; `position` is its place in
 * the list of that query while anything of it matches. */
CampaignRow *store_campaign(Store *store, int64_t id, const Query *query, GError **error);

/* Envelope recipients of CAMPAIGN_LOOK of its messages: *count. */
bool store_campaign_recipients(Store *store, int64_t id, int *count, GError **error);

/* Why it is one: the edges that at least two of it share, those that bind most first; then
 * those that would bind some of it to others, but were cut or are common.  @limit 0 is all. */
GPtrArray *store_campaign_edges(Store *store, int64_t id, int limit, GError **error);

/* Ids of its messages: int64_t, most dangerous first. */
GArray *store_campaign_messages(Store *store, int64_t id, int limit, GError **error);
/* Ids of what @query (NULL: all) lets through of @campaigns (int64_t): int64_t, in no order. */
GArray *store_campaign_members(
	Store *store, const GArray *campaigns, const Query *query, GError **error);

/* What was found in several of a campaign's messages. */
typedef struct CampaignFinding {
	Finding *finding; /* as in one of them: the text may name what differs */
	int messages;     /* that have one like it, */
	int looked_at;    /* of so many: at most the CAMPAIGN_LOOK most dangerous */
} CampaignFinding;
void campaign_finding_free(CampaignFinding *finding);

/* What says most about all of them first: the weights of each added up.  @limit 0 is all. */
GPtrArray *store_campaign_findings(Store *store, int64_t id, int limit, GError **error);

/* Into how many campaigns the one that @edge binds would fall if it were cut: 1 where all of
 * it is held together by something else.  Errors as store_cut_edge(). */
bool store_plan_cut(Store *store, int64_t edge, int *parts, GError **error);
/* Cuts edge @edge, wherever it binds: the operation's id, 0 on error.  REFUSED when it
 * does not bind, NOT_FOUND when there is none. */
int64_t store_cut_edge(Store *store, int64_t edge, const char *actor, const char *reason,
	int64_t now, GError **error);
/* Joins two campaigns: likewise.  REFUSED when they are one already. */
int64_t store_join_campaigns(Store *store, const int64_t two[2], const char *actor,
	const char *reason, int64_t now, GError **error);
/* The same with any number of them (int64_t), as one operation. */
int64_t store_join_all(Store *store, const GArray *campaigns, const char *actor, const char *reason,
	int64_t now, GError **error);

/* Parts the campaigns that came loose while messages were added, as each 256th message does
 * as well: to be called when an import has come to its end. */
bool store_part_campaigns(Store *store, GError **error);

#endif
