/* console - what the console costs on a store, through a pseudo-terminal
 *
 *   console LAZARET STORE MANY [KEYS]  MANY: a query that finds the messages to decide about at once
 *   console --beside LAZARET STORE COMMAND...    reading keys only, for as long as COMMAND runs
 *
 * Starts the real program in 120x40, presses the same keys every time, and prints a line for each
 * kind: how often, and milliseconds from the key's writing to the last byte of its first paint, and
 * to the last byte before all has filled in.  The first paint is over once the program's first
 * thread sleeps with nothing more to read; all is filled in when every thread sleeps and QUIET
 * milliseconds have brought no byte, which are not counted.  Keys after which nothing changes on
 * the screen send no byte: they are counted as silent and have no time.  cpu is what the program
 * used from key to rest: it tells on a busy machine what waiting does not. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	ROWS = 40,
	COLUMNS = 120,
	QUIET = 30,        /* ms */
	PATIENCE = 120000, /* ms for one key */
	STARTS = 20,
	KEYS = 2000,
	SEED = 20261130,
};

typedef struct Pty {
	int descriptor;
	pid_t child;
	clockid_t processor;
	GString *tail; /* the last bytes it sent */
} Pty;

/* Milliseconds; first < 0: it painted nothing. */
typedef struct Paint {
	double first, whole, processor;
} Paint;

/* All paints of one kind. */
typedef struct Kind {
	const char *name;
	GArray *paints; /* of Paint */
	int silent;
} Kind;

static double
clock_ms(clockid_t clock)
{
	struct timespec time = { 0 };

	clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void
fail(const Pty *pty, const char *what)
{
	fprintf(stderr, "console: %s; it sent last:\n%s\n", what,
		pty && pty->tail ? pty->tail->str : "");
	if (pty && pty->child > 0)
		kill(pty->child, SIGKILL);
	exit(1);
}

/* ---- the program ---- */

/* The state letter of a thread: proc(5), behind the name, which may hold anything. */
static char
state_of(const char *path)
{
	g_autofree char *stat = NULL;
	const char *name_end;

	if (!g_file_get_contents(path, &stat, NULL, NULL))
		return 'X';
	name_end = strrchr(stat, ')');
	return name_end && name_end[1] ? name_end[2] : 'X';
}

static bool
first_thread_sleeps(const Pty *pty)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pty->child);

	return strchr("SXZ", state_of(path)) != NULL;
}

static bool
all_threads_sleep(const Pty *pty)
{
	g_autofree char *folder = g_strdup_printf("/proc/%d/task", (int)pty->child);
	g_autoptr(GDir) threads = g_dir_open(folder, 0, NULL);
	const char *thread;

	while (threads && (thread = g_dir_read_name(threads))) {
		g_autofree char *path = g_build_filename(folder, thread, "stat", NULL);

		if (!strchr("SXZ", state_of(path)))
			return false;
	}
	return true;
}

static void
keep(Pty *pty, const char *bytes, gssize length)
{
	g_string_append_len(pty->tail, bytes, length);
	if (pty->tail->len > 16384)
		g_string_erase(pty->tail, 0, (gssize)pty->tail->len - 8192);
}

/* Reads what is there, waiting for it at most a millisecond; false when there is nothing. */
static bool
read_some(Pty *pty)
{
	struct pollfd wanted = { .fd = pty->descriptor, .events = POLLIN };
	char bytes[65536];
	ssize_t length;

	if (poll(&wanted, 1, 1) <= 0)
		return false;
	length = read(pty->descriptor, bytes, sizeof(bytes));
	if (length > 0)
		keep(pty, bytes, length);
	return length > 0;
}

/* Since @start, until it rests; where it @must paint, not before it has. */
static Paint
wait_for_rest(Pty *pty, double start, bool must)
{
	double before = clock_ms(pty->processor);
	double last = start;
	Paint paint = { .first = -1 };
	bool painted = false;

	for (;;) {
		bool more = read_some(pty);
		double now = clock_ms(CLOCK_MONOTONIC);

		painted = painted || more;
		if (more)
			last = now;
		else if (painted && paint.first < 0 && first_thread_sleeps(pty))
			paint.first = last - start;
		if (!more && now - last >= QUIET && (painted ? paint.first >= 0 : !must) &&
			all_threads_sleep(pty))
			break;
		if (now - start > PATIENCE)
			fail(pty, "it finds no rest");
	}
	paint.whole = painted ? last - start : -1;
	paint.processor = clock_ms(pty->processor) - before;
	return paint;
}

static void
exec_program(const char *program, const char *store, int started)
{
	double now;

	g_unsetenv("LINES");
	g_unsetenv("COLUMNS");
	g_unsetenv("NO_COLOR");
	g_setenv("TERM", "xterm-256color", TRUE);
	g_setenv("LC_ALL", "C.UTF-8", TRUE);
	now = clock_ms(CLOCK_MONOTONIC);
	if (write(started, &now, sizeof(now)) == sizeof(now))
		execl(program, program, "--store", store, NULL);
	_exit(127);
}

/* Waits for its first screen. */
static Paint
pty_start(Pty *pty, const char *program, const char *store)
{
	struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };
	int started[2];
	double start;
	Paint paint;

	*pty = (Pty){ .tail = g_string_new(NULL) };
	if (pipe2(started, O_CLOEXEC) < 0)
		fail(NULL, "no pipe");
	pty->child = forkpty(&pty->descriptor, NULL, NULL, &size);
	if (pty->child < 0)
		fail(NULL, "no pseudo-terminal");
	if (pty->child == 0)
		exec_program(program, store, started[1]);
	if (read(started[0], &start, sizeof(start)) != sizeof(start))
		fail(pty, "it did not start");
	close(started[0]);
	close(started[1]);
	clock_getcpuclockid(pty->child, &pty->processor);
	paint = wait_for_rest(pty, start, true);
	paint.processor = clock_ms(pty->processor);
	if (!strstr(pty->tail->str, "quit"))
		fail(pty, "no screen came up");
	return paint;
}

static Paint
write_and_wait(Pty *pty, const char *keys, bool must)
{
	size_t length = strlen(keys);
	double start = clock_ms(CLOCK_MONOTONIC);

	g_string_truncate(pty->tail, 0);
	if (write(pty->descriptor, keys, length) != (ssize_t)length)
		fail(pty, "it has gone");
	return wait_for_rest(pty, start, must);
}

static Paint
press(Pty *pty, const char *keys)
{
	return write_and_wait(pty, keys, false);
}

/* A key that is sure to change the screen, however late on a busy machine. */
static Paint
press_for_sure(Pty *pty, const char *keys)
{
	return write_and_wait(pty, keys, true);
}

/* Peak memory of the program, KiB: proc(5), VmHWM. */
static long
peak_memory(const Pty *pty)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)pty->child);
	g_autofree char *status = NULL;
	const char *peak;

	if (!g_file_get_contents(path, &status, NULL, NULL))
		return 0;
	peak = strstr(status, "VmHWM:");
	return peak ? strtol(peak + strlen("VmHWM:"), NULL, 10) : 0;
}

static void
pty_stop(Pty *pty)
{
	kill(pty->child, SIGTERM);
	while (waitpid(pty->child, NULL, WNOHANG) == 0)
		(void)read_some(pty);
	close(pty->descriptor);
	g_string_free(pty->tail, TRUE);
}

/* ---- figures ---- */

static void
add_paint(Kind *kind, Paint paint)
{
	if (!kind->paints)
		kind->paints = g_array_new(FALSE, FALSE, sizeof(Paint));
	if (paint.first < 0)
		kind->silent++;
	else
		g_array_append_val(kind->paints, paint);
}

static int
by_value(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return (a > b) - (a < b);
}

/* The value that @share of all do not exceed. */
static double
quantile(const GArray *paints, gsize offset, double share)
{
	g_autofree double *values = g_new(double, paints->len);
	guint place = (guint)(share * (double)paints->len + 0.999999);

	for (guint i = 0; i < paints->len; i++)
		values[i] = G_STRUCT_MEMBER(double, &g_array_index(paints, Paint, i), offset);
	qsort(values, paints->len, sizeof(*values), by_value);
	return values[CLAMP(place, 1, paints->len) - 1];
}

static void
print_heading(void)
{
	printf("%-36s %5s %6s | %8s %8s %8s | %8s %8s %8s | %7s %7s\n", "ms", "keys", "silent",
		"first50", "first99", "max", "all50", "all99", "max", "cpu50", "cpu99");
}

static void
print_kind(const Kind *kind)
{
	static const gsize columns[] = { G_STRUCT_OFFSET(Paint, first),
		G_STRUCT_OFFSET(Paint, whole) };
	gsize processor = G_STRUCT_OFFSET(Paint, processor);

	if (!kind->paints)
		return;
	printf("%-36s %5u %6d |", kind->name, kind->paints->len + (guint)kind->silent,
		kind->silent);
	for (gsize i = 0; i < G_N_ELEMENTS(columns) && kind->paints->len > 0; i++)
		printf(" %8.2f %8.2f %8.2f |", quantile(kind->paints, columns[i], 0.5),
			quantile(kind->paints, columns[i], 0.99),
			quantile(kind->paints, columns[i], 1));
	if (kind->paints->len > 0)
		printf(" %7.2f %7.2f", quantile(kind->paints, processor, 0.5),
			quantile(kind->paints, processor, 0.99));
	printf("\n");
	(void)fflush(stdout);
	g_array_unref(kind->paints);
}

/* ---- starting ---- */

/* Every program that links what this one does pays so much: exec to exit of --version. */
static void
measure_floor(const char *program)
{
	Kind kind = { .name = "lazaret --version, exec to exit" };

	for (int i = 0; i < STARTS; i++) {
		const char *const arguments[] = { program, "--version", NULL };
		double start = clock_ms(CLOCK_MONOTONIC);
		g_autofree char *said = NULL;
		Paint paint = { 0 };

		if (!g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL,
			    &said, NULL, NULL, NULL))
			fail(NULL, "--version does not run");
		paint.first = paint.whole = clock_ms(CLOCK_MONOTONIC) - start;
		add_paint(&kind, paint);
	}
	print_kind(&kind);
}

static void
measure_starts(const char *program, const char *store)
{
	Kind kind = { .name = "first screen, from exec" };
	long memory = 0;

	for (int i = 0; i < STARTS; i++) {
		Pty pty;

		add_paint(&kind, pty_start(&pty, program, store));
		memory = MAX(memory, peak_memory(&pty));
		pty_stop(&pty);
	}
	print_kind(&kind);
	printf("%-36s %.1f MiB\n", "  peak memory then", (double)memory / 1024);
}

/* ---- keys ---- */

/* Where we are, as far as keys differ. */
typedef enum {
	AT_CAMPAIGNS,
	AT_CAMPAIGN, /* what Enter opens on one: its messages or its only message */
	AT_MESSAGES,
	AT_MESSAGE,
	AT_OTHER, /* log, outbox, rules, bursts, help */
	PLACES
} Place;

/* Keys that cost alike.  What one does with another in between is another row. */
typedef struct KeyKind {
	const char *name;
	const char *keys; /* parted by blanks; S is the blank itself */
	int often;        /* among the keys of a place */
	Place at, then;
} KeyKind;

// clang-format off
static const KeyKind key_kinds[] = {
	{ "campaigns: j k",               "j j k",                 20, AT_CAMPAIGNS, AT_CAMPAIGNS },
	{ "campaigns: Space PageUp Ctrl-d", "S S \x1b[5~ \x04",    10, AT_CAMPAIGNS, AT_CAMPAIGNS },
	{ "campaigns: g G",               "G g",                    3, AT_CAMPAIGNS, AT_CAMPAIGNS },
	{ "campaigns: Enter",             "\r",                     4, AT_CAMPAIGNS, AT_CAMPAIGN },
	{ "campaigns: M",                 "M",                      4, AT_CAMPAIGNS, AT_MESSAGES },
	{ "campaigns: L O F B ?",         "L O F B ?",              2, AT_CAMPAIGNS, AT_OTHER },
	{ "campaign: j k",                "j j k",                  4, AT_CAMPAIGN,  AT_CAMPAIGN },
	{ "campaign: Space PageUp Ctrl-d", "S \x1b[5~ \x04",        2, AT_CAMPAIGN,  AT_CAMPAIGN },
	{ "campaign: q",                  "q",                      3, AT_CAMPAIGN,  AT_CAMPAIGNS },
	{ "messages: j k",                "j j k",                 20, AT_MESSAGES,  AT_MESSAGES },
	{ "messages: Space PageUp Ctrl-d", "S S \x1b[5~ \x04",     10, AT_MESSAGES,  AT_MESSAGES },
	{ "messages: g G",                "G g",                    3, AT_MESSAGES,  AT_MESSAGES },
	{ "messages: Enter",              "\r",                     6, AT_MESSAGES,  AT_MESSAGE },
	{ "messages: C",                  "C",                      3, AT_MESSAGES,  AT_CAMPAIGNS },
	{ "message: 1-7 Tab",             "1 2 3 4 5 6 7 \t",      16, AT_MESSAGE,   AT_MESSAGE },
	{ "message: n p",                 "n n p",                  8, AT_MESSAGE,   AT_MESSAGE },
	{ "message: j k Space",           "j j k S",                6, AT_MESSAGE,   AT_MESSAGE },
	{ "message: q",                   "q",                      4, AT_MESSAGE,   AT_MESSAGES },
	{ "log, outbox, rules, bursts, help: j k", "j j k",         2, AT_OTHER,     AT_OTHER },
	{ "log, outbox, rules, bursts, help: q",  "q",              2, AT_OTHER,     AT_CAMPAIGNS },
};
// clang-format on

static guint
draw_kind(GRand *rand, Place place)
{
	int all = 0;
	int drawn;

	for (gsize i = 0; i < G_N_ELEMENTS(key_kinds); i++)
		all += key_kinds[i].at == place ? key_kinds[i].often : 0;
	drawn = g_rand_int_range(rand, 0, all);
	for (guint i = 0; i < G_N_ELEMENTS(key_kinds); i++) {
		drawn -= key_kinds[i].at == place ? key_kinds[i].often : 0;
		if (drawn < 0)
			return i;
	}
	g_assert_not_reached();
}

/* Nothing where there is none. */
static bool
has_ended(pid_t child)
{
	return child > 0 && waitpid(child, NULL, WNOHANG) != 0;
}

/* @count keys, or fewer: until @beside has ended, where there is one. */
static void
measure_keys(Pty *pty, int count, pid_t beside)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(SEED);
	Kind kinds[G_N_ELEMENTS(key_kinds)] = { 0 };
	Kind all = { .name = "all keys" };
	Place place = AT_CAMPAIGNS;

	for (int i = 0; i < count && !has_ended(beside); i++) {
		guint kind = draw_kind(rand, place);
		g_auto(GStrv) keys = g_strsplit(key_kinds[kind].keys, " ", -1);
		const char *key = keys[g_rand_int_range(rand, 0, (gint)g_strv_length(keys))];
		Paint paint = press(pty, *key == 'S' ? " " : key);

		kinds[kind].name = key_kinds[kind].name;
		add_paint(&kinds[kind], paint);
		add_paint(&all, paint);
		place = key_kinds[kind].then;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		print_kind(&kinds[i]);
	print_kind(&all);
}

/* ---- questions and decisions ---- */

/* Something that is asked for after @before, and answered with Enter. */
typedef struct Question {
	const char *name, *before, *key, *text;
} Question;

static const Question questions[] = {
	{ "messages: limit, a word", "M", "l", "pibello" },
	{ "messages: limit, word and state", "M", "l", "state:held pibello" },
	{ "messages: limit, a field", "M", "l", "score:>50" },
	{ "messages: limit, a substring", "M", "l", "subject:ibell" },
	{ "messages: limit, no hit", "M", "l", "subject:zzzzzz" },
	{ "messages: limit, everything", "M", "l", "" },
	{ "messages: find", "M", "/", "pibello" },
	{ "campaigns: limit, a word", "C", "l", "pibello" },
	{ "campaigns: limit, a field", "C", "l", "score:>50" },
	{ "campaigns: limit, a substring", "C", "l", "subject:ibell" },
	{ "campaigns: limit, as at first", "C", "l", "state:held" },
	{ "campaigns: find", "C", "/", "pibello" },
};

static void
measure_questions(Pty *pty)
{
	for (gsize i = 0; i < G_N_ELEMENTS(questions); i++) {
		const Question *question = &questions[i];
		Kind kind = { .name = question->name };

		press(pty, question->before);
		press_for_sure(pty, question->key);
		press(pty, "\x15"); /* Ctrl-u: what stood there goes */
		press(pty, question->text);
		add_paint(&kind, press_for_sure(pty, "\r"));
		print_kind(&kind);
	}
}

static void
measure_key(Pty *pty, const char *name, const char *key)
{
	Kind kind = { .name = name };

	add_paint(&kind, press_for_sure(pty, key));
	print_kind(&kind);
}

static void
measure_decisions(Pty *pty, const char *many)
{
	press(pty, "M");
	press_for_sure(pty, "l");
	press(pty, "\x15");
	press_for_sure(pty, "\r");
	press_for_sure(pty, "T");
	press_for_sure(pty, many);
	measure_key(pty, "tag many: T QUERY Enter", "\r");
	press_for_sure(pty, ";");
	measure_key(pty, "block them: ; b, the dry run", "b");
	measure_key(pty, "  y", "y");
	if (!strstr(pty->tail->str, "u takes it back"))
		fail(pty, "nothing was decided");
	measure_key(pty, "  u", "u");
	measure_key(pty, "block one: b", "b");
	measure_key(pty, "  u", "u");
}

static pid_t
start_beside(char **command)
{
	pid_t child = fork();

	if (child == 0) {
		int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

		dup2(nowhere, STDOUT_FILENO);
		dup2(nowhere, STDERR_FILENO);
		execvp(command[0], command);
		_exit(127);
	}
	if (child < 0)
		fail(NULL, "no process");
	return child;
}

static void
measure_beside(const char *program, const char *store, char **command)
{
	Pty pty;

	print_heading();
	pty_start(&pty, program, store);
	measure_keys(&pty, INT_MAX, start_beside(command));
	printf("%-36s %.1f MiB\n", "  peak memory", (double)peak_memory(&pty) / 1024);
	pty_stop(&pty);
}

static void
measure_alone(const char *program, const char *store, const char *many, int keys)
{
	Pty pty;

	print_heading();
	measure_floor(program);
	measure_starts(program, store);
	pty_start(&pty, program, store);
	measure_keys(&pty, keys, 0);
	measure_questions(&pty);
	printf("%-36s %.1f MiB\n", "  peak memory, reading", (double)peak_memory(&pty) / 1024);
	measure_decisions(&pty, many);
	printf("%-36s %.1f MiB\n", "  peak memory, deciding", (double)peak_memory(&pty) / 1024);
	pty_stop(&pty);
}

int
main(int argc, char **argv)
{
	if (argc > 4 && g_str_equal(argv[1], "--beside")) {
		measure_beside(argv[2], argv[3], argv + 4);
	} else if (argc == 4 || argc == 5) {
		measure_alone(argv[1], argv[2], argv[3], argc == 5 ? atoi(argv[4]) : KEYS);
	} else {
		fprintf(stderr,
			"usage: console LAZARET STORE MANY [KEYS]\n"
			"       console --beside LAZARET STORE COMMAND...\n");
		return 64;
	}
	return 0;
}
