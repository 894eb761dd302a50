#include "tui/keymap.h"

#include <string.h>

#include "tui/browse.h"

static void
test_rows(void)
{
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

	for (const Action *action = actions(); action->id; action++) {
		g_assert_true(g_hash_table_add(ids, (char *)action->id));
		g_assert_nonnull(action->keys[0]);
		g_assert_nonnull(action->run);
		g_assert_nonnull(action->help);
		g_assert_nonnull(action->group);
		g_assert_cmpuint(action->views, !=, 0);
	}
}

static void
test_keys_have_names(void)
{
	for (const Action *action = actions(); action->id; action++) {
		for (int i = 0; action->keys[i]; i++) {
			char name[KEY_NAME_BYTES];
			Key key = key_from_name(action->keys[i]);

			g_assert_cmpuint(key, !=, KEY_CODE_NONE);
			g_assert_cmpstr(key_to_name(key, name), ==, action->keys[i]);
		}
	}
}

static bool
share_a_key(const Action *a, const Action *b)
{
	for (int i = 0; a->keys[i]; i++) {
		for (int j = 0; b->keys[j]; j++) {
			if (strcmp(a->keys[i], b->keys[j]) == 0)
				return true;
		}
	}
	return false;
}

static void
test_one_action_a_key(void)
{
	for (const Action *a = actions(); a->id; a++) {
		for (const Action *b = a + 1; b->id; b++) {
			if ((a->views & b->views) && share_a_key(a, b))
				g_error("%s and %s share a key in one view", a->id, b->id);
		}
	}
}

/* Where the help view lists a group, it stands under one heading. */
static void
test_groups_stand_together(void)
{
	g_autoptr(GHashTable) closed = g_hash_table_new(g_str_hash, g_str_equal);
	const char *group = "";

	for (const Action *action = actions(); action->id; action++) {
		if (strcmp(action->group, group) == 0)
			continue;
		g_assert_false(g_hash_table_contains(closed, action->group));
		g_hash_table_add(closed, (char *)group);
		group = action->group;
	}
}

/* A view that can be made can be reached, and every view can be left. */
static void
test_views(void)
{
	g_autoptr(Keymap) keymap = keymap_new(NULL, NULL);

	for (const ViewOps *const *view = views(); *view; view++) {
		const Action *opens = NULL;

		g_assert_true(view_of_kind((*view)->kind) == *view);
		g_assert_nonnull((*view)->help);
		g_assert_nonnull((*view)->title);
		g_assert_nonnull(keymap_find(keymap, (*view)->kind, 'q'));
		for (const Action *action = actions(); action->id; action++) {
			if (action->run == run_view && action->argument == (int)(*view)->kind)
				opens = action;
		}
		g_assert_true((opens != NULL) == ((*view)->create != NULL));
	}
}

static void
test_needs(void)
{
	g_assert_null(needs_missing(0, 0));
	g_assert_null(needs_missing(NEEDS_MESSAGE, NEEDS_MESSAGE | NEEDS_ROW));
	g_assert_cmpstr(needs_missing(NEEDS_MESSAGE, NEEDS_ROW), ==, "there is no message here");
	for (unsigned need = 1; need < 1U << NEEDS_BITS; need <<= 1)
		g_assert_nonnull(needs_missing(need, 0));
}

static void
test_find(void)
{
	g_autoptr(Keymap) keymap = keymap_new(NULL, NULL);

	g_assert_cmpstr(keymap_find(keymap, VIEW_QUEUE, 'r')->id, ==, "release");
	g_assert_cmpstr(keymap_find(keymap, VIEW_OUTBOX, 'r')->id, ==, "retry");
	g_assert_cmpstr(keymap_find(keymap, VIEW_QUEUE, 'n')->id, ==, "search-next");
	g_assert_cmpstr(keymap_find(keymap, VIEW_MESSAGE, 'n')->id, ==, "next");
	g_assert_null(keymap_find(keymap, VIEW_HELP, 'r'));
	g_assert_null(keymap_find(keymap, VIEW_QUEUE, 0x1f600));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/action/rows-are-complete", test_rows);
	g_test_add_func("/action/keys-have-names", test_keys_have_names);
	g_test_add_func("/action/one-action-a-key-and-view", test_one_action_a_key);
	g_test_add_func("/action/groups-stand-together", test_groups_stand_together);
	g_test_add_func("/action/views-can-be-opened-and-left", test_views);
	g_test_add_func("/action/needs-are-said", test_needs);
	g_test_add_func("/action/found-by-key-and-view", test_find);
	return g_test_run();
}
