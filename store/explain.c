#include "store/explain.h"

#include "store/ledger.h"
#include "store/moment.h"
#include "store/rule_rows.h"

/* What stands about the message, as far as it explains what its rules did not do. */
typedef struct Standing {
	Store *store;
	int64_t message;
	int64_t now;
	MessageState state;
	int64_t imported;
	int64_t rule;   /* that decided; 0: none */
	bool deny;      /* it is a deny rule */
	bool by_person; /* a person decided last */
	bool taken_back;
	bool addressed; /* it has envelope recipients */
	GPtrArray *sentences;
} Standing;

static void G_GNUC_PRINTF(2, 3) say(Standing *standing, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_ptr_array_add(standing->sentences, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

static char *
day_of(int64_t at)
{
	g_autofree char *moment = moment_text(at);

	return moment ? g_strdup_printf("%.10s", moment) : g_strdup("an unknown day");
}

static bool
read_message(Standing *standing, GError **error)
{
	static const char sql[] = "SELECT state, imported,"
				  " EXISTS (SELECT 1 FROM recipient WHERE message = :message)"
				  " FROM message WHERE id = :message";
	g_autoptr(Kept) select = db_kept(standing->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":message", standing->message);
	step = db_step(standing->store, select, error);
	if (step == STEP_DONE)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"no message %" G_GINT64_FORMAT, standing->message);
	if (step != STEP_ROW)
		return false;
	standing->state = (MessageState)ledger_enum(select, 0, STATES);
	standing->imported = db_int(select, 1);
	standing->addressed = db_int(select, 2) != 0;
	return true;
}

/* ---- who decided ---- */

/* Also one that is removed. */
static bool
say_rule(Standing *standing, int64_t operation, GError **error)
{
	static const char sql[] = "SELECT " RULE_COLUMNS ", r.removed FROM rule r WHERE r.id = :id";
	g_autoptr(Kept) select = db_kept(standing->store, sql, error);
	g_autoptr(Rule) rule = NULL;
	g_autofree char *words = NULL;

	if (!select)
		return false;
	db_bind_int(select, ":id", standing->rule);
	if (!db_row(standing->store, select, error))
		return false;
	rule = rule_of_row(select, standing->now);
	words = rule_words(rule);
	standing->deny = rule->kind == RULE_DENY;
	say(standing,
		"%s by rule %" G_GINT64_FORMAT " of %s, %s: %s (operation %" G_GINT64_FORMAT "%s)",
		state_name(standing->state), rule->id, rule->owner, words, rule->reason, operation,
		db_int(select, RULE_COLUMN_COUNT) ? "; the rule was removed since" : "");
	return true;
}

static void
say_person(Standing *standing, sqlite3_stmt *row)
{
	const char *actor = (const char *)sqlite3_column_text(row, 1);
	const char *reason = (const char *)sqlite3_column_text(row, 3);
	g_autofree char *day = day_of(db_int(row, 2));

	standing->taken_back = db_int(row, 4) != 0;
	standing->by_person = !standing->taken_back;
	if (standing->taken_back)
		say(standing, "%s since %s, when %s took operation %" G_GINT64_FORMAT " back",
			state_name(standing->state), day, actor, db_int(row, 4));
	else
		say(standing, "%s by %s on %s%s%s", state_name(standing->state), actor, day,
			reason ? ": " : "", reason ? reason : "");
}

static bool
say_decision(Standing *standing, GError **error)
{
	static const char sql[] = "SELECT d.rule, o.actor, o.at, o.reason, o.undoes, o.id"
				  " FROM decision d JOIN operation o ON o.id = d.operation"
				  " WHERE d.message = :message ORDER BY d.id DESC LIMIT 1";
	g_autoptr(Kept) select = db_kept(standing->store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":message", standing->message);
	switch (db_step(standing->store, select, error)) {
	case STEP_ERROR:
		return false;
	case STEP_DONE:
		say(standing, "%s as it came: no person has decided about it",
			state_name(standing->state));
		return true;
	case STEP_ROW:
		break;
	}
	standing->rule = db_int(select, 0);
	if (standing->rule)
		return say_rule(standing, db_int(select, 5), error);
	say_person(standing, select);
	return true;
}

/* ---- the rules that did not ---- */

/* Which of its conditions a rule that rests on the message finds fulfilled. */
typedef struct Fit {
	bool lives, vouched, reaches, from, lifts, kin;
} Fit;

/* What @sql lists for :message and :rule, parted by commas.  NULL on error. */
static char *
list_of(const Standing *standing, const char *sql, int64_t rule, GError **error)
{
	g_autoptr(Kept) select = db_kept(standing->store, sql, error);
	g_autoptr(GString) list = g_string_new(NULL);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":message", standing->message);
	db_bind_int(select, ":rule", rule);
	while ((step = db_step(standing->store, select, error)) == STEP_ROW)
		g_string_append_printf(list, "%s%s", list->len ? ", " : "",
			(const char *)sqlite3_column_text(select, 0));
	return step == STEP_DONE ? g_string_free(g_steal_pointer(&list), false) : NULL;
}

static char *
left_out(const Standing *standing, int64_t rule, GError **error)
{
	static const char sql[] =
		"SELECT t.address FROM rule r JOIN recipient t ON t.message = :message"
		" WHERE r.id = :rule AND NOT EXISTS (SELECT 1 FROM json_each(r.recipients) s"
		"  WHERE s.value = t.address COLLATE NOCASE OR under(t.address, s.value))"
		" ORDER BY t.position LIMIT 3";
	g_autofree char *list = list_of(standing, sql, rule, error);

	return list ? g_strdup_printf("its scope leaves out %s", list) : NULL;
}

static char *
not_lifted(const Standing *standing, int64_t rule, GError **error)
{
	static const char sql[] =
		"SELECT f.id || ' (+' || f.weight || ')' FROM rule r"
		" JOIN finding f ON f.message = :message WHERE r.id = :rule AND f.weight > 0"
		" AND f.id <> '" HISTORY_LEARNED "'"
		" AND f.id NOT IN (SELECT s.value FROM json_each(r.lifts) s) ORDER BY f.position";
	g_autofree char *list = list_of(standing, sql, rule, error);

	return list ? g_strdup_printf("it does not lift %s", list) : NULL;
}

/* It fits the message; then why did it not decide? */
static char *
outranked(const Standing *standing, const Rule *rule)
{
	if (standing->by_person)
		return g_strdup("what a person decides stands before any rule");
	if (standing->taken_back)
		return g_strdup("rules settle a message once, and what was taken back stays so");
	if (standing->rule && standing->deny && rule->kind == RULE_ALLOW)
		return g_strdup("deny comes before allow");
	if (standing->rule && standing->rule < rule->id)
		return g_strdup_printf("rule %" G_GINT64_FORMAT " is older", standing->rule);
	if (rule->created >= standing->imported)
		return g_strdup("it was made later, and settles what comes");
	if (rule->kind == RULE_ALLOW && !standing->addressed)
		return g_strdup("nobody is known whom it could be released to");
	return g_strdup("it did not fit when the message came");
}

static char *
expiry_of(const Rule *rule)
{
	g_autofree char *term = rule_term(rule);

	return g_strdup_printf("it has expired: it stood %s", term);
}

/* NULL on error. */
static char *
loss_of(const Standing *standing, const Rule *rule, const Fit *fit, GError **error)
{
	if (!fit->lives)
		return expiry_of(rule);
	if (!fit->vouched)
		return g_strdup("nothing trusted vouches for this account and domain");
	if (!fit->reaches)
		return left_out(standing, rule->id, error);
	if (!fit->from)
		return g_strdup("its scope leaves out this From domain");
	if (!fit->lifts)
		return not_lifted(standing, rule->id, error);
	if (!fit->kin)
		return g_strdup("most of what it shares anything with is not blocked");
	return outranked(standing, rule);
}

static bool
say_loss(Standing *standing, const Rule *rule, const Fit *fit, GError **error)
{
	g_autofree char *words = rule_words(rule);
	g_autofree char *loss = loss_of(standing, rule, fit, error);

	if (loss)
		say(standing, "rule %" G_GINT64_FORMAT " (%s) does not decide: %s", rule->id, words,
			loss);
	return loss != NULL;
}

static bool
say_losers(Standing *standing, GError **error)
{
	static const char sql[] =
		"WITH " RULE_MARKS " SELECT " RULE_COLUMNS "," RULE_LIVES "," RULE_VOUCHED
		"," RULE_REACHES "," RULE_FROM "," RULE_LIFTS "," RULE_KIN
		" FROM mark k CROSS JOIN rule r ON r.anchor = k.value"
		" CROSS JOIN message m ON m.id = :message"
		" WHERE r.removed = 0 AND " RULE_RESTS " ORDER BY r.kind = :allow, r.id";
	g_autoptr(Kept) select = db_kept(standing->store, sql, error);
	bool any = standing->rule != 0;
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":allow", RULE_ALLOW);
	rule_bind_kin(select);
	db_bind_int(select, ":message", standing->message);
	db_bind_int(select, ":now", standing->now);
	while ((step = db_step(standing->store, select, error)) == STEP_ROW) {
		g_autoptr(Rule) rule = rule_of_row(select, standing->now);
		Fit fit = {
			.lives = db_int(select, RULE_COLUMN_COUNT) != 0,
			.vouched = db_int(select, RULE_COLUMN_COUNT + 1) != 0,
			.reaches = db_int(select, RULE_COLUMN_COUNT + 2) != 0,
			.from = db_int(select, RULE_COLUMN_COUNT + 3) != 0,
			.lifts = db_int(select, RULE_COLUMN_COUNT + 4) != 0,
			.kin = db_int(select, RULE_COLUMN_COUNT + 5) != 0,
		};

		any = true;
		if (rule->id != standing->rule && !say_loss(standing, rule, &fit, error))
			return false;
	}
	if (step == STEP_DONE && !any)
		say(standing, "no rule is about it");
	return step == STEP_DONE;
}

GPtrArray *
store_explain(Store *store, int64_t message, int64_t now, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_autoptr(GPtrArray) sentences = g_ptr_array_new_with_free_func(g_free);
	Standing standing = {
		.store = store,
		.message = message,
		.now = now,
		.sentences = sentences,
	};

	return snapshot && read_message(&standing, error) && say_decision(&standing, error) &&
			say_losers(&standing, error)
		? g_steal_pointer(&sentences)
		: NULL;
}
