/* keymap.h - which key does what: the table of actions, changed by the config file
 *
 * Whatever names a key on the screen asks here, so that it names the one that works.
 */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include "tui/action.h"

#define KEYMAP_ERROR (keymap_error_quark())
GQuark keymap_error_quark(void);

typedef enum {
	KEYMAP_ERROR_BINDING, /* the message names the line */
} KeymapError;

/* What a person wrote about one action. */
typedef struct KeyBinding {
	char *action; /* id */
	char *keys;   /* names with blanks between, or "none"; empty: as shipped */
	int line;     /* of the file; 0: not from one */
} KeyBinding;

KeyBinding *key_binding_new(const char *action, const char *keys, int line);
void key_binding_free(KeyBinding *binding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyBinding, key_binding_free)

/* The keys as shipped, changed by @bindings (of KeyBinding; NULL: by none).
 * KEYMAP_ERROR when one names no action or no key, two actions share a key in one
 * view, or nothing would lead out or to the help. */
Keymap *keymap_new(const GPtrArray *bindings, GError **error);
void keymap_free(Keymap *keymap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keymap, keymap_free)

/* The action of @id.  @error may be NULL; else it has the nearest id. */
const Action *keymap_action(const char *id, GError **error);
/* Which action a key runs in a view; NULL: none. */
const Action *keymap_find(const Keymap *keymap, ViewKind view, Key key);
/* The names of the action's keys; ends with NULL, which stands first where it has none. */
const char *const *keymap_keys(const Keymap *keymap, const Action *action);
/* They differ from those shipped. */
bool keymap_is_changed(const Keymap *keymap, const Action *action);

/* The key of the action of @id, for a sentence: "u", or "undo (no key)". */
const char *keymap_key(const Keymap *keymap, const char *id);
/* @text, each {id} in it replaced by what keymap_key() says.  Yours. */
char *keymap_text(const Keymap *keymap, const char *text);

#endif
