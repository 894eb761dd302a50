#include "mail/detect.h"

#include "mail/domain.h"
#include "mail/own.h"

static void
run(const Detector *self, Message *message)
{
	const char *name = message->from->name;
	const char *host = domain_of_address(message->from->address);
	const char *person = name ? own_person(message->site, name) : NULL;

	if (!person || (host && own_is(message->site, host)))
		return;
	detector_found(self, message, name, "header From",
		"display name is that of our \"%s\", sent from %s", person,
		host ? host : "no domain");
}

/* The head of accounts does not write from elsewhere; whoever bears the name by chance
 * is released once and known then. */
const Detector detect_own_person = {
	.id = "own-person",
	.summary = "the display name is one of own-people's, the address is not of own-domains",
	.weight = 45,
	.run = run,
};
