#include "store/tier.h"

enum {
	/* Of the small table, whose pages an import has in its cache; a larger store has a larger
	 * one, so that as many rows as ever go to a page when they are merged. */
	MOST_NEW = 65536,
	SHARE_NEW = 32,
	PARTS = 16, /* a part takes a few milliseconds: somebody may wait for the transaction */
	KEY = 3,    /* columns */
};

/* A key of whatever types. */
typedef struct Place {
	sqlite3_value *columns[KEY];
} Place;

static void
place_clear(Place *place)
{
	for (int i = 0; i < KEY; i++)
		g_clear_pointer(&place->columns[i], sqlite3_value_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static void
place_take(Place *place, sqlite3_stmt *stmt)
{
	for (int i = 0; i < KEY; i++)
		place->columns[i] = sqlite3_value_dup(sqlite3_column_value(stmt, i));
}

static void
bind_place(Kept *stmt, const char *const names[KEY], const Place *place)
{
	for (int i = 0; i < KEY; i++) {
		int parameter = sqlite3_bind_parameter_index(stmt, names[i]);

		sqlite3_bind_value(stmt, parameter, place->columns[i]);
	}
}

static const char *const from_names[KEY] = { ":a", ":b", ":c" };
static const char *const end_names[KEY] = { ":end_a", ":end_b", ":end_c" };

/* No place where there is none. */
static bool
find_end(
	Store *store, const Tier *tier, const Place *from, int64_t part, Place *end, GError **error)
{
	g_autoptr(Kept) select = db_kept(store, tier->end, error);
	Step step;

	if (!select)
		return false;
	bind_place(select, from_names, from);
	db_bind_int(select, ":part", part);
	step = db_step(store, select, error);
	if (step == STEP_ROW)
		place_take(end, select);
	return step != STEP_ERROR;
}

static bool
run_between(Store *store, const char *sql, const Place *from, const Place *end, GError **error)
{
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	if (!stmt)
		return false;
	bind_place(stmt, from_names, from);
	bind_place(stmt, end_names, end);
	return db_run(store, stmt, error);
}

static bool
read_place(Store *store, const Tier *tier, Place *place, GError **error)
{
	g_autoptr(Kept) select = db_kept(store, tier->place, error);

	if (!select || !db_row(store, select, error))
		return false;
	place_take(place, select);
	return true;
}

static bool
write_place(Store *store, const Tier *tier, const Place *place, GError **error)
{
	g_autoptr(Kept) update = db_kept(store, tier->advance, error);

	if (!update)
		return false;
	bind_place(update, from_names, place);
	return db_run(store, update, error);
}

/* A part begins where the one before ended: so each is where most is new.  Behind the last row
 * of all comes the first. */
static bool
merge_part(Store *store, const Tier *tier, int64_t part, bool *moved, GError **error)
{
	g_auto(Place) from = { 0 };
	g_auto(Place) end = { 0 };

	if (!read_place(store, tier, &from, error) ||
		!find_end(store, tier, &from, part, &end, error))
		return false;
	*moved = end.columns[0] != NULL;
	if (!*moved)
		return db_run_kept(store, tier->restart, error);
	return run_between(store, tier->copy, &from, &end, error) &&
		run_between(store, tier->clear, &from, &end, error) &&
		write_place(store, tier, &end, error);
}

bool
tier_is_above(Store *store, const Tier *tier, int64_t most, bool *above, GError **error)
{
	int64_t rows = 0;
	bool counted = db_value(store, tier->count, &rows, error);

	*above = rows > most;
	return counted;
}

/* Where two looks in a row find none, those that are left stand before all keys: a store from
 * elsewhere has such. */
bool
tier_merge(Store *store, const Tier *tier, int64_t most, int64_t part, GError **error)
{
	int none = 0;
	bool above;

	if (!tier_is_above(store, tier, most, &above, error))
		return false;
	while (above && none < 2) {
		bool moved = false;

		if (!merge_part(store, tier, part, &moved, error) ||
			!tier_is_above(store, tier, most, &above, error))
			return false;
		none = moved ? 0 : none + 1;
	}
	return true;
}

bool
tier_is_due(int64_t rows, int64_t *due, TierLimits *limits)
{
	if (rows < *due)
		return false;
	limits->most = MAX(MOST_NEW, rows / SHARE_NEW);
	limits->part = limits->most / PARTS;
	*due = rows + limits->part;
	return true;
}
