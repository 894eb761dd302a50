/* A store in which bits are turned over, as a bad disk or somebody with a hex editor leaves it: what
 * reads it says so, or gives an answer; nothing crashes or hangs.
 *
 *   FLIPS=1000 build/tests/tui/test_flips      so many stores
 *   FLIP=4711 build/tests/tui/test_flips       the one store of this number */
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/campaign.h"
#include "store/claim.h"
#include "store/complete.h"
#include "store/export.h"
#include "store/history.h"
#include "store/outbox.h"
#include "store/rule.h"
#include "store/stats.h"
#include "store/verify.h"
#include "tests/tui/scene.h"

enum {
#ifdef __SANITIZE_ADDRESS__
	FLIPS = 60,
#else
	FLIPS = 200,
#endif
	MAX_BITS = 12,  /* turned over in one store */
	HANGS = 60,     /* seconds of processor time */
	PAGE = 8192,    /* bytes */
	PAGE_HEAD = 96, /* of it: where a page says what is where */
};

/* ---- what is done with such a store ---- */

/* Words that can be shown, of a folder's own domain. */
static void
heed(GError **error)
{
	if (!*error)
		return;
	g_assert_true((*error)->domain == STORE_ERROR);
	g_assert_true(g_utf8_validate((*error)->message, -1, NULL));
	g_clear_error(error);
}

static void
read_message(Store *store, int64_t id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MessageRow) row = store_row(store, id, &error);
	g_autoptr(Message) message = NULL;
	g_autoptr(GBytes) raw = NULL;
	g_autofree char *json = NULL;

	heed(&error);
	message = store_load(store, id, &error);
	heed(&error);
	raw = store_raw(store, id, &error);
	heed(&error);
	json = json_of_message(store, id, &error);
	heed(&error);
	g_ptr_array_unref(store_decisions(store, id, &error) ?: g_ptr_array_new());
	heed(&error);
	g_ptr_array_unref(store_deliveries_of(store, id, &error) ?: g_ptr_array_new());
	heed(&error);
	g_ptr_array_unref(store_history(store, id, &error) ?: g_ptr_array_new());
	heed(&error);
}

static void
read_lists(Store *store)
{
	static const char *const queries[] = { "", "wallet", "state:blocked",
		"from:bakery link:example", "score:>50 -subject:ledger", "finding:made-up",
		"age:<2d OR account:Ha9rLw" };
	g_autoptr(GError) error = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autoptr(Query) query = query_parse(queries[i], SCENE_NOW, NULL, NULL);
		const StoreList list = { .query = query };
		const CampaignList campaigns = { .query = query };

		g_ptr_array_unref(store_list(store, &list, &error) ?: g_ptr_array_new());
		heed(&error);
		store_count(store, query, &error);
		heed(&error);
		g_ptr_array_unref(store_campaigns(store, &campaigns, &error) ?: g_ptr_array_new());
		heed(&error);
		g_ptr_array_unref(store_stats(store, 0, query, &error) ?: g_ptr_array_new());
		heed(&error);
	}
	g_ptr_array_unref(store_operations(store, 0, 0, &error) ?: g_ptr_array_new());
	heed(&error);
	g_ptr_array_unref(store_deliveries(store, 0, 0, &error) ?: g_ptr_array_new());
	heed(&error);
	g_ptr_array_unref(store_rules(store, SCENE_NOW, &error) ?: g_ptr_array_new());
	heed(&error);
}

static void
on_fault(const char *words, G_GNUC_UNUSED void *data)
{
	g_assert_cmpint(strlen(words), >, 0);
}

static bool
swallow(G_GNUC_UNUSED const char *bytes, G_GNUC_UNUSED size_t length, G_GNUC_UNUSED void *data)
{
	return true;
}

static bool
swallow_name(G_GNUC_UNUSED const char *name, G_GNUC_UNUSED void *data, G_GNUC_UNUSED GError **error)
{
	return true;
}

static void
read_whole(Store *store)
{
	g_autoptr(GError) error = NULL;
	const VerifyOptions options = { .fault = on_fault };
	VerifySummary summary = { 0 };

	for (const ExportFormat *const *format = export_formats(); *format; format++) {
		const Export export = { .store = store, .write = swallow, .begin = swallow_name };

		(*format)->run(&export, &error);
		heed(&error);
	}
	store_verify(store, &options, &summary, &error);
	heed(&error);
}

static GArray *
targets(const int64_t *ids, guint count)
{
	GArray *targets = g_array_new(false, true, sizeof(Target));

	for (guint i = 0; i < count; i++) {
		const Target target = { .message = ids[i], .version = -1 };

		g_array_append_val(targets, target);
	}
	return targets;
}

static void
decide(Store *store)
{
	static const int64_t ids[] = { 1, 2, 3, 4, 5, 6, 7 };
	g_autoptr(GArray) all = targets(ids, G_N_ELEMENTS(ids));
	g_autoptr(GError) error = NULL;
	OperationRequest request = {
		.kind = DECISION_BLOCK,
		.actor = "alice",
		.now = SCENE_NOW,
		.targets = all,
	};

	store_decide(store, &request, &error);
	heed(&error);
	store_undo(store, 0, "alice", SCENE_NOW, &error);
	heed(&error);
}

static void
look_at_screens(Scene *scene)
{
	static const char *const keys[] = { "j", "Enter", "2", "3", "4", "5", "6", "7", "Esc", "M",
		"j", "Enter", "Esc", "L", "j", "Enter", "Esc", "O", "Esc", "F", "Esc", "B", "Esc",
		"?", "Esc", "C", "b", "n", "g", "G" };
	g_autoptr(GError) error = NULL;

	scene->options =
		(ConsoleOptions){ .actor = "alice", .transport = "maildir:/out", .hold = 30 };
	scene->console = console_new(scene->store, &scene->options, SCENE_NOW, &error);
	heed(&error);
	if (!scene->console)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
		scene_press(scene, keys[i]);
	}
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	g_clear_pointer(&scene->console, console_free);
}

static void
use(Scene *scene)
{
	g_autoptr(GError) error = NULL;

	scene->store = store_open(scene->path, STORE_WRITE, &error);
	heed(&error);
	if (!scene->store) {
		scene->store = store_open(scene->path, STORE_READ, &error);
		heed(&error);
	}
	if (!scene->store)
		return;
	for (int64_t id = 1; id <= (int64_t)G_N_ELEMENTS(scene_mails); id++)
		read_message(scene->store, id);
	read_lists(scene->store);
	read_whole(scene->store);
	look_at_screens(scene);
	decide(scene->store);
	g_clear_pointer(&scene->store, store_close);
}

/* ---- such a store ---- */

/* Something of all that a store holds. */
static void
fill(Scene *scene)
{
	static const int64_t ids[] = { 1, 3 };
	g_autoptr(GArray) some = targets(ids, G_N_ELEMENTS(ids));
	g_autoptr(Rule) rule = g_new0(Rule, 1);
	g_autoptr(GError) error = NULL;
	OperationRequest request = {
		.actor = "alice",
		.reason = "because",
		.now = SCENE_NOW,
		.targets = some,
		.transport = "maildir:/out",
		.hold = 30,
	};

	for (int kind = 0; kind < 3; kind++) {
		request.kind = kind % 2 ? DECISION_BLOCK : DECISION_RELEASE;
		g_assert_cmpint(store_decide(scene->store, &request, &error), >, 0);
		g_assert_no_error(error);
	}
	g_assert_cmpint(store_undo(scene->store, 0, "alice", SCENE_NOW, &error), >, 0);
	rule->kind = RULE_DENY;
	rule->domain = g_strdup("evil.example");
	rule->owner = g_strdup("alice");
	rule->reason = g_strdup("phish");
	rule->created = SCENE_NOW;
	g_assert_cmpint(store_add_rule(scene->store, rule, NULL, &error), >, 0);
	g_assert_no_error(error);
	g_clear_pointer(&scene->store, store_close);
}

/* Half of the bits where a page says what is where in it, which is where they hurt. */
static void
flip(char *bytes, gsize length, guint32 number)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(number);
	int bits = g_rand_int_range(rand, 1, MAX_BITS + 1);

	for (int i = 0; i < bits; i++) {
		gsize at = (gsize)g_rand_int_range(rand, 0, (gint32)length);

		if (g_rand_boolean(rand))
			at = at / PAGE * PAGE + at % PAGE_HEAD;
		bytes[at] ^= (char)(1 << g_rand_int_range(rand, 0, 8));
	}
}

/* In a child, so that one that crashes is counted, and the others go on. */
static bool
survives(Scene *scene, const char *bytes, gsize length, guint32 number)
{
	g_autofree char *flipped = g_memdup2(bytes, length);
	int status = 0;
	pid_t child;

	flip(flipped, length, number);
	g_assert_true(g_file_set_contents_full(
		scene->path, flipped, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	child = fork();
	if (child == 0) {
		const struct rlimit limit = { HANGS, HANGS };

		setrlimit(RLIMIT_CPU, &limit);
		alarm(10 * HANGS);
		use(scene);
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	if (status != 0)
		g_test_message("FLIP=%u: wait status %#x", number, status);
	return status == 0;
}

static void
test_flips(void)
{
	Scene scene = { 0 };
	const char *flips = g_getenv("FLIPS");
	const char *only = g_getenv("FLIP");
	guint32 first = only ? (guint32)strtoul(only, NULL, 10) : (guint32)g_test_rand_int();
	int count = only ? 1 : flips ? atoi(flips) : FLIPS;
	int crashed = 0;
	g_autofree char *bytes = NULL;
	gsize length;

	scene_setup(&scene, NULL);
	fill(&scene);
	g_assert_true(g_file_get_contents(scene.path, &bytes, &length, NULL));
	for (int i = 0; i < count; i++)
		crashed += !survives(&scene, bytes, length, first + (guint32)i);
	g_test_message("%d stores from FLIP=%u on, of %zu bytes: %d crashed", count, first, length,
		crashed);
	scene_teardown(&scene, NULL);
	g_assert_cmpint(crashed, ==, 0);
}

int
main(int argc, char **argv)
{
	/* Where fsync costs nothing. */
	if (access("/dev/shm", W_OK) == 0)
		g_setenv("TMPDIR", "/dev/shm", FALSE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/flips/a-clean-error-or-an-answer", test_flips);
	return g_test_run();
}
