#include "tui/keymap.h"

#include <string.h>

#include "tests/tui/scene.h"

static GPtrArray *
binding(const char *action, const char *keys)
{
	GPtrArray *bindings = g_ptr_array_new_with_free_func((GDestroyNotify)key_binding_free);

	g_ptr_array_add(bindings, key_binding_new(action, keys, 7));
	return bindings;
}

static Keymap *
keymap_with(const char *action, const char *keys)
{
	g_autoptr(GPtrArray) bindings = binding(action, keys);
	g_autoptr(GError) error = NULL;
	Keymap *keymap = keymap_new(bindings, &error);

	g_assert_no_error(error);
	return keymap;
}

static void
refused(const char *action, const char *keys, const char *message)
{
	g_autoptr(GPtrArray) bindings = binding(action, keys);
	g_autoptr(GError) error = NULL;
	g_autoptr(Keymap) keymap = keymap_new(bindings, &error);

	g_assert_null(keymap);
	g_assert_error(error, KEYMAP_ERROR, KEYMAP_ERROR_BINDING);
	g_assert_cmpstr(error->message, ==, message);
}

/* Where it works, and what was on its keys does nothing there any more. */
static void
check_bound(const Keymap *keymap, const Action *action, Key key)
{
	for (const ViewOps *const *view = views(); *view; view++) {
		ViewKind kind = (*view)->kind;

		if (!(action->views & kind)) {
			g_assert_null(keymap_find(keymap, kind, key));
			continue;
		}
		g_assert_true(keymap_find(keymap, kind, key) == action);
		for (int i = 0; action->keys[i]; i++)
			g_assert_null(keymap_find(keymap, kind, key_from_name(action->keys[i])));
	}
}

static void
test_each(void)
{
	int count = 0;

	for (const Action *action = actions(); action->id; action++, count++) {
		g_autofree char *name = g_strdup_printf("F%d", 1 + count % 12);
		g_autoptr(Keymap) keymap = keymap_with(action->id, name);

		check_bound(keymap, action, key_from_name(name));
		g_assert_cmpstr(keymap_keys(keymap, action)[0], ==, name);
		g_assert_true(keymap_is_changed(keymap, action));
	}
	g_assert_cmpint(count, >, 50);
}

static void
test_several_keys(void)
{
	g_autoptr(Keymap) keymap = keymap_with("release", "  f5\tAlt-R ctrl-X ");
	const Action *release = keymap_action("release", NULL);
	g_autofree char *keys = g_strjoinv(" ", (char **)keymap_keys(keymap, release));

	g_assert_cmpstr(keys, ==, "F5 Alt-R Ctrl-x");
	g_assert_true(keymap_find(keymap, VIEW_QUEUE, KEY_ALT | 'R') == release);
	g_assert_null(keymap_find(keymap, VIEW_QUEUE, KEY_ALT | 'r'));
	g_assert_true(keymap_find(keymap, VIEW_QUEUE, KEY_CONTROL('x')) == release);
}

static void
test_as_shipped(void)
{
	g_autoptr(Keymap) keymap = keymap_with("release", "");

	for (const Action *action = actions(); action->id; action++)
		g_assert_false(keymap_is_changed(keymap, action));
	g_assert_true(keymap_find(keymap, VIEW_QUEUE, 'r') == keymap_action("release", NULL));
}

static void
test_none(void)
{
	g_autoptr(Keymap) keymap = keymap_with("release", "none");

	g_assert_null(keymap_find(keymap, VIEW_QUEUE, 'r'));
	g_assert_cmpstr(keymap_find(keymap, VIEW_OUTBOX, 'r')->id, ==, "retry");
	g_assert_cmpstr(keymap_key(keymap, "release"), ==, "release (no key)");
}

static void
test_unknown(void)
{
	refused("relese", "F5", "line 7: no action 'relese'; the nearest is 'release'");
	refused("xyzzy", "F5", "line 7: no action 'xyzzy'; lazaret keys lists them");
	refused("tag", "PgUp", "line 7: tag = PgUp: no key 'PgUp'; the nearest is 'PageUp'");
	refused("tag", "F5 Hyper-Meta-z",
		"line 7: tag = F5 Hyper-Meta-z: no key 'Hyper-Meta-z'; lazaret(5) names them");
	refused("tag", "Click", "line 7: tag = Click: no key 'Click'; lazaret(5) names them");
	refused("tag", "F5 none", "line 7: tag = F5 none: none stands alone");
}

static void
test_shared(void)
{
	g_autoptr(Keymap) elsewhere = keymap_with("retry", "b");

	refused("tag", "F5 r",
		"line 7: tag = F5 r: r is release in the campaigns view already; give that another"
		" key as well (release = KEY), or none");
	/* What one terminal sends for both is one key. */
	refused("limit", "Ctrl-m",
		"line 7: limit = Ctrl-m: Enter is open in the campaigns view already; give that"
		" another key as well (open = KEY), or none");
	g_assert_cmpstr(keymap_find(elsewhere, VIEW_OUTBOX, 'b')->id, ==, "retry");
	g_assert_cmpstr(keymap_find(elsewhere, VIEW_QUEUE, 'b')->id, ==, "block");
}

static void
test_swapped(void)
{
	g_autoptr(GPtrArray) bindings = binding("release", "b");
	g_autoptr(Keymap) keymap = NULL;

	g_ptr_array_add(bindings, key_binding_new("block", "r", 8));
	keymap = keymap_new(bindings, NULL);
	g_assert_nonnull(keymap);
	g_assert_cmpstr(keymap_find(keymap, VIEW_QUEUE, 'r')->id, ==, "block");
	g_assert_cmpstr(keymap_find(keymap, VIEW_QUEUE, 'b')->id, ==, "release");
}

/* Out of every view there is a way, and to the help. */
static void
test_kept(void)
{
	static const char *const needed[] = { "back", "quit", "help" };

	for (gsize i = 0; i < G_N_ELEMENTS(needed); i++) {
		g_autofree char *message = g_strdup_printf(
			"line 7: %s = none: it needs a key: without one nothing leads out of a"
			" view, or to the help",
			needed[i]);

		refused(needed[i], "none", message);
	}
	for (const ViewOps *const *view = views(); *view; view++) {
		unsigned leads = 0;

		for (const Action *action = actions(); action->id; action++) {
			if (action->kept && action->views & (*view)->kind)
				leads++;
		}
		g_assert_cmpuint(leads, >=, (*view)->kind == VIEW_HELP ? 1 : 2);
	}
}

static void
test_text(void)
{
	g_autoptr(Keymap) keymap = keymap_with("tag", "F2");
	g_autofree char *text = keymap_text(keymap, "{tag} tags, {tag-query} all; {undo}");

	g_assert_cmpstr(text, ==, "F2 tags, T all; u");
}

/* ---- on the screen ---- */

static void
open_with(Scene *scene, const GPtrArray *bindings)
{
	g_autoptr(GError) error = NULL;

	scene_open(scene);
	console_free(scene->console);
	scene->options.bindings = bindings;
	scene->console = console_new(scene->store, &scene->options, SCENE_NOW, &error);
	g_assert_no_error(error);
}

static void
test_said(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) bindings = binding("release", "F5");

	g_ptr_array_add(bindings, key_binding_new("undo", "F9", 0));
	g_ptr_array_add(bindings, key_binding_new("tag", "F2", 0));
	g_ptr_array_add(bindings, key_binding_new("help", "F1", 0));
	g_ptr_array_add(bindings, key_binding_new("tagged", "&", 0));
	open_with(scene, bindings);
	scene_press(scene, "M F5");
	scene_shows(scene, "leaves in 30 s, F9 takes it back");
	scene_shows(scene, "F5 release");
	scene_shows(scene, "F1 help");
	scene_press(scene, "r");
	scene_shows(scene, "r does nothing here: F1 shows the keys");
	scene_press(scene, "&");
	scene_shows(scene, "& for all tagged");
	scene_press(scene, "F5");
	scene_shows(scene, "nothing is tagged: F2 tags what the cursor is on, T all");
	scene_press(scene, "F9");
	g_assert_cmpint(scene_state(scene, scene_current(scene)), ==, STATE_HELD);
	scene_press(scene, "F1");
	scene_shows(scene, "F5                        deliver it");
}

/* All texts of views that name keys name some that are. */
static void
test_views(Scene *scene, G_GNUC_UNUSED const void *data)
{
	static const char *const opened[] = { "M", "M Enter", "L", "O", "F", "B", "C", "-" };

	open_with(scene, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(opened); i++) {
		g_autofree char *screen = NULL;
		g_autofree char *help = NULL;

		scene_press(scene, "C");
		scene_press(scene, opened[i]);
		screen = scene_show(scene, SCENE_ROWS, SCENE_COLUMNS);
		g_assert_null(strchr(screen, '{'));
		scene_press(scene, "?");
		help = scene_show(scene, SCENE_ROWS, SCENE_COLUMNS);
		g_assert_null(strchr(help, '{'));
	}
}

/* What a slow line joins, or Alt with a key that has none, is two keys. */
static void
test_alt(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) bindings = binding("tag", "Alt-t");

	open_with(scene, bindings);
	scene_press(scene, "M l Alt-L");
	g_assert_null(scene->console->prompt);
	g_assert_cmpstr(scene_view(scene), ==, "log");
	scene_press(scene, "Alt-l");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	g_assert_nonnull(scene->console->prompt);
	scene_press(scene, "Esc Alt-t");
	scene_shows(scene, "1 tagged");
}

/* A page of the message by its own key, whichever that is. */
static void
test_pages(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) bindings = binding("tab-links", "F4");

	open_with(scene, bindings);
	scene_press(scene, "M Enter F4");
	scene_shows(scene, " F4 links ");
	scene_shows(scene, "wallet-check");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/keymap/each-action-can-be-bound", test_each);
	g_test_add_func("/keymap/several-keys", test_several_keys);
	g_test_add_func("/keymap/empty-is-as-shipped", test_as_shipped);
	g_test_add_func("/keymap/none-unbinds", test_none);
	g_test_add_func("/keymap/unknown-names", test_unknown);
	g_test_add_func("/keymap/one-action-a-key-and-view", test_shared);
	g_test_add_func("/keymap/swapped", test_swapped);
	g_test_add_func("/keymap/a-way-out-stays", test_kept);
	g_test_add_func("/keymap/texts", test_text);
	g_test_add("/keymap/screen-names-the-bound-keys", Scene, NULL, scene_setup, test_said,
		scene_teardown);
	g_test_add("/keymap/no-view-names-a-key-by-hand", Scene, NULL, scene_setup_empty,
		test_views, scene_teardown);
	g_test_add("/keymap/alt-is-esc-where-it-is-no-key", Scene, NULL, scene_setup, test_alt,
		scene_teardown);
	g_test_add("/keymap/pages-by-their-keys", Scene, NULL, scene_setup, test_pages,
		scene_teardown);
	return g_test_run();
}
