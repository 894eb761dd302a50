/* history_learned.c - what decisions about its likes say of a message
 *
 * A naive Bayes classifier on what messages have in common: their edges and findings.  Of
 * each feature is counted how many of the messages that people blocked have it, and how
 * many that they released; the logarithms of the ratios are added up.  Features that are
 * nearly one thing, as the digests of one text, would count several times: of each kind of
 * edge only the one that says most is taken.
 */
#include <math.h>

#include "mail/history.h"

enum {
	LEAST_LESSONS = 5, /* of either kind, below which nothing is said */
	LEAST_SEEN = 2,    /* decided messages that a feature must have been in */
	PRIOR = 4,         /* messages that a feature is thought to have been seen in before */
	SQUASH = 5,        /* log-odds at which three quarters of the points are reached */
	SHOWN = 4,         /* features named in the evidence */
	VALUE_SHOWN = 40,  /* bytes of each */
};

typedef struct Feature {
	const Record *record;
	double odds;
} Feature;

/* A feature that was rare in what was released may be so because little was released:
 * both rates are drawn towards the one over all. */
double
history_log_odds(const Record *record, int64_t released, int64_t blocked)
{
	double seen = (double)(record->released + record->blocked);
	double rate = (seen + 1) / (double)(released + blocked + 2);

	if (seen < LEAST_SEEN)
		return 0;
	return log(((double)record->blocked + PRIOR * rate) / (double)(blocked + PRIOR)) -
		log(((double)record->released + PRIOR * rate) / (double)(released + PRIOR));
}

static int
compare_features(const void *a, const void *b)
{
	double first = fabs(((const Feature *)a)->odds);
	double second = fabs(((const Feature *)b)->odds);

	return (first < second) - (first > second);
}

/* Those that count, strongest first. */
static GArray *
choose(const History *history)
{
	GArray *features = g_array_new(false, false, sizeof(Feature));
	unsigned taken = 0;
	guint kept = 0;

	for (guint i = 0; i < history->records->len; i++) {
		const Record *record = g_ptr_array_index(history->records, i);
		Feature feature = { record,
			history_log_odds(record, history->released, history->blocked) };

		if (feature.odds != 0)
			g_array_append_val(features, feature);
	}
	g_array_sort(features, compare_features);
	for (guint i = 0; i < features->len; i++) {
		Feature feature = g_array_index(features, Feature, i);
		unsigned kind =
			feature.record->kind == HISTORY_FINDING ? 0 : 1U << feature.record->kind;

		if (taken & kind)
			continue;
		taken |= kind;
		g_array_index(features, Feature, kept++) = feature;
	}
	g_array_set_size(features, kept);
	return features;
}

static char *
name_features(const GArray *features)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < features->len && i < SHOWN; i++) {
		const Record *record = g_array_index(features, Feature, i).record;
		g_autofree char *value = finding_quote(record->value, VALUE_SHOWN);

		g_string_append_printf(names,
			"%s%s %s: %" G_GINT64_FORMAT " blocked, %" G_GINT64_FORMAT " released",
			i > 0 ? "; " : "", record_kind_name(record), value, record->blocked,
			record->released);
	}
	return g_string_free(names, false);
}

double
history_learned(const History *history, char **evidence)
{
	g_autoptr(GArray) features = NULL;
	double sum = 0;

	if (!history->learn || history->released < LEAST_LESSONS ||
		history->blocked < LEAST_LESSONS)
		return 0;
	features = choose(history);
	for (guint i = 0; i < features->len; i++)
		sum += g_array_index(features, Feature, i).odds;
	if (features->len > 0)
		*evidence = name_features(features);
	return tanh(sum / SQUASH);
}
