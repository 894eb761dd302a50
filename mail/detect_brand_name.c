#include "mail/detect.h"

#include "mail/brands.h"

static void
run(const Detector *self, Message *message)
{
	const char *name = message->from->name;
	const Brands *brands = message->site->brands;
	const Brand *brand = brand_in_name(brands, name, message->from_domain);

	if (!brand)
		brand = brand_disguised(brands, name);
	if (!brand || brand_owns(brand, message->from_domain))
		return;
	detector_found(self, message, name, "header From", "display name says \"%s\", sent from %s",
		brand->name, message->from_domain ? message->from_domain : "no domain");
}

/* On 75 % of SES phish, 2 % of bulk, 0.4 % of ham: the best single sign there is. */
const Detector detect_brand_name = {
	.id = "brand-name",
	.summary = "the display name is a known brand's, the From domain is not",
	.weight = 55,
	.run = run,
};
