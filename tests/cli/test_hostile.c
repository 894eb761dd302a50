/* What a mail says reaches a terminal from the commands as text and as nothing else.
 *
 * HOSTILE=all shows every part of every message, else each family's in two of them. */
#include "tests/tui/hostile_store.h"

enum {
	ROWS = 24,
	COLUMNS = 100,
	MOST_WORDS = 8,
};

/* What a command's output may have beside lines of its own. */
typedef enum {
	LINES_OF_MAIL = 1 << 0, /* it shows a text, or fields as sent */
	PROGRESS = 1 << 1,      /* carriage returns of its own */
} Allowed;

typedef struct Reading {
	Scene scene;
	int fields[HOSTILE_FIELDS]; /* how often each was seen */
} Reading;

/* All that the command writes to its terminal, stderr as well. */
static GString *
run_on_terminal(const Scene *scene, const char *const *arguments)
{
	struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };
	GString *output = g_string_new(NULL);
	int terminal, status;
	pid_t child = forkpty(&terminal, NULL, NULL, &size);
	char bytes[16384];
	ssize_t length;

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		g_setenv("LAZARET_STORE", scene->path, TRUE);
		g_setenv("TERM", "xterm-256color", TRUE);
		execv(hostile_program(), (char *const *)arguments);
		_exit(127);
	}
	while ((length = read(terminal, bytes, sizeof(bytes))) > 0)
		g_string_append_len(output, bytes, length);
	close(terminal);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), !=, 127);
	return output;
}

/* Text and the ends of its lines: what no terminal can take for anything else. */
static void
check_bytes(const GString *output, unsigned allowed)
{
	g_assert_true(g_utf8_validate(output->str, (gssize)output->len, NULL));
	for (const char *at = output->str; *at; at = g_utf8_next_char(at))
		if (at[0] == '\r' && at[1] == '\n')
			at++;
		else if (at[0] == '\r' && allowed & PROGRESS)
			continue;
		else if (!hostile_draws_itself(g_utf8_get_char(at)))
			g_error("U+%04X got out: %.300s", g_utf8_get_char(at), at);
}

static void
check_terminal(const GString *output)
{
	Terminal terminal = { .events = g_string_new(NULL),
		.sent = g_string_new(NULL),
		.rows = ROWS,
		.columns = COLUMNS };

	terminal_attach(&terminal);
	vterm_input_write(terminal.vterm, output->str, output->len);
	g_assert_cmpstr(terminal.events->str, ==, "");
	g_assert_cmpint(terminal.titles, ==, 0);
	g_assert_cmpint((int)vterm_output_get_buffer_current(terminal.vterm), ==, 0);
	terminal_detach(&terminal);
}

/* Nothing from a mail begins a line: the family "lines" would begin some with these. */
static void
check_lines(const GString *output)
{
	static const char *const fakes[] = { "\nlines", "\nmore", "\nfake", "\nREAL" };

	for (gsize i = 0; i < G_N_ELEMENTS(fakes); i++)
		if (strstr(output->str, fakes[i]))
			g_error("a line was made up: %.200s in %.3000s",
				strstr(output->str, fakes[i]), output->str);
}

static void
read_command(Reading *reading, const char *const *arguments, unsigned allowed)
{
	g_autoptr(GString) output = run_on_terminal(&reading->scene, arguments);

	check_bytes(output, allowed);
	check_terminal(output);
	if (!(allowed & LINES_OF_MAIL))
		check_lines(output);
	for (gsize i = 0; i < HOSTILE_FIELDS; i++)
		if (strstr(output->str, hostile_fields[i].mark))
			reading->fields[i]++;
}

static void
read_lists(Reading *reading)
{
	static const struct {
		const char *line;
		unsigned allowed;
	} commands[] = { { "list", 0 }, { "list --format csv", 0 }, { "list --format jsonl", 0 },
		{ "campaigns", 0 }, { "campaigns --format csv", 0 },
		{ "campaigns --format jsonl", 0 }, { "campaigns show 1", 0 }, { "log", 0 },
		{ "log --format csv", 0 }, { "log --format jsonl", 0 }, { "outbox", 0 },
		{ "outbox --format csv", 0 }, { "deny list", 0 }, { "allow list", 0 },
		{ "stats", 0 }, { "stats --by domain", 0 }, { "stats --by ses", 0 },
		{ "stats --window 1h", 0 }, { "export csv", LINES_OF_MAIL },
		{ "export jsonl", LINES_OF_MAIL }, { "verify", PROGRESS },
		{ "block --dry-run state:held", 0 }, { "release --dry-run state:held", 0 },
		{ "claim --dry-run state:held", 0 }, { "config", 0 } };

	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *line = g_strdup_printf("lazaret %s", commands[i].line);
		g_auto(GStrv) arguments = g_strsplit(line, " ", MOST_WORDS);

		read_command(reading, (const char *const *)arguments, commands[i].allowed);
	}
}

static bool
everything(void)
{
	return g_strcmp0(g_getenv("HOSTILE"), "all") == 0;
}

static void
read_messages(Reading *reading)
{
	static const char *const parts[] = { "brief", "attachments", "headers", "text", "links",
		"findings", "raw", "json" };

	for (int id = 1; id <= 2 * HOSTILE_FAMILIES; id++)
		for (int part = 0; part < (int)G_N_ELEMENTS(parts); part++) {
			g_autofree char *number = g_strdup_printf("%d", id);
			const char *arguments[] = { "lazaret", "show", "--part", parts[part],
				number, NULL };

			if (everything() || id % (int)G_N_ELEMENTS(parts) == part)
				read_command(reading, arguments, part < 2 ? 0 : LINES_OF_MAIL);
		}
}

/* What is typed comes back in what is complained about. */
static void
read_complaints(Reading *reading, const Family *family)
{
	g_autofree char *word = hostile_marked("zta", family);
	g_autofree char *term = g_strdup_printf("score:%s", word);
	const char *const commands[][MOST_WORDS] = {
		{ "lazaret", word },
		{ "lazaret", "show", word },
		{ "lazaret", "list", term },
		{ "lazaret", "import", word },
		{ "lazaret", "list", "--store", word },
		{ "lazaret", "block", "--reason", word, "999999" },
		{ "lazaret", "release", "1", "--to", word },
		{ "lazaret", "config", word },
		{ "lazaret", "deny", "add", "--domain", word, "--reason", word },
	};
	gsize count = G_N_ELEMENTS(commands);
	gsize number = (gsize)(family - hostile_families);

	for (gsize i = 0; i < count; i++)
		if (everything() || i == number % count)
			read_command(reading, commands[i], PROGRESS);
}

/* Every field got out somewhere. */
static void
check_coverage(const Reading *reading)
{
	for (gsize i = 0; i < HOSTILE_FIELDS; i++)
		if (reading->fields[i] == 0)
			g_error("%s was not seen", hostile_fields[i].name);
}

static void
test_commands(void)
{
	g_autofree Reading *reading = g_new0(Reading, 1);

	scene_setup_empty(&reading->scene, NULL);
	hostile_quarantine(&reading->scene);
	read_lists(reading);
	read_messages(reading);
	for (gsize i = 0; i < HOSTILE_FAMILIES; i++)
		read_complaints(reading, &hostile_families[i]);
	check_coverage(reading);
	scene_teardown(&reading->scene, NULL);
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_setenv("LC_ALL", "C.UTF-8", TRUE);
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	hostile_settings();
	g_test_add_func("/hostile/commands-write-text-alone", test_commands);
	return g_test_run();
}
