/* release, block and hold: one command in three kinds. */

#include "cli/command.h"
#include "cli/outgoing.h"
#include "cli/target.h"
#include "cli/when.h"
#include "release/transport.h"
#include "store/decision.h"
#include "store/odd.h"
#include "store/plan_identity.h"

typedef struct DecideOptions {
	gboolean dry_run;
	gboolean claimed;
	char *reason;
	char **to;
	char *transport;
	char *copy_to;
	gboolean rewrite;
} DecideOptions;

static void
options_clear(DecideOptions *options)
{
	g_free(options->reason);
	g_strfreev(options->to);
	g_free(options->transport);
	g_free(options->copy_to);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DecideOptions, options_clear)

static void G_GNUC_PRINTF(3, 4)
	print_count(Session *session, int64_t count, const char *format, ...)
{
	va_list arguments;
	g_autofree char *text = NULL;

	if (count == 0)
		return;
	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	output_line(session->output, "%6" G_GINT64_FORMAT "  %s", count, text);
}

static void
print_way(Session *session, const OperationRequest *request)
{
	output_line(session->output, "        by %s", request->transport);
	if (request->copy_to)
		output_line(session->output, "        a copy to %s", request->copy_to);
	if (request->rewrite)
		output_line(session->output, "        with links that lead to %s",
			settings_text(session->settings, SETTING_LANDING_PAGE));
}

static void
print_identities(Session *session, const OperationPlan *plan)
{
	for (guint i = 0; i < plan->identities->len; i++) {
		const PlanIdentity *identity = g_ptr_array_index(plan->identities, i);
		g_autofree char *words = plan_identity_words(identity);

		print_count(session, identity->messages, "%s", words);
	}
	if (plan->more_identities > 0)
		output_line(
			session->output, "        and %d more identities", plan->more_identities);
}

static void
print_plan(Session *session, const OperationRequest *request, const OperationPlan *plan)
{
	output_line(session->output, "%s would change:", decision_name(request->kind));
	output_line(session->output, "%6d  messages", plan->messages);
	for (MessageState state = 0; state < STATES; state++)
		print_count(session, plan->by_state[state], "of them %s", state_name(state));
	print_count(session, plan->unchanged, "already so, left as they are");
	print_count(session, plan->purged, "purged: no mail is left, only the record");
	print_count(session, plan->recipients, "recipients");
	print_count(session, plan->accounts, "SES accounts");
	print_count(session, plan->domains, "From domains");
	print_count(session, plan->with_attachments, "with attachments");
	print_count(session, plan->without_recipients,
		"without a known recipient: refused unless --to names one");
	print_count(session, plan->leaving,
		"still being delivered from an earlier release: refused until that ended");
	print_count(session, plan->unknown_sender,
		"whose sender nobody recorded: they leave with the null sender <>");
	print_count(session, plan->waiting, "deliveries that wait and would be cancelled");
	print_count(session, plan->departed, "deliveries that this comes too late for");
	print_count(session, plan->changed_since, "changed meanwhile: %s",
		plan->conflict ? plan->conflict : "");
	print_count(session, plan->claimed,
		request->claims_seen > 0 ? "claimed by others: %s"
					 : "claimed by others, refused without --claimed: %s",
		plan->claim ? plan->claim : "");
	print_count(session, plan->overridden, "decided by others: %s",
		plan->override ? plan->override : "");
	print_count(session, plan->also_released,
		"released earlier from the account%s this would block",
		plan->accounts == 1 ? "" : "s");
	if (request->kind == DECISION_RELEASE)
		print_way(session, request);
	print_identities(session, plan);
	for (guint i = 0; i < plan->odd->len; i++)
		output_line(session->output, "%s%s", i == 0 ? "   odd  " : "        ",
			((const Odd *)g_ptr_array_index(plan->odd, i))->text);
}

/* One message is what was asked for; of many the person sees first what they are.
 * What will be refused anyway is not asked about. */
static bool
confirmed(Session *session, const OperationRequest *request, const OperationPlan *plan)
{
	if (plan->messages < 2 || plan->without_recipients > 0 || plan->leaving > 0 ||
		plan->changed_since > 0 || plan->claimed > request->claims_seen ||
		!session_can_ask(session))
		return true;
	return session_ask(session);
}

static void
print_done(Session *session, const OperationRequest *request, const OperationPlan *plan,
	int64_t operation)
{
	output_line(session->output, "%s: %d message%s, operation %" G_GINT64_FORMAT,
		decision_name(request->kind), plan->messages, plan->messages == 1 ? "" : "s",
		operation);
	if (plan->messages == 1 && plan->override)
		output_line(session->output, "  %s", plan->override);
	if (request->kind == DECISION_RELEASE)
		output_line(session->output,
			"  leaves by %s with 'lazaret deliver', after %" G_GINT64_FORMAT
			" s; until then 'lazaret undo' takes it back",
			request->transport, request->hold);
}

static bool
decide(Session *session, OperationRequest *request, bool dry_run, GError **error)
{
	g_auto(OperationPlan) plan = { 0 };
	int64_t operation;

	if (!store_plan(session->store, request, &plan, error))
		return false;
	if (dry_run || plan.messages > 1)
		print_plan(session, request, &plan);
	if (dry_run)
		return true;
	if (plan.messages == 0 && plan.unchanged > 0 && plan.purged == 0) {
		output_line(session->output, "%s: nothing to do, all %d are so already",
			decision_name(request->kind), plan.unchanged);
		return true;
	}
	if (!confirmed(session, request, &plan)) {
		output_line(session->output, "nothing was changed");
		return true;
	}
	/* What someone decided since it was planned stands. */
	request->targets = plan.targets;
	operation = store_decide(session->store, request, error);
	if (operation == 0)
		return false;
	print_done(session, request, &plan, operation);
	return true;
}

static GArray *
targets_whatever_version(Session *session, GError **error)
{
	g_autoptr(GArray) ids = targets_of(session, error);
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));

	if (!ids)
		return NULL;
	for (guint i = 0; i < ids->len; i++) {
		Target target = { .message = g_array_index(ids, int64_t, i), .version = -1 };

		g_array_append_val(targets, target);
	}
	return g_steal_pointer(&targets);
}

static char *
transport_chosen(Session *session, const char *named, GError **error)
{
	g_autofree char *here = g_get_current_dir();

	return named ? transport_resolve(named, here, error)
		     : g_strdup(settings_text(session->settings, SETTING_TRANSPORT));
}

/* "" is nobody, whatever the setting says. */
static const char *
copy_chosen(Session *session, const DecideOptions *options)
{
	if (!options->copy_to)
		return settings_word(session->settings, SETTING_COPY_TO);
	return *options->copy_to ? options->copy_to : NULL;
}

/* That they can't be rewritten is said to who asks for it, and not in the outbox. */
static bool
check_rewriting(Session *session, const DecideOptions *options, GError **error)
{
	g_autoptr(Landing) landing = NULL;

	if (!options->rewrite)
		return true;
	landing = landing_of(session->settings, error);
	return landing != NULL;
}

static bool
run_kind(Session *session, DecisionKind kind, DecideOptions *options, GError **error)
{
	g_autoptr(GArray) targets = NULL;
	g_autofree char *transport = NULL;
	OperationRequest request = { .kind = kind, .actor = session->actor, .now = session->now };

	if (!(options->dry_run ? session_open_to_look(session, error)
			       : session_open(session, error)))
		return false;
	if (!check_rewriting(session, options, error))
		return false;
	transport = transport_chosen(session, options->transport, error);
	targets = transport ? targets_whatever_version(session, error) : NULL;
	if (!targets)
		return false;
	request.targets = targets;
	request.reason = options->reason;
	request.claims_seen = options->claimed ? G_MAXINT : 0;
	request.to = (const char *const *)options->to;
	request.transport = transport;
	request.copy_to = copy_chosen(session, options);
	request.rewrite = options->rewrite;
	request.hold = settings_number(session->settings, SETTING_HOLD_WINDOW);
	return decide(session, &request, options->dry_run, error);
}

/* The transports a release can leave by. */
static char *
transports_help(void)
{
	g_autoptr(GString) text = g_string_new("Transports:\n");

	for (const Transport *const *transport = transports(); *transport; transport++)
		g_string_append_printf(
			text, "  %-22s %s\n", (*transport)->form, (*transport)->summary);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool
run_release(Session *session, GError **error)
{
	g_auto(DecideOptions) options = { 0 };
	g_autofree char *more = transports_help();
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "dry-run", 'n', 0, G_OPTION_ARG_NONE, &options.dry_run, "say what would change, and change nothing", NULL },
		{ "claimed", 0, 0, G_OPTION_ARG_NONE, &options.claimed, "also what somebody else claims", NULL },
		{ "reason", 'r', 0, G_OPTION_ARG_STRING, &options.reason, "why, for the record", "TEXT" },
		{ "to", 't', 0, G_OPTION_ARG_STRING_ARRAY, &options.to, "deliver to this recipient instead; can be repeated", "RCPT" },
		{ "copy-to", 0, 0, G_OPTION_ARG_STRING, &options.copy_to, "a copy to this address as well", "ADDRESS" },
		{ "rewrite-links", 0, 0, G_OPTION_ARG_NONE, &options.rewrite, "deliver altered copies: each link leads to the landing page", NULL },
		{ "transport", 0, 0, G_OPTION_ARG_STRING, &options.transport, "leave by this transport", "TRANSPORT" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	return session_options(session, entries, more, error) &&
		run_kind(session, DECISION_RELEASE, &options, error);
}

static bool
run_settle(Session *session, DecisionKind kind, GError **error)
{
	g_auto(DecideOptions) options = { 0 };
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "dry-run", 'n', 0, G_OPTION_ARG_NONE, &options.dry_run, "say what would change, and change nothing", NULL },
		{ "claimed", 0, 0, G_OPTION_ARG_NONE, &options.claimed, "also what somebody else claims", NULL },
		{ "reason", 'r', 0, G_OPTION_ARG_STRING, &options.reason, "why, for the record", "TEXT" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	return session_options(session, entries, NULL, error) &&
		run_kind(session, kind, &options, error);
}

static bool
run_block(Session *session, GError **error)
{
	return run_settle(session, DECISION_BLOCK, error);
}

static bool
run_hold(Session *session, GError **error)
{
	return run_settle(session, DECISION_HOLD, error);
}

static const char *
transport_at(size_t place, const char **help)
{
	const Transport *transport = transports()[place];

	*help = transport ? transport->summary : NULL;
	return transport ? transport->prefix : NULL;
}

static const WordValues values[] = {
	{ .word = "TRANSPORT", .name = transport_at },
	{ .word = NULL },
};

const Command cmd_release = {
	.name = "release",
	.opens = OPENS_WRITE,
	.usage = "QUERY|ID...",
	.takes_query = true,
	.summary = "deliver messages to their envelope recipients",
	.run = run_release,
	.values = values,
};

const Command cmd_block = {
	.name = "block",
	.opens = OPENS_WRITE,
	.usage = "QUERY|ID...",
	.takes_query = true,
	.summary = "settle messages: never delivered",
	.run = run_block,
};

const Command cmd_hold = {
	.name = "hold",
	.opens = OPENS_WRITE,
	.usage = "QUERY|ID...",
	.takes_query = true,
	.summary = "put messages back into quarantine",
	.run = run_hold,
};
