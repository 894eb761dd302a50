/* campaign_findings.c - what was found in the messages of a campaign, taken together */
#include "store/campaign.h"
#include "store/message_sql.h"

void
campaign_finding_free(CampaignFinding *finding)
{
	if (!finding)
		return;
	finding_free(finding->finding);
	g_free(finding);
}

static CampaignFinding *
finding_read(sqlite3_stmt *stmt)
{
	CampaignFinding *found = g_new0(CampaignFinding, 1);

	found->finding = finding_of_row(stmt);
	found->messages = (int)db_int(stmt, 5);
	found->looked_at = (int)db_int(stmt, 6);
	return found;
}

GPtrArray *
store_campaign_findings(Store *store, int64_t id, int limit, GError **error)
{
	/* Beside max(), the other columns are those of the row that has the maximum: the words of
	 * a message that has some still, where others were purged. */
	static const char sql[] =
		"WITH s AS MATERIALIZED (SELECT id FROM message"
		"  WHERE campaign = :campaign ORDER BY state, ord DESC LIMIT :look)"
		" SELECT f.id, f.weight, f.text, f.evidence, f.place,"
		" count(DISTINCT f.message), (SELECT count(*) FROM s),"
		" max((f.text <> '') * 1000000 + f.weight)"
		" FROM s JOIN finding f ON f.message = s.id"
		" GROUP BY f.id ORDER BY sum(f.weight) DESC, f.id LIMIT :limit";
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)campaign_finding_free);
	g_autoptr(Kept) select = NULL;
	Step step;

	if (!store_campaign_id(store, &id, error))
		return NULL;
	select = db_kept(store, sql, error);
	if (!select)
		return NULL;
	db_bind_int(select, ":campaign", id);
	db_bind_int(select, ":look", CAMPAIGN_LOOK);
	db_bind_int(select, ":limit", limit > 0 ? limit : -1);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(findings, finding_read(select));
	return step == STEP_DONE ? g_steal_pointer(&findings) : NULL;
}
