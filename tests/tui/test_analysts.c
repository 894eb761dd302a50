/* Three people on one store, each with a console and a Store of their own, who press keys as
 * they come: what a console says was decided is one operation in the log, and what is in the
 * log was said.  ANALYSTS=N presses that many keys. */
#include "store/verify.h"
#include "tests/tui/scene.h"

enum {
	PEOPLE = 3,
	KEYS = 3000,
};

static const char *const names[PEOPLE] = { "alice", "bob", "carol" };

/* What is pressed, and how often of a hundred. */
static const struct {
	const char *keys;
	int weight;
} habits[] = { { "b", 10 }, { "r", 10 }, { "H", 6 }, { "u", 10 }, { "y", 14 }, { "c", 6 },
	{ "j", 10 }, { "k", 6 }, { "Enter", 6 }, { "q", 8 }, { "M", 4 }, { "C", 4 }, { "t", 4 },
	{ "; b", 2 } };

typedef struct Person {
	Store *store;
	ConsoleOptions options;
	Console *console;
	int said; /* decisions it was told of */
} Person;

typedef struct Office {
	Scene scene;
	Person people[PEOPLE];
	int64_t now;
} Office;

static void
open_office(Office *office)
{
	g_autoptr(GError) error = NULL;

	office->now = SCENE_NOW;
	scene_setup(&office->scene, NULL);
	for (int i = 0; i < PEOPLE; i++) {
		Person *person = &office->people[i];

		person->store = store_open(office->scene.path, STORE_WRITE, &error);
		g_assert_no_error(error);
		person->options = (ConsoleOptions){ .actor = names[i],
			.transport = "maildir:/out",
			.hold = 30,
			.claim = 900,
			.limit = "" };
		person->console = console_new(person->store, &person->options, office->now, &error);
		g_assert_no_error(error);
	}
}

static void
close_office(Office *office)
{
	for (int i = 0; i < PEOPLE; i++) {
		console_free(office->people[i].console);
		store_close(office->people[i].store);
	}
	scene_teardown(&office->scene, NULL);
}

static int64_t
newest(const Office *office)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) operations = store_operations(office->scene.store, 0, 1, &error);

	g_assert_no_error(error);
	return operations->len > 0 ? ((const Operation *)g_ptr_array_index(operations, 0))->id : 0;
}

/* Does @person's message line say that something was decided just now? */
static bool
is_told(const Person *person)
{
	const char *said = person->console->said;

	return said && (strstr(said, "u takes it back") || g_str_has_prefix(said, "taken back"));
}

static void
check_operation(const Office *office, const Person *person, int64_t id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) operations = store_operations(office->scene.store, id + 1, 1, &error);
	const Operation *operation;

	g_assert_no_error(error);
	operation = g_ptr_array_index(operations, 0);
	g_assert_cmpint(operation->id, ==, id);
	g_assert_cmpstr(operation->actor, ==, person->options.actor);
	g_assert_cmpint(operation->at, ==, person->console->now);
}

/* One key of one person: at most one operation, theirs, and said if and only if it is there. */
static void
press(Office *office, Person *person, const char *key)
{
	int64_t before = newest(office);
	int64_t after;

	scene_press(&(Scene){ .console = person->console }, key);
	after = newest(office);
	if (is_told(person) != (after == before + 1) || after > before + 1)
		g_error("%s pressed %s in %s, operations %d to %d, and was told: %s",
			person->options.actor, key, console_view(person->console)->ops->name,
			(int)before, (int)after, person->console->said);
	if (after == before)
		return;
	person->said++;
	check_operation(office, person, after);
}

static const char *
habit(void)
{
	int left = g_test_rand_int_range(0, 100);

	for (gsize i = 0; i < G_N_ELEMENTS(habits); i++) {
		if (left < habits[i].weight)
			return habits[i].keys;
		left -= habits[i].weight;
	}
	g_assert_not_reached();
}

/* Each sees what others did when their second has passed, not before. */
static void
work(Office *office)
{
	Person *person = &office->people[g_test_rand_int_range(0, PEOPLE)];
	g_auto(GStrv) keys = g_strsplit(person->console->prompt ? "Esc" : habit(), " ", -1);

	for (char **key = keys; *key; key++) {
		if (g_str_equal(*key, "q") &&
			console_view(person->console)->ops->kind == VIEW_CAMPAIGNS)
			continue; /* it would leave */
		g_free(scene_show(
			&(Scene){ .console = person->console }, SCENE_ROWS, SCENE_COLUMNS));
		press(office, person, *key);
		g_assert_false(console_finished(person->console));
	}
	if (g_test_rand_int_range(0, 4) == 0)
		office->now++;
	if (g_test_rand_int_range(0, 3) == 0)
		console_tick(person->console, office->now);
	person->console->now = office->now;
}

static int
operations_of(const Office *office, const char *actor)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) operations = store_operations(office->scene.store, 0, 0, &error);
	int count = 0;

	g_assert_no_error(error);
	for (guint i = 0; i < operations->len; i++)
		count += g_str_equal(
			((const Operation *)g_ptr_array_index(operations, i))->actor, actor);
	return count;
}

static void
on_fault(const char *words, G_GNUC_UNUSED void *data)
{
	g_test_message("%s", words);
}

static void
check_ledger(const Office *office)
{
	g_autoptr(GError) error = NULL;
	VerifyOptions options = { .fault = on_fault };
	VerifySummary summary = { 0 };
	int said = 0;

	for (int i = 0; i < PEOPLE; i++) {
		const Person *person = &office->people[i];

		g_assert_cmpint(person->said, ==, operations_of(office, names[i]));
		g_assert_cmpint(person->said, >, 0);
		said += person->said;
	}
	g_assert_true(store_verify(office->scene.store, &options, &summary, &error));
	g_assert_no_error(error);
	g_assert_cmpint((int)summary.operations, ==, said);
	g_assert_cmpint((int)summary.faults, ==, 0);
}

static void
test_log(void)
{
	Office office = { 0 };
	const char *asked = g_getenv("ANALYSTS");
	int keys = asked ? atoi(asked) : KEYS;

	open_office(&office);
	for (int i = 0; i < keys; i++)
		work(&office);
	check_ledger(&office);
	close_office(&office);
}

/* ---- who was first ---- */

/* What @person's screen shows once its second has passed. */
static void
sees(Office *office, int who, const char *text)
{
	Scene seen = { .console = office->people[who].console };

	console_tick(seen.console, ++office->now);
	scene_shows(&seen, text);
}

static void
draw_all(Office *office)
{
	for (int i = 0; i < PEOPLE; i++)
		g_free(scene_show(&(Scene){ .console = office->people[i].console }, SCENE_ROWS,
			SCENE_COLUMNS));
}

static void
keys_of(Office *office, int who, const char *keys)
{
	g_auto(GStrv) each = g_strsplit(keys, " ", -1);

	for (char **key = each; *key; key++)
		press(office, &office->people[who], *key);
}

/* All look at the same message, and all decide before any of them is told. */
static void
test_same_moment(void)
{
	Office office = { 0 };
	Scene late[PEOPLE] = { 0 };

	open_office(&office);
	for (int i = 0; i < PEOPLE; i++) {
		keys_of(&office, i, "M");
		late[i].console = office.people[i].console;
	}
	draw_all(&office);
	keys_of(&office, 0, "b");
	keys_of(&office, 1, "r");
	keys_of(&office, 2, "b");
	g_assert_cmpint((int)newest(&office), ==, 1);
	scene_shows(&late[1], "alice");
	scene_shows(&late[1], "blocked");
	scene_shows(&late[2], "alice");
	sees(&office, 1, "alice blocked #");
	close_office(&office);
}

static void
test_claim_shows(void)
{
	Office office = { 0 };

	open_office(&office);
	draw_all(&office);
	keys_of(&office, 0, "c");
	sees(&office, 1, "claimed by alice until ");
	keys_of(&office, 1, "b");
	scene_shows(&(Scene){ .console = office.people[1].console }, "claimed by somebody else:");
	g_assert_cmpint((int)newest(&office), ==, 0);
	keys_of(&office, 1, "y");
	sees(&office, 0, "bob blocked ");
	keys_of(&office, 1, "u");
	sees(&office, 0, "bob took back ");
	close_office(&office);
}

/* An undo is of one's own: what somebody decided since stands in its way, and is said. */
static void
test_undo_after_others(void)
{
	Office office = { 0 };
	Scene first = { 0 };

	open_office(&office);
	for (int i = 0; i < PEOPLE; i++)
		keys_of(&office, i, "M");
	draw_all(&office);
	keys_of(&office, 0, "b");
	sees(&office, 1, "alice blocked #");
	draw_all(&office);
	keys_of(&office, 1, "g H");
	g_assert_cmpint((int)newest(&office), ==, 2);
	keys_of(&office, 0, "u");
	g_assert_cmpint((int)newest(&office), ==, 2);
	first.console = office.people[0].console;
	scene_shows(&first, "bob");
	close_office(&office);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/analysts/what-is-said-is-in-the-log-once", test_log);
	g_test_add_func("/analysts/who-was-first-is-said", test_same_moment);
	g_test_add_func("/analysts/a-claim-shows-to-the-others", test_claim_shows);
	g_test_add_func("/analysts/an-undo-minds-the-others", test_undo_after_others);
	return g_test_run();
}
