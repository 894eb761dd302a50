/* unwrap_google.c - a redirector of Google
 *
 * The redirectors that Gmail, Docs, Meet and the search pages write, and those that
 * lures borrow for their host's good name.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "google.*", .path = "/url", .target = "q" },
	{ .host = "google.*", .path = "/url", .target = "url" },
	{ .host = "google.*", .path = "/local_url", .target = "q" },
	{ .host = "google.*", .path = "/travel/clk", .target = "pcurl" },
	{ .host = "google.*", .path = "/imgres", .target = "imgrefurl" },
	{ .host = "google.*", .path = "/translate", .target = "u" },
	{ .host = "meet.google.com", .path = "/linkredirect", .target = "dest" },
	{ .host = "googleweblight.com", .target = "lite_url" },
	{ .host = "googleweblight.com", .target = "u" },
	{ .host = "notifications.google.com" },
	{ .host = "notifications.googleapis.com", .path = "/email/redirect" },
	{ NULL },
};

const Unwrapper unwrap_google = {
	.id = "google",
	.summary = "a redirector of Google",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
