/* Attachments are looked into where no file can be opened and no call made that parsing
 * does not need: every library that helps has to live with that. */
#include "importer/box.h"

#include "mail/inside.h"
#include "mail/yara.h"
#include "tests/mail/attached.h"

#define URL "https://hidden.example/login"

/* What a box says of a mail that carries @bytes. */
static Message *
inspect(const char *name, const char *type, GBytes *bytes)
{
	g_autoptr(GBytes) mail = attached_mail(name, type, bytes);
	g_autoptr(GError) error = NULL;
	g_auto(BoxReply) reply = { 0 };
	bool done = box_run(NULL, BOX_INSPECT, mail, "", &reply, &error);

	g_assert_no_error(error);
	g_assert_true(done);
	for (guint i = 0; i < reply.message->defects->len; i++) {
		const Defect *defect = g_ptr_array_index(reply.message->defects, i);

		g_test_message("defect: %s", defect->evidence);
	}
	g_assert_false(message_has_defect(reply.message, DEFECT_UNPARSED));
	return g_steal_pointer(&reply.message);
}

static void
test_archive(gconstpointer data)
{
	const AttachedKind *kind = data;
	g_autoptr(GBytes) text = attached_text("see " URL " now");
	const AttachedEntry entry = { "r\xc3\xa9sum\xc3\xa9.txt", text };
	g_autoptr(GBytes) archive = attached_archive(kind->format, kind->filter, &entry, 1);
	g_autoptr(Message) message = inspect(kind->name, "application/octet-stream", archive);

	for (guint i = 0; i < attached_first(message)->inside->len; i++)
		g_test_message("%s", (char *)g_ptr_array_index(attached_first(message)->inside, i));
	g_assert_true(mails_has_link(message, URL));
	g_assert_true(attached_holds(attached_first(message), "r\xc3\xa9sum\xc3\xa9.txt"));
}

static void
test_bomb_is_a_limit_not_the_end(void)
{
	g_autoptr(GBytes) zeros = g_bytes_new_take(g_malloc0(64 << 20), 64 << 20);
	g_autoptr(GBytes) archive = attached_zip("zeros", zeros);
	g_autoptr(Message) message = inspect("a.zip", "application/zip", archive);

	g_assert_true(attached_first(message)->flags & ATTACHMENT_LIMIT);
}

static void
test_pictures(void)
{
	static const char *const mails[] = { "tests/mail/detect/qr-link/hit-png.eml",
		"tests/mail/detect/qr-link/hit-jpeg.eml" };

	for (size_t i = 0; message_reads_qr() && i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(GError) error = NULL;
		g_auto(BoxReply) reply = { 0 };
		g_autofree char *text = NULL;
		g_autoptr(GBytes) mail = NULL;
		gsize size = 0;

		g_assert_true(g_file_get_contents(mails[i], &text, &size, NULL));
		mail = g_bytes_new(text, size);
		g_assert_true(box_run(NULL, BOX_INSPECT, mail, "", &reply, &error));
		g_assert_true(mails_has_link(reply.message, "https://hidden.example/qr"));
	}
}

/* Every module of libyara that a rule can import: what it needs beyond memory it must do
 * without, and must not die of. */
static void
test_yara_modules(void)
{
	/* Each is true of any file, after the module has worked on it. */
	static const char *const rules_of_modules[] = {
		"import \"hash\" rule found { condition: hash.sha256(0, filesize) != \"\" }",
		"import \"math\" rule found { condition: math.entropy(0, filesize) >= 0 }",
		"import \"time\" rule found { condition: time.now() > 0 }",
		"import \"elf\" rule found { condition: elf.type == elf.ET_DYN }",
		"import \"pe\" rule found { condition: not defined pe.machine }",
		"import \"dotnet\" rule found { condition: not defined dotnet.version }",
		"import \"macho\" rule found { condition: not defined macho.magic }",
		"import \"dex\" rule found { condition: not defined dex.header.magic }",
		"import \"magic\" rule found { condition: magic.type() == \"\" or true }",
		"import \"console\" rule found { condition: console.log(\"x\") }",
	};
	g_autofree char *self = NULL;
	gsize size = 0;

	if (!yara_is_built_in()) {
		g_test_skip("YARA is not built in");
		return;
	}
	g_assert_true(g_file_get_contents("/proc/self/exe", &self, &size, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rules_of_modules); i++) {
		g_autoptr(YaraRules) rules = yara_rules_new();
		g_autoptr(GBytes) program = g_bytes_new(self, MIN(size, 512 * 1024));
		g_autoptr(GBytes) mail =
			attached_mail("a.bin", "application/octet-stream", program);
		g_autoptr(GError) error = NULL;
		g_auto(BoxReply) reply = { 0 };

		/* A libyara may be built without some. */
		if (!yara_rules_add(rules, "site.yar", rules_of_modules[i], &error)) {
			g_test_message("%s", error->message);
			continue;
		}
		g_assert_true(yara_rules_finish(rules, &error));
		g_assert_true(box_run(
			&(Site){ .yara_rules = rules }, BOX_INSPECT, mail, "", &reply, &error));
		g_test_message("%s", rules_of_modules[i]);
		g_assert_false(message_has_defect(reply.message, DEFECT_UNPARSED));
		g_assert_true(attached_holds(attached_first(reply.message), "rule: found"));
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(attached_kinds); i++) {
		g_autofree char *path = g_strdup_printf("/box/archive/%s", attached_kinds[i].name);

		g_test_add_data_func(path, &attached_kinds[i], test_archive);
	}
	g_test_add_func("/box/bomb-is-a-limit-not-the-end", test_bomb_is_a_limit_not_the_end);
	g_test_add_func("/box/pictures", test_pictures);
	g_test_add_func("/box/yara-modules", test_yara_modules);
	return g_test_run();
}
