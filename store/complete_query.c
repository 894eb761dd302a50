#include "store/complete.h"

#include <string.h>

#include "store/query_sql.h"

/* The token that the cursor stands in, or behind: as query.c reads it. */
typedef struct Spot {
	gsize from, to;        /* of the value, or of the name */
	const QueryTerm *term; /* whose value it is; NULL: it is a name to be */
	char *prefix;          /* of it, without quotes, up to the cursor */
	bool quoted;
} Spot;

static void
spot_clear(Spot *spot)
{
	g_free(spot->prefix);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Spot, spot_clear)

static bool
ends_word(char c)
{
	return c == '\0' || c == '(' || c == ')' || c == '"' || g_ascii_isspace(c);
}

/* One token of the query, from where its '-' ends. */
typedef struct Piece {
	const char *start, *end;
	const char *value; /* behind NAME:, or NULL */
	bool quoted, closed;
} Piece;

static void
skip_quoted(Piece *piece, const char *at)
{
	piece->quoted = true;
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
	piece->closed = *at == '"';
	piece->end = piece->closed ? at + 1 : at;
}

static Piece
read_piece(const char *start)
{
	Piece piece = { .start = start };
	const char *at = start;

	while (g_ascii_isalnum(*at) || *at == '-')
		at++;
	if (*at == ':' && g_ascii_isalpha(*start))
		piece.value = ++at;
	else
		at = start;
	if (*at == '"') {
		skip_quoted(&piece, at);
		return piece;
	}
	while (!ends_word(*at))
		at++;
	piece.end = at;
	return piece;
}

/* The one that @cursor stands in or directly behind; where it stands in or behind none, an
 * empty one. */
static Piece
piece_at(const char *text, const char *cursor)
{
	const char *at = text;

	for (;;) {
		Piece piece;

		while (at < cursor && (g_ascii_isspace(*at) || *at == '(' || *at == ')'))
			at++;
		if (at < cursor && *at == '-')
			at++;
		piece = read_piece(at);
		if (piece.end >= cursor)
			return piece;
		at = piece.end > at ? piece.end : at + 1;
	}
}

static char *
unquoted(const char *from, const char *end)
{
	GString *text = g_string_new(NULL);

	for (; from < end; from++) {
		if (*from == '\\' && from + 1 < end && (from[1] == '"' || from[1] == '\\'))
			from++;
		g_string_append_c(text, *from);
	}
	return g_string_free(text, FALSE);
}

/* False where nothing is to be completed: in a phrase, behind a value that is closed, of a
 * term that there is not. */
static bool
find_spot(const char *text, const char *cursor, Spot *spot)
{
	Piece piece = piece_at(text, cursor);
	bool in_value = piece.value && piece.value <= cursor;
	const char *from = in_value ? piece.value : piece.start;

	spot->from = (gsize)(from - text);
	spot->to = (gsize)((in_value || !piece.value ? piece.end : piece.value) - text);
	if (!in_value) {
		spot->prefix = g_strndup(from, (gsize)(cursor - from));
		return piece.value || !piece.quoted;
	}
	spot->quoted = piece.quoted;
	spot->term = term_find(piece.start, (gsize)(piece.value - piece.start) - 1);
	spot->prefix = piece.quoted && cursor > from ? unquoted(from + 1, cursor)
						     : g_strndup(from, (gsize)(cursor - from));
	return spot->term && !(piece.closed && cursor == piece.end);
}

/* Is it read as @value when it stands there bare? */
static bool
needs_quotes(const char *value)
{
	for (const char *at = value; *at; at++)
		if (ends_word(*at))
			return true;
	return g_str_has_suffix(value, "*");
}

/* An offer that the term would refuse is none. */
static bool
term_takes(const QueryTerm *term, const char *spelled, int64_t now)
{
	g_autofree char *text = g_strdup_printf("%s:%s", term->name, spelled);
	g_autoptr(Query) query = query_parse(text, now, NULL, NULL);

	return query != NULL;
}

static void
add_values(Completion *completion, Store *store, const Spot *spot, int64_t now)
{
	g_autoptr(Completion) plain = completion_new(0, 0);

	complete_values(plain, store, spot->term->name, spot->prefix, now);
	completion->stopped = plain->stopped;
	for (guint i = 0; i < plain->candidates->len; i++) {
		const Candidate *candidate = g_ptr_array_index(plain->candidates, i);
		g_autofree char *spelled = spot->quoted || needs_quotes(candidate->text)
			? query_quoted(candidate->text)
			: g_strdup(candidate->text);

		if (term_takes(spot->term, spelled, now))
			completion_add(completion, spelled, candidate->help, false);
	}
}

static void
add_names(Completion *completion, const char *prefix)
{
	for (const QueryTerm *term = query_terms(); term->name; term++) {
		g_autofree char *name = g_strconcat(term->name, ":", NULL);

		if (completion_fits(name, prefix))
			completion_add(completion, name, term->summary, true);
	}
}

Completion *
query_complete(Store *store, const char *text, gsize cursor, int64_t now)
{
	g_auto(Spot) spot = { 0 };
	Completion *completion;

	if (!find_spot(text, text + cursor, &spot))
		return completion_new(cursor, cursor);
	completion = completion_new(spot.from, spot.to);
	if (spot.term)
		add_values(completion, store, &spot, now);
	else
		add_names(completion, spot.prefix);
	return completion;
}
