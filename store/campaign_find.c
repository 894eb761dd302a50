#include "store/campaign_find.h"

#include "store/query_sql.h"
#include "store/walk.h"

typedef struct Finder {
	Store *store;
	const CampaignList *list;
	GPtrArray *marks;
	sqlite3_stmt *select; /* match_one() */
	GHashTable *known;    /* campaign -> CampaignMatch */
	GArray *found;        /* of CampaignMatch */
} Finder;

static void
finder_clear(Finder *finder)
{
	g_clear_pointer(&finder->marks, g_ptr_array_unref);
	g_clear_pointer(&finder->select, sqlite3_finalize);
	g_clear_pointer(&finder->known, g_hash_table_unref);
	g_clear_pointer(&finder->found, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Finder, finder_clear)

/* ---- one campaign ---- */

static sqlite3_stmt *
prepare_match(Store *store, const Query *query, const GPtrArray *marks, GError **error)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT count(*), ifnull(max(m.ord), 0) FROM message AS m"
				" WHERE m.campaign = :the_campaign AND (%s)",
			query->each->str);
	sqlite3_stmt *select = db_prepare(store, sql, error);

	if (select)
		query_bind_marks(query, marks, select);
	return select;
}

static bool
match_one(Store *store, sqlite3_stmt *select, CampaignMatch *match, GError **error)
{
	bool done;

	db_bind_int(select, ":the_campaign", match->campaign);
	done = db_row(store, select, error);
	match->messages = done ? db_int(select, 0) : 0;
	match->top = done ? db_int(select, 1) : 0;
	sqlite3_reset(select);
	return done;
}

bool
campaign_match(Store *store, const Query *query, const GPtrArray *marks, CampaignMatch *match,
	GError **error)
{
	g_autoptr(sqlite3_stmt) select = prepare_match(store, query, marks, error);

	return select && match_one(store, select, match, error);
}

/* ---- message by message, in the order of the list ---- */

/* NULL on error. */
static const CampaignMatch *
know(Finder *finder, Walk *walk, int64_t campaign, GError **error)
{
	CampaignMatch match = { .campaign = campaign };
	CampaignMatch *known = g_hash_table_lookup(finder->known, &campaign);

	if (known)
		return known;
	if (!match_one(finder->store, finder->select, &match, error))
		return NULL;
	walk_spend(walk, match.messages);
	known = g_memdup2(&match, sizeof(match));
	g_hash_table_insert(finder->known, &known->campaign, known);
	return known;
}

/* A campaign stands where the most dangerous of its messages that match does: at the others
 * it is passed by. */
static bool
take(Finder *finder, Walk *walk, const Place *place, GError **error)
{
	const CampaignMatch *match;

	if (place->campaign == 0)
		return true;
	match = know(finder, walk, place->campaign, error);
	if (match && match->top == place->position)
		g_array_append_val(finder->found, *match);
	return match != NULL;
}

static bool
walk_all(Finder *finder, bool *lost, GError **error)
{
	const CampaignList *list = finder->list;
	const StoreList messages = {
		.query = list->query,
		.from_position = list->from_position,
		.after = list->after,
		.backwards = list->backwards,
	};
	g_autoptr(Walk) walk = walk_begin(finder->store, &messages, finder->marks, error);
	WalkStep step = walk ? WALK_FOUND : WALK_ERROR;
	Place place;

	while (step == WALK_FOUND && (int)finder->found->len < list->limit) {
		step = walk_next(walk, &place, error);
		if (step == WALK_FOUND && !take(finder, walk, &place, error))
			return false;
	}
	*lost = step == WALK_LOST;
	return step != WALK_ERROR;
}

/* ---- all that match, in no order ---- */

static void
count(GHashTable *known, int64_t campaign, int64_t ord)
{
	CampaignMatch *match = g_hash_table_lookup(known, &campaign);

	if (!match) {
		match = g_new0(CampaignMatch, 1);
		match->campaign = campaign;
		g_hash_table_insert(known, &match->campaign, match);
	}
	match->messages++;
	match->top = MAX(match->top, ord);
}

/* No index is to tempt the planner to read them in another order than they lie in. */
static bool
count_all(Finder *finder, GError **error)
{
	const Query *query = finder->list->query;
	g_autofree char *sql = g_strdup_printf("SELECT ifnull(m.campaign, 0), m.ord"
					       " FROM message AS m WHERE %s",
		query->where->str);
	g_autoptr(sqlite3_stmt) select = db_prepare(finder->store, sql, error);
	Step step;

	if (!select)
		return false;
	query_bind(query, select);
	while ((step = db_step(finder->store, select, error)) == STEP_ROW) {
		if (db_int(select, 0) != 0)
			count(finder->known, db_int(select, 0), db_int(select, 1));
	}
	return step == STEP_DONE;
}

static bool
is_on_page(const CampaignList *list, const CampaignMatch *match)
{
	if (!list->from_position)
		return true;
	return list->backwards ? match->top > list->after : match->top < list->after;
}

static int
compare_matches(gconstpointer a, gconstpointer b)
{
	int64_t first = ((const CampaignMatch *)a)->top;
	int64_t second = ((const CampaignMatch *)b)->top;

	return (first < second) - (first > second);
}

static int
compare_backwards(gconstpointer a, gconstpointer b)
{
	return compare_matches(b, a);
}

static bool
search_all(Finder *finder, GError **error)
{
	const CampaignList *list = finder->list;
	GHashTableIter iter;
	void *match;

	g_hash_table_remove_all(finder->known);
	g_array_set_size(finder->found, 0);
	if (!count_all(finder, error))
		return false;
	g_hash_table_iter_init(&iter, finder->known);
	while (g_hash_table_iter_next(&iter, NULL, &match)) {
		if (is_on_page(list, match))
			g_array_append_val(finder->found, *(const CampaignMatch *)match);
	}
	g_array_sort(finder->found, list->backwards ? compare_backwards : compare_matches);
	if ((int)finder->found->len > list->limit)
		g_array_set_size(finder->found, (guint)list->limit);
	return true;
}

static bool
finder_init(Finder *finder, Store *store, const CampaignList *list, GError **error)
{
	finder->store = store;
	finder->list = list;
	finder->known = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	finder->found = g_array_new(false, false, sizeof(CampaignMatch));
	finder->marks = query_marks(store, list->query, error);
	finder->select =
		finder->marks ? prepare_match(store, list->query, finder->marks, error) : NULL;
	return finder->select != NULL;
}

GArray *
campaign_find(Store *store, const CampaignList *list, GError **error)
{
	g_auto(Finder) finder = { 0 };
	bool lost = true;

	g_assert(list->limit > 0);
	if (!finder_init(&finder, store, list, error))
		return NULL;
	if (walk_pays(store, list->query, finder.marks) && !walk_all(&finder, &lost, error))
		return NULL;
	if (lost && !search_all(&finder, error))
		return NULL;
	return g_steal_pointer(&finder.found);
}
