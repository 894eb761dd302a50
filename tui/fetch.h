/* fetch.h - rows of a list on their way, on whichever thread reads them */
#ifndef TUI_FETCH_H
#define TUI_FETCH_H

#include "tui/list.h"

typedef enum {
	FETCH_RESTART, /* the first rows, which the cursor goes to */
	FETCH_RELOAD,  /* the first rows, in which the cursor stays */
	FETCH_END,     /* the last rows */
	FETCH_REST,    /* all rows behind `place`, of a list that only goes forward */
	FETCH_AFTER,   /* rows behind `place` */
	FETCH_BEFORE,  /* rows before it */
	FETCH_AROUND,  /* rows on both sides of row `id`, wherever it is by now */
	FETCH_GO,      /* likewise, and the cursor goes to it */
} FetchKind;

typedef struct Fetch {
	FetchKind kind;
	const ListSource *source;
	void *query; /* counted */
	bool from_place;
	int64_t place, id;
	int limit;

	GPtrArray *rows;       /* what was read; NULL: nothing yet */
	int before;            /* how many of these stand before row `id` */
	bool at_start, at_end; /* there is nothing before, behind them */
} Fetch;

/* With a @query of its own count. */
Fetch *fetch_new(FetchKind kind, const ListSource *source, void *query, int limit);
void fetch_free(Fetch *fetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fetch, fetch_free)

bool fetch_run(Fetch *fetch, Store *store, GError **error);

void *query_ref(void *query);
void query_unref(const ListSource *source, void *query);

#endif
