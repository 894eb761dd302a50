/* The queue of campaigns: what keys do to all of one at once. */
#include <locale.h>

#include "store/campaign.h"
#include "tests/tui/scene.h"
#include "tui/view_campaigns.h"

/* Of the scene's messages, 1, 5 and 7 are of campaign 1, 2 of 2, 4 of 4 and 3 and 6 of 3;
 * in this order. */
static void
setup(Scene *scene, const void *data)
{
	scene_setup(scene, data);
	scene_open(scene);
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
}

static int64_t
campaign(const Scene *scene)
{
	const CampaignRow *row = campaigns_current(console_queue(scene->console));

	return row ? row->id : 0;
}

static int64_t
count(const Scene *scene)
{
	g_autoptr(GError) error = NULL;
	int64_t campaigns = store_count_campaigns(scene->store, NULL, &error);

	g_assert_no_error(error);
	return campaigns;
}

static int64_t
operations(const Scene *scene)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) all = store_operations(scene->store, 0, 0, &error);

	g_assert_no_error(error);
	return all->len;
}

/* ---- looking ---- */

static void
test_order(Scene *scene, G_GNUC_UNUSED const void *data)
{
	static const int64_t order[] = { 1, 2, 4, 3 };

	for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
		g_assert_cmpint(campaign(scene), ==, order[i]);
		scene_press(scene, "j");
	}
	g_assert_cmpint(scene->console->campaigns, ==, 4);
}

static void
test_opens(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "Enter");
	g_assert_cmpstr(scene_view(scene), ==, "campaign");
	scene_shows(scene, "campaign 1 · limit: state:held");
	scene_press(scene, "j Enter");
	g_assert_cmpstr(scene_view(scene), ==, "message");
	g_assert_cmpint(scene_current(scene), ==, 7);
	scene_press(scene, "n");
	g_assert_cmpint(scene_current(scene), ==, 5);
	scene_press(scene, "n");
	scene_shows(scene, "there is no message after this one");
	scene_press(scene, "p p p");
	g_assert_cmpint(scene_current(scene), ==, 1);
	scene_press(scene, "q h");
	g_assert_cmpstr(scene_view(scene), ==, "campaigns");
	g_assert_cmpint(campaign(scene), ==, 1);
}

/* One message is not worth a list; next goes on to the next campaign. */
static void
test_single(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "j Enter");
	g_assert_cmpstr(scene_view(scene), ==, "message");
	g_assert_cmpint(scene_current(scene), ==, 2);
	scene_press(scene, "n");
	g_assert_cmpint(scene_current(scene), ==, 4);
	scene_press(scene, "n");
	g_assert_cmpstr(scene_view(scene), ==, "campaigns");
	g_assert_cmpint(campaign(scene), ==, 3);
	scene_shows(scene, "campaign 3 has several messages");
}

static void
test_flat_and_back(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "j l Ctrl-u \"score:>60\" Enter j M");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	scene_shows(scene, "limit: score:>60");
	scene_press(scene, "l Ctrl-u \"subject:receipt\" Enter C");
	g_assert_cmpstr(scene_view(scene), ==, "campaigns");
	g_assert_cmpint(campaign(scene), ==, 2);
	scene_shows(scene, "limit: score:>60");
	scene_press(scene, "Enter Enter F C q");
	g_assert_true(console_finished(scene->console));
}

static void
test_limit_in_campaign(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "Enter l \"(\" Enter");
	g_assert_nonnull(prompt_error(scene->console->prompt));
	scene_press(scene, "Esc l \"domain:roll.example\" Enter");
	g_assert_cmpint(scene_current(scene), ==, 5);
	scene_press(scene, "l \"domain:shop.example\" Enter");
	g_assert_cmpint(scene_current(scene), ==, 0);
	scene_press(scene, "l Enter / \"subject:ledger\" Enter");
	g_assert_cmpint(scene_current(scene), ==, 7);
	scene_press(scene, "T \"domain:bakery.example\" Enter");
	scene_shows(scene, "2 tagged");
}

static void
test_search(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "/ \"subject:receipt\" Enter");
	g_assert_cmpint(campaign(scene), ==, 3);
	scene_press(scene, "/ \"file:invoice\" Enter");
	g_assert_cmpint(campaign(scene), ==, 2);
	scene_press(scene, "/ \"subject:nowhere\" Enter");
	scene_shows(scene, "not found");
	g_assert_cmpint(campaign(scene), ==, 2);
}

/* What arrives moves its campaign to the top; the cursor goes with the campaign. */
static void
test_cursor_stays(Scene *scene, G_GNUC_UNUSED const void *data)
{
	static const SceneMail mail = {
		.name = "Corner Shop",
		.from = "news@shop.example",
		.domain = "shop.example",
		.subject = "Your account was closed",
		.account = "Ha9rLwPqR3stUvWxYz0123456789AbCdEfGhIjKlMn8=",
		.score = 99,
		.age = 1,
	};

	scene_press(scene, "G");
	g_assert_cmpint(campaign(scene), ==, 3);
	scene_add(scene, &mail);
	console_tick(scene->console, SCENE_NOW + 1);
	console_settle(scene->console);
	g_assert_cmpint(campaign(scene), ==, 3);
	g_assert_cmpint(scene_current(scene), ==, 8);
	scene_press(scene, "k");
	g_assert_cmpint(campaign(scene), ==, 3);
	scene_press(scene, "j");
	g_assert_cmpint(campaign(scene), ==, 1);
}

/* ---- deciding ---- */

static void
test_dry_run(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "b");
	g_assert_cmpstr(scene_view(scene), ==, "plan");
	scene_shows(scene, "block 3 messages of campaign 1");
	scene_press(scene, "Esc");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_HELD);
	scene_press(scene, "b y");
	g_assert_cmpstr(scene_view(scene), ==, "campaigns");
	scene_shows(scene, "blocked 3 messages of campaign 1: u takes it back");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 5), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 7), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 4), ==, STATE_HELD);
	g_assert_cmpint(operations(scene), ==, 1);
	g_assert_cmpint(campaign(scene), ==, 2);
	scene_press(scene, "u");
	g_assert_cmpint(scene_state(scene, 7), ==, STATE_HELD);
	g_assert_cmpint(campaign(scene), ==, 1);
}

static void
test_goes_on_without_limit(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "l Enter b y");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_BLOCKED);
	g_assert_cmpint(campaign(scene), ==, 2);
}

/* What the limit does not show is not decided about, and that is said. */
static void
test_limited(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "l \"domain:bakery.example\" Enter b");
	scene_shows(scene, "block 2 messages of campaign 1");
	scene_shows(scene, "1  more of the campaign, which the limit does not show");
	scene_press(scene, "y");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 7), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 5), ==, STATE_HELD);
}

static void
test_single_at_once(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "j b");
	g_assert_cmpstr(scene_view(scene), ==, "campaigns");
	g_assert_cmpint(scene_state(scene, 2), ==, STATE_BLOCKED);
	g_assert_cmpint(campaign(scene), ==, 4);
}

static void
test_tagged(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "t j t ; b");
	scene_shows(scene, "block 4 messages of 2 campaigns");
	scene_press(scene, "y");
	g_assert_cmpint(scene_state(scene, 5), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 4), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 2), ==, STATE_HELD);
	scene_press(scene, "; b");
	scene_shows(scene, "nothing is tagged");
	scene_press(scene, "u T \"domain:shop.example\" Enter");
	scene_shows(scene, "1 tagged");
	scene_press(scene, "; b y");
	g_assert_cmpint(scene_state(scene, 3), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 6), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_HELD);
}

/* After the last of a campaign, the next campaign. */
static void
test_settles_one_by_one(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "Enter b b");
	g_assert_cmpstr(scene_view(scene), ==, "campaign");
	scene_press(scene, "b");
	g_assert_cmpstr(scene_view(scene), ==, "campaigns");
	g_assert_cmpint(campaign(scene), ==, 2);
	scene_press(scene, "Enter b");
	g_assert_cmpstr(scene_view(scene), ==, "message");
	g_assert_cmpint(scene_current(scene), ==, 4);
	scene_press(scene, "b");
	g_assert_cmpstr(scene_view(scene), ==, "campaigns");
	scene_press(scene, "Enter T \"domain:shop.example\" Enter ; b y");
	g_assert_cmpstr(scene_view(scene), ==, "campaigns");
	scene_shows(scene, "Nothing is held: all is decided");
}

static void
test_proposes(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "A \"seen\" Enter");
	scene_shows(scene, SCENE_ACCOUNT);
	scene_press(scene, "y F");
	scene_shows(scene, "deny");
	scene_press(scene, "C l Enter g t t t + A \"kit\" Enter");
	scene_shows(scene, "1, of several accounts");
	scene_press(scene, "y F");
	scene_shows(scene, "campaign 1");
}

/* Others were quicker between the look at the plan and y. */
static void
test_conflict(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) other = store_open(scene->path, STORE_WRITE, &error);
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));
	Target target = { .message = 5, .version = -1 };
	OperationRequest request = {
		.kind = DECISION_BLOCK,
		.targets = targets,
		.actor = "bob",
		.now = SCENE_NOW,
	};

	g_array_append_val(targets, target);
	scene_press(scene, "r");
	g_assert_cmpint(store_decide(other, &request, &error), >, 0);
	scene_press(scene, "y");
	scene_shows(scene, "bob");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_HELD);
	g_assert_cmpint(scene_state(scene, 5), ==, STATE_BLOCKED);
}

/* ---- what belongs together ---- */

static void
test_splits(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "-");
	g_assert_cmpstr(scene_view(scene), ==, "edges");
	scene_shows(scene, "sent by account Qm7dXe");
	scene_press(scene, "y");
	scene_shows(scene, "campaign 1 fell into 2");
	g_assert_cmpint(count(scene), ==, 5);
	scene_press(scene, "q");
	g_assert_cmpstr(scene_view(scene), ==, "campaigns");
	scene_press(scene, "u");
	g_assert_cmpint(count(scene), ==, 4);
	g_assert_cmpint(operations(scene), ==, 2);
}

static void
test_cut_that_parts_nothing(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "- j Enter");
	g_assert_cmpint(count(scene), ==, 4);
	g_assert_cmpstr(scene_view(scene), ==, "edges");
	scene_press(scene, "g y");
	g_assert_cmpint(count(scene), ==, 6);
}

static void
test_splits_from_within(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "G Enter - y");
	scene_shows(scene, "still holds");
	scene_press(scene, "q");
	g_assert_cmpstr(scene_view(scene), ==, "campaign");
}

static void
test_joins(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "+");
	scene_shows(scene, "tag the campaigns that belong together");
	scene_press(scene, "t t t +");
	scene_shows(scene, "3 campaigns are one now");
	g_assert_cmpint(count(scene), ==, 2);
	g_assert_cmpint(campaign(scene), ==, 1);
	g_assert_cmpint(operations(scene), ==, 1);
	scene_press(scene, "u");
	g_assert_cmpint(count(scene), ==, 4);
}

static void
test_read_only(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene->options.read_only = true;
	scene_press(scene, "t t g +");
	scene_shows(scene, "the store is read-only here");
	scene_press(scene, "- y");
	scene_shows(scene, "the store is read-only here");
	g_assert_cmpint(count(scene), ==, 4);
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
	add("/campaigns/most-dangerous-first", test_order);
	add("/campaigns/opens-its-messages", test_opens);
	add("/campaigns/one-message-is-opened-at-once", test_single);
	add("/campaigns/all-messages-and-back", test_flat_and_back);
	add("/campaigns/limit-within-one", test_limit_in_campaign);
	add("/campaigns/search", test_search);
	add("/campaigns/cursor-stays-on-its-campaign", test_cursor_stays);
	add("/campaigns/decides-after-a-dry-run", test_dry_run);
	add("/campaigns/goes-on-without-limit", test_goes_on_without_limit);
	add("/campaigns/decides-about-what-the-limit-shows", test_limited);
	add("/campaigns/one-message-is-decided-at-once", test_single_at_once);
	add("/campaigns/tagged-stand-for-their-messages", test_tagged);
	add("/campaigns/settled-one-by-one", test_settles_one_by_one);
	add("/campaigns/proposes-a-rule", test_proposes);
	add("/campaigns/second-decider-is-told", test_conflict);
	add("/campaigns/splits", test_splits);
	add("/campaigns/a-cut-may-part-nothing", test_cut_that_parts_nothing);
	add("/campaigns/splits-from-within", test_splits_from_within);
	add("/campaigns/joins", test_joins);
	add("/campaigns/read-only", test_read_only);
	return g_test_run();
}
