/* unwrap_trendmicro.c - Trend Micro time-of-click protection
 *
 * HOST/wis/clicktime/v1/query?url=TARGET&umid=...&auth=... (observed on public
 * lists).  The host is Trend Micro's or the customer's own appliance.
 */
#include "mail/unwrap.h"

static const WrapForm forms[] = {
	{ .host = "trendmicro.com", .path = "/wis/clicktime/", .target = "url" },
	{ .path = "/wis/clicktime/", .target = "url" },
	{ NULL },
};

const Unwrapper unwrap_trendmicro = {
	.id = "trendmicro",
	.summary = "Trend Micro time-of-click protection",
	.forms = forms,
};
