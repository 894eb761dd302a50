/* bale_keep.c - a bale without what stands in it no more */
#include "store/bale.h"

/* Where bytes of the old bale stand, and whose they are. */
typedef struct Use {
	bool raw; /* else of body */
	int64_t row;
	int64_t at;
	int64_t size;
} Use;

static GArray *
read_uses(Store *store, int64_t bale, GError **error)
{
	static const char sql[] =
		"SELECT 1, id, at, size FROM raw WHERE bale = :bale UNION ALL"
		" SELECT 0, message, at, size FROM body WHERE bale = :bale ORDER BY 3";
	g_autoptr(GArray) uses = g_array_new(false, false, sizeof(Use));
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":bale", bale);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		Use use = {
			.raw = db_int(select, 0) != 0,
			.row = db_int(select, 1),
			.at = db_int(select, 2),
			.size = db_int(select, 3),
		};

		g_array_append_val(uses, use);
	}
	return step == STEP_DONE ? g_steal_pointer(&uses) : NULL;
}

static bool
set_place(Store *store, const Use *use, BalePlace place, GError **error)
{
	static const char raw[] = "UPDATE raw SET bale = :bale, at = :at WHERE id = :row";
	static const char body[] = "UPDATE body SET bale = :bale, at = :at WHERE message = :row";
	g_autoptr(Kept) update = db_kept(store, use->raw ? raw : body, error);

	if (!update)
		return false;
	db_bind_int(update, ":bale", place.bale);
	db_bind_int(update, ":at", place.at);
	db_bind_int(update, ":row", use->row);
	return db_run(store, update, error);
}

static bool
fail_damaged(const Store *store, int64_t bale, GError **error)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE,
		"%s: the store is damaged (bale %" G_GINT64_FORMAT
		" can't be read, and other mail stands in it); lazaret verify tells more",
		store->path, bale);
	return false;
}

static bool
move(Baler *baler, Store *store, int64_t bale, const Use *use, GError **error)
{
	const BalePlace old = { .bale = bale, .at = use->at };
	g_autoptr(GBytes) bytes = NULL;
	const void *data;
	gsize size;

	if (!bale_read(store, old, use->size, &bytes, error))
		return false;
	if (!bytes || !bale_takes((size_t)use->size))
		return fail_damaged(store, bale, error);
	data = g_bytes_get_data(bytes, &size);
	return set_place(store, use, baler_put(baler, data, size), error);
}

/* The number of one that is gone is not given again: another process may have that bale in
 * memory, and would read the next one's mails from it. */
static bool
remove_bale(Store *store, int64_t id, GError **error)
{
	static const char last[] = "UPDATE bale SET size = 0, zstd = x'' WHERE id = :id"
				   " AND id = (SELECT max(id) FROM bale)";
	static const char other[] = "DELETE FROM bale WHERE id = :id AND size > 0";

	return db_run_id(store, last, id, error) && db_run_id(store, other, id, error);
}

bool
bale_keep_used(Store *store, int64_t id, GError **error)
{
	g_autoptr(GArray) uses = read_uses(store, id, error);
	g_autoptr(Baler) baler = uses && uses->len > 0 ? baler_new(store, error) : NULL;

	if (!uses || (uses->len > 0 && !baler))
		return false;
	for (guint i = 0; i < uses->len; i++) {
		if (!move(baler, store, id, &g_array_index(uses, Use, i), error))
			return false;
	}
	if (baler && !baler_finish(baler, error))
		return false;
	bale_forget(store);
	return remove_bale(store, id, error);
}
