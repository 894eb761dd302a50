/* roc.h - how well scores put lures before other mail */
#ifndef TESTS_SCORE_ROC_H
#define TESTS_SCORE_ROC_H

#include "tests/score/corpus.h"

/* One score a sample of @corpus; NAN leaves the sample out. */
typedef struct Figures {
	double area;      /* under the ROC curve: how often a lure stands before another mail */
	double area_bulk; /* the same against bulk and service mail alone */
	double recall;    /* lures found when FALSE_POSITIVES of all other mail are */
	double threshold; /* what a score must exceed for that */
} Figures;
Figures figures_of(const Corpus *corpus, const double *scores);

typedef struct Spread {
	double mean;
	double deviation;
} Spread;
Spread spread_of(const double *values, size_t count);

#endif
