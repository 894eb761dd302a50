#include "store/indicator_board.h"

#include "mail/domain.h"
#include "store/ledger.h"

enum {
	PAGE = 256, /* rows read at once */
};

/* Sayings of messages are counted apart from those of rules: releases count otherwise. */
static const char tables[] =
	"PRAGMA synchronous = OFF;"
	"PRAGMA journal_mode = MEMORY;"
	"CREATE TABLE said ("
	" kind INTEGER NOT NULL, value TEXT NOT NULL, action INTEGER NOT NULL,"
	" account TEXT NOT NULL, unproven INTEGER NOT NULL,"
	" now INTEGER NOT NULL, wanted INTEGER NOT NULL, before INTEGER NOT NULL,"
	" rules_now INTEGER NOT NULL, rules_wanted INTEGER NOT NULL,"
	" rules_before INTEGER NOT NULL, lapsed INTEGER NOT NULL,"
	" operation INTEGER, ended INTEGER," /* the first of those wanted, the last of the others */
	" latest INTEGER, campaign INTEGER, first INTEGER, last INTEGER,"
	" rule INTEGER, rule_made INTEGER, rule_made_then INTEGER, expires INTEGER,"
	" released INTEGER, released_then INTEGER, freed INTEGER, harm TEXT,"
	" PRIMARY KEY (kind, value, action, account, unproven)) WITHOUT ROWID;"
	"CREATE TABLE told ("
	" place INTEGER PRIMARY KEY,"
	" kind INTEGER NOT NULL, action INTEGER NOT NULL, value TEXT NOT NULL, account TEXT,"
	" left_out TEXT, withdrawn INTEGER NOT NULL, operation INTEGER NOT NULL,"
	" at INTEGER NOT NULL, actor TEXT, reason TEXT, rule INTEGER NOT NULL,"
	" expires INTEGER NOT NULL, messages INTEGER NOT NULL, campaign INTEGER NOT NULL,"
	" first INTEGER NOT NULL, last INTEGER NOT NULL);"
	"BEGIN";

Store *
board_open(const char *path, GError **error)
{
	g_autoptr(Store) board =
		db_open(path, "", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);

	return board && db_exec(board, tables, error) ? g_steal_pointer(&board) : NULL;
}

/* ---- in ---- */

/* min() and max() of what is there and what comes, where either may be NULL. */
#define OF_BOTH(function, is, comes) "coalesce(" function "(" is ", " comes "), " is ", " comes ")"
#define LEAST(column)                column " = " OF_BOTH("min", column, "excluded." column)
#define MOST(column)                 column " = " OF_BOTH("max", column, "excluded." column)

// clang-format off
static const char add_sql[] =
	"INSERT INTO said (kind, value, action, account, unproven, now, wanted, before,"
	" rules_now, rules_wanted, rules_before, lapsed, operation, ended, latest, campaign, first, last,"
	" rule, rule_made, rule_made_then, expires, harm)"
	" VALUES (:kind, :value, :action, :account, :unproven, :now, :wanted, :before,"
	" :rules_now, :rules_wanted, :rules_before, :lapsed, :operation, :ended, :message, :campaign,"
	" :received, :received, :rule, :rule_made, :rule_made_then, :expires, :harm)"
	" ON CONFLICT DO UPDATE SET now = now + excluded.now, wanted = wanted + excluded.wanted,"
	" before = before + excluded.before, rules_now = rules_now + excluded.rules_now,"
	" rules_wanted = rules_wanted + excluded.rules_wanted,"
	" rules_before = rules_before + excluded.rules_before, lapsed = lapsed + excluded.lapsed,"
	" campaign = CASE WHEN ifnull(excluded.latest > latest, excluded.latest IS NOT NULL)"
	"  THEN excluded.campaign ELSE campaign END,"
	/* Of two rules the older one says it, as long as either stands. */
	" expires = CASE WHEN expires IS NULL THEN excluded.expires"
	"  WHEN excluded.expires IS NULL THEN expires"
	"  WHEN expires = 0 OR excluded.expires = 0 THEN 0 ELSE max(expires, excluded.expires) END,"
	" " LEAST("operation") ", " MOST("ended") ", " MOST("latest") ","
	" " LEAST("first") ", " MOST("last") ", " LEAST("rule") ","
	" " MOST("rule_made") ", " MOST("rule_made_then") ","
	" harm = coalesce(harm, excluded.harm)";
// clang-format on

static void
bind_known(sqlite3_stmt *stmt, const char *name, int64_t value, bool known)
{
	if (known)
		db_bind_int(stmt, name, value);
}

/* What only those tell that were asked for, and say it now, is NULL in others. */
static void
bind_wanted(sqlite3_stmt *insert, const Saying *saying)
{
	bool of_message = saying->wanted && saying->message;
	bool of_rule = saying->wanted && saying->rule;

	bind_known(insert, ":operation", saying->operation, saying->wanted);
	bind_known(insert, ":message", saying->message, of_message);
	bind_known(insert, ":campaign", saying->campaign, of_message);
	bind_known(insert, ":received", saying->received, of_message);
	bind_known(insert, ":rule", saying->rule, of_rule);
	bind_known(insert, ":rule_made", saying->operation, saying->rule && saying->now);
	bind_known(
		insert, ":rule_made_then", saying->operation_then, saying->rule && saying->before);
	bind_known(insert, ":expires", saying->expires, saying->rule != 0);
}

static void
bind_counts(sqlite3_stmt *insert, const Saying *saying)
{
	bool rule = saying->rule != 0;

	db_bind_int(insert, ":now", !rule && saying->now);
	db_bind_int(insert, ":wanted", !rule && saying->wanted);
	db_bind_int(insert, ":before", !rule && saying->before);
	db_bind_int(insert, ":rules_now", rule && saying->now);
	db_bind_int(insert, ":rules_wanted", rule && saying->wanted);
	db_bind_int(insert, ":rules_before", rule && saying->before);
	db_bind_int(insert, ":lapsed", saying->lapsed);
}

bool
board_add(Store *board, const Saying *saying, GError **error)
{
	g_autoptr(Kept) insert = db_kept(board, add_sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":kind", saying->kind);
	db_bind_text(insert, ":value", saying->value);
	db_bind_int(insert, ":action", saying->action);
	db_bind_text(insert, ":account", saying->account ? saying->account : "");
	db_bind_int(insert, ":unproven", saying->unproven);
	bind_counts(insert, saying);
	bind_wanted(insert, saying);
	bind_known(insert, ":ended", saying->ended, saying->ended != 0);
	db_bind_text(insert, ":harm", saying->harm);
	return db_run(board, insert, error);
}

/* What says that something is allowed is not marked. */
#define BLOCKS "kind = :kind AND value = :value AND action = :block"

static Kept *
begin_mark(Store *board, const char *sql, IndicatorKind kind, const char *value, GError **error)
{
	Kept *update = db_kept(board, sql, error);

	if (!update)
		return NULL;
	db_bind_int(update, ":kind", kind);
	db_bind_text(update, ":value", value);
	db_bind_int(update, ":block", INDICATOR_BLOCK);
	return update;
}

/* Operations are counted from 1. */
bool
board_mark_released(
	Store *board, IndicatorKind kind, const char *value, int64_t operation, GError **error)
{
	static const char sql[] = "UPDATE said SET released = max(ifnull(released, 0), :operation)"
				  " WHERE " BLOCKS;
	g_autoptr(Kept) update = begin_mark(board, sql, kind, value, error);

	if (!update)
		return false;
	db_bind_int(update, ":operation", operation);
	return db_run(board, update, error);
}

bool
board_mark_released_then(Store *board, IndicatorKind kind, const char *value, int64_t operation,
	int64_t freed, GError **error)
{
	static const char sql[] =
		"UPDATE said SET released_then = max(ifnull(released_then, 0), :operation),"
		" freed = max(ifnull(freed, 0), :freed) WHERE " BLOCKS;
	g_autoptr(Kept) update = begin_mark(board, sql, kind, value, error);

	if (!update)
		return false;
	db_bind_int(update, ":operation", operation);
	db_bind_int(update, ":freed", freed);
	return db_run(board, update, error);
}

bool
board_mark_harm(
	Store *board, IndicatorKind kind, const char *value, const char *harm, GError **error)
{
	static const char sql[] = "UPDATE said SET harm = coalesce(harm, :harm) WHERE " BLOCKS;
	g_autoptr(Kept) update = begin_mark(board, sql, kind, value, error);

	if (!update)
		return false;
	db_bind_text(update, ":harm", harm);
	return db_run(board, update, error);
}

bool
board_mark_victim(Store *board, const char *sender, const char *harm, GError **error)
{
	static const char sql[] = "UPDATE said SET harm = :harm WHERE " BLOCKS;
	g_autoptr(Kept) update = begin_mark(board, sql, INDICATOR_SENDER, sender, error);

	if (!update)
		return false;
	db_bind_text(update, ":harm", harm);
	return db_run(board, update, error);
}

/* ---- out ---- */

void
said_free(Said *said)
{
	if (!said)
		return;
	g_free(said->value);
	g_free(said->account);
	g_free(said->harm);
	g_free(said);
}

static Said *
said_of_row(sqlite3_stmt *stmt)
{
	Said *said = g_new0(Said, 1);
	int column = 0;

	said->kind = (IndicatorKind)ledger_enum(stmt, column++, INDICATOR_KINDS);
	said->value = db_text(stmt, column++);
	said->action = (IndicatorAction)ledger_enum(stmt, column++, INDICATOR_ACTIONS);
	said->account = db_text(stmt, column++);
	said->unproven = db_int(stmt, column++);
	said->now = db_int(stmt, column++);
	said->wanted = db_int(stmt, column++);
	said->before = db_int(stmt, column++);
	said->rules_now = db_int(stmt, column++);
	said->rules_wanted = db_int(stmt, column++);
	said->rules_before = db_int(stmt, column++);
	said->lapsed = db_int(stmt, column++);
	said->operation = db_int(stmt, column++);
	said->ended = db_int(stmt, column++);
	said->campaign = db_int(stmt, column++);
	said->first = db_int(stmt, column++);
	said->last = db_int(stmt, column++);
	said->rule = db_int(stmt, column++);
	said->rule_made = db_int(stmt, column++);
	said->rule_made_then = db_int(stmt, column++);
	said->expires = db_int(stmt, column++);
	said->released = db_int(stmt, column++);
	said->released_then = db_int(stmt, column++);
	said->freed = db_int(stmt, column++);
	said->harm = db_text(stmt, column++);
	return said;
}

GPtrArray *
board_page(Store *board, const Said *after, GError **error)
{
	static const char sql[] =
		"SELECT kind, value, action, account, unproven, now, wanted, before, rules_now,"
		" rules_wanted, rules_before, lapsed, operation, ended, campaign, first, last, rule,"
		" rule_made, rule_made_then, expires, released, released_then, freed, harm FROM said"
		" WHERE (kind, value, action, account, unproven)"
		"  > (:kind, :value, :action, :account, :unproven)"
		" AND (unproven = 0 OR NOT EXISTS (SELECT 1 FROM said p WHERE p.kind = said.kind"
		"  AND p.value = said.value AND p.action = said.action"
		"  AND p.account = said.account AND p.unproven = 0))"
		" ORDER BY kind, value, action, account, unproven LIMIT :limit";
	g_autoptr(GPtrArray) page = g_ptr_array_new_with_free_func((GDestroyNotify)said_free);
	g_autoptr(Kept) select = db_kept(board, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":kind", after ? (int64_t)after->kind : -1);
	db_bind_text(select, ":value", after ? after->value : "");
	db_bind_int(select, ":action", after ? (int64_t)after->action : 0);
	db_bind_text(select, ":account", after ? after->account : "");
	db_bind_int(select, ":unproven", after && after->unproven);
	db_bind_int(select, ":limit", PAGE);
	while ((step = db_step(board, select, error)) == STEP_ROW)
		g_ptr_array_add(page, said_of_row(select));
	return step == STEP_DONE ? g_steal_pointer(&page) : NULL;
}

GPtrArray *
board_url_domains(Store *board, GError **error)
{
	static const char sql[] = "SELECT DISTINCT host(value) FROM said WHERE kind = :kind";
	g_autoptr(GPtrArray) domains = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(Kept) select = db_kept(board, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":kind", INDICATOR_URL);
	while ((step = db_step(board, select, error)) == STEP_ROW) {
		g_autofree char *domain =
			domain_registrable((const char *)sqlite3_column_text(select, 0));

		if (!domain || g_hash_table_contains(seen, domain))
			continue;
		g_hash_table_add(seen, domain);
		g_ptr_array_add(domains, g_steal_pointer(&domain));
	}
	return step == STEP_DONE ? g_steal_pointer(&domains) : NULL;
}

/* ---- what is told ---- */

bool
board_tell(Store *board, const Indicator *indicator, GError **error)
{
	static const char sql[] =
		"INSERT INTO told (kind, action, value, account, left_out, withdrawn, operation,"
		" at, actor, reason, rule, expires, messages, campaign, first, last)"
		" VALUES (:kind, :action, :value, :account, :left_out, :withdrawn, :operation,"
		" :at, :actor, :reason, :rule, :expires, :messages, :campaign, :first, :last)";
	g_autoptr(Kept) insert = db_kept(board, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":kind", indicator->kind);
	db_bind_int(insert, ":action", indicator->action);
	db_bind_text(insert, ":value", indicator->value);
	db_bind_text(insert, ":account", indicator->account);
	db_bind_text(insert, ":left_out", indicator->left_out);
	db_bind_int(insert, ":withdrawn", indicator->withdrawn);
	db_bind_int(insert, ":operation", indicator->operation);
	db_bind_int(insert, ":at", indicator->at);
	db_bind_text(insert, ":actor", indicator->actor);
	db_bind_text(insert, ":reason", indicator->reason);
	db_bind_int(insert, ":rule", indicator->rule);
	db_bind_int(insert, ":expires", indicator->expires);
	db_bind_int(insert, ":messages", indicator->messages);
	db_bind_int(insert, ":campaign", indicator->campaign);
	db_bind_int(insert, ":first", indicator->first);
	db_bind_int(insert, ":last", indicator->last);
	return db_run(board, insert, error);
}

static Indicator *
indicator_of_row(sqlite3_stmt *stmt)
{
	Indicator *indicator = g_new0(Indicator, 1);
	int column = 1;

	indicator->kind = (IndicatorKind)ledger_enum(stmt, column++, INDICATOR_KINDS);
	indicator->action = (IndicatorAction)ledger_enum(stmt, column++, INDICATOR_ACTIONS);
	indicator->value = db_text(stmt, column++);
	indicator->account = db_text(stmt, column++);
	indicator->left_out = db_text(stmt, column++);
	indicator->withdrawn = db_int(stmt, column++);
	indicator->operation = db_int(stmt, column++);
	indicator->at = db_int(stmt, column++);
	indicator->actor = db_text(stmt, column++);
	indicator->reason = db_text(stmt, column++);
	indicator->rule = db_int(stmt, column++);
	indicator->expires = db_int(stmt, column++);
	indicator->messages = db_int(stmt, column++);
	indicator->campaign = db_int(stmt, column++);
	indicator->first = db_int(stmt, column++);
	indicator->last = db_int(stmt, column++);
	return indicator;
}

Indicator *
board_told(Store *board, int64_t *place, GError **error)
{
	static const char sql[] =
		"SELECT place, kind, action, value, account, left_out, withdrawn, operation, at,"
		" actor, reason, rule, expires, messages, campaign, first, last FROM told"
		" WHERE place > :place ORDER BY place LIMIT 1";
	g_autoptr(Kept) select = db_kept(board, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":place", *place);
	if (db_step(board, select, error) != STEP_ROW)
		return NULL;
	*place = db_int(select, 0);
	return indicator_of_row(select);
}
