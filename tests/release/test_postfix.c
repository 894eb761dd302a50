/* The SMTP transport and a whole Postfix: its own folders, loopback, mail into a Maildir. */
#include "release/transport.h"

#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/release/shipment.h"
#include "tests/release/sink.h"

#define MASTER "/usr/lib/postfix/sbin/master"

enum {
	LIFE = 120,   /* seconds it outlives a test that crashed */
	WAITS = 1000, /* of 10 ms, for it to start and for mail to arrive */
};

typedef struct Postfix {
	GPid pid;
	char *folder;
	char *address;
} Postfix;

static const char main_cf[] = "compatibility_level = 3.6\n"
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

static const char master_cf[] = "127.0.0.1:%d inet n - n - - smtpd\n"
				"cleanup unix n - n - 0 cleanup\n"
				"qmgr unix n - n 300 1 qmgr\n"
				"rewrite unix - - n - - trivial-rewrite\n"
				"bounce unix - - n - 0 bounce\n"
				"defer unix - - n - 0 bounce\n"
				"trace unix - - n - 0 bounce\n"
				"verify unix - - n - 1 verify\n"
				"proxymap unix - - n - - proxymap\n"
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
configure(const Postfix *postfix, int port)
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
	write_file(postfix->folder, "conf/main.cf", g_strdup_printf(main_cf, postfix->folder));
	write_file(postfix->folder, "conf/master.cf", g_strdup_printf(master_cf, port));
}

/* 'postfix check' makes the queue's folders; master itself is started here and not by
 * 'postfix start', so that it stays a child and ends when it is told to. */
static void
start(Postfix *postfix, int port)
{
	g_autofree char *conf = g_build_filename(postfix->folder, "conf", NULL);
	g_autofree char *life = g_strdup_printf("%d", LIFE);
	const char *check[] = { "/usr/sbin/postfix", "-c", conf, "check", NULL };
	const char *argv[] = { "timeout", life, MASTER, "-c", conf, "-d", NULL };
	const GSpawnFlags quiet = G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL;

	g_assert_true(g_spawn_sync(
		NULL, (char **)check, NULL, quiet, NULL, NULL, NULL, NULL, NULL, NULL));
	g_assert_true(g_spawn_async(NULL, (char **)argv, NULL,
		quiet | G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &postfix->pid,
		NULL));
	for (int i = 0; i < WAITS && !sink_answers(port); i++)
		g_usleep(10 * 1000);
	g_assert_true(sink_answers(port));
}

/* NULL where it can't be: the tests are skipped. */
static Postfix *
postfix_start(void)
{
	g_autoptr(Postfix) postfix = NULL;
	int port = sink_free_port();

	if (geteuid() != 0 || access(MASTER, X_OK) < 0)
		return NULL;
	postfix = g_new0(Postfix, 1);
	postfix->folder = g_dir_make_tmp("lazaret-postfix-XXXXXX", NULL);
	g_assert_nonnull(postfix->folder);
	postfix->address = g_strdup_printf("127.0.0.1:%d", port);
	configure(postfix, port);
	start(postfix, port);
	return g_steal_pointer(&postfix);
}

static ShipmentResult
ship(const Postfix *postfix, const char *recipient, GBytes *raw, char **reply)
{
	g_autofree char *spec = g_strconcat("smtp://", postfix->address, NULL);
	const char *address = NULL;
	const Transport *transport = transport_of(spec, &address, NULL);
	Shipment shipment = shipment_of(raw, address);

	shipment.recipient = recipient;
	shipment.patience = 20;
	return transport_ship(transport, &shipment, reply);
}

/* The first mail that arrives in the box, and is gone then; NULL when none does. */
static GBytes *
take_mail(const Postfix *postfix)
{
	g_autofree char *path = g_build_filename(postfix->folder, "box", "new", NULL);

	for (int i = 0; i < WAITS; i++) {
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
static GBytes *
as_handed_over(GBytes *mail)
{
	size_t size;
	const char *text = g_bytes_get_data(mail, &size);
	const char *trace = g_strstr_len(text, (gssize)size, "\nReceived: by mx.example.net");

	g_assert_nonnull(trace);
	trace++;
	return g_bytes_new(trace, size - (size_t)(trace - text));
}

static bool
is_missing(const Postfix *postfix)
{
	if (!postfix)
		g_test_skip("a Postfix of one's own takes root and package postfix");
	return !postfix;
}

static void
test_queue_id_is_in_the_reply_and_bytes_in_the_box(gconstpointer data)
{
	const Postfix *postfix = data;
	g_autoptr(GBytes) raw = bytes_of("From: a@b\nTo: c@d\nMessage-ID: <x@y>\n"
					 "Date: Fri, 21 Nov 2025 20:41:00 +0000\n\n"
					 "\303\251\n.\n..x\nFrom y\nlast\n");
	g_autofree char *reply = NULL;
	g_autoptr(GBytes) mail = NULL;
	g_autoptr(GBytes) message = NULL;
	g_autoptr(GBytes) rest = NULL;

	if (is_missing(postfix))
		return;
	g_assert_cmpint(ship(postfix, "anna@example.org", raw, &reply), ==, SHIPMENT_ACCEPTED);
	g_assert_true(g_str_has_prefix(reply, "250 2.0.0 Ok: queued as "));
	mail = take_mail(postfix);
	g_assert_nonnull(mail);
	message = as_handed_over(mail);
	rest = without_trace(message);
	assert_bytes(rest, raw);
}

static void
test_utf8_recipient_by_smtputf8(gconstpointer data)
{
	const Postfix *postfix = data;
	g_autoptr(GBytes) raw = bytes_of("From: a@b\n\nx\n");
	g_autofree char *reply = NULL;
	g_autoptr(GBytes) mail = NULL;

	if (is_missing(postfix))
		return;
	g_assert_cmpint(
		ship(postfix, "jos\303\251@example.org", raw, &reply), ==, SHIPMENT_ACCEPTED);
	g_assert_true(g_str_has_prefix(reply, "250 2.0.0 Ok: queued as "));
	mail = take_mail(postfix);
	g_assert_nonnull(mail);
}

static void
test_unknown_recipient_and_its_words(gconstpointer data)
{
	const Postfix *postfix = data;
	g_autoptr(GBytes) raw = bytes_of("From: a@b\n\nx\n");
	g_autofree char *reply = NULL;

	if (is_missing(postfix))
		return;
	g_assert_cmpint(ship(postfix, "nobody@example.org", raw, &reply), ==, SHIPMENT_REFUSED);
	g_assert_true(g_str_has_prefix(reply, "550 5.1.1 <nobody@example.org>"));
	g_assert_nonnull(strstr(reply, "(RCPT)"));
}

int
main(int argc, char **argv)
{
	g_autoptr(Postfix) postfix = NULL;

	g_test_init(&argc, &argv, NULL);
	postfix = postfix_start();
	g_test_add_data_func("/postfix/queue-id-is-in-the-reply-and-bytes-in-the-box", postfix,
		test_queue_id_is_in_the_reply_and_bytes_in_the_box);
	g_test_add_data_func(
		"/postfix/utf8-recipient-by-smtputf8", postfix, test_utf8_recipient_by_smtputf8);
	g_test_add_data_func("/postfix/unknown-recipient-and-its-words", postfix,
		test_unknown_recipient_and_its_words);
	return g_test_run();
}
