#include "mail/detect.h"

#include "mail/kit.h"

static void
run(const Detector *self, Message *message)
{
	if (kit_is_meant(message))
		return;
	for (const char *const *name = kit_headers; *name; name++) {
		const char *value = message_header(message, *name);
		g_autofree char *where = g_strdup_printf("header %s", *name);

		if (value)
			detector_found(self, message, value, where,
				"has a header field that one phishing kit copies: %s", *name);
	}
}

/* On 5 % of phish under six accounts, and on nothing else. */
const Detector detect_kit = {
	.id = "kit-headers",
	.summary = "header fields that a phishing kit copies from Apple's mail",
	.weight = 40,
	.run = run,
};
