#include "cli/stats.h"
#include "store/history.h"

enum {
	MOST = 100, /* features; those behind say next to nothing */
};

bool
stats_lessons(Session *session, Format format, GError **error)
{
	static const ListingColumn columns[] = {
		{ .name = "kind", .width = 16 },
		{ .name = "feature" },
		{ .name = "released", .type = CELL_NUMBER, .width = 8 },
		{ .name = "blocked", .type = CELL_NUMBER, .width = 8 },
		{ .name = "odds", .width = 6 },
	};
	g_autoptr(GPtrArray) lessons = store_lessons(session->store, MOST, error);
	g_autoptr(Listing) listing = NULL;

	if (!lessons)
		return false;
	listing = listing_new(session->output, format, columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < lessons->len; i++) {
		const Lesson *lesson = g_ptr_array_index(lessons, i);
		g_autofree char *odds = g_strdup_printf("%+.2f", lesson->odds);

		listing_text(listing, lesson->kind);
		listing_text(listing, lesson->value);
		listing_number(listing, lesson->released);
		listing_number(listing, lesson->blocked);
		listing_text(listing, odds);
	}
	return true;
}
