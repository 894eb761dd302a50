/* campaign_common.c - edges that so many have that they say nothing
 *
 * Whether an edge is common is asked when it has COMMON_FIRST messages, and again whenever
 * that has doubled, of its latest COMMON_SAMPLE: so it costs nothing that grows.  Of an edge
 * that was cut it is asked when it would bind again, of those that it had when its number
 * last doubled: what it is then does not hang on the cut.
 *
 * The same landing page under many senders is what campaigns are about; a host that many
 * senders name beside where they really lead is not.  So a link is common when the messages
 * of many domains have it and most of them lead elsewhere in the main.  An account is when
 * it sends for many domains, as that of a service does: then account and domain together
 * are the sender.  Subject and text are when those of many domains have them, and their
 * links stay with the sender, as they do where a service words its customers' mail.
 */
#include "store/campaign_rows.h"

enum {
	COMMON_FIRST = 16,
	COMMON_SAMPLE = 256,
	COMMON_DOMAINS = 12,
	COMMON_ACCOUNT_DOMAINS = 20,
};

typedef struct EdgeUse {
	EdgeKind kind;
	bool binds;
	int64_t messages;
	int64_t looked_at;
	int64_t domains; /* From domains */
	int64_t main;    /* that lead there in the main */
	bool leads_away; /* the links of all that have it leave the sender's domain */
} EdgeUse;

/* The largest power of two that is not above @messages: when it was last asked. */
static int64_t
doubled(int64_t messages)
{
	int64_t last = 1;

	while (last <= messages / 2)
		last *= 2;
	return last;
}

bool
edge_is_asked_at(int64_t messages)
{
	return messages >= COMMON_FIRST && messages == doubled(messages);
}

static bool
read_use(Store *store, int64_t edge, EdgeUse *use, GError **error)
{
	static const char sql[] =
		"SELECT count(*), count(DISTINCT m.domain),"
		" ifnull(sum(m.link_domain = (SELECT value FROM edge WHERE id = :edge)), 0)"
		" FROM (SELECT message FROM message_edge WHERE edge = :edge"
		"  ORDER BY message DESC LIMIT :sample OFFSET :later) s"
		" JOIN message m ON m.id = s.message";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":edge", edge);
	db_bind_int(select, ":sample", COMMON_SAMPLE);
	db_bind_int(select, ":later", use->messages - doubled(use->messages));
	if (!db_row(store, select, error))
		return false;
	use->looked_at = db_int(select, 0);
	use->domains = db_int(select, 1);
	use->main = db_int(select, 2);
	return true;
}

static bool
read_edge(Store *store, int64_t edge, EdgeUse *use, GError **error)
{
	static const char sql[] = "SELECT kind, messages, state, value LIKE '" EDGE_LEADS_AWAY "%'"
				  " FROM edge WHERE id = :edge";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":edge", edge);
	if (!db_row(store, select, error))
		return false;
	use->kind = (EdgeKind)db_int(select, 0);
	use->messages = db_int(select, 1);
	use->binds = db_int(select, 2) == EDGE_BINDS;
	use->leads_away = db_int(select, 3) != 0;
	return true;
}

static bool
is_common(const EdgeUse *use)
{
	switch (use->kind) {
	case EDGE_ACCOUNT:
	case EDGE_CLAIMED_ACCOUNT:
		return use->domains >= COMMON_ACCOUNT_DOMAINS;
	case EDGE_LINK:
		return use->domains >= COMMON_DOMAINS && use->main * 2 < use->looked_at;
	case EDGE_SUBJECT:
	case EDGE_TEXT:
		return use->domains >= COMMON_DOMAINS && !use->leads_away;
	case EDGE_SENDER:
	case EDGE_ATTACHMENT:
	case EDGE_KIT:
	case EDGE_PERSON:
	case EDGE_KINDS:
		break;
	}
	return false;
}

static bool
ask(Store *store, int64_t edge, EdgeUse *use, bool *common, GError **error)
{
	*common = false;
	if (use->messages < COMMON_FIRST)
		return true;
	if (!read_use(store, edge, use, error))
		return false;
	*common = is_common(use);
	return true;
}

bool
edge_turns_common(Store *store, int64_t edge, bool *common, GError **error)
{
	EdgeUse use = { 0 };

	*common = false;
	if (!read_edge(store, edge, &use, error))
		return false;
	return !use.binds || !edge_is_asked_at(use.messages) ||
		ask(store, edge, &use, common, error);
}

bool
edge_is_common(Store *store, int64_t edge, bool *common, GError **error)
{
	EdgeUse use = { 0 };

	return read_edge(store, edge, &use, error) && ask(store, edge, &use, common, error);
}
