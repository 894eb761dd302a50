/* unwrap_slack.c - Slack's redirect
 *
 * slack-redir.net/link?url=TARGET.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "slack-redir.net", .path = "/link", .target = "url" },
	{ NULL },
};

const Unwrapper unwrap_slack = {
	.id = "slack",
	.summary = "Slack's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
