/* unwrap_hubspot.c - tracking of HubSpot
 *
 * ACCOUNT.REGION.hubspotlinks.com/Ctc/CODE, the same below /e2t/ and /e3t/ on the
 * customer's own host, /e1t/ and /s3t/ at t.sidekickopenNN.com of its sales tools;
 * encrypted.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "hubspotlinks.com" },
	{ .path = "/e1t/" },
	{ .path = "/e2t/" },
	{ .path = "/e3t/" },
	{ .path = "/s3t/" },
	{ .path = "/events/public/v1/encoded/track/tc/" },
	{ NULL },
};

const Unwrapper unwrap_hubspot = {
	.id = "hubspot",
	.summary = "HubSpot tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
};
