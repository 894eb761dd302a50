#include "mail/link_set.h"

#include <string.h>

void
link_set_init(LinkSet *set, Message *message)
{
	set->message = message;
	set->seen = g_hash_table_new(g_str_hash, g_str_equal);
	set->known = 0;
}

void
link_set_clear(LinkSet *set)
{
	g_hash_table_unref(set->seen);
}

/* Links come from elsewhere too. */
static bool
is_known(LinkSet *set, const char *url)
{
	const GPtrArray *links = set->message->links;

	for (; set->known < links->len; set->known++) {
		const Link *link = g_ptr_array_index(links, set->known);

		g_hash_table_add(set->seen, link->url);
	}
	return g_hash_table_contains(set->seen, url);
}

static bool
has_room(Message *message)
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

const Link *
link_set_append(LinkSet *set, const char *text, const char *url, uint32_t flags, const char *where)
{
	Message *message = set->message;
	Link *link;

	if (!has_room(message))
		return NULL;
	link = link_new(text, url, flags, where, message->ses->message_id);
	g_ptr_array_add(message->links, link);
	return link;
}

/* Addresses of name spaces and document types: nobody goes there. */
static const char *const not_links[] = {
	"http://www.w3.org/",
	"http://schemas.microsoft.com/",
	"http://schemas.openxmlformats.org/",
	"http://purl.org/dc/",
	"http://purl.oclc.org/ooxml/",
	"http://ns.adobe.com/",
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

void
link_set_add(LinkSet *set, const char *text, const char *url, uint32_t flags, const char *where)
{
	if (!is_name_space(url) && !is_known(set, url))
		link_set_append(set, text, url, flags, where);
}

typedef struct Scan {
	LinkSet *set;
	uint32_t flags;
	const char *where;
} Scan;

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
	const Scan *scan = data;
	g_autofree char *resolved = resolve_ampersands(url);

	link_set_add(scan->set, "", resolved, scan->flags, scan->where);
}

void
link_set_scan(LinkSet *set, const char *text, uint32_t flags, const char *where)
{
	Scan scan = { .set = set, .flags = flags, .where = where };

	link_scan(text, strlen(text), found_link, &scan);
}
