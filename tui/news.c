#include "tui/news.h"

#include "store/decision.h"
#include "tui/figures.h"

enum {
	NEWS_SECONDS = 60, /* so long it is one */
	NEWS_LOOK = 50,    /* operations between two looks that are told apart */
};

typedef struct Deed {
	const char *verb;
	const char *words;
	bool of_messages; /* what it was about is said behind it */
} Deed;

// clang-format off
static const Deed deeds[] = {
	{ "release", "released", true },
	{ "block", "blocked", true },
	{ "hold", "held", true },
	{ "undo", "took back", true },
	{ "redo", "did again", true },
	{ "allow", "made an allow rule", false },
	{ "deny", "made a deny rule", false },
	{ "remove", "removed a rule", false },
	{ "split", "split a campaign", false },
	{ "join", "joined campaigns", false },
};
// clang-format on

void
news_clear(News *news)
{
	g_clear_pointer(&news->words, g_free);
}

bool
news_begin(News *news, Store *store, GError **error)
{
	g_autoptr(GPtrArray) newest = store_operations(store, 0, 1, error);

	if (newest && newest->len > 0)
		news->newest = ((const Operation *)g_ptr_array_index(newest, 0))->id;
	return newest != NULL;
}

static char *
object_words(const Operation *operation)
{
	if (operation->messages == 1)
		return g_strdup_printf("#%" G_GINT64_FORMAT, operation->message);
	return figure_count(operation->messages, "message");
}

static char *
deed_words(const Operation *operation)
{
	g_autofree char *object = object_words(operation);

	for (gsize i = 0; i < G_N_ELEMENTS(deeds); i++) {
		if (!g_str_equal(deeds[i].verb, operation->verb))
			continue;
		if (operation->messages > 0 && deeds[i].of_messages)
			return g_strdup_printf(
				"%s %s %s", operation->actor, deeds[i].words, object);
		return g_strdup_printf("%s %s", operation->actor,
			deeds[i].of_messages ? "took an operation back" : deeds[i].words);
	}
	return NULL;
}

/* A rule that decides about what arrives is nobody's doing just now. */
bool
news_look(News *news, Store *store, const char *actor, int64_t now, GError **error)
{
	g_autoptr(GPtrArray) operations = store_operations(store, 0, NEWS_LOOK, error);
	g_autofree char *words = NULL;
	int64_t before = news->newest;
	int more = 0;

	for (guint i = 0; operations && i < operations->len; i++) {
		const Operation *operation = g_ptr_array_index(operations, i);

		news->newest = MAX(news->newest, operation->id);
		if (operation->id <= before || g_str_equal(operation->actor, actor))
			continue;
		if (words)
			more++;
		else
			words = deed_words(operation);
	}
	if (words) {
		g_free(news->words);
		news->words = more > 0 ? g_strdup_printf("%s, %d more", words, more)
				       : g_steal_pointer(&words);
		news->at = now;
	}
	return operations != NULL;
}

const char *
news_words(const News *news, int64_t now)
{
	return now - news->at < NEWS_SECONDS ? news->words : NULL;
}
