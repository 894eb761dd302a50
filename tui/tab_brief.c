#include "tui/tab.h"

#include "tui/brief.h"

static void
write_brief(Dossier *dossier, G_GNUC_UNUSED bool as_sent, Sheet *sheet)
{
	brief_who(dossier, sheet);
	brief_links(dossier, sheet);
	brief_before(dossier, sheet);
	brief_why(dossier, sheet);
	brief_state(dossier, sheet);
	brief_route(dossier, sheet);
	if (dossier->trouble && !dossier->row->purged) {
		sheet_heading(sheet, "What could not be read");
		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		sheet_wrap(sheet, STYLE_ERROR, dossier->trouble);
	}
}

extern const TabOps tab_brief;
const TabOps tab_brief = {
	.name = "brief",
	.write = write_brief,
};
