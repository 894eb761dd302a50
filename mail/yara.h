/* yara.h - a site's YARA rules: compiled before the box closes, applied to attachments in it
 *
 * A build option: without libyara there are no rules, and yara_is_built_in() says so.
 */
#ifndef MAIL_YARA_H
#define MAIL_YARA_H

#include <glib.h>
#include <stdbool.h>

#include "mail/site.h"

bool yara_is_built_in(void);

/* Takes over a file of rules, whose @name they are told by: MAIL_ERROR_DATA says what is
 * wrong, and in which line; @rules is of no use then.  Files do not see each other's rules,
 * and include none. */
YaraRules *yara_rules_new(void);
bool yara_rules_add(YaraRules *rules, const char *name, const char *text, GError **error);
/* No more are added.  MAIL_ERROR_DATA when they do not fit together. */
bool yara_rules_finish(YaraRules *rules, GError **error);
void yara_rules_free(YaraRules *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(YaraRules, yara_rules_free)

/* What one message may cost: time that is over for one file is over for the next. */
typedef struct YaraBudget {
	int64_t left; /* microseconds */
} YaraBudget;

enum {
	YARA_SECONDS = 4, /* of the box's ten */
};

/* Told of each rule that matches: @shown (printable ASCII) is "$name at 12: bytes" of the
 * first string that matched, or "" for a rule without any. */
typedef struct YaraListener {
	void (*match)(const char *rule, const char *file, const char *shown, void *data);
	void *data;
} YaraListener;

/* True when every rule was applied to all of @bytes; else *words (yours) says why not, and
 * what matched until then was told.  @name is what rules see as filename. */
bool yara_rules_apply(const YaraRules *rules, YaraBudget *budget, const char *name, GBytes *bytes,
	const YaraListener *listener, char **words);

#endif
