#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "cli/command.h"
#include "store/nearest.h"

extern const Command cmd_allow, cmd_block, cmd_campaigns, cmd_claim, cmd_completions, cmd_config,
	cmd_console, cmd_deliver, cmd_deny, cmd_doctor, cmd_export, cmd_hold, cmd_import,
	cmd_indicators, cmd_keys, cmd_list, cmd_lmtp, cmd_log, cmd_maillog, cmd_notice, cmd_outbox,
	cmd_purge, cmd_release, cmd_report, cmd_rescore, cmd_rspamd, cmd_save, cmd_show, cmd_stats,
	cmd_undo, cmd_verify;

/* In the order of --help: the way of a message through the house. */
static const Command *const commands[] = {
	&cmd_console,
	&cmd_import,
	&cmd_lmtp,
	&cmd_rspamd,
	&cmd_maillog,
	&cmd_list,
	&cmd_campaigns,
	&cmd_show,
	&cmd_save,
	&cmd_stats,
	&cmd_rescore,
	&cmd_release,
	&cmd_block,
	&cmd_hold,
	&cmd_claim,
	&cmd_undo,
	&cmd_log,
	&cmd_verify,
	&cmd_doctor,
	&cmd_allow,
	&cmd_deny,
	&cmd_deliver,
	&cmd_outbox,
	&cmd_report,
	&cmd_export,
	&cmd_indicators,
	&cmd_notice,
	&cmd_purge,
	&cmd_config,
	&cmd_keys,
	&cmd_completions,
	NULL,
};

static const Command *
command_find(const char *name, GError **error)
{
	const char *names[G_N_ELEMENTS(commands)] = { NULL };
	const char *nearest;

	for (size_t i = 0; commands[i]; i++) {
		names[i] = commands[i]->name;
		if (strcmp(name, commands[i]->name) == 0)
			return commands[i];
	}
	nearest = nearest_name(name, names);
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		nearest ? "no command '%s'; did you mean '%s'?"
			: "no command '%s'; lazaret --help lists them",
		name, nearest);
	return NULL;
}

static char *
commands_text(void)
{
	g_autoptr(GString) text = g_string_new("Commands:\n");

	for (size_t i = 0; commands[i]; i++)
		g_string_append_printf(
			text, "  %-11s %s\n", commands[i]->name, commands[i]->summary);
	g_string_append(text,
		"\nlazaret COMMAND --help tells more; lazaret(1), lazaret(5) and "
		"lazaret(7) tell all.\n");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* The options before the command; what is behind stays in session->arguments. */
static bool
read_options(Session *session, GError **error)
{
	g_autofree char *store = NULL;
	g_autofree char *more = commands_text();
	gboolean help = FALSE;
	gboolean version = FALSE;
	const GOptionEntry entries[] = {
		{ "store", 0, 0, G_OPTION_ARG_FILENAME, &store, "the quarantine", "FILE" },
		{ "help", 'h', 0, G_OPTION_ARG_NONE, &help, "show this", NULL },
		{ "version", 'V', 0, G_OPTION_ARG_NONE, &version, "show the version", NULL },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GOptionContext) context =
		g_option_context_new("[COMMAND ...] - triage quarantined Amazon SES mail");

	g_set_prgname("lazaret");
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_set_strict_posix(context, TRUE);
	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_set_description(context, more);
	if (!g_option_context_parse_strv(context, &session->arguments, error))
		return false;
	if (store) {
		g_free(session->store_path);
		session->store_path = g_steal_pointer(&store);
	}
	help = help || g_strcmp0(session->arguments[1], "help") == 0;
	return !(help || version) || answer_instead(context, help, error);
}

/* arguments[0] is the program until here, the command's name from here. */
static bool
choose_command(Session *session, GError **error)
{
	char **rest = session->arguments + 1;

	session->command = *rest ? command_find(*rest, error) : &cmd_console;
	if (!session->command)
		return false;
	if (*rest) {
		char **arguments = g_strdupv(rest);

		g_strfreev(session->arguments);
		session->arguments = arguments;
	}
	return true;
}

static bool
run(Session *session, GError **error)
{
	return read_options(session, error) && choose_command(session, error) &&
		session->command->run(session, error) && output_finish(session->output, error);
}

/* Says what happened; the exit status. */
static int
fail(Session *session, const GError *error)
{
	if (g_error_matches(error, CLI_ERROR, CLI_ERROR_HELP)) {
		output_text(session->output, error->message);
		return output_flush(session->output) ? EX_OK : EX_IOERR;
	}
	output_flush(session->output);
	complain("%s", error->message);
	complain_more(session->hint->str);
	return session->requeue ? status_for_requeue(error) : status_of(error);
}

int
main(int argc, char **argv)
{
	static const struct rlimit no_core = { 0, 0 };
	g_auto(Session) session;
	g_autoptr(GError) error = NULL;

	(void)argc;
	(void)setlocale(LC_ALL, "");
	/* A reader that left is a failed write, and is said as one. */
	(void)signal(SIGPIPE, SIG_IGN);
	/* So is a file that may not grow (ulimit -f). */
	(void)signal(SIGXFSZ, SIG_IGN);
	/* Mail must not end up in a core file, not in one that a program takes either, which no limit
	 * is for; nor be read by others of the same user (ptrace), nor in what is written. */
	setrlimit(RLIMIT_CORE, &no_core);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	umask(077);

	session_init(&session);
	session.arguments = g_strdupv(argv);
	session.commands = commands;
	if (run(&session, &error))
		return session.status;
	return fail(&session, error);
}
