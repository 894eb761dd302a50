/* How well the score tells lures from other SES mail, on the labelled folders of real mail. */
#include "mail/detect.h"
#include "tests/mail/mails.h"

typedef enum {
	GROUP_PHISH, /* injected lures included */
	GROUP_BULK,  /* lead generation and service mail */
	GROUP_HAM,
	GROUPS
} Group;

enum {
	PLAIN = 20 /* what ordinary mail stays below */
};

typedef struct Measured {
	GArray *scores[GROUPS];     /* of int */
	GHashTable *counts[GROUPS]; /* finding id -> messages that have it */
} Measured;

static void
measured_init(Measured *measured)
{
	for (int group = 0; group < GROUPS; group++) {
		measured->scores[group] = g_array_new(FALSE, FALSE, sizeof(int));
		measured->counts[group] =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	}
}

static void
measured_clear(Measured *measured)
{
	for (int group = 0; group < GROUPS; group++) {
		g_array_unref(measured->scores[group]);
		g_hash_table_unref(measured->counts[group]);
	}
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Measured, measured_clear)

static void
count_findings(GHashTable *counts, const Message *message)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);
		int count = GPOINTER_TO_INT(g_hash_table_lookup(counts, finding->id));

		if (g_hash_table_add(seen, finding->id))
			g_hash_table_insert(
				counts, g_strdup(finding->id), GINT_TO_POINTER(count + 1));
	}
}

static void
measure(Measured *measured, Group group, const char *path)
{
	g_autoptr(Message) message = mails_read_file(path);

	if (group == GROUP_PHISH ? message->score < PLAIN : message->score > 3 * PLAIN)
		g_test_message("%s: %d", path, message->score);
	g_array_append_val(measured->scores[group], message->score);
	count_findings(measured->counts[group], message);
}

static void
measure_labelled(Measured *measured, const char *corpus)
{
	g_autofree char *labels = g_build_filename(corpus, "ses-phish/LABELS.tsv", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	g_assert_true(g_file_get_contents(labels, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines + 1; *line && **line; line++) {
		g_auto(GStrv) columns = g_strsplit(*line, "\t", 3);
		g_autofree char *path = g_build_filename(corpus, "ses-phish", columns[0], NULL);

		measure(measured, g_str_has_prefix(columns[1], "phish") ? GROUP_PHISH : GROUP_BULK,
			path);
	}
}

static void
measure_ham(Measured *measured, const char *corpus)
{
	g_autoptr(GPtrArray) paths = mails_list(corpus, "ses-ham");

	for (guint i = 0; i < paths->len; i++)
		measure(measured, GROUP_HAM, g_ptr_array_index(paths, i));
}

/* How often a lure scores above @group's, ties counted half: the area under the
 * ROC curve, as won and played games. */
static void
play(const Measured *measured, Group group, double *won, double *played)
{
	const GArray *lures = measured->scores[GROUP_PHISH];
	const GArray *others = measured->scores[group];

	for (guint i = 0; i < lures->len; i++) {
		for (guint j = 0; j < others->len; j++) {
			int lure = g_array_index(lures, int, i);
			int other = g_array_index(others, int, j);

			*won += lure > other ? 1 : lure == other ? 0.5 : 0;
			*played += 1;
		}
	}
}

static double
share_below(const GArray *scores, int limit)
{
	guint below = 0;

	for (guint i = 0; i < scores->len; i++)
		below += g_array_index(scores, int, i) < limit;
	return scores->len ? (double)below / scores->len : 0;
}

static double
share(const Measured *measured, Group group, const char *id)
{
	int count = GPOINTER_TO_INT(g_hash_table_lookup(measured->counts[group], id));

	return 100.0 * count / measured->scores[group]->len;
}

static void
print_row(const Measured *measured, const Detector *row)
{
	g_test_message("%-20s %3d %6.1f %6.1f %6.1f", row->id, row->weight,
		share(measured, GROUP_PHISH, row->id), share(measured, GROUP_BULK, row->id),
		share(measured, GROUP_HAM, row->id));
}

static void
print_table(const Measured *measured)
{
	g_test_message("%-20s %3s %6s %6s %6s", "percent of messages", "", "phish", "bulk", "ham");
	for (const Detector *const *detector = detectors(); *detector; detector++)
		print_row(measured, *detector);
	for (int kind = 0; kind < DEFECT_KINDS; kind++)
		print_row(measured, defect_detector(kind));
	for (int limit = 10; limit <= 100; limit += 10)
		g_test_message("%-16s %3d %10.1f %6.1f %6.1f", "score below", limit,
			100 * share_below(measured->scores[GROUP_PHISH], limit),
			100 * share_below(measured->scores[GROUP_BULK], limit),
			100 * share_below(measured->scores[GROUP_HAM], limit));
}

static void
test_lures_come_first(void)
{
	const char *corpus = mails_corpus();
	g_auto(Measured) measured = { 0 };
	double won = 0, played = 0, won_bulk = 0, played_bulk = 0;

	measured_init(&measured);
	if (!corpus)
		return;
	measure_labelled(&measured, corpus);
	measure_ham(&measured, corpus);
	print_table(&measured);

	play(&measured, GROUP_BULK, &won_bulk, &played_bulk);
	play(&measured, GROUP_HAM, &won, &played);
	won += won_bulk;
	played += played_bulk;
	g_test_message("area under the ROC curve: %.3f, against bulk alone %.3f", won / played,
		won_bulk / played_bulk);
	g_assert_cmpfloat(won / played, >=, 0.97);
	g_assert_cmpfloat(won_bulk / played_bulk, >=, 0.94);
	g_assert_cmpfloat(share_below(measured.scores[GROUP_HAM], PLAIN), >=, 0.90);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/score/lures-come-first", test_lures_come_first);
	return g_test_run();
}
