#include "mail/history.h"

#include <string.h>

#include "mail/weights.h"

enum {
	NEW_WITHIN = 24 * 60 * 60,     /* seconds: how long an account is new */
	OLD_ENOUGH = 7 * 24 * 60 * 60, /* a younger quarantine has seen nobody before */
	LARGE_ENOUGH = 100,            /* messages: likewise */
	LEAST_BLOCKED = 2,             /* once may be a slip */
	LEAST_RELEASED = 3,            /* what lets a message down should rest on more */
	LEAST_BRANDS = 3,              /* an agency may write for two */
	LISTED_WORDS = 3,              /* of one message that are named */
	BRANDS_SHOWN = 8,
};

void
record_free(Record *record)
{
	if (!record)
		return;
	g_free(record->value);
	g_free(record);
}

const char *
record_kind_name(const Record *record)
{
	return record->kind == HISTORY_FINDING ? "finding" : edge_kind_names[record->kind].name;
}

void
burst_free(Burst *burst)
{
	if (!burst)
		return;
	g_free(burst->value);
	g_free(burst);
}

void
listed_free(Listed *listed)
{
	g_free(listed->kind);
	g_free(listed->value);
	g_free(listed->list);
	g_free(listed);
}

History *
history_new(void)
{
	History *history = g_new0(History, 1);

	history->records = g_ptr_array_new_with_free_func((GDestroyNotify)record_free);
	history->brands = g_ptr_array_new_with_free_func(g_free);
	history->bursts = g_ptr_array_new_with_free_func((GDestroyNotify)burst_free);
	history->listed = g_ptr_array_new_with_free_func((GDestroyNotify)listed_free);
	return history;
}

void
history_free(History *history)
{
	if (!history)
		return;
	g_ptr_array_unref(history->records);
	g_ptr_array_unref(history->brands);
	g_ptr_array_unref(history->bursts);
	g_ptr_array_unref(history->listed);
	g_free(history);
}

/* ---- the checks ---- */

/* The record of @kind that people blocked most of; NULL if there is none. */
static const Record *
record_of(const History *history, EdgeKind kind)
{
	const Record *worst = NULL;

	for (guint i = 0; i < history->records->len; i++) {
		const Record *record = g_ptr_array_index(history->records, i);

		if (record->kind == (int)kind && (!worst || record->blocked > worst->blocked))
			worst = record;
	}
	return worst;
}

/* Of the account that is proven, else of the one that is claimed. */
static const Record *
record_of_account(const History *history)
{
	const Record *record = record_of(history, EDGE_ACCOUNT);

	return record ? record : record_of(history, EDGE_CLAIMED_ACCOUNT);
}

static char *
decided_words(const Record *record)
{
	return g_strdup_printf("%s %s: %" G_GINT64_FORMAT " blocked, %" G_GINT64_FORMAT " released",
		record_kind_name(record), record->value, record->blocked, record->released);
}

static char *
ago_words(int64_t seconds)
{
	if (seconds >= 3600)
		return g_strdup_printf("%" G_GINT64_FORMAT " h", seconds / 3600);
	return g_strdup_printf("%" G_GINT64_FORMAT " min", seconds / 60);
}

/* In a quarantine that was set up today every account is new. */
static bool
knows_the_usual(const History *history)
{
	return history->messages >= LARGE_ENOUGH && history->since > 0 &&
		history->received - history->since >= OLD_ENOUGH;
}

static char *
account_new(const History *history, char **evidence, G_GNUC_UNUSED double *points)
{
	const Record *record = record_of_account(history);
	int64_t known = record && record->first > 0 ? history->received - record->first : 0;
	g_autofree char *ago = NULL;

	if (!record || !knows_the_usual(history) || known >= NEW_WITHIN)
		return NULL;
	*evidence = g_strdup_printf("%s %s", record_kind_name(record), record->value);
	if (known <= 0)
		return g_strdup("account new in this quarantine: its first message");
	ago = ago_words(known);
	return g_strdup_printf("account new in this quarantine: first seen %s before", ago);
}

static char *
always_blocked(const Record *record, const char *what, char **evidence)
{
	if (!record || record->blocked < LEAST_BLOCKED || record->released > 0)
		return NULL;
	*evidence = decided_words(record);
	return g_strdup_printf("%s: people blocked %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
			       " that they decided",
		what, record->blocked, record->blocked + record->released);
}

static char *
account_blocked(const History *history, char **evidence, G_GNUC_UNUSED double *points)
{
	return always_blocked(record_of_account(history), "this account before", evidence);
}

static char *
link_blocked(const History *history, char **evidence, G_GNUC_UNUSED double *points)
{
	return always_blocked(
		record_of(history, EDGE_LINK), "links that lead there before", evidence);
}

/* Only where account and domain are proven: a claim must not inherit trust. */
static char *
sender_released(const History *history, char **evidence, G_GNUC_UNUSED double *points)
{
	const Record *record = record_of(history, EDGE_SENDER);

	if (!record || record->released < LEAST_RELEASED || record->blocked > 0)
		return NULL;
	*evidence = decided_words(record);
	return g_strdup_printf("this sender before: people released %" G_GINT64_FORMAT
			       ", and never blocked one",
		record->released);
}

static char *
several_brands(const History *history, char **evidence, G_GNUC_UNUSED double *points)
{
	g_autoptr(GString) names = g_string_new(NULL);
	bool more = history->brands->len >= HISTORY_MAX_BRANDS;

	if (history->brands->len < LEAST_BRANDS)
		return NULL;
	for (guint i = 0; i < history->brands->len && i < BRANDS_SHOWN; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "",
			(const char *)g_ptr_array_index(history->brands, i));
	if (history->brands->len > BRANDS_SHOWN)
		g_string_append(names, ", ...");
	*evidence = g_string_free(g_steal_pointer(&names), false);
	return g_strdup_printf(
		"one account, %u%s brands borrowed", history->brands->len, more ? "+" : "");
}

static char *
window_words(int64_t seconds)
{
	if (seconds % 86400 == 0)
		return g_strdup_printf("%" G_GINT64_FORMAT " d", seconds / 86400);
	return ago_words(seconds);
}

static char *
burst(const History *history, char **evidence, G_GNUC_UNUSED double *points)
{
	const Burst *most = NULL;
	g_autofree char *window = NULL;

	for (guint i = 0; i < history->bursts->len; i++) {
		const Burst *one = g_ptr_array_index(history->bursts, i);

		if (!most || one->messages > most->messages)
			most = one;
	}
	if (!most)
		return NULL;
	window = window_words(most->window);
	*evidence = g_strdup_printf("%s %s", most->key, most->value);
	if (most->usual == 0)
		return g_strdup_printf("burst: %" G_GINT64_FORMAT
				       " messages within %s, from one that sent none before",
			most->messages, window);
	return g_strdup_printf("burst: %" G_GINT64_FORMAT
			       " messages within %s, where %" G_GINT64_FORMAT " are usual",
		most->messages, window, most->usual);
}

static char *
day_of(int64_t at)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);

	return time ? g_date_time_format(time, "%Y-%m-%d") : g_strdup("?");
}

/* The age is what the list had when the message came, or later. */
static char *
age_words(int64_t first, int64_t received)
{
	int64_t days = (received - first) / 86400;

	if (days == 0)
		return g_strdup("the day this came");
	return g_strdup_printf(
		"%" G_GINT64_FORMAT " d %s this came", ABS(days), days > 0 ? "before" : "after");
}

static char *
listed(const History *history, char **evidence, G_GNUC_UNUSED double *points)
{
	g_autoptr(GString) values = g_string_new(NULL);
	const Listed *oldest = history->listed->len ? g_ptr_array_index(history->listed, 0) : NULL;
	g_autofree char *day = NULL;
	g_autofree char *age = NULL;

	for (guint i = 0; i < history->listed->len && i < LISTED_WORDS; i++) {
		const Listed *one = g_ptr_array_index(history->listed, i);

		g_string_append_printf(values, "%s%s %s (%s)", i > 0 ? ", " : "", one->kind,
			one->value, one->list);
	}
	if (!oldest)
		return NULL;
	*evidence = g_string_free(g_steal_pointer(&values), false);
	day = day_of(oldest->first);
	age = age_words(oldest->first, history->received);
	return g_strdup_printf(
		"its %s is on the list %s since %s, %s", oldest->kind, oldest->list, day, age);
}

static char *
learned(const History *history, char **evidence, double *points)
{
	*points = history_learned(history, evidence);
	if (*points == 0)
		return NULL;
	return g_strdup(*points > 0 ? "its like was blocked: learned from decisions"
				    : "its like was released: learned from decisions");
}

// clang-format off
static const HistoryCheck checks[] = {
	{ .id = "account-new", .weight = 6, .run = account_new,
	  .summary = "the account's first message here is less than a day older" },
	{ .id = "account-blocked", .weight = 15, .run = account_blocked,
	  .summary = "people blocked all that they decided of this account" },
	{ .id = "link-blocked", .weight = 15, .run = link_blocked,
	  .summary = "people blocked all that they decided of what leads where a link leads" },
	{ .id = "sender-released", .weight = -12, .run = sender_released,
	  .summary = "people released all that they decided of this account and domain" },
	{ .id = "several-brands", .weight = 12, .run = several_brands,
	  .summary = "the account has borrowed the names of three brands or more" },
	{ .id = "burst", .weight = 8, .run = burst,
	  .summary = "its account, configuration set or address sends far more than it used to" },
	{ .id = "listed", .weight = 25, .run = listed,
	  .summary = "something of it is on a list of indicators: lazaret indicators" },
	{ .id = HISTORY_LEARNED, .weight = LEARNED_MOST, .run = learned,
	  .summary = "what people decided about messages like it; at most so many points, either way" },
	{ .id = NULL },
};
// clang-format on

const HistoryCheck *
history_checks(void)
{
	return checks;
}

/* ---- judging ---- */

bool
finding_is_of_history(const Finding *finding)
{
	return g_strcmp0(finding->where, HISTORY_PLACE) == 0;
}

char *
finding_brand(const Finding *finding)
{
	/* Their sentences quote nothing but the name. */
	static const char *const detectors[] = { "brand-name", "brand-subject", "brand-address",
		"lookalike-domain", "link-host-brand", NULL };
	const char *begin = finding->text ? strchr(finding->text, '"') : NULL;
	const char *end = finding->text ? strrchr(finding->text, '"') : NULL;

	if (!g_strv_contains(detectors, finding->id) || !begin || end <= begin + 1)
		return NULL;
	return g_strndup(begin + 1, (gsize)(end - begin - 1));
}

static Finding *
finding_copy(const Finding *finding)
{
	Finding *copy = g_new0(Finding, 1);

	copy->id = g_strdup(finding->id);
	copy->weight = finding->weight;
	copy->text = g_strdup(finding->text);
	copy->evidence = g_strdup(finding->evidence);
	copy->where = g_strdup(finding->where);
	return copy;
}

/* NULL when it finds nothing. */
static Finding *
finding_of(const HistoryCheck *check, const History *history, const Weights *weights)
{
	g_autofree char *evidence = NULL;
	double share = 1;
	g_autofree char *text = check->run(history, &evidence, &share);
	double points = share * weights_of(weights, check->id, check->weight);
	Finding *finding;

	if (!text || (share != 1 && points > -0.5 && points < 0.5))
		return NULL;
	finding = g_new0(Finding, 1);
	finding->id = g_strdup(check->id);
	finding->weight = (int)(points < 0 ? points - 0.5 : points + 0.5);
	finding->text = finding_quote(text, FINDING_MAX_EVIDENCE);
	finding->evidence = finding_quote(evidence ? evidence : "", FINDING_MAX_EVIDENCE);
	finding->where = g_strdup(HISTORY_PLACE);
	return finding;
}

GPtrArray *
history_judge(
	const GPtrArray *findings, const History *history, const Weights *weights, bool *found)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);

	*found = false;
	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = g_ptr_array_index(findings, i);

		if (!finding_is_of_history(finding))
			g_ptr_array_add(all, finding_copy(finding));
	}
	for (const HistoryCheck *check = checks; check->id; check++) {
		Finding *finding = finding_of(check, history, weights);

		if (finding)
			g_ptr_array_add(all, finding);
		*found = *found || finding;
	}
	findings_sort(all);
	return all;
}
