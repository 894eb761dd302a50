#include "importer/tree.h"

#include <string.h>

/* Proxmox Mail Gateway keeps a message as {spam,virus,attachment}/XX/ID below /var/spool/pmg
 * (cluster/N/ before that on a cluster), ID in upper-case hex digits: inode, seconds and five
 * of microseconds.  Before the message it puts Delivered-To, the recipients with commas in
 * between, then Return-Path, the sender, both without brackets; its own release drops them.
 * Looked up in pmg-api (PMG::MailQueue, PMG::Quarantine).  The message behind was written out
 * by its MIME parser, without the Return-Path it may have had: whether that ever changes more
 * is unverified. */
enum {
	SHORTEST_ID = 14, /* one digit of an inode, eight of seconds */
};

typedef struct Prefix {
	size_t length;
	char *recipients;
	char *sender;
} Prefix;

static void
prefix_clear(Prefix *prefix)
{
	g_free(prefix->recipients);
	g_free(prefix->sender);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Prefix, prefix_clear)

/* The value of the field @wanted that @bytes begin with; NULL: another stands there. */
static char *
take_field(const char *wanted, const char *bytes, size_t length, size_t *used)
{
	g_autofree char *value = NULL;
	size_t name = 0;
	size_t whole = form_field(bytes + *used, length - *used, &name, &value);

	if (whole == 0 || name != strlen(wanted) ||
		g_ascii_strncasecmp(bytes + *used, wanted, name) != 0)
		return NULL;
	*used += whole;
	return g_steal_pointer(&value);
}

static bool
read_prefix(const char *bytes, size_t length, Prefix *prefix)
{
	prefix->recipients = take_field("Delivered-To", bytes, length, &prefix->length);
	if (prefix->recipients)
		prefix->sender = take_field("Return-Path", bytes, length, &prefix->length);
	return prefix->sender != NULL;
}

static bool
has_its_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t length = strspn(name, G_CSET_DIGITS "ABCDEF");

	return length >= SHORTEST_ID && name[length] == '\0';
}

/* Others may begin so as well: the name decides. */
static bool
detect(const char *path, const char *bytes, size_t length)
{
	g_auto(Prefix) prefix = { 0 };

	return has_its_name(path) && read_prefix(bytes, length, &prefix);
}

static bool
open_file(const char *path, SourceItem *item, GError **error)
{
	g_auto(Prefix) prefix = { 0 };
	size_t length;
	const char *bytes = g_bytes_get_data(item->raw, &length);

	if (!read_prefix(bytes, length, &prefix)) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"%s: no file of Proxmox Mail Gateway's quarantine, it does not begin with "
			"Delivered-To and Return-Path",
			path);
		return false;
	}
	item->envelope = envelope_new();
	item->envelope->sender = *prefix.sender ? form_address(prefix.sender) : g_strdup("");
	form_add_recipients(item->envelope, prefix.recipients);
	form_keep_from(item, prefix.length);
	return true;
}

extern const Form form_pmg;
const Form form_pmg = {
	.name = "pmg",
	.detect = detect,
	.open = open_file,
};

static bool
pmg_detect(const SourceProbe *probe)
{
	return !probe->folder && detect(probe->path, probe->head, probe->length);
}

static void *
pmg_open(const SourceOpening *opening, GError **error)
{
	return tree_open(opening, &form_pmg, error);
}

extern const SourceKind source_pmg;
const SourceKind source_pmg = {
	.name = "pmg",
	.summary = "Proxmox Mail Gateway's quarantine: a file or a folder of its spool",
	.takes = TAKES_MOVE,
	.swift = true,
	.news = NEWS_OF_TREE,
	.detect = pmg_detect,
	.open = pmg_open,
	.next = tree_next,
	.settle = tree_settle,
	.total = tree_total,
	.close = tree_close,
};
