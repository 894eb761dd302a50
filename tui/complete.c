#include "tui/complete.h"

#include <string.h>

#include "tui/action.h"

/* Where in a command line the word stands. */
typedef struct Place {
	const CompleteWith *with;
	const CommandWords *command; /* NULL: none was named yet */
	const CommandOption *option; /* whose value it is; NULL: of none */
	GPtrArray *operands;         /* of const char *: those before it */
	bool only_operands;          /* -- stands before it */
} Place;

static void
place_clear(Place *place)
{
	if (place->operands)
		g_ptr_array_unref(place->operands);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

/* ---- where it stands ---- */

static const CommandWords *
command_of(const CommandTable *table, const char *name)
{
	for (const CommandWords *command = table->commands; command->name; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

static const GPtrArray *
options_at(const Place *place)
{
	static const GPtrArray none = { 0 };
	const GPtrArray *options =
		place->command ? place->command->options : place->with->table->options;

	return options ? options : &none;
}

/* The option that @word is: --name, -n, or the last one of -abc. */
static const CommandOption *
option_of(const GPtrArray *options, const char *word)
{
	for (guint i = 0; i < options->len; i++) {
		const CommandOption *option = g_ptr_array_index(options, i);

		if (g_str_has_prefix(word, "--") ? strcmp(word + 2, option->name) == 0
						 : option->letter == word[strlen(word) - 1])
			return option;
	}
	return NULL;
}

static bool
is_option(const Place *place, const char *word)
{
	return !place->only_operands && word[0] == '-' && word[1];
}

/* A command line is read from its beginning, as the program will. */
static void
pass_word(Place *place, const char *word)
{
	const CommandOption *option;

	if (place->option) {
		place->option = NULL;
	} else if (is_option(place, word)) {
		place->only_operands = strcmp(word, "--") == 0;
		option = option_of(options_at(place), word);
		place->option = option && option->value ? option : NULL;
	} else if (place->command) {
		g_ptr_array_add(place->operands, (gpointer)word);
	} else {
		place->command = command_of(place->with->table, word);
		if (!place->command) /* no such: nothing is known of what follows */
			place->only_operands = true;
	}
}

/* ---- values ---- */

static const WordValues *
find_values(const WordValues *values, const char *word)
{
	for (; values && values->word; values++)
		if (strcmp(values->word, word) == 0)
			return values;
	return NULL;
}

/* "NAME,..." is several of NAME in one word, "NAME..." in several words. */
static const WordValues *
values_of(const Place *place, const char *word)
{
	const WordValues *own = place->command ? place->command->values : NULL;
	g_autofree char *name = g_strndup(word, strcspn(word, ",."));
	const WordValues *found = find_values(own, name);

	return found ? found : find_values(place->with->table->values, name);
}

static const WordValues *
values_of_option(const Place *place)
{
	const WordValues *own = place->command ? place->command->values : NULL;
	const WordValues *found = find_values(own, place->option->name);

	return found ? found : values_of(place, place->option->value);
}

/* "maildir:", "smtp://" */
static bool
is_beginning(const char *name)
{
	return g_str_has_suffix(name, ":") || g_str_has_suffix(name, "/");
}

static void
add_names(Completion *completion, const WordValues *values, const char *prefix)
{
	const char *help = NULL;
	const char *name;

	for (size_t i = 0; (name = values->name(i, &help)); i++) {
		if (completion_fits(name, prefix))
			completion_add(completion, name, help, is_beginning(name));
		help = NULL;
	}
}

static void
add_names_behind(
	Completion *completion, const Place *place, const WordValues *values, const char *prefix)
{
	guint operands = place->operands->len;
	const char *before = operands ? g_ptr_array_index(place->operands, operands - 1) : "";
	const char *name;

	for (size_t i = 0; (name = values->name_behind(before, i)); i++)
		if (completion_fits(name, prefix))
			completion_add(completion, name, NULL, false);
}

static void
add_values(Completion *completion, const Place *place, const WordValues *values, const char *prefix)
{
	if (values->name)
		add_names(completion, values, prefix);
	if (values->name_behind)
		add_names_behind(completion, place, values, prefix);
	if (values->term)
		complete_values(
			completion, place->with->store, values->term, prefix, place->with->now);
	if (values->path != PATH_NONE)
		complete_path(completion, prefix, values->path == PATH_FOLDER);
}

/* Candidates of a part of the word become whole words again. */
static void
add_behind(Completion *completion, const char *word, gsize kept, const Completion *part)
{
	completion->stopped = completion->stopped || part->stopped;
	for (guint i = 0; i < part->candidates->len; i++) {
		const Candidate *candidate = g_ptr_array_index(part->candidates, i);
		g_autofree char *whole =
			g_strdup_printf("%.*s%s", (int)kept, word, candidate->text);

		completion_add(completion, whole, candidate->help, candidate->open);
	}
}

/* @kept bytes of @word stand; of @values what may follow these. */
static void
add_part(Completion *completion, const Place *place, const WordValues *values, const char *word,
	gsize kept)
{
	g_autoptr(Completion) part = completion_new(0, 0);

	add_values(part, place, values, word + kept);
	add_behind(completion, word, kept, part);
}

static void
add_option_values(Completion *completion, const Place *place, const char *word, gsize kept)
{
	const WordValues *values = values_of_option(place);
	const char *comma = strrchr(word + kept, ',');

	if (comma && g_str_has_suffix(place->option->value, ",..."))
		kept = (gsize)(comma + 1 - word);
	if (values)
		add_part(completion, place, values, word, kept);
}

static void
add_query(Completion *completion, const Place *place, const char *word)
{
	g_autoptr(Completion) part =
		query_complete(place->with->store, word, strlen(word), place->with->now);

	add_behind(completion, word, part->from, part);
}

/* ---- commands, options, operands ---- */

static void
add_commands(Completion *completion, const CompleteWith *with, const char *prefix)
{
	for (const CommandWords *command = with->table->commands; command->name; command++)
		if (completion_fits(command->name, prefix))
			completion_add(completion, command->name, command->summary, false);
	for (const Action *action = actions(); action->id; action++)
		if (action->views & with->views && completion_fits(action->id, prefix))
			completion_add(completion, action->id, action->help, false);
}

static void
add_options(Completion *completion, const Place *place, const char *prefix)
{
	const GPtrArray *options = options_at(place);

	for (guint i = 0; i < options->len; i++) {
		const CommandOption *option = g_ptr_array_index(options, i);
		g_autofree char *name = g_strconcat("--", option->name, NULL);

		if (g_str_has_prefix(name, prefix))
			completion_add(completion, name, option->help, false);
	}
}

/* What usage @word says of an operand: itself, or what it is called. */
static void
add_operand(Completion *completion, const Place *place, const char *usage, const char *word)
{
	const WordValues *values;

	if (g_str_has_prefix(usage, "QUERY")) {
		add_query(completion, place, word);
	} else if (place->command->takes_query && strcmp(usage, "ID...") == 0 &&
		!g_ascii_isdigit(*word)) {
		/* ids beside a query are offered to who begins one */
	} else if (g_ascii_islower(*usage)) {
		if (g_str_has_prefix(usage, word))
			completion_add(completion, usage, NULL, false);
	} else {
		values = values_of(place, usage);
		if (values)
			add_part(completion, place, values, word, 0);
	}
}

/* Number @place of the words of @usage, of which one with dots, and a query, goes on. */
static const char *
usage_at(char **usage, guint place)
{
	guint length = g_strv_length(usage);
	const char *last = length > 0 ? usage[length - 1] : "";

	if (place < length)
		return usage[place];
	return g_str_has_suffix(last, "...") || g_str_has_prefix(last, "QUERY") ? last : NULL;
}

static bool
matches(char **usage, const GPtrArray *operands)
{
	for (guint i = 0; i < operands->len; i++) {
		const char *word = usage_at(usage, i);

		if (!word ||
			(g_ascii_islower(*word) &&
				strcmp(word, g_ptr_array_index(operands, i)) != 0))
			return false;
	}
	return true;
}

/* "[NAME [VALUE]]": what may be missing is no matter here. */
static GStrv
words_of(const char *way)
{
	g_auto(GStrv) pieces = g_strsplit_set(way, " []", -1);
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (char **piece = pieces; *piece; piece++)
		if (**piece)
			g_strv_builder_add(words, *piece);
	return g_strv_builder_end(words);
}

/* Is @way one that begins with a word for itself, which stands there? */
static bool
is_verb(char **way, const GPtrArray *operands)
{
	return operands->len > 0 && g_ascii_islower(**way) && matches(way, operands);
}

/* "[QUERY | show ID | join ID ID]" is three ways to go on; behind "show" it is one. */
static GPtrArray *
ways_of(const Place *place)
{
	g_auto(GStrv) ways = g_strsplit(place->command->usage, "|", -1);
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);

	for (char **way = ways; *way; way++) {
		char **words = words_of(*way);
		bool only = *words && is_verb(words, place->operands);

		if (only)
			g_ptr_array_set_size(all, 0);
		g_ptr_array_add(all, words);
		if (only)
			break;
	}
	return all;
}

static void
add_operands(Completion *completion, const Place *place, const char *word)
{
	g_autoptr(GPtrArray) ways = ways_of(place);

	for (guint i = 0; i < ways->len; i++) {
		char **way = g_ptr_array_index(ways, i);
		const char *usage = usage_at(way, place->operands->len);

		if (usage && matches(way, place->operands))
			add_operand(completion, place, usage, word);
	}
}

static void
add_word(Completion *completion, Place *place, const char *word)
{
	const char *equals = strchr(word, '=');

	if (place->option) {
		add_option_values(completion, place, word, 0);
		return;
	}
	if (is_option(place, word) && g_str_has_prefix(word, "--") && equals) {
		g_autofree char *name = g_strndup(word, (gsize)(equals - word));

		place->option = option_of(options_at(place), name);
		if (place->option && place->option->value)
			add_option_values(completion, place, word, (gsize)(equals + 1 - word));
		return;
	}
	if (*word == '-' && !place->only_operands)
		add_options(completion, place, word);
	if (place->command)
		add_operands(completion, place, word);
	else if (!place->only_operands && *word != '-')
		add_commands(completion, place->with, word);
}

Completion *
complete_word(const CompleteWith *with, const char *const *words, const char *word)
{
	g_auto(Place) place = { .with = with, .operands = g_ptr_array_new() };
	Completion *completion = completion_new(0, strlen(word));

	for (; *words; words++)
		pass_word(&place, *words);
	add_word(completion, &place, word);
	return completion;
}

Completion *
complete_command_line(const CompleteWith *with, const char *line, gsize cursor)
{
	g_auto(ShellLine) shell = { 0 };
	g_autoptr(Completion) words = NULL;
	Completion *completion;

	/* To GLib's shell all of it is a comment, and no command. */
	if (line[strspn(line, " \t\n")] == '#')
		return completion_new(cursor, cursor);
	shell_line_read(&shell, line, cursor);
	words = complete_word(with, (const char *const *)shell.words->pdata, shell.word->str);
	completion = completion_new(shell.from, shell.to);
	completion->stopped = words->stopped;
	for (guint i = 0; i < words->candidates->len; i++) {
		const Candidate *candidate = g_ptr_array_index(words->candidates, i);
		g_autofree char *spelled = shell_word_spell(candidate->text);

		completion_add(completion, spelled, candidate->help, candidate->open);
	}
	return completion;
}
