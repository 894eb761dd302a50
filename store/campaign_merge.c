/* campaign_merge.c - two campaigns become one */
#include "store/campaign_rows.h"

typedef struct Size {
	int64_t id;
	int64_t messages;
} Size;

static bool
read_size(Store *store, int64_t id, Size *size, GError **error)
{
	static const char sql[] = "SELECT held + released + blocked FROM campaign WHERE id = :id";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":id", id);
	if (!db_row(store, select, error))
		return false;
	*size = (Size){ id, db_int(select, 0) };
	return true;
}

static bool
run_step(Store *store, const char *sql, int64_t from, int64_t into, GError **error)
{
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	if (!stmt)
		return false;
	db_bind_int(stmt, ":from", from);
	db_bind_int(stmt, ":into", into);
	return db_run(store, stmt, error);
}

static bool
move(Store *store, int64_t from, int64_t into, GError **error)
{
	static const char *const steps[] = {
		"UPDATE message SET campaign = :into WHERE campaign = :from",
		"UPDATE edge SET campaign = :into WHERE campaign = :from",
		"UPDATE campaign AS c SET held = c.held + o.held, released = c.released + o.released,"
		" blocked = c.blocked + o.blocked,"
		" ord = max(ifnull(c.ord, o.ord), ifnull(o.ord, c.ord)),"
		" held_ord = max(ifnull(c.held_ord, o.held_ord), ifnull(o.held_ord, c.held_ord)),"
		" first = min(ifnull(c.first, o.first), ifnull(o.first, c.first)),"
		" last = max(ifnull(c.last, o.last), ifnull(o.last, c.last))"
		" FROM campaign o WHERE c.id = :into AND o.id = :from",
		"UPDATE campaign SET held = 0, released = 0, blocked = 0, ord = NULL,"
		" held_ord = NULL, first = NULL, last = NULL, joined = :into"
		" WHERE id = :from OR joined = :from",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (!run_step(store, steps[i], from, into, error))
			return false;
	}
	return true;
}

/* The larger one stays, so that a message moves seldom: as often as its campaign doubles.
 * Of equals it is the older one. */
bool
campaign_merge(Store *store, int64_t a, int64_t b, int64_t *into, GError **error)
{
	Size first;
	Size second;
	bool swap;

	*into = a;
	if (a == b)
		return true;
	if (!read_size(store, a, &first, error) || !read_size(store, b, &second, error))
		return false;
	swap = second.messages > first.messages || (second.messages == first.messages && b < a);
	*into = swap ? b : a;
	return move(store, swap ? a : b, *into, error);
}
