#include "mail/detect.h"

#include "mail/brands.h"

static void
run(const Detector *self, Message *message)
{
	const char *address = message->from->address;
	const Brand *brand = NULL;

	if (message->from_domain)
		brand = brand_in_address(message->site->brands, address, message->from_domain);
	if (!brand)
		return;
	detector_found(self, message, address, "header From",
		"sender address borrows the name \"%s\", its domain is %s", brand->name,
		message->from_domain);
}

/* "noreply-supportbinancewallet@bakery.example", "info@ledger-ap.com". */
const Detector detect_brand_address = {
	.id = "brand-address",
	.summary = "the From address bears a brand's name on another's domain",
	.weight = 20,
	.run = run,
};
