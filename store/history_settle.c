/* history_settle.c - what was decided, counted for the keys of the messages */
#include "store/history_rows.h"

#include "store/ledger.h"
#include "store/traffic.h"

/* The few messages that it is about come first, in this order: left to itself SQLite reads
 * all of the other table instead, to save a sort. */
#define DECIDED "unsettled u CROSS JOIN settled s ON s.message = u.message"

static bool
count_edges(Store *store, int sign, GError **error)
{
	static const char sql[] =
		"UPDATE edge SET released = edge.released + :sign * n.released,"
		" blocked = edge.blocked + :sign * n.blocked,"
		" person_released = edge.person_released + :sign * n.person_released,"
		" person_blocked = edge.person_blocked + :sign * n.person_blocked"
		" FROM (SELECT me.edge AS edge, sum(s.state = :released) AS released,"
		"  sum(s.state = :blocked) AS blocked,"
		"  sum(s.state = :released AND s.person) AS person_released,"
		"  sum(s.state = :blocked AND s.person) AS person_blocked"
		"  FROM " DECIDED " CROSS JOIN message_edge me ON me.message = u.message"
		"  GROUP BY me.edge) AS n"
		" WHERE edge.id = n.edge AND edge.kind <> :drawn";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":sign", sign);
	db_bind_int(update, ":released", STATE_RELEASED);
	db_bind_int(update, ":blocked", STATE_BLOCKED);
	/* A person draws it between messages whenever they like. */
	db_bind_int(update, ":drawn", EDGE_PERSON);
	return db_run(store, update, error);
}

/* @sql adds :sign times what people released and blocked to lesson. */
static bool
count_lessons(Store *store, const char *sql, int sign, GError **error)
{
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":sign", sign);
	db_bind_int(insert, ":released", STATE_RELEASED);
	db_bind_int(insert, ":blocked", STATE_BLOCKED);
	return db_run(store, insert, error);
}

#define LESSON_COLUMNS " :sign * sum(s.state = :released), :sign * sum(s.state = :blocked)"
#define LESSON_ADDED                                                                    \
	" ON CONFLICT (finding) DO UPDATE SET released = released + excluded.released," \
	" blocked = blocked + excluded.blocked"

static bool
count_findings(Store *store, int sign, GError **error)
{
	static const char findings[] =
		"INSERT INTO lesson (finding, released, blocked)"
		" SELECT f.id," LESSON_COLUMNS " FROM " DECIDED
		" CROSS JOIN (SELECT DISTINCT x.message, x.id FROM unsettled v"
		"  CROSS JOIN finding x ON x.message = v.message"
		"  WHERE x.place <> '" HISTORY_PLACE "') f"
		" ON f.message = s.message WHERE s.person GROUP BY f.id" LESSON_ADDED;
	static const char all[] = "INSERT INTO lesson (finding, released, blocked)"
				  " SELECT ''," LESSON_COLUMNS " FROM " DECIDED
				  " WHERE s.person GROUP BY 1" LESSON_ADDED;

	return count_lessons(store, findings, sign, error) &&
		count_lessons(store, all, sign, error);
}

static bool
count(Store *store, int sign, GError **error)
{
	return count_edges(store, sign, error) && count_findings(store, sign, error);
}

#define IS_PERSONS LEDGER_IN_FORCE("max(d.rule) IS NULL")

/* Only what is not held is counted. */
static bool
settle(Store *store, GError **error)
{
	static const char forget[] =
		"DELETE FROM settled WHERE message IN (SELECT message FROM unsettled)";
	static const char sql[] = "INSERT INTO settled (message, state, person)"
				  " SELECT m.id, m.state, ifnull(" IS_PERSONS ", 0)"
				  " FROM unsettled u CROSS JOIN message m ON m.id = u.message"
				  " WHERE m.state <> :held";
	g_autoptr(Kept) insert = NULL;

	if (!db_run_kept(store, forget, error))
		return false;
	insert = db_kept(store, sql, error);
	if (!insert)
		return false;
	db_bind_int(insert, ":held", STATE_HELD);
	return db_run(store, insert, error);
}

static bool
any_by_people(Store *store, bool *any, GError **error)
{
	static const char sql[] = "SELECT EXISTS (SELECT 1 FROM " DECIDED " WHERE s.person)";
	int64_t found = 0;

	if (!db_value(store, sql, &found, error))
		return false;
	*any = *any || found != 0;
	return true;
}

static bool
recount(Store *store, bool *taught, GError **error)
{
	return any_by_people(store, taught, error) && count(store, -1, error) &&
		settle(store, error) && count(store, 1, error) &&
		any_by_people(store, taught, error);
}

/* After most batches of an import there is nothing to settle. */
static bool
settle_all(Store *store, bool *taught, GError **error)
{
	static const char sql[] = "SELECT EXISTS (SELECT 1 FROM unsettled)";
	int64_t any;

	return db_value(store, sql, &any, error) && (any == 0 || recount(store, taught, error));
}

static bool
done(Store *store, GError **error)
{
	return db_run_kept(store, "DELETE FROM unsettled", error);
}

bool
history_settle(Store *store, GError **error)
{
	bool taught = false;

	return settle_all(store, &taught, error) && done(store, error);
}

bool
history_settle_and_judge(Store *store, GError **error)
{
	bool taught = false;

	return settle_all(store, &taught, error) && (!taught || history_judge_held(store, error)) &&
		done(store, error);
}

static bool
count_one(Store *store, int64_t id, int sign, GError **error)
{
	return db_run_id(store, "INSERT INTO unsettled VALUES (:id)", id, error) &&
		count(store, sign, error) && done(store, error);
}

static bool
forget_brands(Store *store, int64_t id, GError **error)
{
	return db_run_id(store, "DELETE FROM borrowed WHERE message = :id", id, error);
}

static bool
enter_brand(Store *store, int64_t id, const char *brand, GError **error)
{
	static const char sql[] = "INSERT OR IGNORE INTO borrowed (edge, brand, message)"
				  " SELECT e.id, :brand, me.message FROM message_edge me"
				  " JOIN edge e ON e.id = me.edge WHERE me.message = :message"
				  " AND e.kind IN (:account, :claimed, :sender, :link)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_text(insert, ":brand", brand);
	db_bind_int(insert, ":message", id);
	db_bind_int(insert, ":account", EDGE_ACCOUNT);
	db_bind_int(insert, ":claimed", EDGE_CLAIMED_ACCOUNT);
	db_bind_int(insert, ":sender", EDGE_SENDER);
	db_bind_int(insert, ":link", EDGE_LINK);
	return db_run(store, insert, error);
}

static bool
is_settled(Store *store, int64_t id, bool *settled, GError **error)
{
	static const char sql[] = "SELECT 1 FROM settled WHERE message = :message";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":message", id);
	step = db_step(store, select, error);
	*settled = step == STEP_ROW;
	return step != STEP_ERROR;
}

bool
history_enter(Store *store, int64_t id, const GPtrArray *findings, GError **error)
{
	bool settled = false;

	for (guint i = 0; i < findings->len; i++) {
		g_autofree char *brand = finding_brand(g_ptr_array_index(findings, i));

		if (brand && !enter_brand(store, id, brand, error))
			return false;
	}
	if (!traffic_count(store, id, 1, error) || !is_settled(store, id, &settled, error))
		return false;
	return !settled || count_one(store, id, 1, error);
}

bool
history_leave(Store *store, int64_t id, GError **error)
{
	bool settled = false;

	return history_settle(store, error) && forget_brands(store, id, error) &&
		traffic_count(store, id, -1, error) && is_settled(store, id, &settled, error) &&
		(!settled || count_one(store, id, -1, error));
}
