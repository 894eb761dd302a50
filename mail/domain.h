/* domain.h - host names: what part of them somebody registered */
#ifndef MAIL_DOMAIN_H
#define MAIL_DOMAIN_H

#include <stdbool.h>

/* Forbidden in a host (the URL Standard of WHATWG), as far as they are drawn; and quotes and
 * braces, at which whoever reads a URL in a text ends it. */
#define DOMAIN_HAS_NONE " \"#%/:<>?@[\\]^`{|}"

/* The registrable domain of @host (public suffix list), lower-case, in its
 * ASCII form (xn--); @host itself, lower-cased, when it is a public suffix, an
 * address literal or has no dot; NULL for NULL or "".  Yours. */
char *domain_registrable(const char *host);

/* @host lower-case, in its ASCII form (IDNA 2008 as browsers apply it, UTS 46)
 * and without trailing dots; where no such form exists, in valid UTF-8 as it
 * is.  Yours. */
char *domain_to_ascii(const char *host);

/* @host as its owner wants it read, xn-- labels decoded; as it is where they hold
 * nothing that can be.  Yours, and not to be shown without its ASCII form. */
char *domain_to_unicode(const char *host);

/* A label of @host holds letters of scripts that no language writes together
 * ("highly restrictive" of UTS 39 section 5.2), so that one can look like another. */
bool domain_mixes_scripts(const char *host);

/* The public suffix list names the suffix of @host: it can be a name in the
 * DNS, where "invoice.pdf" can't. */
bool domain_has_known_suffix(const char *host);

/* The label of @registrable, a domain_registrable(), that somebody chose, in Unicode:
 * "bücher" of "xn--bcher-kva.example".  Yours. */
char *domain_label(const char *registrable);

/* True when @a and @b are hosts of one registrable domain: DMARC's relaxed
 * alignment (RFC 7489 section 3.1). */
bool domain_same_org(const char *a, const char *b);

/* The host part of an addr-spec, or NULL; points into @address. */
const char *domain_of_address(const char *address);

/* @host is @domain or below it, labels compared without case. */
bool domain_is_under(const char *host, const char *domain);

#endif
