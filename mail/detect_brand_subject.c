#include "mail/detect.h"

#include "mail/brands.h"

static void
run(const Detector *self, Message *message)
{
	const Brand *brand =
		brand_in_text(message->site->brands, message->subject, message->from_domain);

	if (!brand)
		return;
	detector_found(self, message, message->subject, "header Subject",
		"subject names \"%s\", sent from %s", brand->name,
		message->from_domain ? message->from_domain : "no domain");
}

/* People write about brands too: half of what the name weighs. */
const Detector detect_brand_subject = {
	.id = "brand-subject",
	.summary = "the subject names a brand that the From domain does not belong to",
	.weight = 25,
	.run = run,
};
