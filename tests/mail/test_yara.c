/* YARA rules over attachments: what matches is told with its bytes and its place, what was
 * not looked at is told too. */
#include "mail/yara.h"

#include "tests/mail/attached.h"
#include "tests/processor.h"

#define RULE "rule dropper { strings: $call = \"CreateObject(\" condition: $call }\n"

static YaraRules *
rules_of(const char *text)
{
	g_autoptr(YaraRules) rules = yara_rules_new();
	g_autoptr(GError) error = NULL;

	yara_rules_add(rules, "site.yar", text, &error);
	g_assert_no_error(error);
	yara_rules_finish(rules, &error);
	g_assert_no_error(error);
	return g_steal_pointer(&rules);
}

static Message *
read_with(const char *rules_text, const char *name, GBytes *bytes)
{
	g_autoptr(YaraRules) rules = rules_of(rules_text);
	const Site site = { .yara_rules = rules };
	g_autoptr(GBytes) mail = attached_mail(name, "application/octet-stream", bytes);
	gsize size = 0;
	const char *raw = g_bytes_get_data(mail, &size);
	Message *message = message_read(raw, size, &site, MESSAGE_FULL);
	const Attachment *attachment = attached_first(message);

	for (guint i = 0; i < attachment->inside->len; i++)
		g_test_message("%s", (char *)g_ptr_array_index(attachment->inside, i));
	return message;
}

static const Finding *
find(const Message *message)
{
	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		if (strcmp(finding->id, "attachment-rule") == 0)
			return finding;
	}
	return NULL;
}

static void
test_match_is_a_finding_with_its_bytes(void)
{
	g_autoptr(GBytes) bytes = attached_text("Set x = CreateObject(\x1b");
	g_autoptr(Message) message = read_with(RULE, "a.bin", bytes);
	const Finding *finding = find(message);

	g_assert_nonnull(finding);
	g_assert_cmpstr(
		finding->evidence, ==, "a.bin: dropper (site.yar), $call at 8: CreateObject(");
	g_assert_cmpstr(finding->where, ==, "part 2");
	g_assert_cmpuint(attached_first(message)->flags & ATTACHMENT_RULE, !=, 0);
	g_assert_cmpuint(attached_first(message)->flags & ATTACHMENT_NOT_SCANNED, ==, 0);
}

static void
test_no_match_is_nothing(void)
{
	g_autoptr(GBytes) bytes = attached_text("nothing of the kind");
	g_autoptr(Message) message = read_with(RULE, "a.bin", bytes);

	g_assert_null(find(message));
	g_assert_cmpuint(attached_first(message)->flags & ATTACHMENT_RULE, ==, 0);
	g_assert_cmpuint(attached_first(message)->flags & ATTACHMENT_NOT_SCANNED, ==, 0);
}

static void
test_bytes_that_match_are_printable(void)
{
	g_autoptr(GBytes) bytes = attached_text("\x1b]0;owned\x07");
	g_autoptr(Message) message = read_with(
		"rule title { strings: $a = { 1b 5d 30 } condition: $a }", "a.bin", bytes);

	g_assert_nonnull(find(message));
	g_assert_cmpstr(find(message)->evidence, ==, "a.bin: title (site.yar), $a at 0: \\x1b]0");
}

/* A file of a kind that no reader knows is kept for the rules all the same. */
static void
test_files_in_archives_are_looked_at(void)
{
	static const guint8 inner[] = "\0\1\2\3 CreateObject(";
	g_autoptr(GBytes) bytes = g_bytes_new_static(inner, sizeof(inner));
	g_autoptr(GBytes) zip = attached_zip("payload.dat", bytes);
	g_autoptr(GBytes) outer = attached_zip("inner.zip", zip);
	g_autoptr(Message) message = read_with(RULE, "a.zip", outer);

	g_assert_nonnull(find(message));
	g_assert_nonnull(strstr(find(message)->evidence, "payload.dat"));
}

static void
test_rules_see_the_name(void)
{
	g_autoptr(GBytes) bytes = attached_text("x");
	g_autoptr(Message) message = read_with("rule named { condition: filename == \"a.lnk\" and "
					       "extension == \".lnk\" }",
		"a.lnk", bytes);

	g_assert_nonnull(find(message));
	g_assert_cmpstr(find(message)->evidence, ==, "a.lnk: named (site.yar)");
}

static void
test_private_rules_are_not_told(void)
{
	g_autoptr(GBytes) bytes = attached_text("CreateObject(");
	g_autoptr(Message) message =
		read_with("private " RULE "rule other { condition: filesize > 1000 }", "a", bytes);

	g_assert_null(find(message));
}

/* Every position begins a match that the whole of the file decides. */
static void
test_slow_rule_is_not_scanned_never_clean(void)
{
	const size_t size = 8 << 20;
	g_autofree char *letters = g_strnfill(size, 'a');
	g_autoptr(GBytes) bytes = g_bytes_new_static(letters, size);
	double begun = processor_seconds();
	g_autoptr(Message) message =
		read_with("rule slow { condition: for all i in (0..filesize) : "
			  "( for all j in (0..filesize) : ( uint8(i) == uint8(j) ) ) }",
			"a.bin", bytes);

	g_assert_cmpfloat(processor_seconds() - begun, <, YARA_SECONDS + 5);
	g_assert_cmpuint(attached_first(message)->flags & ATTACHMENT_NOT_SCANNED, !=, 0);
	g_assert_cmpstr(attachment_evidence(attached_first(message), ATTACHMENT_NOT_SCANNED), ==,
		"YARA: the rules take longer than 4 s");
}

static void
test_too_many_matches_are_not_scanned_and_the_rest_is(void)
{
	const size_t size = 4 << 20;
	g_autofree char *letters = g_strnfill(size, 'a');
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(Message) message = NULL;

	memcpy(letters + size - 13, "CreateObject(", 13);
	bytes = g_bytes_new_static(letters, size);
	message = read_with(RULE "rule many { strings: $a = \"aa\" condition: #a > 100000000 }",
		"a.bin", bytes);
	g_assert_nonnull(find(message));
	g_assert_cmpuint(attached_first(message)->flags & ATTACHMENT_NOT_SCANNED, !=, 0);
}

static void
assert_refused(const char *text, const char *words)
{
	g_autoptr(YaraRules) rules = yara_rules_new();
	g_autoptr(GError) error = NULL;

	g_assert_false(yara_rules_add(rules, "site.yar", text, &error));
	g_assert_error(error, MAIL_ERROR, MAIL_ERROR_DATA);
	g_test_message("%s", error->message);
	g_assert_nonnull(strstr(error->message, words));
}

static void
test_what_is_no_rule_names_its_line(void)
{
	assert_refused("rule a { condition: true }\nrule b { condition: }\n", "line 2: ");
	assert_refused("rule a {\n strings: $a = \"x\"\n condition: $b }\n", "line 3: ");
}

static void
test_rules_include_nothing(void)
{
	assert_refused("include \"/etc/passwd\"\n", "line 1: ");
}

static void
test_files_may_name_rules_alike(void)
{
	g_autoptr(YaraRules) rules = yara_rules_new();
	g_autoptr(GError) error = NULL;

	g_assert_true(yara_rules_add(rules, "a.yar", RULE, &error));
	g_assert_true(yara_rules_add(rules, "b.yar", RULE, &error));
	g_assert_true(yara_rules_finish(rules, &error));
	g_assert_no_error(error);
}

static void
test_without_libyara_it_says_so(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(yara_rules_add(yara_rules_new(), "a.yar", RULE, &error));
	g_assert_cmpstr(error->message, ==, "YARA rules are not built in");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!yara_is_built_in()) {
		g_test_add_func(
			"/yara/without-libyara-it-says-so", test_without_libyara_it_says_so);
		return g_test_run();
	}
	g_test_add_func(
		"/yara/match-is-a-finding-with-its-bytes", test_match_is_a_finding_with_its_bytes);
	g_test_add_func("/yara/no-match-is-nothing", test_no_match_is_nothing);
	g_test_add_func(
		"/yara/bytes-that-match-are-printable", test_bytes_that_match_are_printable);
	g_test_add_func(
		"/yara/files-in-archives-are-looked-at", test_files_in_archives_are_looked_at);
	g_test_add_func("/yara/rules-see-the-name", test_rules_see_the_name);
	g_test_add_func("/yara/private-rules-are-not-told", test_private_rules_are_not_told);
	g_test_add_func("/yara/slow-rule-is-not-scanned-never-clean",
		test_slow_rule_is_not_scanned_never_clean);
	g_test_add_func("/yara/too-many-matches-are-not-scanned-and-the-rest-is",
		test_too_many_matches_are_not_scanned_and_the_rest_is);
	g_test_add_func(
		"/yara/what-is-no-rule-names-its-line", test_what_is_no_rule_names_its_line);
	g_test_add_func("/yara/rules-include-nothing", test_rules_include_nothing);
	g_test_add_func("/yara/files-may-name-rules-alike", test_files_may_name_rules_alike);
	return g_test_run();
}
