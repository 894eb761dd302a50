#include "tui/help.h"

#include <string.h>

#include "store/nearest.h"
#include "store/query.h"
#include "tui/browse.h"
#include "tui/reader.h"

enum {
	KEYS_COLUMN = 2,
	HELP_COLUMN = 28,
	TERM_COLUMN = 14,
};

typedef struct HelpView HelpView;

typedef struct Topic {
	const char *name, *summary;
	void (*write)(const HelpView *help, Sheet *sheet);
} Topic;

struct HelpView {
	View base;
	Reader *reader;
	const Topic *topic; /* NULL: a view, */
	ViewKind about;     /* this one */
};

static void write_topics(Sheet *sheet);

static HelpView *
help_of(View *view)
{
	return (HelpView *)view;
}

static void
write_action(const Keymap *keymap, const Action *action, Sheet *sheet)
{
	const char *const *keys = keymap_keys(keymap, action);

	sheet_line(sheet);
	sheet_to(sheet, KEYS_COLUMN);
	if (!*keys)
		sheet_add(sheet, STYLE_DIM, "no key");
	for (int i = 0; keys[i]; i++) {
		if (i > 0)
			sheet_add(sheet, STYLE_DIM, " ");
		sheet_add(sheet, STYLE_KEY, keys[i]);
	}
	sheet_to(sheet, HELP_COLUMN);
	sheet_wrap(sheet, STYLE_NORMAL, action->help);
}

/* The keys that work in @view, under the names of their groups. */
static void
write_keys(const Keymap *keymap, ViewKind view, Sheet *sheet)
{
	const char *group = "";

	for (const Action *action = actions(); action->id; action++) {
		if (!(action->views & view))
			continue;
		if (strcmp(group, action->group) != 0)
			sheet_heading(sheet, action->group);
		group = action->group;
		write_action(keymap, action, sheet);
	}
}

static void
write_purpose(const HelpView *help, Sheet *sheet)
{
	sheet_line(sheet);
	help_write(help->base.console, 0, STYLE_STRONG, view_of_kind(help->about)->help, sheet);
}

static void
write_terms(const Keymap *keymap, Sheet *sheet)
{
	g_autofree char *heading =
		keymap_text(keymap, "What {limit}, {search} and {tag-query} understand");

	sheet_heading(sheet, heading);
	sheet_line(sheet);
	sheet_to(sheet, KEYS_COLUMN);
	sheet_wrap(sheet, STYLE_DIM,
		"A word stands for itself, \"two words\" for a phrase; several must all match, - takes"
		" away, OR and ( ) group. All times are UTC, as those shown are.");
	for (const QueryTerm *term = query_terms(); term->name; term++) {
		sheet_line(sheet);
		sheet_to(sheet, KEYS_COLUMN);
		sheet_addf(sheet, STYLE_KEY, "%s:", term->name);
		sheet_to(sheet, TERM_COLUMN);
		sheet_add(sheet, STYLE_DIM, term->value);
		sheet_to(sheet, HELP_COLUMN);
		sheet_wrap(sheet, STYLE_NORMAL, term->summary);
	}
}

/* ---- topics ---- */

static void
write_view(const HelpView *help, Sheet *sheet)
{
	const Keymap *keymap = help->base.console->keymap;

	write_purpose(help, sheet);
	write_keys(keymap, help->about, sheet);
	if (help->about & (VIEW_CHOOSERS | VIEW_MESSAGE))
		write_terms(keymap, sheet);
}

static void
write_tour(const HelpView *help, Sheet *sheet)
{
	tour_write(help->base.console, sheet);
	write_topics(sheet);
}

static void
write_query(const HelpView *help, Sheet *sheet)
{
	write_terms(help->base.console->keymap, sheet);
}

static void
write_pages(const HelpView *help, Sheet *sheet)
{
	sheet_heading(sheet, "The pages of a message");
	for (const Action *action = actions(); action->id; action++) {
		if (action->run == run_tab)
			write_action(help->base.console->keymap, action, sheet);
	}
}

static void
write_all_keys(const HelpView *help, Sheet *sheet)
{
	write_keys(help->base.console->keymap, VIEW_ANY, sheet);
}

// clang-format off
static const Topic topics[] = {
	{ "tour",  "what all this is for, and how a shift goes", write_tour },
	{ "query", "what a limit, a search and a tag understand", write_query },
	{ "pages", "the pages of a message", write_pages },
	{ "keys",  "every key, of all views", write_all_keys },
	{ NULL, NULL, NULL },
};
// clang-format on

static void
write_topics(Sheet *sheet)
{
	sheet_heading(sheet, "More: type :help and one of these");
	for (const Topic *topic = topics + 1; topic->name; topic++) {
		sheet_line(sheet);
		sheet_to(sheet, KEYS_COLUMN);
		sheet_add(sheet, STYLE_KEY, topic->name);
		sheet_to(sheet, TERM_COLUMN);
		sheet_wrap(sheet, STYLE_NORMAL, topic->summary);
	}
	sheet_label(sheet, "a view");
	for (const ViewOps *const *view = views(); *view; view++)
		sheet_item(sheet, STYLE_KEY, (*view)->name);
}

const char **
help_topics(void)
{
	GPtrArray *names = g_ptr_array_new();

	for (const Topic *topic = topics; topic->name; topic++)
		g_ptr_array_add(names, (gpointer)topic->name);
	for (const ViewOps *const *view = views(); *view; view++)
		g_ptr_array_add(names, (gpointer)(*view)->name);
	g_ptr_array_add(names, NULL);
	return (const char **)g_ptr_array_free(names, FALSE);
}

static void
write_help(void *data, Sheet *sheet)
{
	const HelpView *help = data;

	if (help->topic)
		help->topic->write(help, sheet);
	else
		write_view(help, sheet);
}

static View *
help_new(Console *console, const Topic *topic, ViewKind about)
{
	HelpView *help = g_new0(HelpView, 1);

	help->base = (View){ .ops = view_of_kind(VIEW_HELP), .console = console };
	help->reader = reader_new(write_help, help);
	help->topic = topic;
	help->about = about;
	return &help->base;
}

static View *
create_help(Console *console, G_GNUC_UNUSED GError **error)
{
	return help_new(console, NULL, console_view(console)->ops->kind);
}

bool
help_open(Console *console, const char *name, GError **error)
{
	g_autofree const char **names = help_topics();
	const char *nearest;

	for (const Topic *topic = topics; topic->name; topic++) {
		if (strcmp(topic->name, *name ? name : topics[0].name) == 0) {
			console_open(console, help_new(console, topic, 0));
			return true;
		}
	}
	for (const ViewOps *const *view = views(); *view; view++) {
		if (strcmp((*view)->name, name) == 0) {
			console_open(console, help_new(console, NULL, (*view)->kind));
			return true;
		}
	}
	nearest = nearest_name(name, names);
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
		nearest ? "no help on '%s'; the nearest is '%s'"
			: "no help on '%s'; :help alone names what there is",
		name, nearest);
	return false;
}

void
run_tour(Console *console, G_GNUC_UNUSED int argument)
{
	if (help_of(console_view(console))->topic != topics)
		console_open(console, help_new(console, topics, 0));
}

static void
free_help(View *view)
{
	reader_free(help_of(view)->reader);
	g_free(view);
}

static void
draw_help(View *view, Frame *frame, Area area)
{
	area.column++;
	area.columns -= 2;
	reader_draw(help_of(view)->reader, frame, area);
}

static bool
move_help(View *view, Move move, int count, G_GNUC_UNUSED GError **error)
{
	reader_move(help_of(view)->reader, move, count);
	return true;
}

static void
find_in_help(View *view, const char *text, G_GNUC_UNUSED bool backwards)
{
	if (!reader_find(help_of(view)->reader, text))
		console_not_found(view->console, text);
}

static char *
title_of_help(View *view)
{
	const HelpView *help = help_of(view);

	return g_strdup_printf(
		"help: %s", help->topic ? help->topic->name : view_of_kind(help->about)->name);
}

extern const ViewOps view_help;
const ViewOps view_help = {
	.name = "help",
	.kind = VIEW_HELP,
	.help = "What the view you came from is for, and its keys. {tour} goes on to the tour, {back}"
		" back to where you were.",
	.create = create_help,
	.free = free_help,
	.draw = draw_help,
	.move = move_help,
	.find = find_in_help,
	.title = title_of_help,
};
