#include "tui/view.h"

extern const ViewOps view_campaigns, view_queue, view_members, view_edges, view_message, view_log,
	view_outbox, view_rules, view_bursts, view_stats, view_plan, view_output, view_help;

static const ViewOps *const all[] = {
	&view_campaigns,
	&view_queue,
	&view_members,
	&view_edges,
	&view_message,
	&view_log,
	&view_outbox,
	&view_rules,
	&view_bursts,
	&view_stats,
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
view_of_kind(ViewKind kind)
{
	for (gsize i = 0; all[i]; i++) {
		if (all[i]->kind == kind)
			return all[i];
	}
	g_assert_not_reached();
}
