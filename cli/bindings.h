/* bindings.h - [keys] of the config file: lines ACTION = KEY... for the console */
#ifndef CLI_BINDINGS_H
#define CLI_BINDINGS_H

#include <glib.h>

#define BINDINGS_GROUP "keys"
/* Before the action's id it makes a name for `lazaret config`. */
#define BINDINGS_PREFIX BINDINGS_GROUP "."

/* Of KeyBinding, in the order of the file; @text is what @file was read from. */
GPtrArray *bindings_read(GKeyFile *file, const char *text);

#endif
