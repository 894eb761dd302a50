/* brands.h - names that lures borrow, and the domains that may bear them
 *
 * A list is text, a line each: NAME | WORD, WORD... | DOMAIN, DOMAIN...  # begins a
 * comment.  A WORD (or phrase) is what names the brand, in any case, with or without
 * accents; ~WORD is an ordinary word too, see brand_in_name().  A DOMAIN is one that
 * somebody registered; "name.*" stands for name in every country's top level, ".gov.uk"
 * for all below gov.uk.  share/brands is the list that the program carries within.
 *
 * Functions that take Brands take NULL too: then no brand is known.
 */
#ifndef MAIL_BRANDS_H
#define MAIL_BRANDS_H

#include <glib.h>
#include <stdbool.h>

#include "mail/site.h"

typedef struct Brand {
	char *name;     /* as an analyst knows it */
	char **domains; /* its own, as in the list */
	guint order;    /* in the list */
} Brand;

Brands *brands_new(void);
void brands_free(Brands *brands);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Brands, brands_free)

/* Takes over the lines of @list: a name that is known already is replaced, "-NAME"
 * forgets one and "-*" all.  MAIL_ERROR_DATA names the line that is none; @brands is of
 * no use then. */
bool brands_add(Brands *brands, const char *list, GError **error);
/* Those that the program ships with. */
Brands *brands_shipped(void);
guint brands_count(const Brands *brands);

/* @domain (registrable, or NULL) is one of @brand's own. */
bool brand_owns(const Brand *brand, const char *domain);

/* @domain (registrable) is some brand's own. */
bool brands_own(const Brands *brands, const char *domain);

/* The brand that display name @name borrows, sent from @domain: NULL if it names
 * none, or one of those it names owns @domain.  An ordinary word counts only
 * where the rest of the name is "support", "team" and the like. */
const Brand *brand_in_name(const Brands *brands, const char *name, const char *domain);

/* The same for running text, where ordinary words never count. */
const Brand *brand_in_text(const Brands *brands, const char *text, const char *domain);

/* The same for @host, whose registrable domain is @domain: a brand's name is a
 * label of it, or a long one is part of a label. */
const Brand *brand_in_host(const Brands *brands, const char *host, const char *domain);

/* The same for an address: its host as above, before the @ only long names, since
 * people's initials stand there too. */
const Brand *brand_in_address(const Brands *brands, const char *address, const char *domain);

/* The brand that @name only looks like: "Trust-WaIIet". */
const Brand *brand_disguised(const Brands *brands, const char *name);

/* The brand for whose own domain @domain (registrable, ASCII) can be taken at a glance:
 * "paypa1.com", "rnicrosoft.com", "xn--80ak6aa92e.com", "micosoft.net". */
const Brand *brand_resembled(const Brands *brands, const char *domain);

#endif
