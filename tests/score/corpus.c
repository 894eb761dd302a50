#include "tests/score/corpus.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of what a lure says in training, the share that its twin without a brand says. */
static const double DOUBT = 0.3;

enum {
	LEVEL = 15, /* points of every finding alike */
};

static void
sample_free(Sample *sample)
{
	g_free(sample->path);
	g_free(sample->group);
	g_free(sample->found);
	g_free(sample);
}

void
corpus_free(Corpus *corpus)
{
	if (!corpus)
		return;
	g_ptr_array_unref(corpus->features);
	g_ptr_array_unref(corpus->samples);
	g_free(corpus);
}

static GPtrArray *
all_features(void)
{
	GPtrArray *features = g_ptr_array_new();

	for (const Detector *const *detector = detectors(); *detector; detector++) {
		/* It reports under the ids of its rows. */
		if (strcmp((*detector)->id, "defects") != 0)
			g_ptr_array_add(features, (void *)*detector);
	}
	for (int kind = 0; kind < DEFECT_KINDS; kind++)
		g_ptr_array_add(features, (void *)defect_detector(kind));
	return features;
}

static Corpus *
corpus_new(void)
{
	Corpus *corpus = g_new0(Corpus, 1);

	corpus->features = all_features();
	corpus->samples = g_ptr_array_new_with_free_func((GDestroyNotify)sample_free);
	return corpus;
}

static bool
has_finding(const Message *message, const char *id)
{
	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		if (strcmp(finding->id, id) == 0)
			return true;
	}
	return false;
}

static char *
group_of(const Message *message, const char *path)
{
	if (message->ses->account)
		return g_strdup(message->ses->account);
	return g_strdup(message->from_domain ? message->from_domain : path);
}

static bool
add_mail(Corpus *corpus, const char *path, Kind kind, const Site *site)
{
	g_autofree char *raw = NULL;
	g_autoptr(Message) message = NULL;
	Sample *sample;
	gsize size;

	if (!g_file_get_contents(path, &raw, &size, NULL))
		return false;
	message = message_read(raw, size, site, MESSAGE_FULL);
	sample = g_new0(Sample, 1);
	sample->path = g_strdup(path);
	sample->kind = kind;
	sample->group = group_of(message, path);
	sample->found = g_new0(bool, corpus->features->len);
	for (guint i = 0; i < corpus->features->len; i++)
		sample->found[i] = has_finding(message, corpus_feature(corpus, i)->id);
	g_ptr_array_add(corpus->samples, sample);
	return true;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp((*(Sample *const *)a)->path, (*(Sample *const *)b)->path);
}

/* ---- how much each says ---- */

/* Fifty mails of one sender say more than one does, but not fifty times as much; and
 * each kind says as much as it matters, however many mails of it there are. */
static void
give_say(Corpus *corpus)
{
	static const double shares[KINDS] = {
		[KIND_PHISH] = 0.5, [KIND_BULK] = 0.2, [KIND_HAM] = 0.3
	};
	g_autoptr(GHashTable) sizes = g_hash_table_new(g_str_hash, g_str_equal);
	double sums[KINDS] = { 0 };

	for (guint i = 0; i < corpus->samples->len; i++) {
		const Sample *sample = corpus_sample(corpus, i);
		int before = GPOINTER_TO_INT(g_hash_table_lookup(sizes, sample->group));

		g_hash_table_insert(sizes, sample->group, GINT_TO_POINTER(before + 1));
	}
	for (guint i = 0; i < corpus->samples->len; i++) {
		Sample *sample = g_ptr_array_index(corpus->samples, i);

		sample->say = 1 / sqrt(GPOINTER_TO_INT(g_hash_table_lookup(sizes, sample->group)));
		sums[sample->kind] += sample->say;
	}
	for (guint i = 0; i < corpus->samples->len; i++) {
		Sample *sample = g_ptr_array_index(corpus->samples, i);

		sample->say *= shares[sample->kind] * corpus->samples->len / sums[sample->kind];
	}
}

/* ---- folders ---- */

static bool
kind_of_label(const char *label, Kind *kind)
{
	*kind = g_str_has_prefix(label, "phish") ? KIND_PHISH
		: strcmp(label, "ham") == 0      ? KIND_HAM
						 : KIND_BULK;
	return strcmp(label, "spoof") != 0;
}

/* "FILE<tab>LABEL<tab>..." below a line of heads. */
static bool
add_labelled(Corpus *corpus, const char *folder, const char *list, const Site *site)
{
	g_autofree char *name = g_build_filename(folder, list, NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(name, &text, NULL, NULL))
		return false;
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines + 1; lines[0] && *line && **line; line++) {
		g_auto(GStrv) columns = g_strsplit(*line, "\t", 3);
		g_autofree char *path = g_build_filename(folder, columns[0], NULL);
		Kind kind;

		if (!columns[1] || !kind_of_label(columns[1], &kind))
			continue;
		if (!add_mail(corpus, path, kind, site))
			return false;
	}
	return true;
}

static void
add_all(Corpus *corpus, const char *folder, Kind kind, const Site *site)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *entry;

	while (dir && (entry = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, entry, NULL);

		if (g_str_has_suffix(entry, ".eml"))
			add_mail(corpus, path, kind, site);
	}
}

Corpus *
corpus_load(const char *folder, const Site *site)
{
	g_autoptr(Corpus) corpus = corpus_new();
	g_autofree char *phish = g_build_filename(folder, "ses-phish", NULL);
	g_autofree char *ham = g_build_filename(folder, "ses-ham", NULL);

	if (!add_labelled(corpus, phish, "LABELS.tsv", site)) {
		fprintf(stderr, "quality: %s/LABELS.tsv, or a mail it names, can't be read\n",
			phish);
		return NULL;
	}
	add_all(corpus, ham, KIND_HAM, site);
	g_ptr_array_sort(corpus->samples, compare_paths);
	give_say(corpus);
	return g_steal_pointer(&corpus);
}

Corpus *
corpus_load_folder(const char *folder, const char *name, Kind kind, const Site *site)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	Corpus *corpus = corpus_new();

	if (kind == KINDS)
		add_labelled(corpus, path, "MANIFEST.tsv", site);
	else
		add_all(corpus, path, kind, site);
	g_ptr_array_sort(corpus->samples, compare_paths);
	return corpus;
}

/* ---- as if brands were not known ---- */

/* Says whether there were any. */
static bool
forget(const Corpus *corpus, Sample *sample)
{
	bool any = false;

	for (guint j = 0; j < corpus->features->len; j++) {
		if (!sample->found[j] || !strstr(corpus_feature(corpus, j)->id, "brand"))
			continue;
		sample->found[j] = false;
		any = true;
	}
	return any;
}

void
corpus_forget_brands(Corpus *corpus)
{
	for (guint i = 0; i < corpus->samples->len; i++)
		forget(corpus, g_ptr_array_index(corpus->samples, i));
}

void
corpus_doubt_brands(Corpus *corpus)
{
	guint count = corpus->samples->len;

	for (guint i = 0; i < count; i++) {
		Sample *sample = g_ptr_array_index(corpus->samples, i);
		Sample *twin;

		if (sample->kind != KIND_PHISH)
			continue;
		twin = g_memdup2(sample, sizeof(*sample));
		twin->twin = true;
		twin->path = g_strdup(sample->path);
		twin->group = g_strdup(sample->group);
		twin->found = g_memdup2(sample->found, corpus->features->len * sizeof(bool));
		if (!forget(corpus, twin)) {
			sample_free(twin);
			continue;
		}
		twin->say = DOUBT * sample->say;
		sample->say -= twin->say;
		g_ptr_array_add(corpus->samples, twin);
	}
}

/* ---- as if nobody had weighed anything ---- */

void
corpus_level_weights(Corpus *corpus)
{
	for (guint i = 0; i < corpus->features->len; i++) {
		Detector *copy = g_memdup2(corpus_feature(corpus, i), sizeof(*copy));

		if (copy->weight > 0)
			copy->weight = LEVEL;
		g_ptr_array_index(corpus->features, i) = copy;
	}
	g_ptr_array_set_free_func(corpus->features, g_free);
}
