/* listener.h - what the commands that listen have in common */
#ifndef CLI_LISTENER_H
#define CLI_LISTENER_H

#include "importer/source.h"

#include "cli/command.h"

typedef struct ListenerChoices {
	gboolean all;
	char *group;
	int idle;        /* seconds */
	char *dkim_keys; /* a file, beside the setting's */
} ListenerChoices;
void listener_choices_clear(ListenerChoices *choices);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ListenerChoices, listener_choices_clear)

/* Rows of GOptionEntry that fill @choices. */
/* clang-format off */
#define LISTENER_OPTIONS(choices, usual_idle) \
	{ "all", 'a', 0, G_OPTION_ARG_NONE, &(choices)->all, "keep what is not SES mail too, instead of refusing it", NULL }, \
	{ "group", 'g', 0, G_OPTION_ARG_STRING, &(choices)->group, "group that may connect to the socket", "GROUP" }, \
	{ "idle", 0, 0, G_OPTION_ARG_INT, &(choices)->idle, "silence after which a client is sent away; " usual_idle " unless told", "SECONDS" }, \
	{ "dkim-keys", 0, 0, G_OPTION_ARG_FILENAME, &(choices)->dkim_keys, "file of keys that signatures are verified with, beside those of the setting", "FILE" }
/* clang-format on */

/* Reads the options, which fill @choices, and at most one operand, and opens the store. */
bool listener_open(Session *session, const GOptionEntry *entries, const ListenerChoices *choices,
	GError **error);

/* Imports from @spec until it is told to end.  @patience: milliseconds for a store in use,
 * meanwhile no client is heard. */
bool listener_serve(Session *session, const char *spec, const ListenerChoices *choices,
	const char *credentials, int patience, GError **error);

#endif
