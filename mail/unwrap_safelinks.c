/* unwrap_safelinks.c - Microsoft Safe Links
 *
 * Safe Links of Microsoft Defender, in mail and in Teams: the target is a
 * parameter (learn.microsoft.com, "Safe Links in Microsoft Defender for Office 365").
 */
#include "mail/unwrap.h"

static const WrapForm forms[] = {
	{ .host = "safelinks.protection.outlook.com", .target = "url" },
	{ .host = "safelinks.protection.office365.us", .target = "url" },
	{ .host = "outlook.office.com", .path = "/mail/safelink.html", .target = "url" },
	{ .host = "outlook.office365.com", .path = "/mail/safelink.html", .target = "url" },
	{ .host = "outlook.live.com", .path = "/mail/safelink.html", .target = "url" },
	{ .host = "statics.teams.cdn.office.net",
		.path = "/evergreen-assets/safelinks/",
		.target = "url" },
	{ .host = "statics.teams.cdn.live.net",
		.path = "/evergreen-assets/safelinks/",
		.target = "url" },
	{ NULL },
};

const Unwrapper unwrap_safelinks = {
	.id = "safelinks",
	.summary = "Microsoft Safe Links",
	.forms = forms,
};
