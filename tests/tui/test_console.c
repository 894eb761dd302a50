/* What keys do to the store and to what is seen next; no terminal. */
#include <locale.h>

#include "store/rule.h"
#include "tests/tui/scene.h"

/* ---- deciding ---- */

static void
test_decides_and_goes_on(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_assert_cmpint(scene_current(scene), ==, 1);
	scene_press(scene, "b");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_BLOCKED);
	scene_shows(scene, "blocked #1: u takes it back");
	g_assert_cmpint(scene_current(scene), ==, 2);
	scene_press(scene, "r");
	g_assert_cmpint(scene_state(scene, 2), ==, STATE_RELEASED);
	scene_shows(scene, "released #2 to alice@here.example: leaves in 30 s");
	scene_press(scene, "u");
	g_assert_cmpint(scene_state(scene, 2), ==, STATE_HELD);
	scene_shows(scene, "taken back, 1 message: Please review");
	scene_press(scene, "u");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_HELD);
}

/* Where the list keeps showing what was decided, the cursor still goes on. */
static void
test_goes_on_without_limit(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "l Enter b");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_current(scene), ==, 2);
	scene_shows(scene, "all messages");
}

static void
test_decides_in_message(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "Enter 4 b");
	scene_shows(scene, "blocked #1: u takes it back; now #2");
	g_assert_cmpstr(scene_view(scene), ==, "message");
	g_assert_cmpint(scene_current(scene), ==, 2);
	scene_press(scene, "b b b b b");
	g_assert_cmpstr(scene_view(scene), ==, "message");
	g_assert_cmpint(scene_current(scene), ==, 6);
	scene_press(scene, "b");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	scene_shows(scene, "Nothing is held: all is decided");
	for (int id = 1; id <= 7; id++)
		g_assert_cmpint(scene_state(scene, id), ==, STATE_BLOCKED);
}

static void
test_dry_run(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "t t ; b");
	g_assert_cmpstr(scene_view(scene), ==, "plan");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_HELD);
	scene_press(scene, "Esc");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_HELD);
	scene_press(scene, "; b y");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 2), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 7), ==, STATE_HELD);
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	scene_shows(scene, "blocked 2 messages: u takes it back");
	scene_press(scene, "; b");
	scene_shows(scene, "nothing is tagged");
	g_assert_cmpint(scene_state(scene, 7), ==, STATE_HELD);
	scene_press(scene, "u");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_HELD);
	g_assert_cmpint(scene_state(scene, 2), ==, STATE_HELD);
}

/* ; is for one key: the next one is about the cursor's message again. */
static void
test_tagged_once(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "t t ; j b");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_HELD);
	g_assert_cmpint(scene_state(scene, 4), ==, STATE_BLOCKED);
}

static void
test_tags_by_query(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "T \"domain:bakery.example\" Enter");
	scene_shows(scene, "2 tagged");
	scene_press(scene, "; b y");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 7), ==, STATE_BLOCKED);
	g_assert_cmpint(scene_state(scene, 2), ==, STATE_HELD);
	scene_press(scene, "T \"nosuch:x\" Enter");
	g_assert_nonnull(prompt_error(scene->console->prompt));
}

/* Somebody else was first: nothing is overwritten, and who it was is said. */
static void
test_conflict(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_decide_elsewhere(scene, DECISION_RELEASE, 1);
	scene_press(scene, "b");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_RELEASED);
	scene_shows(scene, "bob");
}

static void
test_release_to_nobody(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "j j j r");
	g_assert_cmpint(scene_state(scene, 4), ==, STATE_HELD);
	scene_shows(scene, "release to:");
}

static void
test_undo_in_log(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "b b L");
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	scene_press(scene, "j u");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_HELD);
	g_assert_cmpint(scene_state(scene, 2), ==, STATE_BLOCKED);
}

/* ---- rules ---- */

static void
test_allows(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) rules = NULL;
	const Rule *rule;

	scene_press(scene, "a Enter");
	g_assert_nonnull(prompt_error(scene->console->prompt));
	scene_press(scene, "\"they\" Enter");
	scene_shows(scene, "A rule that releases what comes");
	rules = store_rules(scene->store, SCENE_NOW, NULL);
	g_assert_cmpuint(rules->len, ==, 0);
	scene_press(scene, "y");
	g_ptr_array_unref(rules);
	rules = store_rules(scene->store, SCENE_NOW, NULL);
	g_assert_cmpuint(rules->len, ==, 1);
	rule = g_ptr_array_index(rules, 0);
	g_assert_cmpint(rule->kind, ==, RULE_ALLOW);
	g_assert_cmpstr(rule->account, ==, SCENE_ACCOUNT);
	g_assert_cmpstr(rule->domain, ==, "bakery.example");
	g_assert_cmpstr(rule->reason, ==, "they");
	g_assert_cmpstr(rule->owner, ==, "alice");
	g_assert_cmpint(rule->expires - SCENE_NOW, ==, 90 * 86400);
}

static void
test_removes_rule(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) rules = NULL;

	scene_press(scene, "A \"seen\" Enter y F");
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	scene_press(scene, "Enter");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	scene_shows(scene, "account:");
	scene_press(scene, "F");
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	scene_press(scene, "d");
	rules = store_rules(scene->store, SCENE_NOW, NULL);
	g_assert_cmpuint(rules->len, ==, 0);
	scene_shows(scene, "There are no rules.");
}

/* ---- what was not pressed, what does not fit ---- */

static void
test_paste(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "Paste \"bbb\" Enter \"rrr\" Ctrl-c \"q\" PasteEnd");
	for (int id = 1; id <= 7; id++)
		g_assert_cmpint(scene_state(scene, id), ==, STATE_HELD);
	scene_shows(scene, "what was pasted is dropped");
	scene_press(scene, "l Ctrl-u Paste \"subject:a\" Enter \"from:b\" PasteEnd");
	g_assert_cmpstr(prompt_text(scene->console->prompt), ==, "subject:a from:b");
	scene_press(scene, "Esc b");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_BLOCKED);
}

/* Whose end got lost. */
static void
test_paste_without_end(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "Paste \"bbb\"");
	scene_shows(scene, "Esc if none does");
	scene_press(scene, "\"b\" Esc b");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_BLOCKED);
	scene_press(scene, "l Ctrl-u Paste \"is:unread\" Esc");
	g_assert_cmpstr(prompt_text(scene->console->prompt), ==, "is:unread");
	scene_press(scene, "Enter");
	scene_shows(scene, "limit: is:unread");
}

static void
test_says_it_all(Scene *scene, G_GNUC_UNUSED const void *data)
{
	console_say(scene->console, STYLE_ERROR, "%s%s",
		"so much is to be said that no line of"
		" eighty columns can take it, whatever is done about it: ",
		"the way out");
	scene_shows(scene, "the way out");
	scene_press(scene, "j");
	scene_shows(scene, "? help");
}

/* ---- looking ---- */

/* A domain in a name, and a name too long for its column: the domain still stands. */
static void
test_name_cannot_fake_domain(Scene *scene, G_GNUC_UNUSED const void *data)
{
	static const SceneMail mails[] = {
		{ .name = "Netflix   netflix.com",
			.from = "x@evil.example",
			.domain = "evil.example",
			.subject = "one",
			.score = 100 },
		{ .name = "Netflix, the one and only, with its own very long name",
			.from = "x@netflix.com.account-check.evil.example",
			.domain = "netflix.com.account-check.evil.example",
			.subject = "two",
			.score = 99 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(mails); i++)
		scene_add(scene, &mails[i]);
	console_tick(scene->console, SCENE_NOW + 1);
	for (int columns = 40; columns < 240; columns += 10) {
		g_autofree char *screen = NULL;
		g_auto(GStrv) lines = NULL;

		scene_press(scene, "g");
		screen = scene_show(scene, 12, columns);
		lines = g_strsplit(screen, "\n", -1);
		g_assert_nonnull(strstr(lines[1], "domain"));
		g_assert_nonnull(strstr(lines[2], "evil.example"));
		g_assert_nonnull(strstr(lines[3], "evil.example"));
		if (strstr(lines[2], "netflix.com"))
			g_assert_true(
				strstr(lines[2], "evil.example") < strstr(lines[2], "netflix.com"));
	}
}

static void
test_limit(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "l \"score:>90\" Enter");
	scene_shows(scene, "limit: score:>90");
	scene_press(scene, "l \"(\" Enter");
	g_assert_nonnull(prompt_error(scene->console->prompt));
	scene_press(scene, "Esc");
	scene_shows(scene, "limit: score:>90");
	scene_press(scene, "l \"subject:receipt\" Enter");
	g_assert_cmpint(scene_current(scene), ==, 6);
}

static void
test_search(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "/ \"domain:shop.example\" Enter");
	g_assert_cmpint(scene_current(scene), ==, 3);
	scene_press(scene, "n");
	g_assert_cmpint(scene_current(scene), ==, 6);
	scene_press(scene, "n");
	g_assert_cmpint(scene_current(scene), ==, 3);
	scene_press(scene, "N");
	g_assert_cmpint(scene_current(scene), ==, 6);
	scene_press(scene, "/ \"domain:nowhere.example\" Enter");
	scene_shows(scene, "not found: domain:nowhere.example");
	g_assert_cmpint(scene_current(scene), ==, 6);
}

static void
test_next_keeps_tab(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "Enter 3 n");
	g_assert_cmpint(scene_current(scene), ==, 2);
	scene_shows(scene, "fields, decoded");
	scene_press(scene, "p p");
	g_assert_cmpint(scene_current(scene), ==, 1);
	scene_shows(scene, "there is no message before this one");
	scene_press(scene, "Tab");
	scene_shows(scene, "hxxps://wallet-check[.]example/v");
	scene_press(scene, "BackTab BackTab BackTab BackTab");
	scene_shows(scene, "<ESC>[2J");
}

static void
test_counts(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "3 j");
	g_assert_cmpint(scene_current(scene), ==, 4);
	scene_press(scene, "2 Esc k");
	g_assert_cmpint(scene_current(scene), ==, 7);
	scene_press(scene, "9 9 9 9 9 9 9 9 9 9 9 9 j");
	g_assert_cmpint(scene_current(scene), ==, 6);
}

static void
test_needs(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "w");
	scene_shows(scene, "this message has no attachments");
	scene_press(scene, "l \"subject:nowhere\" Enter r");
	scene_shows(scene, "there is no message here");
	scene_press(scene, "%");
	scene_shows(scene, "% does nothing here: ? shows the keys");
}

static void
test_mouse(Scene *scene, G_GNUC_UNUSED const void *data)
{
	const Press third = { .key = KEY_CODE_CLICK, .row = 4, .column = 10 };
	const Press tab = { .key = KEY_CODE_CLICK, .row = 2, .column = 12 };

	console_key(scene->console, third);
	g_assert_cmpint(scene_current(scene), ==, 7);
	console_key(scene->console, third);
	g_assert_cmpstr(scene_view(scene), ==, "message");
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	console_key(scene->console, tab);
	scene_shows(scene, "please look at");
	console_key(scene->console, (Press){ .key = KEY_CODE_WHEEL_DOWN });
}

/* ---- what others do ---- */

static void
test_new_mail(Scene *scene, G_GNUC_UNUSED const void *data)
{
	static const SceneMail mail = {
		.name = "New",
		.from = "new@new.example",
		.domain = "new.example",
		.subject = "Brand new",
		.score = 99,
		.age = 1,
	};

	scene_press(scene, "j");
	scene_add(scene, &mail);
	console_tick(scene->console, SCENE_NOW + 1);
	g_assert_cmpint(scene_current(scene), ==, 2);
	scene_shows(scene, "1 new");
	scene_press(scene, "g");
	g_assert_cmpint(scene_current(scene), ==, 8);
	scene_shows(scene, "Brand new");
}

/* Nobody decides about what the terminal has no room for. */
static void
test_unseen(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autofree char *screen = NULL;

	scene_press(scene, "M");
	screen = scene_show(scene, 5, 30);
	g_assert_nonnull(strstr(screen, "needs 40 columns, 8 rows"));
	scene_press(scene, "b");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_HELD);
	scene_shows(scene, "not done");
	scene_press(scene, "b");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_BLOCKED);
}

/* A key about what left just before is not about what came under the cursor instead. */
static void
test_slipped(Scene *scene, G_GNUC_UNUSED const void *data)
{
	int64_t next;

	scene_press(scene, "M");
	scene_decide_elsewhere(scene, DECISION_BLOCK, scene_current(scene));
	console_tick(scene->console, SCENE_NOW);
	console_settle(scene->console);
	next = scene_current(scene);
	scene_press(scene, "r");
	scene_shows(scene, "what the cursor was on left the list");
	g_assert_cmpint(scene_state(scene, next), ==, STATE_HELD);
	scene_press(scene, "b");
	g_assert_cmpint(scene_state(scene, next), ==, STATE_BLOCKED);
	/* One's own decisions, and a cursor that a key put somewhere, go on at once. */
	next = scene_current(scene);
	scene_press(scene, "b");
	g_assert_cmpint(scene_state(scene, next), ==, STATE_BLOCKED);
	scene_decide_elsewhere(scene, DECISION_BLOCK, scene_current(scene));
	console_tick(scene->console, SCENE_NOW);
	console_settle(scene->console);
	scene_press(scene, "j");
	next = scene_current(scene);
	scene_press(scene, "b");
	g_assert_cmpint(scene_state(scene, next), ==, STATE_BLOCKED);
}

static void
test_decided_elsewhere(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "j");
	scene_decide_elsewhere(scene, DECISION_BLOCK, 1);
	console_tick(scene->console, SCENE_NOW + 1);
	console_settle(scene->console);
	g_assert_cmpint(scene_current(scene), ==, 2);
	scene_shows(scene, "held 6 · released 0 · blocked 1");
	scene_decide_elsewhere(scene, DECISION_BLOCK, 2);
	console_tick(scene->console, SCENE_NOW + 2);
	console_settle(scene->console);
	g_assert_cmpint(scene_current(scene), ==, 7);
}

static void
test_countdown(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "r j");
	scene_shows(scene, "1 to deliver, in 30 s");
	console_tick(scene->console, SCENE_NOW + 12);
	scene_shows(scene, "1 to deliver, in 18 s");
	scene_press(scene, "q q");
	g_assert_false(console_finished(scene->console));
	scene_shows(scene, "q again leaves them");
	scene_press(scene, "j q");
	g_assert_false(console_finished(scene->console));
	scene_press(scene, "q");
	g_assert_true(console_finished(scene->console));
}

/* ---- prompts and the rest ---- */

/* What is completed is a limit that works; in a text, words are no query. */
static void
test_completes_queries(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "l Ctrl-u \"dom\" Tab \"or\" Tab Enter");
	scene_shows(scene, "limit: domain:orchard.example");
	scene_press(scene, "Enter / \"sta\" Tab");
	g_assert_cmpstr(prompt_text(scene->console->prompt), ==, "sta");
}

static void
press_tab(Scene *scene)
{
	console_key(scene->console, (Press){ .key = KEY_CODE_TAB });
}

static void
assert_prompt(Scene *scene, const char *text)
{
	console_settle(scene->console);
	g_assert_cmpstr(prompt_text(scene->console->prompt), ==, text);
}

/* What takes longer than a key may is read beside the keys. */
static void
test_completes_later(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autofree char *screen = NULL;

	worker_set_patience(scene->console->worker, WORKER_NO_PATIENCE, WORKER_NO_PATIENCE);
	scene_press(scene, "l Ctrl-u \"domain:or\"");
	press_tab(scene);
	g_assert_cmpstr(prompt_text(scene->console->prompt), ==, "domain:or");
	screen = scene_glance(scene, SCENE_ROWS, SCENE_COLUMNS);
	g_assert_nonnull(strstr(screen, "looking for what completes this"));
	assert_prompt(scene, "domain:orchard.example ");
	/* another key came meanwhile, Esc, or there is another prompt */
	scene_press(scene, "Ctrl-u \"domain:or\"");
	press_tab(scene);
	scene_press(scene, "c");
	assert_prompt(scene, "domain:orc");
	press_tab(scene);
	scene_press(scene, "Esc");
	assert_prompt(scene, "domain:orc");
	press_tab(scene);
	scene_press(scene, "Ctrl-c T \"domain:orc\"");
	assert_prompt(scene, "domain:orc");
	press_tab(scene); /* and the console may end meanwhile */
}

static void
test_read_only(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene->options.read_only = true;
	scene_shows(scene, "read-only");
	scene_press(scene, "b");
	scene_shows(scene, "the store is read-only here");
	g_assert_cmpint(scene_state(scene, 1), ==, STATE_HELD);
	scene_press(scene, "u");
	scene_shows(scene, "the store is read-only here");
	scene_press(scene, "Enter");
	g_assert_cmpstr(scene_view(scene), ==, "message");
}

/* What is said is about what was taken back, whatever others did meanwhile. */
static void
test_says_what_was_undone(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_press(scene, "b b L");
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
	scene_decide_elsewhere(scene, DECISION_BLOCK, 3);
	scene_press(scene, "j u");
	scene_shows(scene, "taken back, 1 message: Your wallet");
}

static void
test_evidence_is_defanged(Scene *scene, G_GNUC_UNUSED const void *data)
{
	static const SceneMail mail = {
		.name = "New",
		.from = "new@new.example",
		.domain = "new.example",
		.subject = "Brand new",
		.score = 99,
		.finding = "a link",
		.evidence = "see http:\\\\evil.example/x and https://worse.example",
	};
	g_autofree char *screen = NULL;

	scene_add(scene, &mail);
	scene_press(scene, "Ctrl-l g Enter");
	screen = scene_show(scene, 40, 120);
	g_assert_nonnull(strstr(screen, "hxxp:\\\\evil[.]example/x and hxxps://worse[.]example"));
	g_assert_null(strstr(screen, "worse.example"));
}

/* ---- anything ---- */

/* Any keys at any size: it lives, and what it says stands on the screen. */
static void
test_random_keys(Scene *scene, G_GNUC_UNUSED const void *data)
{
	static const Key special[] = { KEY_CODE_UP, KEY_CODE_DOWN, KEY_CODE_LEFT, KEY_CODE_RIGHT,
		KEY_CODE_HOME, KEY_CODE_END, KEY_CODE_PAGE_UP, KEY_CODE_PAGE_DOWN, KEY_CODE_ENTER,
		KEY_CODE_ESC, KEY_CODE_TAB, KEY_CODE_BACKTAB, KEY_CODE_BACKSPACE, KEY_CODE_CLICK,
		KEY_CODE_WHEEL_UP, KEY_CODE_WHEEL_DOWN, KEY_CODE_RESIZE, KEY_CODE_NONE };

	for (int i = 0; i < 6000; i++) {
		Press press = {
			.key = g_test_rand_bit()
				? (Key)g_test_rand_int_range(1, 127)
				: special[g_test_rand_int_range(0, G_N_ELEMENTS(special))],
			.row = g_test_rand_int_range(-1, 60),
			.column = g_test_rand_int_range(-1, 200),
		};

		console_key(scene->console, press);
		if (i % 7 == 0)
			console_tick(scene->console, SCENE_NOW + i);
		g_free(scene_show(
			scene, g_test_rand_int_range(1, 60), g_test_rand_int_range(1, 220)));
	}
}

/* Keys that came before anything was drawn do not hide that one of them failed. */
static void
test_an_error_is_seen(Scene *scene, G_GNUC_UNUSED const void *data)
{
	GError *error = g_error_new(STORE_ERROR, STORE_ERROR_BUSY, "the store is locked");

	console_fail(scene->console, error);
	scene_press(scene, "j b");
	scene_shows(scene, "the store is locked");
	scene_press(scene, "j");
	g_assert_null(scene->console->said);
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
	add("/console/decides-and-goes-on", test_decides_and_goes_on);
	add("/console/goes-on-without-limit", test_goes_on_without_limit);
	add("/console/decides-in-the-message-view", test_decides_in_message);
	add("/console/several-open-a-dry-run", test_dry_run);
	add("/console/semicolon-is-for-one-key", test_tagged_once);
	add("/console/tags-by-query", test_tags_by_query);
	add("/console/second-decider-is-told", test_conflict);
	add("/console/release-to-nobody", test_release_to_nobody);
	add("/console/undo-in-the-log", test_undo_in_log);
	add("/console/allows-narrowly", test_allows);
	add("/console/removes-a-rule", test_removes_rule);
	add("/console/name-cannot-fake-the-domain", test_name_cannot_fake_domain);
	add("/console/pasted-text-is-no-key", test_paste);
	add("/console/a-paste-without-end-is-left", test_paste_without_end);
	add("/console/a-long-message-is-not-cut", test_says_it_all);
	add("/console/limit", test_limit);
	add("/console/search", test_search);
	add("/console/next-keeps-the-page", test_next_keeps_tab);
	add("/console/counts", test_counts);
	add("/console/needs-are-said", test_needs);
	add("/console/mouse", test_mouse);
	add("/console/new-mail-is-a-count", test_new_mail);
	add("/console/decided-elsewhere", test_decided_elsewhere);
	add("/console/what-is-not-seen-is-not-decided", test_unseen);
	add("/console/a-key-is-not-about-what-slipped-under-it", test_slipped);
	add("/console/an-error-is-seen", test_an_error_is_seen);
	add("/console/countdown", test_countdown);
	add("/console/completes-queries", test_completes_queries);
	add("/console/completes-later", test_completes_later);
	add("/console/read-only", test_read_only);
	add("/console/says-what-was-undone", test_says_what_was_undone);
	add("/console/evidence-is-defanged", test_evidence_is_defanged);
	add("/console/any-keys-at-any-size", test_random_keys);
	return g_test_run();
}
