#include "cli/describe.h"

#include "cli/listing.h"
#include "store/message.h"

struct Description {
	GArray *commands; /* of CommandWords */
	GPtrArray *common;
	CommandTable table;
};

static const char *
format_at(size_t place, G_GNUC_UNUSED const char **help)
{
	return place < FORMATS ? format_name((Format)place) : NULL;
}

static const char *
sort_at(size_t place, G_GNUC_UNUSED const char **help)
{
	return place < SORTS ? sort_name((ListSort)place) : NULL;
}

/* What is called so takes the same wherever a command says nothing else. */
static const WordValues common_values[] = {
	{ .word = "ACCOUNT", .term = "account" },
	{ .word = "ADDRESS", .term = "to" },
	{ .word = "DIR", .path = PATH_FOLDER },
	{ .word = "DOMAIN", .term = "domain" },
	{ .word = "FILE", .path = PATH_ANY },
	{ .word = "FINDING", .term = "finding" },
	{ .word = "FORMAT", .name = format_at },
	{ .word = "HEX", .term = "sha256" },
	{ .word = "ID", .term = "id" },
	{ .word = "OPERATION", .term = "operation" },
	{ .word = "ORDER", .name = sort_at },
	{ .word = "RCPT", .term = "to" },
	{ .word = "SOURCE", .path = PATH_ANY },
	{ .word = NULL },
};

static void
option_free(void *data)
{
	CommandOption *option = data;

	g_free(option->name);
	g_free(option->help);
	g_free(option->value);
	g_free(option);
}

void
describe_options(GPtrArray *options, const GOptionEntry *entries)
{
	for (; entries && entries->long_name; entries++) {
		CommandOption *option;

		/* G_OPTION_REMAINING has an empty name */
		if (!*entries->long_name || entries->flags & G_OPTION_FLAG_HIDDEN)
			continue;
		option = g_new0(CommandOption, 1);
		option->name = g_strdup(entries->long_name);
		option->letter = entries->short_name;
		option->help = g_strdup(entries->description);
		if (entries->arg != G_OPTION_ARG_NONE)
			option->value = g_strdup(entries->arg_description);
		g_ptr_array_add(options, option);
	}
}

static GPtrArray *
options_of(const Command *command)
{
	GPtrArray *options = g_ptr_array_new_with_free_func(option_free);
	char *arguments[] = { (char *)command->name, NULL };
	Session session = { .command = command, .arguments = arguments, .described = options };
	bool ran = command->run(&session, NULL);

	g_assert(!ran);
	return options;
}

/* Has the options that all have. */
static bool
run_nothing(Session *session, GError **error)
{
	return session_options(session, NULL, NULL, error);
}

static void
command_words_clear(void *data)
{
	CommandWords *words = data;

	g_clear_pointer(&words->options, g_ptr_array_unref);
}

Description *
describe_commands(const Command *const *commands)
{
	Description *description = g_new0(Description, 1);

	description->commands = g_array_new(TRUE, TRUE, sizeof(CommandWords));
	g_array_set_clear_func(description->commands, command_words_clear);
	for (; *commands; commands++) {
		CommandWords words = {
			.name = (*commands)->name,
			.summary = (*commands)->summary,
			.usage = (*commands)->usage,
			.takes_query = (*commands)->takes_query,
			.options = options_of(*commands),
			.values = (*commands)->values,
		};

		g_array_append_val(description->commands, words);
	}
	description->common = options_of(&(const Command){ .name = "", .run = run_nothing });
	description->table = (CommandTable){
		.commands = (const CommandWords *)description->commands->data,
		.options = description->common,
		.values = common_values,
	};
	return description;
}

void
description_free(Description *description)
{
	if (!description)
		return;
	g_array_unref(description->commands);
	g_ptr_array_unref(description->common);
	g_free(description);
}

const CommandTable *
description_table(const Description *description)
{
	return &description->table;
}
