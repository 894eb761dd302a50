/* campaign_rows.h - how campaigns are kept; private to store/
 *
 * What always holds: an edge that binds and that several messages have names a campaign, and all
 * of them are in it.  Most edges have one message for ever, and name none: that message does.
 * A campaign that an edge let go of may hold more than its edges do: it is loose until it is
 * looked at, once for however many edges.  When, hangs on the ids of messages and on where
 * an import comes to its end, not on transactions: so a killed import that is run again
 * ends with the same campaigns.
 * All of this happens inside the caller's transaction.
 */
#ifndef STORE_CAMPAIGN_ROWS_H
#define STORE_CAMPAIGN_ROWS_H

#include "store/campaign.h"
#include "store/db.h"

/* A CampaignEdge of `edge AS e`. */
#define CAMPAIGN_EDGE_COLUMNS "e.id, e.kind, e.state, e.value, e.messages, e.campaign"
CampaignEdge *campaign_edge_read(sqlite3_stmt *stmt);

/* What @list lists, in order: `SELECT` with :limit, :after and the query's own. */
char *campaign_list_sql(const CampaignList *list);

/* The edge in the store that is like one of a message's, as it was found. */
typedef struct EntryEdge {
	int64_t id; /* 0: there is none yet */
	EdgeState state;
	int64_t messages; /* that have it already */
	int64_t campaign; /* that it names; 0 */
	int64_t first;    /* Unix time its first message was received; 0: none */
	int64_t person_released, person_blocked; /* messages, by no rule */
} EntryEdge;

/* The edge that is like @edge; *found is all 0 where there is none. */
bool campaign_find_edge(Store *store, const Edge *edge, EntryEdge *found, GError **error);
/* Those that are like @message's edges, in their order, of EntryEdge: yours; NULL on error. */
GArray *campaign_find_edges(Store *store, const Message *message, GError **error);

/* A message that is being added, on its way into a campaign. */
typedef struct CampaignEntry {
	GArray *edges;    /* of EntryEdge */
	int64_t campaign; /* it belongs to */
} CampaignEntry;
void campaign_entry_init(CampaignEntry *entry);
void campaign_entry_clear(CampaignEntry *entry);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CampaignEntry, campaign_entry_clear)

/* Makes what is missing of the edges of @message, found as @edges just now, and finds the one
 * campaign they lead to, which may join several.  What is made is not bound to the message
 * yet. */
bool campaign_enter(Store *store, const Message *message, const GArray *edges, CampaignEntry *entry,
	GError **error);
/* The same for one edge more, found as @found in this transaction. */
bool campaign_take_edge(Store *store, const Edge *edge, const EntryEdge *found,
	CampaignEntry *entry, GError **error);
/* Binds them to message @id, which is there by now, in campaign @entry->campaign.  Those that
 * become common by that bind no more, and the campaign is loose. */
bool campaign_bind(Store *store, int64_t id, const CampaignEntry *entry, GError **error);

/* Message @id, which is there, was read anew as @message, in two steps: what it shares no
 * more parts its campaign before what it shares now joins others.
 *
 * First, what @message lacks binds it no more; where that may part its campaign, that is
 * loose. */
bool campaign_let_go(Store *store, int64_t id, const Message *message, GError **error);
/* Then it is bound by what it has got. */
bool campaign_take_in(Store *store, int64_t id, const Message *message, GError **error);

/* A new edge, which nothing has yet and whose like there is none of: the one place where edges
 * are made. */
bool campaign_add_edge(
	Store *store, const Edge *edge, EdgeState state, int64_t *id, GError **error);

/* A new campaign without messages; 0 on error. */
int64_t campaign_new(Store *store, GError **error);

/* All of both becomes one; *into is that one. */
bool campaign_merge(Store *store, int64_t a, int64_t b, int64_t *into, GError **error);

/* Parts campaign @id where nothing that binds holds it together; costs what the campaign
 * holds. */
bool campaign_rebuild(Store *store, int64_t id, GError **error);
/* The same for each that is loose. */
bool campaign_rebuild_loose(Store *store, GError **error);
bool campaign_loosen(Store *store, int64_t id, GError **error);
/* Into how many parts campaign @id would fall without edge @without: 1 if it stays whole. */
bool campaign_count_parts(Store *store, int64_t id, int64_t without, int *count, GError **error);
/* Counts and order of @id from its messages. */
bool campaign_recount(Store *store, int64_t id, GError **error);

/* The edge's state becomes @state, and campaigns join or part as that makes them. */
bool edge_set_state(Store *store, int64_t edge, EdgeState state, GError **error);

/* @edge, which bound @campaign, is common from now on, and the campaign loose. */
bool edge_give_up(Store *store, int64_t edge, int64_t campaign, GError **error);

/* Whether an edge is common is asked when it has so many messages. */
bool edge_is_asked_at(int64_t messages);
/* When @edge, which has got one message more, turns out to be common: *common. */
bool edge_turns_common(Store *store, int64_t edge, bool *common, GError **error);
/* @edge, whatever its state, would be common by now if it had bound all along: *common. */
bool edge_is_common(Store *store, int64_t edge, bool *common, GError **error);

#endif
