#include "store/query.h"

#include <string.h>

#include "store/query_sql.h"

G_DEFINE_QUARK(lazaret_query_error, query_error)

enum {
	MAX_LENGTH = 16 * 1024, /* bytes */
	MAX_TERMS = 200,        /* SQLite's expressions are a tree of at most 1,000 levels, */
	MAX_DEPTH = 10,         /* and its parser's stack has 100 places: five a level */
};

/* ---- what is known of a condition ---- */

static Reach
reach_and(Reach a, Reach b)
{
	return (Reach){
		.may = a.may & b.may,
		.must = a.must & b.must,
		.narrow = a.narrow || b.narrow,
		.keyed = a.keyed || b.keyed,
		.placed = a.placed && b.placed,
		.least = MAX(a.least, b.least),
		.most = MIN(a.most, b.most),
	};
}

static Reach
reach_or(Reach a, Reach b)
{
	return (Reach){
		.may = a.may | b.may,
		.must = a.must | b.must,
		.narrow = a.narrow && b.narrow,
		.keyed = a.may == 0 ? b.keyed : a.keyed && b.may == 0,
		.placed = a.placed && b.placed,
		.least = MIN(a.least, b.least),
		.most = MAX(a.most, b.most),
	};
}

static Reach
reach_not(Reach a)
{
	return (Reach){
		.may = REACH_ALL & ~a.must,
		.must = REACH_ALL & ~a.may,
		.placed = a.placed,
		.most = INT64_MAX,
	};
}

static const Reach everything = {
	.may = REACH_ALL, .must = REACH_ALL, .placed = true, .most = INT64_MAX
};
/* What reach_or() leaves the other as it is with. */
static const Reach nothing = { .narrow = true, .placed = true, .least = INT64_MAX };

/* ---- the parser: one pass, no recursion; our precedence is SQL's ---- */

typedef struct Group {
	enum {
		AT_START,
		AFTER_TERM,
		AFTER_OR,
	} place;
	bool negated;
	const char *opened; /* where its parenthesis stands */
	Reach done;         /* of the alternatives before the last OR */
	Reach chain;        /* of the terms since */
	int words;          /* the value that holds this chain's word search, -1: none yet */
} Group;

typedef struct Parser {
	const char *text;
	const char *at;    /* what comes next */
	const char *start; /* what an error is about */
	int64_t now;
	int terms;
	int depth;
	Group groups[MAX_DEPTH + 1];
	Query *query;
} Parser;

typedef struct Token {
	bool negated;
	bool quoted;
	bool prefix;
	const QueryTerm *term; /* NULL: a bare word */
	GString *text;
} Token;

static void
token_clear(Token *token)
{
	if (token->text)
		g_string_free(token->text, true);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Token, token_clear)

static bool
fail(GError **error, QueryError code, const char *message)
{
	g_set_error_literal(error, QUERY_ERROR, (int)code, message);
	return false;
}

static void
open_group(Parser *parser, bool negated)
{
	parser->groups[parser->depth] = (Group){
		.place = AT_START,
		.negated = negated,
		.opened = parser->start,
		.done = nothing,
		.chain = everything,
		.words = -1,
	};
}

static Group *
group_of(Parser *parser)
{
	return &parser->groups[parser->depth];
}

static void
connect(Parser *parser)
{
	static const char *const joints[] = {
		[AT_START] = "",
		[AFTER_TERM] = " AND ",
		[AFTER_OR] = " OR ",
	};

	query_emit(parser->query, joints[group_of(parser)->place]);
}

/* NULL counts as false on both sides of a negation. */
static void
end_operand(Parser *parser, bool negated, Reach reach)
{
	Group *group = group_of(parser);

	query_emit(parser->query, negated ? ") IS NOT TRUE" : ")");
	group->chain = reach_and(group->chain, negated ? reach_not(reach) : reach);
	group->place = AFTER_TERM;
}

static bool
begin_parenthesis(Parser *parser, bool negated, GError **error)
{
	if (parser->depth == MAX_DEPTH)
		return fail(error, QUERY_ERROR_SYNTAX, "parentheses are nested too deep");
	connect(parser);
	query_emit(parser->query, "(");
	parser->depth++;
	open_group(parser, negated);
	return true;
}

static bool
group_is_whole(const Group *group, GError **error)
{
	switch (group->place) {
	case AT_START:
		return fail(error, QUERY_ERROR_SYNTAX, "nothing stands between the parentheses");
	case AFTER_OR:
		return fail(error, QUERY_ERROR_SYNTAX, "a term is missing behind OR");
	case AFTER_TERM:
		return true;
	}
	g_assert_not_reached();
}

static bool
end_parenthesis(Parser *parser, GError **error)
{
	const Group *group = group_of(parser);

	if (parser->depth == 0)
		return fail(error, QUERY_ERROR_SYNTAX, "this parenthesis was never opened");
	if (!group_is_whole(group, error))
		return false;
	parser->depth--;
	end_operand(parser, group->negated, reach_or(group->done, group->chain));
	return true;
}

static bool
take_or(Parser *parser, GError **error)
{
	Group *group = group_of(parser);

	if (group->place != AFTER_TERM)
		return fail(error, QUERY_ERROR_SYNTAX, "a term is missing before OR");
	group->done = reach_or(group->done, group->chain);
	group->chain = everything;
	group->words = -1;
	group->place = AFTER_OR;
	return true;
}

/* Words of one chain become one search of the word index, which is faster than
 * meeting the ids of several. */
static bool
join_words(Parser *parser, const char *expression)
{
	const Group *group = group_of(parser);

	if (group->words < 0)
		return false;
	query_extend_text(parser->query, group->words, " AND ");
	query_extend_text(parser->query, group->words, expression);
	return true;
}

static bool
compile_bare(Parser *parser, TermUse *use, bool negated)
{
	g_autofree char *expression = term_words(use);

	if (!expression) {
		connect(parser);
		query_emit(parser->query, "(");
		term_compile_symbols(use);
	} else if (!negated && join_words(parser, expression)) {
		return true;
	} else {
		connect(parser);
		query_emit(parser->query, "(");
		if (!negated)
			group_of(parser)->words = (int)parser->query->values->len;
		term_compile_words(use, expression);
	}
	end_operand(parser, negated, use->reach);
	return true;
}

static bool
compile_token(Parser *parser, const Token *token, GError **error)
{
	TermUse use = {
		.query = parser->query,
		.term = token->term,
		.text = token->text->str,
		.prefix = token->prefix,
		.now = parser->now,
		.reach = { .may = REACH_ALL, .most = INT64_MAX },
	};

	if (++parser->terms > MAX_TERMS)
		return fail(error, QUERY_ERROR_SYNTAX, "too many terms");
	if (!token->term)
		return compile_bare(parser, &use, token->negated);
	connect(parser);
	query_emit(parser->query, "(");
	if (!token->term->compile(&use, error))
		return false;
	end_operand(parser, token->negated, use.reach);
	return true;
}

/* ---- tokens ---- */

static bool
ends_word(char c)
{
	return c == '\0' || c == '(' || c == ')' || c == '"' || g_ascii_isspace(c);
}

static bool
read_quoted(Parser *parser, Token *token, GError **error)
{
	const char *p = parser->at + 1;

	token->quoted = true;
	for (; *p != '"'; p++) {
		if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
			p++;
		if (!*p) {
			parser->start = parser->at;
			return fail(
				error, QUERY_ERROR_SYNTAX, "the quotation mark is never closed");
		}
		g_string_append_c(token->text, *p);
	}
	parser->at = p + 1;
	if (*parser->at == '*') {
		token->prefix = true;
		parser->at++;
	}
	return true;
}

static void
read_word(Parser *parser, Token *token)
{
	const char *end = parser->at;

	while (!ends_word(*end))
		end++;
	g_string_append_len(token->text, parser->at, end - parser->at);
	parser->at = end;
	if (g_str_has_suffix(token->text->str, "*")) {
		token->prefix = true;
		g_string_truncate(token->text, token->text->len - 1);
	}
}

static bool
fail_unknown(const char *name, size_t length, GError **error)
{
	const QueryTerm *nearest = term_nearest(name, length);
	g_autofree char *shown = g_strndup(name, MIN(length, 40));

	if (nearest)
		g_set_error(error, QUERY_ERROR, QUERY_ERROR_TERM,
			"there is no term %s:, did you mean %s:? Quote it to search for the text",
			shown, nearest->name);
	else
		g_set_error(error, QUERY_ERROR, QUERY_ERROR_TERM,
			"there is no term %s:; quote it to search for the text", shown);
	return false;
}

/* NAME: at the parser's place.  A URL is a word, not a term 'https:'. */
static bool
read_name(Parser *parser, Token *token, GError **error)
{
	const char *end = parser->at;

	if (!g_ascii_isalpha(*end))
		return true;
	while (g_ascii_isalnum(*end) || *end == '-')
		end++;
	if (*end != ':')
		return true;
	token->term = term_find(parser->at, (size_t)(end - parser->at));
	if (token->term)
		parser->at = end + 1;
	else if (!g_str_has_prefix(end, "://"))
		return fail_unknown(parser->at, (size_t)(end - parser->at), error);
	return true;
}

static bool
read_token(Parser *parser, Token *token, GError **error)
{
	token->text = g_string_new(NULL);
	if (!read_name(parser, token, error))
		return false;
	if (*parser->at != '"')
		read_word(parser, token);
	else if (!read_quoted(parser, token, error))
		return false;
	if (token->text->len > 0 || (token->term && token->prefix))
		return true;
	if (token->term)
		g_set_error(error, QUERY_ERROR, QUERY_ERROR_VALUE, "%s: needs a value: %s",
			token->term->name, token->term->value);
	else
		g_set_error(error, QUERY_ERROR, QUERY_ERROR_SYNTAX, "%s",
			token->quoted ? "nothing stands between the quotation marks"
				      : "a word must stand before the *");
	return false;
}

static bool
is_or(const char *at)
{
	return at[0] == 'O' && at[1] == 'R' && ends_word(at[2]);
}

static bool
begins_operand(char c)
{
	return c == '"' || c == '(' || (c != '-' && !ends_word(c));
}

static bool
parse_operand(Parser *parser, GError **error)
{
	g_auto(Token) token = { .negated = *parser->at == '-' };

	if (token.negated)
		parser->at++;
	if (!begins_operand(*parser->at))
		return fail(error, QUERY_ERROR_SYNTAX,
			"a - must stand directly before what it excludes");
	if (*parser->at == '(') {
		parser->at++;
		return begin_parenthesis(parser, token.negated, error);
	}
	return read_token(parser, &token, error) && compile_token(parser, &token, error);
}

static bool
parse_one(Parser *parser, GError **error)
{
	if (*parser->at == ')') {
		parser->at++;
		return end_parenthesis(parser, error);
	}
	if (is_or(parser->at)) {
		parser->at += 2;
		return take_or(parser, error);
	}
	return parse_operand(parser, error);
}

static bool
parse_end(Parser *parser, GError **error)
{
	const Group *group = group_of(parser);

	if (parser->depth > 0) {
		parser->start = group->opened;
		return fail(error, QUERY_ERROR_SYNTAX, "this parenthesis is never closed");
	}
	if (group->place == AFTER_OR)
		return group_is_whole(group, error);
	parser->query->reach = reach_or(group->done, group->chain);
	return true;
}

static bool
parse_all(Parser *parser, GError **error)
{
	open_group(parser, false);
	for (;;) {
		while (g_ascii_isspace(*parser->at))
			parser->at++;
		if (!*parser->at)
			return parse_end(parser, error);
		parser->start = parser->at;
		if (!parse_one(parser, error))
			return false;
	}
}

static bool
check_text(Parser *parser, GError **error)
{
	const char *end;

	if (strnlen(parser->text, MAX_LENGTH + 1) > MAX_LENGTH)
		return fail(error, QUERY_ERROR_SYNTAX, "the query is too long");
	if (g_utf8_validate(parser->text, -1, &end))
		return true;
	parser->start = end;
	return fail(error, QUERY_ERROR_SYNTAX, "the query is not valid UTF-8");
}

Query *
query_parse(const char *text, int64_t now, int *column, GError **error)
{
	g_autoptr(Query) query = query_new();
	Parser parser = {
		.text = text ? text : "",
		.now = now,
		.query = query,
	};

	parser.at = parser.start = parser.text;
	if (check_text(&parser, error) && parse_all(&parser, error))
		return g_steal_pointer(&query);
	if (column)
		*column = 1 + (int)g_utf8_pointer_to_offset(parser.text, parser.start);
	return NULL;
}

char *
query_quoted(const char *value)
{
	GString *text = g_string_new("\"");

	for (const char *at = value; *at; at++) {
		if (*at == '"' || *at == '\\')
			g_string_append_c(text, '\\');
		g_string_append_c(text, *at);
	}
	g_string_append_c(text, '"');
	return g_string_free(text, FALSE);
}
