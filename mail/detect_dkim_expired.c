#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);
		g_autoptr(GDateTime) end = NULL;
		g_autofree char *day = NULL;

		if (signature->result != DKIM_EXPIRED)
			continue;
		end = g_date_time_new_from_unix_utc(signature->expires);
		day = end ? g_date_time_format(end, "%Y-%m-%d %H:%M") : g_strdup("long ago");
		detector_found(self, message, day, "header DKIM-Signature",
			"the signature of %s had expired when the message came", signature->domain);
	}
}

/* A queue may hold a message for days; who sends a signed one again does it later. */
const Detector detect_dkim_expired = {
	.id = "dkim-expired",
	.summary = "a signature had expired when the message came",
	.weight = 5,
	.run = run,
};
