#include "store/claim.h"

#include "cli/command.h"
#include "cli/target.h"
#include "cli/when.h"

typedef struct ClaimOptions {
	gboolean dry_run;
	gboolean give_back;
	gboolean over;
} ClaimOptions;

static const char *
plural(int messages)
{
	return messages == 1 ? "" : "s";
}

static bool
claim(Session *session, const ClaimRequest *request, GError **error)
{
	int messages = store_claim(session->store, request, error);
	g_autofree char *until = when_text(request->until);

	if (messages < 0)
		return false;
	output_line(session->output, "%s %d message%s until %s UTC",
		request->dry_run ? "would claim" : "claimed", messages, plural(messages), until);
	return true;
}

static bool
give_back(Session *session, const ClaimRequest *request, GError **error)
{
	int messages = store_give_back(session->store, request, error);

	if (messages < 0)
		return false;
	output_line(session->output, "%s %d message%s",
		request->dry_run ? "would give back" : "gave back", messages, plural(messages));
	return true;
}

static bool
run(Session *session, GError **error)
{
	ClaimOptions options = { 0 };
	g_autoptr(GArray) ids = NULL;
	ClaimRequest request = { .actor = session->actor, .now = session->now };
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "dry-run", 'n', 0, G_OPTION_ARG_NONE, &options.dry_run, "say whether it could be done, and change nothing", NULL },
		{ "give-back", 'g', 0, G_OPTION_ARG_NONE, &options.give_back, "give back what you claim of these", NULL },
		{ "claimed", 0, 0, G_OPTION_ARG_NONE, &options.over, "take over what others claim", NULL },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	/* A dry run rolls back what it did, so it writes as well. */
	if (!session_options(session, entries, NULL, error) || !session_open(session, error))
		return false;
	ids = targets_of(session, error);
	if (!ids)
		return false;
	request.ids = ids;
	request.until = session->now + settings_number(session->settings, SETTING_CLAIM_TIME);
	request.over = options.over;
	request.dry_run = options.dry_run;
	return options.give_back ? give_back(session, &request, error)
				 : claim(session, &request, error);
}

const Command cmd_claim = {
	.name = "claim",
	.opens = OPENS_WRITE,
	.usage = "QUERY|ID...",
	.takes_query = true,
	.summary = "say that you are looking at messages, so that others do not",
	.run = run,
};
