/* unwrap_mandrill.c - click tracking of Mandrill (Mailchimp Transactional)
 *
 * mandrillapp.com/track/click/ACCOUNT/HOST?p=CODE, where CODE is base64url of JSON:
 * { "s": signature, "v": 1, "p": JSON again: { "url": TARGET, ... } }; in version 2
 * the inner object stands alone (observed in public code).
 */
#include "mail/unwrap.h"

#include <jansson.h>

#include "mail/link.h"

static json_t *
object_in(const char *text)
{
	return text ? json_loads(text, 0, NULL) : NULL;
}

static UnwrapResult
unwrap_mandrill_link(const Url *url, Unwrapped *unwrapped)
{
	g_autofree char *code = url_parameter(url, "p");
	g_autofree char *text = code ? unwrap_base64(code) : NULL;
	json_auto_t *outer = object_in(text);
	json_auto_t *inner = object_in(json_string_value(json_object_get(outer, "p")));
	json_t *target = json_object_get(inner ? inner : outer, "url");

	return unwrap_text(unwrapped, g_strdup(json_string_value(target)));
}

static const WrapForm forms[] = {
	{ .host = "mandrillapp.com", .path = "/track/click" },
	{ NULL },
};

const Unwrapper unwrap_mandrill = {
	.id = "mandrill",
	.summary = "Mandrill tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
	.unwrap = unwrap_mandrill_link,
};
