/* What is seen, and what keys do, while something is still being read. */
#include <locale.h>

#include "tests/tui/scene.h"
#include "tui/chooser.h"
#include "tui/view_campaigns.h"

/* On the list of messages, everything read; from here on by the thread alone, and keys do
 * not wait for it. */
static void
setup(Scene *scene, const void *data)
{
	scene_setup_list(scene, data);
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	worker_set_patience(scene->console->worker, WORKER_NO_PATIENCE, WORKER_NO_PATIENCE);
}

static void
setup_campaigns(Scene *scene, const void *data)
{
	scene_setup(scene, data);
	scene_open(scene);
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	worker_set_patience(scene->console->worker, WORKER_NO_PATIENCE, WORKER_NO_PATIENCE);
}

/* As a hand faster than the store. */
static void
type(Scene *scene, const char *keys)
{
	g_auto(GStrv) words = g_strsplit_set(keys, " ", -1);

	for (char **word = words; *word; word++) {
		if (**word != '"') {
			console_key(scene->console, (Press){ .key = key_from_name(*word) });
			continue;
		}
		for (const char *at = *word + 1; at[1]; at++)
			console_key(scene->console, (Press){ .key = (Key)*at });
	}
}

static void
glances(Scene *scene, const char *text, bool there)
{
	g_autofree char *screen = scene_glance(scene, SCENE_ROWS, SCENE_COLUMNS);

	if (there != (strstr(screen, text) != NULL))
		g_error("'%s' is %s:\n%s", text, there ? "missing" : "there", screen);
}

static void
settle(Scene *scene)
{
	console_settle(scene->console);
}

/* ---- a limit ---- */

static void
test_limit(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "l Ctrl-u \"subject:receipt\" Enter");
	glances(scene, "reading…, Esc stops it", true);
	glances(scene, "limit: state:held", true);
	g_assert_cmpint(scene_current(scene), ==, 1);
	settle(scene);
	glances(scene, "reading…, Esc", false);
	glances(scene, "limit: subject:receipt", true);
	g_assert_cmpint(scene_current(scene), ==, 6);
}

static void
test_limit_stopped(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "j l Ctrl-u \"subject:receipt\" Enter Esc");
	glances(scene, "stopped: what was there stays", true);
	settle(scene);
	glances(scene, "limit: state:held", true);
	g_assert_cmpstr(chooser_limit_text(console_view(scene->console)), ==, "state:held");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	g_assert_cmpint(scene_current(scene), ==, 2);
	type(scene, "l Ctrl-u \"subject:receipt\" Enter Ctrl-c");
	settle(scene);
	g_assert_cmpint(scene_current(scene), ==, 2);
	type(scene, "l Ctrl-u \"subject:receipt\" Enter");
	settle(scene);
	g_assert_cmpint(scene_current(scene), ==, 6);
}

static void
test_last_limit_counts(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "l Ctrl-u \"subject:receipt\" Enter l Ctrl-u \"domain:roll.example\" Enter");
	settle(scene);
	glances(scene, "limit: domain:roll.example", true);
	g_assert_cmpint(scene_current(scene), ==, 5);
}

/* The cursor goes on in what is there; nothing is decided about what may be gone. */
static void
test_keys_meanwhile(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "l Ctrl-u \"subject:receipt\" Enter j");
	g_assert_cmpint(scene_current(scene), ==, 2);
	type(scene, "b");
	glances(scene, "still being read", true);
	type(scene, "G g");
	settle(scene);
	for (int id = 1; id <= 7; id++)
		g_assert_cmpint(scene_state(scene, id), ==, STATE_HELD);
	g_assert_cmpint(scene_current(scene), ==, 6);
	type(scene, "b");
	settle(scene);
	g_assert_cmpint(scene_state(scene, 6), ==, STATE_BLOCKED);
}

static void
test_order(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "s s S");
	settle(scene);
	glances(scene, "by id · reversed", true);
	type(scene, "S Esc");
	settle(scene);
	glances(scene, "by id · reversed", true);
}

/* ---- search, tags, plans ---- */

static void
test_search(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "/ \"subject:receipt\" Enter");
	glances(scene, "reading…, Esc stops it", true);
	settle(scene);
	g_assert_cmpint(scene_current(scene), ==, 6);
	type(scene, "g / \"subject:nowhere\" Enter");
	settle(scene);
	glances(scene, "not found: subject:nowhere", true);
	type(scene, "/ \"subject:receipt\" Enter Esc");
	settle(scene);
	g_assert_cmpint(scene_current(scene), ==, 1);
}

/* What was looked for in one view does not move the cursor of the next. */
static void
test_search_left(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "/ \"subject:receipt\" Enter L");
	settle(scene);
	g_assert_cmpstr(scene_view(scene), ==, "log");
	type(scene, "q");
	settle(scene);
	g_assert_cmpint(scene_current(scene), ==, 1);
}

static void
test_tags(Scene *scene, G_GNUC_UNUSED const void *data)
{
	List *list = chooser_list(console_view(scene->console));

	type(scene, "T \"domain:bakery.example\" Enter Esc");
	settle(scene);
	g_assert_cmpuint(list_tagged(list), ==, 0);
	type(scene, "T \"domain:bakery.example\" Enter");
	settle(scene);
	g_assert_cmpuint(list_tagged(list), ==, 2);
}

static void
test_plan(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "t t ; b");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	settle(scene);
	g_assert_cmpstr(scene_view(scene), ==, "plan");
	type(scene, "q");
	type(scene, "; b Esc");
	settle(scene);
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	for (int id = 1; id <= 7; id++)
		g_assert_cmpint(scene_state(scene, id), ==, STATE_HELD);
}

/* A key that decides at once is about the row it was pressed on, or about none. */
static void
test_moved_on(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "b j");
	settle(scene);
	glances(scene, "the cursor moved meanwhile: nothing is done", true);
	for (int id = 1; id <= 7; id++)
		g_assert_cmpint(scene_state(scene, id), ==, STATE_HELD);
}

/* ---- the preview ---- */

static void
test_preview(Scene *scene, G_GNUC_UNUSED const void *data)
{
	glances(scene, "display name says MetaMask", true);
	type(scene, "j");
	glances(scene, "display name says MetaMask", false);
	settle(scene);
	glances(scene, "every link leaves the sender's domain", true);
	/* Of rows that were left meanwhile nothing is shown. */
	type(scene, "j");
	g_free(scene_glance(scene, SCENE_ROWS, SCENE_COLUMNS));
	type(scene, "k k");
	settle(scene);
	glances(scene, "every link leaves the sender's domain", false);
	settle(scene);
	glances(scene, "display name says MetaMask", true);
}

/* The same row stays on the screen while it is read again. */
static void
test_preview_again(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_decide_elsewhere(scene, DECISION_BLOCK, 7);
	console_tick(scene->console, SCENE_NOW + 1);
	glances(scene, "display name says MetaMask", true);
	settle(scene);
	glances(scene, "display name says MetaMask", true);
}

static void
test_preview_of_campaign(Scene *scene, G_GNUC_UNUSED const void *data)
{
	glances(scene, "Campaign 1 ·", true);
	type(scene, "G");
	settle(scene);
	glances(scene, "Campaign 1 ·", false);
	settle(scene);
	glances(scene, "Campaign 3 ·", true);
}

/* ---- the store changes meanwhile ---- */

/* What is on its way may be of the store as it was: it is read once more. */
static void
test_changes_meanwhile(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "l Ctrl-u \"domain:bakery.example\" Enter");
	scene_decide_elsewhere(scene, DECISION_BLOCK, 1);
	console_tick(scene->console, SCENE_NOW + 1);
	settle(scene);
	g_assert_cmpint(scene_current(scene), ==, 1);
	g_assert_cmpint(
		console_view(scene->console)->ops->message(console_view(scene->console))->state, ==,
		STATE_BLOCKED);
	g_assert_cmpint(scene->console->counts[STATE_BLOCKED], ==, 1);
}

static void
test_counts(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_assert_cmpint(scene->console->campaigns, ==, 4);
	scene_decide_elsewhere(scene, DECISION_BLOCK, 2);
	console_tick(scene->console, SCENE_NOW + 1);
	g_assert_cmpint(scene->console->campaigns, ==, 4);
	scene_decide_elsewhere(scene, DECISION_BLOCK, 4);
	console_tick(scene->console, SCENE_NOW + 2);
	settle(scene);
	g_assert_cmpint(scene->console->campaigns, ==, 2);
}

/* A decision of one's own is seen before the next key. */
static void
test_decides(Scene *scene, G_GNUC_UNUSED const void *data)
{
	List *list = chooser_list(console_view(scene->console));

	for (int i = 0; i < 3; i++) {
		int64_t decided = scene_current(scene);

		type(scene, "b");
		for (int wait = 0; wait < 5000 && scene_state(scene, decided) == STATE_HELD;
			wait++) {
			g_usleep(1000);
			console_collect(scene->console);
		}
		g_assert_false(list_is_reading(list));
	}
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 2), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 7), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_current(scene), ==, 4);
}

/* ---- the first screen, and the last ---- */

static void
test_first_screen(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autofree char *before = NULL;
	g_autofree char *screen = NULL;

	type(scene, "B");
	before = scene_glance(scene, SCENE_ROWS, SCENE_COLUMNS);
	g_assert_null(strstr(before, "No account has sent"));
	settle(scene);
	screen = scene_glance(scene, SCENE_ROWS, SCENE_COLUMNS);
	g_assert_nonnull(strstr(screen, "Qm7dXe"));
}

/* An empty list that was not read says so, not that there is nothing. */
static void
test_first_stopped(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "C Enter");
	g_assert_cmpstr(scene_view(scene), ==, "campaign");
	glances(scene, "No message here is", false);
	type(scene, "Esc");
	settle(scene);
	glances(scene, "No message here is", false);
	glances(scene, "not read: g reads it again", true);
	g_assert_cmpstr(scene_view(scene), ==, "campaign");
	type(scene, "g");
	settle(scene);
	g_assert_cmpint(scene_current(scene), ==, 1);
}

static void
test_leaves(Scene *scene, G_GNUC_UNUSED const void *data)
{
	type(scene, "l Enter / \"subject:receipt\" Enter B L T \"score:>1\" Enter");
	g_free(scene_glance(scene, SCENE_ROWS, SCENE_COLUMNS));
	g_clear_pointer(&scene->console, console_free);
}

static void
add(const char *path, void (*test)(Scene *, const void *))
{
	g_test_add(path, Scene, NULL, setup, test, scene_teardown);
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	add("/reading/a-limit-comes-with-its-rows", test_limit);
	add("/reading/a-stopped-limit-never-was", test_limit_stopped);
	add("/reading/the-last-limit-counts", test_last_limit_counts);
	add("/reading/looks-meanwhile-decides-nothing", test_keys_meanwhile);
	add("/reading/order", test_order);
	add("/reading/search", test_search);
	add("/reading/a-search-stays-in-its-view", test_search_left);
	add("/reading/tags", test_tags);
	add("/reading/plan", test_plan);
	add("/reading/a-key-is-about-its-row", test_moved_on);
	add("/reading/preview-is-of-the-row-or-nothing", test_preview);
	add("/reading/preview-stays-while-read-again", test_preview_again);
	g_test_add("/reading/preview-of-a-campaign", Scene, NULL, setup_campaigns,
		test_preview_of_campaign, scene_teardown);
	add("/reading/the-store-changes-meanwhile", test_changes_meanwhile);
	add("/reading/counts-fill-in", test_counts);
	add("/reading/own-decisions-are-seen-at-once", test_decides);
	add("/reading/an-empty-screen-says-nothing-early", test_first_screen);
	add("/reading/a-list-that-was-stopped-says-so", test_first_stopped);
	add("/reading/leaves-while-it-reads", test_leaves);
	return g_test_run();
}
