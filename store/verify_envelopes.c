#include <string.h>

#include "store/envelope_change.h"
#include "store/ledger.h"
#include "store/verify_private.h"

/* An operation that gave or took envelopes. */
typedef struct Giving {
	int64_t id;
	char *verb;
	char *reason; /* or NULL */
	int64_t undoes;
} Giving;

static void
giving_free(Giving *giving)
{
	g_free(giving->verb);
	g_free(giving->reason);
	g_free(giving);
}

static GPtrArray *
read_givings(Store *store, GError **error)
{
	static const char sql[] = "SELECT o.id, o.verb, o.reason, ifnull(o.undoes, 0)"
				  " FROM operation o WHERE o.verb = :verb"
				  " OR o.id IN (SELECT operation FROM restored) ORDER BY o.id";
	g_autoptr(GPtrArray) givings = g_ptr_array_new_with_free_func((GDestroyNotify)giving_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_text(select, ":verb", VERB_MAILLOG);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		Giving *giving = g_new0(Giving, 1);

		giving->id = db_int(select, 0);
		giving->verb = db_text(select, 1);
		giving->reason = db_text(select, 2);
		giving->undoes = db_int(select, 3);
		g_ptr_array_add(givings, giving);
	}
	return step == STEP_DONE ? g_steal_pointer(&givings) : NULL;
}

/* What was purged is gone from the list, and nobody can say what it was. */
static bool
is_purged(Store *store, int64_t operation, bool *some, GError **error)
{
	static const char sql[] = "SELECT 1 FROM restored r JOIN purged p ON p.message = r.message"
				  " WHERE r.operation = :id LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":id", operation);
	step = db_step(store, select, error);
	*some = step == STEP_ROW;
	return step != STEP_ERROR;
}

/* The seal stands in the reason, which the chain covers. */
static void
check_seal(Verifier *verifier, const Giving *giving, const GPtrArray *changes)
{
	g_autofree char *seal = envelope_seal(changes);

	if (!giving->reason || !g_str_has_suffix(giving->reason, seal))
		verify_fault(verifier,
			"operation %" G_GINT64_FORMAT " did not give these envelopes: its seal is "
			"of others",
			giving->id);
}

/* An undo takes away, or gives again, just what it undoes. */
static bool
check_mirror(Verifier *verifier, const Giving *giving, const GPtrArray *changes, GError **error)
{
	g_autoptr(GPtrArray) undone = envelope_changes(verifier->store, giving->undoes, error);
	g_autofree char *seal = NULL;
	g_autofree char *wanted = NULL;

	if (!undone)
		return false;
	for (guint i = 0; i < undone->len; i++) {
		EnvelopeChange *change = g_ptr_array_index(undone, i);

		change->removed = !change->removed;
	}
	seal = envelope_seal(changes);
	wanted = envelope_seal(undone);
	if (strcmp(seal, wanted) != 0)
		verify_fault(verifier,
			"operation %" G_GINT64_FORMAT " takes back other envelopes than operation "
			"%" G_GINT64_FORMAT " gave",
			giving->id, giving->undoes);
	return true;
}

static bool
check_giving(Verifier *verifier, const Giving *giving, GError **error)
{
	g_autoptr(GPtrArray) changes = envelope_changes(verifier->store, giving->id, error);
	bool some = false;

	if (!changes || !is_purged(verifier->store, giving->id, &some, error))
		return false;
	if (some)
		return true;
	if (giving->undoes)
		return check_mirror(verifier, giving, changes, error);
	if (strcmp(giving->verb, VERB_MAILLOG) != 0)
		verify_fault(verifier,
			"operation %" G_GINT64_FORMAT " gave envelopes, and is no reading of a log",
			giving->id);
	else
		check_seal(verifier, giving, changes);
	return true;
}

/* Message, what is said to be from a log, and what operations that stand gave it. */
static const char standing_sql[] =
	"WITH standing AS (SELECT r.message, max(r.sender IS NOT NULL) AS sent,"
	"  max(json_array_length(r.recipients) > 0) AS addressed, max(r.sender) AS sender,"
	"  max(iif(json_array_length(r.recipients) > 0, r.recipients, NULL)) AS recipients"
	"  FROM restored r WHERE r.removed = 0 AND NOT EXISTS"
	"   (SELECT 1 FROM operation u WHERE u.undoes = r.operation)"
	"  AND r.message NOT IN (SELECT message FROM purged) GROUP BY 1)"
	" SELECT l.message FROM message_log l LEFT JOIN standing s ON s.message = l.message"
	" WHERE l.restored <> ifnull(s.sent, 0) * 1 + ifnull(s.addressed, 0) * 2"
	" UNION SELECT s.message FROM standing s JOIN message m ON m.id = s.message"
	" WHERE s.sent AND m.sender IS NOT s.sender"
	" OR NOT EXISTS (SELECT 1 FROM message_log l WHERE l.message = s.message)"
	" OR s.addressed AND (EXISTS (SELECT address FROM recipient WHERE message = m.id"
	"  EXCEPT SELECT value FROM json_each(s.recipients))"
	" OR EXISTS (SELECT value FROM json_each(s.recipients)"
	"  EXCEPT SELECT address FROM recipient WHERE message = m.id))"
	" ORDER BY 1";
G_STATIC_ASSERT(RESTORED_SENDER == 1 && RESTORED_RECIPIENTS == 2);

static bool
check_standing(Verifier *verifier, GError **error)
{
	g_autoptr(Kept) select = db_kept(verifier->store, standing_sql, error);
	Step step;

	if (!select)
		return false;
	while ((step = db_step(verifier->store, select, error)) == STEP_ROW)
		verify_fault(verifier,
			"message %" G_GINT64_FORMAT " has another envelope than operations gave it",
			db_int(select, 0));
	return step == STEP_DONE;
}

bool
verify_envelopes(Verifier *verifier, GError **error)
{
	g_autoptr(GPtrArray) givings = read_givings(verifier->store, error);

	for (guint i = 0; givings && i < givings->len; i++) {
		if (!check_giving(verifier, g_ptr_array_index(givings, i), error))
			return false;
	}
	return givings && check_standing(verifier, error);
}
