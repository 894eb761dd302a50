#include "tui/tab.h"

#include "mail/link_words.h"
#include "mail/text.h"

enum {
	NUMBER_WIDTH = 4,
};

static void
write_flags(const Link *link, Sheet *sheet)
{
	static const uint32_t harmless = LINK_TRACKED | LINK_LEAVES | LINK_FORM | LINK_SCAN;
	uint32_t shown = link->flags & ~(uint32_t)LINK_SAID_BESIDE;

	if (!shown && !*link->where)
		return;
	sheet_line(sheet);
	sheet_to(sheet, SHEET_VALUE);
	for (const LinkFlagName *flag = link_flag_names; flag->name; flag++) {
		if (shown & flag->flag)
			sheet_item(
				sheet, flag->flag & harmless ? STYLE_DIM : STYLE_WARN, flag->words);
	}
	if (*link->where)
		sheet_item(sheet, STYLE_DIM, link->where);
}

static void
write_step(const Link *link, guint step, Style end_style, Sheet *sheet)
{
	g_autofree char *url = text_defang(link_step(link, step));
	g_autofree char *service = link_step_service(link, step);
	bool end = !link_step(link, step + 1);

	sheet_label(sheet, link_step_name(link, step));
	if (service) {
		sheet_wrap(sheet, end && (link->flags & LINK_OPAQUE) ? STYLE_WARN : STYLE_DIM,
			service);
		sheet_line(sheet);
		sheet_to(sheet, SHEET_VALUE);
	}
	sheet_wrap(sheet, end ? end_style : STYLE_DIM, url);
}

static void
write_domain(const Link *link, Style style, Sheet *sheet)
{
	g_autofree char *domain = text_defang(link->domain ? link->domain : "no host");
	g_autofree char *reading = link_reading(link);

	sheet_add(sheet, style, domain);
	if (reading)
		sheet_addf(sheet, STYLE_WARN, " (%s)", reading);
}

static void
write_link(const Link *link, guint number, Sheet *sheet)
{
	bool image = link->flags & LINK_IMAGE;

	sheet_line(sheet);
	sheet_mark(sheet, number);
	sheet_addf(sheet, image ? STYLE_DIM : STYLE_HEADING, "%*u", NUMBER_WIDTH, number);
	sheet_to(sheet, SHEET_VALUE);
	write_domain(link, image ? STYLE_DIM : STYLE_LINK, sheet);
	write_flags(link, sheet);
	if (*link->text) {
		g_autofree char *text = text_defang(link->text);

		sheet_label(sheet, "shown as");
		sheet_wrap(sheet, STYLE_NORMAL, text);
	}
	for (guint step = 0; link_step(link, step); step++)
		write_step(link, step, image ? STYLE_DIM : STYLE_NORMAL, sheet);
}

/* Those that are loaded, or those that are followed, under the numbers that text and
 * findings give them. */
static void
write_group(const GPtrArray *links, uint32_t image, Sheet *sheet)
{
	for (guint i = 0; i < links->len; i++) {
		const Link *link = g_ptr_array_index(links, i);

		if ((link->flags & LINK_IMAGE) != image)
			continue;
		sheet_line(sheet);
		write_link(link, i + 1, sheet);
	}
}

static bool
has_image(const GPtrArray *links)
{
	for (guint i = 0; i < links->len; i++) {
		const Link *link = g_ptr_array_index(links, i);

		if (link->flags & LINK_IMAGE)
			return true;
	}
	return false;
}

static void
write_links(Dossier *dossier, G_GNUC_UNUSED bool as_sent, Sheet *sheet)
{
	const GPtrArray *links;
	g_autofree char *summary = NULL;

	if (!dossier->message)
		return;
	links = dossier->message->links;
	summary = links_summary(links);
	sheet_line(sheet);
	sheet_to(sheet, SHEET_LABEL);
	sheet_wrap(sheet, STYLE_DIM, links->len > 0 ? summary : "It has no links.");
	write_group(links, 0, sheet);
	if (has_image(links))
		sheet_heading(sheet, "Images, loaded when the mail is opened");
	write_group(links, LINK_IMAGE, sheet);
}

static guint
count_links(const Message *message)
{
	return message->links->len;
}

static char *
copy_link(const Dossier *dossier, guint mark, char **what)
{
	const GPtrArray *links = dossier->message->links;
	const Link *link = g_ptr_array_index(links, mark - 1);

	*what = g_strdup_printf("link %u of %u", mark, links->len);
	return g_strdup(link->final);
}

extern const TabOps tab_links;
const TabOps tab_links = {
	.name = "links",
	.write = write_links,
	.count = count_links,
	.copy = copy_link,
};
