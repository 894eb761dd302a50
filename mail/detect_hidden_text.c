#include "mail/detect.h"

#include <string.h>

#include "mail/html.h"

/* The longest passage of @text that is marked as hidden, with its length. */
static const char *
longest_passage(const char *text, size_t *length)
{
	const char *longest = NULL;
	const char *at = text;

	*length = 0;
	while ((at = strstr(at, HTML_HIDDEN))) {
		const char *start = at + strlen(HTML_HIDDEN);
		const char *end = strstr(start, HTML_HIDDEN_END);
		size_t here = end ? (size_t)(end - start) : strlen(start);

		if (here > *length) {
			*length = here;
			longest = start;
		}
		at = start + here;
	}
	return longest;
}

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->texts->len; i++) {
		const PartText *part = g_ptr_array_index(message->texts, i);
		g_autofree char *where = NULL;
		g_autofree char *evidence = NULL;
		const char *passage = NULL;
		size_t length = 0;

		if (strcmp(part->type, "text/html") == 0)
			passage = longest_passage(part->text, &length);
		if (!passage)
			continue;
		where = g_strdup_printf("part %s", part->path);
		evidence = finding_quote(passage, MIN(length, (size_t)FINDING_MAX_EVIDENCE));
		detector_found(
			self, message, evidence, where, "holds text that no reader would see");
	}
}

/* Previews of honest newsletters are hidden text too: it is shown, and weighs nothing. */
const Detector detect_hidden_text = {
	.id = "hidden-text",
	.summary = "the HTML hides text: by style, size, place or colour",
	.weight = 0,
	.run = run,
};
