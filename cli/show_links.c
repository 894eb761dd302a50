#include "cli/show.h"

#include "mail/link_words.h"
#include "mail/text.h"

static char *
remarks(const Link *link)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (const LinkFlagName *flag = link_flag_names; flag->name; flag++)
		if (link->flags & flag->flag & ~(uint32_t)LINK_SAID_BESIDE)
			g_string_append_printf(text, "%s%s", text->len ? ", " : "", flag->words);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
print_step(Session *session, const Link *link, guint step)
{
	g_autofree char *url = text_defang(link_step(link, step));
	g_autofree char *service = link_step_service(link, step);

	output_line(session->output, "      %-8s %s", link_step_name(link, step), url);
	if (service)
		output_line(session->output, "      %-8s   by %s", "", service);
}

static void
print_link(Session *session, guint number, const Link *link)
{
	g_autofree char *domain = link->domain ? text_defang(link->domain) : g_strdup("no host");
	g_autofree char *reading = link_reading(link);
	g_autofree char *text = text_defang(link->text);
	g_autofree char *flags = remarks(link);

	output_line(session->output, "%4u  %s%s%s%s%s%s", number, domain, reading ? " (" : "",
		reading ? reading : "", reading ? ")" : "", *link->where ? ", " : "", link->where);
	if (*text)
		output_line(session->output, "      %-8s %s", "text", text);
	for (guint step = 0; link_step(link, step); step++)
		print_step(session, link, step);
	if (*flags)
		output_line(session->output, "      %-8s %s", "remarks", flags);
}

/* The first @most of those that are loaded, or of those that are followed; how many there
 * are. */
static guint
print_group(Session *session, const Message *message, uint32_t image, guint most)
{
	guint printed = 0;

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		if ((link->flags & LINK_IMAGE) == image && printed++ < most)
			print_link(session, i + 1, link);
	}
	return printed;
}

void
print_links(Session *session, const Message *message, guint most)
{
	g_autofree char *summary = links_summary(message->links);
	guint links;

	output_line(session->output, "      %s", summary);
	links = print_group(session, message, 0, most);
	if (links < MIN(most, message->links->len)) {
		output_line(session->output, "      images, loaded when the mail is opened");
		print_group(session, message, LINK_IMAGE, most - links);
	}
	if (message->links->len > most)
		output_line(session->output, "      and %u more: --part links",
			message->links->len - most);
}

bool
show_links(Session *session, int64_t id, GError **error)
{
	g_autoptr(Message) message = store_load(session->store, id, error);

	if (!message)
		return false;
	print_links(session, message, G_MAXUINT);
	return true;
}
