/* harm.h - what must not be blocked as a whole, since good mail has it as well
 *
 * Domains are in the store's spelling.  The answer is the reason, behind the domain's name: "is
 * free mail: ..."; NULL: there is none.
 */
#ifndef STORE_HARM_H
#define STORE_HARM_H

#include <stdbool.h>

#include "mail/link.h"
#include "mail/site.h"

/* Of who sends: Amazon's own, and what many register below. */
const char *harm_of_domain(const char *domain);
/* Anyone can have an address there, so the domain says nothing about who wrote. */
const char *harm_of_free_mail(const char *domain);
/* Of an address there: harm_of_domain(), and the organisation's own and brands'.  @site may be
 * NULL. */
const char *harm_of_sender(const char *domain, const Site *site);
/* Of all addresses there: free mail as well. */
const char *harm_of_senders(const char *domain, const Site *site);

/* Of where links lead, the host of a URL: an address of RFC 1918 and the like, which everybody has
 * at home. */
const char *harm_of_private(const char *host);
/* Of where links lead, a registrable domain or a host: the organisation's own and brands', where
 * anybody can put a page, or a link to one. */
const char *harm_of_link(const char *link, const Site *site);
/* Where @link's domain is many people's, or it has none but a number, its URL stands for itself. */
bool harm_page_stands_alone(const Link *link);
/* Of such a URL, whomever it was sent to: the organisation's own, an address that everybody has at
 * home, and a service's front page. */
const char *harm_of_page(const char *url, const Site *site);

#endif
