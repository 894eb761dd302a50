/* resolve.h - keys of signatures, asked of the DNS; never in a box
 *
 * Whoever signs a mail chooses the name that is asked for, and sees that it was: this is
 * why nothing is asked unless the setting dns says so.  An answer is remembered for the
 * life of the resolver, one import.  It waits for an answer at most 3 s, asks a domain
 * that did not answer no more, and a slow sender costs an import two minutes and not
 * more.
 */
#ifndef IMPORTER_RESOLVE_H
#define IMPORTER_RESOLVE_H

#include <glib.h>
#include <stdbool.h>

#include "mail/message.h"

typedef struct Resolver Resolver;

/* "on" for the system's resolver, or an IPv4 ADDRESS[:PORT]; else IMPORT_ERROR_USAGE. */
bool resolver_check(const char *server, GError **error);

/* As above; IMPORT_ERROR_NO_INPUT where the system has none. */
Resolver *resolver_new(const char *server, GError **error);
void resolver_free(Resolver *resolver);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Resolver, resolver_free)

/* The TXT record at @name that holds a key; NULL when there is none, or no answer. */
const char *resolver_find(Resolver *resolver, const char *name);

/* What BOX_INSPECT takes to read @message again: the keys it was read with and those that
 * are found for the signatures that lack one.  NULL when none is found.  Yours. */
char *resolver_find_keys(Resolver *resolver, const Message *message);

/* Names that were asked for and not answered. */
int resolver_unanswered(const Resolver *resolver);

#endif
