#include "tui/dossier.h"

#include "store/explain.h"

void
dossier_free(Dossier *dossier)
{
	if (!dossier)
		return;
	message_row_free(dossier->row);
	message_free(dossier->message);
	g_free(dossier->trouble);
	message_free(dossier->remains);
	g_clear_pointer(&dossier->decisions, g_ptr_array_unref);
	g_clear_pointer(&dossier->why, g_ptr_array_unref);
	g_clear_pointer(&dossier->deliveries, g_ptr_array_unref);
	g_clear_pointer(&dossier->raw, g_bytes_unref);
	g_clear_pointer(&dossier->history, g_ptr_array_unref);
	g_free(dossier->history_trouble);
	g_free(dossier);
}

/* A message whose details are damaged can still be looked at and decided about. */
static bool
load_message(Dossier *dossier, GError **error)
{
	g_autoptr(GError) trouble = NULL;

	dossier->message = store_load(dossier->store, dossier->row->id, &trouble);
	if (g_error_matches(trouble, STORE_ERROR, STORE_ERROR_STOPPED)) {
		g_propagate_error(error, g_steal_pointer(&trouble));
		return false;
	}
	if (!dossier->message)
		dossier->trouble = g_strdup(trouble->message);
	if (dossier->row->purged)
		dossier->remains = store_load_record(dossier->store, dossier->row->id, NULL);
	return true;
}

const GPtrArray *
dossier_findings(const Dossier *dossier)
{
	const Message *known = dossier->message ? dossier->message : dossier->remains;

	return known ? known->findings : NULL;
}

Dossier *
dossier_load(Store *store, int64_t id, int64_t now, GError **error)
{
	g_autoptr(Dossier) dossier = g_new0(Dossier, 1);

	dossier->store = store;
	dossier->now = now;
	dossier->row = store_row(store, id, error);
	if (!dossier->row || !load_message(dossier, error))
		return NULL;
	if (!store_account_record(store, id, &dossier->record, error))
		return NULL;
	dossier->decisions = store_decisions(store, id, error);
	if (!dossier->decisions)
		return NULL;
	dossier->why = store_explain(store, id, now, error);
	if (!dossier->why)
		return NULL;
	dossier->deliveries = store_deliveries_of(store, id, error);
	if (!dossier->deliveries)
		return NULL;
	return g_steal_pointer(&dossier);
}

GBytes *
dossier_raw(Dossier *dossier, GError **error)
{
	if (!dossier->raw)
		dossier->raw = store_raw(dossier->store, dossier->row->id, error);
	return dossier->raw;
}
