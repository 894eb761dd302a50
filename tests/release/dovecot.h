/* dovecot.h - a Dovecot of the test's own: LMTP, and passwords for Postfix */
#ifndef TESTS_RELEASE_DOVECOT_H
#define TESTS_RELEASE_DOVECOT_H

#include "tests/release/sink.h"

#define DOVECOT "/usr/sbin/dovecot"

enum {
	DOVECOT_LIFE = 120,  /* seconds it outlives a test that crashed */
	DOVECOT_WAITS = 500, /* of 10 ms */
};

/* Below @FOLDER@: auth is the socket for Postfix, lmtp the one for mail, which goes into
 * mail/USER/new; anna's password is "correct horse". */
static const char dovecot_conf[] =
	"base_dir = @FOLDER@/run\n"
	"log_path = @FOLDER@/dovecot.log\n"
	"protocols = lmtp\n"
	"listen = 127.0.0.1\n"
	"ssl = yes\n"
	"ssl_cert = <@FOLDER@/cert.pem\n"
	"ssl_key = <@FOLDER@/key.pem\n"
	"auth_mechanisms = plain login\n"
	"disable_plaintext_auth = no\n"
	"auth_failure_delay = 0\n"
	"mail_location = maildir:@FOLDER@/mail/%n\n"
	"passdb {\n driver = passwd-file\n args = scheme=PLAIN username_format=%n @FOLDER@/users\n}\n"
	"userdb {\n driver = passwd-file\n args = username_format=%n @FOLDER@/users\n"
	" default_fields = uid=65534 gid=65534 home=@FOLDER@/mail\n}\n"
	"first_valid_uid = 1\n"
	"service auth {\n unix_listener @FOLDER@/auth {\n  mode = 0666\n }\n}\n"
	"service lmtp {\n unix_listener @FOLDER@/lmtp {\n  mode = 0666\n }\n"
	" inet_listener lmtp {\n  address = 127.0.0.1\n  port = @PORT@\n }\n}\n";

typedef struct Dovecot {
	GPid pid;
	char *folder; /* borrowed */
	int port;     /* of its LMTP */
} Dovecot;

static inline void
dovecot_free(Dovecot *dovecot)
{
	if (!dovecot)
		return;
	if (dovecot->pid > 0) {
		kill(dovecot->pid, SIGTERM);
		waitpid(dovecot->pid, NULL, 0);
	}
	g_free(dovecot);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Dovecot, dovecot_free)

static inline void
dovecot_write(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static inline void
dovecot_configure(const Dovecot *dovecot)
{
	g_autofree char *mail = g_build_filename(dovecot->folder, "mail", NULL);
	g_autofree char *port = g_strdup_printf("%d", dovecot->port);
	GString *text = g_string_new(dovecot_conf);

	g_string_replace(text, "@FOLDER@", dovecot->folder, 0);
	g_string_replace(text, "@PORT@", port, 0);
	dovecot_write(dovecot->folder, "dovecot.conf", text->str);
	dovecot_write(dovecot->folder, "users", "anna:correct horse::::::\n");
	g_string_free(text, TRUE);
	g_assert_cmpint(mkdir(mail, 0700), ==, 0);
	g_assert_cmpint(chown(mail, 65534, 65534), ==, 0);
}

/* @folder has cert.pem and key.pem.  NULL where it can't be: the tests are skipped. */
static inline Dovecot *
dovecot_start(char *folder)
{
	g_autoptr(Dovecot) dovecot = NULL;
	g_autofree char *conf = g_build_filename(folder, "dovecot.conf", NULL);
	g_autofree char *life = g_strdup_printf("%d", DOVECOT_LIFE);
	const char *argv[] = { "timeout", life, DOVECOT, "-F", "-c", conf, NULL };

	if (geteuid() != 0 || access(DOVECOT, X_OK) < 0 ||
		access("/usr/lib/dovecot/lmtp", X_OK) < 0)
		return NULL;
	dovecot = g_new0(Dovecot, 1);
	dovecot->folder = folder;
	dovecot->port = sink_free_port();
	dovecot_configure(dovecot);
	g_assert_true(g_spawn_async(NULL, (char **)argv, NULL,
		G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_SEARCH_PATH |
			G_SPAWN_DO_NOT_REAP_CHILD,
		NULL, NULL, &dovecot->pid, NULL));
	for (int i = 0; i < DOVECOT_WAITS && !sink_answers(dovecot->port); i++)
		g_usleep(10 * 1000);
	g_assert_true(sink_answers(dovecot->port));
	return g_steal_pointer(&dovecot);
}

#endif
