#include "tests/score/fit.h"

#include <math.h>

enum {
	SWEEPS = 1000,
	HEAVIEST = 65, /* points: no finding alone is dangerous */
	TYPICAL = 75,  /* points of the lure in the middle */
};

static const double PULL = 2.0;     /* of the hand-set weight, in mails that say otherwise */
static const double SETTLED = 1e-7; /* log-odds: what moves less has arrived */

void
model_free(Model *model)
{
	if (!model)
		return;
	g_free(model->weights);
	g_free(model->points);
	g_free(model);
}

/* What is being fitted, and each sample's log-odds so far. */
typedef struct Fit {
	const Corpus *corpus;
	const bool *use;
	Model *model;
	double *odds;
	double moved; /* the longest step since it was last set to 0 */
} Fit;

/* First and second derivative of the loss along the direction in which sample i's odds
 * grow by step(i). */
static void
slope(const Fit *fit, const double *step, double *first, double *second)
{
	*first = *second = 0;
	for (guint i = 0; i < fit->corpus->samples->len; i++) {
		const Sample *sample = corpus_sample(fit->corpus, i);
		double chance = 1 / (1 + exp(-fit->odds[i]));
		double wanted = sample->kind == KIND_PHISH;

		if ((fit->use && !fit->use[i]) || step[i] == 0)
			continue;
		*first += sample->say * (chance - wanted) * step[i];
		*second += sample->say * chance * (1 - chance) * step[i] * step[i];
	}
}

static void
move(Fit *fit, const double *step, double by)
{
	fit->moved = MAX(fit->moved, fabs(by));
	for (guint i = 0; i < fit->corpus->samples->len; i++)
		fit->odds[i] += by * step[i];
}

/* One Newton step, at most a unit long, of a value that nothing draws anywhere. */
static void
improve(Fit *fit, const double *step, double *value)
{
	double first, second, by;

	slope(fit, step, &first, &second);
	by = CLAMP(-first / (second + 1e-9), -1, 1);
	*value += by;
	move(fit, step, by);
}

static double *
column(const Corpus *corpus, guint feature)
{
	double *step = g_new0(double, corpus->samples->len);

	for (guint i = 0; i < corpus->samples->len; i++)
		step[i] = corpus_sample(corpus, i)->found[feature];
	return step;
}

static double *
hand_sums(const Corpus *corpus)
{
	double *sums = g_new0(double, corpus->samples->len);

	for (guint i = 0; i < corpus->samples->len; i++) {
		for (guint j = 0; j < corpus->features->len; j++)
			sums[i] += corpus_sample(corpus, i)->found[j] *
				corpus_feature(corpus, j)->weight;
	}
	return sums;
}

static double *
ones(guint count)
{
	double *step = g_new(double, count);

	for (guint i = 0; i < count; i++)
		step[i] = 1;
	return step;
}

/* The hand-set weights as they are, made log-odds by a factor and a bias. */
static void
fit_hand_set(Fit *fit, const double *constant)
{
	g_autofree double *sums = hand_sums(fit->corpus);

	fit->moved = 1;
	for (int sweep = 0; sweep < SWEEPS && fit->moved > SETTLED; sweep++) {
		fit->moved = 0;
		improve(fit, constant, &fit->model->bias);
		improve(fit, sums, &fit->model->factor);
	}
	for (guint j = 0; j < fit->corpus->features->len; j++)
		fit->model->weights[j] =
			fit->model->factor * corpus_feature(fit->corpus, j)->weight;
}

static void
improve_weight(Fit *fit, guint feature, const double *step)
{
	int own = corpus_feature(fit->corpus, feature)->weight;
	double *weight = &fit->model->weights[feature];
	double first, second, next;

	/* What its author only tells is not to be judged by. */
	if (own == 0)
		return;
	slope(fit, step, &first, &second);
	first += PULL * (*weight - fit->model->factor * own);
	next = *weight - CLAMP(first / (second + PULL), -1, 1);
	next = own < 0 ? MIN(next, 0) : MAX(next, 0);
	move(fit, step, next - *weight);
	*weight = next;
}

static void
fit_weights(Fit *fit, const double *constant)
{
	guint count = fit->corpus->features->len;
	g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(g_free);

	for (guint j = 0; j < count; j++)
		g_ptr_array_add(steps, column(fit->corpus, j));
	fit->moved = 1;
	for (int sweep = 0; sweep < SWEEPS && fit->moved > SETTLED; sweep++) {
		fit->moved = 0;
		improve(fit, constant, &fit->model->bias);
		for (guint j = 0; j < count; j++)
			improve_weight(fit, j, g_ptr_array_index(steps, j));
	}
}

/* ---- points ---- */

static int
compare_doubles(const void *a, const void *b)
{
	double first = *(const double *)a;
	double second = *(const double *)b;

	return (first > second) - (first < second);
}

/* So many points a log-odd that the lure in the middle has TYPICAL: few stand at the
 * end of the scale, where their order is lost. */
static double
find_scale(const Fit *fit)
{
	g_autoptr(GArray) sums = g_array_new(FALSE, FALSE, sizeof(double));

	for (guint i = 0; i < fit->corpus->samples->len; i++) {
		const Sample *sample = corpus_sample(fit->corpus, i);
		double sum = fit->odds[i] - fit->model->bias;

		if (sample->kind == KIND_PHISH && !sample->twin && (!fit->use || fit->use[i]))
			g_array_append_val(sums, sum);
	}
	if (sums->len == 0)
		return 1;
	g_array_sort(sums, compare_doubles);
	return TYPICAL / MAX(1, g_array_index(sums, double, sums->len / 2));
}

static bool
is_judged(const Fit *fit, guint feature)
{
	for (guint i = 0; i < fit->corpus->samples->len; i++) {
		if (corpus_sample(fit->corpus, i)->found[feature] && (!fit->use || fit->use[i]))
			return true;
	}
	return false;
}

/* What none of the mails has is worth what it was given by hand.  But by hand each was
 * looked at alone, and together they come out too high, here by 1 / (scale * factor):
 * it gets the mean of both. */
static void
find_points(Fit *fit)
{
	Model *model = fit->model;

	model->scale = find_scale(fit);
	for (guint j = 0; j < fit->corpus->features->len; j++) {
		double points = model->scale * model->weights[j];

		if (!is_judged(fit, j))
			points = (points + corpus_feature(fit->corpus, j)->weight) / 2;
		model->points[j] = CLAMP((int)lround(points), -HEAVIEST, HEAVIEST);
	}
}

Model *
model_fit(const Corpus *corpus, const bool *use)
{
	g_autofree double *odds = g_new0(double, corpus->samples->len);
	g_autofree double *constant = ones(corpus->samples->len);
	Model *model = g_new0(Model, 1);
	Fit fit = { .corpus = corpus, .use = use, .model = model, .odds = odds };

	model->weights = g_new0(double, corpus->features->len);
	model->points = g_new0(int, corpus->features->len);
	fit_hand_set(&fit, constant);
	fit_weights(&fit, constant);
	find_points(&fit);
	return model;
}

int
model_score(const Model *model, const Corpus *corpus, const Sample *sample)
{
	int sum = 0;

	for (guint j = 0; j < corpus->features->len; j++)
		sum += sample->found[j] ? model->points[j] : 0;
	return CLAMP(sum, 0, 100);
}

int
hand_score(const Corpus *corpus, const Sample *sample)
{
	int sum = 0;

	for (guint j = 0; j < corpus->features->len; j++)
		sum += sample->found[j] ? corpus_feature(corpus, j)->weight : 0;
	return CLAMP(sum, 0, 100);
}

double
model_chance(const Model *model, double points)
{
	return 1 / (1 + exp(-(model->bias + points / model->scale)));
}
