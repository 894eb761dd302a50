/* Attachments are looked into where no file can be opened and no call made that parsing
 * does not need: every library that helps has to live with that. */
#include "importer/box.h"

#include "mail/inside.h"
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
	g_assert_false(mails_has_defect(reply.message, DEFECT_UNPARSED));
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
	return g_test_run();
}
