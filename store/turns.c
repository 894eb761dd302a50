#include "store/turns.h"

enum {
	LONGEST = G_USEC_PER_SEC / 4,
};

static bool
is_over(Turns *turns)
{
	int64_t now = g_get_monotonic_time();

	if (now - turns->begun >= LONGEST)
		return true;
	if (now - turns->looked < STORE_TURN)
		return false;
	turns->looked = now;
	return store_is_awaited(turns->store);
}

bool
turns_next(Turns *turns, GError **error)
{
	turns->first = false;
	if (turns->transaction && is_over(turns)) {
		if (!turns_end(turns, error))
			return false;
		g_usleep(STORE_GAP);
	}
	if (turns->transaction)
		return true;
	turns->transaction = db_begin(turns->store, error);
	turns->begun = turns->looked = g_get_monotonic_time();
	turns->first = true;
	return turns->transaction != NULL;
}

bool
turns_end(Turns *turns, GError **error)
{
	g_autoptr(Transaction) transaction = g_steal_pointer(&turns->transaction);

	return !transaction || transaction_commit(transaction, error);
}

void
turns_clear(Turns *turns)
{
	g_clear_pointer(&turns->transaction, transaction_end);
}
