#include "tui/tab.h"

#include "mail/text.h"

enum {
	NUMBER_WIDTH = 4,
	URL_COLUMN = 8,
};

static void
write_flags(const Link *link, Sheet *sheet)
{
	static const uint32_t harmless = LINK_TRACKED | LINK_IMAGE;

	for (const LinkFlagName *flag = link_flag_names; flag->name; flag++) {
		if (link->flags & flag->flag)
			sheet_addf(sheet, flag->flag & harmless ? STYLE_DIM : STYLE_WARN, " %s",
				flag->name);
	}
}

static void
write_step(const char *url, Style style, const char *arrow, Sheet *sheet)
{
	g_autofree char *defanged = text_defang(url);

	sheet_line(sheet);
	sheet_to(sheet, URL_COLUMN - 2);
	sheet_addf(sheet, STYLE_DIM, "%s ", arrow);
	sheet_wrap(sheet, style, defanged);
}

static void
write_link(const Link *link, guint number, Sheet *sheet)
{
	g_autofree char *domain = text_defang(link->domain ? link->domain : "no host");
	bool wrapped = g_strcmp0(link->url, link->final) != 0;

	sheet_line(sheet);
	sheet_addf(sheet, STYLE_HEADING, "%*u", NUMBER_WIDTH, number);
	sheet_to(sheet, NUMBER_WIDTH + 2);
	sheet_add(sheet, STYLE_LINK, domain);
	write_flags(link, sheet);
	if (*link->text) {
		sheet_line(sheet);
		sheet_to(sheet, NUMBER_WIDTH + 2);
		sheet_add(sheet, STYLE_DIM, "shown as ");
		sheet_wrap(sheet, STYLE_NORMAL, link->text);
	}
	write_step(link->url, wrapped ? STYLE_DIM : STYLE_NORMAL, " ", sheet);
	for (guint i = 0; i < link->chain->len; i++)
		write_step(g_ptr_array_index(link->chain, i), STYLE_DIM, "→", sheet);
	if (wrapped)
		write_step(link->final, STYLE_NORMAL, "→", sheet);
}

static void
write_links(Dossier *dossier, G_GNUC_UNUSED bool as_sent, Sheet *sheet)
{
	const GPtrArray *links;

	if (!dossier->message)
		return;
	links = dossier->message->links;
	if (links->len == 0) {
		sheet_line(sheet);
		sheet_add(sheet, STYLE_DIM, "It has no links.");
	}
	for (guint i = 0; i < links->len; i++) {
		if (i > 0)
			sheet_line(sheet);
		write_link(g_ptr_array_index(links, i), i + 1, sheet);
	}
}

extern const TabOps tab_links;
const TabOps tab_links = {
	.name = "links",
	.help = "each link: what was shown, what was written, every step, where it ends; never clickable",
	.write = write_links,
};
