/* site.h - what the site knows and a mail can't: lent to whoever reads mail
 *
 * Filled by cli/ from the settings before the first box is started, so that every
 * box has it.  A member that is NULL says nothing.
 */
#ifndef MAIL_SITE_H
#define MAIL_SITE_H

#include <glib.h>
#include <stdint.h>

/* What the site gives to read by may be unreadable; mail itself never fails. */
#define MAIL_ERROR (mail_error_quark())
GQuark mail_error_quark(void);

typedef enum {
	MAIL_ERROR_DATA, /* a list that is none; the message names the line */
} MailError;

typedef struct Brands Brands;
typedef struct Weights Weights;
typedef struct YaraRules YaraRules;

struct Site {
	const char *const *authserv_ids; /* whose Authentication-Results count; "-" stands for
	                                  * results that name no authserv-id, as Exchange Online
	                                  * writes */
	const char *const *own_hosts;   /* servers that mail passes here: names, domains, addresses,
	                                  * ranges "192.0.2.0/24" */
	const char *const *own_domains; /* the organisation's */
	const char *const *own_people;  /* "Jane Doe": names that outsiders must not bear */
	const Brands *brands;           /* names that lures borrow */
	const Weights *weights;         /* what each finding weighs; the detectors' own if NULL */
	const YaraRules *yara_rules;    /* that attachments are looked at with */
	GHashTable *dkim_keys;          /* of TXT records (char *) by "SELECTOR._domainkey.DOMAIN",
	                                  * lower-case */
	GHashTable *found_keys;         /* likewise, of the message at hand; they come first */
	int64_t now; /* Unix time, for a message that does not say when it came; or 0 */
};
typedef struct Site Site;

#endif
