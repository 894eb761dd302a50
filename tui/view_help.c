#include "tui/view.h"

#include <string.h>

#include "store/query.h"
#include "tui/console.h"
#include "tui/reader.h"
#include "tui/tab.h"

enum {
	KEYS_COLUMN = 2,
	HELP_COLUMN = 28,
	TERM_COLUMN = 14,
};

typedef struct HelpView {
	View base;
	Reader *reader;
	ViewKind about; /* the view it was asked in */
} HelpView;

static HelpView *
help_of(View *view)
{
	return (HelpView *)view;
}

static void
write_action(const Action *action, Sheet *sheet)
{
	sheet_line(sheet);
	sheet_to(sheet, KEYS_COLUMN);
	for (int i = 0; action->keys[i]; i++) {
		if (i > 0)
			sheet_add(sheet, STYLE_DIM, " ");
		sheet_add(sheet, STYLE_KEY, action->keys[i]);
	}
	sheet_to(sheet, HELP_COLUMN);
	sheet_wrap(sheet, STYLE_NORMAL, action->help);
}

/* The keys that work in @view, under the names of their groups. */
static void
write_keys(ViewKind view, Sheet *sheet)
{
	const char *group = "";

	for (const Action *action = actions(); action->id; action++) {
		if (!(action->views & view))
			continue;
		if (strcmp(group, action->group) != 0)
			sheet_heading(sheet, action->group);
		group = action->group;
		write_action(action, sheet);
	}
}

static void
write_views(ViewKind about, Sheet *sheet)
{
	for (const ViewOps *const *view = views(); *view; view++) {
		if ((*view)->kind != about)
			continue;
		sheet_line(sheet);
		sheet_wrap(sheet, STYLE_STRONG, (*view)->help);
	}
}

static void
write_tabs(Sheet *sheet)
{
	sheet_heading(sheet, "The pages of a message");
	for (int i = 0; tabs()[i]; i++) {
		sheet_line(sheet);
		sheet_to(sheet, KEYS_COLUMN);
		sheet_addf(sheet, STYLE_KEY, "%d", i + 1);
		sheet_addf(sheet, STYLE_NORMAL, " %s", tabs()[i]->name);
		sheet_to(sheet, HELP_COLUMN);
		sheet_wrap(sheet, STYLE_NORMAL, tabs()[i]->help);
	}
}

static void
write_terms(Sheet *sheet)
{
	sheet_heading(sheet, "What l, / and T understand");
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

static void
write_help(void *data, Sheet *sheet)
{
	const HelpView *view = data;

	write_views(view->about, sheet);
	write_keys(view->about, sheet);
	if (view->about & (VIEW_CHOOSERS | VIEW_MESSAGE)) {
		write_tabs(sheet);
		write_terms(sheet);
	}
}

static View *
create_help(Console *console, G_GNUC_UNUSED GError **error)
{
	HelpView *view = g_new0(HelpView, 1);

	view->base = (View){ .ops = view_of_kind(VIEW_HELP), .console = console };
	view->reader = reader_new(write_help, view);
	view->about = console_view(console)->ops->kind;
	return &view->base;
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

static bool
find_in_help(View *view, const char *text, G_GNUC_UNUSED bool backwards, bool *found,
	G_GNUC_UNUSED GError **error)
{
	*found = reader_find(help_of(view)->reader, text);
	return true;
}

static char *
title_of_help(G_GNUC_UNUSED View *view)
{
	return g_strdup("help");
}

extern const ViewOps view_help;
const ViewOps view_help = {
	.name = "help",
	.kind = VIEW_HELP,
	.help = "The keys of the view you came from. Esc goes back there.",
	.create = create_help,
	.free = free_help,
	.draw = draw_help,
	.move = move_help,
	.find = find_in_help,
	.title = title_of_help,
};
