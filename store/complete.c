#include "store/complete.h"

#include <string.h>

#include "mail/detect.h"
#include "mail/history.h"
#include "mail/text.h"
#include "store/complete_stored.h"

enum {
	LONGEST = 200, /* bytes of what is offered */
	DAY = 86400,
};

/* ---- candidates ---- */

static void
candidate_free(void *data)
{
	Candidate *candidate = data;

	g_free(candidate->text);
	g_free(candidate->help);
	g_free(candidate);
}

Completion *
completion_new(gsize from, gsize to)
{
	Completion *completion = g_new0(Completion, 1);

	completion->from = from;
	completion->to = to;
	completion->candidates = g_ptr_array_new_with_free_func(candidate_free);
	return completion;
}

void
completion_free(Completion *completion)
{
	if (!completion)
		return;
	g_ptr_array_unref(completion->candidates);
	g_free(completion);
}

bool
completion_is_plain(const char *text)
{
	g_autoptr(Visible) visible = NULL;
	gsize length = strnlen(text, LONGEST + 1);

	if (length == 0 || length > LONGEST || !g_utf8_validate(text, -1, NULL))
		return false;
	for (const char *at = text; *at; at = g_utf8_next_char(at))
		if (!g_unichar_isprint(g_utf8_get_char(at)))
			return false;
	visible = text_visible(text, -1);
	return strcmp(visible_string(visible), text) == 0;
}

bool
completion_fits(const char *word, const char *prefix)
{
	g_autofree char *word_folded = g_utf8_casefold(word, -1);
	g_autofree char *prefix_folded = g_utf8_casefold(prefix, -1);

	return g_str_has_prefix(word_folded, prefix_folded);
}

static bool
has(const Completion *completion, const char *text)
{
	for (guint i = 0; i < completion->candidates->len; i++) {
		const Candidate *candidate = g_ptr_array_index(completion->candidates, i);

		if (strcmp(candidate->text, text) == 0)
			return true;
	}
	return false;
}

void
completion_add(Completion *completion, const char *text, const char *help, bool open)
{
	Candidate *candidate;

	if (completion->candidates->len >= COMPLETE_MOST || !completion_is_plain(text) ||
		has(completion, text))
		return;
	candidate = g_new0(Candidate, 1);
	candidate->text = g_strdup(text);
	candidate->help = g_strdup(help ? help : "");
	candidate->open = open;
	g_ptr_array_add(completion->candidates, candidate);
}

/* ---- values that need no store ---- */

static void
add_fitting(Completion *completion, const char *text, const char *help, const char *prefix)
{
	if (completion_fits(text, prefix))
		completion_add(completion, text, help, false);
}

/* "held|released|blocked": the words that the term's row lists; of "<N|>N with m, h, d or
 * w" none. */
static void
add_listed(Completion *completion, const char *value, const char *prefix)
{
	g_auto(GStrv) words = g_strsplit(value, "|", -1);

	if (!words[0] || !words[1] || value[strspn(value, "abcdefghijklmnopqrstuvwxyz-|")])
		return;
	for (char **word = words; *word; word++)
		add_fitting(completion, *word, NULL, prefix);
}

static void
add_findings(Completion *completion, const char *prefix, G_GNUC_UNUSED int64_t now)
{
	for (const Detector *const *detector = detectors(); *detector; detector++)
		add_fitting(completion, (*detector)->id, (*detector)->summary, prefix);
	for (DefectKind kind = 0; kind < DEFECT_KINDS; kind++) {
		const Detector *detector = defect_detector(kind);

		add_fitting(completion, detector->id, detector->summary, prefix);
	}
	for (const HistoryCheck *check = history_checks(); check->id; check++)
		add_fitting(completion, check->id, check->summary, prefix);
}

static void
add_scores(Completion *completion, const char *prefix, G_GNUC_UNUSED int64_t now)
{
	static const char *const scores[] = { ">70", ">=50", ">90", "<20", "<=5", "=0" };

	for (size_t i = 0; i < G_N_ELEMENTS(scores); i++)
		add_fitting(completion, scores[i], NULL, prefix);
}

static void
add_ages(Completion *completion, const char *prefix, G_GNUC_UNUSED int64_t now)
{
	static const char *const ages[][2] = {
		{ "<1h", "of the last hour" },
		{ "<1d", "of the last day" },
		{ "<1w", "of the last week" },
		{ ">1d", "older than a day" },
		{ ">1w", "older than a week" },
		{ ">30d", "older than 30 days" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(ages); i++)
		add_fitting(completion, ages[i][0], ages[i][1], prefix);
}

static void
add_days(Completion *completion, const char *prefix, int64_t now)
{
	static const struct {
		int64_t days;
		const char *help;
	} ago[] = { { 0, "today" }, { 1, "yesterday" }, { 7, "a week ago" }, { 30, "30 days ago" },
		{ 90, "90 days ago" } };

	for (size_t i = 0; i < G_N_ELEMENTS(ago); i++) {
		g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(now - ago[i].days * DAY);
		g_autofree char *text = day ? g_date_time_format(day, "%Y-%m-%d") : NULL;

		if (text)
			add_fitting(completion, text, ago[i].help, prefix);
	}
}

typedef struct MadeValues {
	const char *term;
	void (*add)(Completion *completion, const char *prefix, int64_t now);
} MadeValues;

static const MadeValues made[] = {
	{ "finding", add_findings },
	{ "score", add_scores },
	{ "age", add_ages },
	{ "after", add_days },
	{ "before", add_days },
};

static void
add_made(Completion *completion, const char *term, const char *prefix, int64_t now)
{
	for (size_t i = 0; i < G_N_ELEMENTS(made); i++)
		if (strcmp(made[i].term, term) == 0)
			made[i].add(completion, prefix, now);
	for (const QueryTerm *row = query_terms(); row->name; row++)
		if (strcmp(row->name, term) == 0)
			add_listed(completion, row->value, prefix);
}

void
complete_values(
	Completion *completion, Store *store, const char *term, const char *prefix, int64_t now)
{
	add_made(completion, term, prefix, now);
	if (store)
		complete_stored(completion, store, term, prefix);
}
