/* Killed at any call that changes something, or such a call fails: the store is whole, what was said
 * to be done is done, what was not is said in words, and the same command again ends as if nothing had
 * happened.
 *
 *   POINTS=5000 build/tests/faults/test_kill     at so many points of each act, or all there are
 *   TELL=1   prints what was said;   KEEP=1   keeps the folder of a point that went wrong
 *
 * A point is a call (write, fsync, rename, ...) and how it goes wrong there: all are killed before it,
 * the program alone is killed after it, or the power fails, and with it goes what was not synced; or
 * it fails with EIO, it and all that follow do, or there is no space from there on. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/db.h"
#include "store/schema.h"
#include "store/verify.h"

enum {
#ifdef __SANITIZE_ADDRESS__
	POINTS = 3, /* of every other act: the program starts slowly */
	KILL_STEP = 2,
	FAIL_STEP = 6,
	AT_ONCE = 1,
#else
	POINTS = 14,
	KILL_STEP = 1,
	FAIL_STEP = 1,
	AT_ONCE = 2,
#endif
	MESSAGES = 6,
	NOW = 1780300800, /* it stands still: 2026-06-01 */
	HOUR = 3600,
	HANGS = 60, /* seconds */
};

/* A row is what is killed. */
typedef struct Act {
	const char *name;
	int schema;           /* of an old store with some mail; 0: what @before makes */
	const char *campaign; /* of that mail */
	const char *before;   /* commands, one a line */
	const char *command;
	int64_t later; /* seconds until what was put off is tried again */
	bool once;     /* one transaction, all or nothing: done again only where it was not done */
	bool ses;      /* what is imported is from Amazon SES */
} Act;

/* What it takes to be known for that, on top of a mail. */
static const char ses_header[] =
	"Authentication-Results: mx.test; dkim=pass header.d=amazonses.com\n"
	"Received: from a8-1.smtp-out.amazonses.com (a8-1.smtp-out.amazonses.com [54.240.8.1])\n"
	" by mx.test with ESMTPS id 4ABC; Fri, 1 May 2026 12:00:00 +0000 (UTC)\n"
	"DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple;\n"
	" s=6gbrjpgwjskckoa6a5zn6fwqkn67xbtw; d=amazonses.com; t=1777636800;\n"
	" h=From:To:Subject:Date:Message-ID:Feedback-ID; bh=AAAA; b=AAAA\n"
	"Feedback-ID: ::1.us-east-1.AccountabcdefghijklmnopqrstuvwxyzABCDEFGHIJ=:AmazonSES\n";

#define REPORTER                                                                  \
	"config trusted-authserv-ids mx.test\nconfig report-org Acme\n"           \
	"config report-contact abuse@acme.test\nconfig report-domain acme.test\n" \
	"config report-transport maildir:reports\nconfig hold-window 0s\n"        \
	"import --all box"

/* As versions long ago wrote it: not all of it is what verify asks for today. */
static const char old_mail[] =
	"INSERT INTO raw (id, sha256, size, zstd) VALUES (1, zeroblob(32), 1, x'00'),"
	" (2, zeroblob(31), 1, x'00'), (3, zeroblob(30), 1, x'00');"
	"WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 3)"
	" INSERT INTO message (id, raw, sha256, envelope, ord, score, received, imported, date,"
	"  subject, from_address, from_name, domain, header_to, ses, account_signed,"
	"  authenticated, size, source, links, attachments, campaign)"
	" SELECT id, id, x'00', 'e', (1780000000 << 22) | id, 0, 1780000000, 1, 1, 's', 'f', 'n',"
	"  'd', 't', 0, 1, 1, 1, 'src', CASE id WHEN 1 THEN 1 ELSE 0 END, 0, 1 FROM n;"
	"INSERT INTO operation (at, actor, verb) VALUES (1, 'alice', 'block');"
	"INSERT INTO operation (at, actor, verb) VALUES (2, 'alice', 'deny');"
	"INSERT INTO operation (at, actor, verb, undoes) VALUES (3, 'bob', 'undo', 1);"
	"INSERT INTO decision (operation, message, kind, before, after)"
	" VALUES (1, 1, 1, 0, 2), (1, 2, 1, 0, 2), (3, 1, 2, 2, 0), (3, 2, 2, 2, 0);";

/* clang-format off */
static const Act acts[] = {
	{
		.name = "import",
		.command = "import --all --move done box",
	}, {
		.name = "import-more",
		.before = "import --all box/cur/1.mx:2,\nimport --all box/cur/4.mx:2,",
		.command = "import --all --flag box",
	}, {
		.name = "block",
		.before = "import --all box",
		.command = "block --reason lure 1 2 3 4",
		.once = true,
	}, {
		.name = "release",
		.before = "import --all box",
		.command = "release --to a@here.example --to b@here.example 1 2",
		.once = true,
	}, {
		.name = "undo",
		.before = "import --all box\nrelease --to a@here.example 1 2 3 4",
		.command = "undo 1",
		.once = true,
	}, {
		.name = "deny",
		.before = "import --all box",
		.command = "deny add --domain lure.example --reason lure",
		.once = true,
	}, {
		.name = "deliver",
		.before = "import --all box\nrelease --to a@here.example --to b@here.example 1 2 3 4",
		.command = "deliver --now",
		.later = 30 * 24 * HOUR,
	}, {
		.name = "report",
		.before = REPORTER,
		.command = "report 1 --yes",
		.once = true,
		.ses = true,
	}, {
		.name = "deliver-report",
		.before = REPORTER "\nreport 1 --yes",
		.command = "deliver",
		.later = 30 * 24 * HOUR,
		.ses = true,
	}, {
		.name = "purge",
		.before = "import --all box\nblock 1 2 3",
		.command = "purge --yes 1 2 3",
	}, {
		.name = "purge-many",
		.before = "import --all box\nblock 1 2 3 4\nrelease --to a@here.example 5 6\n"
			  "deliver --now",
		.command = "purge --yes state:blocked OR state:released",
	}, {
		.name = "migrate-from-4",
		.schema = 4,
		.campaign = "INSERT INTO campaign (id, edge, value) VALUES (1, 'account', 'a')",
		.command = "list --limit 1",
	}, {
		.name = "migrate-from-17",
		.schema = 17,
		.campaign = "INSERT INTO campaign (id, held) VALUES (1, 3)",
		.command = "list --limit 1",
	},
};
/* clang-format on */

/* How it goes wrong: FAULT of fault.c, of the call in the middle. */
typedef struct Way {
	const char *fault, *rest;
} Way;

enum {
	WAYS = 3,
};

static const Way kills[WAYS] = { { "kill-group", "" }, { "kill", "" }, { "power", "" } };
static const Way failures[WAYS] = { { "EIO", "" }, { "EIO", "+" }, { "ENOSPC", "+" } };

/* What is not the same when it was done again, and need not be: column of a table. */
static const struct {
	const char *table, *column;
	bool later; /* only where it was put off */
} indifferent[] = {
	/* Which mails were packed together; verify reads each. */
	{ "raw", "zstd", false },
	{ "raw", "bale", false },
	{ "raw", "at", false },
	{ "body", "zstd", false },
	{ "body", "bale", false },
	{ "body", "at", false },
	{ "delivery", "deliverer", false }, /* a process */
	{ "delivery", "attempts", false },
	{ "delivery", "reply", false }, /* 'is there already' */
	{ "delivery", "lease", false },
	{ "delivery", "changed", true },
	{ "delivery", "due", true },
};

/* One act, prepared. */
typedef struct Stage {
	const Act *act;
	const Way *ways; /* WAYS */
	char *folder;    /* of all of it */
	char *base;      /* what each point begins with */
	char *program;   /* lazaret */
	char *library;   /* to preload */
	int calls;       /* that it makes undisturbed */
	char *said;      /* by it */
	char *before;    /* what it finds: look() */
	char *wanted;    /* what it leaves */
	int64_t faults;  /* that verify finds then: what old versions wrote is not all sound */
} Stage;

/* Is some of it done later, where it fails? */
static bool
puts_off(const Stage *stage)
{
	return stage->ways == failures && stage->act->later > 0;
}

/* ---- files ---- */

static void
copy_tree(const char *from, const char *to)
{
	g_autoptr(GDir) folder = g_dir_open(from, 0, NULL);
	const char *name;

	g_assert_cmpint(g_mkdir(to, 0700), ==, 0);
	while ((name = g_dir_read_name(folder))) {
		g_autofree char *source = g_build_filename(from, name, NULL);
		g_autofree char *target = g_build_filename(to, name, NULL);
		const struct timespec times[] = { { .tv_sec = NOW - HOUR },
			{ .tv_sec = NOW - HOUR } };
		g_autofree char *bytes = NULL;
		gsize length;

		if (g_file_test(source, G_FILE_TEST_IS_DIR)) {
			copy_tree(source, target);
			continue;
		}
		g_assert_true(g_file_get_contents(source, &bytes, &length, NULL));
		g_assert_true(g_file_set_contents_full(
			target, bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
		g_assert_cmpint(utimensat(AT_FDCWD, target, times, 0), ==, 0);
	}
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *one = g_build_filename(path, name, NULL);

		remove_tree(one);
	}
	g_remove(path);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Of the names of all files below it and, @whole, of what is in them; unfinished ones in tmp do not
 * count. */
static void
digest_tree(GChecksum *digest, const char *path, bool whole)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (folder && (name = g_dir_read_name(folder)))
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *one = g_build_filename(path, names->pdata[i], NULL);
		g_autofree char *bytes = NULL;
		gsize length;

		if (g_str_equal(names->pdata[i], "tmp"))
			continue;
		g_checksum_update(digest, names->pdata[i], -1);
		if (!g_file_get_contents(one, &bytes, &length, NULL))
			digest_tree(digest, one, whole);
		else if (whole)
			g_checksum_update(digest, (const guchar *)bytes, (gssize)length);
	}
}

/* ---- the store ---- */

static bool
is_indifferent(const Stage *stage, const char *table, const char *column)
{
	for (size_t i = 0; i < G_N_ELEMENTS(indifferent); i++) {
		if (g_str_equal(table, indifferent[i].table) &&
			g_str_equal(column, indifferent[i].column) &&
			(!indifferent[i].later || puts_off(stage)))
			return true;
	}
	return false;
}

/* A line: what it is of, and the digest. */
static void
add_line(GString *lines, const char *name, GChecksum *digest)
{
	g_string_append_printf(lines, "%s %s\n", name, g_checksum_get_string(digest));
}

static void
digest_table(const Stage *stage, GString *lines, Store *store, const char *table)
{
	g_autofree char *sql = g_strdup_printf("SELECT * FROM \"%s\" ORDER BY 1", table);
	g_autoptr(sqlite3_stmt) stmt = db_prepare(store, sql, NULL);
	g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);

	g_assert_nonnull(stmt);
	while (db_step(store, stmt, NULL) == STEP_ROW) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++) {
			if (is_indifferent(stage, table, sqlite3_column_name(stmt, i)))
				continue;
			g_checksum_update(digest, sqlite3_column_blob(stmt, i),
				sqlite3_column_bytes(stmt, i));
			g_checksum_update(digest, (const guchar *)"|", 1);
		}
	}
	add_line(lines, table, digest);
}

/* How the search index is cut in pieces depends on how it came about: what it finds is looked at
 * by integrity_check. */
static void
digest_store(const Stage *stage, GString *lines, Store *store)
{
	static const char sql[] = "SELECT name FROM sqlite_schema WHERE type = 'table'"
				  " AND name NOT IN ('bale', 'sqlite_stat1')"
				  " AND name NOT GLOB '*_data' AND name NOT GLOB '*_idx'"
				  " AND name NOT GLOB '*_docsize'"
				  " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name";
	g_autoptr(sqlite3_stmt) select = db_prepare(store, sql, NULL);

	g_assert_nonnull(select);
	while (db_step(store, select, NULL) == STEP_ROW) {
		g_autofree char *table = db_text(select, 0);

		digest_table(stage, lines, store, table);
	}
}

static void
on_fault(const char *words, void *data)
{
	g_string_append_printf(data, "%s; ", words);
}

/* What is in @folder, as a line for each table and folder.  *faults is how many verify finds, and
 * @words says which.  NULL where there is no store. */
static char *
look(const Stage *stage, const char *folder, int64_t *faults, GString *words)
{
	static const char *const others[] = { "box", "done", "data" };
	g_autofree char *path = g_build_filename(folder, "q.db", NULL);
	g_autoptr(GString) lines = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	const VerifyOptions options = { .fault = on_fault, .data = words };
	VerifySummary summary = { 0 };
	g_autoptr(Store) store = store_open(path, STORE_WRITE, &error);

	*faults = 0;
	if (!store || !store_verify(store, &options, &summary, &error)) {
		/* Made, and nothing in it yet. */
		if (!g_error_matches(error, STORE_ERROR, STORE_ERROR_NO_STORE))
			on_fault(error->message, words);
		*faults = words->len > 0;
		return NULL;
	}
	*faults = summary.faults;
	digest_store(stage, lines, store);
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autofree char *other = g_build_filename(folder, others[i], NULL);

		g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);

		digest_tree(digest, other, !puts_off(stage));
		add_line(lines, others[i], digest);
	}
	return g_string_free(g_steal_pointer(&lines), FALSE);
}

/* ---- the program ---- */

/* In the child. */
static void
become(const Stage *stage, const char *folder, const char *command, const char *fault)
{
	g_autofree char *words = g_strconcat(stage->program, " ", command, NULL);
	g_auto(GStrv) argv = g_strsplit(words, " ", -1);
	g_autofree char *asan =
		g_strconcat(g_getenv("ASAN_OPTIONS") ? g_getenv("ASAN_OPTIONS") : "",
			":verify_asan_link_order=0:detect_leaks=0", NULL);
	g_autofree char *data = g_build_filename(folder, "data", NULL);
	g_autofree char *config = g_build_filename(folder, "config", NULL);

	setpgid(0, 0);
	g_assert_cmpint(chdir(folder), ==, 0);
	g_setenv("ASAN_OPTIONS", asan, TRUE);
	g_setenv("HOME", folder, TRUE);
	g_setenv("XDG_DATA_HOME", data, TRUE);
	g_setenv("XDG_CONFIG_HOME", config, TRUE);
	g_setenv("LAZARET_STORE", "q.db", TRUE);
	g_setenv("FAULT_CLOCK", "clock", TRUE);
	g_setenv("FAULT_COUNT", "count", TRUE);
	g_setenv("FAULT", fault, TRUE);
	g_setenv("LD_PRELOAD", stage->library, TRUE);
	alarm(HANGS);
	execv(argv[0], argv);
	_exit(127);
}

/* Its wait status; what it says is in *said, which is yours. */
static int
run(const Stage *stage, const char *folder, const char *command, const char *fault, char **said)
{
	g_autofree char *out = g_build_filename(folder, "said", NULL);
	pid_t child = fork();
	int status = 0;

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		int file = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(file, STDOUT_FILENO);
		dup2(file, STDERR_FILENO);
		become(stage, folder, command, fault);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(g_file_get_contents(out, said, NULL, NULL));
	return status;
}

static void
run_undisturbed(const Stage *stage, const char *folder, const char *command)
{
	g_autofree char *said = NULL;
	int status = run(stage, folder, command, "none", &said);

	if (status != 0)
		g_error("%s: status %#x: %s", command, status, said);
}

/* ---- what it begins with ---- */

static void
write_mail(const char *folder, int number, bool ses)
{
	g_autofree char *name = g_strdup_printf("%d.mx:2,", number);
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *mail = g_strdup_printf(
		"Return-Path: <bounce%d@shop.example>\n%s"
		"From: \"The Shop\" <news@shop%d.example>\nTo: reader%d@here.example\n"
		"Subject: offer %d of many\nDate: Fri, 1 May 2026 12:00:00 +0000\n"
		"Message-ID: <%d@shop.example>\nContent-Type: text/plain\n\n"
		"Hello, look at https://shop%d.example/offer/%d before noon.\n",
		number, ses ? ses_header : "", number % 2, number, number, number, number % 3,
		number);

	g_assert_true(g_file_set_contents(path, mail, -1, NULL));
}

static void
set_clock(const char *folder, int64_t time)
{
	g_autofree char *clock = g_build_filename(folder, "clock", NULL);
	g_autofree char *still = g_strdup_printf("=%" G_GINT64_FORMAT, time);

	g_assert_true(g_file_set_contents(clock, still, -1, NULL));
}

static void
make_old_store(const char *folder, const Act *act)
{
	g_autofree char *path = g_build_filename(folder, "q.db", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store =
		db_open(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &error);

	g_assert_true(db_exec(store, "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL", &error));
	g_assert_true(schema_migrate_to(store, act->schema, &error));
	g_assert_true(db_exec(store, act->campaign, &error));
	db_exec(store, old_mail, &error);
	g_assert_no_error(error);
}

static void
make_base(const Stage *stage, const char *folder)
{
	static const char *const folders[] = { "box", "box/cur", "box/new", "box/tmp", "data",
		"data/lazaret", "config", "done" };
	g_autofree char *cur = g_build_filename(folder, "box", "cur", NULL);
	g_auto(GStrv) commands = g_strsplit(stage->act->before ? stage->act->before : "", "\n", -1);

	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *path = g_build_filename(folder, folders[i], NULL);

		g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
	}
	set_clock(folder, NOW);
	for (int i = 1; i <= MESSAGES; i++)
		write_mail(cur, i, stage->act->ses);
	if (stage->act->schema)
		make_old_store(folder, stage->act);
	for (char **command = commands; *command && **command; command++)
		run_undisturbed(stage, folder, *command);
}

/* Made at @spot, where it is changed later, since paths are written down; then copied, so that its
 * files are as old as those of the others. */
static void
prepare(const Stage *stage, const char *spot)
{
	make_base(stage, spot);
	copy_tree(spot, stage->base);
	remove_tree(spot);
}

/* Once undisturbed. */
static void
measure(Stage *stage, const char *spot)
{
	g_autofree char *count = g_build_filename(spot, "count", NULL);
	g_autofree char *calls = NULL;
	g_autoptr(GString) words = g_string_new(NULL);

	copy_tree(stage->base, spot);
	stage->before = look(stage, spot, &stage->faults, words);
	remove_tree(spot);
	copy_tree(stage->base, spot);
	g_assert_cmpint(run(stage, spot, stage->act->command, "none", &stage->said), ==, 0);
	g_assert_true(g_file_get_contents(count, &calls, NULL, NULL));
	stage->calls = atoi(calls);
	stage->wanted = look(stage, spot, &stage->faults, words);
	g_assert_nonnull(stage->wanted);
	if (!stage->act->schema)
		g_assert_cmpint(stage->faults, ==, 0);
	remove_tree(spot);
}

/* ---- a point ---- */

/* The tables and folders that are not as they should be: "" where all are. */
static char *
differences(const char *found, const char *wanted)
{
	g_auto(GStrv) a = g_strsplit(found ? found : "", "\n", -1);
	g_auto(GStrv) b = g_strsplit(wanted, "\n", -1);
	GString *names = g_string_new(NULL);

	for (char **line = b; *line; line++) {
		if (!g_strv_contains((const char *const *)a, *line))
			g_string_append_printf(names, "%.*s ", (int)strcspn(*line, " "), *line);
	}
	return g_string_free(names, FALSE);
}

/* Is it to be done again?  Adds to @words what stands wrong after the kill. */
static bool
check_killed(const Stage *stage, const char *spot, const char *said, GString *words)
{
	g_autofree char *copy = g_strconcat(spot, ".look", NULL);
	g_autofree char *found = NULL;
	g_autofree char *differs = NULL;
	g_autoptr(GString) faults = g_string_new(NULL);
	int64_t count;

	copy_tree(spot, copy);
	found = look(stage, copy, &count, faults);
	if (count > (found ? stage->faults : 0))
		g_string_append_printf(words, "left as %s", faults->str);
	/* A migration says what it found, and that is a message of the store all the same. */
	differs = differences(found, stage->wanted);
	if (g_str_equal(said, stage->said) && *differs)
		g_string_append_printf(words, "it said that it was done, but not %s; ", differs);
	if (stage->act->once && *differs && g_strcmp0(found, stage->before) != 0)
		g_string_append_printf(words, "half of it is done: not %s; ", differs);
	remove_tree(copy);
	return !stage->act->once || *differs;
}

static void
check_rerun(const Stage *stage, const char *spot, GString *words)
{
	g_autofree char *said = NULL;
	g_autofree char *found = NULL;
	g_autofree char *differs = NULL;
	g_autoptr(GString) faults = g_string_new(NULL);
	int64_t count;
	int status;

	if (puts_off(stage))
		set_clock(spot, NOW + stage->act->later);
	status = run(stage, spot, stage->act->command, "none", &said);
	found = look(stage, spot, &count, faults);
	if (count != stage->faults)
		g_string_append_printf(words, "done again: %s", faults->str);
	differs = differences(found, stage->wanted);
	if (*differs)
		g_string_append_printf(words, "done again it ends otherwise: %s(status %d: %s)",
			differs, WEXITSTATUS(status), said);
}

/* What a worker found. */
typedef struct Tally {
	int calls, points, wrong;
	int hit; /* those that were killed, or that failed and said so */
} Tally;

/* Did it go wrong?  By being killed; or it failed, and said so in words. */
static bool
went_wrong(const Stage *stage, const char *fault, int status, const char *said, GString *words)
{
	if (stage->ways == kills && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return true;
	if (WIFSIGNALED(status))
		g_string_append_printf(words, "signal %d; ", WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0 && !*said)
		g_string_append_printf(words, "status %d without a word; ", WEXITSTATUS(status));
	if (g_getenv("TELL"))
		printf("# %s %d: %s", fault, WEXITSTATUS(status), said);
	return status != 0;
}

static void
try_point(const Stage *stage, const char *spot, int point, Tally *tally)
{
	const Way *way = &stage->ways[point % WAYS];
	g_autofree char *fault =
		g_strdup_printf("%s:%d%s", way->fault, point / WAYS + 1, way->rest);
	g_autofree char *said = NULL;
	g_autoptr(GString) words = g_string_new(NULL);
	int status;

	copy_tree(stage->base, spot);
	status = run(stage, spot, stage->act->command, fault, &said);
	tally->points++;
	tally->hit += went_wrong(stage, fault, status, said, words);
	if (check_killed(stage, spot, said, words))
		check_rerun(stage, spot, words);
	if (words->len > 0)
		fprintf(stderr, "# %s %s: %s\n", stage->act->name, fault, words->str);
	if (words->len == 0 || !g_getenv("KEEP"))
		remove_tree(spot);
	tally->wrong += words->len > 0;
}

/* Every AT_ONCE-th of the points, from @first on. */
static Tally
try_some(Stage *stage, int first)
{
	g_autofree char *spot = g_strdup_printf("%s/spot%d", stage->folder, first);
	const char *wanted = g_getenv("POINTS");
	Tally tally = { 0 };
	int total, points;

	stage->base = g_strconcat(spot, ".base", NULL);
	prepare(stage, spot);
	measure(stage, spot);
	total = stage->calls * WAYS;
	points = MIN(wanted ? atoi(wanted) : POINTS, total);
	tally.calls = stage->calls;
	for (int i = first; i < points; i += AT_ONCE)
		try_point(stage, spot, (int)((int64_t)i * total / points), &tally);
	return tally;
}

/* In a process of its own, which writes the Tally to @report. */
static void
start_worker(Stage *stage, int first, int report)
{
	Tally tally;

	if (fork() != 0)
		return;
	tally = try_some(stage, first);
	_exit(write(report, &tally, sizeof(tally)) == sizeof(tally) ? 0 : 1);
}

static void
try_all(Stage *stage)
{
	Tally all = { 0 };
	int report[2];

	g_assert_cmpint(pipe(report), ==, 0);
	for (int i = 0; i < AT_ONCE; i++)
		start_worker(stage, i, report[1]);
	for (int i = 0; i < AT_ONCE; i++) {
		Tally some;
		int status;

		g_assert_cmpint(wait(&status), >, 0);
		g_assert_cmpint(status, ==, 0);
		g_assert_cmpint(read(report[0], &some, sizeof(some)), ==, sizeof(some));
		all.calls = MAX(all.calls, some.calls);
		all.points += some.points;
		all.hit += some.hit;
		all.wrong += some.wrong;
	}
	close(report[0]);
	close(report[1]);
	g_test_message("%s: %d calls, %s at %d of %d points, wrong: %d", stage->act->name,
		all.calls, stage->ways == kills ? "killed" : "failed", all.hit, all.points,
		all.wrong);
	g_assert_cmpint(all.wrong, ==, 0);
	/* The next import may be cut in other batches, and make fewer calls; and not every call
	 * that fails is missed. */
	g_assert_cmpint(all.hit, >=, all.points / (stage->ways == kills ? 2 : 4));
}

/* ---- tests ---- */

/* Where fsync costs nothing: what is not synced is lost here by our own doing. */
static char *
make_folder(void)
{
	bool memory = !g_getenv("TMPDIR") && access("/dev/shm", W_OK) == 0;
	g_autofree char *template =
		g_build_filename(memory ? "/dev/shm" : g_get_tmp_dir(), "lazaret-XXXXXX", NULL);

	return g_steal_pointer(&template);
}

static char *
built(const char *name)
{
	const char *b = g_getenv("B");
	g_autofree char *path = g_build_filename(b ? b : "build", name, NULL);

	return g_canonicalize_filename(path, NULL);
}

static void
test_act(const Act *act, const Way *ways)
{
	Stage stage = { .act = act, .ways = ways };

	stage.folder = make_folder();
	g_assert_nonnull(mkdtemp(stage.folder));
	stage.program = built("lazaret");
	stage.library = built("tests/faults/fault.so");
	try_all(&stage);
	if (!g_getenv("KEEP"))
		remove_tree(stage.folder);
	g_free(stage.folder);
	g_free(stage.program);
	g_free(stage.library);
}

static void
test_kill(const void *data)
{
	test_act(data, kills);
}

static void
test_fail(const void *data)
{
	test_act(data, failures);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
		g_autofree char *killed = g_strconcat("/kill/", acts[i].name, NULL);
		g_autofree char *failed = g_strconcat("/fail/", acts[i].name, NULL);

		if (i % KILL_STEP == 0)
			g_test_add_data_func(killed, &acts[i], test_kill);
		if (i % FAIL_STEP == 0)
			g_test_add_data_func(failed, &acts[i], test_fail);
	}
	return g_test_run();
}
