#include "store/verify_private.h"

/* Message, and what of it should be gone: what purge_rows.c removes. */
static const char left_sql[] =
	"WITH done AS (SELECT message AS id FROM purged WHERE message NOT IN"
	"  (SELECT message FROM purging)),"
	" gone AS (SELECT m.* FROM done d CROSS JOIN message m ON m.id = d.id)"
	" SELECT id, 'texts' FROM gone g WHERE g.subject <> '' OR g.from_address <> ''"
	"  OR g.from_name <> '' OR g.header_to <> '' OR g.source <> '' OR coalesce(g.sender,"
	"  g.reply_to, g.reply_name, g.message_id, g.ses_id, g.top_finding) IS NOT NULL"
	"  OR EXISTS (SELECT 1 FROM body WHERE message = g.id)"
	" UNION ALL SELECT id, 'recipients' FROM gone g WHERE"
	"  EXISTS (SELECT 1 FROM recipient WHERE message = g.id)"
	"  OR EXISTS (SELECT 1 FROM delivery WHERE message = g.id"
	"   AND report IS NULL AND (reply IS NOT NULL OR recipient NOT GLOB 'recipient-[0-9]*'))"
	"  OR EXISTS (SELECT 1 FROM restored WHERE message = g.id"
	"   AND (sender IS NOT NULL OR recipients <> '[]'))"
	" UNION ALL SELECT id, 'entries of a log' FROM gone g WHERE"
	"  EXISTS (SELECT 1 FROM message_log WHERE message = g.id)"
	" UNION ALL SELECT n.message, 'Message-IDs' FROM named n JOIN done d ON d.id = n.message"
	" UNION ALL SELECT id, 'names of files' FROM gone g WHERE"
	"  EXISTS (SELECT 1 FROM attachment WHERE message = g.id"
	"   AND (name IS NOT NULL OR declared <> '' OR inside <> '[]'))"
	" UNION ALL SELECT id, 'words of findings' FROM gone g WHERE"
	"  EXISTS (SELECT 1 FROM finding WHERE message = g.id AND (text <> '' OR evidence <> ''))"
	" UNION ALL SELECT id, 'links' FROM gone g WHERE"
	"  EXISTS (SELECT 1 FROM links WHERE message = g.id)"
	"  OR EXISTS (SELECT 1 FROM link WHERE message = g.id)"
	" UNION ALL SELECT g.id, 'raw mail' FROM gone g JOIN raw r ON r.id = g.raw"
	"  WHERE (r.bale IS NOT NULL OR length(r.zstd) > 0) AND NOT EXISTS"
	"   (SELECT 1 FROM message o WHERE o.raw = r.id AND (o.id NOT IN (SELECT message FROM purged)"
	"    OR o.id IN (SELECT message FROM purging)))"
	" UNION ALL SELECT g.id, 'words in a report' FROM gone g JOIN reported t ON t.message = g.id"
	"  JOIN report r ON r.id = t.report WHERE r.body IS NOT NULL"
	" ORDER BY 1";

bool
verify_purged(Verifier *verifier, GError **error)
{
	static const char unfinished[] = "SELECT count(*) FROM purging";
	Store *store = verifier->store;
	g_autoptr(Kept) select = db_kept(store, left_sql, error);
	Step step;

	if (!select || !db_value(store, unfinished, &verifier->summary->unfinished, error))
		return false;
	while ((step = db_step(store, select, error)) == STEP_ROW)
		verify_fault(verifier,
			"message %" G_GINT64_FORMAT " was purged, but its %s are left",
			db_int(select, 0), (const char *)sqlite3_column_text(select, 1));
	return step == STEP_DONE;
}
