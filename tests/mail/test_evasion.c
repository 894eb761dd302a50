/* Mail made to be read differently by filter and reader: each NAME.eml of
 * tests/mail/evasion yields the finding and the hidden URL of its NAME.want. */
#include "tests/mail/mails.h"

#define MAILS "tests/mail"

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

static void
test_mail(gconstpointer data)
{
	const char *path = data;
	g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".eml"));
	g_autofree char *want = g_strconcat(stem, ".want", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(Message) message = mails_read_file(path);

	g_assert_true(g_file_get_contents(want, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", 3);
	g_assert_cmpuint(g_strv_length(lines), >=, 2);
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		g_test_message("%s: %s", link->where, link->final);
	}
	/* No assertion: one wrong mail must not hide the others. */
	if (!has_finding(message, lines[0]) || !mails_has_link(message, lines[1]))
		g_test_fail();
}

int
main(int argc, char *argv[])
{
	g_autoptr(GPtrArray) paths = mails_list(MAILS, "evasion");

	g_test_init(&argc, &argv, NULL);
	g_assert_cmpuint(paths->len, >, 0);
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		g_autofree char *name = g_path_get_basename(path);
		g_autofree char *test = g_strdup_printf("/evasion/%s", name);

		g_test_add_data_func(test, path, test_mail);
	}
	return g_test_run();
}
