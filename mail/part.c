#include "mail/part.h"

#include <string.h>

#include "mail/decode.h"
#include "mail/digest.h"
#include "mail/filetype.h"
#include "mail/html.h"
#include "mail/text.h"

enum {
	SNIFF = 1024, /* where browsers look for <meta charset> */
};

/* ---- links ---- */

typedef struct Scan {
	Message *message;
	GHashTable *seen; /* of URL as written */
	uint32_t flags;
	const char *where;
} Scan;

static bool
link_room(Message *message)
{
	const Defect *last = NULL;

	if (message->links->len < MESSAGE_MAX_LINKS)
		return true;
	if (message->defects->len > 0)
		last = g_ptr_array_index(message->defects, message->defects->len - 1);
	if (!last || last->kind != DEFECT_TOO_MANY_LINKS)
		message_add_defect(message, DEFECT_TOO_MANY_LINKS, "", "links");
	return false;
}

static GHashTable *
seen_links(const Message *message)
{
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		g_hash_table_add(seen, g_strdup(link->url));
	}
	return seen;
}

/* Addresses of name spaces and document types: nobody goes there. */
static const char *const not_links[] = {
	"http://www.w3.org/",
	"http://schemas.microsoft.com/",
	"http://schemas.openxmlformats.org/",
};

static bool
is_name_space(const char *url)
{
	for (size_t i = 0; i < G_N_ELEMENTS(not_links); i++) {
		if (g_str_has_prefix(url, not_links[i]))
			return true;
	}
	return false;
}

/* HTML source writes '&' as a reference; the parsed attribute has it resolved. */
static char *
resolve_ampersands(const char *url)
{
	g_auto(GStrv) parts = g_strsplit(url, "&amp;", -1);

	return g_strjoinv("&", parts);
}

static void
found_link(const char *url, void *data)
{
	Scan *scan = data;
	g_autofree char *resolved = resolve_ampersands(url);

	if (is_name_space(resolved) || g_hash_table_contains(scan->seen, resolved) ||
		!link_room(scan->message))
		return;
	g_ptr_array_add(scan->message->links,
		link_new("", resolved, scan->flags, scan->where, scan->message->ses->message_id));
	g_hash_table_add(scan->seen, g_steal_pointer(&resolved));
}

static void
scan_text(Message *message, const char *text, uint32_t flags, const char *where)
{
	g_autoptr(GHashTable) seen = seen_links(message);
	Scan scan = { .message = message, .seen = seen, .flags = flags, .where = where };

	link_scan(text, strlen(text), found_link, &scan);
}

void
part_scan(Message *message, const char *bytes, size_t length, const char *where)
{
	g_autofree char *text = text_utf8(bytes, length);

	scan_text(message, text, LINK_SCAN, where);
}

/* ---- text ---- */

static void
add_text(Message *message, const Part *part, char *text)
{
	PartText *entry = g_new0(PartText, 1);

	entry->path = g_strdup(part->path);
	entry->type = g_strdup(part->type);
	entry->text = text;
	g_ptr_array_add(message->texts, entry);
}

/* The name behind "charset=" in the first bytes of an HTML part that declares none. */
static char *
sniff_charset(const char *bytes, size_t length)
{
	g_autofree char *head = g_ascii_strdown(bytes, (gssize)MIN(length, SNIFF));
	const char *at = strstr(head, "charset=");

	if (!at)
		return NULL;
	at += strlen("charset=");
	at += strspn(at, "\"' ");
	return g_strndup(at, strcspn(at, "\"' />;"));
}

static bool
is_utf7(const char *charset)
{
	size_t length = strlen(charset);

	return length >= 5 && g_ascii_strcasecmp(charset + length - 5, "utf-7") == 0;
}

static char *
part_text(Message *message, const Part *part, const char *where)
{
	gsize length = 0;
	const void *data = g_bytes_get_data(part->body, &length);
	const char *bytes = data ? data : "";
	g_autofree char *charset = g_strdup(part->charset);
	bool known = true;
	char *text;

	if (!charset && strcmp(part->type, "text/html") == 0)
		charset = sniff_charset(bytes, length);
	if (length > MESSAGE_MAX_TEXT) {
		message_add_defect(message, DEFECT_TEXT_CUT, "", where);
		length = MESSAGE_MAX_TEXT;
	}
	if (!charset)
		return text_utf8(bytes, length);
	if (is_utf7(charset))
		message_add_defect(message, DEFECT_UTF7, charset, where);
	text = text_from_charset(bytes, length, charset, &known);
	if (!known)
		message_add_defect(message, DEFECT_UNKNOWN_CHARSET, charset, where);
	return text;
}

/* Loaded from elsewhere as soon as the mail is shown. */
static bool
is_remote_image(const Link *link)
{
	return (link->flags & LINK_IMAGE) && link->domain;
}

/* SES loads one of its own, of any size, to learn that a mail was opened. */
static bool
is_ses_pixel(const Link *link)
{
	return (link->flags & LINK_TRACKED) && (link->flags & LINK_OPAQUE);
}

static void
add_html_link(Message *message, const HtmlLink *found, const char *where)
{
	Link *link =
		link_new(found->text, found->url, found->flags, where, message->ses->message_id);

	g_ptr_array_add(message->links, link);
	if (!is_remote_image(link))
		return;
	message->remote_images++;
	message->open_pixels += found->pixel || is_ses_pixel(link);
}

static void
read_html(Message *message, const Part *part, const char *source, const char *where)
{
	size_t length = strlen(source);
	g_autoptr(Html) html = html_draw(source, length, (int)message->links->len);

	if (html->cut)
		message_add_defect(message, DEFECT_TEXT_CUT, "", where);
	for (guint i = 0; i < html->links->len; i++) {
		if (!link_room(message))
			break;
		add_html_link(message, g_ptr_array_index(html->links, i), where);
	}
	message->forms += html->forms;
	message->passwords += html->passwords;
	scan_text(message, source, LINK_SCAN, where);
	add_text(message, part, g_steal_pointer(&html->text));
}

static void
read_text(Message *message, const Part *part)
{
	g_autofree char *where = g_strdup_printf("part %s", part->path);
	g_autofree char *text = part_text(message, part, where);

	if (strcmp(part->type, "text/html") == 0) {
		read_html(message, part, text, where);
		return;
	}
	scan_text(message, text, 0, where);
	add_text(message, part, g_steal_pointer(&text));
}

/* ---- attachments ---- */

/* A page by its name or type that is not read as text: opened, it shows its forms. */
static bool
is_page(const Part *part)
{
	g_autofree char *name = g_ascii_strdown(part->name ? part->name : "", -1);

	return !g_str_has_prefix(part->type, "text/") &&
		(strstr(part->type, "html") || strstr(part->type, "svg") || strstr(name, ".htm") ||
			strstr(name, ".xhtml") || g_str_has_suffix(name, ".svg"));
}

static void
count_forms(Message *message, const Part *part)
{
	gsize length = 0;
	const char *bytes = g_bytes_get_data(part->body, &length);
	g_autoptr(Html) html = html_draw(bytes ? bytes : "", length, 0);

	message->forms += html->forms;
	message->passwords += html->passwords;
}

static void
add_attachment(Message *message, const Part *part)
{
	Attachment *attachment = attachment_new();
	uint8_t digest[DIGEST_SIZE];
	gsize length = 0;
	const void *bytes = g_bytes_get_data(part->body, &length);

	digest_sha256(bytes, length, digest);
	attachment->sha256 = g_malloc(DIGEST_HEX);
	digest_hex(digest, attachment->sha256);
	attachment->path = g_strdup(part->path);
	attachment->name = g_strdup(part->name);
	attachment->declared = g_strdup(part->type);
	attachment->detected = filetype_detect(bytes, length);
	attachment->size = (int64_t)length;
	g_ptr_array_add(message->attachments, attachment);
}

void
part_read_all(Message *message)
{
	for (guint i = 0; i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);

		if (part->attachment)
			add_attachment(message, part);
		if (is_page(part))
			count_forms(message, part);
		if (g_str_has_prefix(part->type, "text/"))
			read_text(message, part);
	}
}
