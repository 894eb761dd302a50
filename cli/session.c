#include <pwd.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "store/query.h"

int64_t
clock_now(void)
{
	return (int64_t)time(NULL);
}

/* Who acts is who runs the program: neither $USER nor $LOGNAME is asked, since
 * anyone can set them. */
static char *
login_name(void)
{
	const struct passwd *user = getpwuid(getuid());

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
	g_autofree char *text = help ? g_option_context_get_help(context, TRUE, NULL)
				     : g_strdup("lazaret " VERSION "\n");

	g_set_error(error, CLI_ERROR, CLI_ERROR_HELP, "%s", text);
	return false;
}

static bool
is_negated_term(const char *argument)
{
	const char *colon = *argument == '-' ? strchr(argument, ':') : NULL;
	size_t length = colon ? (size_t)(colon - argument - 1) : 0;

	for (const QueryTerm *term = query_terms(); colon && term->name; term++)
		if (strlen(term->name) == length && strncmp(term->name, argument + 1, length) == 0)
			return true;
	return false;
}

/* "-domain:example.org" is part of a query: behind a blank it is no option. */
static void
spare_negated_terms(char **arguments)
{
	for (; *arguments && strcmp(*arguments, "--") != 0; arguments++) {
		char *argument = *arguments;

		if (!is_negated_term(argument))
			continue;
		*arguments = g_strconcat(" ", argument, NULL);
		g_free(argument);
	}
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
	g_autoptr(GOptionContext) context = context_of(session, entries, common, more);

	if (strstr(session->command->usage, "QUERY"))
		spare_negated_terms(session->arguments);
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

bool
session_open(Session *session, GError **error)
{
	g_autofree char *path = config_path();
	g_autofree char *folder = data_folder();

	session->settings = settings_load(path, folder, error);
	if (!session->settings)
		return false;
	switch (session->command->opens) {
	case OPENS_NOTHING:
		return true;
	case OPENS_READ:
		return open_store(session, STORE_READ, error);
	case OPENS_WRITE:
		return open_store(session, STORE_WRITE, error);
	case OPENS_CREATE:
		return open_store(session, STORE_CREATE, error);
	}
	g_assert_not_reached();
}
