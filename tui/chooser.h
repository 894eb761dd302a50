/* chooser.h - a list to choose from: limit, tags, search and a preview of the cursor's row
 *
 * The campaigns are one, and so are messages.  A limit says which rows it has; what a
 * decision about some of them is about is always messages.
 */
#ifndef TUI_CHOOSER_H
#define TUI_CHOOSER_H

#include "store/decision.h"
#include "tui/sheet.h"
#include "tui/table.h"
#include "tui/view.h"

typedef struct Chooser Chooser;

typedef struct ChooserOps {
	const Table *table;
	ListSource source; /* read is chooser_read(), its data the Chooser */

	/* Rows that @query lets through, as ListSource.read has them. */
	GPtrArray *(*rows)(Chooser *chooser, const Query *query, const void *from, bool backwards,
		int limit, GError **error);
	/* Ids of all of these: int64_t. */
	GArray *(*ids)(Chooser *chooser, const Query *query, GError **error);
	/* Turns @chosen (of Target, but with ids of rows) into the messages they stand for. */
	GArray *(*targets)(Chooser *chooser, const GArray *chosen, GError **error);
	/* The message of a row, or the most dangerous of several. */
	const MessageRow *(*message)(const void *row);
	/* About the cursor's row, of which @rows can be seen. */
	void (*preview)(Chooser *chooser, int rows, Sheet *sheet);
	const char *nothing; /* "No message here is": a limit without hits */
} ChooserOps;

struct Chooser {
	View base;
	const ChooserOps *ops;
	List *list;
	int64_t campaign; /* the only one whose messages it has; 0: all */
	char *limit;      /* as typed */
	Query *query;     /* both */
	char *searched;
	Area area; /* the list was drawn in */
};

/* Fills @chooser, whose base and campaign the caller has set; it shows what matches
 * @limit. */
bool chooser_init(Chooser *chooser, const ChooserOps *ops, const char *limit, GError **error);
void chooser_clear(Chooser *chooser);
/* ListSource.read of all of them. */
GPtrArray *chooser_read(void *data, const void *from, bool backwards, int limit, GError **error);

/* What ViewOps of such a view are filled with. */
void chooser_draw(View *view, Frame *frame, Area area);
bool chooser_move(View *view, Move move, int count, GError **error);
bool chooser_reload(View *view, GError **error);
void chooser_click(View *view, int row, int column);
bool chooser_find(View *view, const char *text, bool backwards, bool *found, GError **error);
const MessageRow *chooser_message(View *view);
List *chooser_list(View *view);
char *chooser_copy(View *view, char **what, GError **error);

/* The From domain: who owns it stands at its end, so what does not fit is cut at the
 * front. */
void chooser_draw_domain(const MessageRow *row, Frame *frame, Area cell);

/* ---- for actions ---- */

/* Shows only what matches @text; "" is all.  A query that can't be read changes
 * nothing; *column is where it is wrong. */
bool chooser_limit(View *view, const char *text, int *column, GError **error);
const char *chooser_limit_text(const View *view);
/* The limit, and the campaign if it is of one, as one query.  Yours. */
char *chooser_query_text(const View *view);

/* Tags what matches @text within the limit; *count is how many these were. */
bool chooser_tag(View *view, const char *text, guint *count, int *column, GError **error);

/* The cursor to message @id, in a view of messages, if the limit shows it. */
bool chooser_go(View *view, int64_t id, GError **error);

/* The text searched for last; NULL if none was. */
const char *chooser_searched(const View *view);

/* Steps to the row behind (or before) the cursor; *moved says if there was one. */
bool chooser_step(View *view, int rows, bool *moved, GError **error);

/* The messages of the cursor's row, or of those tagged: Target.  NULL on error. */
GArray *chooser_targets(View *view, bool tagged, GError **error);
/* The id of the cursor's row; 0: there is none. */
int64_t chooser_current(const View *view);

#endif
