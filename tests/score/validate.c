#include "tests/score/validate.h"

#include <string.h>

#include "mail/digest.h"

/* A sender and the place that a round gives it. */
typedef struct Place {
	const char *group;
	Kind kind;
	char rank[DIGEST_HEX];
} Place;

void
trial_free(Trial *trial)
{
	if (!trial)
		return;
	for (int round = 0; round < ROUNDS; round++) {
		g_free(trial->folds[round]);
		for (int fold = 0; fold < FOLDS; fold++)
			model_free(trial->models[round][fold]);
	}
	g_free(trial);
}

static int
compare_places(const void *a, const void *b)
{
	const Place *first = a;
	const Place *second = b;

	return first->kind != second->kind ? (int)first->kind - (int)second->kind
					   : strcmp(first->rank, second->rank);
}

static void
add_place(GArray *places, const Sample *sample, int round)
{
	Place place = { .group = sample->group, .kind = sample->kind };
	g_autofree char *text = g_strdup_printf("%d %s", round, sample->group);
	uint8_t digest[DIGEST_SIZE];

	digest_sha256(text, strlen(text), digest);
	digest_hex(digest, place.rank);
	g_array_append_val(places, place);
}

/* Sender -> fold: the senders of each kind are dealt out in an order that the round
 * decides, and nothing else. */
static GHashTable *
deal_folds(const Corpus *corpus, int round)
{
	GHashTable *folds = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(Place));

	for (guint i = 0; i < corpus->samples->len; i++) {
		const Sample *sample = corpus_sample(corpus, i);

		if (g_hash_table_add(known, sample->group))
			add_place(places, sample, round);
	}
	g_array_sort(places, compare_places);
	for (guint i = 0; i < places->len; i++)
		g_hash_table_insert(folds, (char *)g_array_index(places, Place, i).group,
			GUINT_TO_POINTER(i % FOLDS));
	return folds;
}

static void
run_round(Trial *trial, const Corpus *corpus, int round)
{
	g_autoptr(GHashTable) senders = deal_folds(corpus, round);
	guint count = corpus->samples->len;
	guint *folds = g_new0(guint, count);
	g_autofree bool *use = g_new0(bool, count);

	trial->folds[round] = folds;
	for (guint i = 0; i < count; i++)
		folds[i] = GPOINTER_TO_UINT(
			g_hash_table_lookup(senders, corpus_sample(corpus, i)->group));
	for (guint fold = 0; fold < FOLDS; fold++) {
		for (guint i = 0; i < count; i++)
			use[i] = folds[i] != fold;
		trial->models[round][fold] = model_fit(corpus, use);
	}
}

Trial *
trial_run(const Corpus *corpus)
{
	Trial *trial = g_new0(Trial, 1);

	for (int round = 0; round < ROUNDS; round++)
		run_round(trial, corpus, round);
	return trial;
}

double *
trial_scores(const Trial *trial, const Corpus *judged, int round)
{
	double *scores = g_new0(double, judged->samples->len);

	for (guint i = 0; i < judged->samples->len; i++) {
		const Model *model = trial->models[round][trial->folds[round][i]];

		scores[i] = model_score(model, judged, corpus_sample(judged, i));
	}
	return scores;
}
