/* What a mail says must arrive on the terminal as cells and as nothing else. */
#include "tests/tui/terminal.h"

enum {
	A_DAY = 86400,
};

/* Every family of what a terminal obeys, as a mail could carry it. */
static const char *const families[] = {
	"\x1b]0;owned\x07",
	"\x1b]2;owned\x1b\\",
	"\x1b]52;c;b3duZWQ=\x07",
	"\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
	"\x1b]4;1;rgb:00/00/00\x07",
	"\x1b[2J\x1b[H",
	"\x1b[?1049l\x1b[?25l",
	"\x1b[?1000h\x1b[?2004h",
	"\x1b[?5h\x1b[7m\x1b[31m",
	"\x1b[6n\x1b[c\x1b[>c",
	"\x1b[21t\x1b[8;1;1t",
	"\x1b[20l\x1b[4h\x1b[3g",
	"\x1bP$q\"p\x1b\\",
	"\x1bP+q544e\x1b\\",
	"\x1b_apc\x1b\\",
	"\x1b^pm\x1b\\",
	"\x1bXsos\x1b\\",
	"\x1bN\x1bO\x1b(0\x1b)B",
	"\x1b"
	"c\x1b#8\x1b=\x1b>",
	"\x1b"
	"7\x1b"
	"8\x1b"
	"D\x1bM\x1b"
	"E",
	"\x1b G\x1b F",
	"\xc2\x9b"
	"2J\xc2\x9d"
	"0;owned\xc2\x9c",
	"\xc2\x90q\xc2\x9c\xc2\x9f"
	"apc\xc2\x9c\xc2\x9e"
	"pm\xc2\x9c",
	"\xc2\x84\xc2\x85\xc2\x8d\xc2\x8e\xc2\x8f",
	"REAL\rfake",
	"a\x08\x08\x08overwritten",
	"tab\tand\x0b\x0c\nlines",
	"\x0e\x0f\x05\x07",
	"\xe2\x80\xae"
	"exe.fdp\xe2\x80\xac\xe2\x81\xa6",
	"\xe2\x80\x8b\xe2\x80\x8c\xe2\x80\x8d\xef\xbb\xbf",
	"\xf3\xa0\x80\x81\xf3\xa0\x81\x81",
	"e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87 zalgo",
	"契約書 を確認 해주세요",
	"%n%s%x$(id)`id`;--",
};

static char *
every_byte(int first, int count)
{
	GString *text = g_string_new("bytes ");

	for (int i = first; i < first + count; i++) {
		if (i > 0)
			g_string_append_unichar(text, (gunichar)i);
		g_string_append_c(text, '.');
	}
	return g_string_free(text, FALSE);
}

/* @text in every field that can hold one. */
static void
add_mail(Scene *scene, const char *text, int number)
{
	g_autofree char *subject = g_strdup_printf("%d %s", number, text);
	g_autofree char *from = g_strdup_printf("a%s@b.example", text);
	g_autofree char *url = g_strdup_printf("https://c.example/%s", text);
	const SceneMail mail = {
		.name = text,
		.from = from,
		.domain = text,
		.subject = subject,
		.account = text,
		.score = 90 - number,
		.age = 10 * A_DAY + A_DAY / 2,
		.link = url,
		.link_domain = text,
		.finding = text,
		.evidence = text,
		.file = text,
		.text = text,
	};

	scene_add(scene, &mail);
}

/* Two of a kind, which are a campaign. */
static void
add_pair(Scene *scene, const char *text, bool hostile, int *number)
{
	g_autofree char *plain = g_strdup_printf("plain%d.example", *number);

	for (int i = 0; i < 2; i++)
		add_mail(scene, hostile ? text : plain, (*number)++);
}

/* A scene of @hostile mails, or of as many plain ones. */
static int
add_mails(Scene *scene, bool hostile)
{
	int number = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(families); i++)
		add_pair(scene, families[i], hostile, &number);
	for (int first = 0; first < 256; first += 32) {
		g_autofree char *bytes = every_byte(first, 32);

		add_pair(scene, bytes, hostile, &number);
	}
	return number;
}

/* Presses the same in the terminal and in a console of our own, and compares. */
static void
press_both(const Terminal *terminal, Scene *scene, const char *bytes, const char *name)
{
	g_assert_cmpint(
		write(terminal->descriptor, bytes, strlen(bytes)), ==, (ssize_t)strlen(bytes));
	scene->console->now = (int64_t)time(NULL);
	scene_press(scene, name);
	terminal_assert_shows(terminal, scene);
}

/* Each with its preview, why it is one, its messages, and what deciding would do. */
static void
read_campaigns(const Terminal *terminal, Scene *scene, int campaigns)
{
	static const char *const keys[] = { "-", "q", "b", "q" };

	for (int campaign = 0; campaign < campaigns; campaign++) {
		g_assert_cmpstr(scene_view(scene), ==, "campaigns");
		for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
			press_both(terminal, scene, keys[i], keys[i]);
		press_both(terminal, scene, "\r", "Enter");
		g_assert_cmpstr(scene_view(scene), ==, "campaign");
		press_both(terminal, scene, "q", "q");
		press_both(terminal, scene, "j", "j");
	}
}

static void
read_all(const Terminal *terminal, Scene *scene, int mails)
{
	static const char *const tabs[] = { "1", "2", "3", "4", "5", "6", "7" };

	terminal_assert_shows(terminal, scene);
	read_campaigns(terminal, scene, mails / 2);
	press_both(terminal, scene, "M", "M");
	press_both(terminal, scene, "\r", "Enter");
	for (int mail = 0; mail < mails; mail++) {
		for (gsize i = 0; i < G_N_ELEMENTS(tabs); i++)
			press_both(terminal, scene, tabs[i], tabs[i]);
		press_both(terminal, scene, "n", "n");
	}
	press_both(terminal, scene, "q", "q");
	press_both(terminal, scene, "C", "C");
}

static char *
events_of_reading(bool hostile)
{
	Scene scene = { 0 };
	Terminal terminal;
	int mails;
	char *events;

	scene_setup_empty(&scene, NULL);
	mails = add_mails(&scene, hostile);
	scene_open(&scene);
	scene.console->now = (int64_t)time(NULL);
	/* no limit, as the child has */
	scene_press(&scene, "l Enter");
	terminal_open(&terminal, &scene, "tmux-256color");
	read_all(&terminal, &scene, mails);
	terminal_press(&terminal, "q");
	g_assert_cmpint(terminal.titles, ==, 0);
	events = g_strdup(terminal.events->str);
	g_assert_cmpint(terminal_close(&terminal), ==, 0);
	scene_teardown(&scene, NULL);
	return events;
}

/* Every byte and every family x field x page: no title, no OSC, no mode but those
 * that ncurses sets for a harmless store. */
static void
test_hostile(void)
{
	g_autofree char *plain = events_of_reading(false);
	g_autofree char *hostile = events_of_reading(true);

	g_assert_cmpstr(hostile, ==, plain);
	g_assert_null(strstr(hostile, "osc"));
	g_assert_null(strstr(hostile, "bell"));
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hostile/nothing-but-text-gets-out", test_hostile);
	return g_test_run();
}
