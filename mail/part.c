#include "mail/part.h"

#include <string.h>

#include "mail/calendar.h"
#include "mail/digest.h"
#include "mail/filetype.h"
#include "mail/html.h"
#include "mail/inside.h"
#include "mail/link_set.h"
#include "mail/text.h"

enum {
	SNIFF = 1024,       /* where browsers look for <meta charset> */
	LONGEST_URL = 4096, /* that may begin in text that is read and end behind it */
};

/* What reads a message's parts has in hand. */
typedef struct Reading {
	Message *message;
	LinkSet links;
	Inside *inside;
} Reading;

void
part_scan(Message *message, const char *bytes, size_t length, const char *where)
{
	g_autofree char *text = text_utf8(bytes, length);
	g_auto(LinkSet) links = { 0 };

	link_set_init(&links, message);
	link_set_scan(&links, text, LINK_SCAN, where);
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
count_image(Message *message, const Link *link, bool small)
{
	if (!is_remote_image(link))
		return;
	message->remote_images++;
	message->open_pixels += small || is_ses_pixel(link);
}

static void
read_html(Reading *reading, const Part *part, const char *source, const char *where)
{
	Message *message = reading->message;
	g_autoptr(Html) html = html_draw(source, strlen(source), (int)message->links->len);

	if (html->cut)
		message_add_defect(message, DEFECT_TEXT_CUT, "", where);
	for (guint i = 0; i < html->links->len; i++) {
		const HtmlLink *found = g_ptr_array_index(html->links, i);
		const Link *link = link_set_append(
			&reading->links, found->text, found->url, found->flags, where);

		if (!link)
			break;
		count_image(message, link, found->pixel);
	}
	message->forms += html->forms;
	message->passwords += html->passwords;
	link_set_scan(&reading->links, source, LINK_SCAN, where);
	add_text(message, part, g_steal_pointer(&html->text));
}

static void
read_whole(Reading *reading, const Part *part, const char *where)
{
	g_autofree char *text = part_text(reading->message, part, where);

	if (strcmp(part->type, "text/html") == 0) {
		read_html(reading, part, text, where);
		return;
	}
	if (strcmp(part->type, "text/calendar") == 0)
		calendar_read(&reading->links, text, where);
	else
		link_set_scan(&reading->links, text, 0, where);
	add_text(reading->message, part, g_steal_pointer(&text));
}

/* Beyond MESSAGE_MAX_TEXT nothing is drawn, but a reader may show what stands there. */
static void
scan_rest(Reading *reading, const Part *part, const char *where)
{
	gsize length = 0;
	const char *bytes = g_bytes_get_data(part->body, &length);
	size_t begin = MESSAGE_MAX_TEXT - LONGEST_URL;
	g_autofree char *rest = NULL;

	if (length <= MESSAGE_MAX_TEXT)
		return;
	rest = text_utf8(bytes + begin, length - begin);
	link_set_scan(&reading->links, rest, LINK_SCAN, where);
}

static void
read_text(Reading *reading, const Part *part)
{
	g_autofree char *where = g_strdup_printf("part %s", part->path);

	read_whole(reading, part, where);
	scan_rest(reading, part, where);
}

/* ---- attachments ---- */

static void
read_attachment(Reading *reading, const Part *part)
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
	g_ptr_array_add(reading->message->attachments, attachment);
	inside_read(reading->inside, attachment, part);
}

void
part_read_all(Message *message, const Site *site)
{
	g_autoptr(Inside) inside = inside_new(message, site);
	Reading reading = { .message = message, .inside = inside };

	link_set_init(&reading.links, message);
	for (guint i = 0; i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);

		if (part->attachment)
			read_attachment(&reading, part);
		if (g_str_has_prefix(part->type, "text/"))
			read_text(&reading, part);
	}
	link_set_clear(&reading.links);
}
