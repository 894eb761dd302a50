#include <string.h>
#include <sysexits.h>

#include "cli/importing.h"
#include "cli/stop.h"
#include "cli/watching.h"
#include "mail/address.h"

typedef struct ImportChoices {
	gboolean all;
	char *sender;
	char **recipients;
	char *dkim_keys; /* a file, beside the setting's */
	char *move_to;
	gboolean flag;
	gboolean remove;
	char *credentials; /* a file */
	char *password;    /* likewise */
	gboolean watch;
	SourceOptions source;
} ImportChoices;

static void
choices_clear(ImportChoices *choices)
{
	g_free(choices->sender);
	g_strfreev(choices->recipients);
	g_free(choices->dkim_keys);
	g_free(choices->move_to);
	g_free(choices->credentials);
	g_free(choices->password);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImportChoices, choices_clear)

static void
on_progress(const ImportProgress *now, void *data)
{
	progress_show(data, now->messages, now->bytes, now->total);
}

static void
on_skipped(const GError *error, void *data)
{
	progress_clear(data);
	complain("skipped: %s", error->message);
}

static ImportOptions
import_options(Session *session, const ImportChoices *choices, const ImportTools *tools)
{
	ImportOptions options = import_tools_options(tools, session);

	options.all = choices->all;
	options.sender = choices->sender;
	options.recipients = (const char *const *)choices->recipients;
	options.source = &choices->source;
	options.progress = progress_wanted(tools->progress) ? on_progress : NULL;
	options.skipped = on_skipped;
	return options;
}

/* Each source by itself: one that fails is said, and the others are still read.
 * The error is the first that failed. */
static bool
import_all(Session *session, const ImportOptions *options, ImportSummary *summary, GError **error)
{
	g_autoptr(GError) first = NULL;

	for (char **spec = session->arguments; *spec && !summary->stopped; spec++) {
		g_autoptr(GError) inner = NULL;

		if (import_source(session->store, *spec, options, summary, &inner))
			continue;
		progress_clear(options->data);
		if (first)
			complain("%s", inner->message);
		else
			first = g_steal_pointer(&inner);
	}
	if (!first)
		return true;
	g_propagate_error(error, g_steal_pointer(&first));
	return false;
}

/* Standard input is the only copy of a message.  When it was not kept, a mail
 * server must not think that it was; and when it was, it wants no words. */
static bool
was_kept(const ImportSummary *summary, GError **error)
{
	if (summary->fresh + summary->known > 0)
		return true;
	if (summary->stopped)
		g_set_error(error, CLI_ERROR, CLI_ERROR_STOPPED, "interrupted");
	else if (summary->not_ses > 0)
		g_set_error(error, CLI_ERROR, CLI_ERROR_DATA,
			"not sent through Amazon SES and not kept; --all keeps it");
	else
		g_set_error(error, CLI_ERROR, CLI_ERROR_DATA, "no message was kept");
	return false;
}

static ImapSettings
imap_settings(const Settings *settings)
{
	return (ImapSettings){
		.credentials = settings_word(settings, SETTING_IMAP_CREDENTIALS),
		.password_command = settings_word(settings, SETTING_IMAP_PASSWORD_COMMAND),
		.ca_file = settings_word(settings, SETTING_IMAP_CA),
	};
}

/* As Amazon's own tools have it. */
static const char *
region_of_environment(void)
{
	const char *region = g_getenv("AWS_REGION");

	if (!region || !*region)
		region = g_getenv("AWS_DEFAULT_REGION");
	return region && *region ? region : NULL;
}

static S3Settings
s3_settings(const Settings *settings)
{
	const char *region = settings_word(settings, SETTING_S3_REGION);

	return (S3Settings){
		.endpoint = settings_word(settings, SETTING_S3_ENDPOINT),
		.region = region ? region : region_of_environment(),
		.addressing = (S3Addressing)settings_number(settings, SETTING_S3_ADDRESSING),
		.credentials = settings_word(settings, SETTING_S3_CREDENTIALS),
		.credentials_command = settings_word(settings, SETTING_S3_CREDENTIALS_COMMAND),
		.ca_file = settings_word(settings, SETTING_S3_CA),
		.buckets = settings_list(settings, SETTING_S3_BUCKETS),
		.clock = clock_now,
	};
}

static bool
import(Session *session, ImportChoices *choices, GError **error)
{
	g_auto(ImportTools) tools = { 0 };
	g_auto(ImportSummary) summary = { 0 };
	ImportOptions options;
	bool imported;

	if (!import_tools_fill(&tools, session, choices->dkim_keys, error))
		return false;
	choices->source = (SourceOptions){
		.move_to = choices->move_to,
		.flag = choices->flag,
		.remove = choices->remove,
		.credentials = choices->credentials,
		.password = choices->password,
		.imap = imap_settings(session->settings),
		.s3 = s3_settings(session->settings),
	};
	options = import_options(session, choices, &tools);
	options.interrupt = choices->watch ? stop_on_first_signal() : stop_on_signals();
	if (choices->watch)
		return watch_sources(session, &tools, &options, error);
	imported = import_all(session, &options, &summary, error);
	progress_clear(tools.progress);
	if (session->requeue)
		return imported && was_kept(&summary, error);
	if (summary.stopped)
		session->status = EX_TEMPFAIL;
	else if (summary.unreadable > 0)
		session->status = EX_DATAERR;
	else if (summary.unsettled > 0)
		session->status = EX_IOERR;
	import_print_summary(session, &summary);
	import_print_hints(session, &summary, tools.resolver);
	scanner_hint(tools.scanner, session);
	local_site_hint(&tools.local, session);
	return imported;
}

static bool
check_address(const char *role, const char *address, GError **error)
{
	const char *fault = address_fault(address);

	if (fault)
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "import: '%s' is no %s address: %s",
			address, role, fault);
	return !fault;
}

static bool
check_envelope(ImportChoices *choices, GError **error)
{
	/* "" is the null sender, which is written <> elsewhere. */
	if (g_strcmp0(choices->sender, "<>") == 0)
		*choices->sender = '\0';
	for (char **one = choices->recipients; one && *one; one++)
		if (!check_address("recipient", *one, error))
			return false;
	return !choices->sender || !*choices->sender ||
		check_address("sender", choices->sender, error);
}

/* A mail server must not return a message because this command line is wrong. */
static bool
reads_standard_input(const Session *session)
{
	return g_strv_contains((const char *const *)session->arguments, "-");
}

static char *
kinds_help(void)
{
	g_autoptr(GString) text = g_string_new("Kinds:\n");

	for (const SourceKind *const *kind = source_kinds(); *kind; kind++)
		g_string_append_printf(text, "  %-12s %s\n", (*kind)->name, (*kind)->summary);
	g_string_append(text,
		"\nSOURCE is a path, KIND:PATH, a URL, or - for one message on standard "
		"input.\n");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool
run(Session *session, GError **error)
{
	g_auto(ImportChoices) choices = { 0 };
	g_autofree char *more = kinds_help();
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "all", 'a', 0, G_OPTION_ARG_NONE, &choices.all, "keep what is not SES mail too", NULL },
		{ "sender", 's', 0, G_OPTION_ARG_STRING, &choices.sender, "envelope sender of every message; <> is the null sender", "ADDRESS" },
		{ "recipient", 'r', 0, G_OPTION_ARG_STRING_ARRAY, &choices.recipients, "envelope recipient of every message; can be repeated", "ADDRESS" },
		{ "move", 'm', 0, G_OPTION_ARG_FILENAME, &choices.move_to, "folder that kept messages are moved to, of the same server or of this machine; in a bucket a prefix", "FOLDER" },
		{ "flag", 0, 0, G_OPTION_ARG_NONE, &choices.flag, "flag kept messages where they are: as read in a Maildir, $Quarantined on a server", NULL },
		{ "delete", 0, 0, G_OPTION_ARG_NONE, &choices.remove, "delete kept messages where they are: in Postfix' hold queue, in a bucket", NULL },
		{ "credentials", 0, 0, G_OPTION_ARG_FILENAME, &choices.credentials, "file that says who we are to a source that asks", "FILE" },
		{ "password-file", 0, 0, G_OPTION_ARG_FILENAME, &choices.password, "file with the password of archives", "FILE" },
		{ "watch", 'w', 0, G_OPTION_ARG_NONE, &choices.watch, "go on as messages arrive, until interrupted", NULL },
		{ "dkim-keys", 0, 0, G_OPTION_ARG_FILENAME, &choices.dkim_keys, "file of keys that signatures are verified with, beside those of the setting", "FILE" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	session->requeue = reads_standard_input(session);
	if (!session_options(session, entries, more, error) || !check_envelope(&choices, error))
		return false;
	if (session_operands(session) == 0) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"import: name a source; lazaret import --help lists the kinds");
		return false;
	}
	session->requeue = reads_standard_input(session);
	if (session->requeue && session_operands(session) > 1) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"import: standard input goes alone, without other sources");
		return false;
	}
	return session_open(session, error) && import(session, &choices, error);
}

const Command cmd_import = {
	.name = "import",
	.opens = OPENS_CREATE,
	.usage = "SOURCE...",
	.summary = "pull messages into the quarantine",
	.run = run,
};
