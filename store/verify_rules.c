/* verify_rules.c - a rule decides what its operation says that it does, and nothing more */
#include <string.h>

#include "store/rule_rows.h"
#include "store/verify_private.h"

/* A campaign that became part of another took its rules along, so its number is the record's
 * to say. */
static void
take_campaign(Rule *rule, const char *record)
{
	static const char before[] = " campaign ";
	const char *about = rule->campaign && record ? strstr(record, before) : NULL;

	if (about)
		rule->campaign = g_ascii_strtoll(about + strlen(before), NULL, 10);
}

/* Versions that wrote no bounds had none to widen; of those that wrote no end, it is not known. */
static bool
is_recorded(const Rule *rule, const char *record)
{
	g_autofree char *whole = rule_record(rule);
	g_autofree char *older = rule_record_older(rule);
	g_autofree char *oldest = rule_record_oldest(rule);

	return g_strcmp0(record, whole) == 0 || g_strcmp0(record, older) == 0 ||
		g_strcmp0(record, oldest) == 0;
}

static void
check_rule(Verifier *verifier, sqlite3_stmt *row)
{
	g_autoptr(Rule) rule = rule_of_row(row, 0);
	const char *record = (const char *)sqlite3_column_text(row, RULE_COLUMN_COUNT);
	const char *actor = (const char *)sqlite3_column_text(row, RULE_COLUMN_COUNT + 1);
	int64_t at = db_int(row, RULE_COLUMN_COUNT + 2);

	take_campaign(rule, record);
	if (!is_recorded(rule, record) || g_strcmp0(rule->owner, actor) != 0 || rule->created != at)
		verify_fault(verifier,
			"rule %" G_GINT64_FORMAT " is not what operation %" G_GINT64_FORMAT
			" made: %s",
			rule->id, db_int(row, RULE_COLUMN_COUNT + 3),
			record ? record : "it does not say");
}

bool
verify_rules(Verifier *verifier, GError **error)
{
	static const char sql[] =
		"SELECT " RULE_COLUMNS ", o.reason, o.actor, o.at, o.id FROM rule r"
		" JOIN operation o ON o.id ="
		"  (SELECT min(c.operation) FROM rule_change c WHERE c.rule = r.id)"
		" WHERE o.verb IN ('allow', 'deny') ORDER BY r.id";
	g_autoptr(Kept) select = db_kept(verifier->store, sql, error);
	Step step;

	if (!select)
		return false;
	while ((step = db_step(verifier->store, select, error)) == STEP_ROW)
		check_rule(verifier, select);
	return step == STEP_DONE;
}
