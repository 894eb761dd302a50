/* The rules on real mail: what must hold for each message of the labelled folders. */
#include "tests/mail/mails.h"

/* ORIGIN.tsv's notes: path, repository, reference, licence, note. */
static GHashTable *
read_notes(const char *corpus)
{
	g_autofree char *path = g_build_filename(corpus, "ORIGIN.tsv", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	GHashTable *notes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) columns = g_strsplit(*line, "\t", 5);

		if (g_strv_length(columns) == 5)
			g_hash_table_insert(notes, g_strdup(columns[0]), g_strdup(columns[4]));
	}
	return notes;
}

/* What a note says of the class: anonymised bounces are claimed where they lost what
 * would confirm them.  What a list or a forwarder passed on is likely: its hop is not
 * the receiver's own. */
static bool
agrees(SesClass class, const char *note)
{
	bool claimed = note && strstr(note, "SES-CLAIMED");

	return claimed ? class == SES_CLAIMED : class == SES_LIKELY || class == SES_CONFIRMED;
}

static void
test_ses_mail_is_found(gconstpointer folder)
{
	const char *corpus = mails_corpus();
	g_autoptr(GPtrArray) paths = corpus ? mails_list(corpus, folder) : NULL;
	g_autoptr(GHashTable) notes = corpus ? read_notes(corpus) : NULL;

	for (guint i = 0; paths && i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		g_autoptr(Message) message = mails_read_file(path);
		const char *note = g_hash_table_lookup(notes, path + strlen(corpus) + 1);

		g_test_message("%s: %s (%s)", path, ses_class_name(message->ses->class), note);
		g_assert_true(agrees(message->ses->class, note));
	}
}

static void
test_decoys_are_not_confirmed(void)
{
	const char *corpus = mails_corpus();
	g_autoptr(GPtrArray) paths = corpus ? mails_list(corpus, "ses-decoy") : NULL;
	g_autoptr(GHashTable) notes = corpus ? read_notes(corpus) : NULL;

	for (guint i = 0; paths && i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		g_autoptr(Message) message = mails_read_file(path);
		const char *note = g_hash_table_lookup(notes, path + strlen(corpus) + 1);

		if (g_str_has_prefix(note, "SES-CONFIRMED"))
			continue;
		g_test_message("%s: %s (%s)", path, ses_class_name(message->ses->class), note);
		g_assert_cmpint(message->ses->class, <, SES_LIKELY);
	}
}

/* file, label, region, account, from domain, subject */
static void
test_labels_agree(void)
{
	const char *corpus = mails_corpus();
	g_autofree char *labels =
		g_build_filename(corpus ? corpus : ".", "ses-phish/LABELS.tsv", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!corpus)
		return;
	g_assert_true(g_file_get_contents(labels, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines + 1; *line && **line; line++) {
		g_auto(GStrv) columns = g_strsplit(*line, "\t", 6);
		g_autofree char *path = g_build_filename(corpus, "ses-phish", columns[0], NULL);
		g_autoptr(Message) message = mails_read_file(path);

		g_test_message("%s", columns[0]);
		if (*columns[2])
			g_assert_cmpstr(message->ses->region, ==, columns[2]);
		if (*columns[3])
			g_assert_cmpstr(message->ses->account, ==, columns[3]);
	}
}

static bool
is_tracking(const char *url)
{
	static const char *const kinds[] = { "/L0/", "/CL0/", "/I0/", "/CI0/" };
	g_autofree char *host = link_host(url);

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (strstr(url, kinds[i]) &&
			(i == 1 || i == 3 || (host && strstr(host, "awstrack.me"))))
			return true;
	}
	return false;
}

static void
test_tracking_links_are_undone_or_flagged(gconstpointer folder)
{
	const char *corpus = mails_corpus();
	g_autoptr(GPtrArray) paths = corpus ? mails_list(corpus, folder) : NULL;
	int links = 0;

	for (guint i = 0; paths && i < paths->len; i++) {
		g_autoptr(Message) message = mails_read_file(g_ptr_array_index(paths, i));

		for (guint l = 0; l < message->links->len; l++) {
			const Link *link = g_ptr_array_index(message->links, l);

			if (!is_tracking(link->url))
				continue;
			links++;
			if (!(link->flags & (LINK_TRACKED | LINK_MALFORMED_WRAP)))
				g_test_message(
					"%s: %s", (char *)g_ptr_array_index(paths, i), link->url);
			g_assert_true(link->flags & (LINK_TRACKED | LINK_MALFORMED_WRAP));
		}
	}
	g_test_message("%s: %d tracking links", (const char *)folder, links);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	message_prepare();
	g_test_add_data_func("/corpus/ses-phish-is-found", "ses-phish", test_ses_mail_is_found);
	g_test_add_data_func("/corpus/ses-ham-is-found", "ses-ham", test_ses_mail_is_found);
	g_test_add_func("/corpus/decoys-are-not-confirmed", test_decoys_are_not_confirmed);
	g_test_add_func("/corpus/labels-agree", test_labels_agree);
	g_test_add_data_func(
		"/corpus/tracking/phish", "ses-phish", test_tracking_links_are_undone_or_flagged);
	g_test_add_data_func(
		"/corpus/tracking/ham", "ses-ham", test_tracking_links_are_undone_or_flagged);
	g_test_add_data_func(
		"/corpus/tracking/synth", "ses-synth", test_tracking_links_are_undone_or_flagged);
	return g_test_run();
}
