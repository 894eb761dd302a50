#include "tui/news.h"

#include "tests/tui/scene.h"

static int64_t
first_message(const Scene *scene)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) all = query_parse("", SCENE_NOW, NULL, &error);
	g_autoptr(GArray) ids = store_ids(scene->store, all, &error);

	g_assert_no_error(error);
	return g_array_index(ids, int64_t, 0);
}

static void
look(News *news, const Scene *scene, const char *actor, int64_t now)
{
	g_autoptr(GError) error = NULL;

	news_look(news, scene->store, actor, now, &error);
	g_assert_no_error(error);
}

static void
test_others(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	News news = { 0 };
	int64_t id = first_message(scene);
	g_autofree char *blocked = g_strdup_printf("bob blocked #%" G_GINT64_FORMAT, id);
	g_autofree char *more = g_strdup_printf("bob held #%" G_GINT64_FORMAT ", 1 more", id);

	scene_decide_elsewhere(scene, DECISION_BLOCK, id);
	g_assert_true(news_begin(&news, scene->store, &error));
	look(&news, scene, "alice", SCENE_NOW);
	g_assert_null(news_words(&news, SCENE_NOW)); /* it was there before */
	scene_decide_elsewhere(scene, DECISION_HOLD, id);
	scene_decide_elsewhere(scene, DECISION_BLOCK, id);
	look(&news, scene, "bob", SCENE_NOW);
	g_assert_null(news_words(&news, SCENE_NOW)); /* one's own */
	scene_decide_elsewhere(scene, DECISION_HOLD, id);
	scene_decide_elsewhere(scene, DECISION_BLOCK, id);
	look(&news, scene, "alice", SCENE_NOW);
	g_assert_nonnull(strstr(news_words(&news, SCENE_NOW), blocked));
	scene_decide_elsewhere(scene, DECISION_RELEASE, id);
	scene_decide_elsewhere(scene, DECISION_HOLD, id);
	look(&news, scene, "alice", SCENE_NOW);
	g_assert_cmpstr(news_words(&news, SCENE_NOW), ==, more);
	g_assert_null(news_words(&news, SCENE_NOW + 3600)); /* old */
	news_clear(&news);
}

static void
test_taken_back(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	News news = { 0 };

	g_assert_true(news_begin(&news, scene->store, &error));
	scene_decide_elsewhere(scene, DECISION_BLOCK, first_message(scene));
	g_assert_cmpint(store_undo(scene->store, 0, "bob", SCENE_NOW, &error), >, 0);
	look(&news, scene, "alice", SCENE_NOW);
	g_assert_nonnull(strstr(news_words(&news, SCENE_NOW), "bob took back #"));
	news_clear(&news);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add(
		"/news/others-for-a-while", Scene, NULL, scene_setup, test_others, scene_teardown);
	g_test_add("/news/an-undo", Scene, NULL, scene_setup, test_taken_back, scene_teardown);
	return g_test_run();
}
