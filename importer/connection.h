/* connection.h - what our connections to servers have in common, whatever is spoken on them */
#ifndef IMPORTER_CONNECTION_H
#define IMPORTER_CONNECTION_H

#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>

/* Whether @code is about whom we trust: then *error says so, in libcurl's @words, and which
 * @setting says it. */
bool connection_is_distrusted(
	CURLcode code, const char *setting, const char *words, GError **error);

/* As server_read(): NULL, or what is wrong with @text. */
const char *connection_read_server(const char *text, char **host, int *port);

/* Waits; false, with IMPORT_ERROR_STOPPED, when @interrupt, as source_heed() has it, ends it. */
bool connection_pause(int milliseconds, int interrupt, GError **error);

#endif
