/* What the console has other processes do: commands, exports, deliveries. */
#include "tui/command.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <poll.h>

#include "store/export.h"
#include "tests/tui/scene.h"
#include "tui/clipboard.h"
#include "tui/complete.h"

/* A script in the scene's folder, which stands for lazaret. */
static char *
make_program(Scene *scene, const char *script)
{
	char *path = g_build_filename(scene->folder, "program", NULL);

	g_assert_true(g_file_set_contents(path, script, -1, NULL));
	g_assert_cmpint(g_chmod(path, 0700), ==, 0);
	scene->options.program = path;
	return path;
}

static void
remove_program(char *path)
{
	g_unlink(path);
	g_free(path);
}

static void
wait_for_job(const Scene *scene)
{
	for (int i = 0; i < 100 && scene->console->job; i++) {
		struct pollfd wanted = {
			.fd = job_descriptor(scene->console->job),
			.events = POLLIN,
		};

		poll(&wanted, 1, 100);
		command_progress(scene->console);
	}
	g_assert_null(scene->console->job);
}

static void
test_command(Scene *scene, G_GNUC_UNUSED const void *data)
{
	char *program = make_program(scene,
		"#!/bin/sh\n"
		"echo \"$1|$2|$3\"; [ $# -lt 3 ] || { echo \"$LAZARET_STORE\"; "
		"printf 'x\\033[2Jy\\n'; }\n");

	scene_press(scene, ": \"show\" Space \"7\" Enter");
	wait_for_job(scene);
	scene_shows(scene, "show|7|");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	scene_press(scene, ": \"list\" Space \"'a\" Space \"b'\" Space \"$(id)\" Enter");
	wait_for_job(scene);
	g_assert_cmpstr(scene_view(scene), ==, "output");
	scene_shows(scene, "list|a b|$(id)");
	scene_shows(scene, "mx1.db");
	scene_shows(scene, "x<ESC>[2Jy");
	scene_press(scene, "q : \"'\" Enter");
	g_assert_nonnull(prompt_error(scene->console->prompt));
	remove_program(program);
}

/* : takes what a key of the view does, by its id; needs are checked as for the key. */
static void
test_actions_by_name(Scene *scene, G_GNUC_UNUSED const void *data)
{
	char *program = make_program(scene, "#!/bin/sh\necho \"ran $*\"\n");

	scene_press(scene, ": \"outbox\" Enter");
	g_assert_null(scene->console->prompt);
	g_assert_cmpstr(scene_view(scene), ==, "outbox");
	scene_press(scene, ": \"retry\" Enter");
	scene_shows(scene, "there is nothing here to do that with");
	scene_press(scene, ": \"back\" Enter");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	/* one that asks has its own prompt */
	scene_press(scene, ": \"limit\" Enter");
	g_assert_nonnull(scene->console->prompt);
	g_assert_cmpint(scene->console->ask, ==, ASK_LIMIT);
	scene_press(scene, "Ctrl-u \"score:>90\" Enter");
	g_assert_null(scene->console->prompt);
	scene_shows(scene, "score:>90");
	/* not one of this view, and not with anything behind it */
	scene_press(scene, ": \"retry\" Enter");
	wait_for_job(scene);
	scene_shows(scene, "ran retry");
	scene_press(scene, ": \"outbox\" Space \"x\" Enter");
	wait_for_job(scene);
	scene_shows(scene, "ran outbox x");
	scene_press(scene, ": \"tag\" Tab Esc Esc");
	g_assert_null(scene->console->prompt);
	scene_press(scene, ": \"help\" Space \"que\" Tab");
	g_assert_cmpstr(prompt_text(scene->console->prompt), ==, "help query ");
	scene_press(scene, "Esc");
	remove_program(program);
}

/* A command that is called as an action is, is meant. */
static void
test_commands_go_before_actions(Scene *scene, G_GNUC_UNUSED const void *data)
{
	static const CommandWords commands[] = { { .name = "outbox", .usage = "" },
		{ .name = NULL } };
	static const CommandTable table = { .commands = commands };
	char *program = make_program(scene, "#!/bin/sh\necho \"ran $*\"\n");

	scene->options.commands = &table;
	scene_press(scene, ": \"outb\" Tab");
	g_assert_cmpstr(prompt_text(scene->console->prompt), ==, "outbox ");
	scene_press(scene, "Enter");
	wait_for_job(scene);
	scene_shows(scene, "ran outbox");
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	remove_program(program);
}

/* W begins the command; what it prints is read, copied and saved. */
static void
test_notice(Scene *scene, G_GNUC_UNUSED const void *data)
{
	char *program = make_program(scene,
		"#!/bin/sh\necho \"Subject: $1\"; printf 'no\\033[2Jw https://evil.example/\\n'\n");
	g_autofree char *path = g_build_filename(scene->folder, "saved", NULL);
	g_autofree char *typed = g_strdup_printf("w Ctrl-u \"%s\" Enter", path);
	g_autofree char *wanted =
		clipboard_sequence("Subject: notice\nno<ESC>[2Jw hxxps://evil[.]example/\n");
	g_autofree char *saved = NULL;

	scene->options.clipboard = CLIPBOARD_OSC52;
	scene_press(scene, "W");
	g_assert_cmpint(scene->console->ask, ==, ASK_COMMAND);
	g_assert_cmpstr(prompt_text(scene->console->prompt), ==, "notice 1 --for staff --lang en");
	scene_press(scene, "Enter");
	wait_for_job(scene);
	g_assert_cmpstr(scene_view(scene), ==, "output");
	scene_shows(scene, "Subject: notice");
	scene_press(scene, "y");
	g_assert_cmpstr(scene->console->clip, ==, wanted);
	scene_press(scene, "w");
	g_assert_cmpstr(prompt_text(scene->console->prompt), ==, "notice.txt");
	scene_press(scene, "Esc");
	scene_press(scene, typed);
	g_assert_null(scene->console->prompt);
	g_assert_true(g_file_get_contents(path, &saved, NULL, NULL));
	g_assert_cmpstr(saved, ==, "Subject: notice\nno\033[2Jw https://evil.example/\n");
	/* What is there stays. */
	scene_press(scene, typed);
	g_assert_nonnull(prompt_error(scene->console->prompt));
	g_unlink(path);
	remove_program(program);
}

/* What a prompt is about stays below it until it is answered. */
static void
test_output_waits_for_the_prompt(Scene *scene, G_GNUC_UNUSED const void *data)
{
	char *program = make_program(scene, "#!/bin/sh\necho one; echo two\n");

	scene_press(scene, ": \"list\" Enter A \"because\"");
	for (int i = 0; i < 20; i++) {
		g_usleep(20000);
		command_progress(scene->console);
	}
	g_assert_cmpstr(scene_view(scene), ==, "messages");
	scene_press(scene, "Enter");
	g_assert_cmpstr(scene_view(scene), ==, "plan");
	wait_for_job(scene);
	g_assert_cmpstr(scene_view(scene), ==, "output");
	scene_press(scene, "q Esc : \"list\" Enter :");
	for (int i = 0; i < 20; i++) {
		g_usleep(20000);
		command_progress(scene->console);
	}
	scene_press(scene, "\"list\" Enter");
	g_assert_null(scene->console->prompt);
	g_assert_cmpstr(scene_view(scene), ==, "output");
	wait_for_job(scene);
	remove_program(program);
}

static void
test_save(Scene *scene, G_GNUC_UNUSED const void *data)
{
	char *program = make_program(scene, "#!/bin/sh\necho \"$@\"\n");

	scene_press(scene, "j w Enter");
	wait_for_job(scene);
	scene_shows(scene, "save 2 --to /saved");
	remove_program(program);
}

/* What a prompt was opened for is what its answer is about. */
static void
test_asked_about(Scene *scene, G_GNUC_UNUSED const void *data)
{
	char *program = make_program(scene, "#!/bin/sh\necho \"$@\"\n");

	scene->options.save_to = "/saved";
	scene_press(scene, "j w");
	scene_decide_elsewhere(scene, DECISION_BLOCK, 2);
	console_tick(scene->console, SCENE_NOW);
	console_settle(scene->console);
	g_assert_cmpint(scene_current(scene), !=, 2);
	scene_press(scene, "Enter");
	wait_for_job(scene);
	scene_shows(scene, "save 2 --to /saved");
	scene_press(scene, "A");
	scene_decide_elsewhere(scene, DECISION_BLOCK, scene_current(scene));
	console_tick(scene->console, SCENE_NOW);
	console_settle(scene->console);
	scene_press(scene, "\"phish\" Enter");
	scene_shows(scene, "the cursor moved meanwhile");
	remove_program(program);
}

static void
test_export(Scene *scene, G_GNUC_UNUSED const void *data)
{
	char *program = make_program(scene, "#!/bin/sh\necho \"$@\"\n");
	g_autofree char *path = g_build_filename(scene->folder, "out.jsonl", NULL);
	g_autofree char *typed = g_strdup_printf("x Ctrl-u \"%s\" Enter", path);
	g_autofree char *written = NULL;
	struct stat status;

	scene_press(scene, typed);
	wait_for_job(scene);
	g_assert_true(g_file_get_contents(path, &written, NULL, NULL));
	g_assert_cmpstr(written, ==, "export jsonl -- state:held\n");
	g_assert_cmpint(g_stat(path, &status), ==, 0);
	g_assert_cmpint(status.st_mode & 0777, ==, 0600);
	scene_press(scene, typed);
	g_assert_nonnull(strstr(prompt_error(scene->console->prompt), "another name"));
	/* The cursor is where a further name is typed. */
	scene_press(scene, "Ctrl-u \"x\"");
	g_assert_cmpstr(prompt_text(scene->console->prompt), ==, "x");
	g_unlink(path);
	remove_program(program);
}

/* The key makes two formats, and says so of a name that wants another; the command makes all. */
static void
test_export_formats(Scene *scene, G_GNUC_UNUSED const void *data)
{
	char *program = make_program(scene, "#!/bin/sh\necho \"$@\"\n");
	g_autofree char *path = g_build_filename(scene->folder, "bundle.json", NULL);
	g_autofree char *typed = g_strdup_printf("x Ctrl-u \"%s\" Enter", path);

	scene_press(scene, typed);
	g_assert_nonnull(strstr(prompt_error(scene->console->prompt), ": export FORMAT --out"));
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	scene_press(scene, "Esc");
	for (const ExportFormat *const *format = export_formats(); *format; format++) {
		g_autofree char *command = g_strdup_printf(
			": \"export\" Space \"%s\" Space \"--out\" Space \"o\" Enter",
			(*format)->name);
		g_autofree char *said = g_strdup_printf("export %s --out o", (*format)->name);

		scene_press(scene, command);
		wait_for_job(scene);
		scene_shows(scene, said);
	}
	remove_program(program);
}

/* Neither a refusal nor a failure leaves a file that looks like an export. */
static void
test_failed_export(Scene *scene, G_GNUC_UNUSED const void *data)
{
	char *program = make_program(
		scene, "#!/bin/sh\necho half\n[ $1 != import ] || exec sleep 1000\nexit 1\n");
	g_autofree char *path = g_build_filename(scene->folder, "out.csv", NULL);
	g_autofree char *typed = g_strdup_printf("x Ctrl-u \"%s\" Enter", path);

	scene_press(scene, typed);
	wait_for_job(scene);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	scene_press(scene, ": \"import\" Enter");
	scene_press(scene, typed);
	g_assert_nonnull(prompt_error(scene->console->prompt));
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	scene_press(scene, "Esc Ctrl-c");
	remove_program(program);
}

static void
test_cancel(Scene *scene, G_GNUC_UNUSED const void *data)
{
	char *program = make_program(scene, "#!/bin/sh\nexec sleep 1000\n");

	scene_press(scene, ": \"import\" Enter");
	g_assert_nonnull(scene->console->job);
	scene_shows(scene, "import runs, Ctrl-c stops it");
	scene_press(scene, "j");
	g_assert_cmpint(scene_current(scene), ==, 2);
	scene_press(scene, "Ctrl-c");
	g_assert_null(scene->console->job);
	scene_shows(scene, "import was stopped");
	g_assert_cmpuint(scene->console->stopped->len, ==, 1);
	for (int i = 0; i < 100 && scene->console->stopped->len > 0; i++) {
		g_usleep(20000);
		console_tick(scene->console, SCENE_NOW + 1);
	}
	g_assert_cmpuint(scene->console->stopped->len, ==, 0);
	remove_program(program);
}

static void
test_delivers_when_due(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autofree char *mark = g_build_filename(scene->folder, "mark", NULL);
	g_autofree char *script =
		g_strdup_printf("#!/bin/sh\necho \"$@\" >%s.new; mv %s.new %s\n", mark, mark, mark);
	char *program = make_program(scene, script);
	g_autofree char *written = NULL;

	scene_press(scene, "r");
	console_tick(scene->console, SCENE_NOW + 29);
	g_assert_cmpint(scene->console->deliverer, ==, 0);
	console_tick(scene->console, SCENE_NOW + 30);
	g_assert_cmpint(scene->console->deliverer, >, 0);
	for (int i = 0; i < 100 && !g_file_test(mark, G_FILE_TEST_EXISTS); i++)
		g_usleep(50000);
	g_assert_true(g_file_get_contents(mark, &written, NULL, NULL));
	g_assert_cmpstr(written, ==, "deliver\n");
	g_unlink(mark);
	remove_program(program);
}

/* Who opens a store only to look, or a copy of one, sends nothing by that. */
static void
test_left_over_waits_for_a_person(Scene *scene, G_GNUC_UNUSED const void *data)
{
	char *program = make_program(scene, "#!/bin/sh\n");
	g_autoptr(Console) later = NULL;
	g_autoptr(GError) error = NULL;

	scene_press(scene, "r");
	later = console_new(scene->store, &scene->options, SCENE_NOW + 100, &error);
	g_assert_no_error(error);
	console_tick(later, SCENE_NOW + 101);
	g_assert_true(later->left_over);
	g_assert_cmpint(later->deliverer, ==, 0);
	console_queued(later);
	console_tick(later, SCENE_NOW + 102);
	g_assert_cmpint(later->deliverer, >, 0);
	remove_program(program);
}

static void
add(const char *path, void (*test)(Scene *, const void *))
{
	g_test_add(path, Scene, NULL, scene_setup_list, test, scene_teardown);
}

int
main(int argc, char **argv)
{
	g_setenv("LC_ALL", "C.UTF-8", TRUE);
	g_unsetenv("LANGUAGE");
	setlocale(LC_ALL, "C.UTF-8");
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	add("/command/runs-and-shows", test_command);
	add("/command/actions-by-name", test_actions_by_name);
	add("/command/commands-go-before-actions", test_commands_go_before_actions);
	add("/command/notice-is-written-copied-and-saved", test_notice);
	add("/command/output-waits-for-the-prompt", test_output_waits_for_the_prompt);
	add("/command/save", test_save);
	add("/command/what-was-asked-about-stays", test_asked_about);
	add("/command/export", test_export);
	add("/command/export-in-every-format", test_export_formats);
	add("/command/failed-export-leaves-no-file", test_failed_export);
	add("/command/cancels-what-runs", test_cancel);
	add("/command/delivers-when-due", test_delivers_when_due);
	add("/command/left-over-waits-for-a-person", test_left_over_waits_for_a_person);
	return g_test_run();
}
