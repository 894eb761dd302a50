/* match.h - what SQL alone can't compare; private to store/ */
#ifndef STORE_MATCH_H
#define STORE_MATCH_H

#include <sqlite3.h>
#include <stdbool.h>

/* SQL functions for the conditions of queries and rules:
 *   holds(TEXT, NEEDLE, PREFIX)   TEXT has NEEDLE in it, or at its beginning
 *   under(ADDRESS, DOMAIN)        the addr-spec's host is DOMAIN or below it
 *   parents(HOST)                 JSON array: HOST, or an addr-spec's, and every name above it
 *   host(URL)                     link_host()
 *   normal_url(URL)               url_normal()
 * Case does not count; NULL holds nothing.  NEEDLE comes from match_fold(). */
bool match_register(sqlite3 *db);

/* What holds() says. */
bool match_holds(const char *text, const char *needle, bool prefix);

/* @text as holds() takes it.  Yours. */
char *match_fold(const char *text);

#endif
