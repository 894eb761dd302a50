/* key.h - what was pressed, with a name people can write down */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stdint.h>

/* A Unicode character (control characters too: 4 is Ctrl-d), or a KeyCode; with KEY_ALT a
 * character that was pressed together with Alt. */
typedef uint32_t Key;

typedef enum {
	KEY_CODE_NONE = 0x110000, /* pressed, but nothing we know */
	KEY_CODE_UP,
	KEY_CODE_DOWN,
	KEY_CODE_LEFT,
	KEY_CODE_RIGHT,
	KEY_CODE_HOME,
	KEY_CODE_END,
	KEY_CODE_PAGE_UP,
	KEY_CODE_PAGE_DOWN,
	KEY_CODE_INSERT,
	KEY_CODE_DELETE,
	KEY_CODE_BACKSPACE,
	KEY_CODE_ENTER,
	KEY_CODE_ESC,
	KEY_CODE_TAB,
	KEY_CODE_BACKTAB,
	KEY_CODE_F1,
	KEY_CODE_F12 = KEY_CODE_F1 + 11,
	KEY_CODE_RESIZE,
	KEY_CODE_CLICK,
	KEY_CODE_WHEEL_UP,
	KEY_CODE_WHEEL_DOWN,
	KEY_CODE_PASTE, /* what follows was pasted, not pressed */
	KEY_CODE_PASTE_END,
} KeyCode;

typedef struct Press {
	Key key;
	int row, column; /* of the pointer, for clicks and the wheel */
} Press;

#define KEY_CONTROL(letter) ((Key)((letter)&0x1f))
#define KEY_ALT             ((Key)0x1000000)

/* Teaches ncurses the sequences of common keys that terminfo leaves out; once a terminal. */
void key_learn(void);
/* Has the terminal say what is pasted; to be called once it takes modes. */
void key_tell_pastes(bool tell);
/* The next key that is waiting; false when none is.  Needs an open Screen. */
bool key_read(Press *press);

/* "j", "Ctrl-d", "Alt-x", "F5", "PageDown", "Space"; the buffer takes KEY_NAME_BYTES. */
enum {
	KEY_NAME_BYTES = 16
};
const char *key_to_name(Key key, char buffer[KEY_NAME_BYTES]);
/* Names longer than a character in any case.  KEY_CODE_NONE when no key is called so. */
Key key_from_name(const char *name);
/* The name that was probably meant; NULL: none is near. */
const char *key_nearest_name(const char *name);
/* A key of the keyboard, unlike a click, a paste or a new size. */
bool key_is_pressed(Key key);

#endif
