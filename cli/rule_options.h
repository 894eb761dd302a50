/* rule_options.h - the rule that a command line describes: for allow and deny */
#ifndef CLI_RULE_OPTIONS_H
#define CLI_RULE_OPTIONS_H

#include "cli/command.h"
#include "store/rule.h"

typedef struct RuleOptions {
	char *account;
	char *domain;
	char *sender;
	char *link;
	char *url;
	char *file;
	gint64 campaign;
	char *from_message;
	char **to;
	char **from_domains;
	char **lifts;
	char *expires;
	char *idle;
	char *reason;
	char *format;
	int add;
	gboolean dry_run;
} RuleOptions;
void rule_options_clear(RuleOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RuleOptions, rule_options_clear)

/* Reads those that rules of @kind have. */
bool rule_options_read(Session *session, RuleKind kind, RuleOptions *options, GError **error);

/* What they describe, owned by the actor; with --from-message an allow rule is narrowed to
 * what was released of that identity, and to the message.  CLI_ERROR_USAGE when they name
 * nothing that a rule could rest on. */
Rule *rule_of_options(Session *session, RuleKind kind, const RuleOptions *options, GError **error);

#endif
