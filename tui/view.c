#include "tui/view.h"

#include <string.h>

extern const ViewOps view_queue, view_message, view_log, view_outbox, view_rules, view_plan,
	view_output, view_help;

static const ViewOps *const all[] = {
	&view_queue,
	&view_message,
	&view_log,
	&view_outbox,
	&view_rules,
	&view_plan,
	&view_output,
	&view_help,
	NULL,
};

const ViewOps *const *
views(void)
{
	return all;
}

const ViewOps *
view_named(const char *name)
{
	for (gsize i = 0; all[i]; i++) {
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	}
	return NULL;
}
