/* chooser.h - a list to choose from: limit, tags, search and a preview of the cursor's row
 *
 * The campaigns are one, and so are messages.  A limit says which rows it has; what a
 * decision about some of them is about is always messages.
 */
#ifndef TUI_CHOOSER_H
#define TUI_CHOOSER_H

#include "store/decision.h"
#include "tui/glance.h"
#include "tui/sheet.h"
#include "tui/table.h"
#include "tui/view.h"

typedef struct Chooser Chooser;
typedef struct ChooserOps ChooserOps;

/* What the rows of a list to choose from are asked for by. */
typedef struct Limit {
	const ChooserOps *ops;
	char *text; /* as typed */
	Query *query;
	int64_t now;      /* when it was typed */
	int64_t campaign; /* the only one whose messages there are; 0: all */
	ListSort sort;    /* of messages */
	bool reverse;
} Limit;

/* What a decision is about, before it is known which messages these are. */
typedef struct Choice {
	Limit *limit;   /* counted; NULL: what was chosen are messages */
	GArray *chosen; /* Target, with ids of rows */
	Target seen;    /* the message that is seen of the cursor's row; 0: none */
} Choice;

/* rows(), ids() and targets() may be on the thread that reads, as the source's: worker.h. */
struct ChooserOps {
	const Table *table;
	ListSource source; /* its queries are Limits, read is chooser_read() */

	/* Rows that @query lets through, in the order of @limit. */
	GPtrArray *(*rows)(Store *store, const Limit *limit, const Query *query,
		const ListPart *part, GError **error);
	/* Ids of all of these: int64_t. */
	GArray *(*ids)(Store *store, const Query *query, GError **error);
	/* The messages that what was chosen stands for: Target. */
	GArray *(*targets)(Store *store, const Choice *choice, GError **error);
	/* The message of a row, or the most dangerous of several. */
	const MessageRow *(*message)(const void *row);
	/* About the cursor's row, of which @rows can be seen. */
	void (*preview)(Chooser *chooser, int rows, Sheet *sheet);
	/* A click on the title of column @column; NULL: it does nothing. */
	bool (*sort)(View *view, int column, GError **error);
	const char *nothing; /* "No message here is": a limit without hits */
};

struct Chooser {
	View base;
	const ChooserOps *ops;
	List *list;
	Glance *glance; /* what is known of the cursor's row */
	char *searched;
	Area area;        /* the list was drawn in, */
	Area preview;     /* and the preview: no rows where there is none */
	int preview_top;  /* its first row that is seen, */
	int64_t shown_in; /* while the cursor is on the row of this id */
};

/* Fills @chooser, whose base the caller has set; it shows what matches @limit, of
 * @campaign alone unless that is 0. */
bool chooser_init(Chooser *chooser, const ChooserOps *ops, const char *limit, int64_t campaign,
	GError **error);
void chooser_clear(Chooser *chooser);
/* ListSource of all of them. */
GPtrArray *chooser_read(Store *store, const void *query, const ListPart *part, GError **error);
void chooser_clear_query(void *query);

/* What ViewOps of such a view are filled with. */
void chooser_draw(View *view, Frame *frame, Area area);
bool chooser_move(View *view, Move move, int count, GError **error);
bool chooser_reload(View *view, GError **error);
void chooser_click(View *view, int row, int column);
bool chooser_wheel(View *view, int row, int column, int rows);
void chooser_find(View *view, const char *text, bool backwards);
const MessageRow *chooser_message(View *view);
List *chooser_list(View *view);
char *chooser_copy(View *view, char **what, GError **error);

/* The From domain: who owns it stands at its end, so what does not fit is cut at the
 * front. */
void chooser_draw_domain(const MessageRow *row, Frame *frame, Area cell);

/* ---- for actions ---- */

/* Shows only what matches @text; "" is all.  A query that can't be read changes
 * nothing; *column is where it is wrong.  The limit is the old one until rows of the new
 * one are there. */
bool chooser_limit(View *view, const char *text, int *column, GError **error);
const Limit *chooser_limit_of(const View *view);
const char *chooser_limit_text(const View *view);
/* The same limit in another order. */
bool chooser_order(View *view, ListSort sort, bool reverse, GError **error);
/* The limit, and the campaign if it is of one, as one query.  Yours. */
char *chooser_query_text(const View *view);

/* Tags what matches @text within the limit, and says how many these were. */
bool chooser_tag(View *view, const char *text, int *column, GError **error);

/* The cursor to message @id, in a view of messages, if the limit shows it. */
bool chooser_go(View *view, int64_t id, GError **error);

/* The text searched for last; NULL if none was. */
const char *chooser_searched(const View *view);

/* Steps to the row behind (or before) the cursor; *moved says if there was one. */
bool chooser_step(View *view, int rows, bool *moved, GError **error);

/* The cursor's row, or those tagged. */
Choice *chooser_choice(View *view, bool tagged);
void choice_free(Choice *choice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Choice, choice_free)
/* Its messages: Target.  NULL on error.  On either thread. */
GArray *choice_targets(const Choice *choice, Store *store, GError **error);
/* The id of the cursor's row; 0: there is none. */
int64_t chooser_current(const View *view);

#endif
