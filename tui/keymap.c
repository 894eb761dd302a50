#include "tui/keymap.h"

#include <string.h>

#include "store/nearest.h"

G_DEFINE_QUARK(keymap_error, keymap_error)

struct Keymap {
	GHashTable *bindings; /* Key -> GPtrArray of const Action * */
	GPtrArray *keys;      /* of GStrv: names, for each action of the table */
	GPtrArray *said;      /* of char *: what a sentence calls the key of each */
};

KeyBinding *
key_binding_new(const char *action, const char *keys, int line)
{
	KeyBinding *binding = g_new0(KeyBinding, 1);

	binding->action = g_strdup(action);
	binding->keys = g_strdup(keys);
	binding->line = line;
	return binding;
}

void
key_binding_free(KeyBinding *binding)
{
	if (!binding)
		return;
	g_free(binding->action);
	g_free(binding->keys);
	g_free(binding);
}

/* ---- what was written ---- */

static void set_error(GError **error, const KeyBinding *binding, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static void
set_error(GError **error, const KeyBinding *binding, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, KEYMAP_ERROR, KEYMAP_ERROR_BINDING, "%s = %s: %s", binding->action,
		binding->keys, text);
	if (binding->line > 0)
		g_prefix_error(error, "line %d: ", binding->line);
}

const Action *
keymap_action(const char *id, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	const char *nearest;

	for (const Action *action = actions(); action->id; action++) {
		g_ptr_array_add(ids, (gpointer)action->id);
		if (strcmp(action->id, id) == 0)
			return action;
	}
	g_ptr_array_add(ids, NULL);
	nearest = nearest_name(id, (const char *const *)ids->pdata);
	g_set_error(error, KEYMAP_ERROR, KEYMAP_ERROR_BINDING,
		nearest ? "no action '%s'; the nearest is '%s'"
			: "no action '%s'; lazaret keys lists them",
		id, nearest);
	return NULL;
}

static bool
add_key(GStrvBuilder *keys, const KeyBinding *binding, const char *name, GError **error)
{
	char buffer[KEY_NAME_BYTES];
	const char *nearest;
	Key key = key_from_name(name);

	if (key_is_pressed(key)) {
		g_strv_builder_add(keys, key_to_name(key, buffer));
		return true;
	}
	nearest = key_nearest_name(name);
	if (nearest)
		set_error(error, binding, "no key '%s'; the nearest is '%s'", name, nearest);
	else
		set_error(error, binding, "no key '%s'; lazaret(5) names them", name);
	return false;
}

/* Names as key_to_name() writes them; NULL on error. */
static char **
read_keys(const KeyBinding *binding, const Action *action, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(binding->keys, " \t", -1);
	g_autoptr(GStrvBuilder) keys = g_strv_builder_new();
	bool none = false;
	int count = 0;

	for (char **word = words; *word; word++) {
		if (!**word)
			continue;
		none = none || strcmp(*word, "none") == 0;
		count++;
		if (!none && !add_key(keys, binding, *word, error))
			return NULL;
	}
	if (none && (count > 1 || action->kept)) {
		set_error(error, binding,
			count > 1 ? "none stands alone"
				  : "it needs a key: without one nothing leads out of a view, or to"
				    " the help");
		return NULL;
	}
	return count == 0 ? g_strdupv((char **)action->keys) : g_strv_builder_end(keys);
}

static const KeyBinding *
binding_of(const GPtrArray *bindings, const Action *action)
{
	const KeyBinding *found = NULL;

	for (guint i = 0; bindings && i < bindings->len; i++) {
		const KeyBinding *binding = g_ptr_array_index(bindings, i);

		if (strcmp(binding->action, action->id) == 0)
			found = binding;
	}
	return found;
}

static bool
check_ids(const GPtrArray *bindings, GError **error)
{
	for (guint i = 0; bindings && i < bindings->len; i++) {
		const KeyBinding *binding = g_ptr_array_index(bindings, i);

		if (keymap_action(binding->action, error))
			continue;
		if (binding->line > 0)
			g_prefix_error(error, "line %d: ", binding->line);
		return false;
	}
	return true;
}

/* ---- two on one key ---- */

static const char *
name_of_view(unsigned shared)
{
	for (const ViewOps *const *view = views(); *view; view++) {
		if ((*view)->kind & shared)
			return (*view)->name;
	}
	return "same";
}

/* The line that can be mended is the one that changed something, the later one of two. */
static void
complain_shared(const GPtrArray *bindings, const char *key, const Action *a, const Action *b,
	GError **error)
{
	const KeyBinding *of_a = binding_of(bindings, a);
	const KeyBinding *of_b = binding_of(bindings, b);
	bool second = of_b && (!of_a || of_b->line >= of_a->line);
	const KeyBinding *wrong = second ? of_b : of_a;
	const Action *other = second ? a : b;

	g_assert(wrong); /* those shipped do not share any */
	set_error(error, wrong,
		"%s is %s in the %s view already; give that another key as well (%s = KEY), or none",
		key, other->id, name_of_view(a->views & b->views), other->id);
}

static bool
check_shared(const Keymap *keymap, const GPtrArray *bindings, GError **error)
{
	for (const Action *a = actions(); a->id; a++) {
		for (const Action *b = a + 1; b->id; b++) {
			const char *const *keys = keymap_keys(keymap, a);

			if (!(a->views & b->views))
				continue;
			for (; *keys; keys++) {
				if (!g_strv_contains(keymap_keys(keymap, b), *keys))
					continue;
				complain_shared(bindings, *keys, a, b, error);
				return false;
			}
		}
	}
	return true;
}

/* ---- the map ---- */

static void
bind(Keymap *keymap, Key key, const Action *action)
{
	GPtrArray *bound = g_hash_table_lookup(keymap->bindings, GUINT_TO_POINTER(key));

	g_assert(key != KEY_CODE_NONE);
	if (!bound) {
		bound = g_ptr_array_new();
		g_hash_table_insert(keymap->bindings, GUINT_TO_POINTER(key), bound);
	}
	g_ptr_array_add(bound, (gpointer)action);
}

/* Behind the key for a command stands what is typed: ":undo", "F2 undo". */
static char *
say_key(const Action *action, const char *key)
{
	bool before = strcmp(action->id, "command") == 0;

	if (!key)
		return g_strdup_printf("%s (no key)%s", action->id, before ? " " : "");
	return g_strconcat(key, before && g_utf8_strlen(key, -1) > 1 ? " " : "", NULL);
}

static bool
add_action(Keymap *keymap, const GPtrArray *bindings, const Action *action, GError **error)
{
	const KeyBinding *binding = binding_of(bindings, action);
	char **keys =
		binding ? read_keys(binding, action, error) : g_strdupv((char **)action->keys);

	if (!keys)
		return false;
	g_ptr_array_add(keymap->keys, keys);
	g_ptr_array_add(keymap->said, say_key(action, *keys));
	for (; *keys; keys++)
		bind(keymap, key_from_name(*keys), action);
	return true;
}

Keymap *
keymap_new(const GPtrArray *bindings, GError **error)
{
	g_autoptr(Keymap) keymap = g_new0(Keymap, 1);

	keymap->bindings =
		g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
	keymap->keys = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	keymap->said = g_ptr_array_new_with_free_func(g_free);
	if (!check_ids(bindings, error))
		return NULL;
	for (const Action *action = actions(); action->id; action++) {
		if (!add_action(keymap, bindings, action, error))
			return NULL;
	}
	return check_shared(keymap, bindings, error) ? g_steal_pointer(&keymap) : NULL;
}

void
keymap_free(Keymap *keymap)
{
	if (!keymap)
		return;
	g_hash_table_unref(keymap->bindings);
	g_ptr_array_unref(keymap->keys);
	g_ptr_array_unref(keymap->said);
	g_free(keymap);
}

const Action *
keymap_find(const Keymap *keymap, ViewKind view, Key key)
{
	const GPtrArray *bound = g_hash_table_lookup(keymap->bindings, GUINT_TO_POINTER(key));

	for (guint i = 0; bound && i < bound->len; i++) {
		const Action *action = g_ptr_array_index(bound, i);

		if (action->views & view)
			return action;
	}
	return NULL;
}

const char *const *
keymap_keys(const Keymap *keymap, const Action *action)
{
	return g_ptr_array_index(keymap->keys, action - actions());
}

bool
keymap_is_changed(const Keymap *keymap, const Action *action)
{
	return !g_strv_equal(keymap_keys(keymap, action), action->keys);
}

const char *
keymap_key(const Keymap *keymap, const char *id)
{
	const Action *action = keymap_action(id, NULL);

	g_assert(action);
	return g_ptr_array_index(keymap->said, action - actions());
}

char *
keymap_text(const Keymap *keymap, const char *text)
{
	GString *said = g_string_new(NULL);
	const char *open;

	for (; (open = strchr(text, '{')); text = strchr(open, '}') + 1) {
		g_autofree char *id = g_strndup(open + 1, strcspn(open + 1, "}"));

		g_string_append_len(said, text, open - text);
		g_string_append(said, keymap_key(keymap, id));
	}
	g_string_append(said, text);
	return g_string_free(said, FALSE);
}
