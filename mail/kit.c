#include "mail/kit.h"

#include <string.h>

/* Apple's receipts bear them; the kit pastes them with the rest of one. */
const char *const kit_headers[] = {
	"X-TXN_ID",
	"X-Attach-Flag",
	"X-DKIM_SIGN_REQUIRED",
	"X-Business-Group",
	NULL,
};

bool
kit_is_meant(const Message *message)
{
	return message->from_domain && strcmp(message->from_domain, "apple.com") == 0;
}

const char *
kit_header(const Message *message)
{
	if (kit_is_meant(message))
		return NULL;
	for (const char *const *name = kit_headers; *name; name++) {
		if (message_header(message, *name))
			return *name;
	}
	return NULL;
}
