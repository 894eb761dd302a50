/* fit.h - logistic regression over findings, held to what was set by hand
 *
 * The odds that a mail is a lure are exp(bias + sum of the weights of its findings).
 * Each weight is drawn towards the detector's own, times one factor for all: a finding
 * that the mails can't judge keeps it.  What a detector calls suspicious never speaks
 * for a mail, and the other way round; what it only tells (weight 0) counts for nothing.
 * Everything is computed in one fixed order: the same mails give the same weights.
 */
#ifndef TESTS_SCORE_FIT_H
#define TESTS_SCORE_FIT_H

#include "tests/score/corpus.h"

typedef struct Model {
	double bias;
	double factor;   /* of the hand-set points, in log-odds a point */
	double *weights; /* one a feature, in log-odds */
	double scale;    /* points a log-odd */
	int *points;     /* one a feature: what share/weights holds */
} Model;

/* From the samples that @use marks; all when it is NULL. */
Model *model_fit(const Corpus *corpus, const bool *use);
void model_free(Model *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Model, model_free)

/* 0-100, as message_judge() sums it. */
int model_score(const Model *model, const Corpus *corpus, const Sample *sample);
/* The same, of the detectors' own weights. */
int hand_score(const Corpus *corpus, const Sample *sample);

/* The probability that a mail of @points is a lure, of as many lures as others. */
double model_chance(const Model *model, double points);

#endif
