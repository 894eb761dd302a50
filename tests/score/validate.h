/* validate.h - cross-validation by sender: no account is judged by what it taught */
#ifndef TESTS_SCORE_VALIDATE_H
#define TESTS_SCORE_VALIDATE_H

#include "tests/score/fit.h"

enum {
	ROUNDS = 10, /* each splits the senders anew */
	FOLDS = 10,
};

typedef struct Trial {
	guint *folds[ROUNDS];         /* which fold each sample is in */
	Model *models[ROUNDS][FOLDS]; /* made from all samples but those of the fold */
} Trial;

Trial *trial_run(const Corpus *corpus);
void trial_free(Trial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trial, trial_free)

/* The score of each sample of @judged by the model that did not see its sender; these
 * are the same mails in the same order as taught it, read differently or not.  Yours. */
double *trial_scores(const Trial *trial, const Corpus *judged, int round);

#endif
