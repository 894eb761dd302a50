#include "store/campaign_facts.h"

#include "store/campaign.h"
#include "store/decision.h"
#include "store/ledger.h"
#include "store/outbox.h"

static bool
count_messages(Store *store, CampaignFacts *facts, GError **error)
{
	static const char sql[] =
		"SELECT count(*), ifnull(sum(state = :held), 0), ifnull(sum(state = :released), 0),"
		" ifnull(sum(state = :blocked), 0), min(received), max(received),"
		" count(DISTINCT account), count(DISTINCT nullif(domain, ''))"
		" FROM message WHERE campaign = :campaign";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":campaign", facts->id);
	db_bind_int(select, ":held", STATE_HELD);
	db_bind_int(select, ":released", STATE_RELEASED);
	db_bind_int(select, ":blocked", STATE_BLOCKED);
	if (!db_row(store, select, error))
		return false;
	facts->messages = db_int(select, 0);
	facts->by_state[STATE_HELD] = db_int(select, 1);
	facts->by_state[STATE_RELEASED] = db_int(select, 2);
	facts->by_state[STATE_BLOCKED] = db_int(select, 3);
	facts->first = db_int(select, 4);
	facts->last = db_int(select, 5);
	facts->accounts = db_int(select, 6);
	facts->domains = db_int(select, 7);
	return true;
}

/* The one number that @sql says of :campaign. */
static bool
count(Store *store, const char *sql, int64_t campaign, int64_t *number, GError **error)
{
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":campaign", campaign);
	if (!db_row(store, select, error))
		return false;
	*number = db_int(select, 0);
	return true;
}

static bool
count_recipients(Store *store, CampaignFacts *facts, GError **error)
{
	static const char addresses[] =
		"SELECT count(DISTINCT lower(r.address)) FROM message m"
		" CROSS JOIN recipient r ON r.message = m.id WHERE m.campaign = :campaign";
	static const char unaddressed[] =
		"SELECT count(*) FROM message m WHERE m.campaign = :campaign"
		" AND NOT EXISTS (SELECT 1 FROM recipient r WHERE r.message = m.id)";

	return count(store, addresses, facts->id, &facts->recipients, error) &&
		count(store, unaddressed, facts->id, &facts->unaddressed, error);
}

/* What a release queued, by whomever and however often: not all that leaves is a message. */
static bool
count_departed(Store *store, CampaignFacts *facts, GError **error)
{
	static const char sql[] =
		"SELECT count(DISTINCT d.message), count(DISTINCT lower(d.recipient)),"
		" ifnull(max(d.changed), 0) FROM message m"
		" CROSS JOIN delivery d ON d.message = m.id CROSS JOIN operation o ON o.id = d.operation"
		" WHERE m.campaign = :campaign AND o.verb IN (:release, :rule, :undo, :redo)"
		" AND d.copy = 0 AND d.state IN (:sending, :sent, :unknown)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":campaign", facts->id);
	db_bind_int(select, ":sending", DELIVERY_SENDING);
	db_bind_int(select, ":sent", DELIVERY_SENT);
	db_bind_int(select, ":unknown", DELIVERY_UNKNOWN);
	db_bind_text(select, ":release", decision_name(DECISION_RELEASE));
	db_bind_text(select, ":rule", VERB_RULE);
	db_bind_text(select, ":undo", VERB_UNDO);
	db_bind_text(select, ":redo", VERB_REDO);
	if (!db_row(store, select, error))
		return false;
	facts->departed = db_int(select, 0);
	facts->departed_to = db_int(select, 1);
	facts->departed_last = db_int(select, 2);
	return true;
}

bool
store_campaign_facts(Store *store, int64_t id, CampaignFacts *facts, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);

	*facts = (CampaignFacts){ .id = id };
	return snapshot && store_campaign_id(store, &facts->id, error) &&
		count_messages(store, facts, error) && count_recipients(store, facts, error) &&
		count_departed(store, facts, error);
}
