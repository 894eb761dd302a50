/* unwrap_vk.c - VK's redirect
 *
 * vk.com/away.php?to=TARGET.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "vk.com", .path = "/away.php", .target = "to" },
	{ .host = "vk.com", .path = "/away", .target = "to" },
	{ NULL },
};

const Unwrapper unwrap_vk = {
	.id = "vk",
	.summary = "VK's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
