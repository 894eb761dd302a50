#include "tui/chooser.h"

#include "tui/brief.h"
#include "tui/console.h"
#include "tui/empty.h"
#include "tui/fetch.h"
#include "tui/preview.h"

static Chooser *
chooser_of(View *view)
{
	return (Chooser *)view;
}

static const Chooser *
const_chooser_of(const View *view)
{
	return (const Chooser *)view;
}

/* ---- what it shows ---- */

/* @text, and no message of another campaign. */
static char *
within_campaign(int64_t campaign, const char *text)
{
	if (campaign == 0)
		return g_strdup(text);
	return g_strdup_printf("%s%s%scampaign:%" G_GINT64_FORMAT, *text ? "(" : "", text,
		*text ? ") " : "", campaign);
}

/* *column is a place in @text alone. */
static Query *
parse(const char *text, int64_t campaign, int64_t now, int *column, GError **error)
{
	g_autoptr(Query) alone = query_parse(text, now, column, error);
	g_autofree char *whole = NULL;

	if (!alone || campaign == 0)
		return g_steal_pointer(&alone);
	whole = within_campaign(campaign, text);
	return query_parse(whole, now, NULL, error);
}

/* @text within the limit, as one query. */
static Query *
within_limit(const Chooser *chooser, const char *text, int *column, GError **error)
{
	const Limit *limit = list_query(chooser->list);
	int64_t now = chooser->base.console->now;
	g_autoptr(Query) alone = query_parse(text, now, column, error);
	g_autofree char *both = NULL;

	if (!alone)
		return NULL;
	if (!*limit->text)
		return parse(text, limit->campaign, now, NULL, error);
	both = g_strdup_printf("(%s) (%s)", limit->text, text);
	return parse(both, limit->campaign, now, NULL, error);
}

/* As @like is, but for what matches @text. */
static Limit *
limit_new(const Limit *like, const char *text, int *column, GError **error)
{
	g_autoptr(Query) query = parse(text, like->campaign, like->now, column, error);
	Limit *limit;

	if (!query)
		return NULL;
	limit = g_atomic_rc_box_new0(Limit);
	*limit = *like;
	limit->text = g_strstrip(g_strdup(text));
	limit->query = g_steal_pointer(&query);
	return limit;
}

void
chooser_clear_query(void *query)
{
	Limit *limit = query;

	g_free(limit->text);
	query_free(limit->query);
}

static void
told(void *data, const GError *error)
{
	console_read_failed(((Chooser *)data)->base.console, error);
}

bool
chooser_init(
	Chooser *chooser, const ChooserOps *ops, const char *text, int64_t campaign, GError **error)
{
	Console *console = chooser->base.console;
	const Limit like = { .ops = ops, .now = console->now, .campaign = campaign };
	Limit *limit = limit_new(&like, text, NULL, error);

	chooser->ops = ops;
	if (!limit) {
		g_prefix_error(error, "the limit '%s': ", text);
		return false;
	}
	chooser->list = list_new(&ops->source, console->worker, limit);
	list_tell(chooser->list, told, chooser);
	chooser->glance = glance_new(console);
	/* The next key may come before the view is drawn. */
	return list_restart(chooser->list, NULL, error);
}

void
chooser_clear(Chooser *chooser)
{
	list_free(chooser->list);
	glance_free(chooser->glance);
	g_free(chooser->searched);
}

GPtrArray *
chooser_read(Store *store, const void *query, const ListPart *part, GError **error)
{
	const Limit *limit = query;

	return limit->ops->rows(store, limit, limit->query, part, error);
}

/* ---- drawing ---- */

void
chooser_draw_domain(const MessageRow *row, Frame *frame, Area cell)
{
	Style style = row->seen ? STYLE_NORMAL : STYLE_STRONG;
	g_autoptr(Visible) domain = text_visible(*row->domain ? row->domain : "–", -1);
	const char *text = visible_string(domain);
	int left = visible_columns(domain);
	int at = 0;

	if (left > cell.columns) {
		at = frame_text(frame, cell.row, cell.column, 1, STYLE_WARN, "…");
		for (; *text && left > cell.columns - at; text = g_utf8_next_char(text))
			left -= text_columns(g_utf8_get_char(text));
	}
	frame_text(frame, cell.row, cell.column + at, cell.columns - at, style, text);
}

static void
draw_preview(Chooser *chooser, Frame *frame, Area area)
{
	g_autoptr(Sheet) sheet = sheet_new(area.columns - 1);
	int64_t current = chooser->ops->source.id(list_current(chooser->list));

	if (chooser->shown_in != current)
		chooser->preview_top = 0;
	chooser->shown_in = current;
	chooser->ops->preview(chooser, area.rows + chooser->preview_top, sheet);
	if (glance_is_reading(chooser->glance) && sheet_rows(sheet) == 0) {
		sheet_line(sheet);
		sheet_add(sheet, STYLE_DIM, "reading…");
	}
	chooser->preview_top =
		CLAMP(chooser->preview_top, 0, MAX(sheet_rows(sheet) - area.rows, 0));
	sheet_draw(sheet, frame, area, chooser->preview_top);
}

/* What was not read yet is not empty. */
static void
draw_no_rows(const Chooser *chooser, Frame *frame, Area area)
{
	g_autofree char *unread = keymap_text(chooser->base.console->keymap,
		list_is_reading(chooser->list) ? "reading…" : "not read: {first} reads it again");

	if (list_is_read(chooser->list))
		empty_draw(chooser->base.console, chooser_limit_text(&chooser->base),
			chooser->ops->nothing, frame, area);
	else
		frame_text(
			frame, area.row + 2, area.column + 2, area.columns - 3, STYLE_DIM, unread);
}

void
chooser_draw(View *view, Frame *frame, Area area)
{
	Chooser *chooser = chooser_of(view);
	Area preview;
	Area whole = area;
	GError *error = NULL;

	preview_split(view->console->preview, frame, &area, &preview);
	if (!list_resize(chooser->list, area.rows - 1, &error))
		console_fail(view->console, error);
	chooser->area = area;
	chooser->preview = preview;
	if (list_is_empty(chooser->list)) {
		frame_fill(frame, whole, STYLE_NORMAL);
		draw_no_rows(chooser, frame, whole);
		return;
	}
	table_draw(chooser->ops->table, chooser->list, view->console->now, frame, area);
	if (preview.rows > 0)
		draw_preview(chooser, frame, preview);
}

/* ---- what a view does ---- */

bool
chooser_move(View *view, Move move, int count, GError **error)
{
	return list_move(chooser_of(view)->list, move, count, error);
}

bool
chooser_reload(View *view, GError **error)
{
	return list_reload(chooser_of(view)->list, NULL, error);
}

static bool
is_inside(Area area, int row, int column)
{
	return row >= area.row && row < area.row + area.rows && column >= area.column &&
		column < area.column + area.columns;
}

bool
chooser_wheel(View *view, int row, int column, int rows)
{
	Chooser *chooser = chooser_of(view);

	if (!is_inside(chooser->preview, row, column))
		return false;
	chooser->preview_top = MAX(chooser->preview_top + rows, 0);
	return true;
}

void
chooser_click(View *view, int row, int column)
{
	Chooser *chooser = chooser_of(view);
	const void *before = list_current(chooser->list);
	int title = table_title_at(
		chooser->ops->table, chooser->list, view->console->now, chooser->area, column);
	GError *error = NULL;

	if (!is_inside(chooser->area, row, column))
		return;
	if (row == chooser->area.row && title >= 0 && chooser->ops->sort &&
		!chooser->ops->sort(view, title, &error))
		console_fail(view->console, error);
	if (!list_point(chooser->list, table_line(chooser->area, row)))
		return;
	if (list_current(chooser->list) == before && !view->ops->open(view, &error))
		console_fail(view->console, error);
}

const MessageRow *
chooser_message(View *view)
{
	const Chooser *chooser = chooser_of(view);
	const void *row = list_current(chooser->list);

	return row ? chooser->ops->message(row) : NULL;
}

List *
chooser_list(View *view)
{
	return chooser_of(view)->list;
}

char *
chooser_copy(View *view, char **what, GError **error)
{
	const MessageRow *row = chooser_message(view);
	g_autoptr(Dossier) dossier =
		dossier_load(view->console->store, row->id, view->console->now, error);

	if (!dossier)
		return NULL;
	*what = g_strdup_printf("message %" G_GINT64_FORMAT, row->id);
	return brief_facts(dossier);
}

/* ---- for actions ---- */

/* A search on its way. */
typedef struct Search {
	Chooser *chooser;
	Limit *limit; /* counted */
	Query *query;
	ListPart part;
	char *text; /* NULL: where there is none nothing is said */
	bool found;
	int64_t id, place;
} Search;

/* The next row that matches, from the other end when there is none on this side. */
static bool
run_search(Store *store, void *data, GError **error)
{
	Search *search = data;
	const ChooserOps *ops = search->limit->ops;
	ListPart part = search->part;
	g_autoptr(GPtrArray) rows = ops->rows(store, search->limit, search->query, &part, error);

	if (rows && rows->len == 0 && part.from_place) {
		part.from_place = false;
		g_ptr_array_unref(rows);
		rows = ops->rows(store, search->limit, search->query, &part, error);
	}
	if (!rows)
		return false;
	search->found = rows->len > 0;
	if (search->found) {
		search->id = ops->source.id(g_ptr_array_index(rows, 0));
		search->place = list_source_place(&ops->source, g_ptr_array_index(rows, 0));
	}
	return true;
}

static void
end_search(void *data, const GError *error)
{
	const Search *search = data;
	Console *console = search->chooser->base.console;
	GError *trouble = NULL;

	if (error)
		console_read_failed(console, error);
	else if (!search->found && search->text)
		console_not_found(console, search->text);
	else if (search->found &&
		!list_go(search->chooser->list, search->id, search->place, &trouble))
		console_fail(console, trouble);
}

static void
free_search(void *data)
{
	Search *search = data;

	query_unref(&search->limit->ops->source, search->limit);
	query_free(search->query);
	g_free(search->text);
	g_free(search);
}

static const TaskOps searches = { .run = run_search, .done = end_search, .free = free_search };

/* Takes @query. */
static Search *
search_new(Chooser *chooser, Query *query)
{
	Search *search = g_new0(Search, 1);

	search->chooser = chooser;
	search->limit = query_ref((void *)list_query(chooser->list));
	search->query = query;
	search->part.limit = 1;
	return search;
}

void
chooser_find(View *view, const char *text, bool backwards)
{
	Chooser *chooser = chooser_of(view);
	const void *from = list_current(chooser->list);
	GError *error = NULL;
	Query *query = within_limit(chooser, text, NULL, &error);
	Search *search;

	if (!query) {
		console_fail(view->console, error);
		return;
	}
	g_free(chooser->searched);
	chooser->searched = g_strdup(text);
	search = search_new(chooser, query);
	search->text = g_strdup(text);
	search->part.backwards = backwards;
	search->part.from_place = from != NULL;
	if (from)
		search->part.place = list_source_place(&chooser->ops->source, from);
	console_read(view->console, &searches, search);
}

bool
chooser_go(View *view, int64_t id, GError **error)
{
	Chooser *chooser = chooser_of(view);
	g_autofree char *text = g_strdup_printf("id:%" G_GINT64_FORMAT, id);
	Query *query = within_limit(chooser, text, NULL, error);

	if (query)
		console_read(view->console, &searches, search_new(chooser, query));
	return query != NULL;
}

const Limit *
chooser_limit_of(const View *view)
{
	return list_query(const_chooser_of(view)->list);
}

bool
chooser_limit(View *view, const char *text, int *column, GError **error)
{
	Limit like = *chooser_limit_of(view);
	Limit *limit;

	like.now = view->console->now;
	limit = limit_new(&like, text, column, error);
	return limit && list_restart(chooser_of(view)->list, limit, error);
}

const char *
chooser_limit_text(const View *view)
{
	return chooser_limit_of(view)->text;
}

bool
chooser_order(View *view, ListSort sort, bool reverse, GError **error)
{
	List *list = chooser_of(view)->list;
	Limit like = *(const Limit *)list_next_query(list);
	Limit *limit;

	like.sort = sort;
	like.reverse = reverse;
	limit = limit_new(&like, like.text, NULL, error);
	return limit && list_restart(list, limit, error);
}

char *
chooser_query_text(const View *view)
{
	const Limit *limit = chooser_limit_of(view);

	return within_campaign(limit->campaign, limit->text);
}

/* Tags on their way. */
typedef struct Tagging {
	Chooser *chooser;
	const ChooserOps *ops;
	Query *query;
	GArray *ids;
} Tagging;

static bool
run_tagging(Store *store, void *data, GError **error)
{
	Tagging *tagging = data;

	g_clear_pointer(&tagging->ids, g_array_unref);
	tagging->ids = tagging->ops->ids(store, tagging->query, error);
	return tagging->ids != NULL;
}

static void
end_tagging(void *data, const GError *error)
{
	const Tagging *tagging = data;
	Console *console = tagging->chooser->base.console;

	if (error) {
		console_read_failed(console, error);
		return;
	}
	for (guint i = 0; i < tagging->ids->len; i++)
		list_tag(tagging->chooser->list, g_array_index(tagging->ids, int64_t, i), -1);
	console_say(console, STYLE_GOOD, "%u tagged: %s and a key is about all of them",
		tagging->ids->len, console_key_of(console, "tagged"));
}

static void
free_tagging(void *data)
{
	Tagging *tagging = data;

	query_free(tagging->query);
	g_clear_pointer(&tagging->ids, g_array_unref);
	g_free(tagging);
}

static const TaskOps taggings = { .run = run_tagging, .done = end_tagging, .free = free_tagging };

bool
chooser_tag(View *view, const char *text, int *column, GError **error)
{
	Chooser *chooser = chooser_of(view);
	Query *query = within_limit(chooser, text, column, error);
	Tagging *tagging;

	if (!query)
		return false;
	tagging = g_new0(Tagging, 1);
	tagging->chooser = chooser;
	tagging->ops = chooser->ops;
	tagging->query = query;
	console_read(view->console, &taggings, tagging);
	return true;
}

const char *
chooser_searched(const View *view)
{
	return const_chooser_of(view)->searched;
}

int64_t
chooser_current(const View *view)
{
	const Chooser *chooser = const_chooser_of(view);
	const void *row = list_current(chooser->list);

	return row ? chooser->ops->source.id(row) : 0;
}

bool
chooser_step(View *view, int rows, bool *moved, GError **error)
{
	int64_t before = chooser_current(view);

	*moved = false;
	if (!list_move(chooser_of(view)->list, rows > 0 ? MOVE_DOWN : MOVE_UP, ABS(rows), error))
		return false;
	*moved = chooser_current(view) != before;
	return true;
}

static void
add_chosen(int64_t id, int64_t version, void *data)
{
	Target chosen = { .message = id, .version = version };

	g_array_append_val((GArray *)data, chosen);
}

Choice *
chooser_choice(View *view, bool tagged)
{
	const Chooser *chooser = const_chooser_of(view);
	const ListSource *source = &chooser->ops->source;
	const void *row = list_current(chooser->list);
	const MessageRow *message = row ? chooser->ops->message(row) : NULL;
	Choice *choice = g_new0(Choice, 1);

	choice->limit = query_ref((void *)list_query(chooser->list));
	choice->chosen = g_array_new(FALSE, FALSE, sizeof(Target));
	if (message)
		choice->seen = (Target){ .message = message->id, .version = message->version };
	if (tagged)
		list_each_tag(chooser->list, add_chosen, choice->chosen);
	else if (row)
		add_chosen(source->id(row), source->version ? source->version(row) : -1,
			choice->chosen);
	return choice;
}

void
choice_free(Choice *choice)
{
	if (!choice)
		return;
	if (choice->limit)
		query_unref(&choice->limit->ops->source, choice->limit);
	g_array_unref(choice->chosen);
	g_free(choice);
}

GArray *
choice_targets(const Choice *choice, Store *store, GError **error)
{
	if (!choice->limit)
		return g_array_copy(choice->chosen);
	return choice->limit->ops->targets(store, choice, error);
}
