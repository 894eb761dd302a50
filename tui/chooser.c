#include "tui/chooser.h"

#include "tui/brief.h"
#include "tui/console.h"
#include "tui/empty.h"
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
within_campaign(const Chooser *chooser, const char *text)
{
	if (chooser->campaign == 0)
		return g_strdup(text);
	return g_strdup_printf("%s%s%scampaign:%" G_GINT64_FORMAT, *text ? "(" : "", text,
		*text ? ") " : "", chooser->campaign);
}

/* *column is a place in @text alone. */
static Query *
parse(const Chooser *chooser, const char *text, int *column, GError **error)
{
	int64_t now = chooser->base.console->now;
	g_autoptr(Query) alone = query_parse(text, now, column, error);
	g_autofree char *whole = NULL;

	if (!alone || chooser->campaign == 0)
		return g_steal_pointer(&alone);
	whole = within_campaign(chooser, text);
	return query_parse(whole, now, NULL, error);
}

/* @text within the limit, as one query. */
static Query *
within_limit(const Chooser *chooser, const char *text, int *column, GError **error)
{
	g_autoptr(Query) alone = query_parse(text, chooser->base.console->now, column, error);
	g_autofree char *both = NULL;

	if (!alone)
		return NULL;
	if (!*chooser->limit)
		return parse(chooser, text, NULL, error);
	both = g_strdup_printf("(%s) (%s)", chooser->limit, text);
	return parse(chooser, both, NULL, error);
}

bool
chooser_init(Chooser *chooser, const ChooserOps *ops, const char *limit, GError **error)
{
	chooser->ops = ops;
	chooser->list = list_new(&ops->source, chooser);
	chooser->limit = g_strdup(limit);
	chooser->query = parse(chooser, limit, NULL, error);
	if (!chooser->query)
		g_prefix_error(error, "the limit '%s': ", limit);
	/* The next key may come before the view is drawn. */
	return chooser->query && list_restart(chooser->list, error);
}

void
chooser_clear(Chooser *chooser)
{
	list_free(chooser->list);
	g_free(chooser->limit);
	query_free(chooser->query);
	g_free(chooser->searched);
}

GPtrArray *
chooser_read(void *data, const void *from, bool backwards, int limit, GError **error)
{
	Chooser *chooser = data;

	return chooser->ops->rows(chooser, chooser->query, from, backwards, limit, error);
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

	chooser->ops->preview(chooser, area.rows, sheet);
	sheet_draw(sheet, frame, area, 0);
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
	if (list_is_empty(chooser->list)) {
		frame_fill(frame, whole, STYLE_NORMAL);
		empty_draw(view->console, chooser->limit, chooser->ops->nothing, frame, whole);
		return;
	}
	chooser->area = area;
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
	return list_reload(chooser_of(view)->list, error);
}

void
chooser_click(View *view, int row, G_GNUC_UNUSED int column)
{
	Chooser *chooser = chooser_of(view);
	const void *before = list_current(chooser->list);
	GError *error = NULL;

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

/* The next row that matches, from the other end when there is none on this side: the
 * only one of *rows, if there is one. */
static bool
find_row(Chooser *chooser, const Query *query, bool backwards, GPtrArray **rows, GError **error)
{
	const void *from = list_current(chooser->list);
	g_autoptr(GPtrArray) found = NULL;

	found = chooser->ops->rows(chooser, query, from, backwards, 1, error);
	if (found && found->len == 0) {
		g_ptr_array_unref(found);
		found = chooser->ops->rows(chooser, query, NULL, backwards, 1, error);
	}
	*rows = g_steal_pointer(&found);
	return *rows != NULL;
}

bool
chooser_find(View *view, const char *text, bool backwards, bool *found, GError **error)
{
	Chooser *chooser = chooser_of(view);
	g_autoptr(Query) query = within_limit(chooser, text, NULL, error);
	g_autoptr(GPtrArray) rows = NULL;

	if (!query)
		return false;
	g_free(chooser->searched);
	chooser->searched = g_strdup(text);
	if (!find_row(chooser, query, backwards, &rows, error))
		return false;
	*found = rows->len > 0;
	return !*found || list_go(chooser->list, g_ptr_array_index(rows, 0), error);
}

/* ---- for actions ---- */

bool
chooser_go(View *view, int64_t id, GError **error)
{
	Chooser *chooser = chooser_of(view);
	g_autofree char *text = g_strdup_printf("id:%" G_GINT64_FORMAT, id);
	g_autoptr(Query) query = within_limit(chooser, text, NULL, error);
	g_autoptr(GPtrArray) rows =
		query ? chooser->ops->rows(chooser, query, NULL, false, 1, error) : NULL;

	return rows &&
		(rows->len == 0 || list_go(chooser->list, g_ptr_array_index(rows, 0), error));
}

bool
chooser_limit(View *view, const char *text, int *column, GError **error)
{
	Chooser *chooser = chooser_of(view);
	Query *query = parse(chooser, text, column, error);

	if (!query)
		return false;
	query_free(chooser->query);
	chooser->query = query;
	g_free(chooser->limit);
	chooser->limit = g_strstrip(g_strdup(text));
	return list_restart(chooser->list, error);
}

const char *
chooser_limit_text(const View *view)
{
	return const_chooser_of(view)->limit;
}

char *
chooser_query_text(const View *view)
{
	const Chooser *chooser = const_chooser_of(view);

	return within_campaign(chooser, chooser->limit);
}

bool
chooser_tag(View *view, const char *text, guint *count, int *column, GError **error)
{
	Chooser *chooser = chooser_of(view);
	g_autoptr(Query) query = within_limit(chooser, text, column, error);
	g_autoptr(GArray) ids = NULL;

	if (!query)
		return false;
	ids = chooser->ops->ids(chooser, query, error);
	if (!ids)
		return false;
	for (guint i = 0; i < ids->len; i++)
		list_tag(chooser->list, g_array_index(ids, int64_t, i), -1);
	*count = ids->len;
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

GArray *
chooser_targets(View *view, bool tagged, GError **error)
{
	Chooser *chooser = chooser_of(view);
	const ListSource *source = &chooser->ops->source;
	const void *row = list_current(chooser->list);
	g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(Target));

	if (tagged)
		list_each_tag(chooser->list, add_chosen, chosen);
	else if (row)
		add_chosen(source->id(row), source->version ? source->version(row) : -1, chosen);
	return chooser->ops->targets(chooser, chosen, error);
}
