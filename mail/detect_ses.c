#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	const GPtrArray *sentences = message->ses->inconsistencies;

	for (guint i = 0; i < sentences->len; i++) {
		const char *sentence = g_ptr_array_index(sentences, i);

		detector_found(
			self, message, sentence, "header", "marks of SES disagree: %s", sentence);
	}
	if (sentences->len == 0 && message->ses->class == SES_CLAIMED)
		detector_found(self, message, message->message_id, "header",
			"bears marks of SES that prove nothing");
}

/* One kit pastes them; redacted and anonymised mail loses some honestly. */
const Detector detect_ses = {
	.id = "ses-inconsistent",
	.summary = "marks of SES that contradict each other, or stand alone",
	.weight = 25,
	.run = run,
};
