/* brands.h - names that lures borrow, and the domains that may bear them */
#ifndef MAIL_BRANDS_H
#define MAIL_BRANDS_H

#include <stdbool.h>

enum {
	BRAND_MAX_WORDS = 6,
	BRAND_MAX_DOMAINS = 16
};

typedef struct Brand {
	const char *name;                       /* as an analyst knows it */
	bool ordinary;                          /* a common word too: see brand_in_name() */
	const char *words[BRAND_MAX_WORDS];     /* what names it, in the form of words.h */
	const char *domains[BRAND_MAX_DOMAINS]; /* its own, registrable; "name.*" stands for
	                                          * name in every country's top level */
} Brand;

extern const Brand brands[]; /* ends with name NULL */

/* @domain (registrable, or NULL) is one of @brand's own. */
bool brand_owns(const Brand *brand, const char *domain);

/* The brand that display name @name borrows, sent from @domain: NULL if it names
 * none, or one of those it names owns @domain.  An ordinary word counts only
 * where the rest of the name is "support", "team" and the like. */
const Brand *brand_in_name(const char *name, const char *domain);

/* The same for running text, where ordinary words never count. */
const Brand *brand_in_text(const char *text, const char *domain);

/* The same for @host, whose registrable domain is @domain: a brand's name is a
 * label of it, or a long one is part of a label. */
const Brand *brand_in_host(const char *host, const char *domain);

/* The same for an address: its host as above, before the @ only long names, since
 * people's initials stand there too. */
const Brand *brand_in_address(const char *address, const char *domain);

/* The brand that @name only looks like: "Trust-WaIIet". */
const Brand *brand_disguised(const char *name);

#endif
