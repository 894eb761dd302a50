#include "mail/link_words.h"

#include <string.h>

#include "mail/domain.h"

typedef struct LinkCount {
	guint followed; /* by a reader, or at least there to be */
	guint images;
	guint wrapped;
	guint opaque; /* of those */
	GHashTable *domains;
} LinkCount;

static void
count_link(LinkCount *count, const Link *link)
{
	bool pixel = link->services->len > 0 && !link_step(link, 1) && !(link->flags & LINK_OPAQUE);

	if (link->flags & LINK_IMAGE)
		count->images++;
	else
		count->followed++;
	if (link->domain && !(link->flags & LINK_IMAGE))
		g_hash_table_add(count->domains, link->domain);
	count->wrapped += link->services->len > 0 && !pixel;
	count->opaque += (link->flags & LINK_OPAQUE) != 0;
}

static void
append_count(GString *text, const char *before, guint count, const char *one, const char *many)
{
	g_string_append_printf(text, "%s%u %s", before, count, count == 1 ? one : many);
}

static void
append_wrapped(GString *text, guint undone, guint opaque)
{
	if (undone > 0)
		g_string_append_printf(text, "; %u wrapped and undone", undone);
	if (opaque > 0)
		g_string_append_printf(text, "; %u that can't be undone offline", opaque);
}

char *
links_summary(const GPtrArray *links)
{
	g_autoptr(GHashTable) domains = g_hash_table_new(g_str_hash, g_str_equal);
	LinkCount count = { .domains = domains };
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < links->len; i++)
		count_link(&count, g_ptr_array_index(links, i));
	append_count(text, "", count.followed, "link", "links");
	if (count.followed > 0)
		append_count(text, " to ", g_hash_table_size(domains), "domain", "domains");
	if (count.images > 0)
		append_count(text, ", ", count.images, "image", "images");
	append_wrapped(text, count.wrapped - count.opaque, count.opaque);
	return g_string_free(text, FALSE);
}

char *
link_reading(const Link *link)
{
	g_autofree char *host = link->flags & LINK_PUNYCODE ? link_host(link->final) : NULL;
	g_autofree char *reading = host ? domain_to_unicode(host) : NULL;

	return reading && strcmp(reading, host) != 0 ? g_steal_pointer(&reading) : NULL;
}

static bool
is_wrapped(const Link *link)
{
	return strcmp(link->url, link->final) != 0;
}

const char *
link_step(const Link *link, guint step)
{
	if (step == 0)
		return link->url;
	if (!is_wrapped(link) || step > link->chain->len + 1)
		return NULL;
	return step <= link->chain->len ? g_ptr_array_index(link->chain, step - 1) : link->final;
}

char *
link_step_service(const Link *link, guint step)
{
	const char *service = link_service(link, step);
	bool end = !link_step(link, step + 1);

	if (!service)
		return NULL;
	if (end && (link->flags & LINK_DEEP))
		return g_strdup_printf("%s, wrapped too often to be undone", service);
	if (end && (link->flags & LINK_OPAQUE))
		return g_strdup_printf("%s, can't be undone offline", service);
	return g_strdup(service);
}

const char *
link_step_name(const Link *link, guint step)
{
	bool end = !link_step(link, step + 1);

	if (step == 0)
		return end ? "goes to" : "written";
	return end ? "ends at" : "through";
}
