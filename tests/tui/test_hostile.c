/* What a mail says must arrive on the terminal as cells and as nothing else: every
 * family of control sequences x every field x every view.
 *
 * The console runs twice, on a pseudo-terminal that libvterm reads and without one, and
 * what the terminal shows must be what was drawn, to the cell, while nothing is asked of
 * the terminal beside text.  HOSTILE=all reads every page of every view in two sizes. */
#include "tests/tui/hostile_store.h"
#include "tui/command.h"

enum {
	WIDE_ROWS = 60,
	WIDE_COLUMNS = 200,
	MOST_PAGES = 4,
	LEAST_TOLD = 16, /* characters a list leaves of any field */
	A_DAY = 86400,
};

/* What is looked at, and where each field was seen. */
typedef enum {
	PAGE_CAMPAIGNS,
	PAGE_EDGES,
	PAGE_PLAN,
	PAGE_MEMBERS,
	PAGE_BRIEF,
	PAGE_TEXT,
	PAGE_HEADERS,
	PAGE_AS_SENT,
	PAGE_LINKS,
	PAGE_ATTACHMENTS,
	PAGE_HISTORY,
	PAGE_RAW,
	PAGE_MESSAGES,
	PAGE_LOG,
	PAGE_OUTBOX,
	PAGE_RULES,
	PAGE_BURSTS,
	PAGE_HELP,
	PAGE_OUTPUT,
	PAGES
} Page;

static const char *const page_names[PAGES] = {
	[PAGE_CAMPAIGNS] = "campaigns",
	[PAGE_EDGES] = "edges",
	[PAGE_PLAN] = "plan",
	[PAGE_MEMBERS] = "members",
	[PAGE_BRIEF] = "brief",
	[PAGE_TEXT] = "text",
	[PAGE_HEADERS] = "headers",
	[PAGE_AS_SENT] = "as-sent",
	[PAGE_LINKS] = "links",
	[PAGE_ATTACHMENTS] = "attachments",
	[PAGE_HISTORY] = "history",
	[PAGE_RAW] = "raw",
	[PAGE_MESSAGES] = "messages",
	[PAGE_LOG] = "log",
	[PAGE_OUTBOX] = "outbox",
	[PAGE_RULES] = "rules",
	[PAGE_BURSTS] = "bursts",
	[PAGE_HELP] = "help",
	[PAGE_OUTPUT] = "output",
};

/* The two consoles, and what was seen of which family. */
typedef struct Pair {
	Scene scene;
	Terminal terminal;
	Frame *frame;
	bool seen[HOSTILE_FIELDS][PAGES];
	bool shown[HOSTILE_FAMILIES][HOSTILE_FIELDS];
	int family; /* looked at; -1: several */
} Pair;

/* ---- looking ---- */

/* One character and its few marks, or the right half of a wide one. */
static void
check_cells(const Frame *frame)
{
	for (int i = 0; i < frame->rows * frame->columns; i++) {
		const char *text = frame->cells[i].text;

		g_assert_true(g_utf8_validate(text, -1, NULL));
		g_assert_cmpint(g_utf8_strlen(text, -1), <=, 5);
		for (const char *at = text; *at; at = g_utf8_next_char(at)) {
			g_assert_true(hostile_draws_itself(g_utf8_get_char(at)));
			g_assert_true(at == text || g_unichar_iszerowidth(g_utf8_get_char(at)));
		}
		if (!*text)
			g_assert_true(i % frame->columns > 0 &&
				text_columns(g_utf8_get_char(frame->cells[i - 1].text)) == 2);
	}
}

static char *
draw(Pair *pair)
{
	scene_draw(&pair->scene, pair->frame);
	check_cells(pair->frame);
	return frame_dump(pair->frame);
}

/* In a list of many, what is told apart by what stands behind the mark. */
static void
note_among(Pair *pair, gsize field, const char *screen)
{
	for (gsize i = 0; i < HOSTILE_FAMILIES; i++) {
		g_autofree char *bytes =
			hostile_marked(hostile_fields[field].mark, &hostile_families[i]);
		g_autoptr(Visible) visible = text_visible(bytes, -1);
		g_autofree char *begin = g_utf8_substring(visible_string(visible), 0,
			MIN(g_utf8_strlen(visible_string(visible), -1), LEAST_TOLD));

		if (strstr(screen, begin))
			pair->shown[i][field] = true;
	}
}

static void
note(Pair *pair, Page page, const char *screen)
{
	for (gsize i = 0; i < HOSTILE_FIELDS; i++) {
		if (!strstr(screen, hostile_fields[i].mark))
			continue;
		pair->seen[i][page] = true;
		if (pair->family >= 0)
			pair->shown[pair->family][i] = true;
		else
			note_among(pair, i, screen);
	}
}

/* The same key in both. */
static void
press(Pair *pair, const char *name)
{
	static const struct {
		const char *name, *bytes;
	} keys[] = { { "Enter", "\r" }, { "Space", " " }, { "Ctrl-c", "\x03" }, { "Tab", "\t" } };
	const char *bytes = name;

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (g_str_equal(name, keys[i].name))
			bytes = keys[i].bytes;
	g_assert_true(bytes != name || strlen(name) == 1);
	g_assert_cmpint(
		write(pair->terminal.descriptor, bytes, strlen(bytes)), ==, (ssize_t)strlen(bytes));
	pair->scene.console->now = (int64_t)time(NULL);
	scene_press(&pair->scene, name);
}

/* What both show now, as what of @page it is.  Yours. */
static char *
look(Pair *pair, Page page)
{
	char *screen = draw(pair);

	terminal_assert_is(&pair->terminal, screen);
	g_assert_cmpint((int)vterm_output_get_buffer_current(pair->terminal.vterm), ==, 0);
	note(pair, page, screen);
	return screen;
}

/* All pages of it, within reason. */
static void
read_page(Pair *pair, Page page)
{
	g_autofree char *screen = look(pair, page);

	for (int i = 1; i < MOST_PAGES; i++) {
		g_autofree char *before = g_steal_pointer(&screen);

		press(pair, "Space");
		screen = look(pair, page);
		if (g_str_equal(screen, before))
			return;
	}
}

static bool
everything(void)
{
	return g_strcmp0(g_getenv("HOSTILE"), "all") == 0;
}

static void
visit(Pair *pair, const char *key, Page page)
{
	press(pair, key);
	read_page(pair, page);
}

static void
read_message(Pair *pair)
{
	static const Page tabs[] = { PAGE_BRIEF, PAGE_TEXT, PAGE_HEADERS, PAGE_LINKS,
		PAGE_ATTACHMENTS, PAGE_HISTORY, PAGE_RAW };

	for (gsize i = 0; i < G_N_ELEMENTS(tabs); i++) {
		const char key[] = { (char)('1' + i), '\0' };

		visit(pair, key, tabs[i]);
		if (tabs[i] != PAGE_HEADERS)
			continue;
		visit(pair, "v", PAGE_AS_SENT);
		press(pair, "v");
	}
}

static int64_t
current(Pair *pair)
{
	return scene_current(&pair->scene);
}

static void
note_family(Pair *pair)
{
	View *view = console_view(pair->scene.console);
	const MessageRow *row = view->ops->message(view);

	g_assert_cmpint(sscanf(row->subject, "Verify %d", &pair->family), ==, 1);
}

/* Each of them on all its pages; of the two spellings of a family the one or the other
 * when only a sample is read. */
static void
read_messages(Pair *pair)
{
	int64_t before = 0;
	int place = 0;

	press(pair, "g");
	press(pair, "Enter");
	while (current(pair) != before) {
		before = current(pair);
		note_family(pair);
		if (everything() || (place++ + pair->family) % 2 == 0)
			read_message(pair);
		else
			g_free(look(pair, PAGE_BRIEF));
		press(pair, "n");
	}
	press(pair, "q");
}

/* Its preview, why it is one, what deciding would do, its messages. */
static void
read_campaign(Pair *pair)
{
	g_autofree char *row = look(pair, PAGE_CAMPAIGNS);

	g_assert_cmpstr(scene_view(&pair->scene), ==, "campaigns");
	visit(pair, "-", PAGE_EDGES);
	press(pair, "q");
	visit(pair, "b", PAGE_PLAN);
	press(pair, "q");
	visit(pair, "r", PAGE_PLAN);
	press(pair, "q");
	visit(pair, "Enter", PAGE_MEMBERS);
	g_assert_cmpstr(scene_view(&pair->scene), ==, "campaign");
	read_messages(pair);
	press(pair, "q");
}

static void
run_job(Pair *pair, const char *command)
{
	press(pair, ":");
	for (const char *at = command; *at; at++) {
		const char key[] = { *at, '\0' };

		press(pair, *at == ' ' ? "Space" : key);
	}
	press(pair, "Enter");
	while (pair->scene.console->job) {
		struct pollfd wanted = { .fd = job_descriptor(pair->scene.console->job),
			.events = POLLIN };

		poll(&wanted, 1, TERMINAL_QUIET);
		command_progress(pair->scene.console);
	}
	read_page(pair, PAGE_OUTPUT);
	if (!g_str_equal(scene_view(&pair->scene), "campaigns")) /* q would leave */
		press(pair, "q");
}

/* ---- the matrix ---- */

static const ConsoleOptions plain_options = {
	.actor = "alice",
	.limit = "",
	.save_to = "/saved",
};

/* Both on the pair's store; @told is how they were started, where that matters. */
static void
open_pair(Pair *pair, int rows, int columns, const ConsoleOptions *told)
{
	Scene *scene = &pair->scene;
	g_autoptr(GError) error = NULL;

	scene->options = *told;
	scene->options.program = hostile_program();
	scene->options.hold = 30;
	pair->family = -1;
	terminal_open_sized(&pair->terminal, scene, "tmux-256color", rows, columns);
	scene->console = console_new(scene->store, &scene->options, (int64_t)time(NULL), &error);
	g_assert_no_error(error);
	pair->frame = frame_new(rows, columns);
	g_free(look(pair, PAGE_CAMPAIGNS));
	g_string_truncate(pair->terminal.events, 0);
}

/* Beside text, nothing but what shows the cursor again after a prompt. */
static void
check_events(const Terminal *terminal)
{
	g_auto(GStrv) events = g_strsplit(terminal->events->str, "\n", -1);

	for (char **event = events; *event; event++)
		if (**event && !g_str_equal(*event, "property 2 = 1") && /* it blinks */
			!g_str_equal(*event, "property 7 = 1"))          /* it is a block */
			g_error("the terminal was asked for: %s", *event);
	g_assert_cmpint(terminal->titles, ==, 0);
}

static void
close_pair(Pair *pair)
{
	check_events(&pair->terminal);
	terminal_press(&pair->terminal, "q");
	g_assert_cmpint(terminal_close(&pair->terminal), ==, 0);
	g_clear_pointer(&pair->scene.console, console_free);
	g_clear_pointer(&pair->frame, frame_free);
}

static void
read_campaigns(Pair *pair)
{
	for (int64_t before = 0; current(pair) != before; press(pair, "j")) {
		before = current(pair);
		note_family(pair);
		read_campaign(pair);
	}
	pair->family = -1;
}

static void
read_lists(Pair *pair)
{
	static const struct {
		const char *key;
		Page page;
	} lists[] = { { "L", PAGE_LOG }, { "O", PAGE_OUTBOX }, { "F", PAGE_RULES },
		{ "B", PAGE_BURSTS }, { "?", PAGE_HELP } };
	static const char *const commands[] = { "show 1", "list", "log", "campaigns", "outbox",
		"stats", "deny list" }; /* some of which open a view */

	press(pair, "M");
	for (gsize i = 0; i < 2 * HOSTILE_FAMILIES; i++) {
		g_free(look(pair, PAGE_MESSAGES));
		press(pair, "j");
	}
	press(pair, "q");
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
		visit(pair, lists[i].key, lists[i].page);
		press(pair, "q");
	}
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
		run_job(pair, commands[i]);
}

/* Every field got to the views it belongs in, and to some view from every family. */
static void
check_coverage(const Pair *pair)
{
	for (gsize i = 0; i < HOSTILE_FIELDS; i++) {
		const Field *field = &hostile_fields[i];
		g_auto(GStrv) wanted = g_strsplit(field->views, " ", -1);

		for (int page = 0; page < PAGES; page++)
			if (g_strv_contains((const char *const *)wanted, page_names[page]) &&
				!pair->seen[i][page])
				g_error("%s was not seen in %s", field->name, page_names[page]);
		for (gsize family = 0; family < HOSTILE_FAMILIES; family++)
			if (!pair->shown[family][i])
				g_error("%s of the family '%s' was not seen anywhere", field->name,
					hostile_families[family].name);
	}
}

static void
read_matrix(int rows, int columns)
{
	g_autofree Pair *pair = g_new0(Pair, 1);

	scene_setup_empty(&pair->scene, NULL);
	hostile_quarantine(&pair->scene);
	open_pair(pair, rows, columns, &plain_options);
	read_campaigns(pair);
	read_lists(pair);
	close_pair(pair);
	if (columns == WIDE_COLUMNS)
		check_coverage(pair);
	scene_teardown(&pair->scene, NULL);
}

static void
test_matrix(void)
{
	read_matrix(WIDE_ROWS, WIDE_COLUMNS);
	if (everything())
		read_matrix(SCENE_ROWS, SCENE_COLUMNS);
}

/* ---- what no mail can hold today, but the store can ---- */

/* One of two, which are a campaign. */
static void
add_row(Scene *scene, const Family *family, int number, int which)
{
	g_autofree char *text = text_utf8(family->bytes, family->length);
	g_autofree char *subject = g_strdup_printf("Verify %d %d %s", number, which, text);
	g_autofree char *from = g_strdup_printf("a%s@b.example", text);
	g_autofree char *url = g_strdup_printf("https://c.example/%s", text);
	const SceneMail mail = {
		.name = text,
		.from = from,
		.domain = text,
		.subject = subject,
		.account = text,
		.score = 100 - number,
		.age = (int64_t)SCENE_NOW - time(NULL) + 10 * A_DAY + A_DAY / 2,
		.link = url,
		.link_domain = text,
		.finding = text,
		.evidence = text,
		.file = text,
		.text = text,
	};

	scene_add(scene, &mail);
}

static void
test_rows(void)
{
	g_autofree Pair *pair = g_new0(Pair, 1);

	scene_setup_empty(&pair->scene, NULL);
	for (gsize i = 0; i < HOSTILE_FAMILIES; i++)
		for (int which = 0; which < 2; which++)
			add_row(&pair->scene, &hostile_families[i], (int)i, which);
	open_pair(pair, SCENE_ROWS, SCENE_COLUMNS, &plain_options);
	read_campaigns(pair);
	close_pair(pair);
	scene_teardown(&pair->scene, NULL);
}

/* ---- what the console was told by whoever started it ---- */

/* As a file can be called. */
static char *
file_name(const Family *family)
{
	g_autofree char *name = hostile_marked("zsa", family);

	return g_strdelimit(g_steal_pointer(&name), "/", '_');
}

/* As a query can say it. */
static char *
limit_of(const Family *family)
{
	g_autofree char *text = text_utf8(family->bytes, family->length);

	g_strdelimit(text, "\"\\", '_');
	return g_strdup_printf("-subject:\"zsb%s\"", text);
}

static void
setup_named(Scene *scene, const Family *family)
{
	static const SceneMail mail = { .name = "a",
		.from = "a@b.example",
		.domain = "b.example",
		.subject = "c",
		.file = "d.pdf",
		.age = A_DAY / 2 };
	g_autofree char *name = file_name(family);
	g_autoptr(GError) error = NULL;

	scene_setup_empty(scene, NULL);
	scene_forget(scene);
	scene->path = g_build_filename(scene->folder, name, NULL);
	scene->store = store_open(scene->path, STORE_CREATE, &error);
	g_assert_no_error(error);
	scene_add(scene, &mail);
}

/* Title bar, and the prompts that begin with what was told, one with an error. */
static void
read_told(Pair *pair)
{
	static const char *const keys[] = { "l", "(", "Enter", "Ctrl-c", "M", "w", "Ctrl-c", "q" };

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		press(pair, keys[i]);
		g_free(look(pair, PAGE_MESSAGES));
	}
}

static void
test_told(void)
{
	for (gsize i = 0; i < HOSTILE_FAMILIES; i++) {
		const Family *family = &hostile_families[i];
		g_autofree Pair *pair = g_new0(Pair, 1);
		g_autofree char *limit = limit_of(family);
		g_autofree char *actor = hostile_marked("zsc", family);
		g_autofree char *folder = hostile_marked("zsd", family);

		setup_named(&pair->scene, family);
		open_pair(pair, SCENE_ROWS, SCENE_COLUMNS,
			&(ConsoleOptions){ .actor = actor, .limit = limit, .save_to = folder });
		read_told(pair);
		close_pair(pair);
		scene_teardown(&pair->scene, NULL);
	}
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_setenv("TZ", "UTC", TRUE);
	hostile_settings();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hostile/every-family-field-and-view", test_matrix);
	g_test_add_func("/hostile/rows-of-the-store", test_rows);
	g_test_add_func("/hostile/what-the-console-is-told", test_told);
	return g_test_run();
}
