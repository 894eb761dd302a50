/* corpus.h - labelled mails as rows of findings: what weights are made from and measured on */
#ifndef TESTS_SCORE_CORPUS_H
#define TESTS_SCORE_CORPUS_H

#include "mail/detect.h"

typedef enum {
	KIND_PHISH, /* injected lures included */
	KIND_BULK,  /* lead generation and service mail: what a lure is hardest told from */
	KIND_HAM,   /* mail that lists relayed, and bounces */
	KINDS
} Kind;

typedef struct Sample {
	char *path;
	Kind kind;
	char *group; /* what must not stand on both sides of a split: the sending account,
	              * or the From domain of mail without one */
	bool *found; /* one a feature: a finding of that id is there */
	double say;  /* how much it counts in training */
	bool twin;   /* of a mail that is there already */
} Sample;

typedef struct Corpus {
	GPtrArray *features; /* of const Detector: every finding there can be */
	GPtrArray *samples;  /* of Sample, sorted by path */
} Corpus;

/* The folders ses-phish (with LABELS.tsv) and ses-ham below @folder; NULL, with the
 * reason said on standard error, when they can't be read. */
Corpus *corpus_load(const char *folder, const Site *site);

/* A folder of which all mails are @kind, or, with @kind KINDS, what its MANIFEST.tsv
 * says; empty when there is none. */
Corpus *corpus_load_folder(const char *folder, const char *name, Kind kind, const Site *site);

/* As if no lure's brand stood in the list. */
void corpus_forget_brands(Corpus *corpus);
/* Behind the samples, each lure that borrows a brand once more without it: new brands
 * come up faster than lists grow, and the weights must not rely on the list alone. */
void corpus_doubt_brands(Corpus *corpus);

/* As if whoever wrote the detectors had weighed none: all that is suspicious alike.  Those
 * weights were set with such mails in view, and no fold is kept from them. */
void corpus_level_weights(Corpus *corpus);

void corpus_free(Corpus *corpus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Corpus, corpus_free)

static inline const Sample *
corpus_sample(const Corpus *corpus, guint index)
{
	return g_ptr_array_index(corpus->samples, index);
}

static inline const Detector *
corpus_feature(const Corpus *corpus, guint index)
{
	return g_ptr_array_index(corpus->features, index);
}

#endif
