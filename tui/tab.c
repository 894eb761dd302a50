#include "tui/tab.h"

extern const TabOps tab_brief, tab_text, tab_headers, tab_links, tab_attachments, tab_history,
	tab_raw;

static const TabOps *const all[] = {
	&tab_brief,
	&tab_text,
	&tab_headers,
	&tab_links,
	&tab_attachments,
	&tab_history,
	&tab_raw,
	NULL,
};

const TabOps *const *
tabs(void)
{
	return all;
}
