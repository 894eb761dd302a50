#include <string.h>

#include "mail/digest.h"
#include "mail/domain.h"
#include "store/lookup.h"
#include "store/match.h"
#include "store/message_sql.h"
#include "store/moment.h"
#include "store/nearest.h"
#include "store/query_sql.h"

enum {
	MAX_SCORE = 100,
	MAX_NUMBER = 1000 * 1000,
	ACCOUNT_LENGTH = 44, /* of Feedback-ID's */
	MAX_NAME = 32,
};

static const char above_all[] = "\xf4\x8f\xbf\xbf"; /* U+10FFFF */

static bool
fail(const TermUse *use, GError **error)
{
	g_set_error(error, QUERY_ERROR, QUERY_ERROR_VALUE, "%s: takes %s, not '%s%s'",
		use->term->name, use->term->value, use->text, use->prefix ? "*" : "");
	return false;
}

/* ---- texts ---- */

/* @sql with ? for the value, # for 'only at the beginning' and $ for '= value', or
 * for the range of what begins with it.  The value is bound once. */
static void
expand(TermUse *use, const char *sql, const char *value)
{
	g_autofree char *end = g_strconcat(value, above_all, NULL);
	int first = -1;

	for (const char *p = sql; *p; p++) {
		char plain[2] = { *p, '\0' };

		if (*p == '#') {
			query_emit(use->query, use->prefix ? "1" : "0");
		} else if (*p == '$' && use->prefix) {
			query_emit(use->query, "BETWEEN ");
			query_emit_text(use->query, value);
			query_emit(use->query, " AND ");
			query_emit_text(use->query, end);
		} else if (*p == '$') {
			query_emit(use->query, "= ");
			query_emit_text(use->query, value);
		} else if (*p != '?') {
			query_emit(use->query, plain);
		} else if (first < 0) {
			first = (int)use->query->values->len;
			query_emit_text(use->query, value);
		} else {
			query_emit_again(use->query, first);
		}
	}
}

static bool
compile_text(TermUse *use, GError **error G_GNUC_UNUSED)
{
	g_autofree char *folded = match_fold(use->text);

	expand(use, use->term->sql, folded);
	return true;
}

/* As written in the mail: case counts. */
static bool
compile_exact(TermUse *use, GError **error G_GNUC_UNUSED)
{
	expand(use, use->term->sql, use->text);
	return true;
}

static bool
compile_lower(TermUse *use, GError **error G_GNUC_UNUSED)
{
	g_autofree char *lower = g_ascii_strdown(use->text, -1);

	expand(use, use->term->sql, lower);
	return true;
}

/* Terms whose SQL is a set of ids from an index. */
static bool
compile_ids(TermUse *use, GError **error G_GNUC_UNUSED)
{
	use->reach.narrow = use->reach.placed = true;
	query_begin_set(use->query);
	expand(use, use->term->sql, use->text);
	query_end_set(use->query);
	return true;
}

static bool
compile_sender(TermUse *use, GError **error)
{
	if (strcmp(use->text, "<>") != 0)
		return compile_text(use, error);
	query_emit(use->query, "m.sender = ''");
	return true;
}

/* Nobody types all of an account, but whoever pastes one gets its index. */
static bool
compile_account(TermUse *use, GError **error)
{
	use->prefix = strlen(use->text) < ACCOUNT_LENGTH;
	use->reach.keyed = !use->prefix;
	return compile_exact(use, error);
}

/* A registrable domain is a column; what is below one, or a public suffix above
 * many, is found in the address. */
static bool
compile_domain(TermUse *use, GError **error)
{
	g_autofree char *below = g_strconcat("x.", use->text, NULL);
	g_autofree char *registrable = domain_registrable(below);
	g_autofree char *lower = g_ascii_strdown(use->text, -1);

	if (use->prefix)
		return fail(use, error);
	use->reach.keyed = registrable && strcmp(registrable, lower) == 0;
	expand(use, use->reach.keyed ? "m.domain = ?" : "under(m.from_address, ?)", lower);
	return true;
}

/* ---- hashes ---- */

static char *
pad_hex(const char *prefix, char with)
{
	g_autofree char *rest = g_strnfill(DIGEST_HEX - 1 - strlen(prefix), with);

	return g_strconcat(prefix, rest, NULL);
}

static void
emit_digest(Query *query, const char *hex)
{
	uint8_t digest[DIGEST_SIZE];

	for (size_t i = 0; i < DIGEST_SIZE; i++)
		digest[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 |
			g_ascii_xdigit_value(hex[2 * i + 1]));
	query_emit_blob(query, digest, sizeof(digest));
}

static void
emit_between(Query *query, const char *from, const char *to)
{
	query_emit(query, " BETWEEN ");
	emit_digest(query, from);
	query_emit(query, " AND ");
	emit_digest(query, to);
}

/* Of raw mails, by their space in lookup.h. */
static void
emit_entries(Query *query, const char *from, const char *to)
{
	query_emit(query, " WHERE space = -1 AND key BETWEEN lookup_key(");
	emit_digest(query, from);
	query_emit(query, ") AND lookup_key(");
	emit_digest(query, to);
	query_emit(query, ")");
}
G_STATIC_ASSERT(LOOKUP_RAW == -1);

static bool
compile_sha256(TermUse *use, GError **error)
{
	Query *query = use->query;
	g_autofree char *lower = g_ascii_strdown(use->text, -1);
	g_autofree char *from = NULL;
	g_autofree char *to = NULL;

	if (strlen(lower) >= DIGEST_HEX || lower[strspn(lower, "0123456789abcdef")])
		return fail(use, error);
	from = pad_hex(lower, '0');
	to = pad_hex(lower, 'f');
	query_begin_set(query);
	query_emit(query, "SELECT s.id FROM (SELECT row FROM lookup");
	emit_entries(query, from, to);
	query_emit(query, " UNION ALL SELECT row FROM lookup_new");
	emit_entries(query, from, to);
	query_emit(query, ") AS l CROSS JOIN raw AS r ON r.id = l.row AND r.sha256");
	emit_between(query, from, to);
	query_emit(query,
		" CROSS JOIN message AS s ON s.raw = r.id UNION SELECT message FROM attachment WHERE sha256 BETWEEN ");
	query_emit_text(query, from);
	query_emit(query, " AND ");
	query_emit_text(query, to);
	query_end_set(query);
	use->reach.narrow = use->reach.placed = true;
	return true;
}

/* ---- numbers and times ---- */

/* Up to MAX_NUMBER; moves *@at behind it. */
static bool
read_number(const char **at, int64_t *number)
{
	const char *p = *at;

	for (*number = 0; g_ascii_isdigit(*p) && *number <= MAX_NUMBER; p++)
		*number = *number * 10 + (*p - '0');
	if (p == *at || *number > MAX_NUMBER)
		return false;
	*at = p;
	return true;
}

typedef enum {
	COMPARE_EQUAL,
	COMPARE_LESS,
	COMPARE_LESS_EQUAL,
	COMPARE_GREATER,
	COMPARE_GREATER_EQUAL,
} Comparison;

static Comparison
read_comparison(const char **at)
{
	char first = **at;
	bool equal;

	if (first != '<' && first != '>' && first != '=')
		return COMPARE_EQUAL;
	++*at;
	equal = first != '=' && **at == '=';
	if (equal)
		++*at;
	switch (first) {
	case '<':
		return equal ? COMPARE_LESS_EQUAL : COMPARE_LESS;
	case '>':
		return equal ? COMPARE_GREATER_EQUAL : COMPARE_GREATER;
	default:
		return COMPARE_EQUAL;
	}
}

/* @column, an order whose upper bits from @shift on are what is compared: so the
 * index of the order finds it. */
static void
emit_range(TermUse *use, const char *column, int shift, int64_t from, int64_t to)
{
	if (from > 0) {
		query_emit(use->query, column);
		query_emit(use->query, " >= ");
		query_emit_int(use->query, from << shift);
	}
	if (from > 0 && to < INT64_MAX)
		query_emit(use->query, " AND ");
	if (to < INT64_MAX) {
		query_emit(use->query, column);
		query_emit(use->query, " < ");
		query_emit_int(use->query, MAX(to, 0) << shift);
	}
	if (from <= 0 && to == INT64_MAX)
		query_emit(use->query, "1");
}

static void
emit_comparison(TermUse *use, Comparison comparison, int64_t number)
{
	int64_t from = 0, to = INT64_MAX;

	switch (comparison) {
	case COMPARE_EQUAL:
		from = number;
		to = number + 1;
		break;
	case COMPARE_LESS:
		to = number;
		break;
	case COMPARE_LESS_EQUAL:
		to = number + 1;
		break;
	case COMPARE_GREATER:
		from = number + 1;
		break;
	case COMPARE_GREATER_EQUAL:
		from = number;
		break;
	}
	emit_range(use, "m.ord", ORDER_SCORE_SHIFT, from, to);
	use->reach.placed = true;
	use->reach.least = from << ORDER_SCORE_SHIFT;
	use->reach.most = to < INT64_MAX ? (to << ORDER_SCORE_SHIFT) - 1 : INT64_MAX;
}

static bool
compile_score(TermUse *use, GError **error)
{
	const char *at = use->text;
	Comparison comparison = read_comparison(&at);
	int64_t number;

	if (!read_number(&at, &number) || *at || number > MAX_SCORE || use->prefix)
		return fail(use, error);
	emit_comparison(use, comparison, number);
	return true;
}

static int64_t
seconds_of_unit(char unit)
{
	switch (unit) {
	case 'm':
		return G_TIME_SPAN_MINUTE / G_TIME_SPAN_SECOND;
	case 'h':
		return G_TIME_SPAN_HOUR / G_TIME_SPAN_SECOND;
	case 'd':
		return G_TIME_SPAN_DAY / G_TIME_SPAN_SECOND;
	case 'w':
		return 7 * G_TIME_SPAN_DAY / G_TIME_SPAN_SECOND;
	default:
		return 0;
	}
}

/* Younger than @age means received after now - @age. */
static bool
compile_age(TermUse *use, GError **error)
{
	const char *at = use->text;
	Comparison comparison = read_comparison(&at);
	int64_t number, then;

	if (!read_number(&at, &number) || seconds_of_unit(*at) == 0 || at[1] || use->prefix)
		return fail(use, error);
	then = use->now - number * seconds_of_unit(*at);
	switch (comparison) {
	case COMPARE_LESS:
		emit_range(use, "m.arrived", ORDER_ARRIVED_SHIFT, then + 1, INT64_MAX);
		return true;
	case COMPARE_LESS_EQUAL:
		emit_range(use, "m.arrived", ORDER_ARRIVED_SHIFT, then, INT64_MAX);
		return true;
	case COMPARE_GREATER:
		emit_range(use, "m.arrived", ORDER_ARRIVED_SHIFT, 0, then);
		return true;
	case COMPARE_GREATER_EQUAL:
		emit_range(use, "m.arrived", ORDER_ARRIVED_SHIFT, 0, then + 1);
		return true;
	case COMPARE_EQUAL:
		return fail(use, error);
	}
	g_assert_not_reached();
}

static bool
compile_after(TermUse *use, GError **error)
{
	int64_t time;

	if (use->prefix || !moment_of_day(use->text, &time))
		return fail(use, error);
	emit_range(use, "m.arrived", ORDER_ARRIVED_SHIFT, time, INT64_MAX);
	return true;
}

static bool
compile_before(TermUse *use, GError **error)
{
	int64_t time;

	if (use->prefix || !moment_of_day(use->text, &time))
		return fail(use, error);
	emit_range(use, "m.arrived", ORDER_ARRIVED_SHIFT, 0, time);
	return true;
}

/* ---- ids ---- */

static bool
compile_number(TermUse *use, GError **error)
{
	size_t digits = strspn(use->text, "0123456789");
	const int most = 18; /* digits that always fit */

	if (use->prefix || digits == 0 || digits > (size_t)most || use->text[digits])
		return fail(use, error);
	query_emit(use->query, use->term->sql);
	query_emit_int(use->query, g_ascii_strtoll(use->text, NULL, 10));
	return true;
}

static bool
compile_campaign(TermUse *use, GError **error)
{
	if (!compile_number(use, error))
		return false;
	query_emit(use->query, ")");
	use->reach.keyed = true;
	return true;
}

static bool
compile_rule(TermUse *use, GError **error)
{
	bool done;

	query_begin_set(use->query);
	done = compile_number(use, error);
	query_end_set(use->query);
	use->reach.narrow = use->reach.placed = true;
	return done;
}

/* "12" or "12,15": as a JSON array, so that any number of them is one parameter. */
static bool
compile_id(TermUse *use, GError **error)
{
	g_autofree char *json = g_strdup_printf("[%s]", use->text);
	g_auto(GStrv) numbers = g_strsplit(use->text, ",", -1);

	for (char **number = numbers; *number; number++) {
		size_t digits = strspn(*number, "0123456789");

		if (digits == 0 || digits > 18 || (*number)[digits] ||
			(digits > 1 && **number == '0') || use->prefix)
			return fail(use, error);
	}
	use->reach.narrow = use->reach.placed = true;
	query_begin_set(use->query);
	expand(use, use->term->sql, json);
	query_end_set(use->query);
	return true;
}

/* ---- one of a few words ---- */

static bool
compile_state(TermUse *use, GError **error)
{
	MessageState state;

	if (use->prefix || !state_from_name(use->text, &state))
		return fail(use, error);
	query_emit(use->query, "+m.state = ");
	query_emit_int(use->query, state);
	use->reach.may = use->reach.must = 1U << state;
	use->reach.placed = true;
	return true;
}

static bool
compile_ses(TermUse *use, GError **error)
{
	for (int class = 0; class < SES_CLASSES && !use->prefix; class ++) {
		if (strcmp(use->text, ses_class_name((SesClass) class)) != 0)
			continue;
		query_emit(use->query, "m.ses = ");
		query_emit_int(use->query, class);
		return true;
	}
	return fail(use, error);
}

typedef struct Choice {
	const char *term;
	const char *value;
	const char *sql;
} Choice;

/* clang-format off */
static const Choice choices[] = {
	{ "auth", "yes", "m.authenticated" },
	{ "auth", "no", "NOT m.authenticated" },
	{ "has", "link", "m.links > 0" },
	{ "has", "attachment", "m.attachments > 0" },
	{ "has", "qr", "m.links > 0 AND (EXISTS (SELECT 1 FROM links AS l" /* LINK_QR */
		" WHERE l.message = m.id AND l.flags & 1048576) OR EXISTS (SELECT 1 FROM link AS l"
		" WHERE l.message = m.id AND l.flags & 1048576))" },
	{ "is", "unread", "NOT m.seen" },
	{ "is", "purged", "m.id IN (SELECT message FROM purged)" },
	{ "is", "new-account", "m.account IS NOT NULL AND NOT EXISTS ("
		"SELECT 1 FROM message AS other WHERE other.account = m.account"
		" AND other.state > 0 AND other.id <> m.id)" },
};
/* clang-format on */

G_STATIC_ASSERT(LINK_QR == 1048576);

static bool
compile_choice(TermUse *use, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(choices) && !use->prefix; i++) {
		if (strcmp(choices[i].term, use->term->name) != 0 ||
			strcmp(choices[i].value, use->text) != 0)
			continue;
		query_emit(use->query, choices[i].sql);
		return true;
	}
	return fail(use, error);
}

/* The one choice that the time decides. */
static bool
compile_is(TermUse *use, GError **error)
{
	if (use->prefix || strcmp(use->text, "claimed") != 0)
		return compile_choice(use, error);
	query_begin_set(use->query);
	query_emit(use->query,
		"SELECT id FROM message WHERE claimed_by IS NOT NULL AND claimed_until > ");
	query_emit_int(use->query, use->now);
	query_end_set(use->query);
	use->reach.narrow = use->reach.placed = true;
	return true;
}

/* ---- bare words ---- */

/* Letters, digits and private use make words for SQLite's unicode61; a word of
 * anything else would find nothing. */
static bool
has_token(const char *text)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (g_unichar_isalnum(c) || g_unichar_type(c) == G_UNICODE_PRIVATE_USE)
			return true;
	}
	return false;
}

char *
term_words(const TermUse *use)
{
	GString *expression;

	if (!has_token(use->text))
		return NULL;
	/* A string in quotation marks is the one thing that has no syntax in FTS5. */
	expression = g_string_new(use->text);
	g_string_replace(expression, "\"", "\"\"", 0);
	g_string_prepend_c(expression, '"');
	g_string_append(expression, use->prefix ? "\"*" : "\"");
	return g_string_free(expression, false);
}

void
term_compile_words(TermUse *use, const char *expression)
{
	int value;

	query_begin_set(use->query);
	value = (int)use->query->values->len;
	query_emit(use->query, "SELECT rowid FROM search WHERE search MATCH ");
	query_emit_text(use->query, expression);
	query_emit(use->query, " UNION ALL SELECT rowid FROM word WHERE word MATCH all_of(");
	query_emit_again(use->query, value);
	query_emit(use->query, ") AND says(rowid, ");
	query_emit_again(use->query, value);
	query_emit(use->query, ")");
	query_end_set(use->query);
	use->reach.narrow = use->reach.placed = true;
}

/* The index has no signs and emoji; subjects and names are where they are looked for. */
void
term_compile_symbols(TermUse *use)
{
	g_autofree char *folded = match_fold(use->text);

	expand(use, "holds(m.subject, ?, #) OR holds(m.from_name, ?, #)", folded);
}

/* ---- the table ---- */

/* clang-format off */
static const QueryTerm terms[] = {
	{ .name = "from", .value = "TEXT", .summary = "address in the From field",
		.compile = compile_text, .sql = "holds(m.from_address, ?, #)" },
	{ .name = "name", .value = "TEXT", .summary = "display name in the From field",
		.compile = compile_text, .sql = "holds(m.from_name, ?, #)" },
	{ .name = "domain", .value = "DOMAIN", .summary = "domain of the From address, or one below it",
		.compile = compile_domain },
	{ .name = "sender", .value = "TEXT", .summary = "envelope sender; <> is the null sender",
		.compile = compile_sender, .sql = "holds(m.sender, ?, #)" },
	{ .name = "to", .value = "TEXT", .summary = "envelope recipient, To or Cc",
		.compile = compile_text,
		.sql = "holds(m.header_to, ?, #) OR EXISTS (SELECT 1 FROM recipient AS r"
			" WHERE r.message = m.id AND holds(r.address, ?, #))" },
	{ .name = "subject", .value = "TEXT", .summary = "subject",
		.compile = compile_text, .sql = "holds(m.subject, ?, #)" },
	{ .name = "account", .value = "ACCOUNT", .summary = "SES account, or how it begins",
		.compile = compile_account, .sql = "m.account $" },
	{ .name = "region", .value = "REGION", .summary = "SES region, such as us-east-1 or eu-*",
		.compile = compile_lower, .sql = "m.region $" },
	{ .name = "config", .value = "NAME", .summary = "SES configuration set",
		.compile = compile_exact, .sql = "m.config_set $" },
	{ .name = "ip", .value = "ADDRESS", .summary = "sending address, such as 192.0.2.7 or 192.0.2.*",
		.compile = compile_lower, .sql = MESSAGE_IP " $" },
	{ .name = "ses", .value = "confirmed|likely|claimed|none",
		.summary = "how sure it is that Amazon SES sent it",
		.compile = compile_ses },
	{ .name = "link", .value = "TEXT", .summary = "URL as written, where it leads, or a step between",
		.compile = compile_text,
		.sql = "m.links > 0 AND (EXISTS (SELECT 1 FROM links AS l WHERE l.message = m.id AND"
			" link_holds(l.zstd, l.size, ?, #)) OR"
			" EXISTS (SELECT 1 FROM link AS l WHERE l.message = m.id AND"
			" (holds(l.final, ?, #) OR holds(l.url, ?, #) OR holds(l.chain, ?, #))))" },
	{ .name = "file", .value = "TEXT", .summary = "name of an attachment",
		.compile = compile_text,
		.sql = "m.attachments > 0 AND EXISTS (SELECT 1 FROM attachment AS a"
			" WHERE a.message = m.id AND holds(a.name, ?, #))" },
	{ .name = "sha256", .value = "HEX",
		.summary = "digest of the message or an attachment, or how it begins",
		.compile = compile_sha256 },
	{ .name = "id", .value = "ID[,ID...]", .summary = "the messages of these numbers",
		.compile = compile_id, .sql = "SELECT value FROM json_each(?)" },
	{ .name = "campaign", .value = "ID", .summary = "messages of one campaign",
		.compile = compile_campaign,
		.sql = "m.campaign = (SELECT ifnull(joined, id) FROM campaign WHERE id = " },
	{ .name = "finding", .value = "NAME", .summary = "what a detector found, such as link-mismatch",
		.compile = compile_ids,
		.sql = "SELECT message FROM finding WHERE id $" },
	{ .name = "state", .value = "held|released|blocked", .summary = "what was decided",
		.compile = compile_state },
	{ .name = "score", .value = "[<>=]N", .summary = "score from 0 to 100, such as >70 or <=20",
		.compile = compile_score },
	{ .name = "auth", .value = "yes|no",
		.summary = "a trusted result, or its key, vouches for the domain that signed",
		.compile = compile_choice },
	{ .name = "by", .value = "NAME", .summary = "who decided about it, ever",
		.compile = compile_ids,
		.sql = "SELECT d.message FROM operation AS o JOIN decision AS d"
			" ON d.operation = o.id WHERE o.actor $" },
	{ .name = "rule", .value = "ID", .summary = "messages that a rule settled",
		.compile = compile_rule,
		.sql = "SELECT message FROM decision WHERE rule = " },
	{ .name = "after", .value = "YYYY-MM-DD", .summary = "received on that day (UTC) or later",
		.compile = compile_after },
	{ .name = "before", .value = "YYYY-MM-DD", .summary = "received before that day (UTC)",
		.compile = compile_before },
	{ .name = "age", .value = "<N|>N with m, h, d or w", .summary = "time since it was received, such as <2d",
		.compile = compile_age },
	{ .name = "has", .value = "link|attachment|qr", .summary = "what it carries",
		.compile = compile_choice },
	{ .name = "is", .value = "unread|claimed|purged|new-account",
		.summary = "nobody opened it; somebody claims it; its mail was purged; nothing else of its account was released or blocked",
		.compile = compile_is },
	{ .name = NULL },
};
/* clang-format on */

const QueryTerm *
query_terms(void)
{
	return terms;
}

const QueryTerm *
term_find(const char *name, size_t length)
{
	for (const QueryTerm *term = terms; term->name; term++) {
		if (strlen(term->name) == length &&
			g_ascii_strncasecmp(term->name, name, length) == 0)
			return term;
	}
	return NULL;
}

const QueryTerm *
term_nearest(const char *name, size_t length)
{
	const char *names[G_N_ELEMENTS(terms)];
	g_autofree char *word = g_strndup(name, MIN(length, MAX_NAME));
	const char *nearest;

	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++)
		names[i] = terms[i].name;
	nearest = length <= MAX_NAME ? nearest_name(word, names) : NULL;
	return nearest ? term_find(nearest, strlen(nearest)) : NULL;
}
