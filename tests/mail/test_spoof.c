/* Headers that show one sender and mean another: tests/mail/spoof/NAME.eml beside NAME.want, found
 * by glob.  A .want names the findings that the mail must yield, then each field that people
 * read as it was sent and as it is shown.  UPDATE=1 writes those anew; the findings stay. */
#include "mail/text.h"
#include "tests/mail/mails.h"

#define MAILS "tests/mail/spoof"

enum {
	LEAST_MAILS = 40,
	MOST_SHOWN = 300 /* bytes of a value */
};

static const char *const fields[] = { "From", "Sender", "Reply-To", "To", "Subject", "Date",
	"Message-ID", "Content-Type", "Content-Transfer-Encoding" };

/* As the screen would show it, so that a .want is plain text. */
static void
append_line(GString *text, const char *what, const char *name, const char *value)
{
	g_autoptr(Visible) visible = text_visible(value, -1);
	const char *shown = visible_string(visible);
	const char *end = shown;

	g_utf8_validate_len(shown, strnlen(shown, MOST_SHOWN), &end);
	g_string_append_printf(
		text, "%s %s: %.*s%s\n", what, name, (int)(end - shown), shown, *end ? "..." : "");
}

static bool
is_wanted_field(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (g_ascii_strcasecmp(name, fields[i]) == 0)
			return true;
	}
	return false;
}

static void
append_fields(GString *text, const Message *message)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (!is_wanted_field(field->name))
			continue;
		append_line(text, "sent", field->name, field->raw);
		append_line(text, "shown", field->name, field->value);
	}
	append_line(text, "sender", "name", message->from->name ? message->from->name : "");
	append_line(text, "sender", "address", message->from->address);
}

static bool
found(const Message *message, const char *id)
{
	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		if (strcmp(finding->id, id) == 0)
			return true;
	}
	return false;
}

/* Appends the findings that @want names; each must be there. */
static void
check_findings(GString *text, const Message *message, const char *want)
{
	g_auto(GStrv) lines = g_strsplit(want, "\n", -1);
	int wanted = 0;

	for (char **line = lines; *line; line++) {
		const char *id = *line + strlen("finding ");

		if (!g_str_has_prefix(*line, "finding "))
			continue;
		wanted++;
		g_string_append_printf(text, "finding %s\n", id);
		if (found(message, id))
			continue;
		g_test_message("%s was not found", id);
		g_test_fail();
	}
	g_assert_cmpint(wanted, >, 0);
}

static void
test_mail(gconstpointer data)
{
	const char *path = data;
	g_autoptr(Message) message = mails_read_file(path);
	g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".eml"));
	g_autofree char *want_path = g_strconcat(stem, ".want", NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *want = NULL;

	g_assert_true(g_file_get_contents(want_path, &want, NULL, NULL));
	check_findings(text, message, want);
	append_fields(text, message);
	if (g_getenv("UPDATE"))
		g_assert_true(g_file_set_contents(want_path, text->str, -1, NULL));
	else
		g_assert_cmpstr(text->str, ==, want);
}

static void
test_there_are_enough(void)
{
	g_autoptr(GPtrArray) paths = mails_list(MAILS, "");

	g_assert_cmpint(paths->len, >=, LEAST_MAILS);
}

int
main(int argc, char **argv)
{
	g_autoptr(GPtrArray) paths = mails_list(MAILS, "");

	g_test_init(&argc, &argv, NULL);
	message_prepare();
	g_test_add_func("/spoof/there-are-enough", test_there_are_enough);
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		g_autofree char *name = g_path_get_basename(path);
		g_autofree char *test = g_strconcat("/spoof/mail/", name, NULL);

		g_test_add_data_func_full(test, g_strdup(path), test_mail, g_free);
	}
	return g_test_run();
}
