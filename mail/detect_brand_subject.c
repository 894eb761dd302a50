#include "mail/detect.h"

#include "mail/brands.h"

static void
run(const Detector *self, Message *message)
{
	const Brands *brands = message->site->brands;
	const char *domain = message->from_domain;
	const Brand *brand = brand_in_text(brands, message->subject, domain);

	if (!brand)
		brand = brand_disguised(brands, message->subject);
	if (!brand || brand_owns(brand, domain))
		return;
	detector_found(self, message, message->subject, "header Subject",
		"subject names \"%s\", sent from %s", brand->name, domain ? domain : "no domain");
}

/* People write about brands too: half of what the name weighs. */
const Detector detect_brand_subject = {
	.id = "brand-subject",
	.summary = "the subject names a brand that the From domain does not belong to",
	.weight = 25,
	.run = run,
};
