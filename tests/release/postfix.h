/* postfix.h - a whole Postfix of the test's own: its folders, loopback, mail into a Maildir */
#ifndef TESTS_RELEASE_POSTFIX_H
#define TESTS_RELEASE_POSTFIX_H

#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/release/sink.h"

#define POSTFIX_MASTER "/usr/lib/postfix/sbin/master"

enum {
	POSTFIX_LISTENERS = 8,
	POSTFIX_LIFE = 120,   /* seconds it outlives a test that crashed */
	POSTFIX_WAITS = 1000, /* of 10 ms, for it to start and for mail to arrive */
};

typedef struct Postfix {
	GPid pid;
	char *folder;
	char *address;                /* "127.0.0.1:2525" */
	int ports[POSTFIX_LISTENERS]; /* of the first listener, then of postfix_run()'s */
} Postfix;

static const char postfix_main_cf[] = "compatibility_level = 3.6\n"
				      "queue_directory = %1$s/queue\n"
				      "data_directory = %1$s/data\n"
				      "maillog_file = %1$s/log\n"
				      "maillog_file_prefixes = %1$s\n"
				      "mail_owner = postfix\n"
				      "myhostname = postfix.example\n"
				      "mydestination =\n"
				      "inet_interfaces = 127.0.0.1\n"
				      "inet_protocols = ipv4\n"
				      "mynetworks = 127.0.0.0/8\n"
				      "smtputf8_enable = yes\n"
				      "smtpd_relay_restrictions = permit_mynetworks, reject\n"
				      "alias_maps =\n"
				      "virtual_mailbox_domains = example.org\n"
				      "virtual_mailbox_base = %1$s\n"
				      "virtual_mailbox_maps = inline:{ anna@example.org=box/,"
				      " jos\303\251@example.org=box/ }\n"
				      "virtual_uid_maps = static:65534\n"
				      "virtual_gid_maps = static:65534\n";

static const char postfix_master_cf[] = "cleanup unix n - n - 0 cleanup\n"
					"qmgr unix n - n 300 1 qmgr\n"
					"rewrite unix - - n - - trivial-rewrite\n"
					"bounce unix - - n - 0 bounce\n"
					"defer unix - - n - 0 bounce\n"
					"trace unix - - n - 0 bounce\n"
					"verify unix - - n - 1 verify\n"
					"proxymap unix - - n - - proxymap\n"
					"anvil unix - - n - 1 anvil\n"
					"tlsmgr unix - - n 1000? 1 tlsmgr\n"
					"virtual unix - n n - - virtual\n"
					"error unix - - n - - error\n"
					"postlog unix-dgram n - n - 1 postlogd\n";

static void
write_file(const char *folder, const char *name, char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *owned = text;

	g_assert_true(g_file_set_contents(path, owned, -1, NULL));
}

static void
make_folder(const char *parent, const char *name, mode_t mode)
{
	g_autofree char *path = g_build_filename(parent, name, NULL);

	g_assert_cmpint(mkdir(path, 0700), ==, 0);
	g_assert_cmpint(chmod(path, mode), ==, 0);
}

static void
postfix_free(Postfix *postfix)
{
	const char *argv[] = { "rm", "-rf", postfix->folder, NULL };

	if (postfix->pid > 0) {
		kill(postfix->pid, SIGTERM);
		waitpid(postfix->pid, NULL, 0);
	}
	g_spawn_sync(
		NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
	g_free(postfix->folder);
	g_free(postfix->address);
	g_free(postfix);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Postfix, postfix_free)

static void
postfix_main(const Postfix *postfix, const char *more)
{
	GString *text = g_string_new(NULL);

	g_string_printf(text, postfix_main_cf, postfix->folder);
	g_string_append(text, more);
	g_string_replace(text, "@FOLDER@", postfix->folder, 0);
	write_file(postfix->folder, "conf/main.cf", g_string_free(text, FALSE));
}

static void
postfix_services(Postfix *postfix, const char *const *listeners)
{
	GString *text = g_string_new(postfix_master_cf);

	for (int i = 0; i == 0 || (listeners && listeners[i - 1]); i++) {
		g_assert_cmpint(i, <, POSTFIX_LISTENERS);
		postfix->ports[i] = sink_free_port();
		g_string_append_printf(text, "127.0.0.1:%d inet n - n - - smtpd %s\n",
			postfix->ports[i], i == 0 ? "" : listeners[i - 1]);
	}
	write_file(postfix->folder, "conf/master.cf", g_string_free(text, FALSE));
}

/* 'postfix check' makes the queue's folders; master itself is started here and not by
 * 'postfix start', so that it stays a child and ends when it is told to. */
static void
postfix_master(Postfix *postfix)
{
	g_autofree char *conf = g_build_filename(postfix->folder, "conf", NULL);
	g_autofree char *life = g_strdup_printf("%d", POSTFIX_LIFE);
	const char *check[] = { "/usr/sbin/postfix", "-c", conf, "check", NULL };
	const char *argv[] = { "timeout", life, POSTFIX_MASTER, "-c", conf, "-d", NULL };
	const GSpawnFlags quiet = G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL;

	g_assert_true(g_spawn_sync(
		NULL, (char **)check, NULL, quiet, NULL, NULL, NULL, NULL, NULL, NULL));
	g_assert_true(g_spawn_async(NULL, (char **)argv, NULL,
		quiet | G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &postfix->pid,
		NULL));
	for (int i = 0; i < POSTFIX_LISTENERS && postfix->ports[i]; i++) {
		for (int j = 0; j < POSTFIX_WAITS && !sink_answers(postfix->ports[i]); j++)
			g_usleep(10 * 1000);
		g_assert_true(sink_answers(postfix->ports[i]));
	}
}

/* Its folder alone, for files of the test.  NULL where it can't be: the tests are skipped. */
static inline Postfix *
postfix_new(void)
{
	g_autoptr(Postfix) postfix = NULL;

	if (geteuid() != 0 || access(POSTFIX_MASTER, X_OK) < 0)
		return NULL;
	postfix = g_new0(Postfix, 1);
	postfix->folder = g_dir_make_tmp("lazaret-postfix-XXXXXX", NULL);
	g_assert_nonnull(postfix->folder);
	return g_steal_pointer(&postfix);
}

/* @more are lines of main.cf, in which @FOLDER@ is its folder; @listeners are options of
 * smtpd, one further listener each, and end with NULL; or NULL. */
static inline void
postfix_run(Postfix *postfix, const char *more, const char *const *listeners)
{
	g_autofree char *data = g_build_filename(postfix->folder, "data", NULL);
	const struct passwd *owner = getpwnam("postfix");

	g_assert_nonnull(owner);
	g_assert_cmpint(chmod(postfix->folder, 0755), ==, 0);
	make_folder(postfix->folder, "conf", 0755);
	make_folder(postfix->folder, "queue", 0755);
	make_folder(postfix->folder, "data", 0700);
	make_folder(postfix->folder, "box", 0777);
	g_assert_cmpint(chown(data, owner->pw_uid, owner->pw_gid), ==, 0);
	postfix_main(postfix, more);
	postfix_services(postfix, listeners);
	postfix_master(postfix);
	postfix->address = g_strdup_printf("127.0.0.1:%d", postfix->ports[0]);
}

/* The first mail that arrives in the box, and is gone then; NULL when none does. */
static inline GBytes *
take_mail(const Postfix *postfix)
{
	g_autofree char *path = g_build_filename(postfix->folder, "box", "new", NULL);

	for (int i = 0; i < POSTFIX_WAITS; i++) {
		g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
		const char *name = folder ? g_dir_read_name(folder) : NULL;
		g_autofree char *file = name ? g_build_filename(path, name, NULL) : NULL;
		char *text = NULL;
		size_t length = 0;

		if (file && g_file_get_contents(file, &text, &length, NULL)) {
			g_assert_cmpint(unlink(file), ==, 0);
			return g_bytes_new_take(text, length);
		}
		g_usleep(10 * 1000);
	}
	return NULL;
}

/* Behind the header fields that Postfix puts above what it got. */
static inline GBytes *
as_handed_over(GBytes *mail)
{
	size_t size;
	const char *text = g_bytes_get_data(mail, &size);
	const char *trace = g_strstr_len(text, (gssize)size, "\nReceived: by mx.example.net");

	g_assert_nonnull(trace);
	trace++;
	return g_bytes_new(trace, size - (size_t)(trace - text));
}

#endif
