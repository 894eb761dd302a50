/* unwrap_baidu.c - Baidu's redirect
 *
 * baidu.com/link?url=CODE: only Baidu knows the target.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "baidu.com", .path = "/link" },
	{ NULL },
};

const Unwrapper unwrap_baidu = {
	.id = "baidu",
	.summary = "Baidu's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
