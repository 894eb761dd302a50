#include "importer/tree.h"

#include <string.h>

#include "importer/queue_file.h"
#include "importer/sniff.h"

/* MailScanner keeps a whole message as YYYYMMDD/ID/message, what was infected in it beside
 * that, and spam as YYYYMMDD/spam/ID (nonspam and mcp likewise), as its configuration file
 * and its users describe it; no MailScanner was run to see.  The file is the message
 * as it came; who sent it to whom stands only in the mail server's log or MailWatch's
 * database, so that a release has to name the recipients. */
static const char *const reasons[] = { "spam", "nonspam", "mcp", NULL };

static bool
has_its_place(const char *path)
{
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *reason = g_path_get_basename(folder);
	g_autofree char *above = g_path_get_dirname(folder);

	return sniff_day_name(above) &&
		(strcmp(name, "message") == 0 || g_strv_contains(reasons, reason));
}

static bool
detect(const char *path, G_GNUC_UNUSED const char *bytes, G_GNUC_UNUSED size_t length)
{
	return has_its_place(path);
}

/* With 'Quarantine Whole Messages As Queue Files' it is the mail server's own file: Postfix'
 * is read; of Sendmail's qf and df and Exim's -H and -D, each half is no message.  A qf begins
 * with a line of its version, an -H with its own name. */
static bool
is_half_a_message(const char *bytes, size_t length)
{
	const char *newline = length > 0 ? memchr(bytes, '\n', MIN(length, 80)) : NULL;
	size_t line = newline ? (size_t)(newline - bytes) : 0;

	if (line >= 2 && bytes[0] == 'V' && strspn(bytes + 1, G_CSET_DIGITS "/") == line - 1)
		return true;
	return line > 2 &&
		(memcmp(newline - 2, "-H", 2) == 0 || memcmp(newline - 2, "-D", 2) == 0) &&
		!memchr(bytes, ':', line);
}

static bool
open_file(const char *path, SourceItem *item, GError **error)
{
	size_t length;
	const char *bytes = g_bytes_get_data(item->raw, &length);
	const char *fault = NULL;

	if (queue_file_is(bytes, length))
		fault = queue_file_open(item);
	else if (is_half_a_message(bytes, length))
		fault = "half a message, as the mail server queues it; set 'Quarantine Whole "
			"Messages As Queue Files = no' in MailScanner.conf";
	if (!fault)
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA, "%s: %s", path, fault);
	return false;
}

extern const Form form_mailscanner;
const Form form_mailscanner = {
	.name = "mailscanner",
	.detect = detect,
	.open = open_file,
};

static void *
mailscanner_open(const SourceOpening *opening, GError **error)
{
	return tree_open(opening, &form_mailscanner, error);
}

extern const SourceKind source_mailscanner;
const SourceKind source_mailscanner = {
	.name = "mailscanner",
	.summary = "MailScanner's quarantine: a folder of days",
	.takes = TAKES_MOVE,
	.swift = true,
	.news = NEWS_OF_TREE,
	.open = mailscanner_open,
	.next = tree_next,
	.settle = tree_settle,
	.total = tree_total,
	.close = tree_close,
};
