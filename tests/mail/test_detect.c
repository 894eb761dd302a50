/* Detectors: on the mails written for each (tests/mail/detect/ID/{hit,miss}-*.eml, found by
 * glob), and on messages made by hand where a mail would be too large. */
#include "mail/detect.h"
#include "tests/mail/mails.h"
#include "tests/processor.h"

#define MAILS "tests/mail/detect"

enum {
	DANGEROUS = 70
};

static const Detector *
detector_named(const char *id)
{
	for (const Detector *const *detector = detectors(); *detector; detector++) {
		if (strcmp((*detector)->id, id) == 0)
			return *detector;
	}
	return NULL;
}

static const Finding *
find(const Message *message, const char *id)
{
	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		if (strcmp(finding->id, id) == 0)
			return finding;
	}
	return NULL;
}

/* "defects" reports under the ids of its rows. */
static bool
reported(const Message *message, const char *id)
{
	bool any = find(message, id) != NULL;

	for (int kind = 0; strcmp(id, "defects") == 0 && kind < DEFECT_KINDS; kind++)
		any = any || find(message, defect_detector(kind)->id);
	return any;
}

/* ---- the mails ---- */

/* No mail alone can be a hit: a scanner or a site's rule (test_yara.c) has to say it, or this
 * build reads none. */
static bool
needs_more_than_mail(const char *id)
{
	return strcmp(id, "attachment-malware") == 0 || strcmp(id, "attachment-rule") == 0 ||
		(strcmp(id, "qr-link") == 0 && !message_reads_qr());
}

static void
test_mail(gconstpointer data)
{
	const char *path = data;
	g_autoptr(Message) message = mails_read_file(path);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *id = g_path_get_basename(folder);
	g_autofree char *name = g_path_get_basename(path);

	g_assert_nonnull(detector_named(id));
	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		g_test_message("%s: %d %s: %s", name, finding->weight, finding->id, finding->text);
	}
	/* No assertion: one wrong mail must not hide the others. */
	if (reported(message, id) != g_str_has_prefix(name, "hit-") && !needs_more_than_mail(id))
		g_test_fail();
}

static void
test_every_detector_has_a_hit_and_a_miss(void)
{
	for (const Detector *const *detector = detectors(); *detector; detector++) {
		g_autoptr(GPtrArray) paths = mails_list(MAILS, (*detector)->id);
		int hits = 0;
		int misses = 0;

		for (guint i = 0; i < paths->len; i++) {
			g_autofree char *name = g_path_get_basename(g_ptr_array_index(paths, i));

			hits += g_str_has_prefix(name, "hit-");
			misses += g_str_has_prefix(name, "miss-");
		}
		g_test_message("%s: %d hits, %d misses", (*detector)->id, hits, misses);
		if (needs_more_than_mail((*detector)->id))
			continue;
		g_assert_cmpint(hits, >, 0);
		g_assert_cmpint(misses, >, 0);
		g_assert_cmpint(hits + misses, ==, paths->len);
	}
}

/* ---- the tables ---- */

static void
assert_row(GHashTable *seen, const Detector *row)
{
	g_assert_nonnull(row->id);
	g_assert_true(g_hash_table_add(seen, (char *)row->id));
	g_assert_cmpuint(strspn(row->id, "abcdefghijklmnopqrstuvwxyz-"), ==, strlen(row->id));
	g_assert_nonnull(row->summary);
	g_assert_false(g_str_has_suffix(row->summary, "."));
	g_assert_cmpint(row->weight, >=, 0);
	g_assert_cmpint(row->weight, <=, DANGEROUS);
}

static void
test_tables_are_whole(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (const Detector *const *detector = detectors(); *detector; detector++) {
		assert_row(seen, *detector);
		g_assert_nonnull((*detector)->run);
	}
	for (int kind = 0; kind < DEFECT_KINDS; kind++)
		assert_row(seen, defect_detector(kind));
}

static void
test_borrowed_name_and_leaving_links_are_dangerous(void)
{
	g_assert_cmpint(detector_named("brand-name")->weight, <=, DANGEROUS);
	g_assert_cmpint(
		detector_named("brand-name")->weight + detector_named("links-leave")->weight, >,
		DANGEROUS);
}

/* ---- messages made by hand ---- */

static Message *
message_from(const char *name, const char *domain)
{
	Message *message = message_new();

	g_free(message->from->address);
	message->from->name = g_strdup(name);
	message->from->address = g_strdup_printf("orders@%s", domain);
	message->from_domain = g_strdup(domain);
	return message;
}

static void
add_link(Message *message, const char *url, const char *domain, uint32_t flags)
{
	Link *link = g_new0(Link, 1);

	link->text = g_strdup("");
	link->url = g_strdup(url);
	link->final = g_strdup(url);
	link->chain = g_ptr_array_new_with_free_func(g_free);
	link->services = g_ptr_array_new_with_free_func(g_free);
	link->domain = g_strdup(domain);
	link->where = g_strdup("");
	link->flags = flags;
	g_ptr_array_add(message->links, link);
}

static void
test_finding_says_what_and_where(void)
{
	g_autoptr(Message) message = message_from("MetaMask", "bakery.example");
	const Finding *finding = NULL;

	message_judge(message, mails_site());
	finding = find(message, "brand-name");
	g_assert_nonnull(finding);
	g_assert_cmpstr(
		finding->text, ==, "display name says \"MetaMask\", sent from bakery.example");
	g_assert_cmpstr(finding->evidence, ==, "MetaMask");
	g_assert_cmpstr(finding->where, ==, "header From");
	g_assert_cmpint(finding->weight, ==, detector_named("brand-name")->weight);
}

static void
test_what_a_scanner_names_is_a_finding(void)
{
	g_autoptr(Message) message = message_from(NULL, "bakery.example");
	Attachment *attachment = attachment_new();

	attachment->path = g_strdup("2");
	attachment->name = g_strdup("invoice.doc");
	attachment->declared = g_strdup("application/msword");
	attachment->detected = g_strdup("application/msword");
	attachment->size = 1;
	attachment->sha256 = g_strdup("");
	g_ptr_array_add(message->attachments, attachment);
	message_judge(message, NULL);
	g_assert_null(find(message, "attachment-malware"));
	attachment->flags = ATTACHMENT_MALWARE;
	g_ptr_array_add(attachment->inside, g_strdup("malware: Doc.Dropper.Agent"));
	message_judge(message, NULL);
	g_assert_nonnull(find(message, "attachment-malware"));
	g_assert_cmpstr(find(message, "attachment-malware")->evidence, ==,
		"invoice.doc: Doc.Dropper.Agent");
	g_assert_cmpstr(find(message, "attachment-malware")->where, ==, "part 2");
}

static void
test_every_defect_becomes_a_finding(void)
{
	for (int kind = 0; kind < DEFECT_KINDS; kind++) {
		g_autoptr(Message) message = message_from(NULL, "bakery.example");
		const Finding *finding = NULL;

		message_add_defect(message, kind, "what it was", "part 1");
		message_judge(message, mails_site());
		finding = find(message, defect_detector(kind)->id);
		g_assert_nonnull(finding);
		g_assert_cmpstr(finding->evidence, ==, "what it was");
		g_assert_cmpstr(finding->where, ==, "part 1");
		g_assert_cmpint(message->score, ==, defect_detector(kind)->weight);
	}
}

static guint
count_found(const Message *message, const char *id)
{
	guint count = 0;

	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		count += strcmp(finding->id, id) == 0;
	}
	return count;
}

static void
test_findings_of_one_id_weigh_once_and_are_capped(void)
{
	g_autoptr(Message) message = message_from(NULL, "bakery.example");
	int weight = detector_named("link-shortener")->weight;

	for (int i = 0; i < 1000; i++) {
		add_link(message, "https://t.co/AbCd", "t.co", LINK_SHORTENER);
		add_link(message, "https://bit.ly/AbCd", "bit.ly", LINK_SHORTENER);
	}
	message_judge(message, mails_site());
	g_assert_cmpuint(count_found(message, "link-shortener"), ==, DETECTOR_MAX_FINDINGS);
	g_assert_cmpint(message->score, ==, weight + detector_named("links-leave")->weight);
}

static void
test_images_are_not_followed(void)
{
	g_autoptr(Message) message = message_from(NULL, "bakery.example");

	add_link(message, "https://t.co/a.png", "t.co", LINK_SHORTENER | LINK_IMAGE);
	add_link(message, "https://t.co/b.png", "t.co", LINK_RECYCLED | LINK_IMAGE);
	message_judge(message, mails_site());
	g_assert_cmpuint(count_found(message, "link-shortener"), ==, 0);
	g_assert_cmpuint(count_found(message, "links-leave"), ==, 0);
	g_assert_cmpuint(count_found(message, "links-recycled"), ==, 1);
}

static void
test_links_to_one_host_are_told_once(void)
{
	g_autoptr(Message) message = message_from(NULL, "bakery.example");

	add_link(message, "https://t.co/a", "t.co", LINK_SHORTENER);
	add_link(message, "https://t.co/b", "t.co", LINK_SHORTENER);
	message_judge(message, mails_site());
	g_assert_cmpuint(count_found(message, "link-shortener"), ==, 1);
}

static void
test_findings_are_heaviest_first(void)
{
	g_autoptr(Message) message = message_from("MetaMask", "bakery.example");
	int before = G_MAXINT;

	add_link(message, "https://t.co/AbCd", "t.co", LINK_SHORTENER);
	message_add_defect(message, DEFECT_TWO_BOUNDARIES, "", "");
	message_judge(message, mails_site());
	g_assert_cmpuint(message->findings->len, >=, 4);
	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		g_assert_cmpint(finding->weight, <=, before);
		before = finding->weight;
	}
}

static void
test_score_ends_at_100(void)
{
	g_autoptr(Message) message = message_from("C o i n b a s e", "bakery.example");

	for (int kind = 0; kind < DEFECT_KINDS; kind++)
		message_add_defect(message, kind, "", "");
	message_judge(message, mails_site());
	g_assert_cmpint(message->score, ==, 100);
}

static void
test_judging_twice_changes_nothing(void)
{
	g_autoptr(Message) message = message_from("MetaMask", "bakery.example");
	guint findings;
	int score;

	message_judge(message, mails_site());
	findings = message->findings->len;
	score = message->score;
	message_judge(message, mails_site());
	g_assert_cmpuint(message->findings->len, ==, findings);
	g_assert_cmpint(message->score, ==, score);
}

static void
test_nothing_known_is_nothing_found(void)
{
	g_autoptr(Message) message = message_new();

	message_judge(message, mails_site());
	g_assert_cmpuint(message->findings->len, ==, 0);
	g_assert_cmpint(message->score, ==, 0);
}

static void
test_evidence_is_cut_between_characters(void)
{
	g_autoptr(Message) message = message_from(NULL, "bakery.example");
	GString *subject = g_string_new("metamask ");
	const Finding *finding = NULL;

	for (int i = 0; i < FINDING_MAX_EVIDENCE; i++)
		g_string_append(subject, "\xe2\x82\xac");
	g_free(message->subject);
	message->subject = g_string_free(subject, FALSE);
	message_judge(message, mails_site());
	finding = find(message, "brand-subject");
	g_assert_nonnull(finding);
	g_assert_cmpuint(strlen(finding->evidence), <=, FINDING_MAX_EVIDENCE);
	g_assert_cmpuint(strlen(finding->evidence), >, FINDING_MAX_EVIDENCE - 4);
	g_assert_true(g_utf8_validate(finding->evidence, -1, NULL));
}

/* A megabyte of what each detector reads must cost no more than a moment. */
static void
test_large_fields_are_read_in_linear_time(void)
{
	g_autoptr(Message) message = message_from(NULL, "bakery.example");
	GString *name = g_string_new(NULL);
	PartText *text = g_new0(PartText, 1);
	double start;

	for (int i = 0; i < 200 * 1000; i++)
		g_string_append(name, i % 2 ? "\xcc\xb6" : "\xcc\x81");
	message->from->name = g_strdup(name->str);
	g_free(message->subject);
	message->subject = g_strnfill(1000 * 1000, 'a');
	text->path = g_strdup("1");
	text->type = g_strdup("text/plain");
	text->text = g_string_free(name, FALSE);
	g_ptr_array_add(message->texts, text);
	for (int i = 0; i < MESSAGE_MAX_LINKS; i++)
		add_link(message, "https://xn--a.example:99/", "xn--a.example", ~(uint32_t)0);

	start = processor_seconds();
	message_judge(message, mails_site());
	g_assert_cmpfloat(processor_seconds() - start, <, 2);
}

static void
add_mails(void)
{
	for (const Detector *const *detector = detectors(); *detector; detector++) {
		g_autoptr(GPtrArray) paths = mails_list(MAILS, (*detector)->id);

		for (guint i = 0; i < paths->len; i++) {
			const char *path = g_ptr_array_index(paths, i);
			g_autofree char *test =
				g_strconcat("/detect/mail", path + strlen(MAILS), NULL);

			g_test_add_data_func_full(test, g_strdup(path), test_mail, g_free);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/detect/tables-are-whole", test_tables_are_whole);
	g_test_add_func("/detect/every-detector-has-a-hit-and-a-miss",
		test_every_detector_has_a_hit_and_a_miss);
	g_test_add_func("/detect/borrowed-name-and-leaving-links-are-dangerous",
		test_borrowed_name_and_leaving_links_are_dangerous);
	g_test_add_func("/detect/what-a-scanner-names-is-a-finding",
		test_what_a_scanner_names_is_a_finding);
	g_test_add_func("/detect/finding-says-what-and-where", test_finding_says_what_and_where);
	g_test_add_func(
		"/detect/every-defect-becomes-a-finding", test_every_defect_becomes_a_finding);
	g_test_add_func("/detect/findings-of-one-id-weigh-once-and-are-capped",
		test_findings_of_one_id_weigh_once_and_are_capped);
	g_test_add_func("/detect/images-are-not-followed", test_images_are_not_followed);
	g_test_add_func(
		"/detect/links-to-one-host-are-told-once", test_links_to_one_host_are_told_once);
	g_test_add_func("/detect/findings-are-heaviest-first", test_findings_are_heaviest_first);
	g_test_add_func("/detect/score-ends-at-100", test_score_ends_at_100);
	g_test_add_func(
		"/detect/judging-twice-changes-nothing", test_judging_twice_changes_nothing);
	g_test_add_func(
		"/detect/nothing-known-is-nothing-found", test_nothing_known_is_nothing_found);
	g_test_add_func("/detect/evidence-is-cut-between-characters",
		test_evidence_is_cut_between_characters);
	g_test_add_func("/detect/large-fields-are-read-in-linear-time",
		test_large_fields_are_read_in_linear_time);
	add_mails();
	return g_test_run();
}
