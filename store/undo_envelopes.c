#include "store/envelope_change.h"
#include "store/ledger.h"
#include "store/undo_kind.h"

/* What is known of a message now, and whether what @change did is the last that was done. */
typedef struct Standing {
	MessageState state;
	bool sender, addressed;
	bool last;
} Standing;

static bool
read_standing(
	const Undoing *undoing, const EnvelopeChange *change, Standing *standing, GError **error)
{
	static const char sql[] =
		"SELECT m.state, m.sender IS NOT NULL,"
		" EXISTS (SELECT 1 FROM recipient r WHERE r.message = m.id),"
		" NOT EXISTS (SELECT 1 FROM restored r WHERE r.message = m.id"
		"  AND r.operation > :operation AND r.removed = 0"
		"  AND NOT EXISTS (SELECT 1 FROM operation u WHERE u.undoes = r.operation))"
		" FROM message m WHERE m.id = :message";
	g_autoptr(Kept) select = db_kept(undoing->store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":operation", undoing->id);
	db_bind_int(select, ":message", change->message);
	if (!db_row(undoing->store, select, error))
		return false;
	standing->state = (MessageState)ledger_enum(select, 0, STATES);
	standing->sender = db_int(select, 1) != 0;
	standing->addressed = db_int(select, 2) != 0;
	standing->last = db_int(select, 3) != 0;
	return true;
}

static bool
refuse(const Undoing *undoing, const EnvelopeChange *change, const char *why, GError **error)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
		"message %" G_GINT64_FORMAT " %s: operation %" G_GINT64_FORMAT
		" cannot be taken back",
		change->message, why, undoing->id);
	return false;
}

/* What went out, or waits, went to these recipients. */
static bool
check_one(const Undoing *undoing, const EnvelopeChange *change, GError **error)
{
	Standing standing;

	if (!read_standing(undoing, change, &standing, error))
		return false;
	if (!standing.last)
		return refuse(undoing, change, "got more of its envelope since", error);
	if (!change->removed && standing.state == STATE_RELEASED)
		return refuse(undoing, change, "is released", error);
	if (change->removed &&
		((change->sender && standing.sender) ||
			(change->recipients->len > 0 && standing.addressed)))
		return refuse(undoing, change, "has an envelope since", error);
	return true;
}

static bool
check(const Undoing *undoing, GError **error)
{
	g_autoptr(GPtrArray) changes = envelope_changes(undoing->store, undoing->id, error);

	for (guint i = 0; changes && i < changes->len; i++) {
		if (!check_one(undoing, g_ptr_array_index(changes, i), error))
			return false;
	}
	return changes != NULL;
}

static bool
restore(const Undoing *undoing, int64_t operation, GError **error)
{
	g_autoptr(GPtrArray) changes = envelope_changes(undoing->store, undoing->id, error);

	for (guint i = 0; changes && i < changes->len; i++) {
		EnvelopeChange *change = g_ptr_array_index(changes, i);

		change->removed = !change->removed;
		if (!envelope_change(undoing->store, operation, change, error))
			return false;
	}
	return changes != NULL;
}

extern const UndoKind undo_envelopes;
const UndoKind undo_envelopes = {
	.carried = "SELECT EXISTS (SELECT 1 FROM restored WHERE operation = :operation)",
	.check = check,
	.restore = restore,
};
