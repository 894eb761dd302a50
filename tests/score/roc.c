#include "tests/score/roc.h"

#include <math.h>

static const double FALSE_POSITIVES = 0.01;

typedef struct Game {
	double won, played;
} Game;

/* Ties are half won. */
static void
play(const Corpus *corpus, const double *scores, guint lure, Game games[KINDS])
{
	for (guint i = 0; i < corpus->samples->len; i++) {
		Game *game = &games[corpus_sample(corpus, i)->kind];

		if (isnan(scores[i]))
			continue;
		game->played++;
		game->won += scores[lure] > scores[i] ? 1 : scores[lure] == scores[i] ? 0.5 : 0;
	}
}

static int
compare_descending(const void *a, const void *b)
{
	double first = *(const double *)a;
	double second = *(const double *)b;

	return (first < second) - (first > second);
}

/* The least score that no more than FALSE_POSITIVES of the mail that is no lure exceed. */
static double
find_threshold(const Corpus *corpus, const double *scores)
{
	g_autoptr(GArray) others = g_array_new(FALSE, FALSE, sizeof(double));
	guint allowed;

	for (guint i = 0; i < corpus->samples->len; i++) {
		if (corpus_sample(corpus, i)->kind != KIND_PHISH && !isnan(scores[i]))
			g_array_append_val(others, scores[i]);
	}
	if (others->len == 0)
		return 0;
	g_array_sort(others, compare_descending);
	allowed = (guint)(FALSE_POSITIVES * others->len);
	return g_array_index(others, double, MIN(allowed, others->len - 1));
}

static double
find_recall(const Corpus *corpus, const double *scores, double threshold)
{
	double lures = 0, found = 0;

	for (guint i = 0; i < corpus->samples->len; i++) {
		if (corpus_sample(corpus, i)->kind != KIND_PHISH || isnan(scores[i]))
			continue;
		lures++;
		found += scores[i] > threshold;
	}
	return found / lures;
}

Figures
figures_of(const Corpus *corpus, const double *scores)
{
	Game games[KINDS] = { 0 };
	const Game *bulk = &games[KIND_BULK];
	const Game *ham = &games[KIND_HAM];
	Figures figures;

	for (guint i = 0; i < corpus->samples->len; i++) {
		if (corpus_sample(corpus, i)->kind == KIND_PHISH && !isnan(scores[i]))
			play(corpus, scores, i, games);
	}
	figures.area = (bulk->won + ham->won) / (bulk->played + ham->played);
	figures.area_bulk = bulk->won / bulk->played;
	figures.threshold = find_threshold(corpus, scores);
	figures.recall = find_recall(corpus, scores, figures.threshold);
	return figures;
}

Spread
spread_of(const double *values, size_t count)
{
	double sum = 0, squares = 0;
	Spread spread;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	spread.mean = sum / (double)count;
	for (size_t i = 0; i < count; i++)
		squares += (values[i] - spread.mean) * (values[i] - spread.mean);
	spread.deviation = sqrt(squares / (double)count);
	return spread;
}
