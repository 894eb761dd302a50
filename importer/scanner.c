#include "importer/scanner.h"

#include "importer/box.h"
#include "importer/clamd.h"
#include "mail/detect.h"

enum {
	MILLISECONDS = 30 * 1000,
	MAX_SILENCES = 3,   /* in a row: then nobody is there, and an import goes on without */
	MAX_EXTRACTED = 50, /* attachments of one message that are asked about alone */
};

struct Scanner {
	char *socket;
	int milliseconds;
	int silences; /* in a row */
	int failures;
};

Scanner *
scanner_new(const char *socket, int milliseconds)
{
	Scanner *scanner = g_new0(Scanner, 1);

	scanner->socket = g_strdup(socket);
	scanner->milliseconds = milliseconds > 0 ? milliseconds : MILLISECONDS;
	return scanner;
}

void
scanner_free(Scanner *scanner)
{
	if (!scanner)
		return;
	g_free(scanner->socket);
	g_free(scanner);
}

int
scanner_failures(const Scanner *scanner)
{
	return scanner->failures;
}

static ClamdAnswer
ask(Scanner *scanner, GBytes *bytes, char **words)
{
	gsize length = 0;
	const void *data = g_bytes_get_data(bytes, &length);
	ClamdAnswer answer;

	if (scanner->silences >= MAX_SILENCES) {
		*words = g_strdup("clamd did not answer before");
		return CLAMD_SILENT;
	}
	answer = clamd_ask(scanner->socket, data, length, scanner->milliseconds, words);
	scanner->silences = answer == CLAMD_SILENT ? scanner->silences + 1 : 0;
	return answer;
}

static void
mark(Attachment *attachment, AttachmentFlag flag, const char *words)
{
	attachment->flags |= flag;
	g_ptr_array_insert(attachment->inside, 0,
		g_strdup_printf("%s: %s", attachment_flag_name(flag), words));
}

/* True when it is @attachment alone that the scanner names. */
static bool
mark_if_named(Scanner *scanner, GBytes *raw, Attachment *attachment, const Site *site)
{
	g_auto(BoxReply) reply = { 0 };
	g_autofree char *words = NULL;

	if (!box_run(site, BOX_EXTRACT, raw, attachment->path, &reply, NULL) ||
		ask(scanner, reply.bytes, &words) != CLAMD_FOUND)
		return false;
	mark(attachment, ATTACHMENT_MALWARE, words);
	return true;
}

/* The whole message is asked about first, as most are clean; then which it is. */
static void
mark_named(Scanner *scanner, GBytes *raw, const GPtrArray *attachments, const Site *site,
	const char *words)
{
	bool any = false;

	for (guint i = 0; i < MIN(attachments->len, MAX_EXTRACTED); i++)
		any = mark_if_named(scanner, raw, g_ptr_array_index(attachments, i), site) || any;
	if (!any)
		mark(g_ptr_array_index(attachments, 0), ATTACHMENT_MALWARE, words);
}

void
scanner_look(Scanner *scanner, GBytes *raw, Message *message, const Site *site)
{
	const GPtrArray *attachments = message->attachments;
	g_autofree char *words = NULL;

	if (attachments->len == 0)
		return;
	switch (ask(scanner, raw, &words)) {
	case CLAMD_CLEAN:
		return;
	case CLAMD_FOUND:
		mark_named(scanner, raw, attachments, site, words);
		break;
	case CLAMD_ERROR:
	case CLAMD_SILENT:
		scanner->failures++;
		for (guint i = 0; i < attachments->len; i++)
			mark(g_ptr_array_index(attachments, i), ATTACHMENT_NOT_SCANNED, words);
		break;
	}
	message_judge(message, site);
}
