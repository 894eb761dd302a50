/* own.h - what is the organisation's own, and what only looks so */
#ifndef MAIL_OWN_H
#define MAIL_OWN_H

#include <stdbool.h>

#include "mail/site.h"

/* @host is one of the site's domains or below it. */
bool own_is(const Site *site, const char *host);
/* One of the site's domains is @domain or below it. */
bool own_is_below(const Site *site, const char *domain);

/* The own domain that @host, which is not own, pretends to be: one letter away from it,
 * spelt in look-alikes, or with its name as a part.  NULL if none. */
const char *own_resembled(const Site *site, const char *host);

/* The one of own people whose name @name is, in whatever order, case or script. */
const char *own_person(const Site *site, const char *name);

#endif
