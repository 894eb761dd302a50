/* What others do meanwhile, and how a person who decides is told of it. */
#include <locale.h>

#include "store/claim.h"
#include "store/outbox.h"
#include "tests/tui/scene.h"

static void
claim_elsewhere(const Scene *scene, int64_t id)
{
	g_autoptr(Store) other = store_open(scene->path, STORE_WRITE, NULL);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	ClaimRequest request = {
		.ids = ids, .actor = "bob", .now = SCENE_NOW, .until = SCENE_NOW + 900
	};

	g_array_append_val(ids, id);
	g_assert_cmpint(store_claim(other, &request, NULL), ==, 1);
}

static void
test_claim_and_give_back(Scene *scene, G_GNUC_UNUSED const void *data)
{
	int64_t id = scene_current(scene);
	g_autoptr(MessageRow) claimed = NULL;
	g_autoptr(MessageRow) given = NULL;

	scene_press(scene, "c");
	scene_shows(scene, "1 message claimed for 15 min");
	claimed = store_row(scene->store, id, NULL);
	g_assert_cmpstr(claimed->claimed_by, ==, "alice");
	scene_press(scene, "c");
	scene_shows(scene, "1 message given back");
	given = store_row(scene->store, id, NULL);
	g_assert_null(given->claimed_by);
}

/* What somebody else is at is shown first, even where it is one message. */
static void
test_claim_of_another_is_shown(Scene *scene, G_GNUC_UNUSED const void *data)
{
	int64_t id = scene_current(scene);

	claim_elsewhere(scene, id);
	console_tick(scene->console, SCENE_NOW);
	console_settle(scene->console);
	scene_press(scene, "b");
	g_assert_cmpstr(scene_view(scene), ==, "plan");
	scene_shows(scene, "is claimed by bob until");
	g_assert_cmpint(scene_state(scene, id), ==, STATE_HELD);
	scene_press(scene, "y");
	scene_shows(scene, "blocked 1 message: u takes it back");
	g_assert_cmpint(scene_state(scene, id), ==, STATE_BLOCKED);
}

/* The key that acts at once says whose decision it went against. */
static void
test_decision_of_another_is_told(Scene *scene, G_GNUC_UNUSED const void *data)
{
	int64_t id = scene_current(scene);

	scene_press(scene, "b");
	scene_shows(scene, " blocked #1: u takes it back");
	scene_decide_elsewhere(scene, DECISION_HOLD, id);
	console_tick(scene->console, SCENE_NOW + 200);
	console_settle(scene->console);
	scene_press(scene, "g");
	g_assert_cmpint(scene_current(scene), ==, id);
	scene_press(scene, "b");
	scene_shows(scene, "message 1 was held by bob 3 min ago; blocked #1: u takes it back");
	g_assert_cmpint(scene_state(scene, id), ==, STATE_BLOCKED);
}

static void
test_decisions_of_others_stand_in_the_plan(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "b");
	scene_decide_elsewhere(scene, DECISION_BLOCK, 2);
	console_tick(scene->console, SCENE_NOW + 200);
	console_settle(scene->console);
	scene_press(scene, "l Ctrl-u \"state:blocked\" Enter g t t ; r");
	scene_shows(scene, "2  blocked now");
	scene_shows(scene, "1  decided by others:");
	scene_shows(scene, "message 2 was blocked by bob 3 min ago");
}

/* A claim that was not on the screen yet stops the key that acts at once. */
static void
test_claim_not_seen_yet_is_told(Scene *scene, G_GNUC_UNUSED const void *data)
{
	int64_t id = scene_current(scene);

	claim_elsewhere(scene, id);
	scene_press(scene, "b");
	scene_shows(scene, "is claimed by bob until");
	g_assert_cmpint(scene_state(scene, id), ==, STATE_HELD);
}

/* Nobody knows who was to get it: the person says, and is told what is no address. */
static void
test_recipients_are_asked_for(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;
	int64_t id;

	scene_press(scene, "j j j");
	id = scene_current(scene);
	scene_press(scene, "r");
	scene_shows(scene, "release to:");
	scene_press(scene, "\"bob@\" Enter");
	scene_shows(scene, "bob@");
	g_assert_cmpint(scene_state(scene, id), ==, STATE_HELD);
	scene_press(scene, "\"here.example\" Enter");
	scene_shows(scene, "to bob@here.example: leaves in 30 s, u takes it back");
	g_assert_cmpint(scene_state(scene, id), ==, STATE_RELEASED);
	deliveries = store_deliveries_of(scene->store, id, &error);
	g_assert_no_error(error);
	g_assert_cmpint((int)deliveries->len, ==, 1);
	g_assert_cmpstr(((const Delivery *)g_ptr_array_index(deliveries, 0))->recipient, ==,
		"bob@here.example");
}

/* Without a hold window there is nothing to take back, and nothing says that there is. */
static void
test_release_at_once_is_final(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene->options.hold = 0;
	scene_press(scene, "t t ; r");
	scene_shows(scene, "They leave at once: nothing takes it back.");
	scene_press(scene, "y");
	scene_shows(scene, "released 2 messages: they leave now");
}

/* Of many, those that name somebody go to them; y asks for the rest, and is one operation. */
static void
test_plan_asks_for_recipients(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;
	int64_t without;

	scene_press(scene, "t t j");
	without = scene_current(scene);
	scene_press(scene, "t ; r");
	scene_shows(scene, "y asks who gets these");
	scene_press(scene, "y");
	scene_shows(scene, "release to:");
	g_assert_cmpint(scene_state(scene, without), ==, STATE_HELD);
	scene_press(scene, "\"bob@here.example\" Enter");
	scene_shows(scene, "released 3 messages: u takes it back");
	deliveries = store_deliveries(scene->store, 0, 0, &error);
	g_assert_no_error(error);
	g_assert_cmpint((int)deliveries->len, ==, 3);
	scene_press(scene, "u");
	g_assert_cmpint(scene_state(scene, without), ==, STATE_HELD);
}

static void
add(const char *path, void (*test)(Scene *, const void *))
{
	g_test_add(path, Scene, NULL, scene_setup_list, test, scene_teardown);
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	add("/decide/claim-and-give-back", test_claim_and_give_back);
	add("/decide/claim-of-another-is-shown", test_claim_of_another_is_shown);
	add("/decide/decision-of-another-is-told", test_decision_of_another_is_told);
	add("/decide/plan-says-who-decided", test_decisions_of_others_stand_in_the_plan);
	add("/decide/claim-not-seen-yet-is-told", test_claim_not_seen_yet_is_told);
	add("/decide/recipients-are-asked-for", test_recipients_are_asked_for);
	add("/decide/release-at-once-is-final", test_release_at_once_is_final);
	add("/decide/plan-asks-for-recipients", test_plan_asks_for_recipients);
	return g_test_run();
}
