#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/site.h"
#include "mail/message.h"
#include "mail/yara.h"
#include "store/history.h"

int64_t
clock_now(void)
{
	return (int64_t)time(NULL);
}

/* As getpwuid(3), which asks a socket of nscd(8) first: the console opens none for a user
 * whom the machine itself knows. */
static const struct passwd *
local_user(uid_t uid)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *user = NULL;

	if (!file)
		return NULL;
	while ((user = fgetpwent(file)) && user->pw_uid != uid)
		continue;
	(void)fclose(file);
	return user;
}

/* Who acts is who runs the program: neither $USER nor $LOGNAME is asked, since
 * anyone can set them. */
static char *
login_name(void)
{
	const struct passwd *user = local_user(getuid());

	if (!user)
		user = getpwuid(getuid());
	return user ? g_strdup(user->pw_name) : g_strdup_printf("uid %u", (unsigned)getuid());
}

static char *
default_store(void)
{
	const char *named = g_getenv("LAZARET_STORE");
	g_autofree char *folder = data_folder();

	if (named && *named)
		return g_strdup(named);
	return g_build_filename(folder, "quarantine.db", NULL);
}

void
session_init(Session *session)
{
	*session = (Session){
		.store_path = default_store(),
		.actor = login_name(),
		.now = clock_now(),
		.output = output_new(STDOUT_FILENO),
		.hint = g_string_new(NULL),
	};
}

void
session_clear(Session *session)
{
	g_strfreev(session->arguments);
	g_free(session->store_path);
	g_free(session->actor);
	output_free(session->output);
	settings_free(session->settings);
	store_close(session->store);
	g_clear_pointer(&session->weights, weights_free);
	g_string_free(session->hint, TRUE);
}

static GOptionContext *
context_of(const Session *session, const GOptionEntry *entries, const GOptionEntry *common,
	const char *more)
{
	g_autofree char *usage = g_strdup_printf("- %s", session->command->summary);
	g_autofree char *program = g_strdup_printf("lazaret %s", session->command->name);
	GOptionContext *context = g_option_context_new(usage);

	g_set_prgname(program);
	g_option_context_set_help_enabled(context, FALSE);
	if (entries)
		g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_add_main_entries(context, common, NULL);
	g_option_context_set_description(context, more);
	return context;
}

bool
answer_instead(GOptionContext *context, bool help, GError **error)
{
	g_autofree char *text = help
		? g_option_context_get_help(context, TRUE, NULL)
		: g_strdup_printf("lazaret " VERSION "\nQR codes in pictures: %s\nYARA rules: %s\n",
			  message_reads_qr() ? "read" : "not built in",
			  yara_is_built_in() ? "built in" : "not built in");

	g_set_error(error, CLI_ERROR, CLI_ERROR_HELP, "%s", text);
	return false;
}

/* Which options there are: two tables, each with an empty end; the first may be NULL. */
typedef struct OptionTables {
	const GOptionEntry *tables[2];
} OptionTables;

static const GOptionEntry *
option_of_letter(const OptionTables *options, char letter)
{
	for (size_t i = 0; i < G_N_ELEMENTS(options->tables); i++) {
		const GOptionEntry *entry = options->tables[i];

		for (; entry && entry->long_name; entry++)
			if (entry->short_name == letter)
				return entry;
	}
	return NULL;
}

static const GOptionEntry *
option_of_name(const OptionTables *options, const char *name)
{
	size_t length = strcspn(name, "=");

	for (size_t i = 0; i < G_N_ELEMENTS(options->tables); i++) {
		const GOptionEntry *entry = options->tables[i];

		for (; entry && entry->long_name; entry++)
			if (strlen(entry->long_name) == length &&
				strncmp(entry->long_name, name, length) == 0)
				return entry;
	}
	return NULL;
}

/* Is the argument behind @argument its value? */
static bool
takes_next(const OptionTables *options, const char *argument)
{
	const GOptionEntry *entry = NULL;

	if (g_str_has_prefix(argument, "--"))
		entry = strchr(argument, '=') ? NULL : option_of_name(options, argument + 2);
	else if (*argument == '-' && argument[1])
		entry = option_of_letter(options, argument[strlen(argument) - 1]);
	return entry && entry->arg != G_OPTION_ARG_NONE;
}

/* "-domain:example.org", "-word" and "-(a OR b)" are parts of a query.  What is made of
 * option letters is an option; "-dry-run" is the mistake that it looks like, and so is
 * a letter that is none. */
static bool
is_negation(const OptionTables *options, const char *argument)
{
	if (*argument != '-' || argument[1] == '-' || strlen(argument) < 3)
		return false;
	if (option_of_name(options, argument + 1))
		return false;
	for (const char *letter = argument + 1; *letter; letter++)
		if (!option_of_letter(options, *letter))
			return true;
	return false;
}

/* Behind a blank they are no options. */
static void
spare_negations(char **arguments, const OptionTables *options)
{
	for (; *arguments && strcmp(*arguments, "--") != 0; arguments++) {
		char *argument = *arguments;

		if (is_negation(options, argument)) {
			*arguments = g_strconcat(" ", argument, NULL);
			g_free(argument);
		} else if (takes_next(options, argument) && arguments[1]) {
			arguments++;
		}
	}
}

/* Takes them down instead of reading any. */
static bool
describe(Session *session, const GOptionEntry *entries, const GOptionEntry *common, GError **error)
{
	describe_options(session->described, entries);
	describe_options(session->described, common);
	g_set_error(error, CLI_ERROR, CLI_ERROR_HELP, "%s is described", session->command->name);
	return false;
}

bool
session_options(Session *session, const GOptionEntry *entries, const char *more, GError **error)
{
	g_autofree char *store = NULL;
	gboolean help = FALSE;
	gboolean version = FALSE;
	g_auto(GStrv) operands = NULL;
	/* clang-format off */
	const GOptionEntry common[] = {
		{ "store", 0, 0, G_OPTION_ARG_FILENAME, &store, "the quarantine", "FILE" },
		{ "help", 'h', 0, G_OPTION_ARG_NONE, &help, "show this", NULL },
		{ "version", 'V', 0, G_OPTION_ARG_NONE, &version, "show the version", NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &operands, NULL,
			session->command->usage },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */
	g_autoptr(GOptionContext) context = NULL;

	if (session->described)
		return describe(session, entries, common, error);
	context = context_of(session, entries, common, more);
	if (session->command->takes_query)
		spare_negations(session->arguments, &(OptionTables){ { entries, common } });
	if (!g_option_context_parse_strv(context, &session->arguments, error)) {
		g_prefix_error(error, "%s: ", session->command->name);
		g_string_append_printf(session->hint, "lazaret %s --help lists the options",
			session->command->name);
		return false;
	}
	if (help || version)
		return answer_instead(context, help, error);
	g_strfreev(session->arguments);
	session->arguments = operands ? g_steal_pointer(&operands) : g_new0(char *, 1);
	if (store) {
		g_free(session->store_path);
		session->store_path = g_steal_pointer(&store);
	}
	return true;
}

size_t
session_operands(const Session *session)
{
	return g_strv_length(session->arguments);
}

bool
session_at_most(const Session *session, size_t most, GError **error)
{
	if (session_operands(session) <= most)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"%s: nothing can be done with '%s'; lazaret %s --help tells more",
		session->command->name, session->arguments[most], session->command->name);
	return false;
}

bool
limit_check(int limit, GError **error)
{
	if (limit >= 0)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "--limit must not be negative");
	return false;
}

static bool
open_store(Session *session, StoreMode mode, GError **error)
{
	session->store = store_open(session->store_path, mode, error);
	return session->store != NULL;
}

/* Whatever decides or imports also judges what is like it. */
static bool
open_to_write(Session *session, StoreMode mode, GError **error)
{
	session->weights = site_weights(session->settings, error);
	if (!session->weights || !open_store(session, mode, error))
		return false;
	store_judge_by(session->store, session->weights,
		settings_number(session->settings, SETTING_LEARN) != 0);
	return true;
}

static bool
open_as(Session *session, CommandOpens opens, GError **error)
{
	g_autofree char *path = config_path();
	g_autofree char *folder = data_folder();

	session->settings = settings_load(path, folder, error);
	if (!session->settings)
		return false;
	switch (opens) {
	case OPENS_NOTHING:
		return true;
	case OPENS_READ:
		return open_store(session, STORE_READ, error);
	case OPENS_WRITE:
		return open_to_write(session, STORE_WRITE, error);
	case OPENS_CREATE:
		return open_to_write(session, STORE_CREATE, error);
	}
	g_assert_not_reached();
}

bool
session_open(Session *session, GError **error)
{
	return open_as(session, session->command->opens, error);
}

bool
session_open_to_look(Session *session, GError **error)
{
	return open_as(session, OPENS_READ, error);
}

bool
session_can_ask(const Session *session)
{
	return output_terminal(session->output) && isatty(STDIN_FILENO);
}

bool
session_ask(Session *session)
{
	char answer[16] = "";

	output_line(session->output, "Do it? Type y and Enter; anything else leaves all as it is.");
	output_flush(session->output);
	return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}
